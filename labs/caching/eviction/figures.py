"""Numbers for the figures of lesson 15."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from labs.caching.eviction.table import POLICIES
from labs.caching.eviction.worth import best_hits, che, draw, hit_ratio
from labs.kit.figures import figure, show

# Where an answer can come from, and about how long it takes, in seconds. Dean and Norvig have the orders of magnitude
# of one machine and one round trip; those of the CDN are the course's own assumption.
DEAN = ("Jeff Dean, LADIS 2009", "https://www.cs.cornell.edu/projects/ladis2009/talks/dean-keynote-ladis2009.pdf")
LATENCIES = {
    "processor's L1 cache": 0.5e-9,
    "main memory": 100e-9,
    "round trip in a data centre": 500e-6,
    "seek on a magnetic disk": 10e-3,
    "round trip California–Netherlands": 150e-3,
}


def show_latencies() -> Any:
    """The figure: how long each takes, on a scale on which each step is ten times as long."""
    fig, ax = figure("Where the answer comes from (Dean, 2009)", "seconds, on a logarithmic scale", "",
                     (7.2, 2.6))  # fmt: skip
    names = list(LATENCIES)[::-1]
    ax.barh(names, [LATENCIES[name] for name in names], left=1e-10, color="#77aadd")
    ax.set_xscale("log")
    ax.grid(axis="x", color="#d5dae0", linewidth=0.8)
    words = "; ".join(f"{name} {seconds:g} s" for name, seconds in LATENCIES.items())
    return show(fig, f"Bars on a logarithmic scale: {words}.")


def show_worth(keys: int = 1000, skew: float = 1.0, sizes: Sequence[int] = (10, 30, 60, 100, 200, 350, 500)) -> Any:
    """The figure: hit ratio against size, with Che's approximation and Belady's bound."""
    requests = draw(keys, skew, 12_000, Random("worth"))
    fig, ax = figure(
        f"{keys} keys, skew {skew:g}: what a cache of this size is worth", "capacity (entries)", "hit ratio, %"
    )
    best = [100 * best_hits(size, requests) / len(requests) for size in sizes]
    ax.plot(sizes, best, label="Belady: nobody can do better", linestyle=":")
    for name in ("S3-FIFO", "LRU", "FIFO"):
        ax.plot(sizes, [100 * hit_ratio(POLICIES[name], size, requests) for size in sizes], label=name)
    line = range(sizes[0], sizes[-1] + 1, 10)
    ax.plot(line, [100 * che(keys, size, skew) for size in line], label="Che's approximation of LRU", marker="",
            linestyle="--")  # fmt: skip
    ax.set_ylim(0, 100)
    ax.legend(frameon=False, fontsize=9)
    return show(fig, "All curves rise steeply at first and then ever less. LRU lies on Che's curve, at the "
                     "largest sizes a little below it; FIFO is below LRU, S3-FIFO above it, and Belady's bound clearly "
                     "above all of them.")  # fmt: skip


def show_jitter() -> Any:
    """The figure: reloads in each second, with and without jitter."""
    from labs.caching.eviction.ttl import lifetimes, reloads

    fig, ax = figure("1,000 entries loaded at the same moment, TTL 60 s", "seconds", "loads per second", (7.2, 2.8))
    for name, spread in (("no jitter", 0.0), ("spread 0.2", 0.2)):
        loads = reloads(lifetimes(range(1000), 60, spread, Random("jitter").random).values(), 200)
        ax.plot(range(200), [loads[second] for second in range(200)], label=name, marker="")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0.1, 1.0))
    return show(fig, "Without jitter, 1,000 loads come in one second, every 60 s. With a spread of 0.2 they come "
                     "over twelve seconds, then over ever longer stretches, fewer than 120 in a second.")  # fmt: skip
