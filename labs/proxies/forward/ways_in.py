"""An open proxy as the way into the inner network: what is tried, and which rule stops it.

    outside ──✗──▶ 10.0.0.5 (wiki)        nobody outside can reach it
    outside ──▶ proxy ──▶ 10.0.0.5        the proxy can, and does as it is told

The names and where they lead are made up; the rules are those of the real proxy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.proxies.forward.access import USUAL, asked_too_much, leads_inside

# (method, host, port, what for) and where the names lead
TRIES = (
    ("GET", "shop.example", 80, "a site"),
    ("CONNECT", "bank.example", 443, "a site by https"),
    ("GET", "127.0.0.1", 80, "the proxy's own machine"),
    ("GET", "wiki.internal", 80, "the wiki of the company"),
    ("GET", "169.254.169.254", 80, "keys of the cloud machine"),
    ("GET", "innocent.example", 80, "the same wiki, by a stranger's name"),
    ("CONNECT", "mixed.example", 443, "one of its addresses is inner"),
    ("GET", "[::ffff:10.0.0.5]", 80, "the wiki's address, as IPv6"),
    ("GET", "167772165", 80, "the wiki's address, as one number"),
    ("CONNECT", "mail.example", 25, "to send mail for strangers"),
)
LEADS = {
    "shop.example": ("203.0.113.14",), "bank.example": ("203.0.113.20", "2001:db8::20"),
    "wiki.internal": ("10.0.0.5",), "innocent.example": ("10.0.0.5",), "mixed.example": ("203.0.113.30", "10.0.0.5"),
    "mail.example": ("203.0.113.40",), "167772165": ("10.0.0.5",),  # 10 · 256³ + 5, which most systems take
}  # fmt: skip
Policy = Callable[[str, str, int], str]  # (method, host, port) → why not, or ""


def addresses(host: str) -> Sequence[str]:
    """Where a name leads; an address leads to itself."""
    return LEADS.get(host, (host.strip("[]"),))


def open_to_all(method: str, host: str, port: int) -> str:
    """No rule."""
    return ""


def by_name(method: str, host: str, port: int) -> str:
    """A list of names and beginnings of addresses that are inner; any port."""
    inner = host in ("localhost", "[::1]") or host.endswith(".internal") or host.startswith(("127.", "10.", "192.168."))
    return "on the list" if inner else ""


def by_address(method: str, host: str, port: int) -> str:
    """The usual ports only, and a look at every address that the name leads to."""
    return asked_too_much(USUAL, method, host, port) or leads_inside(addresses(host))


POLICIES: dict[str, Policy] = {"no rule": open_to_all, "a list of names": by_name, "ports and addresses": by_address}


def ways_in(yours: Callable[..., Any] | None = None) -> Any:
    """A table (pandas DataFrame): what each policy lets through; with `yours`, the learner's rule beside them."""
    import pandas

    from labs.kit.guarding.fence import fenced
    from labs.kit.guarding.telling import LearnerError
    from labs.proxies.forward.access import INNER

    inner = [*map(str, INNER), "::1/128", "fc00::/7", "fe80::/10"]
    rows = []
    for method, host, port, what in TRIES:
        row = {"asked": f"{method} {host}:{port}", "what for": what}
        row |= {name: _said(not policy(method, host, port)) for name, policy in POLICIES.items()}
        if yours is not None:
            try:
                row["yours"] = _said(fenced(yours)(method, port, list(addresses(host)), list(inner)))
            except LearnerError as error:
                row["yours"] = "not written yet" if error.kind == "unfinished" else "not usable"
        rows.append(row)
    return pandas.DataFrame(rows).set_index("asked")


def _said(through: Any) -> str:
    return "goes out" if through is True else "refused" if through is False else "not usable"
