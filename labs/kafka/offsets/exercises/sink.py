"""The exactly-once sink of lesson 07: the learner's `write` against a database that a crash can hit at every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from labs.kafka.offsets.crash_picture import sized
from labs.kafka.offsets.process import Crash
from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.scene import Scene
from labs.kit.telling import show


@dataclass(frozen=True)
class Payment:
    """A record: so much for an account."""

    partition: int
    offset: int
    account: str
    amount: int


class Database:
    """Keys and values that outlive every crash. `get` and `put` are steps; a transaction is one step, at its end."""

    def __init__(self) -> None:
        self.rows: dict[Any, Any] = {}
        self.steps: list[str] = []
        self.dies_at: int | None = None  # so many steps are done, and then the process is dead
        self._open: dict[Any, Any] | None = None

    def _step(self, what: str) -> None:
        if self.dies_at is not None and len(self.steps) >= self.dies_at:
            raise Crash
        self.steps.append(what)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, as the open transaction sees it."""
        self._step(f"get({show(key, 30)})")
        return {**self.rows, **(self._open or {})}.get(key, default)

    def put(self, key: Any, value: Any) -> None:
        """Set a key: for good at once, or, in a transaction, when that is committed."""
        self._step(f"put({show(key, 30)}, {show(value, 20)})")
        if self._open is None:
            self.rows[key] = value
        else:
            self._open[key] = value

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """`with database.transaction():` all puts inside are stored together at its end, or none of them."""
        if self._open is not None:
            raise RuntimeError("a transaction is open already: this database has one at a time")
        self._open = {}
        try:
            yield self
            self._step("the transaction's commit")
            self.rows.update(self._open)
        finally:
            self._open = None

    def restart(self, dies_at: int | None = None) -> None:
        """Another process connects."""
        self.steps, self.dies_at, self._open = [], dies_at, None


Write = Callable[[Database, Payment], Any]
Case = tuple[Payment, ...]


@dataclass(frozen=True)
class Balance:
    """What the accounts hold after one history, and what they should hold; `history` in words."""

    history: str
    balances: tuple[tuple[str, Any], ...]
    right: tuple[tuple[str, int], ...]

    @property
    def well(self) -> bool:
        """Whether every amount was added once."""
        return self.balances == self.right


Answer = tuple[Balance, ...]  # calm, calm once more, delivered twice, then every crash


def _cases() -> Iterator[Case]:
    one, two = Payment(0, 0, "ann", 1), Payment(0, 1, "ann", 10)
    yield (one,)
    yield (one, two)
    yield one, Payment(0, 1, "ann", 1)  # the same amount again is another payment
    yield one, Payment(1, 0, "ann", 10)  # the same offset in another partition, too
    yield one, Payment(0, 1, "bob", 10), Payment(1, 0, "ann", 100)
    yield Payment(1, 4, "bob", 1), Payment(0, 7, "bob", 10), Payment(1, 5, "ann", 1)


def _call(write: Write, case: Case) -> Answer:
    """All histories: undisturbed; delivered twice; and a crash after every step with all delivered again."""
    database = Database()
    _deliver(write, database, case)
    steps = list(database.steps)
    again = Database()
    _deliver(write, again, case)
    told = [_balance("each record delivered once", database, case)]
    told.append(_balance("the same once more, by another process with an empty database", again, case))
    database.restart()
    _deliver(write, database, case)
    told.append(_balance("all records delivered again", database, case))
    for step in range(len(steps)):
        database = Database()
        database.restart(dies_at=step)
        _deliver(write, database, case)
        database.restart()
        _deliver(write, database, case)
        after = f"after {steps[step - 1]}" if step else "before the first step"
        told.append(
            _balance(f"a crash {after} (step {step} of {len(steps)}), then all delivered again", database, case)
        )
    return tuple(told)


def _deliver(write: Write, database: Database, case: Case) -> None:
    try:
        for record in case:
            write(database, record)
    except BaseException:
        if database.dies_at is None or len(database.steps) < database.dies_at:
            raise  # not the crash, but the learner's own mistake


def _balance(history: str, database: Database, case: Case) -> Balance:
    right: dict[str, int] = {}
    for record in case:
        right[record.account] = right.get(record.account, 0) + record.amount
    return Balance(history, tuple((a, database.rows.get(a, 0)) for a in sorted(right)), tuple(sorted(right.items())))


def _read(case: Case, answer: Answer) -> Answer:
    for account, value in answer[0].balances:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(
                f"database.get({account!r}) is {show(value, 60)}: under an account’s name there is its balance."
            )
    return answer


def _say(one: Balance) -> str:
    held = ", ".join(f"{account} has {show(value, 30)}" for account, value in one.balances)
    return f"{one.history[0].upper()}{one.history[1:]}: {held}."


def _adds(case: Case, answer: Answer) -> None:
    if not answer[0].well:
        raise Wrong(_say(answer[0]))


def _forgets(case: Case, answer: Answer) -> None:
    if answer[0].well and not answer[1].well:
        raise Wrong(_say(answer[1]) + " It still knows something of before: only the database survives a crash.")


def _once(case: Case, answer: Answer) -> None:
    if answer[0].well and not answer[2].well:
        raise Wrong(_say(answer[2]))


def _none_lost(case: Case, answer: Answer) -> None:
    _no_crash(answer, lambda one: any(v < r for (_, v), (_, r) in zip(one.balances, one.right, strict=True)), "lose")


def _none_doubled(case: Case, answer: Answer) -> None:
    _no_crash(answer, lambda one: any(v > r for (_, v), (_, r) in zip(one.balances, one.right, strict=True)), "double")


def _no_crash(answer: Answer, bad: Callable[[Balance], bool], word: str) -> None:
    wrong = [one for one in answer[3:] if bad(one)]
    if wrong and answer[0].well and answer[1].well:
        raise Wrong(f"{_say(wrong[0])} ({len(wrong)} of {len(answer) - 3} crashes {word} money.)")


def _looks_like(write: Write, sentence: str) -> Misconception:
    def outcomes(answer: Answer) -> list[Any]:
        return sorted({one.balances for one in answer}, key=repr)

    def recognise(case: Case, answer: Answer, right: Answer) -> str | None:
        theirs = _call(write, case)
        same = outcomes(theirs) == outcomes(answer) and theirs[2].balances == answer[2].balances
        same = same and not _remembers(case, answer, right)
        return sentence if same and outcomes(right) != outcomes(answer) else None

    return recognise


def _remembers(case: Case, answer: Answer, right: Answer) -> str | None:
    if answer[0].well and not answer[1].well:
        return "Your sink remembers in a variable of Python. That is gone with the process; the database is what stays."
    return None


def write_once(database: Database, record: Payment) -> None:
    """The reference: the amount and the next offset of the partition are stored together."""
    key = ("next", record.partition)
    with database.transaction():
        if record.offset >= database.get(key, 0):
            database.put(record.account, database.get(record.account, 0) + record.amount)
            database.put(key, record.offset + 1)


# Sinks with a fault, to recognise a learner's by.


def _plain(database: Database, record: Payment) -> None:
    database.put(record.account, database.get(record.account, 0) + record.amount)


def _mark_first(database: Database, record: Payment) -> None:
    key = (record.partition, record.offset)
    if not database.get(key):
        database.put(key, True)
        _plain(database, record)


def _mark_last(database: Database, record: Payment) -> None:
    key = (record.partition, record.offset)
    if not database.get(key):
        _plain(database, record)
        database.put(key, True)


def _marked_by(name: Callable[[Payment], Any]) -> Write:
    def write(database: Database, record: Payment) -> None:
        with database.transaction():
            if not database.get(("seen", name(record))):
                database.put(("seen", name(record)), True)
                _plain(database, record)

    return write


def _one_next(database: Database, record: Payment) -> None:
    with database.transaction():
        if record.offset >= database.get("next", 0):
            _plain(database, record)
            database.put("next", record.offset + 1)


def _next_is_last(database: Database, record: Payment) -> None:
    key = ("last", record.partition)
    with database.transaction():
        if record.offset > database.get(key, 0):
            _plain(database, record)
            database.put(key, record.offset)


def _picture(case: Case, answer: Answer, right: Answer) -> tuple[str, str]:
    """The histories that go wrong: what each account holds, and what it should."""
    bad = [one for one in answer if not one.well][:8]
    scene = Scene(760, 40 + 26 * len(bad), end=1, title="the histories that go wrong")
    scene.box("page", 0, 0, 760, scene.height, fill="page", stroke="none", radius=0)
    scene.text("head", 12, 22, "what went wrong, and the balance that each account should have", size=13, ink="muted")
    for j, (account, amount) in enumerate(answer[0].right):
        scene.text(f"h{j}", 620 + 80 * j, 22, f"{account}: {amount}", size=13, align="middle", ink="muted")
    for i, one in enumerate(bad):
        y = 32 + 26 * i
        words = one.history.replace(", then all delivered again", "")
        scene.text(f"w{i}", 12, y + 16, words if len(words) <= 76 else words[:75] + "…", size=13)
        for j, ((_, value), (_, amount)) in enumerate(zip(one.balances, one.right, strict=True)):
            well = value == amount
            scene.box(f"c{i}-{j}", 584 + 80 * j, y, 72, 22, label=("✓ " if well else "✗ ") + show(value, 8),
                      fill="good" if well else "bad", size=12, radius=3)  # fmt: skip
    return sized(scene), "The histories that go wrong. " + " ".join(_say(one) for one in bad)


def _summary(answer: Answer) -> str:
    bad = [one for one in answer if not one.well]
    return f"{len(answer)} histories, {len(bad)} of them with a wrong balance"


def _show_records(case: Sequence[Payment]) -> str:
    return "\n".join(f"write(database, {record})" for record in case)


SINK = Exercise(
    id="kafka-sink",
    lesson="07",
    title="An exactly-once sink",
    points=3,
    reference=write_once,
    cases=_cases,
    call=_call,
    shape="Keeps each account’s balance under its name",
    read=_read,
    properties=(
        ("Delivered once, each amount is added once", _adds),
        ("Keeps what it has to remember in the database, and nowhere else", _forgets),
        ("Delivered again, a record changes nothing", _once),
        ("No crash, after whatever step, loses money", _none_lost),
        ("No crash, after whatever step, doubles money", _none_doubled),
    ),
    misconceptions=(
        _remembers,
        _looks_like(
            _plain,
            "Your sink does not look whether it has had the record before. Delivery is at least once: it will "
            "come again.",
        ),
        _looks_like(
            _mark_first,
            "Your sink notes that it has had the record, and then adds the amount. A crash between the two: it "
            "is noted, and "
            "never added. Put both into one `with database.transaction():`.",
        ),
        _looks_like(
            _mark_last,
            "Your sink adds the amount, and then notes that it has had the record. A crash between the two: it "
            "is added "
            "again. Put both into one `with database.transaction():`.",
        ),
        _looks_like(
            _marked_by(lambda record: record.offset),
            "Your sink goes by the offset alone. Each partition counts from 0: only partition and offset "
            "together name a "
            "record.",
        ),
        _looks_like(
            _one_next,
            "Your sink keeps one number for all partitions. Each partition counts from 0: keep one for each of them.",
        ),
        _looks_like(
            _marked_by(lambda record: (record.account, record.amount)),
            "Your sink takes two payments of the same amount for one. What names a record is where it stands: "
            "partition and "
            "offset.",
        ),
        _looks_like(
            _marked_by(lambda record: record.account),
            "Your sink takes one payment an account. What names a record is where it stands: partition and offset.",
        ),
        _looks_like(
            _next_is_last,
            "Your sink skips offset 0: with “nothing yet” written as 0, the record 0 looks as if it had been "
            "there. Keep the "
            "next offset, or ask for None.",
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
)  # fmt: skip
