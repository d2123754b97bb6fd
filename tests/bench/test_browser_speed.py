"""How quick the course feels: measured in a real JupyterLab in a real Chromium, for each lesson that is there.

make bench        (or: .venv-bench/bin/python -m pytest -p tools.quick -q -s tests/bench/test_browser_speed.py)
"""

import os
import statistics
from typing import Any

import psutil
import pytest

from tools.lesson import ROOT, lessons, read
from tools.reach import reached

NAMES = [path.stem for path in lessons()]

# Event to changed picture in the DOM, in ms: the player answers in the same task, so this is all of its work.
SCRUB = """k => {
    const slider = k.querySelector('.kit-scrub'), took = [];
    for (let i = 0; i < 120; i++) {
        slider.value = slider.max * ((i * 37) % 120) / 120;
        const began = performance.now();
        slider.dispatchEvent(new Event('input'));
        took.push(performance.now() - began);
    }
    return took;
}"""
STEP = """k => {
    const step = k.querySelector("[aria-label='Step forward']"), start = k.querySelector("[aria-label='To the start']");
    const took = [];
    for (let i = 0; i < 60; i++) {
        if (i % 12 === 0) start.click();
        const began = performance.now();
        step.click();
        took.push(performance.now() - began);
    }
    return took;
}"""
# From the change of a setting to the new picture, 40 times: through the kernel and back. A picture without settings is
# struck by a fault, and the fault undone.
CHANGE = """async k => {
    const field = kits.fields(k).find(f => f.type === 'range') ?? kits.fields(k)[0], took = [];
    if (!field && !kits.strikes(k).length) return [];
    const values = field ? kits.valuesOf(field) : [];
    if (field?.type === 'range') values.push((Number(field.min) + Number(field.max)) / 2);
    const act = i => field ? kits.move(field, values[i % values.length])
        : (kits.undos(k).at(-1) ?? kits.strikes(k)[0]).click();
    for (let i = 0; i < 40; i++) {
        const began = performance.now();
        await kits.answered(k, () => act(i));
        took.push(performance.now() - began);
        await new Promise(done => setTimeout(done, 30));
    }
    return took;
}"""
FRAMES = """async k => {
    const play = k.querySelector("[aria-label='Play']");
    k.querySelector("[aria-label='To the start']").click();
    play.click();
    let frames = 0;
    const began = performance.now();
    while (performance.now() - began < 3000) { await new Promise(requestAnimationFrame); frames += 1; }
    const took = performance.now() - began;
    k.querySelector("[aria-label='Pause']")?.click();
    return 1000 * frames / took;
}"""


def tell(values: list[float]) -> str:
    return f"{statistics.median(values):6.1f} {p95(values):6.1f}"


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


ONE, TWO = 50.0, 80.0  # ms, 95th percentile: a changed setting of one picture, and of A | B
WHOLE = {"22_one_order": 100.0}  # ms: the capstone plays the models of ten lessons at once


@pytest.mark.parametrize("name", NAMES)
def test_how_quick_a_lesson_feels(lab: Any, name: str) -> None:
    with lab.open(name, folder=ROOT / "solutions") as notebook:
        ran = notebook.run_all()
        print(
            f"\n{name}: open to first picture {notebook.first_picture:.1f} s, Run All {ran:.1f} s, "
            f"kernel after it {(before := megabytes(notebook)):.0f} MB"
        )
        notebook.pass_over_predictions()
        print("      picture   scrub p50/p95   step p50/p95   setting p50/p95 (ms)   frames/s")
        slow = []
        for number, kit in enumerate(notebook.kits(), 1):
            kit.scroll_into_view_if_needed()
            notebook.page.wait_for_timeout(1500)  # as long as the kernel needs to notice that it is idle
            scrub, step, frames = kit.evaluate(SCRUB), kit.evaluate(STEP), kit.evaluate(FRAMES)
            change = kit.evaluate(CHANGE) or [0.0]
            sides = kit.locator("figure").count()
            print(
                f"   {number:2} {'A|B' if sides > 1 else '   '}     {tell(scrub)}  {tell(step)}   {tell(change)}"
                f"            {frames:5.1f}"
            )
            if (
                p95(scrub) > 16
                or p95(step) > 16
                or p95(change) > (TWO if sides > 1 else WHOLE.get(name, ONE))
                or frames < 55
            ):
                slow.append(number)
        print(f"      the kernel afterwards: {(after := megabytes(notebook)):.0f} MB")
        assert not slow, f"{name}: pictures {slow} are too slow (is the machine quiet? load {os.getloadavg()[0]:.1f})"
        assert notebook.first_picture < 3
        real = any(path.name.startswith("real") for path in reached(read(ROOT / "lessons" / f"{name}.md")))
        assert before < (200 if real else 150), "a kernel may take 150 MB, and 200 where a real client runs in it"
        assert after < before + 30, "hundreds of runs leave nothing behind"


def megabytes(notebook: Any) -> float:
    """What the notebook's kernel holds in memory."""
    return psutil.Process(int(notebook.tell("import os; print(os.getpid())"))).memory_info().rss / 2**20
