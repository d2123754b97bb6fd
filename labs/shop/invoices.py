"""The read model: a consumer of the log that adds each order to its customer's invoice, and asks for a mail.

The read model is lesson 03's view: a line for each order, with its customer's name, which comes by a feed of its own.
The consumer processes, then commits: after a crash it reads again what it has not committed (lesson 07). A record that
fails goes through lesson 10's retry loop; one that fails for good is put aside, and an operator mends it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from labs.kafka.failing.records import NotDecodable
from labs.kafka.offsets.exercises.payments import Database, Payment
from labs.kafka.offsets.process import Crash
from labs.patterns.cqrs.parts import empty_view
from labs.patterns.saga.steps import AMOUNT
from labs.shop.floor import Floor
from labs.shop.sagas import COLD, HOT

WORK, COMMIT, POLL, MEND = 0.2, 0.2, 0.25, 5.0  # seconds per record, commit, poll; until a bad record is mended
LONGEST, ENOUGH = 8.0, 200.0  # the longest pause between two tries; whoever tries for longer never stops
MAX_POLL = 20.0  # max.poll.interval: a consumer that does not poll for longer leaves the group
NAMES = {"lee": 12.0}  # whose name comes only then, in seconds: after a first order
RENAMED = 14.0, "ann", "anna"  # and who has another name from then on
AFTER = "after"  # a crash between the last step of the work and the commit


class _Stuck(BaseException):
    """The retry loop never ends."""


class Invoices:
    """The consumer, its database, and how far it has come."""

    def __init__(self, shop: Floor, customers: list[str]) -> None:
        self.shop = shop
        self.rows: dict[object, object] = {}  # customer → how much is on the invoice
        self.view = empty_view()  # … and its lines
        self.names: dict[str, str] = {}
        self.position = self.committed = self.life = 0
        self.deaths: list[int | str] = []  # the next record is struck so: after so many steps, or AFTER them
        self.poison: int | None = None  # the order whose record cannot be decoded
        self.flaky: dict[int, float] = {}  # order → until when its record fails
        self.booked: list[int] = []
        self.entered: set[int] = set()  # orders that are in the invoices at least once
        for customer in customers:
            shop.clock.at(NAMES.get(customer, 0.0), partial(self._named, customer, 1, customer))
        t, customer, name = RENAMED
        shop.clock.at(t, partial(self._named, customer, 2, name))

    def start(self) -> None:
        """Begin where the group has committed."""
        self.position = self.committed
        self._later(POLL, self._poll)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        life = self.life
        self.shop.clock.after(seconds, lambda: action() if life == self.life else None)

    def _poll(self) -> None:
        fetched, uncommitted = self.shop.log.readable(self.position), self.position - self.committed
        if uncommitted >= self.shop.settings.batch or (uncommitted and not fetched):
            self._later(COMMIT, self._commit)
        elif not fetched:
            self._later(POLL, self._poll)
        else:
            self._work(fetched[0])

    def _commit(self) -> None:
        self.committed = self.position
        self.shop.tell("commit", "consumer", offset=self.committed)
        self._poll()

    def _work(self, number: int) -> None:
        shop, slept, death = self.shop, [0.0], self.deaths.pop(0) if self.deaths else None
        record = Payment(0, self.position, shop.orders[number].customer, AMOUNT["charge"])

        def process(given: Payment) -> None:
            if number == self.poison:
                raise NotDecodable(f"the record of order {number} is no order")
            if shop.clock.now + slept[0] < self.flaky.get(number, 0.0):
                raise ConnectionError("the database of the invoices does not answer")
            self._write(given, number, death)

        def sleep(seconds: float) -> None:
            slept[0] += seconds
            if slept[0] > ENOUGH:
                raise _Stuck

        loop = shop.pieces["kafka-retry"]
        try:
            problem = loop(process, record, shop.settings.tries, shop.settings.pause, LONGEST, sleep)
        except (Crash, _Stuck, Exception) as struck:
            self._die(number, struck)
            return
        if death == AFTER:
            self._die(number, Crash())
            return
        if slept[0]:
            shop.tell("retry", "consumer", order=number, seconds=slept[0])
        if WORK + slept[0] > MAX_POLL:
            self._later(MAX_POLL, lambda: self._evicted(number))
        else:
            self._later(WORK + slept[0], lambda: self._done(number, problem is None))

    def _done(self, number: int, well: bool) -> None:
        self.position += 1
        if well:
            self._book(number)
        else:
            self.shop.tell("aside", "consumer", order=number)
            self.shop.clock.after(MEND, lambda: self._mend(number))
        self._poll()

    def _evicted(self, number: int) -> None:
        """It has not polled for too long, so the group removes it, and the next member begins where it committed."""
        self.life += 1
        self.shop.tell("evicted", "consumer", order=number)
        self._later(HOT, self.start)

    def _write(self, record: Payment, number: int, death: int | str | None = None) -> None:
        self.entered.add(number)
        dies_at = death if isinstance(death, int) else None
        try:
            self.shop.pieces["kafka-sink"](Database(self.rows, dies_at), record)
        finally:
            self._look(record.account)
        self._project(f"orders/{number}", 1, {"customer": record.account, "item": "the item"})

    def _named(self, customer: str, version: int, name: str) -> None:
        self.names[customer] = name
        self._project(f"customers/{customer}", version, {"name": name})

    def _project(self, key: str, version: int, row: dict[str, str]) -> None:
        self.shop.pieces["patterns-project"](self.view, {"key": key, "version": version, "row": row})

    def _has_line(self, number: int) -> bool:
        customer = self.shop.orders[number].customer
        line: dict[str, str] = self.view["orders"].get(str(number), {})
        return line.get("customer") == customer and line.get("name") == self.names[customer]

    def _look(self, customer: str) -> None:
        """Is there more on the invoice than there can be?"""
        orders = [n for n in self.entered if self.shop.orders[n].customer == customer]
        balance = self.rows.get(customer, 0)
        if isinstance(balance, int | float) and balance > AMOUNT["charge"] * len(orders):
            self.shop.broken("double", orders[-1], f"an order of {customer} is on the invoice twice")

    def _mend(self, number: int) -> None:
        """An operator repairs the record and sends it to the end of the log, as lesson 10's redrive does."""
        self.poison = None if self.poison == number else self.poison
        self.flaky.pop(number, None)
        self.shop.tell("mended", "operator", order=number)
        self.shop.log.outbox.append(number)

    def _book(self, number: int) -> None:
        self.booked.append(number)
        self.shop.tell("booked", "consumer", order=number)
        self.shop.mail.publish(number)

    def _die(self, number: int, struck: BaseException) -> None:
        """The process dies, or hangs; another one takes over from a dead one."""
        self.life += 1
        if isinstance(struck, _Stuck):
            self.shop.tell("stuck", "consumer", order=number)
            return
        why = "" if isinstance(struck, Crash) else f"{type(struck).__name__}: {struck}"
        self.shop.tell("crash", "consumer", order=number, why=why)
        self._later(HOT if self.shop.settings.standby else COLD, self.start)

    def why(self, number: int) -> str:
        """What is wrong with an order that is missing."""
        if number in self.booked and not self._has_line(number):
            return "its line on the invoice is missing, or has the wrong name"
        if number in self.shop.log.readable(self.position):
            return "the consumer has not got to it when the round ends"
        return "it never gets onto the invoice"

    def missing(self) -> list[int]:
        """The approved orders that are not on the invoices at the end."""
        found: list[int] = []
        for customer in dict.fromkeys(order.customer for order in self.shop.orders.values()):
            due = [n for n in dict.fromkeys(self.shop.log.outbox) if self.shop.orders[n].customer == customer]
            balance = self.rows.get(customer, 0)
            short = len(due) - int(balance if isinstance(balance, int | float) else 0) // AMOUNT["charge"]
            unseen = [n for n in due if n not in self.booked or not self._has_line(n)]
            found += unseen or (due[-short:] if short > 0 else [])
        return sorted(found)
