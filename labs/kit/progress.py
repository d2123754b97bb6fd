"""The learner's own work, kept in plain files under `my_work/`: every checked attempt, and the predictions.

    my_work/attempts/kafka-range/0001.py    the source as it was, below a few lines on when and how it did
    my_work/predictions.json                what was predicted

Nothing is ever deleted: what cannot be read is put aside under a new name, and so is what is reset. The time of day is
in the files and nowhere else, so that no output depends on it. `COURSE_WORK` names another folder.
"""

from __future__ import annotations

import difflib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from labs.kit.source import Code, source_of
from labs.kit.work import free, put_aside, reason, short, work_folder, write

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PATIENCE = 2.0  # seconds to wait for another notebook: writing a file takes a hundredth


# ── attempts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Attempt:
    """One checked attempt, as it stands in its file."""

    number: int
    when: str
    verdict: str  # "passed" or "failed"
    points: str  # "2 of 2"
    function: str
    source: str
    path: Path

    def text(self) -> str:
        """The file's content."""
        head = {"When": self.when, "Verdict": self.verdict, "Points": self.points, "Function": self.function}
        return "".join(f"# {name:<9}{value}\n" for name, value in head.items()) + "\n" + self.source.strip("\n") + "\n"


def read_attempt(path: Path) -> Attempt:
    """The attempt in this file; OSError, ValueError or KeyError where it is none."""
    head, _, source = path.read_text(encoding="utf-8").partition("\n\n")
    said = dict(re.findall(r"^# (\w+) +(.*)$", head, re.M))
    function = said.get("Function", "")
    return Attempt(int(path.stem), said["When"], said["Verdict"], said["Points"], function, source, path)


def record(exercise_id: str, function: Callable[..., Any], passed: bool, points: str) -> str:
    """Keep an attempt, unless the last one was the same. What went wrong in one sentence; empty if all went well."""
    source = source_of(function) or "# The source of this attempt could not be read.\n"
    verdict, name = "passed" if passed else "failed", getattr(function, "__name__", "")
    try:
        kept = _attempts(exercise_id)
        if kept and (kept[-1].source.strip(), kept[-1].verdict) == (source.strip(), verdict):
            return ""
        folder, number = _folder(exercise_id), kept[-1].number + 1 if kept else 1
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = folder / f"{number:04}.py"
            attempt = Attempt(number, f"{datetime.now():%Y-%m-%d %H:%M:%S}", verdict, points, name, source, path)
            try:
                write(path, attempt.text(), new=True)
                return ""
            except FileExistsError:
                number += 1  # another notebook was quicker
    except OSError as problem:
        return f"This attempt could not be kept in {work_folder().name}/: {reason(problem)}."


def attempts(exercise_id: str = "") -> Table:
    """What is kept of an exercise, attempt by attempt; without an id, how far you are with each exercise."""
    if exercise_id:
        rows = [(str(a.number), a.verdict, a.points) for a in _attempts(exercise_id)]
        return Table(("attempt", "verdict", "points"), rows, "" if rows else _nothing_kept(exercise_id))
    done = passed()
    names = [name for name in _kept_ids() if _attempts(name)]
    rows = [(n, str(len(_attempts(n))), "passed" if n in done else "not yet") for n in names]
    return Table(("exercise", "attempts", "verdict"), rows, "" if rows else "No attempt is kept yet.")


def restore(exercise_id: str, number: int | None = None) -> Code | Table:
    """Show the code of an attempt (the latest, if no number is given), to be copied back into its cell."""
    kept = _attempts(exercise_id)
    if not kept:
        return Table((), [], _nothing_kept(exercise_id))
    for attempt in kept if number is not None else kept[-1:]:
        if number is None or attempt.number == number:
            title = f"Attempt {attempt.number} at {exercise_id} ({attempt.verdict}): copy it into the exercise's cell"
            return Code(attempt.source, f"**{title}**", title)
    numbers = ", ".join(str(a.number) for a in kept)
    return Table((), [], f"There is no attempt {number!r} at {exercise_id}; there are {numbers}.")


def reset(exercise_id: str) -> Table:
    """Start an exercise or a prediction afresh; what was kept is put aside, not deleted."""
    said, folder = [], _folder(exercise_id)
    try:
        if folder.is_dir():
            aside = free(folder.with_name(f"{exercise_id}.old"))
            folder.rename(aside)
            said.append(f"{exercise_id} starts afresh; your earlier attempts are in {short(aside)}.")
        if exercise_id in _predictions():
            with _changing_predictions() as kept:
                number = next(n for n in range(1, len(kept) + 2) if f"{exercise_id}.old-{n}" not in kept)
                kept[f"{exercise_id}.old-{number}"] = kept.pop(exercise_id)
            said.append(f"The prediction {exercise_id} can be made again.")
    except OSError as problem:
        said.append(f"{exercise_id} could not be reset: {reason(problem)}.")
    return Table((), [], " ".join(said) or _nothing_kept(exercise_id))


def passed() -> set[str]:
    """The ids of the exercises of which an attempt that passed is kept."""
    return {name for name in _kept_ids() if any(a.verdict == "passed" for a in _attempts(name))}


def passing(exercise_id: str) -> Any:
    """The learner's function of the latest attempt that passed, made anew from its file; None if there is none."""
    for attempt in reversed(_attempts(exercise_id)):
        if attempt.verdict == "passed":
            space: dict[str, Any] = {"__name__": f"my_work.{exercise_id}"}
            try:
                exec(compile(attempt.text(), str(attempt.path), "exec"), space)
                return space[attempt.function]
            except Exception as problem:
                print(f"{short(attempt.path)} does not run by itself ({type(problem).__name__}: {problem}).")
                return None
    return None


def _attempts(exercise_id: str) -> list[Attempt]:
    """What is kept of an exercise, the oldest first; a file that cannot be read is put aside, and that is said once."""
    kept = []
    for path in sorted(_folder(exercise_id).glob("[0-9]*.py")):
        try:
            kept.append(read_attempt(path))
        except (OSError, ValueError, KeyError):
            put_aside(path)
    return sorted(kept, key=lambda attempt: attempt.number)


def _folder(exercise_id: str) -> Path:
    if not isinstance(exercise_id, str) or not _ID.fullmatch(exercise_id):
        raise ValueError(f"an exercise's id looks like 'kafka-range', not {exercise_id!r}")
    return work_folder() / "attempts" / exercise_id


def _kept_ids() -> list[str]:
    folder = work_folder() / "attempts"
    return sorted(p.name for p in folder.iterdir() if _ID.fullmatch(p.name)) if folder.is_dir() else []


def _nothing_kept(exercise_id: str) -> str:
    near = difflib.get_close_matches(exercise_id, _kept_ids(), n=2, cutoff=0.5)
    return f"Nothing of {exercise_id} is kept yet" + (f"; did you mean {' or '.join(near)}?" if near else ".")


# ── predictions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def predicted(prediction_id: str) -> str | None:
    """What the learner predicted, word for word; empty if they looked without predicting, None if neither."""
    entry = _predictions().get(prediction_id)
    return entry.get("answer") if isinstance(entry, dict) else None


def recorded() -> set[str]:
    """The ids of the predictions that are kept; those that were only looked at count as well."""
    return set(_predictions())


def record_prediction(prediction_id: str, answer: str) -> str:
    """Keep a prediction. What went wrong in one sentence; empty if all went well."""
    try:
        work_folder().mkdir(parents=True, exist_ok=True)
        with _changing_predictions() as kept:
            kept[prediction_id] = {"answer": answer, "when": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}
        return ""
    except OSError as problem:
        return f"Your prediction could not be kept in {work_folder().name}/: {reason(problem)}."


def _predictions() -> dict[str, Any]:
    path = work_folder() / "predictions.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(kept, dict):
            return kept
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        pass
    put_aside(path)
    return {}


@contextmanager
def _changing_predictions() -> Iterator[dict[str, Any]]:
    """What is kept, to be changed, and then written. One notebook at a time: else one would write over the other's."""
    lock, until = work_folder() / "predictions.lock", time.monotonic() + PATIENCE
    while True:
        try:
            lock.touch(exist_ok=False)
            break
        except FileExistsError:
            if time.monotonic() > until:  # left behind by a notebook that was killed
                break
            time.sleep(0.005)
    try:
        kept = _predictions()
        yield kept
        write(work_folder() / "predictions.json", _json(kept))
    finally:
        lock.unlink(missing_ok=True)


def _json(kept: dict[str, Any]) -> str:
    return json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Table:
    """A few rows, or one sentence."""

    def __init__(self, names: tuple[str, ...], rows: Sequence[tuple[str, ...]], sentence: str = "") -> None:
        self.names, self.rows, self.sentence = names, rows, sentence

    def __repr__(self) -> str:
        if self.sentence:
            return self.sentence
        widths = [max(map(len, column)) for column in zip(self.names, *self.rows, strict=True)]
        lines = ("  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in (self.names, *self.rows))
        return "\n".join(line.rstrip() for line in lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        if self.sentence:
            return {"text/plain": self.sentence}
        head = "".join(f'<th scope="col" style="text-align: left">{escape(n)}</th>' for n in self.names)
        body = "".join(
            "<tr>" + "".join(f'<td style="text-align: left">{escape(c)}</td>' for c in row) + "</tr>"
            for row in self.rows
        )
        html = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return {"text/html": html, "text/plain": repr(self)}
