"""The map of a token in lesson 19: by mouse and by keys, in both themes, and the notebook's shortcuts stay quiet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def lesson(lab: Any) -> Iterator[Any]:
    with lab.open("19_jwt") as notebook:
        notebook.run_all()
        yield notebook


@pytest.fixture
def tokens_map(lesson: Any) -> Any:
    found = lesson.page.locator(".token-map").first
    found.scroll_into_view_if_needed()
    return found


def chosen(tokens_map: Any) -> int:
    return int(tokens_map.get_attribute("data-chosen"))


def test_pointing_at_a_letter_explains_it(tokens_map: Any) -> None:
    tokens_map.locator(".tm-letter").nth(64).hover()
    assert chosen(tokens_map) == 64
    assert "payload, group 6, letter 4 of 4" in tokens_map.locator(".tm-caption").inner_text()
    assert tokens_map.locator(".tm-letter.tm-group").count() == 4
    assert tokens_map.locator(".tm-byte.tm-group").all_inner_texts() == ["p", "l", "e"]


def test_pointing_at_a_byte_finds_its_letter(tokens_map: Any) -> None:
    tokens_map.locator(".tm-byte").first.hover()
    assert chosen(tokens_map) == 0
    assert tokens_map.locator(".tm-six").all_inner_texts()[0].endswith("e")


def test_every_letter_is_reached_by_keys_and_no_shortcut_fires(lesson: Any, tokens_map: Any) -> None:
    page, cells = lesson.page, lesson.page.locator(".jp-Cell").count()
    letters = tokens_map.locator(".tm-letter")
    letters.nth(0).click()
    seen = {chosen(tokens_map)}
    for _ in range(letters.count()):
        page.keyboard.press("ArrowRight")
        seen.add(chosen(tokens_map))
    assert seen == set(range(letters.count()))
    for key, where in (
        ("Home", 0),
        ("ArrowDown", 37),
        ("ArrowDown", 136),
        ("ArrowUp", 37),
        ("End", 178),
        ("b", 178),
        ("m", 178),
    ):
        page.keyboard.press(key)
        assert chosen(tokens_map) == where, key
    assert tokens_map.locator("[tabindex='0']").count() == 1
    assert page.locator(".jp-Cell").count() == cells


def test_a_dot_is_a_dot(tokens_map: Any) -> None:
    tokens_map.locator(".tm-dot").first.hover()
    assert "is a dot" in tokens_map.locator(".tm-caption").inner_text()
    assert tokens_map.locator(".tm-cell").count() == 0
