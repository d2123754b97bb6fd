"""Clients that take turns, step by step: one schedule as a scene, and all of them as a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from labs.caching.strategies.schedules import Outcome, Turn
from labs.kit.card import badge
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene

WIDTH = 560


def draw_schedule(outcome: Outcome, title: str = "", fault: str = "") -> Scene:
    """One schedule of one key as a scene: a second per step, with what the stores hold after it.

    It ends with a verdict: stale or not, or the `fault` that is named.
    """
    turns, names = outcome.turns, sorted({turn.who for turn in outcome.turns})
    key = next((turn.step.key for turn in turns if turn.step.key), "a")
    scene = Scene(
        WIDTH, 96 + 30 * len(turns), end=len(turns) + 1.5, title=title or outcome.schedule, unit="step", settle=0.3
    )
    heads = [(8, 26, ""), (38, 150, names[0]), (200, 150, names[1] if len(names) > 1 else ""), (374, 82, "cache"),
             (464, 88, "database")]  # fmt: skip
    for i, (x, w, head) in enumerate(heads):
        scene.text(f"head-{i}", x + w / 2, 20, head, align="middle", weight="bold", size=13)
    cached, rows = (store.get(key, "–") for store in outcome.start)
    scene.box("start-c", 374, 30, 82, 22, label=str(cached), fill="page", size=13)
    scene.box("start-d", 464, 30, 88, 22, label=str(rows), fill="page", size=13)
    scene.text("start", 38, 46, "at the start", size=12, ink="muted")
    scene.say(0, f"At the start the cache {_holds(outcome.start[0].get(key))}, and the database has {rows}.")
    for i, turn in enumerate(turns):
        y, t = 60 + 30 * i, i + 1.0
        column = heads[1 + names.index(turn.who)]
        held, row = turn.cache.get(key), turn.db.get(key)
        state = "good" if held == row else "actor5" if key in turn.dirty else "warn"
        scene.text(f"n-{i}", 21, y + 16, str(i + 1), align="middle", size=12, ink="muted")
        scene.box(f"s-{i}", column[0], y, column[1], 24, label=_short(turn), fill=actor(1 + names.index(turn.who)),
                  size=12, opacity=0.15)  # fmt: skip
        scene.box(f"c-{i}", 374, y, 82, 24, label="–" if held is None else str(held), size=13, opacity=0,
                  fill="page" if held is None else state)  # fmt: skip
        scene.box(f"d-{i}", 464, y, 88, 24, label=str(row), size=13, opacity=0, fill="page")
        scene.key(t, f"s-{i}", over=0.3, opacity=1)
        scene.key(t, f"c-{i}", over=0.3, opacity=1)
        scene.key(t, f"d-{i}", over=0.3, opacity=1)
        scene.say(t, _told(turn))
    held, row = outcome.cache.get(key), outcome.db.get(key)
    then = "every read from now on gets the old value" if outcome.stale else "no harm done"
    database = f"the database {row}" if held is not None else f"the database has {row}"
    verdict = f"The cache {_holds(held)}, {database}: {then}."
    verdict = f"{fault[:1].upper()}{fault[1:]}." if fault else verdict
    harm = bool(fault) or outcome.stale
    scene.text("verdict", 8, 84 + 30 * len(turns), ("✗ " if harm else "✓ ") + verdict, size=13, opacity=0,
               ink="bad-ink" if harm else "good-ink")  # fmt: skip
    scene.key(len(turns) + 1.0, "verdict", opacity=1)
    scene.say(len(turns) + 1.0, verdict, still=True)
    return scene


def _holds(value: Any) -> str:
    return "is empty" if value is None else f"has {value}"


def _short(turn: Turn) -> str:
    """The step with its answer, in as few words as fit a box."""
    verb, args = turn.step.verb, turn.step.args
    if verb in ("get", "read"):
        return f"{'cache' if verb == 'get' else 'db'}: {verb} → {'miss' if turn.answer is None else turn.answer}"
    if verb == "lease":
        value, token = turn.answer
        return f"cache: lease → {value if value is not None else f'token {token}' if token else 'wait'}"
    put = "" if turn.answer is not False else " ✗ refused"
    where = "db" if turn.step.store == "database" else "cache"
    return f"{where}: {verb}{f' {args[1]}' if len(args) > 1 else ''}{put}"


def _told(turn: Turn) -> str:
    """The step as a sentence."""
    who, verb, args, answer = turn.who, turn.step.verb, turn.step.args, turn.answer
    value = args[1] if len(args) > 1 else None
    if verb in ("get", "lease"):
        found, token = (answer, None) if verb == "get" else answer
        if found is not None:
            return f"{who} looks into the cache: {found}."
        return f"{who} looks into the cache: a miss{f', and it gets token {token}' if token else ''}."
    if verb in ("set", "add", "fill"):
        if answer is False:
            why = "its token is void by now" if verb == "fill" else "there is something already"
            return f"{who} tries to put {value} into the cache, but {why}."
        key = turn.step.key
        old = " That is the old value." if turn.db.get(key) != turn.cache.get(key) and key not in turn.dirty else ""
        return f"{who} puts {value} into the cache.{old}"
    simple = {
        "read": f"{who} reads the database: {answer}.",
        "write": f"{who} writes {value} to the database.",
        "delete": f"{who} deletes the entry from the cache, if there is one.",
    }
    return simple.get(verb, f"{who}: {turn.step}.")


def still_schedule(outcome: Outcome, fault: str = "") -> tuple[str, str]:
    """One schedule as it stands in the end: SVG and what it says, for a report."""
    scene = draw_schedule(outcome, fault=fault)
    size = f'<svg width="{scene.width:g}" height="{scene.height:g}" '
    return scene.svg(scene.end).replace("<svg ", size, 1), f"{outcome.schedule}: {scene.caption(scene.end)}"


class show_schedules:
    """All schedules as a table: who steps when, what the stores hold in the end, and whether that is stale."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = list(outcomes)

    def _rows(self) -> list[tuple[str, str, str, bool]]:
        return [(o.schedule, str(o.cache.get("a", "–")), str(o.db.get("a", "–")), o.stale) for o in self.outcomes]

    def __repr__(self) -> str:
        stale = sum(o.stale for o in self.outcomes)
        rows = [
            f"{order}  cache {held:>2}, database {row}{'  ✗ stale' if bad else ''}"
            for order, held, row, bad in self._rows()
        ]
        return "\n".join([f"{stale} of {len(self.outcomes)} schedules leave a stale entry", *rows])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        cell = 'style="text-align: left; padding: 2px 12px"'
        head = "".join(f'<th scope="col" {cell}>{name}</th>' for name in ("who steps when", "cache", "database", ""))
        body = ""
        for order, held, row, bad in self._rows():
            verdict = badge("bad", "stale") if bad else badge("good", "no harm")
            cells = (f"<code>{escape(order)}</code>", escape(held), escape(row), verdict)
            body += "<tr>" + "".join(f"<td {cell}>{text}</td>" for text in cells) + "</tr>"
        html = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return {"text/html": html, "text/plain": repr(self)}
