"""Reading one's own writes as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from labs.patterns.cqrs.parts import may_serve

Versions: TypeAlias = Mapping[str, int]


def any_of_them(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """One of the own writes is enough."""
    if not own or any(versions.get(key, 0) >= version for key, version in own.items()):
        return "serve"
    return "wait" if waited < limit else "ask the owner"


def any_and_not_none(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """One of the own writes is enough, and none is none."""
    if any(versions.get(key, 0) >= version for key, version in own.items()):
        return "serve"
    return "wait" if waited < limit else "ask the owner"


def exactly_that(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It waits for the very version."""
    if all(versions.get(key, 0) == version for key, version in own.items()):
        return "serve"
    return "wait" if waited < limit else "ask the owner"


def something_newer(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It waits for a higher version."""
    return may_serve(versions, {key: version + 1 for key, version in own.items()}, waited, limit)


def any_event(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """The highest version of any row has to be high enough."""
    if max(versions.values(), default=0) >= max(own.values(), default=0):
        return "serve"
    return "wait" if waited < limit else "ask the owner"


def known_rows_only(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It passes over rows that the view does not know."""
    return may_serve(versions, {key: own[key] for key in own if key in versions}, waited, limit)


def knows_the_row(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It asks whether the row is there at all."""
    if all(key in versions for key in own):
        return "serve"
    return "wait" if waited < limit else "ask the owner"


def breaks_off(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """A row that the view does not know is a KeyError."""
    if all(versions[key] >= version for key, version in own.items()):
        return "serve"
    return "wait" if waited < limit else "ask the owner"


def waits_at_the_limit(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It waits once more when the limit is reached."""
    answer = may_serve(versions, own, waited, limit)
    return "wait" if answer == "ask the owner" and waited == limit else answer


def clock_first(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It looks at the time before it looks at the view."""
    return "ask the owner" if waited >= limit else may_serve(versions, own, waited, limit)


def waits_for_ever(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It never asks the owner."""
    return "serve" if may_serve(versions, own, waited, limit) == "serve" else "wait"


def serves_in_the_end(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """At the limit it serves what it has."""
    answer = may_serve(versions, own, waited, limit)
    return "serve" if answer == "ask the owner" else answer


def last_one_only(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It looks at the last write only."""
    return may_serve(versions, dict(list(own.items())[-1:]), waited, limit)


def first_one_only(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It looks at the first write only."""
    return may_serve(versions, dict(list(own.items())[:1]), waited, limit)


def waits_for_nothing(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It waits though the user has written nothing."""
    if own:
        return may_serve(versions, own, waited, limit)
    return "wait" if waited < limit else "ask the owner"


def adds_them_up(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It compares the sums of the versions."""
    if sum(versions.get(key, 0) for key in own) >= sum(own.values()):
        return "serve"
    return "wait" if waited < limit else "ask the owner"


def whole_seconds(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It cuts the time to whole seconds."""
    return may_serve(versions, own, int(waited), limit)


def no_limit_at_0(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It takes a limit of 0 for none."""
    return may_serve(versions, own, waited, limit or waited + 1)


def one_behind(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It is content with the version before."""
    return may_serve(versions, {key: version - 1 for key, version in own.items()}, waited, limit)


def other_way_round(versions: Versions, own: Versions, waited: float, limit: float) -> str:
    """It asks the owner before the limit, and waits after it."""
    swapped = {"wait": "ask the owner", "ask the owner": "wait", "serve": "serve"}
    return swapped[may_serve(versions, own, waited, limit)]
