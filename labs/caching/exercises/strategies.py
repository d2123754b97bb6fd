"""The exercises of lesson 16, in its order: two reads, a write, a schedule, a lease, a flush."""

from collections.abc import Sequence

from labs.caching.exercises.strategies_reads import LEASES, READ, THROUGH
from labs.caching.exercises.strategies_schedule import SCHEDULE
from labs.caching.exercises.strategies_writes import FLUSH, WRITE
from labs.kit.exercise import Exercise

EXERCISES: Sequence[Exercise] = (READ, THROUGH, WRITE, SCHEDULE, LEASES, FLUSH)
