"""What can be changed around the picture of lesson 13: settings, faults, and the figures beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace
from labs.proxies.balancing.algorithms import ALGORITHMS, Pick
from labs.proxies.balancing.balance import balance
from labs.proxies.balancing.captions import waits
from labs.proxies.balancing.picture import SHORT, draw_balancing, names_of
from labs.proxies.balancing.settings import COSTS, Judge

MIXES: dict[str, dict[str, Any]] = {
    "three alike": {"speeds": (1, 1, 1)},
    "b at half speed": {"speeds": (1, 0.5, 1)},
    "a strong, weights 5 1 1": {"speeds": (2.5, 0.5, 0.5), "weights": (5, 1, 1)},
    "five alike": {"speeds": (1, 1, 1, 1, 1)},
    "only one": {"speeds": (1,)},
}
BUDGETS = {"no limit": None, "20 %": 0.2, "10 %": 0.1}
TIMEOUTS = {"none": None, "1 s": 1.0, "2 s": 2.0, "3 s": 3.0}
CONTROLS = {
    control.name: control
    for control in (
        Control("algorithm", "round robin", options=tuple(ALGORITHMS)),
        Control("servers", "three alike", options=tuple(MIXES)),
        Control("load", 0.7, low=0.1, high=1.2, step=0.05),
        Control("cost", "exponential", options=COSTS, label="cost of a request"),
        Control("retries", 0, low=0, high=3),
        Control("budget", "no limit", options=tuple(BUDGETS), label="retry budget"),
        Control("timeout", "none", options=tuple(TIMEOUTS)),
        Control("checks", True, label="health checks"),
        Control("passive", False, label="passive checks"),
        Control("cache", 0, low=0, high=10, unit="s", label="an answer is kept for"),
    )
}
STRIKES = {
    "crash": Strike("crash", "Crash it"),
    "slow": Strike("slow", "Slow it down"),
    "return": Strike("return", "Let it recover"),
}


def explore_balancing(
    *controls: str,
    strikes: Sequence[str] = tuple(STRIKES),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    pick: Pick | None = None,
    judged_by: Judge | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """A proxy and its servers to play with: the named controls (see CONTROLS), the named faults (see STRIKES).

    `settings` are those of `balance`, and `servers` (see MIXES): they set where a control begins, or hold what has no
    control. `pick` and `judged_by` are the learner's own balancer and health check; they are fenced in, so a mistake in
    one is a sentence and not a dead picture.
    """
    theirs = pick or judged_by
    run = fenced(_balance, theirs)

    def made(**chosen: Any) -> Trace:
        if theirs is not None:  # what is wrong with a setting or a fault is said before the learner's code is blamed
            _balance(**{**settings, **chosen, "requests": 1})
        trace: Trace = run(**{**settings, "pick": pick, "judged_by": judged_by, **chosen})
        return trace

    given = {name for name in ("retries", "cache") if name in controls or settings.get(name)}
    wanted = ["wait", "slowest", "failed", "shares", *(["tries"] if "retries" in given else [])]
    return explore(
        made, draw_balancing,
        controls=pick_controls(controls, CONTROLS, settings), strikes=[STRIKES[name] for name in strikes],
        targets=names_of, monitors=[MONITORS[name] for name in [*wanted, *(["hits"] if "cache" in given else [])]],
        versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip


def _balance(**chosen: Any) -> Trace:
    """`balance`, with what the controls say put into its own words.

    A short run goes on until the last request is answered. A longer one ends when the last has come: whatever waits
    then is seen to wait.
    """
    mix = MIXES[chosen.pop("servers", "three alike")] if "speeds" not in chosen else {}
    for name, words in (("budget", BUDGETS), ("timeout", TIMEOUTS)):
        if isinstance(chosen.get(name), str):
            chosen[name] = words[chosen[name]]
    trace = balance(**{**mix, **chosen})
    return trace if trace.settings["requests"] <= SHORT else as_the_last_comes(trace)


def as_the_last_comes(trace: Trace) -> Trace:
    """The same run, up to a moment after its last request has come."""
    end = min(trace.of("arrive")[-1].t + 0.3, trace.end)
    return Trace(trace.settings, trace.faults, trace.seed, end, [e for e in trace if e.t <= end])


# ── the figures beside it, of the requests in the picture ─────────────────────────────────────────────────────────────


def _longest_wait(trace: Trace) -> str:
    waited = waits(trace).values()
    return f"{max(waited):.1f} s" if waited else "–"


def _slowest(trace: Trace) -> str:
    took = [e["latency"] for e in trace.of("reply") if e["ok"]]
    return f"{max(took):.1f} s" if took else "no answer at all"


def _failed(trace: Trace) -> tuple[str, bool]:
    failed = sum(not e["ok"] for e in trace.of("reply"))
    return f"{failed} of {len(trace.of('arrive'))}", not failed


def _shares(trace: Trace) -> str:
    given = Counter(e["to"] for e in trace.of("pick"))
    return ", ".join(f"{name} {given[name]}" for name in names_of(trace))


def _tries(trace: Trace) -> str:
    came = len(trace.of("arrive")) - len(trace.of("hit"))
    return f"{len(trace.of('pick')) / came:.2f}" if came else "–"


MONITORS = {
    "wait": ("longest wait in a queue", _longest_wait),
    "slowest": ("slowest answer", _slowest),
    "failed": ("failed requests", _failed),
    "shares": ("tries sent to each server", _shares),
    "tries": ("tries per request", _tries),
    "hits": ("answered from the cache", lambda trace: str(len(trace.of("hit")))),
}
