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
FOR_US = "cdn-cache-control"  # Cache-Control for the caches between the server and the world: RFC 9213 §3
# A structured field's dictionary, as far as caching needs it; what counts seconds has no quotes: RFC 9651 §3.2.
SOUND = re.compile(
    r"(?!(?:max-age|s-maxage|stale-[a-z-]+)=[^0-9])"
    r'[a-z*][a-z0-9_.*-]*(?:=(?:[0-9]{1,15}|[A-Za-z*][^\s",;]*|"[ !#-~]*"))?'
)
BY_DEFAULT = 0.1  # of the time since it was changed: RFC 9111 §4.2.2

Directives = dict[str, list[str]]  # name in small letters: its arguments, "" where there is none


def directives(headers: Headers, field: str = "cache-control") -> Directives:
    """What Cache-Control says, on all its lines. What stands in quotes is an argument, not a directive: §5.2.

    The forms that name fields (private="set-cookie") count as the plain ones, as they may: §5.2.2.4, §5.2.2.7.
    """
    said: Directives = {}
    for part in members(headers, field):
        name, _, argument = part.partition("=")
        said.setdefault(name.lower(), []).append(unquoted(argument))
    return said


def asked_for(headers: Headers) -> Directives:
    """What a request says about caching; the old `Pragma: no-cache` counts where there is no Cache-Control: §5.4."""
    said = directives(headers)
    if not said and any(word.lower() == "no-cache" for word in members(headers, "pragma")):
        return {"no-cache": [""]}
    return said


def told_by(answer: Answer) -> Directives:
    """What the server says about caching: to caches like this one, else to all. RFC 9213 §2.

    CDN-Cache-Control has a stricter grammar, and with a mistake in it the field counts as absent: §2.1.
    """
    return directives(answer.headers, FOR_US) if says_to_us(answer) else directives(answer.headers)


def says_to_us(answer: Answer) -> bool:
    """Whether there is a CDN-Cache-Control that can be read; then Cache-Control and Expires do not count here."""
    told = members(answer.headers, FOR_US)
    return bool(told) and all(SOUND.fullmatch(part) for part in told)


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
    said = told_by(answer)
    for name in ("s-maxage", "max-age"):
        if (told := seconds(said, name)) is not None:
            return told
    written = read_date(value(answer.headers, "date"))
    written = received if written is None else written
    if not says_to_us(answer) and (until := values(answer.headers, "expires")):
        at = read_date(until[0]) if len(until) == 1 else None  # "0", and two of them, mean that it is over already
        return 0.0 if at is None else at - written
    changed = read_date(value(answer.headers, "last-modified"))
    if changed is None or not (answer.status in GUESSED or "public" in said):
        return 0.0
    return max(0.0, BY_DEFAULT * (written - changed))


def age(answer: Answer, asked: float, received: float, now: float) -> float:
    """How many seconds ago the server wrote the answer: RFC 9111 §4.2.3. All times are by our clock, Date by its own.

    It brings along the age that it had (Age), and its way here counts in full. Of several the first counts, and one
    that is no number is ignored: §5.1.
    """
    written = read_date(value(answer.headers, "date"))
    apparent = 0.0 if written is None else max(0.0, received - written)
    told = next(iter(members(answer.headers, "age")), "")
    brought = min(int(told), LONGEST) if re.fullmatch("[0-9]+", told) else 0
    return max(apparent, brought + received - asked) + now - received


def may_store(method: str, asked_with: Headers, answer: Answer) -> bool:
    """Whether a shared cache may keep this answer to a request with this method and these headers: RFC 9111 §3.

    What was meant for one client goes to nobody else: `private`; an answer to a request with Authorization, unless the
    server says that it is for all (§3.5); one that sets a cookie, likewise. The RFC leaves cookies to the server
    (§7.3), but servers that set a session's cookie and `max-age` on one page are many: we are more careful here.
    """
    said = told_by(answer)
    for_all = "public" in said or "s-maxage" in said
    not_ours = (
        "no-store" in asked_for(asked_with)
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
    return bool(told_by(answer).keys() & {"must-revalidate", "proxy-revalidate", "s-maxage", "no-cache"})


def stale_allowed(said: Directives, name: str, overdue: float) -> bool:
    """Whether `stale-while-revalidate` or `stale-if-error` covers an answer so many seconds stale: RFC 5861."""
    return name in said and overdue <= (seconds(said, name) or 0)
