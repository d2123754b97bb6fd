"""The three exercises of lesson 02 as people get them wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.patterns.saga.steps import Entry, Step, next_action, take, undo

Rows = dict[str, Any]

# ── the orchestrator ──────────────────────────────────────────────────────────────────────────────────────────────────


def decide(
    steps: Sequence[Step],
    log: Sequence[Entry],
    *,
    back: Callable[[str, str], bool] = lambda kind, outcome: (
        (outcome == "failed" and kind != "retriable") or (outcome == "unknown" and kind == "compensatable")
    ),
    also: Callable[[str], bool] = lambda outcome: outcome != "failed",
    order: Callable[[list[Step]], list[Step]] = lambda some: some[::-1],
    settled: tuple[str, ...] = ("done",),
) -> str | None:
    """The right answer, but for what is given."""
    done, latest = {name for name, outcome in log if outcome == "done"}, dict(log)
    for place, (action, _, kind) in enumerate(steps):
        if action in done:
            continue
        outcome = latest.get(action, "")
        if not back(kind, outcome):
            return action
        for _, compensation, _ in order(list(steps[: place + also(outcome)])):
            if compensation and latest.get(compensation) not in settled:
                return compensation
        return None
    return None


def undoes_the_failed(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """The failed step is compensated as well."""
    return decide(steps, log, also=lambda outcome: True)


def unknown_is_failed(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A step with an unknown outcome is left as it is."""
    return decide(steps, log, also=lambda outcome: False)


def gives_up(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A compensation that fails is passed over."""
    return decide(steps, log, settled=("done", "failed", "unknown"))


def stops_at_failed(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """The first failed compensation ends it all."""
    undoing = {compensation for _, compensation, _ in steps}
    return None if log and log[-1][0] in undoing and log[-1][1] != "done" else next_action(steps, log)


def forwards(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """Compensations in the order of the steps."""
    return decide(steps, log, order=lambda some: some)


def retriable_turns_back(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A retriable step that fails turns the saga back."""
    return decide(steps, log, back=lambda kind, outcome: outcome == "failed" or (outcome, kind) == ("unknown", "compensatable"))  # fmt: skip  # noqa: E501


def pivot_unknown_turns_back(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A pivot whose outcome nobody knows turns the saga back."""
    return decide(steps, log, back=lambda kind, outcome: outcome in ("failed", "unknown") and kind != "retriable")


def repeats_the_unknown(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A compensatable step with an unknown outcome is sent again."""
    return decide(steps, log, back=lambda kind, outcome: outcome == "failed" and kind != "retriable")


def never_back(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """What has failed is tried again, for ever."""
    return decide(steps, log, back=lambda kind, outcome: False)


# ── the handler ───────────────────────────────────────────────────────────────────────────────────────────────────────


def no_key(rows: Rows, key: str, amount: int) -> str:
    """Every message counts."""
    if rows["free"] < amount:
        return "failed"
    rows["free"] -= amount
    rows["taken"][key] = rows["taken"].get(key, 0) + amount
    return "done"


def ignores_closed(rows: Rows, key: str, amount: int) -> str:
    """What was undone or refused is taken after all."""
    if key in rows["taken"]:
        return "done"
    if rows["free"] < amount:
        rows["closed"].setdefault(key, "refused")
        return "failed"
    rows["free"] -= amount
    rows["taken"][key] = amount
    return "done"


def forgets_the_no(rows: Rows, key: str, amount: int) -> str:
    """A refusal is not remembered."""
    if key not in rows["taken"] and key not in rows["closed"] and rows["free"] < amount:
        return "failed"
    return take(rows, key, amount)


def not_the_last(rows: Rows, key: str, amount: int) -> str:
    """It refuses what would leave nothing."""
    if key not in rows["taken"] and key not in rows["closed"] and rows["free"] == amount:
        rows["closed"][key] = "refused"
    return take(rows, key, amount)


def duplicate_fails(rows: Rows, key: str, amount: int) -> str:
    """A repeated request is told that it failed."""
    return "failed" if key in rows["taken"] else take(rows, key, amount)


def enough_first(rows: Rows, key: str, amount: int) -> str:
    """It looks at the amount before the key."""
    return "failed" if key in rows["taken"] and rows["free"] < amount else take(rows, key, amount)


def truthy(rows: Rows, key: str, amount: int) -> str:
    """It asks whether the amount taken is true, so that 0 counts as never seen."""
    return take(rows, key, amount) if rows["taken"].get(key) or key not in rows["taken"] else "failed"


# ── the compensation ──────────────────────────────────────────────────────────────────────────────────────────────────


def no_tombstone(rows: Rows, key: str) -> str:
    """It does not remember what it undid."""
    rows["free"] += rows["taken"].pop(key, 0)
    return "done"


def only_what_was_taken(rows: Rows, key: str) -> str:
    """A compensation that comes first leaves no trace."""
    return undo(rows, key) if key in rows["taken"] else "done"


def fails_on_unknown(rows: Rows, key: str) -> str:
    """It calls an unknown key a failure."""
    seen = key in rows["taken"] or key in rows["closed"]
    undo(rows, key)
    return "done" if seen else "failed"


def fails_again(rows: Rows, key: str) -> str:
    """The second time it says that it failed."""
    return "failed" if key in rows["closed"] else undo(rows, key)


def keeps_the_entry(rows: Rows, key: str) -> str:
    """It gives back, and leaves the entry in place."""
    rows["free"] += rows["taken"].get(key, 0)
    rows["closed"].setdefault(key, "undone")
    return "done"


def gives_nothing_back(rows: Rows, key: str) -> str:
    """It crosses off, and gives nothing back."""
    rows["taken"].pop(key, 0)
    rows["closed"].setdefault(key, "undone")
    return "done"


def overwrites(rows: Rows, key: str) -> str:
    """It writes over a refusal."""
    undo(rows, key)
    rows["closed"][key] = "undone"
    return "done"
