"""The exactly-once sink of lesson 07: the learner's `write` against a database that a crash can hit at every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from labs.kafka.offsets.crash_picture import sized
from labs.kafka.offsets.exercises import payments
from labs.kafka.offsets.exercises import sink_wrong as wrong
from labs.kafka.offsets.exercises.payments import Balance, Case, Database, Payment, Write
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show
from labs.kit.picture.scene import Scene


@dataclass(frozen=True)
class Histories:
    """All that was tried; compared by the balances that came out, however many steps the sink took."""

    calm: Balance
    elsewhere: Balance
    redelivered: tuple[Balance, ...]
    crashed: tuple[Balance, ...] = field(compare=False)
    crashes: tuple[str, ...]  # each balance that some crash leads to

    @property
    def all(self) -> tuple[Balance, ...]:
        """Every history."""
        return (self.calm, self.elsewhere, *self.redelivered, *self.crashed)


def small_cases() -> Iterator[Case]:
    """Records that differ in one thing only, then more of them; then keys that are easily taken for each other."""
    one = Payment(0, 0, "ann", 1)
    yield (one,)
    yield one, Payment(0, 1, "ann", 10)
    yield one, Payment(0, 1, "ann", 1)  # the same amount again is another payment
    yield one, Payment(1, 0, "ann", 1)  # the same offset in another partition, too
    yield one, Payment(1, 0, "ann", 10)
    yield one, Payment(0, 1, "zoë", 1)
    yield one, Payment(0, 1, "bob", 10), Payment(1, 0, "ann", 100)
    yield Payment(1, 4, "bob", 1), Payment(0, 7, "bob", 10), Payment(1, 5, "ann", 1)
    yield Payment(1, 11, "ann", 1), Payment(11, 1, "ann", 10)  # both are “111”
    yield Payment(1, 0, "ann", 1), Payment(0, 10, "ann", 10), Payment(2, 3, "ann", 100), Payment(3, 2, "ann", 1000)
    yield tuple(Payment(0, offset, "ann", 2**offset) for offset in (0, 4, 8, 10, 16, 20))
    yield tuple(Payment(number % 2, number // 2, "bob" if number % 3 else "ann", 1) for number in range(12))


def _call(write: Write, case: Case) -> Any:
    """All histories: undisturbed, twice; delivered again; and a crash after every step with all delivered again."""
    calm, elsewhere = payments.calm(write, case), payments.again_elsewhere(write, case)
    return calm, elsewhere, payments.redelivered(write, case), payments.crashed(write, case)


def _read(case: Case, answer: Any) -> Histories:
    calm, elsewhere, redelivered, crashed = answer
    for account, value in calm.balances:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Wrong(
                f"database.get({account!r}) gives {show(value, 60)}: expected the balance under an account's name."
            )
    crashes = tuple(sorted({repr(one.balances) for one in crashed}))
    return Histories(calm, elsewhere, tuple(redelivered), tuple(crashed), crashes)


# ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _say(one: Balance) -> str:
    wrong = [
        f"{account} has {show(value, 30)}, and should have {right}"
        for (account, value), (_, right) in zip(one.balances, one.right, strict=True)
        if value != right
    ]
    return f"{one.history[0].upper()}{one.history[1:]}: {'; '.join(wrong) or 'all balances are right'}."


def _adds(case: Case, answer: Histories) -> None:
    if not answer.calm.well:
        raise Wrong(_say(answer.calm))


def _forgets(case: Case, answer: Histories) -> None:
    if answer.calm.well and not answer.elsewhere.well:
        raise Wrong(
            _say(answer.elsewhere) + " It remembers something outside the database. "
            "A crash takes that away: only the database survives."
        )


def _once(case: Case, answer: Histories) -> None:
    bad = [one for one in answer.redelivered if not one.well]
    if bad and answer.calm.well and answer.elsewhere.well:
        raise Wrong(_say(bad[0]))


def _none_lost(case: Case, answer: Histories) -> None:
    _no_crash(answer, lambda value, right: value < right, "lose")


def _none_doubled(case: Case, answer: Histories) -> None:
    _no_crash(answer, lambda value, right: value > right, "double")


def _no_crash(answer: Histories, bad: Callable[[Any, int], bool], word: str) -> None:
    if not answer.calm.well or not answer.elsewhere.well:
        return
    pairs = [(one, zip(one.balances, one.right, strict=True)) for one in answer.crashed]
    wrong = [one for one, both in pairs if any(bad(value, right) for (_, value), (_, right) in both)]
    if wrong:
        verb = word + "s" * (len(wrong) == 1)
        raise Wrong(f"{_say(wrong[0])} ({len(wrong)} of {len(answer.crashed)} crashes {verb} money.)")


def write_once(database: Database, record: Payment) -> None:
    """The reference: the amount and the next offset of the partition are stored together."""
    key = ("next", record.partition)
    with database.transaction():
        if record.offset >= database.get(key, 0):
            database.put(record.account, database.get(record.account, 0) + record.amount)
            database.put(key, record.offset + 1)


# ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _picture(case: Case, answer: Histories, right: Histories) -> tuple[str, str]:
    """The histories that go wrong: what each account holds, and what it should."""
    bad = [one for one in answer.all if not one.well][:8]
    scene = Scene(760, 40 + 26 * len(bad), end=1, title="the histories that go wrong")
    scene.box("page", 0, 0, 760, scene.height, fill="page", stroke="none", radius=0)
    scene.text("head", 12, 22, "what went wrong, and the balance that each account should have", size=13, ink="muted")
    for j, (account, amount) in enumerate(answer.calm.right):
        scene.text(f"h{j}", 620 + 80 * j, 22, f"{account}: {amount}", size=13, align="middle", ink="muted")
    for i, one in enumerate(bad):
        y = 32 + 26 * i
        words = one.history.replace(", then all delivered again", "")
        scene.text(f"w{i}", 12, y + 16, words if len(words) <= 76 else words[:75] + "…", size=13)
        for j, ((_, value), (_, amount)) in enumerate(zip(one.balances, one.right, strict=True)):
            well = value == amount
            scene.box(
                f"c{i}-{j}",
                584 + 80 * j,
                y,
                72,
                22,
                label=("✓ " if well else "✗ ") + show(value, 8),
                fill="good" if well else "bad",
                size=12,
                radius=3,
            )
    return sized(scene), "The histories that go wrong. " + " ".join(_say(one) for one in bad)


def _summary(answer: Histories) -> str:
    bad = [one for one in answer.all if not one.well]
    return f"{len(answer.all)} histories, {len(bad)} of them with a wrong balance"


def _show_records(case: Sequence[Payment]) -> str:
    return "\n".join(f"write(database, {record})" for record in case)


# ── the exercise ──────────────────────────────────────────────────────────────────────────────────────────────────────

NAME = "What names a record is where it stands: partition and offset together."
TOGETHER = "Put both into one `with database.transaction():`."
FIRST = (
    "You note that you have had the record, and then add the amount. A crash between the two: "
    "it is noted, and never added. "
)
LAST = "You add the amount, and then note that you have had the record. A crash between the two: it is added again. "
TUPLE = "Use a tuple: `(record.partition, record.offset)`."
COLLIDES = "Two records can get the same key, such as offset 11 of partition 1 and offset 1 of partition 11. " + TUPLE
FORGETFUL = (
    "You remember only some of the records that you have had. Any of them can be delivered again, alone or with others."
)
REPLACED = "You put the amount in place of the balance. Add it: `database.get(account, 0) + amount`."
NOTHING = "There is nothing under the account's name. The balance belongs there: `database.put(record.account, …)`."


def _by(name: Callable[[Payment], Any]) -> Any:
    return partial(wrong.marked, name=name)


SINK = Exercise(
    id="kafka-sink",
    lesson="07",
    title="An exactly-once sink",
    points=3,
    reference=write_once,
    cases=small_cases,
    call=_call,
    shape="Keeps each account's balance under its name",
    read=_read,
    properties=(
        ("Delivered once, each amount is added once", _adds),
        ("Keeps what it has to remember in the database, and nowhere else", _forgets),
        ("Delivered again, alone or with others, a record changes nothing", _once),
        ("No crash, after whatever step, loses money", _none_lost),
        ("No crash, after whatever step, doubles money", _none_doubled),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(COLLIDES, _by(wrong.as_text)),
        Mistake(COLLIDES, _by(wrong.summed)),
        Mistake(
            "Two records can get the same key, such as offset 10 of partition 0 and offset 0 of partition 1. " + TUPLE,
            _by(wrong.as_decimal),
        ),
        Mistake(FORGETFUL, wrong.last_of_the_partition),
        Mistake(FORGETFUL, wrong.last_of_all),
        Mistake(FORGETFUL, wrong.last_two),
        Mistake("You leave out the partition. " + NAME, _by(wrong.all_but_the_partition)),
        Mistake("You go by account and offset. " + NAME, _by(wrong.account_and_offset)),
        Mistake("You go by the offset alone. Each partition counts from 0. " + NAME, _by(wrong.offset)),
        Mistake(
            "You go by account and amount. The same amount again is another payment. " + NAME,
            _by(wrong.account_and_amount),
        ),
        Mistake("You go by the amount. The same amount again is another payment. " + NAME, _by(wrong.amount)),
        Mistake("You take one payment per account. " + NAME, _by(wrong.account)),
        Mistake("You take one payment per account. " + NAME, wrong.first_of_the_account),
        Mistake("You take one payment per partition. " + NAME, _by(wrong.partition)),
        Mistake(
            "You keep one number for all partitions. Each partition counts from 0: keep one for each of them.",
            wrong.one_next,
        ),
        Mistake(
            "You keep the next offset per account. Each partition counts from 0: keep one for each of them.",
            wrong.next_of_the_account,
        ),
        Mistake(
            "You compare partition and offset with the last record of any partition. Each partition counts from 0: "
            "keep a number for each of them.",
            wrong.past_the_last_of_all,
        ),
        Mistake(
            "You skip offset 0: with “nothing yet” written as 0, record 0 looks as if you had had it. Keep the next "
            "offset, or ask for None.",
            wrong.last_or_zero,
        ),
        Mistake(
            "You take offset 0 for “nothing yet”: in Python `not 0` is true, so record 0 counts each time. Keep the "
            "next offset, or ask for None.",
            wrong.zero_is_nothing,
        ),
        Mistake(
            "You take the last record again: its offset is not less than the one that you keep. "
            "Keep the next offset, or compare with `>`.",
            wrong.last_again,
        ),
        Mistake(
            "You want offsets without gaps, from 0 on. "
            "A partition may begin later, and records may be missing: compare with `>=`.",
            wrong.no_gaps,
        ),
        Mistake(
            "You count records. That is the next offset only where they begin at 0 and none is missing.", wrong.counted
        ),
        Mistake(FIRST + TOGETHER, wrong.mark_first),
        Mistake(LAST + TOGETHER, wrong.mark_last),
        Mistake(
            "You add the amount whether you have had the record before or not. "
            "Delivery is at least once: it will come again.",
            wrong.plain,
        ),
        Mistake(REPLACED, wrong.replaced),
        Mistake(REPLACED, wrong.replaced_once),
        Mistake(NOTHING, wrong.nothing),
        Mistake(
            "A new account has no balance: `database.get(record.account)` gives None, to which nothing can be added. "
            "Give it a default: `database.get(record.account, 0)`.",
            wrong.no_default,
        ),
    ),
    hints=(
        "What names a record for ever, however often it is delivered? Its partition and its offset.",
        "The sink has to remember what it has had, and a crash takes all memory: so remember in the database.",
        "“Add the amount” and “note that it is done” must happen together or not at all: `with "
        "database.transaction():`.",
    ),
    show_case=_show_records,
    show_answer=_summary,
    picture=_picture,
    right="a right sink",
    examples=0,
)
