"""What comes to the proxy in a run: the requests, the same under every balancer; and which settings there can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from labs.kit.trace import Fault
from labs.proxies.balancing.algorithms import ALGORITHMS, Request

FAULTS = ("crash", "slow", "return")
COSTS = ("exponential", "equal", "heavy")


def workload(settings: Mapping[str, Any], seed: int) -> Iterator[tuple[float, float, Request]]:
    """(seconds after the one before, seconds of work, request) for each request: the same under every algorithm."""
    random = Random(seed)
    work, kind = settings["work"], settings["cost"]
    rate = settings["load"] * sum(settings["speeds"]) * settings["workers"] / work
    total = sum(1 / page for page in range(1, settings["pages"] + 1))
    for number in range(1, settings["requests"] + 1):
        gap = random.expovariate(rate)
        draw = random.random()
        exponential = random.expovariate(1)
        cost = work * {"equal": 1.0, "exponential": exponential, "heavy": 5.5 if draw < 0.1 else 0.5}[kind]
        client = f"10.0.{int(random.random() * settings['clients'])}.1"
        page, rest = 1, random.random() * total  # Zipf: the n-th page is asked for 1/n as often as the first
        while rest > 1 / page and page < settings["pages"]:
            rest -= 1 / page
            page += 1
        yield gap, cost, Request(number, f"/page{page}", client, (random.random(), random.random()))


def check_settings(settings: Mapping[str, Any], faults: Sequence[Fault], seed: int) -> None:
    """ValueError, in a sentence, for what cannot be."""
    if settings["pick"] is None and settings["algorithm"] not in ALGORITHMS:
        raise ValueError(f"there is no algorithm {settings['algorithm']!r}; choose one of {', '.join(ALGORITHMS)}")
    if settings["cost"] not in COSTS:
        raise ValueError(f"there is no cost {settings['cost']!r}; choose one of {', '.join(COSTS)}")
    for name, low, high, whole in (
        ("workers", 1, 100, True), ("load", 0.01, 3, False), ("work", 0.001, 10, False), ("requests", 1, 100_000, True),
        ("clients", 1, 200, True), ("pages", 1, 1000, True), ("retries", 0, 10, True), ("budget", 0, 1, False),
        ("timeout", 0.05, 600, False), ("probe_every", 0.05, 60, False), ("rise", 1, 100, True), ("fall", 1, 100, True),
        ("cache", 0, 3600, False),
    ):  # fmt: skip
        value = settings[name]
        if value is None and name in ("budget", "timeout"):
            continue
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or not low <= value <= high:
            raise ValueError(f"{name} must be a {'whole ' * whole}number from {low} to {high}, and not {value!r}")
    speeds, weights = settings["speeds"], settings["weights"]
    if not 1 <= len(speeds) <= 8 or not all(isinstance(s, int | float) and 0 < s <= 100 for s in speeds):
        raise ValueError(f"speeds must be one to eight numbers above 0, one for each server, and not {speeds!r}")
    if len(weights) != len(speeds) or not all(isinstance(w, int) and 1 <= w <= 100 for w in weights):
        raise ValueError(f"weights must be whole numbers from 1 to 100, one for each server, and not {weights!r}")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ValueError(f"seed must be a whole number, and not {seed!r}")
    names = [chr(ord("a") + i) for i in range(len(speeds))]
    now = dict.fromkeys(names, "well")
    possible = {"crash": ("well", "slow"), "slow": ("well",), "return": ("crashed", "slow")}
    for fault in faults:
        if not isinstance(fault, Fault) or fault.kind not in FAULTS:
            raise ValueError(f"a fault is written Fault(seconds, kind, server) with a kind of {', '.join(FAULTS)}")
        if fault.who not in now:
            raise ValueError(
                f"{fault.kind!r} at {fault.t:g} s: there is no server {fault.who!r}, only {', '.join(names)}"
            )
        if fault.t < 0:
            raise ValueError(f"{fault.kind!r} at {fault.t:g} s: a run begins at 0 s")
        if now[fault.who] not in possible[fault.kind]:
            has = "has" if now[fault.who] == "crashed" else "is"
            raise ValueError(f"{fault.kind!r} at {fault.t:g} s: {fault.who} {has} {now[fault.who]} at that moment")
        now[fault.who] = {"crash": "crashed", "slow": "slow", "return": "well"}[fault.kind]
