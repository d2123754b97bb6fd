"""Lesson 12, going further: which fields travel on?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import pairs
from labs.kit.guarding.telling import show
from labs.proxies.forward.hops import pass_on

Pairs = list[tuple[str, str]]
Case = tuple[Pairs, list[str]]
HOPS = ["connection", "keep-alive", "te", "transfer-encoding", "upgrade", "proxy-connection", "proxy-authorization"]


def _cases() -> Iterator[Case]:
    host = ("Host", "shop.example")
    yield [host], list(HOPS)
    yield [], list(HOPS)
    for name in HOPS:
        yield [host, (name.title(), "x"), ("Accept", "*/*")], list(HOPS)
        yield [(name.upper(), "x"), host], list(HOPS)
    for told in ("X-Trace", "x-trace", "close, X-Trace", "X-Trace,close", " X-Trace ,\tclose", "X-Trace\t,close",
                 "close,\tX-Trace", "X-Tra", "X-Trace-Id",
                 "", ",", "close,,X-Trace", "X-Other, X-Trace"):  # fmt: skip
        yield [host, ("Connection", told), ("X-Trace", "7"), ("X-Other", "8"), ("Cookie", "a=X-Trace")], list(HOPS)
        yield [("x-trace", "7"), ("X-Trace", ""), host, ("CONNECTION", told)], list(HOPS)
    yield [("X-Trace", "7"), host, ("Connection", "X-Trace")], list(HOPS)
    yield [host, ("X-Note", " a , b "), ("Accept", "\t")], list(HOPS)
    yield [host, ("Proxy-Status", "squid")], list(HOPS)
    yield [host, ("Proxy-Connection", "X-Trace"), ("X-Trace", "7")], list(HOPS)
    yield [("Connection", "a"), ("A", "1"), ("B", "2"), ("connection", "b"), ("C", "3")], list(HOPS)
    yield [("Cookie", "a=1"), host, ("Cookie", "b=2"), ("Accept", ""), ("Cookie", "a=1")], list(HOPS)
    yield [host, ("Keep-Alive", "5"), ("Connection", "x"), ("X", "1")], []
    yield [host, ("Connection", "close")], []
    yield [("connection", ""), host], ["x-hop"]
    yield [host, ("X-Hop", "5"), ("TE", "x")], ["x-hop"]
    yield [("Connection", "Host, content-length"), host, ("Content-Length", "2"), ("Accept", "")], list(HOPS)


def _strategy() -> Any:
    from hypothesis import strategies as st

    name = st.sampled_from(["Host", "Cookie", "X-Trace", "x-trace", "Keep-Alive", "TE", "Te-X", "Upgrade", "Accept"])
    field = st.one_of(
        st.tuples(name, st.sampled_from(["", "1", "close", "X-Trace"])),
        st.tuples(st.sampled_from(["Connection", "connection"]), st.lists(name, max_size=3).map(", ".join)),
    )
    return st.tuples(st.lists(field, max_size=6), st.sampled_from([list(HOPS), ["te"], []]))


def _read(case: Case, answer: Any) -> Pairs:
    return pairs(answer, "a list of pairs (name, value)")


def _right(case: Case, answer: Pairs) -> None:
    right = pass_on(*case)
    if answer == right:
        return
    for one in answer:
        if one not in right and one in case[0]:
            raise Wrong(f"{show(one)} should not travel on.", right)
        if one not in right:
            raise Wrong(f"{show(one)} is not among the fields that came. Pass each on as it is.", right)
    for one in right:
        if one not in answer:
            raise Wrong(f"{show(one)} should travel on.", right)
    raise Wrong("The fields that travel on keep their order, and each comes as often as before.", right)


def _lines(told: Pairs) -> list[str]:
    return [value for name, value in told if name.lower() == "connection"]


def _parts(line: str) -> list[str]:
    return [part.strip().lower() for part in line.split(",")]


def _flawed(
    lines: Callable[[Pairs], list[str]] = _lines, parts: Callable[[str], list[str]] = _parts,
    drop: Callable[[str, set[str]], bool] = lambda name, gone: name.lower() in gone,
    hops: bool = True, itself: bool = True, spared: frozenset[str] = frozenset(),
    after: Callable[[Pairs], Any] = lambda kept: kept,
) -> Callable[[Pairs, list[str]], Any]:  # fmt: skip
    def function(headers: Pairs, hop_by_hop: list[str]) -> Any:
        named = {part for line in lines(headers) for part in parts(line)} - spared
        gone = named | set(hop_by_hop if hops else ()) | ({"connection"} if itself else set())
        return after([(name, value) for name, value in headers if not drop(name, gone)])

    return function


def _within(headers: Pairs, hop_by_hop: list[str]) -> Any:
    named = ",".join(_lines(headers)).lower()
    gone = {"connection", *hop_by_hop}
    return [(name, value) for name, value in headers if name.lower() not in gone and name.lower() not in named]


def _in_one_pass(headers: Pairs, hop_by_hop: list[str]) -> Any:
    gone, kept = {"connection", *hop_by_hop}, []
    for name, value in headers:
        if name.lower() == "connection":
            gone |= set(_parts(value))
        elif name.lower() not in gone:
            kept.append((name, value))
    return kept


def _only_if_listed(headers: Pairs, hop_by_hop: list[str]) -> Any:
    return _flawed(lines=_lines if "connection" in hop_by_hop else lambda told: [])(headers, hop_by_hop)


PASS_ON = Exercise(
    id="proxies-pass-on",
    lesson="12",
    title="Which fields travel on?",
    points=2,
    reference=pass_on,
    cases=_cases,
    strategy=_strategy,
    read=_read,
    keeps=True,
    shape="Returns a list of pairs (name, value)",
    properties=(("Drops what was meant for this connection, and nothing else", _right),),
    wrong=(
        Mistake("What `Connection` names travels on. Those fields were for this connection, too.",
                _flawed(lines=lambda told: [])),
        Mistake("Only the first `Connection` is read. There may be several.",
                _flawed(lines=lambda told: [v for n, v in told if n.lower() == "connection"][:1])),
        Mistake("Only the last `Connection` is read. There may be several.",
                _flawed(lines=lambda told: _lines(told)[-1:])),
        Mistake("What stands before the `Connection` that names it travels on. Collect all names first.", _in_one_pass),
        Mistake("`Proxy-Connection` is read as if it were `Connection`. Only `Connection` names fields.",
                _flawed(lines=lambda told: [value for name, value in told if "connection" in name.lower()])),
        Mistake("`connection` in lowercase is not recognised. The case of a name does not matter.",
                _flawed(lines=lambda told: [v for n, v in told if n == "Connection"])),
        Mistake("The list in `Connection` is not taken apart at its commas.",
                _flawed(parts=lambda line: [line.strip().lower()])),
        Mistake("Names in `Connection` are told apart only where a space follows the comma. There need not be one.",
                _flawed(parts=lambda line: line.strip().lower().split(", "))),
        Mistake("The spaces around the names in `Connection` are not removed.",
                _flawed(parts=lambda line: line.lower().split(","))),
        Mistake("Tabs around the names in `Connection` stay. `strip()` without an argument removes them, too.",
                _flawed(parts=lambda line: [part.strip(" ").lower() for part in line.split(",")])),
        Mistake("`Connection` itself travels on where the list does not name it. It never does.",
                _flawed(itself=False)),
        Mistake("`Connection` counts only where the list names it. It always counts.", _only_if_listed),
        Mistake("A field goes because its name is part of a longer one in `Connection`. Compare whole names.", _within),
        Mistake("`Host` and `Content-Length` stay although `Connection` names them. Here they go, too.",
                _flawed(spared=frozenset({"host", "content-length"}))),
        Mistake("The names are changed to lowercase. Each field is passed on as it is.",
                _flawed(after=lambda kept: [(name.lower(), value) for name, value in kept])),
        Mistake("The names in `Connection` are compared as written. Their case does not matter.",
                _flawed(parts=lambda line: [part.strip() for part in line.split(",")])),
        Mistake("A field's own name is compared as written. Its case does not matter.",
                _flawed(drop=lambda name, gone: name in gone)),
        Mistake("A field goes because its name begins like one that has to go.",
                _flawed(drop=lambda name, gone: any(g and name.lower().startswith(g) for g in gone))),
        Mistake("Every field that begins with `Proxy-` is dropped. Only those in the list go.",
                _flawed(drop=lambda name, gone: name.lower() in gone or name.lower().startswith("proxy-"))),
        Mistake("Spaces at the ends of a value are removed. Each field is passed on as it is.",
                _flawed(after=lambda kept: [(name, value.strip()) for name, value in kept])),
        Mistake("The list `hop_by_hop` is not used.", _flawed(hops=False)),
        Mistake("A dict keeps one field per name. Two of a name are two.",
                _flawed(after=lambda kept: list(dict(kept).items()))),
        Mistake("The fields are sorted. They keep their order.", _flawed(after=sorted)),
        Mistake("Fields with an empty value are dropped. They are fields.",
                _flawed(after=lambda kept: [one for one in kept if one[1]])),
    ),
    hints=(
        "First collect the names that have to go, in lowercase: `connection`, the list, what each `Connection` names.",
        "`[part.strip().lower() for part in value.split(\",\")]` are the names in one `Connection`.",
    ),
)  # fmt: skip
