"""The pictures of lesson 04 with their controls, faults and the figures beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Trace
from labs.queues.buffer.backoff import PAUSES
from labs.queues.buffer.buffer import AWAY, buffer
from labs.queues.buffer.delivery import AWAY as CONSUMER_AWAY
from labs.queues.buffer.delivery import deliver, names
from labs.queues.buffer.delivery_picture import draw_delivery
from labs.queues.buffer.knee_picture import draw_knee
from labs.queues.buffer.measure import backlog, fates, longest_wait, lost, mean_backlog, rejected
from labs.queues.buffer.overflow import POLICIES
from labs.queues.buffer.picture import draw_buffer
from labs.queues.buffer.retries import AWAY as SERVER_AWAY
from labs.queues.buffer.retries import retries
from labs.queues.buffer.retries_picture import draw_retries

CONTROLS = {
    "rush": Control("rush", 10, low=5, high=30, step=5, unit="s", label="producers send for"),
    "workers": Control("workers", 1, low=1, high=6),
    "bound": Control("bound", 0, options={0: "none", 50: "50", 100: "100", 300: "300"}, label="bound of the queue"),
    "overflow": Control("overflow", "drop oldest", options=POLICIES, label="when it is full"),
    "acks": Control("acks", "after the work", options=("after the work", "on delivery"), label="acknowledge"),
    "cars": Control("cars", 300, low=100, high=450, step=50),
}
CARS = CONTROLS | {
    "bound": Control("bound", 0, options={0: "none", 100: "100", 400: "400"}, label="bound of the queue")
}
STRIKES = [
    Strike("away", f"Workers away for {AWAY:g} s", lambda trace: "workers"),
    Strike("burst", "Burst of 100", lambda trace: "producer 1"),
]


# ── the queue ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def explore_buffer(
    *controls: str, versus: tuple[str, Any, Any] | None = None, faults: Sequence[Any] = (), after: Any = None,
    strikes: Sequence[Strike] = STRIKES, offer: Callable[..., Any] | None = None, **settings: Any,
) -> Explorer:  # fmt: skip
    """Producers, queue and workers with some of CONTROLS; `offer` is a learner's function in place of the course's."""
    picked = pick_controls(controls, CONTROLS, settings)
    guarded = fenced(buffer, offer)

    def run(**chosen: Any) -> Trace:
        return guarded(**{**settings, **chosen}, **({"offer": offer} if offer else {}))

    return explore(
        run, draw_buffer, controls=picked, strikes=strikes, versus=versus, faults=faults, after=after,
        monitors=[("longest wait", _longest_wait), ("lost: nobody has them any more", _lost), ("rejected", _rejected)],
    )  # fmt: skip


def _longest_wait(trace: Trace) -> str:
    """The longest wait; where messages still wait at the end of the run, nobody knows yet how long they will."""
    left = "at least " if backlog(trace)[-1][1] else ""
    return f"{left}{longest_wait(trace):.1f} s"


def _lost(trace: Trace) -> tuple[str, bool]:
    gone = lost(trace)
    return str(gone), not gone


def _rejected(trace: Trace) -> str:
    return str(rejected(trace))


# ── cars ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def fleet(
    *, cars: int = 300, bound: int = 0, overflow: str = "drop oldest", capacity: float = 40, until: float = 40,
    faults: Sequence[Any] = (), seed: int = 0,
) -> Trace:  # fmt: skip
    """`buffer` for cars that all report every ten seconds, at the same moment, to a dashboard that does `capacity`."""
    return buffer(
        producers=(cars / 10,), spacing="together", every=10, rush=until, until=until, per_worker=capacity,
        bound=bound, overflow=overflow, faults=faults, seed=seed,
    )  # fmt: skip


def explore_cars(*controls: str, after: Any = None, **settings: Any) -> Explorer:
    """The fleet, with the slider for the cars and more of CARS."""
    picked = pick_controls(("cars", *controls), CARS, settings)
    return explore(
        lambda **chosen: fleet(**{**settings, **chosen}), _draw_fleet, controls=picked, after=after,
        strikes=[Strike("away", f"Dashboard away for {AWAY:g} s", lambda trace: "workers")],
        monitors=[("oldest position shown", _oldest), ("reports dropped", _dropped)],
    )  # fmt: skip


def _oldest(trace: Trace) -> str:
    return f"{longest_wait(trace):.1f} s old"


def _draw_fleet(trace: Trace) -> Scene:
    cars = trace.settings["producers"][0] * trace.settings["every"]
    each = trace.settings["per_worker"]
    return draw_buffer(trace, {"producer 1": f"{cars:g} cars", "worker 1": f"dashboard: {each:g}/s"})


def _dropped(trace: Trace) -> str:
    what = fates(trace)
    return f"{what['lost']:,} of {what['sent']:,}"


# ── the knee ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SECONDS = 80.0


def busy(*, load: float = 0.7, work: str = "random", until: float = SECONDS, faults: Any = (), seed: int = 0) -> Trace:
    """`buffer` with one producer that sends at random moments, and one worker who is busy for `load` of the time."""
    return buffer(
        producers=(load * 15,),
        spacing="random",
        work=work,
        rush=until,
        until=until,
        per_worker=15,
        faults=faults,
        seed=seed,
    )


def explore_knee(*, load: float = 0.95, seed: int = 0, after: Any = None) -> Explorer:
    """One worker, messages at random, and the curve that the average settles on."""
    return explore(
        busy, draw_knee, seed=seed, after=after,
        controls=[
            Control("load", load, low=0.5, high=0.95, step=0.05),
            Control("work", "random", options={"random": "random", "fixed": "always equal"}, label="time per message"),
        ],
        monitors=[("waiting on average", lambda trace: f"{mean_backlog(trace):.1f}"), ("longest wait", _longest_wait)],
    )  # fmt: skip


# ── one or all ────────────────────────────────────────────────────────────────────────────────────────────────────────


def explore_delivery(*, faults: Sequence[Any] = (), after: Any = None) -> Explorer:
    """Point-to-point beside publish/subscribe, on the same messages."""
    return explore(
        deliver, draw_delivery, versus=("style", "point-to-point", "publish/subscribe"), faults=faults, after=after,
        controls=[Control("consumers", 2, low=1, high=3)],
        strikes=[Strike("away", f"Stop it for {CONSUMER_AWAY:g} s")],
        targets=lambda trace: names(trace.settings["consumers"]),
        monitors=[("times a message was done", lambda trace: str(len(trace.of("done"))))],
    )  # fmt: skip


# ── retries ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def explore_retries(
    *,
    versus: tuple[str, Any, Any] | None = None,
    pause: Callable[..., Any] | None = None,
    after: Any = None,
    **settings: Any,
) -> Explorer:
    """Clients that call again; `pause` is a learner's function in place of a policy."""
    guarded = fenced(retries, pause)

    def run(**chosen: Any) -> Trace:
        return guarded(**{**settings, **chosen}, **({"pause": pause} if pause else {}))

    choose = [] if versus or pause else [Control("policy", "exponential", options=tuple(PAUSES))]
    return explore(
        run, draw_retries, versus=versus, after=after,
        controls=[*choose, Control("clients", 40, low=10, high=40, step=10)],
        strikes=[Strike("away", f"Server away for {SERVER_AWAY:g} s", lambda trace: "server")],
        monitors=[
            ("calls in all", lambda trace: str(len(trace.of("call")))),
            ("everybody served after", _all_served),
        ],
    )  # fmt: skip


def _all_served(trace: Trace) -> tuple[str, bool]:
    served = trace.of("served")
    if len(served) < trace.settings["clients"]:
        return f"not within {trace.end:g} s", False
    return f"{served[-1].t:.1f} s", True
