"""Lesson 08: electing a leader."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, combinations
from typing import Any

from labs.kafka.replication.rules import elect
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.kit.guarding.telling import show

Case = tuple[tuple[int, ...], frozenset[int], frozenset[int], frozenset[int], bool]


def case(replicas: Sequence[int], alive: Collection[int], isr: Collection[int], eligible: Collection[int] = (),
         unclean: bool = False) -> Case:  # fmt: skip
    """One case."""
    return tuple(replicas), frozenset(alive), frozenset(isr), frozenset(eligible), unclean


def cases() -> Iterator[Case]:
    """Small ones first, then every possible state of three brokers, in two orders of the replicas."""
    yield case((1,), {1}, {1})
    yield case((1, 2), {2}, {1, 2})
    yield case((1, 2), {2}, {1})
    yield case((1, 2), {2}, {1}, unclean=True)
    yield case((1, 2, 3), {2, 3}, {1, 3})
    yield case((2, 3, 1), {1, 2, 3}, {1, 3})
    yield case((1, 2, 3), {2, 3}, (), {3})
    yield case((1, 2, 3), {2, 3}, (), {3}, True)
    yield case((1, 2, 3), {2, 3}, (), {1})
    yield case((1, 2, 3), {2, 3}, (), {1}, True)
    yield case((1, 2, 3), {2, 3}, {3}, {2})
    yield case((1, 2, 3), (), {1}, (), True)
    yield case((10, 9, 101), {9, 101, 7}, {9, 101})
    yield case((10, 9, 101), {9, 101, 7}, {10}, (), True)
    yield case((10, 9, 101), {7}, {10}, (), True)
    yield case((1, 2, 3), {2, 3}, {1}, {3})  # the set has a member, though a dead one
    yield case((1, 2, 3), {2, 3}, {1}, {3}, True)
    yield case((1, 2, 3), {3}, {1}, {2, 3})
    yield case((1, 2, 3), {3}, (), {2, 3})
    yield case((0, 1, 2), {0, 2}, {0, 2})
    yield case((1, 0, 2), {0, 2}, {0, 1})
    yield case((0, 1, 2), {0, 1}, (), {0})
    yield case((1, 0, 2), {0, 2}, (), (), True)
    yield case((1, 0), {0, 1}, {0}, (), True)

    def some(brokers: Sequence[int]) -> list[tuple[int, ...]]:
        return list(chain.from_iterable(combinations(brokers, n) for n in range(len(brokers) + 1)))

    for replicas in ((3, 1, 2), (1, 2, 3)):
        for alive in some(replicas):
            for isr in some(replicas):
                for eligible in some([b for b in replicas if b not in isr]):
                    for unclean in (False, True):
                        yield case(replicas, alive, isr, eligible, unclean)


def larger() -> Any:
    """Up to five replicas with any numbers; other brokers are alive, too."""
    from hypothesis import strategies as st

    def build(ids: list[int], alive: list[bool], state: list[int], others: set[int], unclean: bool) -> Case:
        up = {b for b, is_up in zip(ids, alive, strict=False) if is_up}
        isr = {b for b, s in zip(ids, state, strict=False) if s == 1}
        eligible = {b for b, s in zip(ids, state, strict=False) if s == 2}
        return case(ids, up | (others - set(ids)), isr, eligible, unclean)

    return st.builds(
        build,
        st.lists(st.integers(0, 120), min_size=1, max_size=5, unique=True),
        st.lists(st.booleans(), min_size=5, max_size=5),
        st.lists(st.integers(0, 3), min_size=5, max_size=5),
        st.sets(st.integers(0, 120), max_size=3),
        st.booleans(),
    )


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(case: Case, answer: Any) -> int | None:
    if answer is None:
        return None
    broker = whole(answer, "the number of one broker, or None")
    if broker not in case[0]:
        more = " Where nobody may lead, return None." if elect(*case) is None else ""
        raise Wrong(f"It returned {broker}, which is none of the replicas {show(case[0])}.{more}")
    return broker


def _alive(case: Case, answer: int | None) -> None:
    if answer is not None and answer not in case[1]:
        raise Wrong(f"Broker {answer} is not alive.", elect(*case))


def _complete(case: Case, answer: int | None) -> None:
    _, alive, isr, eligible, _ = case
    right = elect(*case)
    if answer is not None and right is not None and answer not in isr | eligible and right in isr | eligible:
        raise Wrong(f"Broker {answer} may lack records, and broker {right} has them all.", right)
    if answer is not None and right is None and answer in alive & eligible:
        still = f"the in-sync set still names {show(sorted(isr))}"
        raise Wrong(f"Broker {answer} is only eligible, and {still}: nobody leads.", None)
    if answer is not None and right is None and answer in alive:
        raise Wrong(f"Broker {answer} may lack records, and unclean elections are off: nobody leads.", None)


def _somebody(case: Case, answer: int | None) -> None:
    right = elect(*case)
    if answer is None and right is not None:
        raise Wrong(f"Nobody leads, though broker {right} may.", right)


def _the_first(case: Case, answer: int | None) -> None:
    right = elect(*case)
    if answer is not None and right is not None and answer != right:
        raise Wrong(f"Of those that may lead, {right} comes first in {show(case[0])}.", right)


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _lowest(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(sorted(replicas), alive, isr, eligible, unclean)


def _highest(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(sorted(replicas, reverse=True), alive, isr, eligible, unclean)


def _from_the_end(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas[::-1], alive, isr, eligible, unclean)


def _the_dead(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, replicas, isr, eligible, unclean)


def _always_unclean(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, isr, eligible, True)


def _never_unclean(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, isr, eligible, False)


def _unclean_first(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, replicas if unclean else isr, eligible, unclean)


def _no_eligible(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, isr, (), unclean)


def _eligible_beside(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, [*isr, *eligible], (), unclean)


def _eligible_after_the_dead(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    running = [broker for broker in isr if broker in alive]
    return elect(replicas, alive, running, eligible, unclean)


def _eligible_first(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, eligible or isr, (), unclean)


def _majority(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return (
        elect(replicas, alive, isr, eligible, unclean) if 2 * len(set(alive) & set(replicas)) > len(replicas) else None
    )


def _zero_is_nobody(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, isr, eligible, unclean) or None


def _zero_is_not_found(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    found = elect(replicas, alive, isr, eligible, False)
    return found if found or not unclean else next((b for b in replicas if b in alive), None)


def _any_alive(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return next((b for b in replicas if b in alive), None)


def _only_the_first(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    first = [b for b in replicas if b in (isr or eligible)][:1]
    return elect(replicas, alive, first, (), unclean)


def _lowest_in_sync(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    if running := [broker for broker in isr or eligible if broker in alive]:
        return int(min(running))
    return elect(replicas, alive, (), (), unclean)


def _unclean_if_empty(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, isr, eligible, unclean and not isr)


def _unclean_if_both_empty(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return elect(replicas, alive, isr, eligible, unclean and not isr and not eligible)


def _preferred_at_once(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    return replicas[0] if replicas[0] in alive else elect(replicas, alive, isr, eligible, unclean)


def _place(replicas: Any, alive: Any, isr: Any, eligible: Any, unclean: bool) -> int | None:
    found = elect(replicas, alive, isr, eligible, unclean)
    return None if found is None else int(list(replicas).index(found))


def _beware(case: Case) -> str | None:
    return "Nobody may lead here: return None." if elect(*case) is None else None


ELECT = Exercise(
    id="kafka-elect",
    lesson="08",
    title="Electing a leader",
    points=2,
    reference=elect,
    cases=cases,
    strategy=larger,
    shape="Returns one of the replicas, or None",
    read=_read,
    beware=_beware,
    properties=(
        ("The leader is alive", _alive),
        ("It has every committed record, unless unclean elections are on", _complete),
        ("Somebody leads if somebody may", _somebody),
        ("It is the first that may, in the order of the replicas", _the_first),
    ),
    wrong=(
        Mistake("You take the smallest number, or go through a set, which has no order: go by the order of `replicas`.",
                _lowest),
        Mistake("You take the largest number. The order of `replicas` decides, whatever the numbers.", _highest),
        Mistake("You take the last of them. The first one of `replicas` that may lead is preferred.", _from_the_end),
        Mistake("You elect brokers that are dead: look at `alive`.", _the_dead),
        Mistake("You take whoever is alive. The in-sync set comes first, and without `unclean` it is all there is.",
                _any_alive),
        Mistake("You elect uncleanly though `unclean` is False: then nobody leads, and the partition waits.",
                _always_unclean),
        Mistake("You never elect uncleanly. With `unclean` any replica that is alive will do in the end.",
                _never_unclean),
        Mistake("With `unclean` you no longer prefer those that are in sync. It is the last resort, not the first.",
                _unclean_first),
        Mistake("You forget the eligible ones: where the in-sync set is empty, they are used instead.",
                _no_eligible),
        Mistake("You count the eligible ones together with the in-sync ones. They count only if that set is empty.",
                _eligible_beside),
        Mistake("You turn to the eligible ones because the in-sync ones are dead. They count only where that set has "
                "no members at all.", _eligible_after_the_dead),
        Mistake("You ask the eligible ones first. The in-sync set comes first.", _eligible_first),
        Mistake("You require a majority. One in-sync replica is enough to lead: the controllers have the majority.",
                _majority),
        Mistake("You treat broker 0 as nobody: `0 or None` is None. Test `is not None`.", _zero_is_nobody),
        Mistake("You found broker 0, and treat it as nobody: `if not leader` is true for 0. Test `is None`.",
                _zero_is_not_found),
        Mistake("You take the smallest number of those that may lead, or go through a set, which has no order: go by "
                "the order of `replicas`.", _lowest_in_sync),
        Mistake("You elect uncleanly only where the in-sync set has no members. With `unclean` dead members do not "
                "stand in the way: any replica that is alive will do in the end.", _unclean_if_empty),
        Mistake("You elect uncleanly only where both sets have no members. With `unclean` dead members do not "
                "stand in the way: any replica that is alive will do in the end.", _unclean_if_both_empty),
        Mistake("You take the preferred replica as soon as it is alive. It, too, must be one that may lead.",
                _preferred_at_once),
        Mistake("You return a place in `replicas`, counted from 0. The broker's number is what is asked for.", _place),
        Mistake("You only look at the first in-sync replica, and give up if it is dead: try the next.",
                _only_the_first),
    ),
    hints=(
        "First put together who may lead: those in `isr`; if `isr` is empty, those in `eligible`.",
        "Then go through `replicas` in order and take the first that may lead and is alive.",
        "Only if that finds nobody, and `unclean` is on, go through `replicas` again for anyone alive.",
    ),
)  # fmt: skip
