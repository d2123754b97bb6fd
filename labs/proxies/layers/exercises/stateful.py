"""Lesson 14: the stateful filter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.proxies.layers.exercises import stateful_wrong as wrong

Packets = list[tuple[float, str, str, str, int, str, int]]
Case = tuple[Packets, float]
A, B, X, S = "10.0.0.7", "10.0.0.9", "2001:db8:1::7", "198.51.100.53"


def _cases() -> Iterator[Case]:
    ask, answer = ("out", "udp", A, 4000, S, 53), ("in", "udp", S, 53, A, 4000)
    yield [], 30
    yield [(0, *ask)], 30
    yield [(0, *answer)], 30
    yield [(0, *ask), (1, *answer), (2, *answer)], 30
    for late in (29, 30, 31):
        yield [(0, *ask), (late, *answer)], 30
    for other in (
        ("in", "tcp", S, 53, A, 4000), ("in", "udp", S, 54, A, 4000), ("in", "udp", S, 53, A, 4001),
        ("in", "udp", S, 53, B, 4000), ("in", "udp", "198.51.100.5", 53, A, 4000), ("in", "udp", A, 4000, S, 53),
    ):  # fmt: skip
        yield [(0, *ask), (1, *other), (2, *answer)], 30
    yield [(0, *ask), (20, *answer), (45, *answer), (70, *ask), (100, *answer)], 30
    yield [(0, *ask), (20, *ask), (45, *answer)], 30
    yield [(0, *ask), (31, *answer), (32, *answer), (33, *ask), (34, *answer)], 30
    yield [(0, *answer), (1, *ask), (2, *answer)], 30
    yield [(0, *answer), (1, *answer)], 30
    yield [(5, *ask), (5, *answer), (6, *answer)], 0
    yield [(0, "out", "udp", A, 123, S, 123), (1, "in", "udp", S, 123, A, 123)], 30
    yield [(0, "out", "tcp", X, 4000, "2001:db8::53", 443), (1, "in", "tcp", "2001:db8::53", 443, X, 4000)], 10
    yield [(0, *ask), (0, "out", "udp", B, 4000, S, 53), (12, *answer), (13, "in", "udp", S, 53, B, 4000)], 12


def _strategy() -> Any:
    from hypothesis import strategies as st

    end = st.sampled_from([(A, 4000), (A, 4001), (B, 4000)])
    far = st.sampled_from([(S, 53), (S, 443), ("198.51.100.5", 53)])
    step = st.tuples(st.sampled_from([0, 1, 9, 10, 11]), st.booleans(), st.sampled_from(["tcp", "udp"]), end, far)

    def line_up(steps: list[Any]) -> Packets:
        t, packets = 0, []
        for wait, out, protocol, near, away in steps:
            t += wait
            ends = (*near, *away) if out else (*away, *near)
            packets.append((t, "out" if out else "in", protocol, *ends))
        return packets

    return st.tuples(st.lists(step, max_size=12).map(line_up), st.sampled_from([0, 10, 20]))


def _read(case: Case, answer: Any) -> list[str]:
    if not isinstance(answer, list | tuple) or any(one not in ("accept", "drop") for one in answer):
        raise Wrong('Return a list of "accept" and "drop".')
    return list(answer)


def _length(case: Case, answer: list[str]) -> None:
    if len(answer) != len(case[0]):
        raise Wrong(f"Packets: {len(case[0])}. Verdicts: {len(answer)}. Return one for each.")


def _why(case: Case, n: int) -> str:
    """Why packet n, from 0, is accepted or dropped: a fact of this case, whatever was answered."""
    packets, timeout = case
    _, direction, protocol, *ends = packets[n]
    if direction == "out":
        return "it goes out"
    if all(packet[1] == "in" for packet in packets[: n + 1]):
        return "nothing has gone out yet in this call (a table kept between calls would remember an earlier one)"
    both = {("in", *ends), ("out", *ends[2:], *ends[:2])}
    before = wrong.decide(packets[:n], timeout)
    seen = [packet[0] for packet, verdict in zip(packets, before, strict=False)
            if verdict == "accept" and packet[2] == protocol and (packet[1], *packet[3:]) in both]  # fmt: skip
    if not seen:
        return "nothing that it could answer has gone out"
    return f"the last packet accepted in its conversation came at {seen[-1]} s, and the timeout is {timeout} s"


def _right(case: Case, answer: list[str]) -> None:
    right = wrong.decide(*case)
    for n, (yours, wanted) in enumerate(zip(answer, right, strict=False)):
        if yours != wanted:
            told = f"The verdict on packet {n + 1}, at {case[0][n][0]} s, is {wanted}"
            raise Wrong(f"{told}: {_why(case, n)}.", right)


STATEFUL = Exercise(
    id="proxies-stateful",
    lesson="14",
    title="A stateful filter",
    points=2,
    reference=wrong.stateful_filter,
    cases=_cases,
    strategy=_strategy,
    shape="Returns a list of accept and drop",
    read=_read,
    keeps=True,
    properties=(("Has a verdict for each packet", _length), ("Lets in answers, and nothing else", _right)),
    wrong=(
        Mistake("You let everything in. Only an answer to what went out may come in.", wrong.all_in),
        Mistake("You refuse everything that comes in, answers too.", wrong.none_in),
        Mistake("You refuse answers to UDP. UDP has no connections, but its flows can be remembered.", wrong.no_udp),
        Mistake("You let in all UDP. UDP has no connections, but its flows can be remembered.", wrong.all_udp),
        Mistake("You look at addresses only. Another port is another conversation.", wrong.no_ports),
        Mistake("You do not compare the protocol. TCP port 53 and UDP port 53 are two things.", wrong.no_protocol),
        Mistake("You do not swap the two ends. In an answer, source and destination are swapped.", wrong.not_turned),
        Mistake("You swap the addresses and not the ports. In an answer both are swapped.", wrong.ports_not_turned),
        Mistake(
            "You also accept what comes in with the ends not swapped. That is no answer: a packet from outside "
            "that claims to come from inside.",
            wrong.either_way,
        ),
        Mistake("For you a conversation last seen at 0 s does not exist: 0 is falsy.", wrong.zero_is_never),
        Mistake(
            "For you a timeout of 0 means none. An answer at the very same moment is still in time.", wrong.zero_is_none
        ),
        Mistake("You do not look at who answers: compare the address and the port outside, too.", wrong.no_far_end),
        Mistake("You do not compare the address outside.", wrong.no_outer_address),
        Mistake("You do not compare the address inside.", wrong.no_inner_address),
        Mistake("You do not compare the port outside.", wrong.no_outer_port),
        Mistake("You do not compare the port inside.", wrong.no_inner_port),
        Mistake("You never forget. After the timeout the conversation is over.", wrong.no_timeout),
        Mistake("You refuse an answer exactly at the timeout. It is still in time.", wrong.strict),
        Mistake("You count from the first packet. Every accepted packet starts the timeout again.", wrong.from_first),
        Mistake(
            "You count from the first packet, for good. Every accepted packet starts the timeout again.",
            wrong.from_first_for_good,
        ),
        Mistake(
            "What goes out starts the timeout again, every time. For you only the first packet does.", wrong.first_out
        ),
        Mistake("You drop what goes out after the timeout. It is accepted, and begins anew.", wrong.late_out),
        Mistake("Answers do not start the timeout again for you. They do.", wrong.answers_do_not_count),
        Mistake("A dropped packet starts the timeout again for you. Only accepted ones do.", wrong.dropped_count),
        Mistake("You let in one answer only. A conversation may have many.", wrong.one_answer),
        Mistake("You let packets from outside begin a conversation.", wrong.outside_begins),
    ),
    hints=(
        "Keep a dictionary: flow → when it was last seen. The flow is (protocol, source, port, destination, port).",
        "For what comes in, build the flow that the question must have had: the two ends swap places.",
        "Set the time again whenever you accept a packet, in either direction.",
    ),
)
