"""The defences, a switch each. HARDENED has all of them on; SOFT has none, as OAuth was often built."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Rules:
    """What is defended, and by whom: the client, the authorization server, the resource server."""

    pkce: bool = True  # client: sends a challenge; server: checks a challenge that it was sent (RFC 7636)
    demand: bool = True  # server: no code without a challenge, no verifier without one (RFC 9700 §2.1.1)
    state: bool = True  # client: the answer has to belong to this browser's own request (RFC 6749 §10.12)
    iss: bool = True  # server says who it is, client compares (RFC 9207)
    exact: bool = True  # server: redirect URIs match character for character (RFC 9700 §2.1)
    closed: bool = True  # client: forwards to no address from a parameter (RFC 9700 §2.1)
    rotate: bool = True  # server: a refresh token works once (RFC 9700 §4.14.2)
    family: bool = True  # server: a second use ends all that came of the same grant (the same)
    audience: bool = True  # resource server: only tokens that are meant for it (RFC 9068 §4)


NAMES = tuple(field.name for field in fields(Rules))
HARDENED = Rules()
SOFT = Rules(**dict.fromkeys(NAMES, False))


def only(*names: str) -> Rules:
    """Just these defences. `demand` and `family` build on `pkce` and `rotate`, and bring them along."""
    wanted = {*names} | ({"pkce"} if "demand" in names else set()) | ({"rotate"} if "family" in names else set())
    return Rules(**{name: name in wanted for name in NAMES})
