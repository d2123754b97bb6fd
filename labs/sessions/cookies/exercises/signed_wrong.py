"""Reading a signed cookie as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.sessions.cookies.login import read_cookie

Mac = Callable[[str], str]
Same = Callable[[str, str], bool]


def with_equals(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """The usual comparison."""
    return read_cookie(cookie, now, mac, lambda a, b: a == b)


def equals_first(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """The usual comparison, and then the right one."""
    signed, _, signature = cookie.rpartition("|")
    return read_cookie(cookie, now, mac, same) if mac(signed) == signature else None


def rebuilds_the_time(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """01000 is taken for 1000."""
    try:
        user, expires, signature = cookie.rsplit("|", 2)
        good = same(mac(f"{user}|{int(expires)}"), signature)
    except ValueError:
        return None
    return user if good and now < int(expires) else None


def unpacks_three(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """Three parts, or an error."""
    user, expires, signature = cookie.split("|")
    return user if same(mac(f"{user}|{expires}"), signature) and now < int(expires) else None


def unpacks_from_right(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """Two bars, or an error."""
    user, expires, signature = cookie.rsplit("|", 2)
    return user if same(mac(f"{user}|{expires}"), signature) and now < int(expires) else None


def no_signature(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """Whatever is signed."""
    try:
        return read_cookie(cookie, now, mac, lambda a, b: True)
    except ValueError:
        return None


def only_the_form(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """Three parts with a time to come will do."""
    parts = cookie.rsplit("|", 2)
    return parts[0] if len(parts) == 3 and parts[1].isdigit() and now < int(parts[1]) else None


def no_expiry(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """Good for ever."""
    return read_cookie(cookie, -1, mac, same)


def at_the_limit(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """One second too long."""
    return read_cookie(cookie, now - 1, mac, same)


def reversed_time(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """After its end only."""
    user = read_cookie(cookie, -1, mac, same)
    return user if read_cookie(cookie, now, mac, same) is None else None


def as_texts(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """By the alphabet."""
    signed, _, signature = cookie.rpartition("|")
    if not same(signature, mac(signed)):
        return None
    user, _, expires = signed.rpartition("|")
    return user if str(now) < expires else None


def splits_from_left(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """Three parts, or no good."""
    parts = cookie.split("|")
    return read_cookie(cookie, now, mac, same) if len(parts) == 3 else None


def name_up_to_first(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """The name ends at the first bar."""
    user = read_cookie(cookie, now, mac, same)
    return user if user is None else user.partition("|")[0]


def time_from_first(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """The name ends at the first bar, and the time begins there."""
    signed, _, signature = cookie.rpartition("|")
    if not same(mac(signed), signature):
        return None
    user, _, expires = signed.partition("|")
    return user if now < int(expires) else None


def prefix(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """As far as it goes."""
    try:
        return read_cookie(cookie, now, mac, lambda a, b: same(a, b[: len(a)]) or same(a, b))
    except ValueError:
        return None


def any_case(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """Capitals or not."""
    return read_cookie(cookie, now, mac, lambda a, b: same(a.lower(), b))


def strips(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """Without spaces around it."""
    return read_cookie(cookie.strip(), now, mac, same)


def name_only(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """The signature is of the name."""
    try:
        return read_cookie(cookie, now, lambda signed: mac(signed.rpartition("|")[0]), same)
    except ValueError:
        return None


def number_first(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """int() of whatever is there."""
    signed, _, signature = cookie.rpartition("|")
    user, _, expires = signed.rpartition("|")
    if now >= int(expires):
        return None
    return user if same(signature, mac(signed)) else None


def number_first_of_three(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """int() of whatever is there, if there are three parts."""
    parts = cookie.split("|")
    if len(parts) < 3 or now >= int(parts[-2]):
        return None
    return "|".join(parts[:-2]) if same(parts[-1], mac("|".join(parts[:-1]))) else None


def false_for_none(cookie: str, now: int, mac: Mac, same: Same) -> Any:
    """False."""
    user = read_cookie(cookie, now, mac, same)
    return False if user is None else user


def empty_for_none(cookie: str, now: int, mac: Mac, same: Same) -> str:
    """An empty text."""
    return read_cookie(cookie, now, mac, same) or ""


def raises_if_forged(cookie: str, now: int, mac: Mac, same: Same) -> str | None:
    """An error for a signature that does not fit."""
    signed, _, signature = cookie.rpartition("|")
    if not same(mac(signed), signature):
        raise ValueError("bad signature")
    return read_cookie(cookie, now, mac, same)


def raises(cookie: str, now: int, mac: Mac, same: Same) -> str:
    """An error for what is no good."""
    user = read_cookie(cookie, now, mac, same)
    if user is None:
        raise ValueError("bad cookie")
    return user


def both(cookie: str, now: int, mac: Mac, same: Same) -> Any:
    """The name and the time."""
    user = read_cookie(cookie, now, mac, same)
    return user if user is None else (user, int(cookie.split("|")[-2]))
