"""What a picture draws before anything happens: exchanges, the edges to their queues, and who consumes from them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topology:
    """`edges` are (exchange, queue, label); `consumers` are (name, queue, note). Queues stand from top to bottom."""

    queues: tuple[str, ...]
    exchanges: tuple[str, ...] = ()
    edges: tuple[tuple[str, str, str], ...] = ()
    consumers: tuple[tuple[str, str, str], ...] = ()
    room: int = 7  # how many messages a queue shows; more are counted
    heads: tuple[str, str] = ("queue: ready", "consumer: given, not yet acknowledged")  # over the two columns
    slots: int = 0  # how many messages each consumer may hold, as places in its box; 0: not shown
    by_headers: bool = False  # whether a message is told by its headers, and not by its routing key
