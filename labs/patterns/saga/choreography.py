"""The same saga without a conductor: each service listens to the events of the others, and publishes its own.

The topic keeps each event until every listener has acknowledged it, and delivers it again until then. A listener
acknowledges only after it has published its own event, so a crash in between repeats its work: hence the keys.
"""

from __future__ import annotations

from labs.patterns.saga import steps
from labs.patterns.saga.world import PATIENCE, WORK, World

# listener -> event -> what it does about it
HEARS = {
    "stock": {"ordered": "reserve", "charge: failed": "release", "book: failed": "release"},
    "payment": {"reserve: done": "charge", "book: failed": "refund"},
    "shipping": {"charge: done": "book"},
    "order": {"book: done": "approve", **{f"{action}: failed": "reject" for action in steps.AMOUNT}},
}
# what a service is deaf to when only the neighbour hears of a failure
DEAF = {("stock", "book: failed")}


class Choreography:
    """The topic, and who does what about an event."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen: set[tuple[str, str]] = set()  # (listener, event) that are acknowledged
        self.published: set[str] = set()
        self.ended = False
        world.woken = self.woken

    def woken(self, who: str) -> None:
        """A service is back after a crash; what it missed the topic delivers again, but for the order itself."""
        if who == "order" and not self.published:
            self.world.emit("ordered again", "order")
            self.go_on()

    def go_on(self) -> None:
        """The order comes in."""
        self.publish("order", "ordered")

    def publish(self, who: str, event: str) -> None:
        """Store an event in the topic: once under each name, so to publish it twice does nothing more."""
        if event in self.published:
            return
        self.published.add(event)
        self.world.emit("publish", who, event=event)
        for listener, reactions in HEARS.items():
            deaf = self.world.trace.settings["heard"] == "the neighbour" and (listener, event) in DEAF
            if event in reactions and listener != who and not deaf:
                self._deliver(who, listener, event)

    def _deliver(self, who: str, listener: str, event: str) -> None:
        if (listener, event) in self.seen:
            return
        fill = "bad" if event.endswith("failed") else "data"
        self.world.send(who, listener, event, lambda: self._heard(listener, event), fill)
        self.world.clock.after(PATIENCE, lambda: self._deliver(who, listener, event))

    def _heard(self, listener: str, event: str) -> None:
        self.world.later(listener, WORK, lambda: self._react(listener, event))

    def _react(self, listener: str, event: str) -> None:
        action = HEARS[listener][event]
        if listener == "order":
            if not self.ended:
                self.world.emit("over", "order", well=action == "approve")
            self.ended = True
            self.seen.add((listener, event))
            return
        outcome = self.world.work(action)
        self.world.later(listener, WORK, lambda: self._acknowledge(listener, event, action, outcome))

    def _acknowledge(self, listener: str, event: str, action: str, outcome: str) -> None:
        if action in steps.AMOUNT and (listener, event) not in self.seen:
            self.publish(listener, f"{action}: {outcome}")
        self.seen.add((listener, event))
