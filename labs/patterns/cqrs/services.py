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

    def command(self, id: str, row: Any, done: Any) -> None:
        """Take a command; where the service is down or dies over it, the client tries again."""
        with self.store.transaction() as store:
            before = store["versions"].get(id, 0)
        self._try(id, row, before, done)

    def _try(self, id: str, row: Any, before: int, done: Any) -> None:
        """The version is the idempotency key: a command that has taken place is not repeated."""
        world = self.world
        with self.store.transaction() as store:
            version = store["versions"].get(id, 0)
        if version > before:
            done(version)
            return
        if world.up[self.name]:
            world.later(self.name, WORK, lambda: self._commit(id, row, done))
        world.clock.after(DOWN + 0.5, lambda: None if self._took(id, before) else self._try(id, row, before, done))

    def _took(self, id: str, before: int) -> bool:
        with self.store.transaction() as store:
            return bool(store["versions"].get(id, 0) > before)

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

        def publish(event: parts.Event) -> bool:
            steps.append(("publish", event))
            return True

        self.relay(outbox, publish, lambda number: steps.append(("mark", number)))
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
