"""Reading a signed cookie."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.sessions.cookies import login
from labs.sessions.cookies.exercises import signed_wrong as wrong
from labs.sessions.cookies.login import mac, read_cookie, write_cookie

Case = tuple[str, int]
AS_NUMBERS_THE_SAME = ("01000", " 1000", "1000 ", "+1000", "1_000", "１０００", "1000.0")  # as 1000, to int or float
PARTS, BESIDES = "not the two whole signatures", "another comparison besides"


@dataclass(frozen=True)
class Read:
    """What was returned; `leaks`: how the signatures were compared, where `same` alone has to decide."""

    user: str | None
    leaks: str = ""


def _call(function: Callable[..., Any], case: Case) -> Any:
    """Where all is well but perhaps the signature, call it twice: the second time `same` says the opposite.

    A function that compares the signatures in another way as well does not change its mind then. One that would refuse
    the cookie with its right signature, too, has another fault; and what it raises is seen in cases of their own.
    """
    cookie, now = case
    compared: list[tuple[str, str]] = []

    def same(a: str, b: str) -> bool:
        compared.append((a, b))
        return login.same(a, b)

    returned = function(cookie, now, mac, same)
    if returned is not None and not isinstance(returned, str):
        return returned
    signed, _, given = cookie.rpartition("|")
    pair = mac(signed), given
    # Said without the reference, which is not there while work is graded.
    right = signed.rpartition("|")[0] if login.same(*pair) else None
    if not _good_but_for_signature(cookie, now) or returned != right:
        return Read(returned)
    if not any(a.endswith(x) and b.endswith(y) for a, b in compared for x, y in (pair, pair[::-1])):
        return Read(returned, PARTS)
    try:
        opposite = function(cookie, now, mac, lambda a, b: not login.same(a, b))
        if bool(opposite) != bool(returned):
            return Read(returned)
        accepted = returned or function(f"{signed}|{pair[0]}", now, mac, login.same)
    except Exception:
        return Read(returned)
    return Read(returned, BESIDES if accepted else "")


def _good_but_for_signature(cookie: str, now: int) -> bool:
    """Whether it holds a name, a time to come and something that looks like a signature."""
    form = re.fullmatch(r"(?s).+\|(0|[1-9][0-9]{0,8})\|[0-9a-f]{64}", cookie)
    return bool(form and now < int(form[1]))


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
    yield from ((f"ada|{time}|{mac('ada|1000')}", 500) for time in AS_NUMBERS_THE_SAME)
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
    if not isinstance(answer, Read):
        raise Wrong("Return the user's name, or None.")
    return answer


def _refuses(case: Case, answer: Read) -> None:
    if read_cookie(*case) is None and answer.user is not None:
        signed, _, signature = case[0].rpartition("|")
        why = "it has expired" if signature == mac(signed) else "its signature does not fit"
        raise Wrong(f"You returned {answer.user!r} for this cookie, but {why}.", Read(None))


def _accepts(case: Case, answer: Read) -> None:
    right = read_cookie(*case)
    if right is not None and answer.user != right:
        raise Wrong(f"You returned {answer.user!r} for a good cookie.", Read(right))


def _constant(case: Case, answer: Read) -> None:
    if answer.leaks == PARTS:
        raise Wrong("Your answer is right, but you did not pass the two whole signatures to `same`.")
    if answer.leaks == BESIDES:
        raise Wrong("Your answer is right, but `same` alone has to decide whether the signatures are equal.")


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
    show_answer=lambda answer: repr(answer.user) + (", not by same() alone" if answer.leaks else ""),
    shape="Returns a name or None",
    read=_read,
    properties=(
        ("Accepts every good cookie, and names its user", _accepts),
        ("Refuses what was changed, made up or has expired", _refuses),
        ("Compares signatures in constant time", _constant),
    ),
    wrong=(
        Mistake("You did not pass the two whole signatures to `same`. Anything that stops at the first difference, as "
                "== does, shows by its time how much of a guess is right.", wrong.with_equals),
        Mistake("You call `same` only after another comparison, such as == or `in`, has found the signatures equal. "
                "That one has leaked the time already: pass both signatures to `same`, every time.",
                wrong.equals_first),
        Mistake("You sign the number that int() makes of the time, and so 01000 passes for 1000. What was signed is "
                "the text: sign it as it came.", wrong.rebuilds_the_time),
        Mistake("A made-up cookie may have too few |, and a name may contain some: then there are not three parts to "
                "unpack, and that raises ValueError. Split from the right, and count the parts.",
                wrong.unpacks_three),
        Mistake("A made-up cookie may have fewer than two |: then there are not three parts to unpack, and that raises "
                "ValueError. Return None for such a cookie.", wrong.unpacks_from_right),
        Mistake("You do not check the signature. Anybody can write such a cookie.", wrong.no_signature),
        Mistake("You do not check the signature. Anybody can write such a cookie.", wrong.only_the_form),
        Mistake("You do not look at the time at which the cookie expires.", wrong.no_expiry),
        Mistake("At the very second of `expires` the cookie has expired.", wrong.at_the_limit),
        Mistake("You compare the times as texts, and as a text 99 is more than 100.", wrong.as_texts),
        Mistake("A name may contain |. Split from the right.", wrong.splits_from_left),
        Mistake("A name may contain |: you split off the name at its first one.", wrong.name_up_to_first),
        Mistake("A name may contain |: then the time does not begin after the first one. Split from the right.",
                wrong.time_from_first),
        Mistake("You compare only as many characters as there are: a signature that was cut short passes.",
                wrong.prefix),
        Mistake("You ignore capital letters in the signature. It must match character for character.",
                wrong.any_case),
        Mistake("You strip spaces off the cookie. A cookie with one more character is another cookie.", wrong.strips),
        Mistake("You sign the name alone, so anybody can change the time.", wrong.name_only),
        Mistake("You read the time before you have checked the signature; a made-up cookie may hold anything there.",
                wrong.number_first),
        Mistake("You read the time before you have checked the signature; a made-up cookie may hold anything there.",
                wrong.number_first_of_three),
        Mistake("Return None for a cookie that is no good, not False.", wrong.false_for_none),
        Mistake("Return None for a cookie that is no good, not an empty text.", wrong.empty_for_none),
        Mistake("Return None for a cookie that is no good; do not raise.", wrong.raises),
        Mistake("Return None for a cookie that is no good; do not raise.", wrong.raises_if_forged),
        Mistake("Return the name only.", wrong.both),
        Mistake("Your answer is the wrong way round: you accept what has expired.", wrong.reversed_time),
    ),
    hints=(
        "`cookie.rpartition(\"|\")` splits at the last |. What stands before it was signed.",
        "First compare the signatures with `same`; only then read what is in the cookie.",
        "Split what was signed at its last |, into the name and the time. `int` turns the time into a number.",
    ),
)  # fmt: skip
