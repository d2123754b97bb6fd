"""Session fixation: Mallory plants a session id in Ada's browser, and Ada logs in.

    fix(new_id=False) -> Trace

`login` decides which id Ada has afterwards: the usual wrong way keeps the planted one (`new_id=False`), `log_in` makes
a new one, and a learner's own function can take its place. No time passes between the steps; the clock counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from labs.kit.limits import SEED, Limits, YesNo, check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.sessions.cookies.login import Session, log_in

Login = Callable[[dict[str, Session], str | None, str, Callable[[], str]], str]
LIMITS: Limits = {"new_id": YesNo(), "seed": SEED}
IDS = ("m7Z4", "9xKd", "tB4w")  # random ids, shortened


def keep_id(sessions: dict[str, Session], old_id: str | None, user: str, new_id: Callable[[], str]) -> str:
    """The flaw: the session that the browser came with is simply given a user."""
    if old_id in sessions:
        sessions[old_id]["user"] = user
        return old_id
    return log_in(sessions, old_id, user, new_id)


def fix(*, new_id: bool = False, login: Login | None = None, faults: Sequence[Fault] = (), seed: int = 0) -> Trace:
    """Events: "visit", "plant", "fill", "login" (`kept`: the id is still the planted one), "try" (`user`; of
    Mallory's, `there`: her id still opens a session, if only an anonymous one).

    `id` is the session id that travels. Nothing is random. ValueError, in a sentence, for a setting that cannot be.
    """
    check_settings(LIMITS, dict(new_id=new_id, seed=seed))
    faults = check_faults(faults, ())
    trace = Trace({"new_id": new_id}, faults, seed, end=7.0)
    numbers = count()

    def fresh() -> str:
        n = next(numbers)
        return IDS[n] if n < len(IDS) else f"id{n}"

    planted = fresh()
    sessions: dict[str, Session] = {planted: {"user": None, "cart": []}}
    trace.emit(0, "visit", "mallory", id=planted)
    trace.emit(1, "plant", "mallory", id=planted)
    sessions[planted]["cart"].append("tea")
    trace.emit(2, "fill", "ada", id=planted)
    hers = (login or (log_in if new_id else keep_id))(sessions, planted, "ada", fresh)
    trace.emit(3, "login", "ada", id=hers, kept=hers == planted, cart=_of(sessions, hers, "cart"))
    trace.emit(4.5, "try", "ada", id=hers, user=_of(sessions, hers, "user"))
    there = planted in sessions
    trace.emit(5.5, "try", "mallory", id=planted, user=_of(sessions, planted, "user"), there=there)
    return trace


def _of(sessions: dict[str, Any], id: Any, what: str) -> Any:
    session = sessions.get(id)
    return session.get(what) if isinstance(session, dict) else None


def robbed(trace: Trace) -> bool:
    """Whether Mallory is let in as Ada."""
    return any(e.who == "mallory" and e["user"] == "ada" for e in trace.of("try"))
