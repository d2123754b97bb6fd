"""Scenes for `caching-single-flight`, each played with real threads: who loaded, and what everybody got.

Nothing here depends on how fast the machine is. A leader stands in its `load` until the scene opens a gate, and a
thread that joins it has been seen to look at its key before the scene goes on.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from inspect import unwrap
from pathlib import Path
from typing import Any

PATIENCE, LONG, SHORT = 3.0, 20.0, 0.05  # seconds: until a thread is said to hang; timeouts that do not end, and do
LOOK, MOST = 0.002, 0.02  # seconds between two looks at what is waited for, and as how many they count at most
LATER = 0.25  # a timeout that ends after SHORT has, with time for another leader in between
HASTE = 0.2  # in place of PATIENCE, for a class of which something has hung already: it is wrong anyway
OWN = 99  # what the load of a thread that joins would bring, if it were called
_hung: set[Any] = set()
_unseen: set[Any] = set()


def _until(done: Callable[[], bool], limit: float) -> bool:
    """Wait for it; False after `limit` seconds, not counting those in which a thread of ours waited for a processor.

    Nor those in which the whole machine stood still, as a virtual one may: then much time lies between two looks.
    """
    spent, before, queued = 0.0, time.monotonic(), _queued()
    while not done():
        if spent > limit:
            return False
        time.sleep(LOOK)
        now, queues = time.monotonic(), _queued()
        waited = max((seconds - queued.get(task, seconds) for task, seconds in queues.items()), default=0.0)
        spent, before, queued = spent + min(max(0.0, now - before - waited), MOST), now, queues
    return True


def _lies_down(thread: threading.Thread) -> None:
    """Wait until a thread waits for something, and not for a processor or its turn: then it is not woken meanwhile."""
    woken, looks = None, 0
    while thread.is_alive() and looks < 20 and (looks < 2 or woken != _woken(thread)):
        woken, looks = _woken(thread), looks + 1
        time.sleep(2 * sys.getswitchinterval())  # after one of these, whoever wants to run wakes up and says so


def _queued() -> dict[str, float]:
    """For each thread of this process, how many seconds it could have run and there was no processor: on Linux."""
    with suppress(OSError):
        return {task: found[1] / 1e9 for task in os.listdir("/proc/self/task") if (found := _schedule(task))}
    return {}


def _woken(thread: threading.Thread) -> int | None:
    """How often a thread was given a processor: on Linux."""
    found = _schedule(str(thread.native_id))
    return found[2] if found else None


def _schedule(task: str) -> list[int]:
    """What Linux writes down of a thread: ns on a processor, ns waiting for one, how often it was given one."""
    with suppress(OSError):  # it has just ended, or this is another system
        return [int(number) for number in Path("/proc/self/task", task, "schedstat").read_text().split()]
    return []


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
    """One object of the learner's, the threads that use it, and how often something was loaded.

    `slack`: by how much the timeouts that end are longer than usual. `overtaken` says that they would have to be.
    """

    def __init__(self, make: Callable[[], Any], slack: int = 1) -> None:
        self.flight, self.slack, self.overtaken = make(), slack, False
        self.led = False  # whether the last one that was to lead was seen to do so
        self.make = unwrap(make)  # the class itself: a check wraps it anew for each scene
        self.patience = getattr(self.make, "hangs_after", PATIENCE)  # our own mistakes need not be waited for as long
        self.loads = 0
        self.got: dict[str, Any] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._hangs: set[str] = set()

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
        self.led = _until(inside.is_set, HASTE if self.make in _hung else self.patience)
        if not self.led:
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
        _until(lambda: bool(mine.seen) or not self.runs(who), HASTE if self.make in _unseen else self.patience / 2)
        if not mine.seen:
            _unseen.add(self.make)
        _lies_down(self._threads[who])

    def wait(self, *names: str, more: float = 0.0) -> None:
        """Until these threads are done, or hang; what hangs here is not asked again. `more` seconds may be theirs."""
        limit = more + (HASTE if self.make in _hung else self.patience)
        if not _until(lambda: not any(map(self.runs, names)), limit):
            _hung.add(self.make)
            self._hangs.update(filter(self.runs, names))

    def runs(self, who: str) -> bool:
        """Whether this thread is not done yet."""
        return self._threads[who].is_alive()

    def answers(self) -> dict[str, Any]:
        """What everybody got, and how many loads there were."""
        return {**self.got, **dict.fromkeys(self._hangs, "hangs"), "loads": self.loads}


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
    scene.wait("leader of a", "b, meanwhile")  # b hung for good, if it did; but what it does now is counted


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
    later = LATER * scene.slack
    scene.leader("leader that never comes back", "a")
    scene.follow("b2, who gives up later", "a", timeout=later)  # before b1: on a busy machine b1 may be gone at once
    scene.follow("b1", "a", timeout=SHORT)
    scene.wait("b1")
    second = scene.leader("second leader", "a", value)
    scene.overtaken = scene.led and not scene.runs("b2, who gives up later")
    scene.wait("b2, who gives up later", more=later)
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
    """What everybody got, and how many loads there were; again with longer timeouts where the machine was too slow."""
    for slack in (1, 4, 16):
        scene = Scene(make, slack)
        SCENES[name][1](scene, value)
        if not scene.overtaken:
            break
    return scene.answers()
