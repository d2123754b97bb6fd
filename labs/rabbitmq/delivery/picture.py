"""The pictures of delivery: two consumers that share the work, and a message that is tried again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.guarding.telling import LearnerError, show
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace
from labs.rabbitmq.delivery.dispatch import Row
from labs.rabbitmq.delivery.queue import Dispatch
from labs.rabbitmq.delivery.retry import retry
from labs.rabbitmq.delivery.work import CONSUMERS, SYSTEMS, done_by, done_twice, finished, share_work
from labs.rabbitmq.picture import Said, draw_broker

# ── sharing the work ──────────────────────────────────────────────────────────────────────────────────────────────────


def _held(trace: Trace, who: str, t: float) -> int:
    """How many messages a consumer holds right after `t`."""
    upto = [e for e in trace if e.t <= t]
    given = sum(e.kind == "deliver" and e.who == who for e in upto)
    return given - sum(e.kind == "ack" and e.who == who for e in upto)


def _work_said(trace: Trace) -> Iterator[Said]:
    pushed, end = trace.settings["system"] == "RabbitMQ", finished(trace)
    prefetch = trace.settings["prefetch"]
    if pushed:
        most = f"at most {prefetch} unacknowledged" if prefetch else "without a limit"
        yield 0, f"One queue. The broker pushes to c1 and c2 in turn, {most} for each.", False
    else:
        yield 0, "Two partitions, one for each consumer. Each polls its own, works, commits, and polls again.", False
    said = [(f.t, _crash_said(trace, f), True) for f in trace.faults]
    idle = _idle_from(trace)
    if idle is not None:
        left = trace.settings["messages"] - sum(e.t <= idle for e in trace.of("done"))
        where = "c2 holds them all" if pushed else "they are in c2's partition"
        said.append((idle, f"c1 has nothing left to do. {left} messages are not done: {where}.", True))
    for e in trace.of("moves"):
        moves = f"The session timeout has passed: {e['queue']} moves to {e.who}, which resumes at its last commit"
        said.append((e.t, f"{moves}.", True))
    by = done_by(trace)
    well = len({e["message"] for e in trace.of("done")}) == trace.settings["messages"]
    gone = len(trace.of("crash")) == len(CONSUMERS)
    told = f"All done at {end:.1f} s" if well else "Nobody is left to do the rest" if gone else "Not all done"
    at = end if well else trace.end - 1.0  # after everything else that is said
    said.append((at, f"{told}: c1 has done {by['c1']}, c2 {by['c2']}.", True))
    yield from sorted(said)


def _crash_said(trace: Trace, fault: Fault) -> str:
    held = _held(trace, fault.who, fault.t - 1e-6)
    if trace.settings["system"] == "RabbitMQ":
        back = len([e for e in trace.of("requeue") if e["consumer"] == fault.who])
        them = "the one that it held is" if back == 1 else f"the {back} that it held are"
        became = f"and {them} ready again at once (yellow)" if back else "but it held nothing"
        return f"{fault.who} crashes. Its channel closes, {became}."
    last = f"with {held} to do" if held else "with nothing to do"
    return f"{fault.who} crashes, {last}. Nobody is told: its partition waits for the session timeout."


def _idle_from(trace: Trace) -> float | None:
    """From when on c1 has nothing to do, though two messages or more are still to be done by c2."""
    done, sent = trace.of("done", who="c1"), trace.of("ready")
    last = done[-1].t if done else 0.0
    if not done or sent[-1].t > last or _held(trace, "c1", last) or any(f.t <= last for f in trace.faults):
        return None
    return last if sum(e.t > last for e in trace.of("done", who="c2")) > 1 else None


def draw_work(trace: Trace) -> Scene:
    """The scene of a run of `share_work`."""
    one = trace.settings["system"] == "RabbitMQ"
    return draw_broker(trace, _work_said(trace), f"{'one queue' if one else 'two partitions'}, two consumers")


WORK_CONTROLS = {
    control.name: control
    for control in (
        Control("system", "RabbitMQ", options=SYSTEMS),
        Control("prefetch", 1, options=(1, 2, 5, 100)),
        Control("slow", 3.0, low=0.5, high=5, step=0.5, unit="s", label="c2 takes"),
        Control("messages", 12, low=2, high=24),
    )
}
WORK_MONITORS = [
    ("all done after", lambda trace: f"{finished(trace):.1f} s"),
    ("done by c1 and by c2", lambda trace: " and ".join(str(n) for n in done_by(trace).values())),
    ("done twice", lambda trace: ", ".join(done_twice(trace)) or "none"),
]


def _usable(give: Dispatch) -> Dispatch:
    """The same function, which has to return what the queue can use; a LearnerError with one sentence if not."""

    def checked(ready: Sequence[str], consumers: Sequence[Row]) -> list[tuple[str, str]]:
        answer = give(ready, consumers)
        names = [name for name, *_ in consumers]
        try:
            well = len(answer) <= 1 and all(message == ready[0] and name in names for message, name in answer)
        except (TypeError, ValueError):
            well = False
        if not well:
            told = f"The queue cannot use what your function returned for one message: {show(answer, 80)}."
            raise LearnerError("unusable", told)
        return [(message, name) for message, name in answer]

    return checked


def explore_work(
    *controls: str, versus: tuple[str, Any, Any] | None = None, faults: Sequence[Fault] = (),
    give: Dispatch | None = None, after: Any = None, **settings: Any,
) -> Explorer:  # fmt: skip
    """Two consumers to play with. `give` is a learner's own `dispatch`; it is fenced in."""
    shown = pick_controls(controls, WORK_CONTROLS, settings)

    def run(**chosen: Any) -> Trace:
        asked = {**settings, **chosen}
        if give is not None:
            asked["give"] = _usable(fenced(give, total=2.5 if versus else 5))
        return share_work(**asked)

    return explore(
        run, draw_work, controls=shown, strikes=[Strike("crash", "crash it")], targets=lambda trace: CONSUMERS,
        monitors=WORK_MONITORS, versus=versus, faults=faults, after=after,
    )  # fmt: skip


# ── trying again ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _retry_said(trace: Trace) -> Iterator[Said]:
    pause, told = trace.settings["pause"], set()
    yield 0, "Three messages are on their way to work. c1 cannot process m2.", False
    for e in trace:
        if e.kind == "dead" and e["reason"] == "rejected" and "rejected" not in told:
            told.add("rejected")
            yield e.t, "c1 rejects m2. It is dead-lettered to wait, and x-death notes its first death.", True
        elif e.kind == "dead" and e["reason"] == "expired" and "expired" not in told:
            told.add("expired")
            yield e.t, f"After {pause:g} s m2 expires in wait, and is dead-lettered back to work.", True
        elif e.kind == "dead" and e["reason"] == "rejected":
            yield e.t, "c1 rejects m2 again. The same entry of x-death counts one more.", False
        elif e.kind == "park":
            often = f"{e['rejected']} rejection{'s' * (e['rejected'] > 1)}"
            yield e.t, f"x-death counts {often}. That is enough: c1 publishes m2 to failed, then acks.", True


def draw_retry(trace: Trace) -> Scene:
    """The scene of a run of `retry`."""
    return draw_broker(trace, _retry_said(trace), "Rejected, delayed, tried again")


def explore_retry(*controls: str) -> Explorer:
    """A message that is tried again, to play with."""
    table = {
        "limit": Control("limit", 3, low=1, high=5, label="rejections before it is parked"),
        "pause": Control("pause", 3, low=1, high=6, unit="s", label="wait"),
    }
    return explore(retry, draw_retry, controls=pick_controls(controls, table, {}))
