"""Scenes for `caching-single-flight`, each played with real threads: who loaded, and what everybody got.

Nothing here depends on how fast the machine is. A leader stands in its `load` until the scene opens a gate, and a
thread that joins it has been seen to look at its key before the scene goes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from inspect import unwrap
from typing import Any

PATIENCE, LONG, SHORT = 3.0, 20.0, 0.05  # seconds: until a thread is said to hang; timeouts that do not end, and do
LATER = 0.25  # a timeout that ends after SHORT has, with time for another leader in between
HASTE = 0.2  # in place of PATIENCE, for a class of which something has hung already: it is wrong anyway
OWN = 99  # what the load of a thread that joins would bring, if it were called
_hung: set[Any] = set()
_unseen: set[Any] = set()


class _Key(str):
    """A key that tells which threads have looked at it."""

    def __new__(cls, text: str) -> _Key:
        key = super().__new__(cls, text)
        key.seen = set()
        return key

    seen: set[int]

    def __hash__(self) -> int:
        self.seen.add(threading.get_ident())
        return str.__hash__(self)

    def __eq__(self, other: object) -> bool:
        self.seen.add(threading.get_ident())
        return str.__eq__(self, other)


class Scene:
    """One object of the learner's, the threads that use it, and how often something was loaded."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.flight = make()
        self.make = unwrap(make)  # the class itself: a check wraps it anew for each scene
        self.patience = getattr(self.make, "hangs_after", PATIENCE)  # our own mistakes need not be waited for as long
        self.loads = 0
        self.got: dict[str, Any] = {}
        self._threads: dict[str, threading.Thread] = {}

    def call(self, who: str, key: str, load: Callable[[], Any], timeout: float = LONG) -> None:
        """A thread calls `do`; "hangs" stands for an answer until there is one."""
        self.got[who] = "hangs"

        def work() -> None:
            try:
                answer = self.flight.do(key, load, timeout)
            except TimeoutError:
                answer = "TimeoutError"
            except Exception as error:
                answer = f"{type(error).__name__}({error})"
            self.got[who] = answer

        self._threads[who] = thread = threading.Thread(target=work, daemon=True)
        thread.start()

    def leader(
        self, who: str, key: str, value: Any = 7, error: Exception | None = None, timeout: float = LONG
    ) -> threading.Event:
        """A thread that leads, and stands in its load until the gate is opened."""
        inside, gate = threading.Event(), threading.Event()

        def load() -> Any:
            self.loads += 1
            inside.set()
            gate.wait(30)
            if error is not None:
                raise error
            return value

        self.call(who, key, load, timeout)
        if not inside.wait(HASTE if self.make in _hung else self.patience):
            _hung.add(self.make)
        return gate

    def loading(self, value: Any) -> Callable[[], Any]:
        """A load that is over at once."""

        def load() -> Any:
            self.loads += 1
            return value

        return load

    def follow(self, who: str, key: str, value: Any = OWN, timeout: float = LONG) -> None:
        """A thread that comes while another loads; the scene goes on when it has looked at the key."""
        mine = _Key(key)
        self.call(who, mine, self.loading(value), timeout)
        until = time.monotonic() + (HASTE if self.make in _unseen else self.patience / 2)
        while not mine.seen and self._threads[who].is_alive() and time.monotonic() < until:
            time.sleep(0.001)
        if not mine.seen:
            _unseen.add(self.make)
        time.sleep(0.01)  # it has looked; give it the time to lie down

    def wait(self, *names: str) -> None:
        """Until these threads are done, or hang."""
        until = time.monotonic() + (HASTE if self.make in _hung else self.patience)
        for name in names:
            self._threads[name].join(max(0.0, until - time.monotonic()))
        if any(self._threads[name].is_alive() for name in names):
            _hung.add(self.make)


def _alone(scene: Scene, value: Any) -> None:
    for who in ("first", "second, later"):
        scene.call(who, "a", scene.loading(value))
        scene.wait(who)


def _together(scene: Scene, value: Any) -> None:
    gate = scene.leader("leader", "a", value)
    names = ["b1", "b2", "b3"]
    for who in names:
        scene.follow(who, "a")
    gate.set()
    scene.wait("leader", *names)


def _fails(scene: Scene, value: Any) -> None:
    gate = scene.leader("leader", "a", error=ValueError("no such page"))
    scene.follow("b1", "a")
    scene.follow("b2", "a")
    gate.set()
    scene.wait("leader", "b1", "b2")
    scene.call("later", "a", scene.loading(value))
    scene.wait("later")


def _other_key(scene: Scene, value: Any) -> None:
    gate = scene.leader("leader of a", "a")
    scene.call("b, meanwhile", "b", scene.loading(value))
    scene.wait("b, meanwhile")
    gate.set()
    scene.wait("leader of a")


def _never(scene: Scene, value: Any) -> None:
    scene.leader("leader that never comes back", "a")
    scene.follow("b1", "a", timeout=SHORT)
    scene.wait("b1")
    scene.call("later", "a", scene.loading(value))
    scene.wait("later")


def _late(scene: Scene, value: Any) -> None:
    first = scene.leader("leader that is late", "a", 7)
    scene.follow("b1", "a", timeout=SHORT)
    scene.wait("b1")
    second = scene.leader("second leader", "a", value)
    first.set()
    scene.wait("leader that is late")
    scene.follow("b2, with the second", "a")
    second.set()
    scene.wait("second leader", "b2, with the second")


def _two_give_up(scene: Scene, value: Any) -> None:
    scene.leader("leader that never comes back", "a")
    scene.follow("b2, who gives up later", "a", timeout=LATER)  # before b1: on a busy machine b1 may be gone at once
    scene.follow("b1", "a", timeout=SHORT)
    scene.wait("b1")
    second = scene.leader("second leader", "a", value)
    scene.wait("b2, who gives up later")
    scene.follow("b3, with the second", "a")
    second.set()
    scene.wait("second leader", "b2, who gives up later", "b3, with the second")


def _slow(scene: Scene, value: Any) -> None:
    gate = scene.leader("leader, whose timeout is 0.05 s", "a", value, timeout=SHORT)
    scene.follow("b1", "a")
    time.sleep(2 * SHORT)
    gate.set()
    scene.wait("leader, whose timeout is 0.05 s", "b1")


def _again(scene: Scene, value: Any) -> None:
    for n in (1, 2):
        gate = scene.leader(f"leader {n}", "a", (value, n))
        scene.follow(f"b{n}", "a")
        gate.set()
        scene.wait(f"leader {n}", f"b{n}")


SCENES: dict[str, tuple[str, Callable[[Scene, Any], None]]] = {
    "alone": ("one call, and later another one", _alone),
    "together": ("a leader, and three that come while it loads", _together),
    "fails": ("the leader's load fails, and later somebody calls again", _fails),
    "another key": ("a leader loads a, and somebody wants b", _other_key),
    "never": ("the leader never comes back: b1 waits 0.05 s, and later somebody calls", _never),
    "late": ("b1 gives up on a leader, a second one leads, then the first comes back; b2 joins the second", _late),
    "two give up": (
        "b1 gives up on a leader, a second one leads, then b2 gives up on the first; b3 joins the second",
        _two_give_up,
    ),
    "slow": ("a leader that loads for longer than its own timeout, and one that waits", _slow),
    "twice": ("a leader and one that waits; and the same again", _again),
}


def play(make: Callable[[], Any], name: str, value: Any) -> dict[str, Any]:
    """What everybody got, and how many loads there were."""
    scene = Scene(make)
    SCENES[name][1](scene, value)
    return {**scene.got, "loads": scene.loads}
