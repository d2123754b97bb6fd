"""The cache of a proxy, RFC 9111: an answer that is still fresh is given again, and no server hears of the request.

It speaks to nobody itself. For each request it makes a plan: what to answer at once, what to ask the server. Whoever
uses it does so, and settles the plan with what the server said.

    plan = cache.plan(request)
    if plan.answer is None:
        answer = cache.settle(plan, ask_the_server(plan.ask), asked_at)

key         what an answer is kept under: scheme, host, and target                                     RFC 9111 §2
variant     one of several answers under a key, for requests whose headers differ where `Vary` says     §4.1
validate    ask the server whether a stale answer still holds; a 304 makes it fresh again               §4.3
invalidate  forget an answer because a POST, PUT or DELETE may have changed what it shows               §4.4
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from labs.http import freshness as rules
from labs.http.conditions import FOR_THE_SERVER, ask_whether_changed, freshened, not_modified, unchanged
from labs.http.forwarding import end_to_end
from labs.http.messages import Answer, Request
from labs.http.ranges import part
from labs.http.syntax import Headers, members, value, values, without
from labs.http.targets import same_origin_host

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}  # they change nothing: RFC 9110 §9.2.1
TROUBLE = {500, 502, 503, 504}  # what stale-if-error is for: RFC 5861 §4

Key = tuple[str, str, str]  # scheme, host, target


class Stored(NamedTuple):
    """An answer, the request's headers that it was chosen by, and when it was asked for and came (by our clock)."""

    answer: Answer
    chosen_by: dict[str, str]
    asked: float
    received: float


class Plan(NamedTuple):
    """What to do with a request: the answer to give at once, the request to put to the server, or one after the other.

    Both together: answer now, and ask behind the client's back (stale-while-revalidate).
    """

    request: Request
    key: Key
    answer: Answer | None
    ask: Request | None
    stored: Stored | None = None


class SharedCache:
    """Answers to GET. `now` gives the time in seconds; `room` is how many answers are kept, the least used go first."""

    def __init__(self, now: Callable[[], float], room: int = 1000) -> None:
        self.now, self.room = now, room
        self.hits = 0
        self._kept: dict[Key, list[Stored]] = {}

    # ── before the server is asked

    def plan(self, request: Request, scheme: str = "http") -> Plan:
        """What to do with this request, given as the server would get it: with the proxy's X-Forwarded-For, say.

        An answer of 504 comes where only the cache may be asked, and does not have it.
        """
        key = (scheme, same_origin_host(scheme, request.host) if request.host else "", request.asked)
        by_server = request.body or any(values(request.headers, name) for name in FOR_THE_SERVER)
        if by_server or request.method not in ("GET", "HEAD"):
            return Plan(request, key, None, request)
        stored = self._find(key, request)
        if stored and self._usable(stored, request):
            return self._hit(Plan(request, key, None, None, stored))
        if "only-if-cached" in rules.asked_for(request.headers):
            return Plan(request, key, Answer(504, [], b"only the cache was to be asked"), None)
        if stored is None or request.method == "HEAD" or values(request.headers, "range"):
            return Plan(request, key, None, request, stored)
        ask = request._replace(headers=ask_whether_changed(request.headers, stored.answer))
        if self._may_answer_first(stored, request):
            return self._hit(Plan(request, key, None, ask, stored))
        return Plan(request, key, None, ask, stored)

    def has(self, request: Request, scheme: str = "http") -> bool:
        """Whether it could answer this request now, without asking anybody. (That is no hit yet.)"""
        hits = self.hits
        plan = self.plan(request, scheme)
        self.hits = hits
        return plan.stored is not None and plan.ask is None

    def _find(self, key: Key, request: Request) -> Stored | None:
        """The newest stored answer that this request would have been given, too: RFC 9111 §4.1."""
        fitting = [
            kept for kept in self._kept.get(key, []) if kept.chosen_by == chosen_by(kept.answer, request.headers)
        ]
        if fitting:
            self._kept[key] = self._kept.pop(key)  # the last used is the last to be thrown out
        return max(fitting, key=lambda kept: kept.received, default=None)

    def _overdue(self, stored: Stored) -> float:
        """For how many seconds it has been stale; below 0 it is fresh."""
        return self._age(stored) - rules.lifetime(stored.answer, stored.received)

    def _age(self, stored: Stored) -> float:
        return rules.age(stored.answer, stored.asked, stored.received, self.now())

    def _usable(self, stored: Stored, request: Request) -> bool:
        """Whether it may be given without asking, by what the server and the client say: RFC 9111 §4, §5.2.1."""
        said, wanted = rules.told_by(stored.answer), rules.asked_for(request.headers)
        if "no-cache" in said or "no-cache" in wanted:
            return False
        overdue = self._overdue(stored)
        oldest, left = rules.seconds(wanted, "max-age"), rules.seconds(wanted, "min-fresh")
        if (oldest is not None and self._age(stored) > oldest) or (left is not None and -overdue < left):
            return False
        if overdue < 0:
            return True
        if "max-stale" not in wanted or rules.must_ask(stored.answer):
            return False
        return wanted["max-stale"] == [""] or overdue <= (rules.seconds(wanted, "max-stale") or 0)

    def _may_answer_first(self, stored: Stored, request: Request) -> bool:
        """Whether a stale answer may be given while a new one is asked for: RFC 5861 §3."""
        said = rules.told_by(stored.answer)
        asks_for_new = rules.asked_for(request.headers).keys() & {"no-cache", "max-age", "min-fresh"}
        covered = rules.stale_allowed(said, "stale-while-revalidate", self._overdue(stored))
        return covered and not asks_for_new and not rules.must_ask(stored.answer)

    def _hit(self, plan: Plan) -> Plan:
        self.hits += 1
        assert plan.stored
        return plan._replace(answer=self._given(plan.stored, plan.request))

    def _given(self, stored: Stored, request: Request) -> Answer:
        """The stored answer as it is given, with its Age (§5.1); a 304 where the client has it already (§4.3.2), a 206
        where it asks for a part."""
        aged = [*without(stored.answer.headers, "age"), ("Age", str(int(self._age(stored))))]
        answer = stored.answer._replace(headers=aged)
        return not_modified(answer) if unchanged(request, answer) else part(request, answer)

    # ── afterwards

    def settle(self, plan: Plan, answer: Answer | None, asked: float) -> Answer | None:
        """What to tell the client, now that the server has answered; None for a server that could not be reached.

        None comes back where there is nothing to tell, so that the proxy says that itself (502, or 504).
        """
        request, key, stored = plan.request, plan.key, plan.stored
        if (answer is None or answer.status in TROUBLE) and stored and self._good_in_trouble(stored, request):
            return self._given(stored, request)
        if answer is None:
            return None
        answer = answer._replace(headers=end_to_end(answer.headers))
        if request.method not in SAFE:
            if answer.status < 400:  # an error has changed nothing: RFC 9111 §4.4
                self._invalidate(key, answer)
            return answer
        if request.method == "HEAD":
            self._learn_from_head(plan, answer, asked)
            return answer
        if answer.status == 304 and stored and plan.ask and plan.ask.headers != request.headers:
            return self._validated(plan, stored, answer, asked)
        return self._keep(plan, answer, asked)

    def _good_in_trouble(self, stored: Stored, request: Request) -> bool:
        """Whether a stale answer is better than an error, by the server's word or the client's: RFC 5861 §4."""
        overdue = self._overdue(stored)
        said, wanted = rules.told_by(stored.answer), rules.asked_for(request.headers)
        covered = any(rules.stale_allowed(of, "stale-if-error", overdue) for of in (said, wanted))
        return covered and not rules.must_ask(stored.answer)

    def _validated(self, plan: Plan, stored: Stored, answer: Answer, asked: float) -> Answer:
        """A 304 to our own condition: the stored answer holds, with the newer headers: RFC 9111 §4.3.4."""
        fresh = Stored(freshened(stored.answer, answer.headers), stored.chosen_by, asked, self.now())
        self._forget(plan.key, stored)
        if rules.may_store("GET", plan.request.headers, fresh.answer):
            self._store(plan.key, fresh)
        return self._given(fresh, plan.request)

    def _keep(self, plan: Plan, answer: Answer, asked: float) -> Answer:
        """A new answer: kept if it may be, in place of the old one, and told as the client's condition has it."""
        request, now = plan.request, self.now()
        if answer.status < 400 and answer.status not in (206, 304) and plan.stored:
            self._forget(plan.key, plan.stored)
        # An answer to a body would be given to requests without it: a way to put one's own page into a cache.
        storable = not request.body and rules.may_store(request.method, request.headers, answer)
        if storable and _worth_keeping(answer, now):
            self._store(plan.key, Stored(answer, chosen_by(answer, request.headers), asked, now))
        ours = plan.ask is not None and plan.ask.headers != request.headers
        return not_modified(answer) if ours and unchanged(request, answer) else answer

    def _store(self, key: Key, new: Stored) -> None:
        others = [kept for kept in self._kept.pop(key, []) if kept.chosen_by != new.chosen_by]
        self._kept[key] = [*others, new]
        while sum(map(len, self._kept.values())) > self.room:
            oldest = next(iter(self._kept))
            self._forget(oldest, self._kept[oldest][0])

    def _forget(self, key: Key, stored: Stored) -> None:
        left = [kept for kept in self._kept.get(key, []) if kept is not stored]
        if left:
            self._kept[key] = left
        else:
            self._kept.pop(key, None)

    def _invalidate(self, key: Key, answer: Answer) -> None:
        """Forget the target, and what the answer says has changed with it on the same host: RFC 9111 §4.4."""
        scheme, host, target = key
        self._kept.pop(key, None)
        for name in ("location", "content-location"):
            there = urlsplit(urljoin(f"{scheme}://{host}{target}", value(answer.headers, name) or ""))
            if (there.scheme, there.netloc.lower()) == (scheme, host):
                self._kept.pop((scheme, host, there.path + (f"?{there.query}" if there.query else "")), None)

    def _learn_from_head(self, plan: Plan, answer: Answer, asked: float) -> None:
        """An answer to HEAD makes a stored one fresh again if it is of the same version, else it goes: §4.3.5."""
        if not plan.stored or answer.status != 200:
            return
        old = plan.stored.answer.headers
        told = [name for name in ("etag", "last-modified", "content-length") if values(answer.headers, name)]
        self._forget(plan.key, plan.stored)
        newer = freshened(plan.stored.answer, answer.headers)
        same = all(value(answer.headers, name) == value(old, name) for name in told)
        if same and rules.may_store("GET", plan.request.headers, newer):
            self._store(plan.key, Stored(newer, plan.stored.chosen_by, asked, self.now()))


def chosen_by(answer: Answer, headers: Headers) -> dict[str, str]:
    """The request's headers that this answer Varies by, lists written in one way: RFC 9111 §4.1."""
    return {name.lower(): ", ".join(members(headers, name)) for name in members(answer.headers, "vary")}


def _worth_keeping(answer: Answer, now: float) -> bool:
    """Whether it can be given again: it is fresh for a while, or the server can be asked whether it still holds."""
    checked = values(answer.headers, "etag") or values(answer.headers, "last-modified")
    return bool(checked) or rules.lifetime(answer, now) > 0
