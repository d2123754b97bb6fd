"""The client's address as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable

from labs.proxies.layers.client_address import node
from labs.proxies.layers.exercises.networks import by_octets, within

Strings = list[str]


def is_ours(address: str, trusted: Strings) -> bool:
    """Whether the address is in a trusted network."""
    return any(within(address, network) for network in trusted)


def walk(
    peer: str, entries: Strings, trusted: Strings, *, ours: Callable[[str, Strings], bool] = is_ours,
    check_peer: bool = True, skip_empty: bool = True, skip_unknown: bool = False, last_known: bool = False,
    raw: bool = False, hops: int | None = None,
) -> str | None:  # fmt: skip
    """The right answer, but for what is given."""
    found, told = peer, peer
    for n, entry in enumerate(reversed([e for e in entries if e.strip() or not skip_empty])):
        if ((n or check_peer) and not ours(found, trusted)) or n == hops:
            break
        address = node(entry)
        if address is None:
            if skip_unknown:
                continue
            return told if last_known else None
        found, told = address, entry if raw else address
    return told


def _filled(entries: Strings) -> Strings:
    return [entry for entry in entries if entry.strip()]


def leftmost(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """The first of the list."""
    filled = _filled(entries)
    return node(filled[0]) if filled else peer


def leftmost_of_ours(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """The first of the list, if the peer is ours."""
    return leftmost(peer, entries, trusted) if is_ours(peer, trusted) else peer


def rightmost(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """The last of the list."""
    filled = _filled(entries)
    return node(filled[-1]) if filled and is_ours(peer, trusted) else peer


def any_peer(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """The peer is not looked at."""
    return walk(peer, entries, trusted, check_peer=False)


def always_peer(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """The list is not looked at."""
    return peer


def forwards(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """From the left."""
    return walk(peer, entries[::-1], trusted)


def as_written(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """Brackets and port stay on."""
    return walk(peer, entries, trusted, raw=True)


def empty_counts(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """An empty entry is no address."""
    return walk(peer, entries, trusted, skip_empty=False)


def skips_unknown(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """What is no address is passed over."""
    return walk(peer, entries, trusted, skip_unknown=True)


def last_known(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """The proxy, where the client is not known."""
    return walk(peer, entries, trusted, last_known=True)


def all_ours_is_none(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """Nobody, if all are ours."""
    found = walk(peer, entries, trusted)
    return None if found is None or is_ours(found, trusted) else found


def all_ours_peer(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """The peer, if all are ours."""
    found = walk(peer, entries, trusted)
    return peer if found is not None and is_ours(found, trusted) else found


def two_hops(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """A fixed number of proxies."""
    return walk(peer, entries, trusted, hops=2)


def no_ipv6(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """Only IPv4 networks are ours."""
    return walk(peer, entries, [network for network in trusted if ":" not in network])


def first_network(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """Only the first network is ours."""
    return walk(peer, entries, trusted[:1])


def any_unknown(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """An entry that is no address spoils the list, needed or not."""
    return None if any(node(entry) is None for entry in _filled(entries)) else walk(peer, entries, trusted)


def spaces_count(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """Only the empty entry is ignored."""
    return walk(peer, [entry for entry in entries if entry], trusted, skip_empty=False)


def empty_trusts_all(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """No networks: everybody is believed."""
    return walk(peer, entries, trusted) if trusted else leftmost(peer, entries, trusted)


def past_the_client(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """The whole list is walked, once the peer is ours."""
    found: str | None = peer
    for entry in reversed(_filled(entries) if is_ours(peer, trusted) else []):
        found = node(entry)
        if found is None:
            break
    return found


def first_stranger(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """From the left, the first that is not ours; the peer, if there is none."""
    found = [node(entry) for entry in _filled(entries)] if is_ours(peer, trusted) else []
    return next((one for one in found if one is not None and not is_ours(one, trusted)), peer)


def last_of_ours(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """One step short of the client."""
    found = peer
    for entry in reversed(_filled(entries)):
        address = node(entry)
        if address is None or not is_ours(address, trusted):
            break
        found = address
    return found


def in_every_network(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """`all` in the place of `any`."""
    return walk(
        peer, entries, trusted, ours=lambda one, all_: bool(all_) and all(is_ours(one, [each]) for each in all_)
    )


def prefix(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """A network is what its name begins with, without the zeros at its end."""

    def begins(address: str, networks: Strings) -> bool:
        return any(address.startswith(network.partition("/")[0].removesuffix(".0").rstrip(":")) for network in networks)

    return walk(peer, entries, trusted, ours=begins)


def octets(peer: str, entries: Strings, trusted: Strings) -> str | None:
    """Numbers between the dots in the place of bits."""
    return walk(peer, entries, trusted, ours=lambda one, all_: any(by_octets(one, each) for each in all_))
