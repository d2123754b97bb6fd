"""Lesson 14: who asked?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.proxies.layers import client_address as model
from labs.proxies.layers.exercises import client_wrong as wrong
from labs.proxies.layers.exercises.networks import BY_OCTETS

Case = tuple[str, list[str], list[str]]
OURS = ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "2001:db8:1::/48"]
ENTRIES = (
    "203.0.113.9", "198.51.100.7", "10.0.0.2", "10.0.0.3", "10.200.3.4", "192.168.0.255", "172.31.0.9", "172.32.0.9",
    "100.0.0.1", "203.0.113.9:4711", "2001:db8:1::2", "[2001:db8:1::2]:443", "2001:db8::9", "[2001:DB8::9]:4711",
    "", " ", "unknown", "_gazonk", "300.1.1.1",
)  # fmt: skip


def _cases() -> Iterator[Case]:
    peers = ("10.0.0.1", "192.168.0.0", "203.0.113.9", "2001:db8:1::1")
    for peer in peers:
        yield peer, [], OURS
        yield peer, [], []
        for entry in ENTRIES:
            yield peer, [entry], OURS
            yield peer, ["198.51.100.66", entry], OURS
            yield peer, ["198.51.100.66", entry, "10.0.0.2"], OURS
            yield peer, [entry, "203.0.113.9", "10.0.0.2", "10.0.0.3"], OURS
        yield peer, ["10.0.0.9", "203.0.113.9", "10.0.0.2"], OURS
        yield peer, ["203.0.113.9"], []
        yield peer, ["198.51.100.66", "203.0.113.9", "192.168.0.2", "192.168.0.3"], OURS
        yield peer, ["10.0.0.3", "10.0.0.2"], OURS
        yield peer, ["198.51.100.66", "203.0.113.9", "10.0.0.2"], ["10.0.0.1/32"]
        yield peer, ["203.0.113.9"], ["203.0.113.0/24"]


def _strategy() -> Any:
    from hypothesis import strategies as st

    peer = st.sampled_from(["10.0.0.1", "203.0.113.9", "2001:db8:1::1"])
    trusted = st.sampled_from([OURS, OURS[:1], ["10.0.0.1/32"], []])
    return st.tuples(peer, st.lists(st.sampled_from(ENTRIES), max_size=6), trusted)


def _read(case: Case, answer: Any) -> str | None:
    if answer is not None and not isinstance(answer, str):
        raise Wrong("Return an address as a string, or None.")
    return answer


def _right(case: Case, answer: str | None) -> None:
    peer, _, trusted = case
    right = model.client_address(*case)
    if answer == right:
        return
    if right is None:
        raise Wrong("The client is not known to our proxies, so return None.", right)
    ours = [wrong.is_ours(address, trusted) for address in (peer, right)]
    told = f"The client is the peer, {right}: it is in none of the trusted networks."
    if all(ours):
        told = f"The client is {right}: every address is in a trusted network, and the entries run out."
    elif ours[0]:
        told = f"The client is {right}, the first from the right that is in none of the trusted networks."
    raise Wrong(f"{told}{' You returned None.' if answer is None else ''}", right)


CLIENT = Exercise(
    id="proxies-client-address",
    lesson="14",
    title="The client's address",
    points=2,
    reference=model.client_address,
    cases=_cases,
    strategy=_strategy,
    shape="Returns a string or None",
    read=_read,
    keeps=True,
    properties=(("Believes our own proxies, and nobody else", _right),),
    wrong=(
        Mistake("You take the leftmost entry. The client can write anything there.", wrong.leftmost),
        Mistake("You take the leftmost entry of our proxies' list. The client can begin it.", wrong.leftmost_of_ours),
        Mistake("You take the rightmost entry. It may be one of our own proxies.", wrong.rightmost),
        Mistake("You believe the list whoever sent it. Look first whether the peer is ours.", wrong.any_peer),
        Mistake(
            "You return the peer, whatever the list says. Behind a proxy that is the proxy. If you look for the "
            "address in `trusted` as text: ask whether it is in one of the networks.",
            wrong.always_peer,
        ),
        Mistake(
            "You look from the left for the first address that is not ours. The client can begin the list.",
            wrong.first_stranger,
        ),
        Mistake("You return the last proxy of ours. The client is the address that it wrote.", wrong.last_of_ours),
        Mistake("You want an address to be in every trusted network. One is enough.", wrong.in_every_network),
        Mistake(
            "You compare addresses as text, by their beginnings: 10.200.3.4 is in 10.0.0.0/8, and 100.0.0.1 is not.",
            wrong.prefix,
        ),
        Mistake(BY_OCTETS, wrong.octets),
        Mistake("You go from left to right. Whatever is left of the client was written by the client.", wrong.forwards),
        Mistake("You go on past the first address that is not ours. That one is the client.", wrong.past_the_client),
        Mistake("An entry further left that is no address does not matter: you never need it.", wrong.any_unknown),
        Mistake("An entry of spaces only is to be ignored, too: `entry.strip()` is empty.", wrong.spaces_count),
        Mistake("Without trusted networks nothing in the list counts: return the peer.", wrong.empty_trusts_all),
        Mistake("You look at the first trusted network only.", wrong.first_network),
        Mistake("You return the entry as it was written. Return what `node` makes of it.", wrong.as_written),
        Mistake("An empty entry ends the list for you. It is to be ignored.", wrong.empty_counts),
        Mistake(
            "You skip an entry that is no address. Our proxy wrote it and knows no more: return None.",
            wrong.skips_unknown,
        ),
        Mistake("At an entry that is no address you return the proxy that wrote it. Return None.", wrong.last_known),
        Mistake("You return None where all addresses are ours. The leftmost of them asked.", wrong.all_ours_is_none),
        Mistake("You return the peer where all addresses are ours. The leftmost of them asked.", wrong.all_ours_peer),
        Mistake("You trust two proxies, however many there are.", wrong.two_hops),
        Mistake("You trust our IPv4 networks only. Some of ours are IPv6.", wrong.no_ipv6),
    ),
    hints=(
        "Begin with the peer. As long as the address you hold is one of ours, the next entry from the right counts.",
        "`reversed(entries)`, and pass over those for which `entry.strip()` is empty.",
        "Stop at the first address that is not ours, and at the first entry for which `node` returns None.",
    ),
)
