"""Lesson 12: the rule that keeps a proxy out of the inner network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import truth
from labs.proxies.forward.access import may_connect

Case = tuple[str, int, list[str], list[str]]
SOME = ["10.0.0.0/8", "172.16.0.0/12", "127.0.0.0/8", "169.254.169.254/32", "::1/128", "fc00::/7"]
OUT, OUT_6 = "93.184.215.14", "2606:2800:21f::1"


def _cases() -> Iterator[Case]:
    yield "GET", 80, [OUT], SOME[:1]
    yield "CONNECT", 443, [OUT], SOME[:1]
    yield "GET", 80, [], SOME[:1]
    yield "GET", 80, [], []
    yield "GET", 80, ["10.0.0.1"], []
    for method, port in product(
        ("GET", "CONNECT", "POST", "OPTIONS", "PATCH"), (80, 443, 22, 25, 8080, 0, 4430, 44, 8)
    ):
        yield method, port, [OUT], SOME[:1]
    inside = ("10.0.0.1", "10.255.255.255", "172.16.0.0", "172.31.255.255", "127.0.0.1", "127.8.8.8", "169.254.169.254",
              "::1", "fc00::1", "fdff::1", "::ffff:10.0.0.1", "::ffff:a00:1", "0:0:0:0:0:0:0:1")  # fmt: skip
    outside = ("9.255.255.255", "11.0.0.0", "110.0.0.1", "100.1.1.1", "172.15.255.255", "172.32.0.0", "128.0.0.1",
               "169.254.169.253", "1.10.0.0", "::2", "fe00::1", "::ffff:93.184.215.14", OUT_6, "1.2.3.10")  # fmt: skip
    for address in inside:
        yield "GET", 80, [address], [network for network in SOME if not may_connect("GET", 80, [address], [network])]
    for address in outside:
        yield "GET", 80, [address], SOME[:1]
    for address in inside[:9]:
        its = [network for network in SOME if not may_connect("GET", 80, [address], [network])]
        yield "CONNECT", 443, [OUT, address], its
        yield "GET", 80, [address, OUT], its
        yield "GET", 80, [OUT, OUT_6, address], list(SOME)
    for address in (*inside, *outside):
        yield "GET", 80, [address], list(SOME)
    yield "GET", 80, [OUT, OUT_6], list(SOME)
    yield "CONNECT", 443, ["127.0.0.1", "::1"], ["192.168.0.0/16"]
    yield "GET", 80, ["2002:5db8:d70e::1"], ["2002::/16"]  # 6to4: it is an IPv6 address, whatever it holds
    yield "GET", 80, ["64:ff9b::5db8:d70e"], ["64:ff9b::/96"]
    yield "GET", 80, ["10.0.0.1"], ["10.0.0.0/8", "192.168.0.0/16"]
    yield "GET", 80, ["192.168.1.1"], ["192.168.1.0/24", "192.168.3.0/24"]
    yield "GET", 80, ["192.168.2.1"], ["192.168.1.0/24", "192.168.3.0/24"]
    yield "GET", 80, ["192.168.3.1"], ["192.168.1.0/24", "192.168.3.0/24"]


def _strategy() -> Any:
    from hypothesis import strategies as st

    address = st.one_of(
        st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(str),
        st.sampled_from(["10.1.2.3", "172.20.0.1", "::ffff:10.1.2.3", "::ffff:11.1.2.3", "fd00::5", OUT]),
    )  # fmt: skip
    return st.tuples(
        st.sampled_from(["GET", "CONNECT"]), st.sampled_from([80, 443]), st.lists(address, max_size=3),
        st.lists(st.sampled_from(SOME), unique=True, max_size=6),
    )  # fmt: skip


def _read(case: Case, answer: Any) -> bool:
    return truth(answer)


def _why(case: Case) -> str:
    method, port, addresses, inner = case
    allowed = 443 if method == "CONNECT" else 80
    if port != allowed:
        return f"{method} may go to port {allowed} only"
    if not addresses:
        return "a name without an address leads nowhere"
    for text in addresses:
        if not may_connect("GET", 80, [text], inner):
            return f"{text} is an inner address"
    return f"none of the addresses is in one of the networks, and the port is {allowed}"


def _right(case: Case, answer: bool) -> None:
    right = may_connect(*case)
    if answer != right:
        raise Wrong(f"This {'may' if right else 'may not'} go out: {_why(case)}.", right)


# ── plausible wrong answers ───────────────────────────────────────────────────────────────────────────────────────────


def _in(text: str, inner: list[str]) -> bool:
    address = ip_address(text)
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain in ip_network(network) for network in inner)


def _flawed(
    port: Callable[[str, int], bool] = lambda method, port: port == (443 if method == "CONNECT" else 80),
    all_of: Callable[[list[bool]], bool] = lambda inside: bool(inside) and not any(inside),
    within: Callable[[str, list[str]], bool] = _in,
) -> Callable[[str, int, list[str], list[str]], bool]:
    def function(method: str, number: int, addresses: list[str], inner: list[str]) -> bool:
        return port(method, number) and all_of([within(address, inner) for address in addresses])

    return function


def _unmapped(text: str, inner: list[str]) -> bool:
    return any(ip_address(text) in ip_network(network) for network in inner)


def _by_prefix(text: str, inner: list[str]) -> bool:
    return any(text.startswith(network.split(".")[0].split("/")[0]) for network in inner)


def _by_letters(text: str, inner: list[str]) -> bool:
    plain = text.replace("::ffff:", "") if "." in text else text
    return any(ip_address(plain) in ip_network(network) for network in inner)


def _no_mapped(text: str, inner: list[str]) -> bool:
    return bool(getattr(ip_address(text), "ipv4_mapped", None)) or _in(text, inner)


def _empty_is_all(text: str, inner: list[str]) -> bool:
    return not inner or _in(text, inner)


def _only_4(text: str, inner: list[str]) -> bool:
    return "." in text and _in(text, inner)


def _private(text: str, inner: list[str]) -> bool:
    return bool(ip_address(text).is_private)


def _first_network(text: str, inner: list[str]) -> bool:
    return _in(text, inner[:1])


def _unpacked(text: str, inner: list[str]) -> bool:
    return _in(str(getattr(ip_address(text), "sixtofour", None) or text), inner)


def _in_all(text: str, inner: list[str]) -> bool:
    return all(_in(text, [network]) for network in inner)


def _not_for_tunnels(method: str, port: int, addresses: list[str], inner: list[str]) -> bool:
    return may_connect(method, port, addresses, [] if method == "CONNECT" else inner)


def _equal(text: str, inner: list[str]) -> bool:
    return any(text == network.split("/")[0] for network in inner)


CONNECT = Exercise(
    id="proxies-may-connect",
    lesson="12",
    title="The way into the inner network",
    points=2,
    reference=may_connect,
    cases=_cases,
    strategy=_strategy,
    read=_read,
    keeps=True,
    shape="Returns True or False",
    properties=(("Lets out what may go out, and nothing into the inner network", _right),),
    wrong=(
        Mistake("Only the first address is looked at. The client may be connected to any of them.",
                _flawed(all_of=lambda inside: bool(inside) and not inside[0])),
        Mistake("Only the last address is looked at. The client may be connected to any of them.",
                _flawed(all_of=lambda inside: bool(inside) and not inside[-1])),
        Mistake("One outer address is enough for you. Every one of them has to be outer.",
                _flawed(all_of=lambda inside: not all(inside))),
        Mistake("A name without an address may go out. Of an empty list `all(…)` is True.",
                _flawed(all_of=lambda inside: not any(inside))),
        Mistake("`::ffff:10.0.0.1` gets out. It is 10.0.0.1, written as IPv6: look at `ipv4_mapped`.",
                _flawed(within=_unmapped)),
        Mistake("IPv6 addresses are not looked at.", _flawed(within=_only_4)),
        Mistake("Addresses are compared as text. `10` also begins 100.1.1.1, and 172.16.0.0/12 ends at 172.31.",
                _flawed(within=_by_prefix)),
        Mistake("An address is inner for you only if it is the network's own. A network has many.",
                _flawed(within=_equal)),
        Mistake("No address is inner for you. As text it is never in the list: ask `ip_address(a) in ip_network(n)`.",
                _flawed(within=lambda text, inner: text in inner)),
        Mistake("An address is inner for you only if all networks hold it. One is enough.", _flawed(within=_in_all)),
        Mistake("A 6to4 address (`2002:…`) counts as the IPv4 address in it. Here it counts as what it is: IPv6.",
                _flawed(within=_unpacked)),
        Mistake("For CONNECT the addresses are not looked at. A tunnel leads inside, too.", _not_for_tunnels),
        Mistake("CONNECT is treated like every other method. It may go to port 443, and nowhere else.",
                _flawed(port=lambda method, port: port == 80)),
        Mistake("The other methods may go to port 443, too. Only CONNECT may.",
                _flawed(port=lambda method, port: port == 443 or (method != "CONNECT" and port == 80))),
        Mistake("Some methods are kept from port 80. Every method but CONNECT may go there, OPTIONS and PATCH too.",
                _flawed(port=lambda method, port: port == {"CONNECT": 443, "GET": 80, "POST": 80}.get(method))),
        Mistake("You ask Python what is private. The argument `inner` says it.", _flawed(within=_private)),
        Mistake("Only the first network is looked at.", _flawed(within=_first_network)),
        Mistake("CONNECT may go to any port. Then a proxy passes on mail, and anything else.",
                _flawed(port=lambda method, port: method == "CONNECT" or port == 80)),
        Mistake("Ports 80 and 443 are open to all methods. 443 is for CONNECT, 80 for the others.",
                _flawed(port=lambda method, port: port in (80, 443))),
        Mistake("Every method but CONNECT may go to any port for you. It is port 80 only.",
                _flawed(port=lambda method, port: method != "CONNECT" or port == 443)),
        Mistake("`::ffff:` is cut off as text. `::ffff:a00:1` is 10.0.0.1, too: ask for `.ipv4_mapped`.",
                _flawed(within=_by_letters)),
        Mistake("Every IPv4 address written as an IPv6 one is refused. It counts as the IPv4 address that it holds.",
                _flawed(within=_no_mapped)),
        Mistake("Without inner networks nothing goes out. Then no address is inner.", _flawed(within=_empty_is_all)),
        Mistake("The port is not looked at.", _flawed(port=lambda method, port: True)),
        Mistake("CONNECT may go to port 80, too.",
                _flawed(port=lambda method, port: port == 80 or (method == "CONNECT" and port == 443))),
        Mistake("Only GET and CONNECT are let out. The port 80 is for every method but CONNECT.",
                _flawed(port=lambda method, port: (method, port) in (("GET", 80), ("CONNECT", 443)))),
    ),
    hints=(
        "`from ipaddress import ip_address, ip_network`: then `ip_address(a) in ip_network(n)`.",
        "An IPv6 address has `.ipv4_mapped`: the IPv4 address in it, or None. An IPv4 address does not have it.",
        "*All* addresses have to be outside *each* network, and there has to be one.",
    ),
)  # fmt: skip
