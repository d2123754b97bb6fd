"""The handler and the compensation of lesson 02 as people get them wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from labs.patterns.saga.steps import take, undo

Rows = dict[str, Any]


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


def refuses_first(rows: Rows, key: str, amount: int) -> str:
    """It looks at the amount before the key, and closes the key where too little is free."""
    if rows["free"] < amount:
        rows["closed"][key] = "refused"
        return "failed"
    return take(rows, key, amount)


def adds_up(rows: Rows, key: str, amount: int) -> str:
    """It looks whether the key is closed, and not whether it has been served."""
    outcome = "failed" if key in rows["closed"] else no_key(rows, key, amount)
    if outcome == "failed":
        rows["closed"].setdefault(key, "refused")
    return outcome


def tries_again(rows: Rows, key: str, amount: int) -> str:
    """What was refused may find enough the next time."""
    if rows["closed"].get(key) == "refused":
        del rows["closed"][key]
    return take(rows, key, amount)


def truthy(rows: Rows, key: str, amount: int) -> str:
    """It asks whether the amount taken is true, so that 0 counts as never seen."""
    return take(rows, key, amount) if rows["taken"].get(key) or key not in rows["taken"] else "failed"


def takes_from_a_copy(rows: Rows, key: str, amount: int) -> str:
    """It works on a copy, and nothing is committed."""
    return take(deepcopy(rows), key, amount)


def leaves_it_free(rows: Rows, key: str, amount: int) -> str:
    """What is taken is still free."""
    free = rows["free"]
    outcome = take(rows, key, amount)
    rows["free"] = free
    return outcome


def needs_something(rows: Rows, key: str, amount: int) -> str:
    """Where nothing is free it refuses even 0."""
    if key not in rows["taken"] and key not in rows["closed"] and not rows["free"]:
        rows["closed"][key] = "refused"
    return take(rows, key, amount)


def refuses_over_it(rows: Rows, key: str, amount: int) -> str:
    """A request under a closed key is noted as refused."""
    if key in rows["closed"]:
        rows["closed"][key] = "refused"
    return take(rows, key, amount)


def loses_the_others(rows: Rows, key: str, amount: int) -> str:
    """It makes a new dict of what is taken."""
    new = key not in rows["taken"]
    outcome = take(rows, key, amount)
    if new and outcome == "done":
        rows["taken"] = {key: amount}
    return outcome


def raises_a_refusal(rows: Rows, key: str, amount: int) -> str:
    """It raises where too little is free."""
    refused = key not in rows["closed"] and take(rows, key, amount) == "failed"
    if refused:
        raise ValueError("not enough")
    return take(rows, key, amount)


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


def undoes_a_copy(rows: Rows, key: str) -> str:
    """It works on a copy, and nothing is committed."""
    return undo(deepcopy(rows), key)


def expects_the_key(rows: Rows, key: str) -> str:
    """It breaks off where nothing was taken."""
    rows["free"] += rows["taken"].pop(key)
    return undo(rows, key)


def fails_on_nothing(rows: Rows, key: str) -> str:
    """Where there is nothing to give back it says that it failed."""
    taken = key in rows["taken"]
    undo(rows, key)
    return "done" if taken else "failed"


def sets_to_zero(rows: Rows, key: str) -> str:
    """It leaves an entry of 0."""
    taken = key in rows["taken"]
    undo(rows, key)
    if taken:
        rows["taken"][key] = 0
    return "done"


def undoes_what_is_true(rows: Rows, key: str) -> str:
    """An entry of 0 stays where it is."""
    if rows["taken"].get(key):
        return undo(rows, key)
    rows["closed"].setdefault(key, "undone")
    return "done"


def gives_all_back(rows: Rows, key: str) -> str:
    """It gives back everything that was ever taken."""
    rows["free"] += sum(rows["taken"].values())
    rows["taken"].clear()
    return undo(rows, key)
