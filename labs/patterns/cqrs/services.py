"""The write side: a service that takes commands, and its relay, which runs in the same process."""

from __future__ import annotations

from typing import Any

from labs.patterns.cqrs import parts
from labs.patterns.cqrs.world import DOWN, POLL, WAY, WORK, World


class Service:
    """It commits a row, and sees to it that the event is published: by an outbox, or by hand."""

    def __init__(self, world: World, name: str, relay: Any) -> None:
        self.world, self.name, self.relay = world, name, relay
        self.store = world.stores[name]
        world.woken[name] = self.look
        self.commands: dict[str, int] = {}  # how many for each row

    def command(self, id: str, row: Any, done: Any) -> None:
        """Take a command; where the service is down or dies over it, the client sends it again."""
        before = self.commands.get(id, 0)
        self.commands[id] = before + 1
        self._try(id, row, before, done)

    def _try(self, id: str, row: Any, before: int, done: Any) -> None:
        """The version is the idempotency key: a command that has taken place is not repeated, nor sent before its turn.

        Its turn is when all earlier commands for this row have taken place.
        """
        version = self._version(id)
        if version > before:
            return
        if self.world.up[self.name] and version == before:
            self.world.later(self.name, WORK, lambda: self._commit(id, row, done))
        self.world.clock.after(DOWN + 0.5, lambda: self._try(id, row, before, done))

    def _version(self, id: str) -> int:
        with self.store.transaction() as store:
            return int(store["versions"].get(id, 0))

    def _commit(self, id: str, row: Any, done: Any) -> None:
        world = self.world
        with self.store.transaction() as store:
            event = parts.write(store, self.name, id, row)
            if world.settings["publish"] != "outbox":
                store["outbox"] = []
            outbox = [one["number"] for one in store["outbox"]]
        world.emit("commit", self.name, event=event, outbox=outbox)
        done(event["version"])
        if world.settings["publish"] == "outbox":
            world.later(self.name, POLL / 2, self.look)
        else:
            world.later(self.name, POLL / 2, lambda: self._send(event))

    def _send(self, event: parts.Event) -> None:
        way = self.world.way()
        self.world.emit("send", self.name, event=event, over=way)
        self.world.clock.after(way, lambda: self.world.arrive(self.name, event))

    # ---- the relay -------------------------------------------------------------------------------------------

    busy = -1  # the life in which a round is under way

    def look(self) -> None:
        """Begin a round of the relay, if none is under way and there is something to send."""
        world = self.world
        if self.busy == world.life[self.name]:
            return
        with self.store.transaction() as store:
            outbox = store["outbox"]
        if not outbox:
            return
        steps: list[tuple[str, Any]] = []

        known = {event["number"]: dict(event) for event in outbox}

        def publish(event: Any) -> bool:
            if event not in known.values():
                raise ValueError(f"publish takes an event of the outbox as it is, and not {event!r:.80}")
            steps.append(("publish", event))
            return True

        def mark(number: Any) -> None:
            if number not in list(known):
                raise ValueError(f"mark takes the number of an event in the outbox, and not {number!r:.80}")
            steps.append(("mark", number))

        self.relay(outbox, publish, mark)
        self.busy = world.life[self.name]
        self._go_on(steps)

    def _go_on(self, steps: list[tuple[str, Any]]) -> None:
        """What the relay does takes time, and a crash ends it in between."""
        world = self.world
        if not steps:
            self.busy = -1
            world.later(self.name, POLL, self.look)
            return
        what, it = steps.pop(0)
        if what == "publish":
            way = world.way()
            world.emit("send", self.name, event=it, over=way)
            world.clock.after(way, lambda: world.arrive(self.name, it))
            world.later(self.name, way + WAY, lambda: self._go_on(steps))  # the acknowledgement has its way back
        else:
            with self.store.transaction() as store:
                parts.mark_sent(store, it)
                left = [one["number"] for one in store["outbox"]]
            world.emit("marked", self.name, number=it, outbox=left)
            world.later(self.name, WORK, lambda: self._go_on(steps))
