"""The longest time until a closed account is really out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.sessions.journey.travel import DESIGNS
from labs.sessions.revocation.designs import longest_in
from labs.sessions.revocation.exercises import out_wrong as wrong

Case = tuple[str, int, int, int]


def _cases() -> Iterator[Case]:
    yield "session", 900, 60, 30
    yield "token", 900, 60, 0
    yield "token", 900, 60, 30
    yield "cached session", 900, 60, 30
    yield "token + denylist", 900, 60, 30
    yield from product(DESIGNS, (1, 9, 10, 60), (0, 1, 9, 10, 11, 65, 100), (0, 1, 5, 30))


def _strategy() -> Any:
    from hypothesis import strategies as st

    return st.tuples(st.sampled_from(DESIGNS), st.integers(1, 300), st.integers(0, 400), st.integers(0, 60))


def _read(case: Case, answer: Any) -> int:
    return whole(answer, "a whole number of seconds, an int")


def _of(design: str) -> Any:
    def property(case: Case, answer: int) -> None:
        right = longest_in(*case)
        if case[0] == design and answer != right:
            late = f"in the worst case, requests are still served until {right} s"
            why = late if answer < right else f"every request is refused from {right} s on"
            raise Wrong(f"You returned {answer} s for {design!r}, but {why}.", right)

    return property


OUT = Exercise(
    id="sessions-out",
    lesson="18",
    title="How long until a closed account is out",
    points=2,
    reference=longest_in,
    cases=_cases,
    strategy=_strategy,
    shape="Returns a whole number",
    read=_read,
    properties=tuple((f"Right for the design “{design}”", _of(design)) for design in DESIGNS),
    wrong=(
        Mistake("You let a session live on after its account is closed. Every request asks the store, and it knows.",
                wrong.but("session", lambda life, pause, leeway: life)),
        Mistake("You assume that the cache hears of it at once. A server that has just asked does not ask again yet.",
                wrong.but("cached session", lambda life, pause, leeway: 0)),
        Mistake("A cached answer never outlives the session: the session's own end may come first.",
                wrong.but("cached session", lambda life, pause, leeway: pause)),
        Mistake("You let a cached session last for its whole life. The server asks again when its answer is too old.",
                wrong.but("cached session", lambda life, pause, leeway: life)),
        Mistake("You count the pause twice. In the worst case the server asked just before the closing: one pause.",
                wrong.but("cached session", lambda life, pause, leeway: min(2 * pause, life))),
        Mistake("Nobody asks anybody about a plain token, so closing the account does not end it.",
                wrong.but("token", lambda life, pause, leeway: 0)),
        Mistake("A plain token has no list to be on: the pause has nothing to do with it.",
                wrong.but("token", lambda life, pause, leeway: min(pause, life + leeway))),
        Mistake("A denylist does not work at once: in the worst case, a server's copy is as old as `pause`.",
                wrong.but("token + denylist", lambda life, pause, leeway: 0)),
        Mistake("The token's own end may come before the next list.",
                wrong.but("token + denylist", lambda life, pause, leeway: pause)),
        Mistake("With a denylist, the next list ends it, if that comes before the token's end.",
                wrong.but("token + denylist", lambda life, pause, leeway: life + leeway)),
        Mistake("The leeway belongs to the token's end only. A list works as soon as it has been fetched.",
                wrong.but("token + denylist", lambda life, pause, leeway: min(pause, life) + leeway)),
        Mistake("You forgot the leeway: a token is accepted that much longer.", wrong.no_leeway),
        Mistake("You forgot the leeway of a plain token: it is accepted that much longer.",
                wrong.but("token", lambda life, pause, leeway: life)),
        Mistake("You forgot the leeway of a token with a denylist: its own end comes that much later.",
                wrong.but("token + denylist", lambda life, pause, leeway: min(pause, life))),
        Mistake("A session has no leeway, whether it is cached or not. Only a token has.", wrong.leeway_for_all),
        Mistake("You take the longer of two limits. Whichever comes first ends it.", wrong.maxed),
        Mistake("At that very second the request is refused already: a lifetime of 60 s covers seconds 0 to 59.",
                wrong.one_more),
        Mistake("An answer or a list of age `pause` is no longer used: at that very second the server asks again.",
                wrong.too_old),
        Mistake("That is the last second at which a request is served. We want the first at which all are refused.",
                wrong.one_less),
        Mistake("You computed the average; we want the worst case.", wrong.half),
        Mistake("A pause of 0 means that the server asks at every request.", wrong.zero_means_never),
        Mistake("Return a whole number of seconds, an int: leave out the division or float().", wrong.as_a_float),
    ),
    hints=(
        "For each design: who or what is the first to say no? Then take the worst moment of closing.",
        "The worst moment for a cache or a list is just after the server has asked. For a token it is "
        "the login.",
        "Two things end a cached session, and two a token with a denylist: the pause and the end of life. The earlier "
        "one counts.",
    ),
)  # fmt: skip
