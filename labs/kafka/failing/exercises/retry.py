"""Lesson 10: the retry loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from labs.kafka.failing.exercises import retry_wrong as wrong
from labs.kafka.failing.records import NotDecodable, Permanent, Record
from labs.kafka.failing.retries import try_record
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show

DOWN, SLOW, MISSING, GARBLED = "the service is down", "no answer in time", "no such customer", "this is no order"
ODD, ODDER = "total", "the driver's own kind of exception"


class DriverError(Exception):
    """No library's exceptions are all known beforehand."""


KINDS: dict[str, type[Exception]] = {
    DOWN: ConnectionError,
    SLOW: TimeoutError,
    MISSING: Permanent,
    GARBLED: NotDecodable,
    ODD: KeyError,
    ODDER: DriverError,
}
MOST = 60  # calls of process, after which it is stopped


@dataclass(frozen=True)
class Case:
    """What the tries come to, one after the other ("": it works; the last one goes on), and the settings."""

    plan: tuple[str, ...]
    tries: int
    first: float
    longest: float


@dataclass(frozen=True)
class Answer:
    """What was called, in order, and what came back."""

    calls: tuple[str, ...]
    result: str


class _Stop(BaseException):
    """Too many calls: no `except Exception` sees it."""


def small_cases() -> Iterator[Case]:
    """Plans of up to five tries, limits from 1 on, pauses that reach their longest at once, later, and never."""
    for plan in (
        ("",),
        (DOWN, ""),
        (DOWN,),
        (MISSING,),
        (GARBLED,),
        (DOWN, MISSING),
        (SLOW, DOWN, ""),
        (DOWN, GARBLED),
        (ODD, ""),
        (ODDER, ""),
    ):
        for tries in (1, 2, 3):
            yield Case(plan, tries, 1.0, 60.0)
    yield Case((DOWN,), 5, 1.0, 60.0)
    yield Case((DOWN,), 6, 2.0, 10.0)
    yield Case((SLOW,), 4, 5.0, 5.0)
    yield Case((SLOW,), 4, 8.0, 5.0)
    yield Case((DOWN, SLOW, DOWN, ""), 4, 0.5, 1.5)
    yield Case((DOWN,), 3, 0.0, 1.0)
    yield Case((DOWN, SLOW, DOWN, SLOW, MISSING), 12, 1.0, 60.0)
    yield Case((DOWN,), 11, 1.0, 1000.0)


def larger_cases() -> Any:
    """A Hypothesis strategy."""
    from hypothesis import strategies as st

    ways = st.sampled_from(["", DOWN, SLOW, MISSING, GARBLED, ODD, ODDER])
    pauses = st.sampled_from([0.0, 0.5, 1.0, 3.0, 10.0, 60.0])
    plans = st.lists(ways, min_size=1, max_size=8).map(tuple)
    return st.builds(Case, plans, st.integers(1, 12), pauses, pauses)


def _call(function: Callable[..., Any], case: Case) -> Any:
    calls: list[str] = []
    raised: list[Exception] = []
    record = Record("bob", 1, 7, "order b1")

    def process(given: Any) -> str | None:
        number = len([call for call in calls if call == "try"])
        if number >= MOST:
            raise _Stop
        calls.append("try" if given is record or given == record else "try of another record")
        way = case.plan[min(number, len(case.plan) - 1)]
        if way:
            raised.append(KINDS[way](way))
            raise raised[-1]
        return "shipped" if case.tries % 2 else None  # what it returns does not matter, and says nothing

    def sleep(seconds: float) -> None:
        if len(calls) > 3 * MOST:
            raise _Stop
        calls.append(f"sleep {float(seconds):g}")

    try:
        result = function(process, record, case.tries, case.first, case.longest, sleep)
    except _Stop:
        return "stop", ()
    except Exception as problem:
        if not any(problem is one for one in raised):
            raise
        return "raised: " + _named(problem), tuple(calls)
    if result is None:
        return "None", tuple(calls)
    if isinstance(result, Exception):
        return _named(result), tuple(calls)
    return "returned: " + show(result, 60), tuple(calls)


def _named(problem: BaseException) -> str:
    return f"{type(problem).__name__}({', '.join(map(repr, problem.args))})"


def _read(case: Case, answer: Any) -> Answer:
    result, calls = answer
    if result == "stop":
        raise Wrong(f"It is still trying after {MOST} tries, and the limit is {case.tries}.")
    if result.startswith("returned: "):
        raise Wrong(f"It returned {result[10:]}: expected None, or the exception of the last try.")
    return Answer(calls, result)


# ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _right(case: Case) -> Answer:
    return _read(case, _call(try_record, case))


def _tries(answer: Answer) -> int:
    return sum(call.startswith("try") for call in answer.calls)


def _raises_nothing(case: Case, answer: Answer) -> None:
    if answer.result.startswith("raised: "):
        raise Wrong(
            f"It raised {answer.result[8:]}, and the caller is left without an answer: give the exception back."
        )


def _not_the_permanent(case: Case, answer: Answer) -> None:
    right = _tries(_right(case))
    fatal = case.plan[min(right, len(case.plan)) - 1]
    if _tries(answer) > right and issubclass(KINDS.get(fatal, Exception), Permanent):
        raise Wrong(f"Try {right} raised {KINDS[fatal].__name__}, which never succeeds, and it tried again.")


def _as_often(case: Case, answer: Answer) -> None:
    right, tries = _tries(_right(case)), _tries(answer)
    if tries != right:
        raise Wrong(
            f"It tried the record {tries} time{'s' * (tries != 1)}.", f"{right}, with {case.tries} as the limit"
        )
    if any("another" in call for call in answer.calls):
        raise Wrong("It processed something else than the record that it was given.")


def _pauses(case: Case, answer: Answer) -> None:
    right = _right(case)
    if answer.calls != right.calls:
        raise Wrong(f"The calls were: {', '.join(answer.calls)}.", ", ".join(right.calls))


def _result(case: Case, answer: Answer) -> None:
    right = _right(case)
    if answer.result != right.result:
        _, raised, problem = answer.result.rpartition("raised: ")
        raise Wrong(f"It {'raised' if raised else 'returned'} {problem}.", right.result)


def _show_case(case: Case) -> str:
    ways = ", ".join(f"{KINDS[way].__name__}" if way else "works" for way in case.plan)
    more = " from then on" if case.plan[-1] else ""
    return f"tries={case.tries}, first={case.first:g}, longest={case.longest:g}; process: {ways}{more}"


def _show_answer(answer: Any) -> str:
    return (
        f"{', '.join(answer.calls) or 'no call'}; then {answer.result}" if isinstance(answer, Answer) else str(answer)
    )


LAST = "After the last try there is nothing to wait for: you sleep once too often."
SUB = "A subclass of Permanent is permanent, too: `except Permanent` catches it, a comparison of types does not."

RETRY = Exercise(
    id="kafka-retry",
    lesson="10",
    title="The retry loop",
    points=2,
    reference=try_record,
    cases=small_cases,
    strategy=larger_cases,
    call=_call,
    read=_read,
    shape="Comes to an end, with None or an exception",
    properties=(
        ("The caller gets an answer, whatever process raises", _raises_nothing),
        ("What can never succeed is not tried again", _not_the_permanent),
        ("A record is tried as often as allowed, and no more", _as_often),
        ("The pauses double, up to the longest, and stand between two tries", _pauses),
        ("None when it is done, else the exception of the last try", _result),
    ),
    wrong=(
        Mistake(SUB, wrong.exact_type),
        Mistake(
            "You keep the first exception. The last one tells why it failed in the end, and may be of another kind.",
            wrong.first_cause,
        ),
        Mistake(
            "You look for Permanent only at the first try. A later one can find that the record will never succeed.",
            wrong.only_at_first,
        ),
        Mistake(
            "You retry only what is a ConnectionError. A time limit, or anything else, may pass, too.", wrong.one_kind
        ),
        Mistake(
            "You list the exceptions that you know, and the next one escapes. `except Exception` takes all the rest.",
            wrong.known_kinds,
        ),
        Mistake("Your pause doubles without end: it must not be longer than `longest`.", wrong.no_longest),
        Mistake("Once the next pause would be too long, you give up. Go on, with the longest pause.", wrong.gives_up),
        Mistake("Your first pause may already be longer than `longest`.", wrong.first_uncapped),
        Mistake("Your pauses are all of one length: double them.", wrong.constant),
        Mistake("Your pauses grow by the same amount each time: double them.", wrong.linear),
        Mistake("Your first pause is twice `first`.", wrong.doubled_at_once),
        Mistake(LAST, wrong.sleeps_at_last),
        Mistake(
            "You never call the `sleep` that you are given. Without it, a service that is down gets all tries within a "
            "moment.",
            wrong.no_pause,
        ),
        Mistake("`tries` counts all tries, the first one too: yours makes one more.", wrong.one_more),
        Mistake("`tries` counts all tries, the first one too: yours makes one less.", wrong.one_less),
        Mistake("You try again what can never succeed.", wrong.retries_everything),
        Mistake("You have no limit: a record that keeps failing blocks its partition for ever.", wrong.for_ever),
        Mistake(
            "You let the exception of the last try escape. Return it: it is the cause in the dead letter.", wrong.raises
        ),
        Mistake(
            "You return None when the tries are used up, so a failed record looks like one that is done.",
            wrong.loses_the_cause,
        ),
        Mistake("You go on trying after it has worked.", wrong.after_success),
        Mistake("A later try worked, and you still return the exception of an earlier one.", wrong.keeps_the_cause),
        Mistake(
            "You return what `process` returns, and that does not matter. Return None when the record is done.",
            wrong.what_it_returns,
        ),
        Mistake(
            "You return the text of the exception. Return the exception itself: its type says whether trying again "
            "could help.",
            wrong.text_of_it,
        ),
    ),
    hints=(
        "Three things end the loop: it has worked, it never will, the tries are used up.",
        "`except Permanent` has to stand before `except Exception`.",
        "Sleep only if another try follows: `min(pause, longest)`, then double `pause`.",
    ),
    show_case=_show_case,
    show_answer=_show_answer,
)
