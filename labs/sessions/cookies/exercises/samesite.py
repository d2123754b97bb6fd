"""Which cookies travel with a request from another site?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import truth
from labs.sessions.cookies.browser import GRACE, travels

Case = tuple[str, bool, str, str, int]
KINDS = ("Strict", "Lax", "None", "")


def _cases() -> Iterator[Case]:
    ages = (0, GRACE - 1, GRACE, GRACE + 1, 10_000)
    yield from product(KINDS, (True, False), ("page", "embedded"), ("GET", "POST", "HEAD"), ages)


def _read(case: Case, answer: Any) -> bool:
    return truth(answer)


def _of(kinds: str, cross_site: bool) -> Callable[[Case, bool], None]:
    def judge(case: Case, answer: bool) -> None:
        mine = not case[1] if not cross_site else case[1] and case[0] == kinds
        if mine and answer != travels(*case):
            raise Wrong(f"The browser {'sends' if not answer else 'does not send'} this cookie. {_why(case)}",
                        travels(*case))  # fmt: skip

    return judge


def _why(case: Case) -> str:
    """The rule that decides this case."""
    same_site, cross_site, way, method, age = case
    if not cross_site:
        return "The request comes from the same site."
    if same_site in ("Strict", "None"):
        return f"{same_site} means {'never' if same_site == 'Strict' else 'always'}."
    name = same_site or "A cookie without SameSite"
    if way == "embedded":
        return f"{name} does not travel with what is embedded."
    if method != "POST":
        return f"The request opens a page, and {method} is a safe method."
    if same_site:
        return "Lax does not travel with a POST."
    return f"It has no SameSite, and is {age} s old: {'still' if age <= GRACE else 'no longer'} within its two minutes."


def _but(change: Callable[[str, bool, str, str, int], bool | None]) -> Callable[..., bool]:
    """The right answer, but where `change` returns another."""

    def answer(same_site: str, cross_site: bool, way: str, method: str, age: int) -> bool:
        other = change(same_site, cross_site, way, method, age)
        return travels(same_site, cross_site, way, method, age) if other is None else other

    return answer


def _none_is_no_text(cross_site: bool, way: str, method: str) -> bool:
    """What becomes of the text "None" where it is taken for neither None nor "": what is left is Lax."""
    return travels("Lax", cross_site, way, method, 0)


def _when(condition: bool, answer: bool) -> bool | None:
    return answer if condition else None


TRAVELS = Exercise(
    id="sessions-samesite",
    lesson="18",
    title="Which cookies travel",
    points=1,
    reference=travels,
    cases=_cases,
    shape="Returns True or False",
    read=_read,
    properties=(
        ("Right for requests from the same site", _of("", False)),
        ("Right for Strict", _of("Strict", True)),
        ("Right for Lax", _of("Lax", True)),
        ("Right for None", _of("None", True)),
        ("Right where nothing is given", _of("", True)),
    ),
    wrong=(
        Mistake("SameSite limits requests from other sites only. From the same site, every cookie travels.",
                _but(lambda s, c, w, m, a: travels(s, True, w, m, a))),
        Mistake("From the same site, a Strict cookie travels too: SameSite limits requests from other sites only.",
                _but(lambda s, c, w, m, a: _when(s == "Strict", False))),
        Mistake("From the same site, a Lax cookie travels with a POST too: SameSite limits requests from other sites "
                "only.", _but(lambda s, c, w, m, a: _when(not c and s == "Lax" and m == "POST", False))),
        Mistake("From the same site, what is embedded brings every cookie along, too.",
                _but(lambda s, c, w, m, a: _when(not c and w == "embedded" and s != "None", False))),
        Mistake("Strict means strict: not even a link from another site brings the cookie along.",
                _but(lambda s, c, w, m, a: travels("Lax", c, w, m, a) if s == "Strict" else None)),
        Mistake("Lax lets safe methods through only. A POST that opens a page is the forgery that it is made against.",
                _but(lambda s, c, w, m, a: _when(s == "Lax" and w == "page", True))),
        Mistake("Lax is for pages. An image or a script's request brings no Lax cookie along, not even by GET.",
                _but(lambda s, c, w, m, a: _when(s == "Lax" and m != "POST", True))),
        Mistake("An image or a script's request brings along neither a Lax cookie nor one without SameSite, not even "
                "by GET.", _but(lambda s, c, w, m, a: _when(s in ("Lax", ""), travels(s, c, "page", m, a)))),
        Mistake("HEAD is a safe method, too.",
                _but(lambda s, c, w, m, a: travels(s, c, w, "POST", a) if m == "HEAD" else None)),
        Mistake("The text “None” means: with every request. It is not the same as no SameSite at all.",
                _but(lambda s, c, w, m, a: travels("", c, w, m, a) if s == "None" else None)),
        Mistake("You have two of them swapped: \"\" is a cookie without SameSite, and \"None\" one that says None.",
                _but(lambda s, c, w, m, a: travels({"": "None", "None": ""}.get(s, s), c, w, m, a))),
        Mistake("`same_site` is the text \"None\", four characters, and never the object None.",
                _but(lambda s, c, w, m, a: _none_is_no_text(c, w, m) if s == "None" else None)),
        Mistake("A cookie with None travels with what is embedded, too: that is what it is for.",
                _but(lambda s, c, w, m, a: _when(c and s == "None" and w == "embedded", False))),
        Mistake("None does not mean never. It means no limit.",
                _but(lambda s, c, w, m, a: _when(c and s == "None", False))),
        Mistake("Where nothing is given, Chromium takes Lax, not None.",
                _but(lambda s, c, w, m, a: _when(s == "", True))),
        Mistake("Where nothing is given, the first two minutes are an exception: a POST that opens a page takes the "
                "cookie along.", _but(lambda s, c, w, m, a: travels("Lax", c, w, m, a) if s == "" else None)),
        Mistake("After its first two minutes, a cookie without SameSite is treated as Lax: a link brings it along.",
                _but(lambda s, c, w, m, a: _when(c and s == "" and a > GRACE, False))),
        Mistake("The two minutes are only for cookies without SameSite. One that says Lax has none.",
                _but(lambda s, c, w, m, a: travels("", c, w, m, a) if s == "Lax" else None)),
        Mistake("Also in its first two minutes, a cookie without SameSite does not travel with what is embedded.",
                _but(lambda s, c, w, m, a: _when(c and s == "" and a <= GRACE, True))),
        Mistake("At 120 s the cookie is still in its first two minutes.",
                _but(lambda s, c, w, m, a: travels(s, c, w, m, a + 1))),
        Mistake("An age of 0 is an age: the cookie has just been set. Compare with 120 only.",
                _but(lambda s, c, w, m, a: travels("Lax", c, w, m, a) if not a and s == "" else None)),
        Mistake("You have the two minutes the wrong way round: they are a cookie's first ones.",
                _but(lambda s, c, w, m, a: _when(c and s == "" and w == "page" and m == "POST", a > GRACE))),
    ),
    hints=(
        "Begin with the cases that always send: the same site, and None.",
        "Then those that never do: Strict, and what is embedded. What is left is Lax, and nothing given, for a page.",
    ),
)  # fmt: skip
