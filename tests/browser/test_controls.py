"""Every control of every lesson is moved, every fault button pressed, and the picture must answer."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tools.lesson import ROOT, lessons

NAMES = [path.stem for path in lessons()]


@pytest.fixture(scope="module", params=NAMES)
def lesson(lab: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A lesson with its answers, run from top to bottom, its predictions passed over."""
    with lab.open(request.param, folder=ROOT / "solutions") as notebook:
        notebook.run_all()
        pass_over_predictions(notebook)
        yield notebook


def pass_over_predictions(notebook: Any) -> None:
    """Open everything. By script, since JupyterLab hides the cells that are off the screen from a mouse."""
    notebook.page.evaluate(
        """() => document.querySelectorAll('button.kit-skip').forEach(b => {
            if (getComputedStyle(b).display !== 'none') b.click();
        })"""
    )
    expect(notebook.page.locator(".kit-lock:not([hidden])")).to_have_count(0)


def kits(notebook: Any) -> list[Locator]:
    found = notebook.page.locator(".kit")
    return [found.nth(i) for i in range(found.count())]


def look(kit: Locator) -> str:
    """All that a kit shows: pictures, captions, monitors; a pattern's id, which is another in each view, left out."""
    shown = "k => k.querySelector('.kit-stage').innerHTML + (k.querySelector('table')?.innerText ?? '')"
    return re.sub(r"hatch-\w+", "hatch", str(kit.evaluate(shown)))


def go(kit: Locator, share: float) -> None:
    kit.locator(".kit-scrub").evaluate(
        "(s, share) => { s.value = share * s.max; s.dispatchEvent(new Event('input')); }", share
    )


def answered(kit: Locator, act: Any) -> None:
    """Do something that makes a new run, and wait until it is there."""
    before = int(kit.get_attribute("data-runs") or 0)
    act()
    kit.page.wait_for_function(
        "([kit, before]) => Number(kit.dataset.runs) > before", arg=[kit.element_handle(), before], timeout=10_000
    )


def test_every_picture_plays_steps_and_scrubs(lesson: Any) -> None:
    for kit in kits(lesson):
        kit.scroll_into_view_if_needed()
        seen = set()
        for share in (0, 0.3, 0.6, 1):
            go(kit, share)
            seen.add(look(kit))
        assert len(seen) > 1, "scrubbing changes nothing"
        go(kit, 0)
        kit.get_by_role("button", name="Step forward").click()
        assert float(kit.get_attribute("data-time") or 0) > 0
        kit.get_by_role("button", name="Step back").click()
        assert float(kit.get_attribute("data-time") or 0) == 0
        kit.get_by_role("button", name="Play").click()
        kit.page.wait_for_function("kit => Number(kit.dataset.time) > 0", arg=kit.element_handle())
        kit.get_by_role("button", name="Pause").click()


def test_every_fault_and_every_control_changes_the_picture(lesson: Any) -> None:
    accepted: set[str] = set()
    told: set[str] = set()
    for kit in kits(lesson):
        kit.scroll_into_view_if_needed()
        strikes = kit.locator(".kit-faults button[aria-label$='at the moment shown']")
        for i in range(strikes.count()):
            name = strikes.nth(i).get_attribute("aria-label")
            takes_back = kit.locator(".kit-faults button[aria-label^='Take back']")
            before, faults = look(kit), takes_back.count()
            go(kit, 0.6)
            answered(kit, strikes.nth(i).click)
            refused = kit.locator(".kit-error").inner_text()
            accepted.add(str(name)) if not refused else told.add(str(name))
            assert refused or takes_back.count() == faults + 1, f"{name} does nothing"
            assert refused or look(kit) != before, f"{name} changes nothing"
            assert "Traceback" not in refused and "\n" not in refused.strip()
            if not refused:  # each fault meets the run as it was
                answered(kit, takes_back.last.click)
        for i in range(kit.locator(".kit-control").count()):
            control = kit.locator(".kit-control").nth(i)
            label = control.locator("label").inner_text()
            assert changes(kit, control) or changes_in_another_run(kit, control), f"{label} changes nothing"
    assert told - accepted <= {"let it return at the moment shown"}, f"always refused: {told - accepted}"


def seen_at(kit: Locator) -> set[str]:
    seen = set()
    for share in (0.0, 0.4, 0.9):
        go(kit, share)
        seen.add(look(kit))
    return seen


def changes(kit: Locator, control: Locator) -> bool:
    """Does moving this control change the picture? It is put back afterwards."""
    seen, back = seen_at(kit), value_of(control)
    unmoved = len(seen)
    for value in [*values(control), back]:
        answered(kit, lambda v=value: move(control, v))
        seen |= seen_at(kit)
    return len(seen) > unmoved


def changes_in_another_run(kit: Locator, control: Locator) -> bool:
    """Some settings matter only after a certain fault, or beside a certain value of another control."""
    takes_back = kit.locator(".kit-faults button[aria-label^='Take back']")
    strikes = kit.locator(".kit-faults button[aria-label$='at the moment shown']")
    for i in range(strikes.count()):
        faults = takes_back.count()
        go(kit, 0.25)
        answered(kit, strikes.nth(i).click)
        if takes_back.count() > faults:
            moved = changes(kit, control)
            answered(kit, takes_back.last.click)
            if moved:
                return True
    for other in kit.locator(".kit-control").all():
        back = value_of(other)
        for value in values(other):
            answered(kit, lambda o=other, v=value: move(o, v))
            moved = changes(kit, control)
            answered(kit, lambda o=other, b=back: move(o, b))
            if moved:
                return True
    return False


def values(control: Locator) -> list[Any]:
    """Some other values of a control: both ends of a slider, all options, the other state."""
    field = control.locator("input, select")
    if field.evaluate("f => f.tagName") == "SELECT":
        return list(range(field.locator("option").count()))
    if field.get_attribute("type") == "checkbox":
        return [not field.is_checked(), field.is_checked()]
    return [field.get_attribute("max"), field.get_attribute("min")]


def value_of(control: Locator) -> Any:
    field = control.locator("input, select")
    return field.evaluate("f => f.tagName === 'SELECT' ? f.selectedIndex : f.type === 'checkbox' ? f.checked : f.value")


def move(control: Locator, value: Any) -> None:
    field = control.locator("input, select")
    if field.evaluate("f => f.tagName") == "SELECT":
        field.evaluate("(f, i) => { f.selectedIndex = i; f.dispatchEvent(new Event('change')); }", value)
    elif isinstance(value, bool):
        field.evaluate("(f, v) => { f.checked = v; f.dispatchEvent(new Event('change')); }", value)
    else:
        field.evaluate("(f, v) => { f.value = v; f.dispatchEvent(new Event('input')); }", value)


@pytest.fixture(scope="module")
def groups(lab: Any) -> Iterator[Any]:
    with lab.open("06_kafka_groups", folder=ROOT / "solutions") as notebook:
        notebook.run_all()
        yield notebook


def test_a_prediction_opens_the_run(lab: Any) -> None:
    work = lab.work / "predictions.json"
    work.unlink(missing_ok=True)
    with lab.open("06_kafka_groups") as notebook:
        notebook.run_all()
        locked = notebook.page.locator(".kit-lock:not([hidden])")
        assert locked.count() == 2
        expect(locked.first).to_contain_text("record your prediction")
        notebook.page.locator("input[type=radio]").nth(0).check()
        notebook.page.get_by_text("Record my prediction").first.click()
        expect(notebook.page.locator(".kit-lock:not([hidden])")).to_have_count(1)
        expect(notebook.page.get_by_text("your prediction").first).to_be_visible()
    work.unlink(missing_ok=True)


def test_the_keyboard_does_it_all_and_the_notebook_hears_nothing_of_it(groups: Any) -> None:
    page, kit = groups.page, kits(groups)[0]
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    stage = kit.locator(".kit-stage")
    stage.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    second = float(kit.get_attribute("data-time") or 0)
    page.keyboard.press("ArrowLeft")
    assert 0 < float(kit.get_attribute("data-time") or 0) < second
    page.keyboard.press("Space")
    expect(kit.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("End")
    assert float(kit.get_attribute("data-time") or 0) == 14
    for letter in "abmxdd":  # in a notebook these insert, change and delete cells
        page.keyboard.press(letter)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_everything_that_takes_the_focus_has_a_name(groups: Any) -> None:
    unnamed = groups.page.evaluate(
        """() => [...document.querySelectorAll('.kit button, .kit select, .kit input, .kit [tabindex]')]
            .filter(e => !(e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim()))
            .map(e => e.outerHTML)"""
    )
    assert unnamed == []
    unshielded = groups.page.evaluate(
        """() => [...document.querySelectorAll('.kit button, .kit select, .kit input, .kit [tabindex], .kit summary')]
            .filter(e => e.dataset.lmSuppressShortcuts !== 'true').map(e => e.outerHTML)"""
    )
    assert unshielded == []


def test_the_browser_shows_what_python_computes(groups: Any) -> None:
    """The player and `Scene.value` agree on every part at many moments, so a still is what the player shows."""
    from labs.kafka.groups.picture import draw_topic

    scene, kit = draw_topic(), kits(groups)[0]
    for step in range(29):
        t = scene.end * step / 28
        go(kit, step / 28)
        shown = kit.evaluate(
            """k => Object.fromEntries([...k.querySelectorAll('[data-part]')].map(g => [g.dataset.part, [
                g.getAttribute('transform').match(/-?[\\d.]+/g).map(Number), Number(g.getAttribute('opacity') ?? 1)
            ]]))"""
        )
        for part, ((x, y), opacity) in shown.items():
            place = [float(scene.value(part, a, t)) for a in ("x", "y", "opacity")]
            assert [x, y, opacity] == pytest.approx(place, abs=0.02), (part, t)


def test_less_motion_steps_instead_of_gliding(lab: Any) -> None:
    with lab.open("06_kafka_groups", reduced_motion="reduce") as notebook:
        notebook.run_all()
        kit = kits(notebook)[0]
        kit.get_by_role("button", name="Play").click()
        times = set()
        for _ in range(40):
            times.add(kit.get_attribute("data-time"))
            notebook.page.wait_for_timeout(50)
        assert 1 <= len(times) <= 3, times
        kit.get_by_role("button", name="Pause").click()


def test_a_mistake_is_a_sentence_and_the_picture_lives_on(groups: Any) -> None:
    kit = kits(groups)[1]
    pass_over_predictions(groups)
    go(kit, 1)
    answered(kit, kit.get_by_role("button", name="let it leave").click)
    assert kit.locator(".kit-error").inner_text() == ""
    before = look(kit)
    answered(kit, kit.get_by_role("button", name="let it leave").click)
    sentence = kit.locator(".kit-error").inner_text()
    assert "has left by then, so it cannot leave" in sentence and sentence.count("\n") == 0
    assert look(kit) == before, "the last good run stays"
    answered(kit, lambda: move(kit.locator(".kit-control").first, "6"))
    assert kit.locator(".kit-error").inner_text() == "" and look(kit) != before


def test_a_picture_shown_twice_lives_twice_also_after_a_refused_wish(groups: Any) -> None:
    """The second view starts from the last good run, whatever was refused in the first."""
    kit = next(k for k in kits(groups) if k.locator("figure").count() == 2)
    go(kit, 1)
    for _ in range(2):
        answered(kit, kit.get_by_role("button", name="let it leave").click)
    assert kit.locator(".kit-error").inner_text() != ""
    groups.page.evaluate(
        """async () => {
            const { content } = window.jupyterapp.shell.currentWidget, { commands } = window.jupyterapp;
            content.activeCellIndex = content.widgets.length - 1;
            await commands.execute('notebook:insert-cell-below');
            content.activeCell.model.sharedModel.setSource('duel');
            await commands.execute('notebook:run-cell');
        }"""
    )
    second = groups.page.locator(".kit").last
    expect(second.locator("figure")).to_have_count(2)
    answered(second, lambda: move(second.locator(".kit-control").first, "6"))
    assert second.locator(".kit-error").inner_text() == ""
    for view in (kit, second):
        go(view, 0)
        go(view, 1)
    assert look(second) == look(kit), "both views show the newest run"


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_words_stand_out_in_both_themes(groups: Any, theme: str) -> None:
    """Every word in a picture has at least a contrast of 4.5 : 1 to the page or the fill behind it (WCAG 1.4.3)."""
    groups.theme(theme)
    pairs = groups.page.evaluate(
        """() => [...document.querySelectorAll('.kit-picture [data-part]')].filter(g => g.style.display !== 'none'
                && Number(g.getAttribute('opacity') ?? 1) === 1 && g.querySelector('.l')?.textContent)
            .map(g => {
                const shape = g.querySelector('rect.s'), look = shape && getComputedStyle(shape);
                const page = getComputedStyle(g.closest('figure')).backgroundColor;
                const [ground, fill] = [page, look?.fill ?? ''].map(c => (c.match(/\d+/g) ?? []).map(Number));
                const share = look?.fill.startsWith('rgb(') ? Number(look.fillOpacity) : 0; // a fill may be faded
                const solid = ground.map((part, i) => Math.round((fill[i] ?? part) * share + part * (1 - share)));
                const words = g.querySelector('.l');
                return [words.textContent, getComputedStyle(words).fill, `rgb(${solid})`];
            })"""
    )
    assert len(pairs) > 20
    for word, ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, (word, ink, ground)


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(c) / 255 for c in colour[4:-1].split(",")]
        r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    a, b = sorted((light(one), light(other)))
    return (b + 0.05) / (a + 0.05)
