"""S3-FIFO as the exercise asks for it, and what people get wrong in it."""

from __future__ import annotations

from collections import deque

from labs.kit.checking.exercise import Mistake


class Queues:
    """The three queues of keys, the oldest first, and how often each cached key was used."""

    most, enough = 3, 2

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.small_room = max(1, capacity // 10)
        self.main_room = capacity - self.small_room
        self.small: deque[str] = deque()
        self.main: deque[str] = deque()
        self.ghost: deque[str] = deque()
        self.uses: dict[str, int] = {}

    def request(self, key: str) -> bool:
        """Whether it hits; what misses is put in."""
        if key in self.uses:
            self.hit(key)
            return True
        while len(self.uses) >= self.capacity:
            self.make_room()
        self.enter(key)
        self.uses[key] = 0
        return False

    def hit(self, key: str) -> None:
        """Count a use."""
        self.uses[key] = min(self.uses[key] + 1, self.most)

    def make_room(self) -> None:
        """Take one entry out."""
        if len(self.small) >= self.small_room:
            self.evict_small()
        else:
            self.evict_main()

    def enter(self, key: str) -> None:
        """Put a key that missed into its queue."""
        if key in self.ghost:
            self.ghost.remove(key)
            self.main.append(key)
        else:
            self.small.append(key)

    def evict_small(self) -> None:
        """Promote or evict from the small queue, until one is out."""
        while self.small:
            key = self.small.popleft()
            if self.uses[key] >= self.enough:
                self.promote(key)
            else:
                del self.uses[key]
                self.remember(key)
                return

    def promote(self, key: str) -> None:
        """Move a key to the main queue."""
        self.uses[key] = 0
        self.main.append(key)
        if len(self.main) > self.main_room:
            self.evict_main()

    def remember(self, key: str) -> None:
        """Keep the name of an evicted key."""
        self.ghost.append(key)
        if len(self.ghost) > self.main_room:
            self.ghost.popleft()

    def evict_main(self) -> None:
        """Evict from the main queue what was not used."""
        while self.main:
            key = self.main.popleft()
            if self.uses[key] == 0:
                del self.uses[key]
                return
            self.again(key)

    def again(self, key: str) -> None:
        """Give a used key another round."""
        self.uses[key] -= 1
        self.main.append(key)


class _NoGhost(Queues):
    def remember(self, key: str) -> None:
        pass


class _GhostStays(Queues):
    def enter(self, key: str) -> None:
        (self.main if key in self.ghost else self.small).append(key)


class _GhostToSmall(Queues):
    def enter(self, key: str) -> None:
        if key in self.ghost:
            self.ghost.remove(key)
        self.small.append(key)


class _GhostGrows(Queues):
    def remember(self, key: str) -> None:
        self.ghost.append(key)


class _OneUseIsEnough(Queues):
    enough = 1


class _CountsOn(Queues):
    most = 10**9


class _KeepsItsUses(Queues):
    def promote(self, key: str) -> None:
        uses = self.uses[key]
        super().promote(key)
        if key in self.uses:
            self.uses[key] = uses


class _KeepsItsUsesThroughout(Queues):
    """Likewise, also while the main queue makes room for it."""

    def promote(self, key: str) -> None:
        self.main.append(key)
        if len(self.main) > self.main_room:
            self.evict_main()


class _MovesInEitherQueue(Queues):
    def hit(self, key: str) -> None:
        super().hit(key)
        queue = self.small if key in self.small else self.main
        queue.remove(key)
        queue.append(key)


class _MovesOnAHit(Queues):
    def hit(self, key: str) -> None:
        super().hit(key)
        if key in self.main:
            self.main.remove(key)
            self.main.append(key)


class _PromotesOnAHit(Queues):
    def hit(self, key: str) -> None:
        super().hit(key)
        if key in self.small and self.uses[key] >= self.enough:
            self.small.remove(key)
            self.promote(key)


class _NoSecondRound(Queues):
    def evict_main(self) -> None:
        del self.uses[self.main.popleft()]


class _RoundsForEver(Queues):
    def again(self, key: str) -> None:
        self.uses[key] = 0
        self.main.append(key)


class _MainIsRemembered(Queues):
    def evict_main(self) -> None:
        before = set(self.uses)
        super().evict_main()
        for key in before - set(self.uses):
            self.remember(key)


class _MainOverflows(Queues):
    def promote(self, key: str) -> None:
        self.uses[key] = 0
        self.main.append(key)


class _MainFirst(Queues):
    def make_room(self) -> None:
        if self.main:
            self.evict_main()
        else:
            self.evict_small()


class _OnlyWhenOver(Queues):
    def make_room(self) -> None:
        if len(self.small) > self.small_room:
            self.evict_small()
        else:
            self.evict_main()


class _StopsAfterAMove(Queues):
    def evict_small(self) -> None:
        key = self.small.popleft()
        if self.uses[key] >= self.enough:
            self.promote(key)
        else:
            del self.uses[key]
            self.remember(key)


class _StopsWhenMainEvicts(Queues):
    def evict_small(self) -> None:
        while self.small:
            key = self.small.popleft()
            if self.uses[key] < self.enough:
                del self.uses[key]
                self.remember(key)
                return
            before = len(self.uses)
            self.promote(key)
            if len(self.uses) < before:
                return


class _GhostOfTheWholeCache(Queues):
    def remember(self, key: str) -> None:
        self.ghost.append(key)
        if len(self.ghost) > self.capacity:
            self.ghost.popleft()


class _LooksTooSoon(Queues):
    def request(self, key: str) -> bool:
        if key in self.uses:
            self.hit(key)
            return True
        known = key in self.ghost
        if known:
            self.ghost.remove(key)
        while len(self.uses) >= self.capacity:
            self.make_room()
        (self.main if known else self.small).append(key)
        self.uses[key] = 0
        return False


class _LooksTooSoonAndTakesItLater(Queues):
    def request(self, key: str) -> bool:
        if key in self.uses:
            self.hit(key)
            return True
        known = key in self.ghost
        while len(self.uses) >= self.capacity:
            self.make_room()
        if key in self.ghost:
            self.ghost.remove(key)
        (self.main if known else self.small).append(key)
        self.uses[key] = 0
        return False


class _RoomAfterwards(Queues):
    def request(self, key: str) -> bool:
        if key in self.uses:
            self.hit(key)
            return True
        self.enter(key)
        self.uses[key] = 0
        while len(self.uses) > self.capacity:
            self.make_room()
        return False


class _ANameIsAHit(Queues):
    def request(self, key: str) -> bool:
        known = key in self.ghost
        return super().request(key) or known


class _Rounds(Queues):
    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.small_room = max(1, round(capacity / 10))
        self.main_room = capacity - self.small_room


class _FirstUseCounts(Queues):
    def request(self, key: str) -> bool:
        hit = super().request(key)
        if not hit:
            self.uses[key] = 1
        return hit


BEGINS = "A key that moves to the main queue begins with 0 uses again."
KEEPS_PLACE = "A hit moves nothing: in a FIFO queue a key keeps its place."
GO_ON = "You stop before the small queue has evicted a key: one that moves does not count, nor one that main evicts."
ROOM_FIRST = "Make room first, and look into the ghost queue then: its names change meanwhile."

WRONG = (
    Mistake("You remember nothing of what the small queue evicts: its name goes into the ghost queue.", _NoGhost),
    Mistake("A key that comes back is cached again: take its name out of the ghost queue.", _GhostStays),
    Mistake("A key whose name is in the ghost queue has come back: it enters the main queue at once.", _GhostToSmall),
    Mistake("The ghost queue grows without a bound. With more names than the main queue's share, forget the oldest.",
            _GhostGrows),
    Mistake("One hit in the small queue is not enough for the main queue: more than one is.", _OneUseIsEnough),
    Mistake("Count uses up to 3 only. Without that bound an old favourite stays for a long time.", _CountsOn),
    Mistake(BEGINS, _KeepsItsUses),
    Mistake(BEGINS, _KeepsItsUsesThroughout),
    Mistake(KEEPS_PLACE, _MovesOnAHit),
    Mistake(KEEPS_PLACE, _MovesInEitherQueue),
    Mistake("The small queue evicts as soon as it holds its share, not only when it holds more.", _OnlyWhenOver),
    Mistake(GO_ON, _StopsAfterAMove),
    Mistake(GO_ON, _StopsWhenMainEvicts),
    Mistake("The ghost queue keeps as many names as the main queue's share, not as the whole cache.",
            _GhostOfTheWholeCache),
    Mistake(ROOM_FIRST, _LooksTooSoon),
    Mistake(ROOM_FIRST, _LooksTooSoonAndTakesItLater),
    Mistake("Make room before the key goes in: you put it in first, and evict when there is one too many.",
            _RoomAfterwards),
    Mistake("A name in the ghost queue is no hit: the value is gone, and has to be loaded.", _ANameIsAHit),
    Mistake("The small queue's share is a tenth rounded down: `capacity // 10`.", _Rounds),
    Mistake("You move a key to the main queue when it is hit: only at the end of the small queue is that decided.",
            _PromotesOnAHit),
    Mistake("The main queue evicts keys that have been used: such a key loses one use and goes to the end again.",
            _NoSecondRound),
    Mistake("A key that gets another round loses one use, not all of them.", _RoundsForEver),
    Mistake("Only what the small queue evicts is remembered in the ghost queue.", _MainIsRemembered),
    Mistake("When a key that moves takes the main queue over its share, evict one from the main queue.",
            _MainOverflows),
    Mistake("The small queue evicts first, if it has its share: that is how one-hit wonders leave soon.", _MainFirst),
    Mistake("The request that brings a key in is not a use: it begins with 0.", _FirstUseCounts),
)  # fmt: skip
