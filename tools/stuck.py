"""Who is stuck where: what a class has tried, on one page, from the files that the course keeps in each my_work/.

    python -m tools.stuck class/                  writes stuck.html
    python -m tools.stuck class/ --into page.html
    python -m tools.stuck /home --lesson 06       on a hub: every home that has a my_work/

`class/` holds a folder per learner, named after them, with their `attempts/` and `predictions.json` anywhere below.
Nothing of theirs is run or changed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from labs.kit.guessing import question
from labs.kit.progress import Attempt, read_attempt
from tools.build import chosen
from tools.lesson import ROOT, Lesson, LessonError, read
from tools.notes import sections

STUCK = 3  # attempts without a pass: time to go and look
STYLE = """body { font: 16px/1.5 system-ui, sans-serif; margin: 1.5rem; color-scheme: light dark }
table { border-collapse: collapse; margin: 1rem 0 } th, td { border: 1px solid #848d97; padding: .2rem .6rem }
th { text-align: left } td { text-align: center } .stuck { font-weight: 700; background: #eedd88; color: #15181b }
pre { overflow-x: auto; border: 1px solid #848d97; padding: .5rem }"""


@dataclass
class Learner:
    """What is kept of one person's work."""

    name: str
    attempts: dict[str, list[Attempt]] = field(default_factory=dict)  # by the exercise's id, the oldest first
    predictions: dict[str, str] = field(default_factory=dict)  # what was chosen, word for word

    def passed(self, exercise: str) -> bool:
        """Whether one of the attempts passed."""
        return any(attempt.verdict == "passed" for attempt in self.attempts.get(exercise, []))

    def stuck(self, exercise: str) -> bool:
        """Whether it was tried several times, and never passed."""
        return len(self.attempts.get(exercise, [])) >= STUCK and not self.passed(exercise)


def learners(root: Path) -> list[Learner]:
    """Everybody who has a folder in `root` with something of the course's in it."""
    found = [_learner(folder) for folder in sorted(root.iterdir()) if folder.is_dir()]
    return [one for one in found if one.attempts or one.predictions]


def _learner(folder: Path) -> Learner:
    one = Learner(folder.name)
    for path in sorted(folder.rglob("attempts/*/[0-9]*.py")):
        try:
            one.attempts.setdefault(path.parent.name, []).append(read_attempt(path))
        except (OSError, ValueError, KeyError):
            continue  # half written, or not the course's
    for tried in one.attempts.values():
        tried.sort(key=lambda attempt: (attempt.when, attempt.number))
    for path in sorted(folder.rglob("predictions.json")):
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            one.predictions |= {id: str(said["answer"]) for id, said in kept.items() if said["answer"]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return one


# ── the page ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def page(everybody: Sequence[Learner], lessons: Sequence[Lesson]) -> str:
    """The page for these lessons; those that nobody has begun are left out."""
    parts = [part for lesson in lessons for part in _lesson(everybody, lesson)]
    body = "".join(parts) or "<p>Nobody has tried anything yet.</p>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Who is stuck where</title>'
        f"<style>{STYLE}</style></head><body><h1>Who is stuck where</h1>"
        f"<p>{len(everybody)} learners. A number is how often somebody has tried; ✓ means that it passed. "
        f"Marked: tried {STUCK} times or more, and not passed.</p>{body}</body></html>"
    )


def _lesson(everybody: Sequence[Learner], lesson: Lesson) -> Iterator[str]:
    asks = [ask for part in sections(lesson) for ask in part.asks]
    exercises = [id for kind, id in asks if kind == "check" and any(id in one.attempts for one in everybody)]
    questions = [id for kind, id in asks if kind == "predict" and any(id in one.predictions for one in everybody)]
    if exercises or questions:
        yield f"<h2>{escape(lesson.name[:2])} · {escape(str(lesson.front['title']))}</h2>"
    if exercises:
        yield from _exercises(everybody, exercises)
    for id in questions:
        yield _question(everybody, id)


def _exercises(everybody: Sequence[Learner], exercises: Sequence[str]) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{escape(id)}</th>' for id in exercises)
    rows = [f'<tr><th scope="row">{escape(one.name)}</th>{"".join(_cell(one, id) for id in exercises)}</tr>'
            for one in sorted(everybody, key=lambda one: -sum(map(one.stuck, exercises)))]  # fmt: skip
    sums = "".join(f"<td>{_sum(everybody, id)}</td>" for id in exercises)
    head = f'<tr><th scope="col">learner</th>{heads}</tr>'
    yield f'<table>{head}{"".join(rows)}<tr><th scope="row">passed</th>{sums}</tr></table>'
    for one in everybody:
        for id in filter(one.stuck, exercises):
            last = one.attempts[id][-1]
            yield (
                f"<details><summary>{escape(one.name)}, {escape(id)}: the last of {len(one.attempts[id])} attempts, "
                f"{escape(last.when)}, {escape(last.points)} points</summary><pre>{escape(last.source)}</pre></details>"
            )


def _cell(one: Learner, id: str) -> str:
    tries = len(one.attempts.get(id, []))
    mark = f"{tries} ✓" if one.passed(id) else str(tries or "")
    return f'<td class="stuck">{mark}</td>' if one.stuck(id) else f"<td>{mark}</td>"


def _sum(everybody: Sequence[Learner], id: str) -> str:
    passed = [one for one in everybody if one.passed(id)]
    if not passed:
        return f"0 of {len(everybody)}"
    tries = statistics.median(
        next(n for n, attempt in enumerate(one.attempts[id], 1) if attempt.verdict == "passed") for one in passed
    )
    return f"{len(passed)} of {len(everybody)}, at try {tries:g} (median)"


def _question(everybody: Sequence[Learner], id: str) -> str:
    asked = question.find(id)
    picked = Counter(one.predictions[id] for one in everybody if id in one.predictions)
    options = [*(asked.options if asked else ()), *(set(picked) - set(asked.options if asked else ()))]
    rows = "".join(f"<tr><td>{picked[option]}</td><th scope='row'>{escape(option)}</th></tr>" for option in options)
    return f"<p><b>{escape(asked.question if asked else id)}</b></p><table>{rows}</table>"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.stuck", description="Who is stuck where, on one page.")
    parser.add_argument("folder", type=Path, help="a folder per learner, with their my_work/ or what is in it")
    parser.add_argument("--lesson", nargs="*", default=[], help="only these: 06, or 06_kafka_groups")
    parser.add_argument("--into", type=Path, default=Path("stuck.html"), help="the page to write")
    options = parser.parse_args(arguments)
    try:
        text = page(learners(options.folder), [read(path) for path in chosen(options.lesson, ROOT)])
        options.into.write_text(text, encoding="utf-8")
    except (LessonError, OSError) as e:
        print(f"There is no page: {e}", file=sys.stderr)
        return 1
    print(f"Written: {options.into}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
