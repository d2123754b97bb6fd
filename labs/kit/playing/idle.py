"""No garbage collection while somebody waits for a picture: it is done when the kernel has nothing else to do.

A kernel that holds pandas and matplotlib has a million objects, and looking through all of them takes some 50 ms, now
and then in the middle of an answer. So it is off while a run is made. A second after the last one everything is
collected, and what is left is put aside (`gc.freeze`), so that the next collection looks at young objects only.
Nothing is put aside for good: each time, all of it is looked through again. So memory does not grow.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

IDLE = 1.0
"""Seconds without a new run after which the kernel counts as idle."""

_due: asyncio.TimerHandle | None = None


@contextmanager
def undisturbed() -> Iterator[None]:
    """No collection in here; one when the kernel is idle again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        tidy_when_idle()


def tidy_when_idle() -> None:
    """Collect once nobody has asked for anything for a while; where no event loop runs, Python collects as ever."""
    import asyncio  # 20 ms, unless a kernel is there, which has it already

    global _due
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    if _due is not None:
        _due.cancel()
    _due = loop.call_later(IDLE, tidy)


def tidy() -> None:
    """Collect everything, and put what is left aside until the next time."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
