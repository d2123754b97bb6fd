"""Stateful filters as people get them wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Packets = list[Any]
Flow = tuple[Any, ...]


def decide(
    packets: Packets, timeout: float, *, key: Callable[[Flow], Flow] = lambda flow: flow, turn: bool = True,
    strict: bool = False, out_again: bool = True, in_again: bool = True, dropped_again: bool = False,
    once: bool = False, outside: bool = False, either: bool = False, zero_is_never: bool = False,
    first_out: bool = False, late_out: bool = False, turn_ports: bool = True,
    allowed: Callable[[Flow], bool] = lambda flow: True,
) -> list[str]:  # fmt: skip
    """The right answer, but for what is given."""
    table: dict[Flow, float] = {}
    verdicts = []
    for t, direction, *flow in packets:
        protocol, source, source_port, destination, port = flow
        if direction == "out":
            name = key((protocol, source, source_port, destination, port))
            if late_out and name in table and t - table[name] > timeout:
                verdicts.append("drop")
                continue
            if first_out:
                table.setdefault(name, t)
            elif out_again or name not in table or t - table[name] > timeout:
                table[name] = t
            verdicts.append("accept")
            continue
        turned = (destination, port, source, source_port) if turn else (source, source_port, destination, port)
        if not turn_ports:
            turned = (destination, source_port, source, port)
        name = key((protocol, *turned))
        age = t - table[name] if name in table else None
        well = age is not None and (age < timeout if strict else age <= timeout) and allowed(name)
        if either and not well and key(tuple(flow)) in table:
            name = key(tuple(flow))
            well = t - table[name] <= timeout
        if zero_is_never and not table.get(name):
            well = False
        if (well and in_again) or (dropped_again and name in table) or (outside and not well):
            table[name] = t
        if well and once:
            del table[name]
        verdicts.append("accept" if well else "drop")
    return verdicts


def stateful_filter(packets: Packets, timeout: float) -> list[str]:
    """The right answer."""
    return decide(packets, timeout)


def all_in(packets: Packets, timeout: float) -> list[str]:
    """Accept everything."""
    return ["accept" for _ in packets]


def none_in(packets: Packets, timeout: float) -> list[str]:
    """Nothing comes in."""
    return ["accept" if packet[1] == "out" else "drop" for packet in packets]


def no_udp(packets: Packets, timeout: float) -> list[str]:
    """Only TCP has connections."""
    return decide(packets, timeout, allowed=lambda flow: flow[0] == "tcp")


def no_ports(packets: Packets, timeout: float) -> list[str]:
    """Addresses only."""
    return decide(packets, timeout, key=lambda flow: (flow[0], flow[1], flow[3]))


def no_protocol(packets: Packets, timeout: float) -> list[str]:
    """TCP or UDP, all the same."""
    return decide(packets, timeout, key=lambda flow: flow[1:])


def not_turned(packets: Packets, timeout: float) -> list[str]:
    """The same flow, not its reverse."""
    return decide(packets, timeout, turn=False)


def no_inner_port(packets: Packets, timeout: float) -> list[str]:
    """The port inside does not matter."""
    return decide(packets, timeout, key=lambda flow: (*flow[:2], *flow[3:]))


def no_timeout(packets: Packets, timeout: float) -> list[str]:
    """Nothing is forgotten."""
    return decide(packets, float("inf"))


def strict(packets: Packets, timeout: float) -> list[str]:
    """Over at the timeout itself."""
    return decide(packets, timeout, strict=True)


def from_first(packets: Packets, timeout: float) -> list[str]:
    """Nothing starts the timeout again while it runs."""
    return decide(packets, timeout, out_again=False, in_again=False)


def answers_do_not_count(packets: Packets, timeout: float) -> list[str]:
    """Only what goes out starts it again."""
    return decide(packets, timeout, in_again=False)


def dropped_count(packets: Packets, timeout: float) -> list[str]:
    """What comes too late starts it again."""
    return decide(packets, timeout, dropped_again=True)


def one_answer(packets: Packets, timeout: float) -> list[str]:
    """The entry goes with the first answer."""
    return decide(packets, timeout, once=True)


def outside_begins(packets: Packets, timeout: float) -> list[str]:
    """What came in once may come again."""
    return decide(packets, timeout, outside=True)


def no_outer_port(packets: Packets, timeout: float) -> list[str]:
    """The port outside does not matter."""
    return decide(packets, timeout, key=lambda flow: flow[:4])


def either_way(packets: Packets, timeout: float) -> list[str]:
    """The same flow will do as well as its reverse."""
    return decide(packets, timeout, either=True)


def zero_is_never(packets: Packets, timeout: float) -> list[str]:
    """A time of 0 is falsy."""
    return decide(packets, timeout, zero_is_never=True)


def zero_is_none(packets: Packets, timeout: float) -> list[str]:
    """A timeout of 0 is falsy."""
    return decide(packets, timeout or float("inf"))


def first_out(packets: Packets, timeout: float) -> list[str]:
    """Only the first packet that goes out starts the timeout, and answers."""
    return decide(packets, timeout, first_out=True)


def late_out(packets: Packets, timeout: float) -> list[str]:
    """What goes out after the timeout is dropped."""
    return decide(packets, timeout, late_out=True)


def all_udp(packets: Packets, timeout: float) -> list[str]:
    """UDP has no connections, so let it in."""
    right = decide(packets, timeout)
    return ["accept" if packet[2] == "udp" else verdict for packet, verdict in zip(packets, right, strict=True)]


def ports_not_turned(packets: Packets, timeout: float) -> list[str]:
    """Only the addresses change places."""
    return decide(packets, timeout, turn_ports=False)


def no_far_end(packets: Packets, timeout: float) -> list[str]:
    """Whoever answers to a port that is open."""
    return decide(packets, timeout, key=lambda flow: flow[:3])


def no_outer_address(packets: Packets, timeout: float) -> list[str]:
    """The address outside does not matter."""
    return decide(packets, timeout, key=lambda flow: (*flow[:3], flow[4]))


def no_inner_address(packets: Packets, timeout: float) -> list[str]:
    """The address inside does not matter."""
    return decide(packets, timeout, key=lambda flow: (flow[0], *flow[2:]))


def from_first_for_good(packets: Packets, timeout: float) -> list[str]:
    """Nothing starts the timeout again, ever."""
    return decide(packets, timeout, first_out=True, in_again=False)
