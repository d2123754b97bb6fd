"""Every picture of a lesson, to be looked at without JupyterLab: `make look LESSONS=17`, or `python -m tools.look 17`.

    .build/look/17_…/03-title-2-middle-dark.png     and index.html, which shows them all, light and dark side by side

The lesson's cells are run with their answers in this process, and what they show is shown in a real Chromium: a widget
by its own code, at its start, in its middle, after a fault and at its end; an image as it is. So one sees what a
learner sees, in the colours of JupyterLab's two themes, and under it which lesson, picture and moment it is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from html import escape, unescape
from io import StringIO
from pathlib import Path
from typing import Any

from tools import chromium
from tools.build import environment, read_all
from tools.lesson import ROOT, Lesson, LessonError
from tools.views import WIDGET_VIEW

INTO = ROOT / ".build" / "look"
WIDTH = 1100
"""Pixels: what a lesson's cell has in a window of 1280, the side bar folded."""
THEMES = {"light": "theme-light-extension", "dark": "theme-dark-extension"}


@dataclass
class Shown:
    """What a cell has shown: a widget, or HTML with an image in it."""

    cell: int
    html: str
    widget: Any = None
    state: str = ""


# ---- running the lesson ----------------------------------------------------------------------------------------------


def pictures(lesson: Lesson) -> list[Shown]:
    """Run the lesson's cells, with their answers and every lock open, and keep what they show."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    shell: Any = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    InteractiveShell._instance = shell  # `display` asks for the one there is
    found: list[Shown] = []
    form = shell.display_formatter.format
    code = [cell for cell in lesson.cells if cell.kind == "code"]
    number = 0

    def kept(thing: Any, *more: Any, **named: Any) -> Any:
        data, metadata = form(thing, *more, **named)
        found.extend(seen(number, data))
        return data, metadata

    shell.display_formatter.format = kept
    for number, cell in enumerate(code, 1):
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            done = shell.run_cell(cell.source)
        if not done.success and "raises-exception" not in cell.tags:
            problem = done.error_in_exec or done.error_before_exec
            raise lesson.error(cell.line, f"cell {number}: {type(problem).__name__}: {problem}")
    return found


def seen(cell: int, data: dict[str, Any]) -> Iterator[Shown]:
    """The picture in one output, if there is any."""
    from ipywidgets.widgets.widget import _instances

    html = data.get("text/html", "")
    widget = _instances.get(data.get(WIDGET_VIEW, {}).get("model_id", ""))
    if hasattr(widget, "_esm"):
        yield Shown(cell, html, widget, state_of(widget))
    elif "<img" in html:
        yield Shown(cell, html)


# ---- showing it ------------------------------------------------------------------------------------------------------

PAGE = """<!doctype html><meta charset="utf-8"><style>{theme}
body {{ margin: 0; background: var(--jp-layout-color0); color: var(--jp-content-font-color1);
  font: 14px/1.5 var(--jp-content-font-family); }}
#picture {{ width: {width}px; padding: 12px; box-sizing: border-box; }}
#label {{ padding: 6px 12px 12px; font: 13px var(--jp-ui-font-family); color: var(--jp-ui-font-color1); }}
{css}</style><body data-jp-theme-light="{bright}">
<div id="all" style="width: {width}px">
<div id="picture" class="jp-RenderedHTMLCommon">{html}</div><div id="label"></div>
</div>"""

# What anywidget hands to a widget's code: the traits, kept here and in Python. `waiting` counts unanswered questions.
MODEL = """async ([esm, state]) => {
    const heard = {};
    let changed = {};
    window.waiting = 0;
    const model = {
        get: (name) => state[name],
        set: (name, value) => { state[name] = changed[name] = value; },
        on: (names, act) => names.split(" ").forEach((name) => (heard[name] ??= []).push(act)),
        off: () => {},
        send: () => {},
        save_changes: async () => {
            const told = changed;
            changed = {};
            window.waiting += 1;
            const answer = JSON.parse(await window.tell(JSON.stringify(told)));
            window.waiting -= 1;
            for (const [name, value] of Object.entries(answer)) {
                if (JSON.stringify(state[name]) === JSON.stringify(value)) continue;
                state[name] = value;
                (heard[`change:${name}`] ?? []).forEach((act) => act());
            }
        },
    };
    const module = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
    const made = module.default ?? module;
    const widget = typeof made === "function" ? await made() : made;
    await widget.initialize?.({ model });
    await widget.render({ model, el: document.querySelector("#picture") });
}"""
TITLES = "() => [...document.querySelectorAll('figcaption, legend')].map((part) => part.textContent).join(' | ')"
CLOCK = "() => document.querySelector('.kit-clock')?.textContent ?? ''"
LABEL = "text => { document.querySelector('#label').textContent = text; }"
SCRUB = """share => {
    const slider = document.querySelector('.kit-scrub');
    slider.value = share * slider.max;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
}"""
STRIKE = ".kit-faults button[aria-label$='at the moment shown']"


class Stage:
    """A page of the browser, on which one picture stands at a time."""

    def __init__(self, page: Any) -> None:
        self.page, self.widget = page, None
        self.themes = Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"
        page.expose_function("tell", self.told)

    def put(self, shown: Shown, theme: str) -> None:
        """Show this picture in this theme, as it was when its cell was run."""
        look = (self.themes / THEMES[theme] / "index.css").read_text(encoding="utf-8")
        css, html = (shown.widget._css, "") if shown.widget else ("", shown.html)
        bright = str(theme == "light").lower()
        self.page.set_content(PAGE.format(theme=look, width=WIDTH, css=css, html=html, bright=bright))
        self.widget = shown.widget
        if shown.widget:
            self.page.evaluate(MODEL, [shown.widget._esm, json.loads(shown.state)])

    def told(self, changes: str) -> str:
        """The browser has changed traits of the widget: what they all are then."""
        for name, value in json.loads(changes).items():
            setattr(self.widget, name, value)
        return state_of(self.widget)

    def title(self, shown: Shown) -> str:
        """What the picture is called: by its captions, else by its text for those who do not see it."""
        return self.page.evaluate(TITLES) or unescape(" ".join(re.findall(r'<img[^>]* alt="([^"]*)"', shown.html)))

    def moments(self) -> Iterator[tuple[str, str]]:
        """Bring the picture to each of its moments: the moment's short name, and what to say of it."""
        if not self.page.query_selector(".kit-scrub"):
            yield "as-it-is", ""
            return
        for name, share in (("1-start", 0.0), ("2-middle", 0.5), ("4-end", 1.0)):
            self.page.evaluate(SCRUB, share)
            yield name, f"{name[2:]}, {self.page.evaluate(CLOCK)}"
        if self.page.query_selector(STRIKE):
            self.page.evaluate(SCRUB, 0.4)
            fault = self.page.locator(STRIKE).first
            what = f"“{fault.inner_text()}” at {self.page.evaluate(CLOCK)}"
            fault.click()
            self.page.wait_for_function("() => window.waiting === 0")
            self.page.evaluate(SCRUB, 0.7)
            yield "3-fault", f"after {what}, {self.page.evaluate(CLOCK)}"

    def take(self, path: Path, label: str) -> None:
        """Keep what is shown, with a label under it."""
        self.page.evaluate(LABEL, label)
        self.page.locator("#all").screenshot(path=path)


def state_of(widget: Any) -> str:
    """The traits of a widget as the browser gets them, without its code."""
    hidden = {"_esm", "_css", "layout", "tabbable", "tooltip"}
    return json.dumps({name: value for name, value in widget.get_state().items() if name not in hidden}, default=str)


def take_all(lesson: Lesson, found: Sequence[Shown], into: Path) -> list[Path]:
    """Take every picture at every moment in both themes; where they are kept."""
    from playwright.sync_api import sync_playwright

    if (path := chromium.found()) is None:
        raise LessonError(chromium.HOW_TO_GET_IT)
    taken: list[Path] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        stage = Stage(browser.new_page(viewport={"width": WIDTH, "height": 800}, reduced_motion="reduce"))
        for number, shown in enumerate(found, 1):
            for theme in THEMES:
                stage.put(shown, theme)
                title = stage.title(shown)
                slug = re.sub(r"\W+", "-", title.lower())[:40].strip("-")
                for moment, said in stage.moments():
                    taken.append(into / f"{number:02d}-{slug}-{moment}-{theme}.png")
                    label = [lesson.name, f"{number}. {title[:120]}", said, theme]
                    stage.take(taken[-1], " · ".join(filter(None, label)))
        browser.close()
    return taken


def index(lesson: Lesson, taken: Sequence[Path], into: Path) -> None:
    """One page with all of them."""
    images = "".join(f'<img src="{escape(path.name)}" loading="lazy">' for path in sorted(taken))
    look = "body { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; background: #888; } img { width: 100%; }"
    head = f"<!doctype html><meta charset='utf-8'><title>{lesson.name}</title><style>{look}</style>"
    (into / "index.html").write_text(f"{head}{images}\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.look", description="Take every picture of a lesson.")
    parser.add_argument("lesson", help="06, or 06_kafka_groups")
    parser.add_argument(
        "--into", type=Path, help="the folder for the pictures (else .build/look/ and the lesson's name)"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="course-") as work:
        os.environ.update(environment(Path(work)) | {"COURSE_OPEN": "1"})
        try:
            (lesson, *_), _ = read_all([options.lesson], ROOT)
            into = options.into or INTO / lesson.name
            found = pictures(lesson)
            for old in into.glob("*.png"):
                old.unlink()
            into.mkdir(parents=True, exist_ok=True)
            taken = take_all(lesson, found, into)
        except LessonError as e:
            print(e, file=sys.stderr)
            return 1
    index(lesson, taken, into)
    print(f"{len(taken)} views of {len(found)} pictures in {into}, all on one page in index.html.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
