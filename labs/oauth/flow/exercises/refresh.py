"""Lesson 21: refresh tokens that work once, and what a second use means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong

Tokens = dict[str, dict[str, Any]]
Fresh = Callable[[], str]
Steps = list[tuple[str, str]]  # (token, client), presented one after the other
Case = tuple[Steps]
Result = tuple[list[str | None], Tokens, list[str]]  # what came out, the tokens afterwards, the revoked families


def refresh(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    """A new refresh token for this one, or None where it is refused."""
    kept = tokens.get(token)
    if kept is None or kept["client"] != client or kept["family"] in revoked:
        return None
    if kept["used"]:
        revoked.add(kept["family"])
        return None
    kept["used"] = True
    new = fresh()
    tokens[new] = {"client": client, "family": kept["family"], "used": False}
    return new


def _start() -> Tokens:
    return {
        "r1": {"client": "print", "family": "f1", "used": False},
        "r2": {"client": "print", "family": "f2", "used": False},
        "s1": {"client": "scan", "family": "f3", "used": False},
        "e1": {"client": "print", "family": "", "used": False},
    }


def _call(function: Callable[..., Any], case: Case) -> Result:
    tokens, revoked, numbers = _start(), set[str](), count(1)

    def fresh() -> str:
        return f"new{next(numbers)}"

    told = [function(token, client, tokens, revoked, fresh) for token, client in case[0]]
    return told, tokens, sorted(revoked)


def _cases() -> Iterator[Case]:
    """A few steps in every order, then longer lives."""
    p = [("r1", "print"), ("new1", "print"), ("r1", "scan"), ("r2", "print"), ("no", "print"), ("new2", "print")]
    yield ([p[0]],)
    yield ([p[0], p[0]],)
    for length in (1, 2, 3):
        yield from (([*some],) for some in product(p, repeat=length))
    yield ([("", "print")],)
    yield ([("e1", "print")],)
    yield ([("e1", "print"), ("e1", "print"), ("new1", "print")],)
    yield ([("no", "print"), ("r1", "scan"), ("r1", "print")],)
    yield ([("s1", "scan"), ("r1", "print"), ("new1", "scan"), ("new2", "print"), ("new3", "print")],)
    yield ([("r1", "print"), ("r2", "print"), ("r1", "print"), ("new2", "print"), ("new1", "print")],)
    yield ([("r1", "print"), ("new1", "print"), ("new2", "print"), ("new1", "print"), ("new3", "print")],)
    yield ([("r1", "print"), ("new1", "scan"), ("new1", "print"), ("r1", "scan"), ("new2", "print")],)
    yield ([("r1", "print"), *((f"new{n}", "print") for n in range(1, 12)), ("r1", "print"), ("new12", "print")],)


def _strategy() -> Any:
    from hypothesis import strategies as st

    token = st.sampled_from(["r1", "r2", "s1", "e1", "new1", "new2", "new3", "new4"])
    step = st.tuples(token, st.sampled_from(["print", "print", "print", "scan"]))
    return st.tuples(st.lists(step, min_size=2, max_size=8))


def _read(case: Case, answer: Any) -> Result:
    told, tokens, revoked = answer
    if any(one is not None and not isinstance(one, str) for one in told):
        raise Wrong("Return the new token, or None.")
    return told, tokens, revoked


def _answers(case: Case, answer: Result) -> None:
    right = _call(refresh, case)[0]
    for n, (got, want) in enumerate(zip(answer[0], right, strict=True)):
        if got != want:
            token, client = case[0][n]
            what = f"must be refused, but the answer was {got!r}" if want is None else f"gets {want!r}, and not {got!r}"
            raise Wrong(f"Step {n + 1}: {token!r}, presented by {client!r}, {what}.", right)


def _families(case: Case, answer: Result) -> None:
    right = _call(refresh, case)[2]
    if answer[2] != right:
        raise Wrong("`revoked` should hold the families of which a used token was presented, and no others.", right)


def _records(case: Case, answer: Result) -> None:
    right = _call(refresh, case)[1]
    got = answer[1]
    for token in [*right, *got]:
        if token not in got:
            raise Wrong(f"There is no record of {token!r} afterwards.", right)
        if token not in right:
            raise Wrong(f"There should be no record of {token!r} afterwards.", right)
        if got[token] != right[token]:
            raise Wrong(f"The record of {token!r} should be {right[token]}, and is {got[token]}.", right)


def _shown(case: Case) -> str:
    return "; then ".join(f"refresh({token!r}, {client!r}, …)" for token, client in case[0])


# ── plausible wrong answers ───────────────────────────────────────────────────────────────────────────────────────────


def _not_rotated(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    return token if kept and kept["client"] == client else None


def _not_marked(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    if kept is None or kept["client"] != client:
        return None
    new = fresh()
    tokens[new] = {"client": client, "family": kept["family"], "used": False}
    return new


def _no_family(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    return None if kept is None or kept["used"] else refresh(token, client, tokens, revoked, fresh)


def _nobody_asks(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    if kept is None or kept["client"] != client:
        return None
    hidden = set(revoked)
    new = refresh(token, client, tokens, hidden - {kept["family"]}, fresh)
    if new is None:
        revoked.add(kept["family"])
    return new


def _any_client(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    return refresh(token, kept["client"], tokens, revoked, fresh) if kept else None


def _stranger_revokes(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    if kept and kept["client"] != client:
        revoked.add(kept["family"])
    return refresh(token, client, tokens, revoked, fresh)


def _stranger_seen_late(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    if kept and kept["used"]:
        revoked.add(kept["family"])
        return None
    return refresh(token, client, tokens, revoked, fresh)


def _but(act: Callable[[Tokens, str, str], object]) -> Callable[..., str | None]:
    """The reference; then something more is done to `tokens`, given the old token and the new one."""

    def wrong(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
        new = refresh(token, client, tokens, revoked, fresh)
        if new:
            act(tokens, token, new)
        return new

    return wrong


def _when_it_ends(act: Callable[[str, str, Tokens, set[str]], object]) -> Callable[..., str | None]:
    """The reference; where it ends a family, something more is done, given the family and the client."""

    def wrong(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
        before = {*revoked}
        new = refresh(token, client, tokens, revoked, fresh)
        for family in revoked - before:
            act(family, client, tokens, revoked)
        return new

    return wrong


def _taken_apart(family: str, client: str, tokens: Tokens, revoked: set[str]) -> None:
    revoked.remove(family)
    revoked.update(family)


def _fresh_twice(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    return refresh(token, client, tokens, revoked, fresh) and fresh()


def _new_one_used(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    if kept and kept["client"] == client and kept["used"] and kept["family"] not in revoked:
        revoked.add(kept["family"])
        for one in tokens.values():
            if one["family"] == kept["family"]:
                one["used"] = True
        return None
    return refresh(token, client, tokens, revoked, fresh)


def _unknown_revokes(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    if token not in tokens:
        revoked.update(one["family"] for one in tokens.values() if one["client"] == client)
    return refresh(token, client, tokens, revoked, fresh)


def _fresh_first(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    new = fresh()
    return refresh(token, client, tokens, revoked, lambda: new)


def _marked_when_revoked(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    if kept and kept["client"] == client and kept["family"] in revoked:
        kept["used"] = True
    return refresh(token, client, tokens, revoked, fresh)


def _token_revoked(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    if kept and kept["client"] == client and kept["used"] and kept["family"] not in revoked:
        revoked.add(token)
        return None
    return refresh(token, client, tokens, revoked, fresh)


REFRESH = Exercise(
    id="oauth-refresh",
    lesson="21",
    title="Rotation with reuse detection",
    points=3,
    reference=refresh,
    cases=_cases,
    strategy=_strategy,
    call=_call,
    read=_read,
    show_case=_shown,
    shape="Returns a token or None, each time",
    properties=(
        ("Refuses and renews as it should", _answers),
        ("Revokes the right families", _families),
        ("Keeps the right records", _records),
    ),
    wrong=(
        Mistake("You return the token that was presented. Each refresh gives a new one.", _not_rotated),
        Mistake("You do not set `used`, so the old token still works.", _not_marked),
        Mistake("You refuse a used token, but its family lives on: the thief keeps the newest one. `revoked.add` "
                "enters it (`revoked = revoked | …` only makes another set).", _no_family),
        Mistake("You fill `revoked`, but you do not look at it: the newest token of the family still works.",
                _nobody_asks),
        Mistake("You do not compare the client with the token's.", _any_client),
        Mistake("A client that presents another's token is refused, and changes nothing.", _stranger_revokes),
        Mistake("You look at `used` before you look at the client: a stranger's client can end a family.",
                _stranger_seen_late),
        Mistake("The new token belongs to the family of the old one, not to a family of its own.",
                _but(lambda tokens, old, new: tokens[new].update(family=new))),
        Mistake("You delete the old token. Then its second use looks like a token that never was, and goes unnoticed.",
                _but(lambda tokens, old, new: tokens.pop(old))),
        Mistake("You revoke all families of the client. Only the one family is in doubt.",
                _when_it_ends(lambda family, client, tokens, revoked: revoked.update(
                    one["family"] for one in tokens.values() if one["client"] == client))),
        Mistake("You revoke every family. Only the one is in doubt.", _when_it_ends(
                lambda family, client, tokens, revoked: revoked.update(one["family"] for one in tokens.values()))),
        Mistake("You mark the other tokens of the family as used. Leave their records: `revoked` is enough.",
                _new_one_used),
        Mistake("An unknown token says nothing about any family.", _unknown_revokes),
        Mistake("You call `fresh()` even where you refuse. Call it only for a token that is renewed.", _fresh_first),
        Mistake("You call `fresh()` twice, and get another token each time: keep one in a variable.", _fresh_twice),
        Mistake("The new token has been used before anybody has seen it: you enter the old token's own dict under a "
                "second name, or a copy made after you set `used`. Make a new dict.",
                _but(lambda tokens, old, new: tokens.update({new: tokens[old]}))),
        Mistake("You set `used` for a token of a revoked family. A token that is refused keeps its record as it was.",
                _marked_when_revoked),
        Mistake("There is a key too many in the new record. It has `client`, `family` and `used`.",
                _but(lambda tokens, old, new: tokens[new].update(parent=old))),
        Mistake("You delete the records of the revoked family. They stay: `revoked` is enough.",
                _when_it_ends(lambda family, client, tokens, revoked: [
                    tokens.pop(one) for one in [*tokens] if tokens[one]["family"] == family])),
        Mistake("You add the token to `revoked`. Add its family.", _token_revoked),
        Mistake("`revoked.update` takes a string apart, and adds its characters. `revoked.add` adds the whole family.",
                _when_it_ends(_taken_apart)),
    ),
    hints=(
        "First the three reasons to refuse without any change: unknown, another client's, of a revoked family.",
        "Then the one reason that changes something: it has been used. Add its family to `revoked`.",
        "Whatever is left is renewed: set `used`, call `fresh()`, and enter a record for the new token.",
    ),
)  # fmt: skip
