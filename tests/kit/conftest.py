"""Scenes as they are looked at: drawn by the player in a headless Chromium, in both themes; one page for all tests.

def test_something(look):
    page = look(scene, t=3, theme="dark")     # the player, at 3 s
    page.locator('[data-part="a"] .s')
    assert look.audit() == []                 # contrast, size, words that leave their place
    look.shot("something")                    # .build/screens/something-dark.png, to be looked at
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labs.kit.picture.palette import stylesheet
from labs.kit.picture.scene import Scene
from labs.kit.playing import player
from tools import chromium

ROOT = Path(__file__).resolve().parents[2]
PLAYING, SCREENS = ROOT / "labs" / "kit" / "playing", ROOT / ".build" / "screens"
SHOW = """async ([source, data]) => {
    document.body.innerHTML = '<div class="jp-Cell" style="width: 790px"></div>';
    const values = { data, panel: '{"controls": []}', locked: false };
    const model = { get: name => values[name], set() {}, on() {}, off() {}, save_changes() {} };
    window.player ??= await import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    window.player.default.render({ model, el: document.querySelector('.jp-Cell') });
}"""
AUDIT = Path(__file__).with_name("audit.js").read_text("utf-8")
GO = "t => { const s = document.querySelector('.kit-scrub'); s.value = t; s.dispatchEvent(new Event('input')); }"


class Look:
    """Calling it shows a scene at a moment, in a theme, and returns the page."""

    def __init__(self, page: Any) -> None:
        self.page, self.theme = page, "light"
        self.errors: list[str] = []
        page.set_default_timeout(180_000)  # ms: a busy machine takes its time
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_content(f"<style>{stylesheet()}{(PLAYING / 'player.css').read_text('utf-8')}</style><body></body>")

    def __call__(self, scene: Scene, t: float = 0, theme: str = "light") -> Any:
        self.theme = theme
        ground = {"light": "#ffffff", "dark": "#111111"}[theme]
        self.page.evaluate(
            "([light, ground]) => Object.assign(document.body.dataset, { jpThemeLight: light })"
            " && Object.assign(document.body.style, { background: ground })",
            [str(theme == "light").lower(), ground],
        )
        data = json.dumps(player.payload([("", scene)]))
        self.page.evaluate(SHOW, [player.script(), data])
        self.page.evaluate(GO, t)
        assert self.errors == []
        return self.page

    def audit(self) -> list[str]:
        """What can be seen to be wrong in the picture, as sentences (see audit.js)."""
        found: list[str] = self.page.evaluate(AUDIT)
        return found

    def shot(self, name: str) -> None:
        """A picture of what is shown, in .build/screens/."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.locator(".kit-picture").first.screenshot(path=SCREENS / f"{name}-{self.theme}.png")


@pytest.fixture(scope="session")
def look() -> Iterator[Look]:
    if (path := chromium.found()) is None:
        if os.environ.get("CI"):
            pytest.fail(chromium.HOW_TO_GET_IT)
        pytest.skip(chromium.HOW_TO_GET_IT)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield Look(browser.new_page(viewport={"width": 820, "height": 900}))
        browser.close()
