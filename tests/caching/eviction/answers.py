# ruff: noqa - as people write it
"""Answers to lesson 15's exercises as people write them: right in any style, and wrong."""

import heapq
import threading
import time
from collections import OrderedDict, deque

from tests.kit.answers import Answers

lru = Answers("caching-lru")
jitter = Answers("caching-jitter")
flight = Answers("caching-single-flight")
s3fifo = Answers("caching-s3-fifo")


@lru.right
class ByOrderedDict:
    def __init__(self, capacity):
        self.c, self.d = capacity, OrderedDict()

    def get(self, key):
        try:
            self.d.move_to_end(key)
        except KeyError:
            return None
        return self.d[key]

    def put(self, key, value):
        self.d[key] = value
        self.d.move_to_end(key)
        if len(self.d) > self.c:
            return self.d.popitem(last=False)[0]


@lru.right
class ByDict(dict):
    def __init__(self, capacity):
        super().__init__()
        self.capacity = capacity

    def get(self, key):
        if key not in self:
            return None
        value = self.pop(key)
        self[key] = value
        return value

    def put(self, key, value):
        out = None
        if key in self:
            del self[key]
        elif len(self) == self.capacity:
            out = next(iter(self))
            del self[out]
        self[key] = value
        return out


@lru.right
class ByNodes:
    class Node:
        def __init__(self, key=None, value=None):
            self.key, self.value, self.prev, self.next = key, value, None, None

    def __init__(self, capacity):
        self.capacity, self.map = capacity, {}
        self.head, self.tail = self.Node(), self.Node()
        self.head.next, self.tail.prev = self.tail, self.head

    def _remove(self, node):
        node.prev.next, node.next.prev = node.next, node.prev

    def _add(self, node):
        last = self.tail.prev
        last.next = node
        node.prev, node.next = last, self.tail
        self.tail.prev = node

    def get(self, key):
        node = self.map.get(key)
        if node is None:
            return None
        self._remove(node)
        self._add(node)
        return node.value

    def put(self, key, value):
        if key in self.map:
            self._remove(self.map.pop(key))
        gone = None
        if len(self.map) >= self.capacity:
            first = self.head.next
            self._remove(first)
            gone = first.key
            del self.map[gone]
        self.map[key] = self.Node(key, value)
        self._add(self.map[key])
        return gone


@lru.right
class Lazily:
    """A queue of uses, out of date ones passed over: constant on average."""

    def __init__(self, capacity):
        self.capacity, self.values, self.uses, self.queue = capacity, {}, {}, deque()

    def _use(self, key):
        self.uses[key] = self.uses.get(key, 0) + 1
        self.queue.append(key)

    def get(self, key):
        if key in self.values:
            self._use(key)
            return self.values[key]

    def put(self, key, value):
        gone = None
        if key not in self.values and len(self.values) == self.capacity:
            while True:
                gone = self.queue.popleft()
                self.uses[gone] -= 1
                if self.uses[gone] == 0:
                    del self.uses[gone], self.values[gone]
                    break
        self.values[key] = value
        self._use(key)
        return gone


@lru.wrong("take it out of the dictionary, too")
class EvictedFromTheListOnly(ByNodes):
    def __init__(self, capacity):
        super().__init__(capacity)
        self.many = 0

    def put(self, key, value):
        if key in self.map:
            self._remove(self.map[key])
        elif self.many < self.capacity:
            self.many += 1
        else:
            gone = self.head.next
            self._remove(gone)
            self.map[key] = self.Node(key, value)
            self._add(self.map[key])
            return gone.key
        self.map[key] = self.Node(key, value)
        self._add(self.map[key])


@lru.wrong("not the pair of key and value")
class KeyAndValue(ByOrderedDict):
    def put(self, key, value):
        self.d[key] = value
        self.d.move_to_end(key)
        if len(self.d) > self.c:
            return self.d.popitem(last=False)


@lru.wrong()
class SharedByAll:
    entries = OrderedDict()

    def __init__(self, capacity):
        self.c = capacity

    get = ByOrderedDict.get
    d = entries
    put = ByOrderedDict.put


@lru.wrong("you look through all entries")
class ByTimes:
    def __init__(self, capacity):
        self.c, self.d, self.t, self.n = capacity, {}, {}, 0

    def get(self, key):
        if key in self.d:
            self.n += 1
            self.t[key] = self.n
            return self.d[key]

    def put(self, key, value):
        gone = None
        if key not in self.d and len(self.d) == self.c:
            gone = min(self.t, key=self.t.get)
            del self.d[gone], self.t[gone]
        self.n += 1
        self.d[key], self.t[key] = value, self.n
        return gone


@jitter.right
def loop(keys, ttl, spread, random):
    lives = {}
    for key in keys:
        lives[key] = ttl - ttl * spread * random()
    return lives


@jitter.right
def zipped(keys, ttl, spread, random):
    return dict(zip(keys, [ttl * (1 - random() * spread) for _ in keys]))


@jitter.right
def recursive(keys, ttl, spread, random):
    if not keys:
        return {}
    mine = {keys[0]: ttl * (1 - spread * random())}
    return {**mine, **recursive(keys[1:], ttl, spread, random)}


@jitter.wrong("Draw once for each key")
def once(keys, ttl, spread, random):
    r = random()
    return {k: ttl - ttl * spread * r for k in keys}


@jitter.wrong("in the order of the list")
def in_another_order(keys, ttl, spread, random):
    lives = {}
    for key in sorted(keys):
        lives[key] = ttl - ttl * spread * random()
    return lives


@jitter.wrong()
def its_own_random(keys, ttl, spread, random):
    from random import uniform

    return {k: ttl - uniform(0, ttl * spread) for k in keys}


@jitter.wrong("only shorten")
def longer(keys, ttl, spread, random):
    return {k: ttl + ttl * spread * random() for k in keys}


@flight.right
class ByEvent:
    class Call:
        def __init__(self):
            self.done, self.value, self.error = threading.Event(), None, None

    def __init__(self):
        self.lock, self.calls = threading.Lock(), {}

    def do(self, key, load, timeout):
        with self.lock:
            call = self.calls.get(key)
            first = call is None
            if first:
                call = self.calls[key] = self.Call()
        if first:
            try:
                call.value = load()
            except Exception as e:
                call.error = e
            finally:
                with self.lock:
                    if self.calls.get(key) is call:
                        del self.calls[key]
                call.done.set()
        elif not call.done.wait(timeout):
            with self.lock:
                if self.calls.get(key) is call:
                    self.calls.pop(key)
            raise TimeoutError("the leader is late")
        if call.error:
            raise call.error
        return call.value


@flight.right
class ByCondition:
    def __init__(self):
        self.cond, self.flying = threading.Condition(), {}

    def do(self, key, load, timeout):
        with self.cond:
            if key in self.flying:
                box = self.flying[key]
                if self.cond.wait_for(lambda: box, timeout):
                    kind, what = box[0]
                    if kind == "error":
                        raise what
                    return what
                if self.flying.get(key) is box:
                    del self.flying[key]
                raise TimeoutError
            box = self.flying[key] = []
        try:
            answer = ("value", load())
        except BaseException as error:
            answer = ("error", error)
        with self.cond:
            box.append(answer)
            if self.flying.get(key) is box:
                del self.flying[key]
            self.cond.notify_all()
        if answer[0] == "error":
            raise answer[1]
        return answer[1]


@flight.right
class ErrorOfItsType(ByEvent):
    """Those that wait raise an error of their own, of the type of the leader's."""

    def do(self, key, load, timeout):
        try:
            return super().do(key, load, timeout)
        except ValueError as e:
            raise ValueError(f"{key}: {e}") from e


@flight.right
class FollowsTheNext:
    """A caller that still waits when a second leader leads takes the value that comes first."""

    def __init__(self):
        self.cond, self.current, self.landed = threading.Condition(), {}, {}

    def do(self, key, load, timeout):
        with self.cond:
            if key in self.current:
                mine = self.current[key]
                end = time.monotonic() + timeout
                come = self.cond.wait_for(lambda: mine or self.current.get(key, mine) is not mine, timeout)
                if come and not mine:
                    self.cond.wait_for(lambda: mine or self.landed.get(key), end - time.monotonic())
                    mine = mine or self.landed.get(key)
                if mine:
                    if isinstance(mine[0], Exception):
                        raise mine[0]
                    return mine[1]
                if self.current.get(key) is mine:
                    del self.current[key]
                raise TimeoutError
            box = self.current[key] = []
            self.landed.pop(key, None)
            self.cond.notify_all()
        try:
            answer = [None, load()]
        except Exception as e:
            answer = [e, None]
        with self.cond:
            box += answer
            if self.current.get(key) is box:
                del self.current[key]
                self.landed[key] = box
            self.cond.notify_all()
        if answer[0]:
            raise answer[0]
        return answer[1]


@flight.wrong("A thread that gives up removes the flight of the next leader")
class GivesUpAnothers(ByEvent):
    def do(self, key, load, timeout):
        try:
            return super().do(key, load, timeout)
        except TimeoutError:
            with self.lock:
                self.calls.pop(key, None)
            raise


@flight.wrong("return the leader's value to them, too")
class NothingForTheOthers(ByEvent):
    def do(self, key, load, timeout):
        with self.lock:
            waits = key in self.calls
        value = super().do(key, load, timeout)
        return None if waits else value


@flight.wrong("A lock held during the load")
class LockHeld:
    def __init__(self):
        self.lock = threading.Lock()

    def do(self, key, load, timeout):
        if not self.lock.acquire(timeout=timeout):
            raise TimeoutError
        try:
            return load()
        finally:
            self.lock.release()


@s3fifo.right
class Deques:
    def __init__(self, capacity):
        self.n = capacity
        self.s = max(1, capacity // 10)
        self.small, self.main, self.ghost, self.f = deque(), deque(), deque(maxlen=capacity - self.s), {}

    def request(self, key):
        if key in self.f:
            self.f[key] = min(3, 1 + self.f[key])
            return True
        while len(self.f) >= self.n:
            (self.from_small if len(self.small) >= self.s else self.from_main)()
        if key in self.ghost:
            self.ghost.remove(key)
            self.main.append(key)
        else:
            self.small.append(key)
        self.f[key] = 0
        return False

    def from_small(self):
        while self.small:
            key = self.small.popleft()
            if self.f[key] > 1:
                self.f[key] = 0
                self.main.append(key)
                if len(self.main) > self.n - self.s:
                    self.from_main()
            else:
                del self.f[key]
                self.ghost.append(key)
                break

    def from_main(self):
        while self.main:
            key = self.main.popleft()
            if not self.f[key]:
                del self.f[key]
                break
            self.f[key] -= 1
            self.main.append(key)


@s3fifo.wrong("a tenth rounded down")
class Rounded(Deques):
    def __init__(self, capacity):
        super().__init__(capacity)
        self.s = max(1, round(capacity / 10))
        self.ghost = deque(maxlen=capacity - self.s)


@s3fifo.wrong("as soon as it holds its share")
class OnlyAboveItsShare(Deques):
    def request(self, key):
        if key in self.f:
            self.f[key] = min(3, 1 + self.f[key])
            return True
        while len(self.f) >= self.n:
            (self.from_small if len(self.small) > self.s else self.from_main)()
        if key in self.ghost:
            self.ghost.remove(key)
            self.main.append(key)
        else:
            self.small.append(key)
        self.f[key] = 0
        return False


@s3fifo.wrong()
class Swapped:
    """It is LRU."""

    def __init__(self, capacity):
        self.n, self.small, self.main, self.ghost = capacity, [], [], []

    def request(self, key):
        hit = key in self.small
        if hit:
            self.small.remove(key)
        self.small.append(key)
        del self.small[: -self.n]
        return hit
