"""Nothing is collected while somebody waits, and everything soon afterwards."""

import asyncio
import gc
import weakref

import pytest

from labs.kit.playing import idle
from tests.kit.aside import run


class Knot:
    """Something that only the garbage collector can remove."""

    def __init__(self):
        self.me = self


@pytest.fixture(autouse=True)
def thawed(monkeypatch):
    monkeypatch.setattr(idle, "IDLE", 0.01)
    yield
    gc.unfreeze()


def test_nothing_is_collected_during_a_run():
    assert gc.isenabled()
    with idle.undisturbed():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_turns_it_on_again():
    with pytest.raises(ZeroDivisionError), idle.undisturbed():
        _ = 1 // 0
    assert gc.isenabled()


def test_all_is_collected_when_the_kernel_is_idle_also_what_had_been_put_aside():
    async def kernel():
        knots = []
        for _ in range(3):
            with idle.undisturbed():
                knot = Knot()
                knots.append(weakref.ref(knot))
            await asyncio.sleep(0.05)  # it is put aside while it is in use …
            assert gc.get_freeze_count() > 1000
            del knot
        with idle.undisturbed():
            pass
        await asyncio.sleep(0.05)
        return [knot() for knot in knots]

    assert run(kernel()) == [None, None, None]  # … and gone when it is not


def test_a_kernel_that_is_kept_busy_puts_it_off(monkeypatch):
    tidied = []
    monkeypatch.setattr(idle, "IDLE", 2)  # longer than a busy machine takes for five short naps
    monkeypatch.setattr(idle, "tidy", lambda: tidied.append(1))

    async def kernel():
        for _ in range(5):
            with idle.undisturbed():
                await asyncio.sleep(0.001)
        assert not tidied
        await asyncio.sleep(2.1)

    run(kernel())
    assert tidied == [1]
