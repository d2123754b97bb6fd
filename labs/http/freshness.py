"""May an answer be kept, for how long is it fresh, how old is it: the arithmetic of a cache, RFC 9111 §3 and §4.2.

fresh       its age is below its lifetime: it may be given again without asking
stale       it is not: the server is asked first whether it still holds (validation)
lifetime    what the server says (s-maxage, max-age, Expires), else a guess, a tenth of the time since it was changed
age         how long ago the server wrote it, whatever caches it has lain in since
shared      a cache that answers many clients, as a proxy's does; `private` and `Authorization` are about those
"""

from __future__ import annotations

import re

from labs.http.dates import read_date
from labs.http.messages import Answer
from labs.http.syntax import Headers, members, unquoted, value, values

LONGEST = 2**31  # seconds; larger numbers count as this one: RFC 9111 §1.2.2
# A 200 and these may be kept on a guess: RFC 9110 §15.1 (206 aside, which is a piece).
GUESSED = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501}
UNDERSTOOD = GUESSED | {302, 303, 307, 403, 500, 502, 503, 504}
BY_DEFAULT = 0.1  # of the time since it was changed: RFC 9111 §4.2.2

Directives = dict[str, list[str]]  # name in small letters: its arguments, "" where there is none


def directives(headers: Headers) -> Directives:
    """What Cache-Control says, on all its lines. What stands in quotes is an argument, not a directive: §5.2.

    A request's old `Pragma: no-cache` says the same as no-cache where there is no Cache-Control: §5.4.
    """
    said: Directives = {}
    for part in members(headers, "cache-control"):
        name, _, argument = part.partition("=")
        said.setdefault(name.lower(), []).append(unquoted(argument))
    if not said and any(word.lower() == "no-cache" for word in members(headers, "pragma")):
        return {"no-cache": [""]}
    return said


def seconds(said: Directives, name: str) -> int | None:
    """A directive's argument in seconds, None where it is not there. What is no number is 0: then it is stale.

    Of several the shortest counts, which is on the safe side: RFC 9111 §4.2.1.
    """
    told = said.get(name)
    if told is None:
        return None
    return min(min(int(one), LONGEST) if re.fullmatch("[0-9]+", one) else 0 for one in told)


def lifetime(answer: Answer, received: float) -> float:
    """For how many seconds after the server wrote it a shared cache may give the answer again: RFC 9111 §4.2.1.

    s-maxage is for shared caches and goes before max-age, and that before Expires. Without any of them it is a guess.
    """
    said = directives(answer.headers)
    for name in ("s-maxage", "max-age"):
        if (told := seconds(said, name)) is not None:
            return told
    written = read_date(value(answer.headers, "date"))
    written = received if written is None else written
    if until := values(answer.headers, "expires"):
        at = read_date(until[0]) if len(until) == 1 else None  # "0", and two of them, mean that it is over already
        return 0.0 if at is None else at - written
    changed = read_date(value(answer.headers, "last-modified"))
    if changed is None or not (answer.status in GUESSED or "public" in said):
        return 0.0
    return max(0.0, BY_DEFAULT * (written - changed))


def age(answer: Answer, asked: float, received: float, now: float) -> float:
    """How many seconds ago the server wrote the answer: RFC 9111 §4.2.3. All times are by our clock, Date by its own.

    It brings along the age that it had (Age), and its way here counts in full. An Age that is no single number would
    have to be guessed: it counts as endless, so that the answer is stale (§5.1 would let it be ignored).
    """
    written = read_date(value(answer.headers, "date"))
    apparent = 0.0 if written is None else max(0.0, received - written)
    told = values(answer.headers, "age")
    if any(not re.fullmatch("[0-9]+", one) for one in told) or len(told) > 1:
        return float(LONGEST)
    brought = min(int(told[0]), LONGEST) if told else 0
    return max(apparent, brought + received - asked) + now - received


def may_store(method: str, asked_with: Headers, answer: Answer) -> bool:
    """Whether a shared cache may keep this answer to a request with this method and these headers: RFC 9111 §3.

    What was meant for one client goes to nobody else: `private`; an answer to a request with Authorization, unless the
    server says that it is for all (§3.5); one that sets a cookie, likewise. The RFC leaves cookies to the server
    (§7.3), but servers that set a session's cookie and `max-age` on one page are many: we are more careful here.
    """
    said = directives(answer.headers)
    for_all = "public" in said or "s-maxage" in said
    not_ours = (
        "no-store" in directives(asked_with)
        or ("no-store" in said and "must-understand" not in said)
        or ("must-understand" in said and answer.status not in UNDERSTOOD)
        or "private" in said
        or (values(asked_with, "authorization") and not (for_all or "must-revalidate" in said))
        or (values(answer.headers, "set-cookie") and not for_all)
        or "*" in members(answer.headers, "vary")
    )
    if method != "GET" or answer.status < 200 or answer.status in (206, 304) or not_ours:
        return False
    explicit = said.keys() & {"public", "s-maxage", "max-age"} or values(answer.headers, "expires")
    return bool(explicit) or answer.status in GUESSED


def must_ask(answer: Answer) -> bool:
    """Whether a shared cache may never give this answer once it is stale: RFC 9111 §4.2.4."""
    return bool(directives(answer.headers).keys() & {"must-revalidate", "proxy-revalidate", "s-maxage", "no-cache"})


def stale_allowed(said: Directives, name: str, overdue: float) -> bool:
    """Whether `stale-while-revalidate` or `stale-if-error` covers an answer so many seconds stale: RFC 5861."""
    return overdue <= (seconds(said, name) or 0)
