"""Reading a signed cookie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from labs.kit.exercise import Exercise, Mistake, Wrong
from labs.sessions.cookies import login
from labs.sessions.cookies.exercises import signed_wrong as wrong
from labs.sessions.cookies.login import mac, read_cookie, write_cookie

Case = tuple[str, int]
Read = tuple[Any, bool]  # what was returned, and whether the right signature was compared by `same`


def _call(function: Callable[..., Any], case: Case) -> Read:
    compared: list[tuple[str, str]] = []

    def same(a: str, b: str) -> bool:
        compared.append((a, b))
        return login.same(a, b)

    returned = function(case[0], case[1], mac, same)
    right = mac(case[0].rpartition("|")[0])
    return returned, any(a.endswith(right) and b.endswith(right) for a, b in compared)


def _cases() -> Iterator[Case]:
    good = write_cookie("ada", 1000)
    yield good, 500
    yield good, 999
    yield good, 1000
    yield good, 1001
    yield good.replace("ada", "bob"), 500
    yield good.replace("1000", "9000"), 5000
    yield good[:-1] + ("0" if good[-1] != "0" else "1"), 500
    yield good[:-1], 500
    yield good[:9], 500
    yield good.upper().replace("ADA", "ada"), 500
    yield good + "0", 500
    yield good + " ", 500
    yield good + "\n", 500
    yield " " + good, 500
    yield "", 500
    yield "|", 500
    yield "||", 500
    yield "ada", 500
    yield "ada|1000", 500
    yield "ada|1000|", 500
    yield "ada|soon|" + mac("ada|soon")[:-2] + "zz", 500
    yield f"ada|1000|{mac('ada')}", 500
    yield f"ada|1000|{mac('ada1000')}", 500
    yield f"bob|1000|{mac('ada|1000')}", 500
    yield "ada|1000|" + "é" * 64, 500
    for user in ("bob", "a|b", "|", "ada|900", "Zoë", "ad", "ADA", " ada ", "a\nb", "x" * 40, "admin|1|2", "0", "None"):
        for expires, now in ((1000, 999), (1000, 1000), (99, 100), (100, 99), (5, 20), (20, 5), (1, 0), (0, 0)):
            yield write_cookie(user, expires), now


def _strategy() -> Any:
    from hypothesis import strategies as st

    users = st.text(st.sampled_from("ab|é0"), min_size=1, max_size=6)
    signed = st.builds(write_cookie, users, st.integers(0, 200))
    spoilt = st.tuples(signed, st.integers(0, 60), st.sampled_from("a0|")).map(
        lambda three: three[0][: three[1]] + three[2] + three[0][three[1] + 1 :]
    )
    return st.tuples(st.one_of(signed, spoilt), st.integers(0, 200))


def _read(case: Case, answer: Any) -> Read:
    returned, compared = answer
    if returned is not None and not isinstance(returned, str):
        raise Wrong("Return the user’s name, or None.")
    return returned, compared


def _refuses(case: Case, answer: Read) -> None:
    if read_cookie(*case) is None and answer[0] is not None:
        signed, _, signature = case[0].rpartition("|")
        why = "it has expired" if signature == mac(signed) else "its signature does not fit"
        raise Wrong(f"You returned {answer[0]!r} for this cookie, but {why}.", (None, True))


def _accepts(case: Case, answer: Read) -> None:
    right = read_cookie(*case)
    if right is not None and answer[0] != right:
        raise Wrong(f"You returned {answer[0]!r} for a good cookie.", (right, True))


def _constant(case: Case, answer: Read) -> None:
    if answer[0] is not None and answer[0] == read_cookie(*case) and not answer[1]:
        raise Wrong("The name is right, but the signatures were not compared by `same`.")


def _show(case: Case) -> str:
    return f"read_cookie({case[0]!r}, {case[1]!r}, mac, same)"


SIGNED = Exercise(
    id="sessions-signed",
    lesson="18",
    title="A signed cookie",
    points=2,
    reference=read_cookie,
    cases=_cases,
    strategy=_strategy,
    call=_call,
    show_case=_show,
    show_answer=lambda answer: repr(answer[0]) + ("" if answer[1] or answer[0] is None else ", not by `same`"),
    shape="Returns a name or None",
    read=_read,
    properties=(
        ("Accepts every good cookie, and names its user", _accepts),
        ("Refuses what was changed, made up or has expired", _refuses),
        ("Compares signatures in constant time", _constant),
    ),
    wrong=(
        Mistake("You compare the signatures with ==, which stops at the first difference: the time that it takes tells "
                "how much of a guess is right. Use `same`.", wrong.with_equals),
        Mistake("You do not check the signature. Anybody can write such a cookie.", wrong.no_signature),
        Mistake("You do not look at the time at which the cookie expires.", wrong.no_expiry),
        Mistake("At the very second of `expires` the cookie has expired.", wrong.at_the_limit),
        Mistake("You compare the times as texts, and as a text 99 is more than 100.", wrong.as_texts),
        Mistake("A name may contain |. Split from the right.", wrong.splits_from_left),
        Mistake("A name may contain |: you split off the name at its first one.", wrong.name_up_to_first),
        Mistake("You compare only as many characters as there are: a signature that was cut short passes.",
                wrong.prefix),
        Mistake("You do not mind capital letters in the signature. It has to be equal to the character.",
                wrong.any_case),
        Mistake("You strip spaces off the cookie. With one character more it is another cookie.", wrong.strips),
        Mistake("You sign the name alone, so anybody can change the time.", wrong.name_only),
        Mistake("You read the time before you have checked the signature; a made-up cookie may hold anything there.",
                wrong.number_first),
        Mistake("Return None for a cookie that is no good, not False.", wrong.false_for_none),
        Mistake("Return None for a cookie that is no good; do not raise.", wrong.raises),
        Mistake("Return the name only.", wrong.both),
        Mistake("Your answer is the wrong way round: you accept what has expired.", wrong.reversed_time),
    ),
    hints=(
        "`cookie.rpartition(\"|\")` splits at the last |. What stands before it was signed.",
        "First the signature, by `same`; only then read what is in the cookie.",
        "Split what was signed at its last |: the name, and the time. `int` makes a number of the time.",
    ),
)  # fmt: skip
