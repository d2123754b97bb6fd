"""Player, explorer and prediction in JupyterLab: keys, news for a screen reader, less motion, a restarted kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Locator, expect

from labs.kafka.groups.topic_picture import draw_topic
from tests.browser.conftest import PATIENCE

SCREEN = {"width": 1280, "height": 800}

GIVEN = """
from labs.kafka.groups.topic_picture import draw_topic
from labs.kit import Control, Scene, Strike, Trace, explore, play, predict

def run(rate=2, loss=0, *, faults=(), seed=0):
    if any(fault.t > 9 for fault in faults):
        raise ValueError("the producer has stopped by 9 s, so it cannot crash")
    stops = min([fault.t for fault in faults], default=10)
    trace = Trace({"rate": rate, "loss": loss}, faults, seed, end=10.0 + rate / 7)
    for i in range(rate * 10):
        if i / rate < stops:
            trace.emit(i / rate, "sent", "producer", number=i)
    return trace

def draw(trace):
    scene = Scene(560, 220, end=trace.end, title=f"{trace.settings['rate']} a second", settle=0.2)
    scene.box("a", 20, 20, 120, 60, label="producer")
    scene.box("b", 420, 20, 120, 60, label="consumer")
    scene.chart("sent", 40, 120, 500, 60, {"sent": [(e.t, e["number"] + 1) for e in trace.of("sent")]})
    for e in trace.of("sent"):
        scene.send(e.t, "a", "b", label=str(e["number"]))
        scene.say(e.t, f"Record {e['number']} leaves.", still=e["number"] == 1)
    return scene

kit = dict(
    controls=[Control("loss", 0, low=0, high=5)], strikes=[Strike("crash", "Crash it")],
    targets=lambda trace: ["producer"],
    monitors=[("sent", lambda trace: (f"{len(trace)} records", len(trace) > 18)), ("seed", lambda trace: "0")],
)
"""
CELLS = [
    GIVEN,
    "play(draw_topic())",
    'single = explore(run, draw, **{**kit, "controls": [Control("rate", 2, low=1, high=5), *kit["controls"]]})\nsingle',
    'explore(run, draw, versus=("rate", 1, 5), **kit)',
    'asked = predict("kit-tried", "How many?", ["One", "Two"], answer="Two", because="So it is.")\nasked',
    "explore(run, draw, after=asked, **kit)",
    "",
]


@pytest.fixture(scope="module")
def page_of_kits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a notebook with one of each."""
    folder = tmp_path_factory.mktemp("kits")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "kits.ipynb")
    return folder


@pytest.fixture(scope="module")
def shared(lab: Any, page_of_kits: Path) -> Iterator[Any]:
    with lab.open("kits", folder=page_of_kits) as notebook:
        notebook.run_all()
        yield notebook


@pytest.fixture
def kits(shared: Any) -> Any:
    """The notebook as it is after a run: the scene, the explorer, A | B, the locked one; no faults, at the start."""
    for kit in shared.kits():
        kit.evaluate("""async k => {
            while (kits.undos(k).length) await kits.answered(k, () => kits.undos(k).at(-1).click());
            kits.go(k, 0);
        }""")
    return shared


def time_of(kit: Locator) -> float:
    return float(kit.get_attribute("data-time") or 0)


# ---- keys ------------------------------------------------------------------------------------------------------------


def test_the_keyboard_does_it_all_and_the_notebook_hears_nothing_of_it(kits: Any) -> None:
    page, kit = kits.page, kits.kits()[0]
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    kit.locator(".kit-stage").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    second = time_of(kit)
    page.keyboard.press("ArrowLeft")
    assert 0 < time_of(kit) < second
    page.keyboard.press("Space")
    expect(kit.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("End")
    assert time_of(kit) == 14
    for letter in "abmxdd":  # in a notebook these insert, change and delete cells
        page.keyboard.press(letter)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


FOCUSABLE = ":is(.kit, .kit-predict) :is(button, select, input, summary, [tabindex])"


def test_everything_that_takes_the_focus_has_a_name_and_keeps_its_keys(kits: Any) -> None:
    names = "e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim()"
    for wrong in (f"!({names})", "e.dataset.lmSuppressShortcuts !== 'true'"):
        found = f"all => all.filter(e => !e.matches('[role=status]') && ({wrong})).map(e => e.outerHTML)"
        assert kits.page.locator(FOCUSABLE).evaluate_all(found) == []


@pytest.mark.parametrize("inside", [".kit .kit-stage", ".kit .kit-scrub", ".kit-predict input"])
def test_the_notebooks_own_keys_go_through(kits: Any, inside: str) -> None:
    """Shift + Enter runs the cell, Ctrl + S saves, Escape leaves the widget for its cell; a letter does nothing."""
    page, place = kits.page, kits.page.locator(inside).first
    count = "() => window.jupyterapp.shell.currentWidget.content.activeCell.model.executionCount"
    state = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    place.scroll_into_view_if_needed()
    place.focus()
    page.keyboard.press("b")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.context.model.dirty = true; }")
    page.keyboard.press("Control+s")
    page.wait_for_function(f"() => !({state})()")
    page.keyboard.press("b")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells, "after Ctrl + S the letters are quiet again"
    place.focus()
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.matches('.jp-Cell')")
    place.focus()
    before = page.evaluate(count)
    page.keyboard.press("Shift+Enter")
    kits.wait_idle()
    page.wait_for_function(
        """before => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)
            .some(cell => cell.type === 'code' && cell.executionCount > before)""",
        arg=max(before or 0, len(CELLS) - 1),
    )
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_axe_would_notice(kits: Any) -> None:
    """The tests of the lessons rely on it."""
    assert kits.axe([".kit"]) == []
    slider = kits.page.locator(".kit-scrub").first
    slider.evaluate("s => s.removeAttribute('aria-label')")
    assert [found.partition(":")[0] for found in kits.axe([".kit"])] == ["label"]
    slider.evaluate("s => s.setAttribute('aria-label', 'Moment of the run')")


# ---- what is new -----------------------------------------------------------------------------------------------------


def test_a_new_run_is_told_in_one_sentence_in_a_place_that_lasts(kits: Any) -> None:
    kit = kits.kits()[1]
    status = kit.locator("[role=status]")
    kit.evaluate("k => { k.querySelector('[role=status]').lasts = true; }")
    field = kit.evaluate_handle("k => kits.fields(k)[0]")
    kit.evaluate("(k, field) => kits.answered(k, () => kits.move(field, 5))", field)
    assert status.text_content() == "rate 5: sent 50 records."
    kit.evaluate("k => { kits.go(k, 0.4); return kits.answered(k, () => kits.strikes(k)[0].click()); }")
    assert status.text_content() == "Crash it (producer) at 4.3 s: sent 22 records."
    kit.evaluate("k => kits.answered(k, () => kits.undos(k)[0].click())")
    assert status.text_content() == "Crash it (producer) at 4.3 s undone: sent 50 records."
    kit.evaluate("(k, field) => kits.answered(k, () => kits.move(field, 1))", field)
    assert status.text_content() == "rate 1: sent 10 records (not good)."
    kit.evaluate("(k, field) => kits.answered(k, () => kits.move(field, 2))", field)
    assert kit.evaluate("k => k.querySelector('[role=status]').lasts"), "the same element all the time"


def test_what_has_not_changed_is_not_written_again(kits: Any) -> None:
    """A setting that changes nothing: neither the monitors nor the captions nor the pictures are touched."""
    kit = kits.kits()[1]
    touched = kit.evaluate(
        """async k => {
            const seen = [], loss = kits.fields(k).at(-1), back = loss.value;
            const watch = new MutationObserver(all => seen.push(...all.map(m => m.target.outerHTML)));
            const parts = 'figcaption, .kit-caption, .kit-monitors, .kit-faults, .kit-picture svg, output';
            for (const part of k.querySelectorAll(parts)) {
                if (part.parentNode === loss.parentNode) continue;
                watch.observe(part, { subtree: true, childList: true, characterData: true });
            }
            await kits.answered(k, () => kits.move(loss, 5));
            await new Promise(done => setTimeout(done));
            watch.disconnect();
            await kits.answered(k, () => kits.move(loss, back));
            return seen;
        }"""
    )
    assert touched == []


def test_a_caption_of_a_and_b_has_its_side(kits: Any) -> None:
    captions = kits.kits()[2].locator(".kit-caption")
    assert captions.all_text_contents() == ["rate: 1: Record 0 leaves.", "rate: 5: Record 0 leaves."]
    boxes = captions.locator(".kit-unseen").evaluate_all("all => all.map(e => e.getBoundingClientRect().width)")
    assert max(boxes) <= 1, "for the ear, not for the eye"


def test_a_mistake_is_a_sentence_and_the_picture_lives_on(kits: Any) -> None:
    kit = kits.kits()[1]
    kit.evaluate("k => kits.go(k, 1)")
    before = kit.evaluate("kits.look")
    sentence = kit.evaluate("k => kits.answered(k, () => kits.strikes(k)[0].click())")
    assert sentence == "the producer has stopped by 9 s, so it cannot crash"
    expect(kit.get_by_role("alert")).to_have_text(sentence)
    assert kit.evaluate("kits.look") == before, "the last good run stays"
    assert kit.evaluate("k => kits.answered(k, () => kits.move(kits.fields(k)[0], 5))") == ""
    assert kit.evaluate("kits.look") != before
    kit.evaluate("k => kits.answered(k, () => kits.move(kits.fields(k)[0], 2))")


def test_a_picture_shown_twice_lives_twice_also_after_a_refused_wish(kits: Any) -> None:
    """The second view starts from the last good run, whatever was refused in the first."""
    kit = kits.kits()[1]
    kit.evaluate("k => { kits.go(k, 1); return kits.answered(k, () => kits.strikes(k)[0].click()); }")
    kits.page.evaluate(
        """async () => {
            const { content } = window.jupyterapp.shell.currentWidget, { commands } = window.jupyterapp;
            content.activeCellIndex = content.widgets.length - 1;
            content.activeCell.model.sharedModel.setSource('single');
            await commands.execute('notebook:run-cell');
        }"""
    )
    second = kits.page.locator(".kit").last
    expect(second.locator("figure")).to_have_count(1)
    assert second.evaluate("k => kits.answered(k, () => kits.move(kits.fields(k)[0], 5))") == ""
    looks = [view.evaluate("k => { kits.go(k, 0); kits.go(k, 1); return kits.look(k); }") for view in (kit, second)]
    assert looks[0] == looks[1], "both views show the newest run"
    second.evaluate("k => kits.answered(k, () => kits.move(kits.fields(k)[0], 2))")


# ---- as it is seen ---------------------------------------------------------------------------------------------------


def test_the_browser_shows_what_python_computes(kits: Any) -> None:
    """The player and `Scene.value` agree on every part at many moments, so a still is what the player shows."""
    scene, kit = draw_topic(), kits.kits()[0]
    for step in range(29):
        t = scene.end * step / 28
        kit.evaluate("(k, share) => kits.go(k, share)", step / 28)
        shown = kit.evaluate(
            """k => Object.fromEntries([...k.querySelectorAll('[data-part]')].map(g => [g.dataset.part, [
                g.getAttribute('transform').match(/-?[\\d.]+/g).map(Number), g.style.display === 'none'
            ]]))"""
        )
        for part, (place, hidden) in shown.items():
            there = [float(scene.value(part, a, t)) for a in ("x", "y")]
            assert place == pytest.approx(there, abs=0.051), (part, t)  # sent with one decimal
            assert hidden == (float(scene.value(part, "opacity", t)) == 0), (part, t)


def test_two_runs_share_one_frame(kits: Any) -> None:
    """One sends 10 records in 10.1 s, the other 50 in 10.7 s: both charts go up to 50, both end at 10.7 s."""
    kit = kits.kits()[2]
    left, right = kit.evaluate("kits.axes")
    assert left == right and left["sent-value1"].startswith("50 ")
    assert kit.locator(".kit-clock").inner_text().endswith("of 10.7 s")


def test_the_clock_shows_the_runs_own_time_and_the_story_its_pace(kits: Any) -> None:
    """Sixty captions within 10 s, one of which both sides say: 1.2 s for each."""
    played = kits.kits()[2].evaluate("kits.play")
    assert played["length"] == pytest.approx(59 * 1.2, abs=0.2)
    assert min(stood for _, _, stood in played["captions"]) >= 1.1
    assert time_of(kits.kits()[2]) == pytest.approx(10.714)


def test_less_motion_steps_instead_of_gliding_and_leaves_time_to_read(lab: Any, page_of_kits: Path) -> None:
    with lab.open("kits", folder=page_of_kits, reduced_motion="reduce") as notebook:
        notebook.run_all()
        kit = notebook.kits()[1]
        playhead = kit.locator("[data-part=sent-now]").get_attribute("transform")
        assert playhead is not None and playhead.startswith("translate(40 "), "it stands at the start"
        played = kit.evaluate("kits.play")
        assert len(played["captions"]) == 19, "each caption once, and the last one stays"
        assert min(stood for _, _, stood in played["captions"]) >= 1.1


def test_forced_colours_leave_the_picture_on_its_own_page(lab: Any, page_of_kits: Path) -> None:
    with lab.open("kits", folder=page_of_kits, forced_colors="active") as notebook:
        notebook.run_all()
        kit = notebook.kits()[1]
        fill = "part => getComputedStyle(part).fill"
        ink, page = (kit.locator(f"[data-part=a] {part}").evaluate(fill) for part in (".l", ".s"))
        assert ink != page
        borders = kit.locator("button").evaluate_all("all => all.map(b => getComputedStyle(b).borderStyle)")
        assert set(borders) == {"solid"}


def test_the_signs_are_drawn_and_no_font_has_to_have_them(kits: Any) -> None:
    for name in ("Play", "Step forward", "Step back", "To the start"):
        button = kits.kits()[0].get_by_role("button", name=name)
        assert button.locator("svg path").count() == 1
        assert button.evaluate("b => /^[\\x20-\\x7e]*$/.test(b.textContent)"), "letters only"


# ---- a prediction ----------------------------------------------------------------------------------------------------


def test_a_kernel_that_was_restarted_is_noticed(lab: Any, page_of_kits: Path) -> None:
    """Record could not be heard by anybody: it says so, and what to do; done, it works."""
    with lab.open("kits", folder=page_of_kits) as notebook:
        notebook.run_all()
        asked = notebook.page.locator(".kit-predict")
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        notebook.page.evaluate(f"async () => {{ await {kernel}.restart(); }}")
        notebook.wait_idle()
        asked.scroll_into_view_if_needed()
        asked.locator("input[type=radio]").first.check()
        asked.locator("button.kit-record").click()
        expect(asked.get_by_role("alert")).to_contain_text("run this cell again")
        notebook.run_all()
        asked.locator("input[type=radio]").first.check()
        asked.locator("button.kit-record").click()
        expect(asked).to_contain_text("Not quite.")
        expect(asked.get_by_role("alert")).to_have_text("")
    (lab.work / "predictions.json").unlink()


def test_the_side_bar_is_folded_as_make_lab_opens_it(lab: Any) -> None:
    page = lab.browser.new_page(viewport=SCREEN)
    page.set_default_timeout(PATIENCE)
    page.goto(lab.address)
    notebook = page.locator(".jp-Notebook")
    notebook.locator(".jp-Cell").first.wait_for()
    expect(page.locator("#jp-left-stack")).to_be_hidden()
    assert notebook.bounding_box()["width"] > 1150
    page.close()
