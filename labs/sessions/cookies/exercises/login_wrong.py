"""Logging in as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.sessions.cookies.login import Session, log_in

Sessions = dict[str, Session]
Fresh = Callable[[], str]


def keeps_the_id(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """Fixation: the old session is given a user."""
    if old_id in sessions:
        sessions[old_id]["user"] = user
        return old_id
    return log_in(sessions, old_id, user, new_id)


def adopts(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """An id that the server has never made is taken over from the browser."""
    if old_id is not None and old_id not in sessions:
        sessions[old_id] = {"user": user, "cart": []}
        return old_id
    return log_in(sessions, old_id, user, new_id)


def leaves_the_old(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The old session stays as it was."""
    old = sessions.get(old_id) if old_id is not None else None
    fresh = log_in(sessions, old_id, user, new_id)
    if old is not None:
        sessions[old_id] = old  # type: ignore[index]
    return fresh


def both_ids(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """Two ids for one session, and both are logged in."""
    known = old_id in sessions
    fresh = log_in(sessions, old_id, user, new_id)
    if known:
        sessions[old_id] = sessions[fresh]  # type: ignore[index]
    return fresh


def takes_any_cart(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The cart of somebody who is logged in goes to the next user."""
    old = sessions.get(old_id) if old_id is not None else None
    fresh = log_in(sessions, old_id, user, new_id)
    sessions[fresh]["cart"] = old["cart"] if old else []
    return fresh


def takes_own_cart(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The cart also comes from a session in which the same user is logged in."""
    old = sessions.get(old_id) if old_id is not None else None
    fresh = log_in(sessions, old_id, user, new_id)
    if old and old["user"] == user:
        sessions[fresh]["cart"] = old["cart"]
    return fresh


def takes_the_other_carts(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The cart comes along from whoever was logged in, and from nobody else."""
    old = sessions.get(old_id) if old_id is not None else None
    fresh = log_in(sessions, old_id, user, new_id)
    sessions[fresh]["cart"] = old["cart"] if old and old["user"] is not None else []
    return fresh


def drops_the_cart(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """An empty cart for everybody."""
    fresh = log_in(sessions, old_id, user, new_id)
    sessions[fresh]["cart"] = []
    return fresh


def only_anonymous_go(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The old session of somebody who was logged in stays open."""
    old = sessions.get(old_id) if old_id is not None else None
    fresh = log_in(sessions, old_id, user, new_id)
    if old is not None and old["user"] is not None:
        sessions[old_id] = old  # type: ignore[index]
    return fresh


def one_session_each(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The user's sessions in other browsers are ended."""
    for key in [key for key, session in sessions.items() if session["user"] == user]:
        del sessions[key]
    return log_in(sessions, old_id, user, new_id)


def clears_all(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """Everybody else is logged out."""
    fresh = log_in(sessions, old_id, user, new_id)
    kept = sessions[fresh]
    sessions.clear()
    sessions[fresh] = kept
    return fresh


def assumes_it_is_there(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """Raises where the browser's id is unknown."""
    old = sessions.pop(old_id)  # type: ignore[arg-type]
    fresh = new_id()
    sessions[fresh] = {"user": user, "cart": old["cart"] if old["user"] is None else []}
    return fresh


def trusts_the_browser(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """Raises where the browser has an id that is unknown."""
    if old_id is not None and old_id not in sessions:
        raise KeyError(old_id)
    return log_in(sessions, old_id, user, new_id)


def falsy_id(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """An id that is the empty text is taken for none."""
    return log_in(sessions, old_id or None, user, new_id)


def another_id(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The id that is returned is not the one that was stored."""
    log_in(sessions, old_id, user, new_id)
    return new_id()


def by_name(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The id is the user's name: anybody can guess it."""
    return log_in(sessions, old_id, user, lambda: user)


def returns_the_session(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> Any:
    """The session, not its id."""
    return sessions[log_in(sessions, old_id, user, new_id)]


def on_a_copy(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """A copy of the dict is changed."""
    return log_in(dict(sessions), old_id, user, new_id)


def forgets_the_user(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """The old session is moved, and nobody is logged in there."""
    anonymous = old_id in sessions and sessions[old_id]["user"] is None
    fresh = log_in(sessions, old_id, user, new_id)
    if anonymous:
        sessions[fresh]["user"] = None
    return fresh


def never_the_user(sessions: Sessions, old_id: str | None, user: str, new_id: Fresh) -> str:
    """Nobody is ever logged in."""
    fresh = log_in(sessions, old_id, user, new_id)
    sessions[fresh]["user"] = None
    return fresh


def one_empty_cart(
    sessions: Sessions,
    old_id: str | None,
    user: str,
    new_id: Fresh,
    empty: list[str] = [],  # noqa: B006
) -> str:
    """A default list, made once, is everybody's empty cart."""
    anonymous = old_id in sessions and sessions[old_id]["user"] is None
    fresh = log_in(sessions, old_id, user, new_id)
    if not anonymous:
        sessions[fresh]["cart"] = empty
    return fresh


WRONG = (
    Mistake("You keep the id from before the login. Whoever put it into the browser is now logged in as the user: "
            "session fixation.", keeps_the_id),
    Mistake("You take over an id that no server has made. An attacker chooses one and waits for the login.", adopts),
    Mistake("You put the user under the old id as well. Both ids are logged in now.", both_ids),
    Mistake("You leave the old session open. Take it out of `sessions`.", leaves_the_old),
    Mistake("The old session goes, also when somebody was logged in there: the browser has a new one.",
            only_anonymous_go),
    Mistake("You hand the cart of somebody who was logged in to the next user.", takes_any_cart),
    Mistake("The cart comes along from an anonymous session only, also where the user is the same.", takes_own_cart),
    Mistake("You have the carts the wrong way round: one comes along where nobody was logged in.",
            takes_the_other_carts),
    Mistake("The cart of an anonymous session has to come along.", drops_the_cart),
    Mistake("You end the user's sessions in other browsers. They stay as they are.", one_session_each),
    Mistake("You end everybody else's sessions.", clears_all),
    Mistake("The browser may have no id, or one that is not in `sessions`. Then there is simply no old session.",
            assumes_it_is_there),
    Mistake("The browser's id may be one that is not in `sessions`. Then there is simply no old session.",
            trusts_the_browser),
    Mistake("You take an empty id for none. It may be in `sessions`: compare with None.", falsy_id),
    Mistake("You return another id than the one you stored. Call new_id() once, and keep what it returned.",
            another_id),
    Mistake("You make the id from the user's name. Anybody can guess that; new_id() is random.", by_name),
    Mistake("You return the session. The cookie gets its id.", returns_the_session),
    Mistake("You change a copy. The dict itself must change: `sessions` is what the shop looks into.", on_a_copy),
    Mistake("You move the old session and do not set its user: the session there still has user None.",
            forgets_the_user),
    Mistake("You do not set the user: the new session has user None.", never_the_user),
    Mistake("Two logins share one list as their empty cart, such as a default argument, which is made only once. "
            "Make a new list for each login.", one_empty_cart),
)  # fmt: skip
