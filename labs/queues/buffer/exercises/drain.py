"""The exercise `queues-drain`: how many workers empty a queue in time, and how long they take."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import ceil, isclose
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import number, several, whole
from labs.queues.buffer.capacity import drain

Case = tuple[int, int, int, int]  # backlog, arrivals per second, per worker and second, within so many seconds
Plan = tuple[int, float]


def cases() -> Iterator[Case]:
    """The lesson's own numbers first; then those that divide evenly, that do not, no backlog, no arrivals."""
    first = [(450, 0, 15, 30), (450, 60, 15, 30), (600, 60, 15, 10), (100, 20, 15, 60), (0, 60, 15, 10)]
    first += [(450, 0, 15, 60), (0, 0, 15, 10), (7, 10, 10, 1), (1, 60, 15, 3600)]
    every = product((0, 1, 30, 450, 1000), (0, 1, 14, 15, 60, 61), (1, 7, 15, 100), (1, 10, 45))
    yield from (case for case in (*first, *every) if _plain(*case))


def larger() -> Any:
    """A Hypothesis strategy: up to some thousands of everything."""
    from hypothesis import strategies as st

    some = st.tuples(st.integers(0, 20000), st.integers(0, 500), st.integers(1, 80), st.integers(1, 600))
    return some.filter(lambda case: _plain(*case))


def _plain(backlog: int, arrivals: int, per_worker: int, within: int) -> bool:
    """Whether it does not matter in which order somebody divides: no rounding error makes one worker more."""
    exact, _ = drain(backlog, arrivals, per_worker, within)
    ways = (
        (arrivals + backlog / within) / per_worker,
        arrivals / per_worker + backlog / within / per_worker,
        arrivals / per_worker + backlog / (within * per_worker),
        arrivals / per_worker + backlog / per_worker / within,
    )
    return all(ceil(way) == exact for way in ways)


# ── what is asked of an answer ────────────────────────────────────────────────────────────────────────────────────────


def read(case: Case, answer: Any) -> Plan:
    """A whole number and a number, or Wrong."""
    first, second = several(answer, 2, "two things, `workers, seconds`")
    workers = whole(first, "a whole number, 0 or more", "The workers are", rounded=True)
    seconds = number(second, "a number, 0 or more", "The seconds are")
    for what, some in (("workers", workers), ("seconds", seconds)):
        if some < 0:
            raise Wrong(f"The {what} are {some}: there cannot be fewer than none.")
    return workers, seconds


def in_time(case: Case, answer: Plan) -> None:
    """The workers empty the queue in time, and keep up with what comes."""
    backlog, arrivals, each, within = case
    workers = answer[0]
    spare = workers * each - arrivals
    if spare < 0 or (backlog and not spare):
        never = "stays as it is" if not spare else f"grows by {-spare} every second"
        raise Wrong(
            f"With {_workers(workers)} the queue {never}: {arrivals} arrive per second, and {workers * each} are done.",
            drain(*case),
        )
    if spare * within < backlog:
        left = backlog - spare * within
        raise Wrong(f"With {_workers(workers)}, {left} of {backlog} still wait after {within} s.", drain(*case))


def no_more(case: Case, answer: Plan) -> None:
    """One worker fewer would not do."""
    if answer[0] > drain(*case)[0]:
        raise Wrong(f"{_workers(answer[0] - 1)} would do as well.", drain(*case))


def how_long(case: Case, answer: Plan) -> None:
    """The seconds are those that these workers take."""
    backlog, arrivals, each, _ = case
    workers, seconds = answer
    if workers != drain(*case)[0]:
        return  # the other properties have said so
    right = drain(*case)[1]
    if not isclose(seconds, right, rel_tol=1e-6, abs_tol=1e-9):
        if not backlog:
            raise Wrong("Nothing waits, so the queue is empty after 0 s.", drain(*case))
        spare = workers * each - arrivals
        who = f"{_workers(workers)} {'does' if workers == 1 else 'do'}"
        after = f"a backlog of {backlog} is gone after {right:g} s, not {seconds:g} s."
        raise Wrong(f"{who} {spare} more messages per second than arrive: {after}", drain(*case))


def _workers(number: int) -> str:
    return "1 worker" if number == 1 else f"{number} workers"


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _seconds(backlog: int, arrivals: int, workers: int, each: int) -> float:
    spare = workers * each - arrivals
    return backlog / spare if backlog and spare > 0 else 0.0


def _keeps_up(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = ceil(arrivals / per_worker)
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _one_above(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = arrivals // per_worker + 1
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _no_arrivals(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = ceil(backlog / within / per_worker)
    return workers, backlog / (workers * per_worker) if workers else 0.0


def _larger_of_both(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = max(ceil(arrivals / per_worker), ceil(backlog / within / per_worker))
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _rounded_apart(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = ceil(arrivals / per_worker) + ceil(backlog / (within * per_worker))
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _down(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = (arrivals * within + backlog) // (within * per_worker)
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _nearest(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = round((arrivals + backlog / within) / per_worker)
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _one_more(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = (arrivals * within + backlog) // (within * per_worker) + 1
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _once(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = ceil((arrivals + backlog) / (per_worker * within))
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _all_in_one_second(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = ceil((arrivals + backlog) / per_worker)
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _time_without_arrivals(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers, _ = drain(backlog, arrivals, per_worker, within)
    return workers, backlog / (workers * per_worker) if workers else 0.0


def _the_time_allowed(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    return drain(backlog, arrivals, per_worker, within)[0], within


def _the_time_allowed_if_any(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    return drain(backlog, arrivals, per_worker, within)[0], within if backlog else 0


def _sooner_than_that(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers, seconds = drain(backlog, arrivals, per_worker, within)
    workers += bool(backlog) and seconds == within
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _time_for_all_of_it(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers, _ = drain(backlog, arrivals, per_worker, within)
    return workers, (backlog + arrivals * within) / (workers * per_worker) if backlog else 0.0


def _always_faster(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers, _ = drain(backlog, arrivals, per_worker, within)
    workers += workers * per_worker == arrivals
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _whole_seconds(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers, seconds = drain(backlog, arrivals, per_worker, within)
    return workers, ceil(seconds)


def _whole_seconds_down(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers, seconds = drain(backlog, arrivals, per_worker, within)
    return workers, int(seconds)


def _nothing_to_drain(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    return drain(backlog, arrivals, per_worker, within) if backlog else (0, 0.0)


def _at_least_one(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers = max(1, drain(backlog, arrivals, per_worker, within)[0])
    return workers, _seconds(backlog, arrivals, workers, per_worker)


def _the_other_order(backlog: int, arrivals: int, per_worker: int, within: int) -> Any:
    return drain(backlog, arrivals, per_worker, within)[::-1]


def _divided_by_nothing(backlog: int, arrivals: int, per_worker: int, within: int) -> Plan:
    workers, _ = drain(backlog, arrivals, per_worker, within)
    return workers, backlog / (workers * per_worker - arrivals)


QUICKER = "The workers are right. They may be quicker than `within`: work out how long they really take."
WHOLE = "Time need not be whole: give the seconds as they come out of the division."
WRONG = (
    Mistake(
        "Your workers keep up with what arrives, and that is all: what waits already needs workers, too.", _keeps_up
    ),
    Mistake(
        "You take the first number of workers that is faster than the arrivals: the queue shrinks, "
        "but nothing says that it is empty in time.",
        _one_above,
    ),
    Mistake("You forget that messages go on arriving while the backlog is worked off.", _no_arrivals),
    Mistake(
        "You take the larger of two numbers, but both have to be done at once: add the two rates.", _larger_of_both
    ),
    Mistake(
        "You round up twice, once for the arrivals and once for the backlog: add the rates first, then round up.",
        _rounded_apart,
    ),
    Mistake("You round down, and part of a worker is missing: round up.", _down),
    Mistake("You round to the nearest whole number, which may be too few: round up.", _nearest),
    Mistake("You add one worker even where it divides evenly: round up instead.", _one_more),
    Mistake("Arrivals are per second: `arrivals` of them come in every single second, not once.", _once),
    Mistake("You leave `within` out: the backlog has that many seconds to go, not one.", _all_in_one_second),
    Mistake(
        "The workers are right. For the time, take off what arrives meanwhile: only the rest shrinks the queue.",
        _time_without_arrivals,
    ),
    Mistake(
        "The workers are right. The queue may be empty before `within`, and then fewer have arrived: "
        "divide the backlog by how fast it shrinks.",
        _time_for_all_of_it,
    ),
    Mistake("Just in time is in time: the queue may be empty exactly after `within` seconds.", _sooner_than_that),
    Mistake(QUICKER, _the_time_allowed),
    Mistake(QUICKER, _the_time_allowed_if_any),
    Mistake(WHOLE, _whole_seconds),
    Mistake(WHOLE, _whole_seconds_down),
    Mistake("With nothing waiting you need no time, but still the workers for what arrives.", _nothing_to_drain),
    Mistake("Where nothing waits and nothing comes, no worker is needed.", _at_least_one),
    Mistake(
        "Your workers are always faster than the arrivals. Where nothing waits, they only need to keep up.",
        _always_faster,
    ),
    Mistake("You return both, but in the wrong order: workers first, then seconds.", _the_other_order),
    Mistake(
        "Where nothing waits, your workers may be exactly as fast as the arrivals, and you divide by 0: "
        "an empty queue takes 0 s.",
        _divided_by_nothing,
    ),
)

DRAIN = Exercise(
    id="queues-drain",
    lesson="04",
    title="How many workers, and when is it empty?",
    points=2,
    reference=drain,
    cases=cases,
    strategy=larger,
    read=read,
    shape="Returns a whole number of workers, and seconds",
    properties=(
        ("The queue is empty in time", in_time),
        ("No more workers than needed", no_more),
        ("The seconds are those that these workers take", how_long),
    ),
    wrong=WRONG,
    hints=(
        "What has to be done per second? All that arrives, and a share of the backlog: `backlog / within`.",
        "Add the two and see how often `per_worker` goes into the sum, rounded up (`math.ceil`).",
        "The queue shrinks by what the workers do per second less what arrives. With nothing waiting, it takes 0 s.",
    ),
)
