"""No lesson uses one of the course's terms before it, or a lesson that it builds on, has said what the term means.

docs/glossary.md is the list: a term (other forms in brackets), what it means, and the lesson and section of each
definition, several of them divided by semicolons. A lesson's outcomes, which stand before its first section, may name
what is still to come, and so may its headings.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tools.lesson import ROOT, lessons, read

GLOSSARY = ROOT / "docs" / "glossary.md"


@dataclass(frozen=True)
class Term:
    forms: tuple[str, ...]
    means: str
    places: tuple[tuple[str, str], ...]  # (lesson's number, section)


def terms() -> list[Term]:
    found = []
    for row in re.findall(r"(?m)^\| (?!Term|---)(.+?) \| (.+?) \| (.+?) \|$", GLOSSARY.read_text(encoding="utf-8")):
        name, _, others = row[0].partition(" (")
        forms = (name, *filter(None, others.rstrip(")").split(", ")))
        places = tuple((place[:2], place[3:]) for place in row[2].split("; "))
        found.append(Term(forms, row[1], places))
    return found


def sections(path: Path) -> list[tuple[str, str]]:
    """(heading, prose) of a lesson in order; what stands before the first heading is under ""."""
    text = re.sub(r"(?ms)^```.*?^```\n", "", path.read_text(encoding="utf-8").split("---\n", 2)[2])
    text = re.sub(r"(?ms)^Next: .*?(\n\n|\Z)", "", text)  # it names what another lesson is about
    parts = re.split(r"(?m)^##+ (.+)$", text)
    return [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]


@cache
def builds_on() -> dict[str, list[str]]:
    """The numbers of the lessons on which each lesson builds."""
    return {path.stem[:2]: [n[:2] for n in read(path).front["builds_on"]] for path in lessons()}


def before(name: str) -> set[str]:
    """The numbers of the lessons on which this one builds, and on which those do."""
    found, todo = set(), list(builds_on()[name])
    while todo:
        number = todo.pop()
        if number not in found:
            found.add(number)
            todo += builds_on().get(number, [])
    return found


def too_early(path: Path, known: list[Term]) -> list[str]:
    """A sentence for each term that this lesson uses before it is defined."""
    parts, earlier, wrong = sections(path), before(path.stem[:2]), []
    headings = [heading for heading, _ in parts]
    for term in known:
        if any(lesson in earlier for lesson, _ in term.places):
            continue
        pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(form)}(?![\w-])" for form in term.forms), re.IGNORECASE)
        used = [i for i, (heading, prose) in enumerate(parts) if heading and pattern.search(prose)]
        mine = [section for lesson, section in term.places if lesson == path.stem[:2]]
        if used and not mine:
            wrong.append(f"{term.forms[0]!r}, in “{headings[used[0]]}”: neither this lesson nor one before defines it")
        elif used and used[0] < min(headings.index(section) for section in mine):
            wrong.append(f"{term.forms[0]!r}, in “{headings[used[0]]}”: it is defined only in “{mine[0]}”")
    return wrong


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_no_term_is_used_before_it_is_defined(path):
    assert too_early(path, terms()) == []


def test_each_definition_is_where_the_glossary_says():
    there = {path.stem[:2]: dict(sections(path)) for path in lessons()}
    for term in terms():
        for lesson, section in term.places:
            assert section in there[lesson], f"{term.forms[0]}: lesson {lesson} has no section {section!r}"
            assert any(form.lower() in there[lesson][section].lower() for form in term.forms), (
                f"{term.forms[0]}: lesson {lesson}, {section!r} does not speak of it"
            )


def test_terms_are_in_order_and_each_has_one_row():
    names = [term.forms[0].lower() for term in terms()]
    assert names == sorted(set(names)) and all(len(term.means) > 20 for term in terms())


def test_a_term_that_comes_too_early_is_found(tmp_path):
    path = tmp_path / "06_kafka_groups.md"
    path.write_text("---\nx: 1\n---\n# T\nA quorum!\n## One\nThe quorum votes.\n## Two\nA **quorum** is a majority.\n")
    late, nowhere = Term(("quorum",), "a majority", (("06", "Two"),)), Term(("vote", "votes"), "a say", (("99", "X"),))
    assert too_early(path, [late]) == ["'quorum', in “One”: it is defined only in “Two”"]
    assert too_early(path, [nowhere]) == ["'vote', in “One”: neither this lesson nor one before defines it"]
    assert too_early(path, [Term(("quorum",), "a majority", (("06", "One"),))]) == []
