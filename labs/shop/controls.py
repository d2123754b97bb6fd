"""What the learner sets and sees around the map: a round to play, and the table of all rounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.guarding.telling import LearnerError
from labs.kit.playing.controls import Control
from labs.kit.playing.explorer import Explorer, Monitor, explore
from labs.kit.progress import Table
from labs.kit.trace import Trace
from labs.patterns.saga.world import SAFETY
from labs.queues.buffer.overflow import POLICIES
from labs.shop.picture import draw_shop
from labs.shop.pieces import PIECES, Pieces, plugged
from labs.shop.promises import LABELS, PROMISES, broken, cost, go_back, kept, lesson_of, longest, p95
from labs.shop.rounds import EVERY
from labs.shop.settings import ASIDE, BUDGET, LEASED
from labs.shop.shop import run_shop

KINDS: dict[str, dict[str, Any]] = {
    "servers": dict(low=1, high=8),
    "bound": dict(low=1, high=60),
    "policy": dict(options=POLICIES),
    "connections": dict(low=1, high=8),
    "collapsing": {},
    "reading": dict(options=(LEASED, ASIDE)),
    "lifetime": dict(low=1, high=60, unit="s"),
    "safety": dict(options=SAFETY),
    "standby": {},
    "batch": dict(low=1, high=10),
    "tries": dict(low=1, high=6),
    "pause": dict(low=0.5, high=4, step=0.5, unit="s"),
    "overlap": dict(low=0, high=60, step=5, unit="s"),
    "denylist": {},
    "acks": dict(options=("1", "all")),
    "min_insync": dict(low=1, high=3),
}


INVOICE: Monitor = ("longest wait for the invoice", lambda trace: f"{longest(trace, 'log acked', 'booked'):.1f} s")
MORE: dict[int, tuple[Monitor, ...]] = {  # what is worth a look in one round only
    5: (("longest saga", lambda trace: f"{longest(trace, 'accept', 'approved', 'rejected'):.1f} s"),),
    6: (INVOICE,),
    7: (INVOICE,),
    10: (
        ("longest wait for the log", lambda trace: f"{longest(trace, 'approved', 'log acked'):.1f} s"),
        ("acknowledged by one broker alone", lambda trace: _records(trace.of("closed")[-1]["alone"])),
    ),
}


def _records(n: int) -> tuple[str, bool]:
    return f"{n} record{'s' * (n != 1)}", not n


def explore_round(number: int, *, own: dict[str, Callable[..., Any]] | None = None, after: Any = None,
                  seed: int = 0, **settings: Any) -> Explorer:  # fmt: skip
    """Play a round; 0 is a day without an incident.

    `settings` are those that the operator sets; `own` puts functions in the place of pieces.
    """
    if number not in EVERY:
        raise ValueError(f"there is no round {number!r}; there are {', '.join(map(str, EVERY))}")
    chosen = EVERY[number]
    pieces = Pieces({**plugged().own, **(own or {})})
    fence = fenced(run_shop, *pieces.own.values()) if pieces.own else run_shop
    start = {**chosen.found, **settings}
    told: dict[str, str] = {}
    stopped: list[str] = []  # where a piece that stops the shop sends the learner back to

    def run(**given: Any) -> Trace:
        given = {"round": number, **chosen.good, **start, **given}
        try:
            trace: Trace = fence(pieces=pieces, **given)
        except LearnerError as error:
            exercise, error = _culprit(error, pieces, given)
            stopped[:] = [lesson_of(exercise) if exercise else "your own pieces, taken together"]
            sentence = f"The shop stops: go back to {stopped[0]}. {_what(error)}"
            raise LearnerError(error.kind, sentence, error.line, error.exception) from None
        trace.settings = {**trace.settings, "owners": {name: pieces.whose(name) for name in PIECES}}
        return trace

    def back(trace: Trace) -> str:  # the round is played again for it, so once for each setting
        key = repr(sorted((name, value) for name, value in trace.settings.items() if name in KINDS))
        if key not in told:
            told[key] = go_back(trace, pieces, lambda **given: (fence if given["pieces"].own else run_shop)(**given))
        return told[key]

    shown = [Control(name, start[name], label=LABELS[name], **KINDS[name]) for name in chosen.found]
    it = explore(
        run, draw_shop, controls=shown,
        monitors=[
            ("promises kept", lambda trace: (f"{kept(trace)} of {len(PROMISES)}", kept(trace) == len(PROMISES))),
            (f"p95 (budget {BUDGET:g} s)", lambda trace: f"{p95(trace):.1f} s"),
            *MORE.get(number, ()),
            ("it cost", lambda trace: f"{cost(trace):g} coins"),
            ("go back to", lambda trace: back(trace) or "no need: all promises are kept"),
        ],
        after=after, seed=seed,
    )  # fmt: skip
    it.stopped = stopped  # type: ignore[attr-defined]
    it.back = back  # type: ignore[attr-defined]
    it.chosen = chosen  # type: ignore[attr-defined]
    it.whose = pieces.whose(chosen.piece)  # type: ignore[attr-defined]
    return it


def _culprit(error: LearnerError, pieces: Pieces, given: dict[str, Any]) -> tuple[str, LearnerError]:
    """Which of the learner's pieces stops the shop, and what is said about it: each is tried alone, if there are more.

    Empty where each of them alone lets it go on.
    """
    if len(pieces.own) == 1:
        return next(iter(pieces.own)), error
    tried = EVERY[given["round"]].piece
    for exercise in sorted(pieces.own, key=lambda name: name != tried):
        alone = pieces.only(exercise)
        try:
            fenced(run_shop, alone[exercise])(pieces=alone, **given)
        except LearnerError as found:
            return exercise, found
    return "", error


def _what(error: LearnerError) -> str:
    """What went wrong. Where the shop itself stumbled, and not a line of the piece, it was over the piece's answer."""
    stumbled = "to unpack" in error.sentence or error.exception in ("KeyError", "IndexError", "AttributeError")
    if error.line is None and stumbled:
        return f"Its answer could not be used: {error.sentence}"
    return error.sentence[:1].upper() + error.sentence[1:]


def scoreboard(*rounds: Explorer) -> Table:
    """All rounds as they stand: promises kept, what it cost, and where a broken one sends you back to.

    A round whose prediction is not recorded yet has not been played.
    """
    rows, total, coins, played = [], 0, 0.0, 0
    for it in rounds:
        (trace,) = it.traces or (None,)
        chosen = it.chosen  # type: ignore[attr-defined]
        if it.widget.locked:
            rows.append((f"{chosen.number} · {chosen.name}", "not played yet", "", "", "", ""))
            continue
        if trace is None:  # it cannot be played with this piece
            played += 1
            rows.append((f"{chosen.number} · {chosen.name}", "the shop stops", "0 of 4", "", "", it.stopped[0]))  # type: ignore[attr-defined]
            continue
        played, total, coins = played + 1, total + kept(trace), coins + cost(trace)
        gone = ", ".join(PROMISES[name] for name in broken(trace)) or "–"
        whose, back = it.whose, it.back(trace) or "–"  # type: ignore[attr-defined]
        rows.append((f"{chosen.number} · {chosen.name}", f"{chosen.piece} ({whose})", f"{kept(trace)} of 4", gone,
                     f"{cost(trace):g}", back))  # fmt: skip
    rows.append((f"{played} of {len(rounds)} rounds", "", f"{total} of {4 * played}", "", f"{coins:g}", ""))
    return Table(("round", "piece", "promises kept", "broken", "coins", "go back to"), rows)


def whose_pieces() -> Table:
    """Every place in the shop for a function of the learner's, and whose stands there."""
    pieces = plugged()
    rows = [(it.does, it.exercise, it.lesson, pieces.whose(it.exercise)) for it in PIECES.values()]
    return Table(("this piece", "exercise", "lesson", "whose it is"), rows)
