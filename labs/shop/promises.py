"""What a run of the shop kept and what it cost; and where a broken promise sends the learner back to."""

from __future__ import annotations

from collections.abc import Callable

from labs.kit.trace import Trace
from labs.shop.pieces import PIECES, Pieces
from labs.shop.rounds import EVERY
from labs.shop.settings import BUDGET, PER, Settings, standing
from labs.shop.shop import run_shop

PROMISES = {
    "lost": "no lost order",
    "double": "no double charge",
    "slow": f"p95 within {BUDGET:g} s",
    "out": "nobody blocked gets in",
}
# Which lesson explains a setting.
TAUGHT = {
    "servers": "13", "bound": "04", "policy": "04", "connections": "15", "collapsing": "12", "reading": "16",
    "lifetime": "16", "safety": "02", "standby": "02", "batch": "07", "tries": "10", "pause": "10", "overlap": "20",
    "denylist": "20", "acks": "08", "min_insync": "08",
}  # fmt: skip


def broken(trace: Trace) -> dict[str, str]:
    """The promises that were broken, in the order in which they broke, and how."""
    return {event.who: event["why"] for event in trace.of("broken")}


def kept(trace: Trace) -> int:
    """How many of the four promises were kept."""
    return len(PROMISES) - len(broken(trace))


def cost(trace: Trace) -> float:
    """Coins: what the settings cost, and what the run did."""
    closed = trace.of("closed")[-1]
    run: float = sum(coins * closed[name] for name, coins in PER.items())
    names = Settings.__dataclass_fields__
    settings = Settings(**{name: value for name, value in trace.settings.items() if name in names})
    return round(standing(settings) + run, 1)


def p95(trace: Trace) -> float:
    """Within so many seconds 95 % of those who were accepted had their answer (nearest rank)."""
    took: list[float] = sorted(event["latency"] for event in trace.of("accept"))
    return took[max(0, -(-95 * len(took) // 100) - 1)] if took else 0.0


def longest(trace: Trace, since: str, *until: str) -> float:
    """The longest time in seconds that an order has spent between two events; to the end, if the second never came."""
    first: dict[int, float] = {}
    for event in trace.of(*until):
        first.setdefault(event["order"], event.t)
    began = {event["order"]: event.t for event in reversed(trace.of(since))}
    return max((first.get(order, trace.end) - t for order, t in began.items()), default=0.0)


TITLES = {
    "02": "Saga",
    "03": "CQRS",
    "04": "Why a queue",
    "07": "Offsets, delivery",
    "08": "Replication",
    "10": "Failing records",
    "11": "RabbitMQ",
    "12": "Forward proxy",
    "13": "Load balancing",
    "15": "Why a cache",
    "16": "Cache strategies",
    "20": "JWT under attack",
}
# The settings that can be to blame for a broken promise, the likeliest first.
BLAMED = {
    "lost": ("policy", "safety", "acks", "min_insync", "tries", "pause", "servers", "bound", "connections"),
    "double": ("safety",),
    "slow": ("servers", "collapsing", "connections", "bound", "policy"),
    "out": ("reading", "overlap", "denylist"),
}


def go_back(trace: Trace, pieces: Pieces, run: Callable[..., Trace] = run_shop) -> str:
    """Which lesson to go back to: to a piece if the course's own would have kept the promise, else to a setting.

    `run` plays the round again, with the course's pieces and then with one of the learner's at a time: there may be
    several to blame, and the one that the round tries is asked first. Empty where every promise is kept.
    """
    lost = next(iter(broken(trace)), "")
    if not lost:
        return ""
    chosen = EVERY[trace.settings["round"]]
    now = {name: value for name, value in trace.settings.items() if name in Settings.__dataclass_fields__}

    def keeps(others: Pieces) -> bool:
        again = run(round=chosen.number, pieces=others, seed=trace.seed, **now)
        return lost not in broken(again)

    if pieces.own and keeps(Pieces()):
        for exercise in dict.fromkeys([chosen.piece, *PIECES]):
            if exercise in pieces.own and (len(pieces.own) == 1 or not keeps(pieces.only(exercise))):
                return lesson_of(exercise)
    for name in sorted(BLAMED[lost], key=lambda name: name not in chosen.found):  # those with a control first
        if now[name] != chosen.good.get(name, getattr(Settings(), name)):
            return f"{_lesson(TAUGHT[name])}: the setting “{LABELS[name]}”"
    return _lesson(PIECES[chosen.piece].lesson if chosen.piece else TAUGHT[BLAMED[lost][0]])


def lesson_of(exercise: str) -> str:
    """Which lesson to go back to for a piece."""
    return f"{_lesson(PIECES[exercise].lesson)}, exercise {exercise}"


def _lesson(number: str) -> str:
    return f"lesson {number} · {TITLES[number]}"


LABELS = {
    "servers": "servers",
    "bound": "room in the backlog",
    "policy": "a full backlog",
    "connections": "database connections",
    "collapsing": "collapse loads",
    "reading": "reads through the cache",
    "lifetime": "a cache entry lives",
    "safety": "log and keys",
    "standby": "a standby process",
    "batch": "records per commit",
    "tries": "tries per record",
    "pause": "first pause",
    "overlap": "old key stays published",
    "denylist": "denylist",
    "acks": "acks",
    "min_insync": "min.insync.replicas",
}
