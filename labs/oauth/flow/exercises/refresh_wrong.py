"""Rotation as people get it wrong: each of these is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable

from labs.kit.checking.exercise import Mistake
from labs.oauth.flow.rotation import Fresh, Tokens, refresh


def _not_rotated(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    return token if kept and kept["client"] == client else None


def _old_one_returned(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    return refresh(token, client, tokens, revoked, fresh) and token


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


def _renewed_too(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    before = {*revoked}
    new = refresh(token, client, tokens, revoked, fresh)
    for family in revoked - before:
        new = fresh()
        tokens[new] = {"client": client, "family": family, "used": False}
    return new


def _any_client(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    return refresh(token, kept["client"], tokens, revoked, fresh) if kept else None


def _record_for_anyone(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept = tokens.get(token)
    new = refresh(token, kept["client"], tokens, revoked, fresh) if kept else None
    if new:
        tokens[new]["client"] = client
    return new


def _nameless_family_lives(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    new = refresh(token, client, tokens, revoked, fresh)
    revoked.discard("")
    return new


def _nameless_family_forgotten(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    kept, nameless = tokens.get(token), "" in revoked
    if not nameless or kept is None or kept["family"] or kept["used"] or kept["client"] != client:
        return refresh(token, client, tokens, revoked, fresh)
    revoked.discard("")
    new = refresh(token, client, tokens, revoked, fresh)
    revoked.add("")
    return new


def _only_deleted(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    new = refresh(token, client, tokens, revoked, fresh)
    for one in [one for one in tokens if tokens[one]["family"] in revoked]:
        del tokens[one]
    revoked.clear()
    return new


def _only_marked(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    new = refresh(token, client, tokens, revoked, fresh)
    for one in tokens.values():
        one["used"] |= one["family"] in revoked
    revoked.clear()
    return new


def _client_revoked(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    before = {*revoked}
    new = refresh(token, client, tokens, revoked, fresh)
    if revoked != before:
        revoked.intersection_update(before)
        revoked.add(client)
    return new


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


WRONG = (
    Mistake("You return the token that was presented. Each refresh gives a new one.", _not_rotated),
    Mistake("You return the token that was presented. Each refresh gives a new one.", _old_one_returned),
    Mistake("You do not set `used`, so the old token still works.", _not_marked),
    Mistake("You refuse a used token, but its family lives on: the thief keeps the newest one. `revoked.add` "
            "enters it (`revoked = revoked | …` only makes another set).", _no_family),
    Mistake("You revoke the family, and then renew the token all the same: `return None` there.", _renewed_too),
    Mistake("You fill `revoked`, but you do not look for the token's family in it: the newest one still works.",
            _nobody_asks),
    Mistake("You do not compare the client with the token's.", _any_client),
    Mistake("You do not compare the client with the token's.", _record_for_anyone),
    Mistake("A client that presents another's token is refused, and changes nothing.", _stranger_revokes),
    Mistake("You look at `used` before you look at the client: a stranger's client can end a family.",
            _stranger_seen_late),
    Mistake("The new token belongs to the family of the old one, not to a family of its own.",
            _but(lambda tokens, old, new: tokens[new].update(family=new))),
    Mistake("The new token belongs to the family of the old one, not to a family of its own.",
            _but(lambda tokens, old, new: tokens[new].update(family=old))),
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
    Mistake("The new token has been used before anybody has seen it. Is it the old token's own dict under a second "
            "name, or a copy made after you set `used`? Make a new dict, with `used` as False.",
            _but(lambda tokens, old, new: tokens.update({new: tokens[old]}))),
    Mistake("You set `used` for a token of a revoked family. A token that is refused keeps its record as it was.",
            _marked_when_revoked),
    Mistake("There is a key too many in the new record. It has `client`, `family` and `used`.",
            _but(lambda tokens, old, new: tokens[new].update(parent=old))),
    Mistake("You delete the records of the revoked family. They stay: `revoked` is enough.",
            _when_it_ends(lambda family, client, tokens, revoked: [
                tokens.pop(one) for one in [*tokens] if tokens[one]["family"] == family])),
    Mistake("You delete the family's records, and `revoked` does not hold the family. Enter it there, and leave "
            "the records.", _only_deleted),
    Mistake("You mark the family's tokens as used, and `revoked` does not hold the family. Enter it there, and "
            "leave the records.", _only_marked),
    Mistake("You add the token to `revoked`. Add its family.", _token_revoked),
    Mistake("You add the client to `revoked`. Add the family.", _client_revoked),
    Mistake("You take an empty family for none. It counts: compare with `in`, without asking whether it is empty.",
            _nameless_family_lives),
    Mistake("You take an empty family for none. It counts: compare with `in`, without asking whether it is empty.",
            _nameless_family_forgotten),
    Mistake("`revoked.update` takes a string apart, and adds its characters. `revoked.add` adds the whole family.",
            _when_it_ends(_taken_apart)),
)  # fmt: skip
