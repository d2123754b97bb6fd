"""The read side: a projector that follows both feeds, the read model, and a reader who looks for their own writes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from labs.patterns.cqrs import parts
from labs.patterns.cqrs.world import PATIENCE, World
from labs.patterns.stores import Memory

RELOAD = 1.2  # seconds after the write at which its author looks for it
GLANCE = 0.5  # seconds between two looks, and before a new table is begun


def empty() -> dict[str, Any]:
    """A read model with its positions: the next event to read from each feed."""
    return {"view": parts.empty_view(), "positions": dict.fromkeys(parts.SERVICES, 0)}


def _look_at(view: Any) -> None:
    """ValueError for a view that a learner's projector has left in another form."""
    well = all(isinstance(view.get(part), dict) for part in parts.empty_view())
    if not well or not all(isinstance(row, dict) and {"item", "name"} <= set(row) for row in view["orders"].values()):
        raise ValueError("the projector has left a view without its three dicts, or an order without item and name")


class Projector:
    """It reads the next event of each feed, and writes the view and its position in one transaction."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tables = [Memory(empty())]  # while a new read model is built beside the old one there are two
        world.woken["projector"] = self.go_on
        world.rebuild = self.rebuild
        self.lap = 0

    def go_on(self) -> None:
        """Take the next events, and look again after the time that is set."""
        self.lap, self.done = self.lap + 1, None
        self._lap(self.lap)

    def _lap(self, lap: int) -> None:
        if lap != self.lap:
            return
        lengths = [len(self.world.feeds[name]) for name in parts.SERVICES]
        if lengths != self.done:
            took = [self._next(n, service) for n in range(len(self.tables)) for service in parts.SERVICES]
            if not any(took):
                self.done, self.replays = lengths, False
        if len(self.tables) > 1 and self._caught_up():
            del self.tables[0]
            self.world.emit("switch", "projector", **self._told(0))
        pace = 0.5 if len(self.tables) > 1 or self.replays else self.world.settings["look_every"]
        self.world.later("projector", pace, lambda: self._lap(lap))

    replays = False  # whether an emptied table is being filled
    done: list[int] | None = None  # the lengths of the feeds up to which there was nothing left to do

    def _caught_up(self) -> bool:
        """Whether the new table is as far as the old one."""
        with self.tables[0].transaction() as old, self.tables[1].transaction() as new:
            return all(new["positions"][name] >= old["positions"][name] for name in parts.SERVICES)

    def _next(self, number: int, service: str) -> bool:
        """Take the next event of a feed, in one transaction with the position after it; False if there is none."""
        with self.tables[number].transaction() as rows:
            position = rows["positions"][service]
            if position >= len(self.world.feeds[service]):
                return False
            event = self.world.feeds[service][position]
            before = deepcopy(rows["view"])
            fresh = bool(self.world.project(rows["view"], event)) or rows["view"] != before
            _look_at(rows["view"])
            rows["positions"][service] = position + 1
        told = self._told(number)
        self.world.emit("projected", "projector", table=number, service=service, event=event, fresh=fresh, **told)
        return True

    def rebuild(self) -> None:
        """Build the read model anew from position 0: beside the old one, or in its place."""
        if not self.world.up["projector"] or len(self.tables) > 1:
            self.world.emit("not rebuilt", "projector", up=self.world.up["projector"])
            return
        if self.world.settings["rebuild"] == "in place":
            self.tables = [Memory(empty())]
            self.replays = True
        else:
            self.tables.append(Memory(empty()))
        self.world.emit("rebuild", "projector", **self._told(len(self.tables) - 1))
        self.lap += 1
        self.world.later("projector", GLANCE, self.go_on)  # so one sees that it begins empty

    def _told(self, number: int) -> dict[str, Any]:
        with self.tables[number].transaction() as rows:
            return {"orders": rows["view"]["orders"], "positions": rows["positions"]}

    def view(self) -> Any:
        """The view that is served now."""
        with self.tables[0].transaction() as rows:
            return rows["view"]


class Reader:
    """The author of an order, who looks for it right after the write."""

    def __init__(self, world: World, projector: Projector) -> None:
        self.world, self.projector = world, projector
        self.own: dict[str, int] = {}  # key → the version that each of their writes returned

    def wrote(self, service: str, id: str, version: int) -> None:
        """The answer to a write: its version, which the reader keeps."""
        self.own[f"{service}/{id}"] = version
        if service == "orders" and self.world.settings["read"] != "not at all":
            self.world.clock.after(RELOAD, lambda: self._look(id, version, 0.0))

    def _look(self, id: str, version: int, waited: float) -> None:
        world, view = self.world, self.projector.view()
        careful = world.settings["read"] == "after own writes"
        verdict = world.serve(dict(view["versions"]), dict(self.own), waited, PATIENCE) if careful else "serve"
        if verdict not in ("serve", "wait", "ask the owner"):
            raise ValueError(
                f'a read is answered with "serve", "wait" or "ask the owner", and not with {verdict!r:.80}'
            )
        if verdict == "wait" or (verdict == "ask the owner" and not world.up["orders"]):  # who is down cannot be asked
            world.clock.after(GLANCE, lambda: self._look(id, version, waited + GLANCE))
            return
        seen = verdict != "serve" or view["versions"].get(f"orders/{id}", 0) >= version
        world.emit("read", "reader", id=id, version=version, waited=waited, seen=seen, source=verdict)
