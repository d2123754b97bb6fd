"""The map of a token in lesson 19: by mouse and by keys, in both themes, and the notebook's shortcuts stay quiet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def lesson(lab: Any) -> Iterator[Any]:
    with lab.open("19_jwt") as notebook:
        notebook.run_all()
        shut = notebook.page.locator(".token-map > div[hidden]")
        expect(shut).to_have_count(1)
        # By script, since JupyterLab hides the cells that are off the screen from a mouse.
        notebook.page.evaluate("() => document.querySelector('button.kit-skip').click()")
        expect(shut).to_have_count(0)
        yield notebook


@pytest.fixture
def tokens_map(lesson: Any) -> Any:
    found = lesson.page.locator(".token-map").first
    found.scroll_into_view_if_needed()
    return found


def chosen(tokens_map: Any) -> int:
    return int(tokens_map.get_attribute("data-chosen"))


def test_pointing_at_a_character_explains_it(tokens_map: Any) -> None:
    tokens_map.locator(".tm-letter").nth(64).hover()
    assert chosen(tokens_map) == 64
    assert "the fourth character of group 6 of the payload" in tokens_map.locator(".tm-caption").inner_text()
    assert tokens_map.locator(".tm-letter.tm-group").count() == 4
    assert tokens_map.locator(".tm-byte.tm-group").all_inner_texts() == ["p", "l", "e"]


def test_pointing_at_a_byte_finds_its_character(tokens_map: Any) -> None:
    tokens_map.locator(".tm-byte").first.hover()
    assert chosen(tokens_map) == 0
    assert tokens_map.locator(".tm-six").all_inner_texts()[0].endswith("e")


def test_every_character_is_reached_by_keys_and_no_shortcut_fires(lesson: Any, tokens_map: Any) -> None:
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
    assert tokens_map.locator("[tabindex='0']").count() == 4  # one way in for the letters, and for each part's bytes
    assert page.locator(".jp-Cell").count() == cells


def test_every_byte_is_reached_by_keys_and_tells_its_characters(lesson: Any, tokens_map: Any) -> None:
    page, cells = lesson.page, lesson.page.locator(".jp-Cell").count()
    tokens_map.locator(".tm-letter").nth(0).click()
    page.keyboard.press("Tab")
    focused = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "{, byte 0 of the header"
    seen = set()
    rows = tokens_map.locator(".tm-bytes")
    for number in range(3):
        for _ in range(rows.nth(number).locator(".tm-byte").count()):
            seen.add(page.evaluate(focused))
            assert tokens_map.locator(".tm-byte.tm-here:focus").count() == 1
            page.keyboard.press("ArrowRight")
        page.keyboard.press("b")  # a letter is no command to the notebook
        page.keyboard.press("ArrowDown")
    assert len(seen) == tokens_map.locator(".tm-byte").count()
    for key, label in (
        ("Home", "byte 0 of the signature"),
        ("ArrowUp", "byte 0 of the payload"),
        ("End", "of the payload"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(focused).endswith(label), key
    assert page.locator(".jp-Cell").count() == cells


def test_a_dot_is_a_dot(tokens_map: Any) -> None:
    tokens_map.locator(".tm-dot").first.hover()
    assert "is a dot" in tokens_map.locator(".tm-caption").inner_text()
    assert tokens_map.locator(".tm-cell").count() == 0
