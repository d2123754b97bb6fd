"""What comes to the proxy in a run: the requests, the same under every balancer."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from labs.proxies.balancing.algorithms import Request
from labs.proxies.balancing.settings import Settings


def workload(settings: Settings, seed: int) -> Iterator[tuple[float, float, Request]]:
    """(seconds after the one before, seconds of work, request) for each request: the same under every algorithm."""
    random = Random(seed)
    work = settings.work
    rate = settings.load * sum(settings.speeds) * settings.workers / work
    total = sum(1 / page for page in range(1, settings.pages + 1))
    for number in range(1, settings.requests + 1):
        gap = random.expovariate(rate)
        draw = random.random()
        exponential = random.expovariate(1)
        cost = work * {"equal": 1.0, "exponential": exponential, "heavy": 5.5 if draw < 0.1 else 0.5}[settings.cost]
        client = f"10.0.{int(random.random() * settings.clients)}.1"
        page, rest = 1, random.random() * total  # Zipf: the n-th page is asked for 1/n as often as the first
        while rest > 1 / page and page < settings.pages:
            rest -= 1 / page
            page += 1
        yield gap, cost, Request(number, f"/page{page}", client, (random.random(), random.random()))
