"""How quick the course feels: measured in a real JupyterLab in a real Chromium, for each lesson that is there.

make bench        (or: .venv-bench/bin/python -m pytest -p tools.quick -q -s tests/bench/test_browser_speed.py)
"""

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
CHANGE = """async k => {
    const slider = k.querySelector('.kit-control input[type=range]'), took = [];
    const next = () => new Promise(done => {
        const watch = new MutationObserver(() => { watch.disconnect(); done(); });
        watch.observe(k, { attributes: true, attributeFilter: ['data-runs'] });
    });
    const ends = [Number(slider.min), Number(slider.max)], middle = (ends[0] + ends[1]) / 2;
    for (let i = 0; i < 40; i++) {
        slider.value = [ends[0], middle, ends[1]][i % 3];
        const began = performance.now(), answered = next();
        slider.dispatchEvent(new Event('input'));
        await answered;
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


@pytest.mark.parametrize("name", NAMES)
def test_how_quick_a_lesson_feels(lab: Any, name: str) -> None:
    with lab.open(name, folder=ROOT / "solutions") as notebook:
        ran = notebook.run_all()
        kernels = [
            p for p in psutil.process_iter(["cmdline"]) if "ipykernel_launcher" in " ".join(p.info["cmdline"] or [])
        ]
        megabytes = max(p.memory_info().rss for p in kernels) / 2**20
        print(f"\n{name}: open to first picture {notebook.first_picture:.1f} s, Run All {ran:.1f} s, "
              f"kernel after it {megabytes:.0f} MB")  # fmt: skip
        notebook.page.evaluate("() => document.querySelectorAll('button.kit-skip').forEach(b => b.click())")
        notebook.wait_idle()
        found = notebook.page.locator(".kit")
        print("      picture   scrub p50/p95   step p50/p95   setting p50/p95 (ms)   frames/s")
        slow = []
        for i in range(found.count()):
            kit = found.nth(i)
            kit.scroll_into_view_if_needed()
            notebook.page.wait_for_timeout(300)
            scrub, step, frames = kit.evaluate(SCRUB), kit.evaluate(STEP), kit.evaluate(FRAMES)
            change = kit.evaluate(CHANGE) if kit.locator(".kit-control input[type=range]").count() else [0.0]
            sides = kit.locator("figure").count()
            print(f"   {i + 1:2} {'A|B' if sides > 1 else '   '}     {tell(scrub)}  {tell(step)}   {tell(change)}"
                  f"            {frames:5.1f}")  # fmt: skip
            if p95(scrub) > 16 or p95(step) > 16 or p95(change) > 100 or frames < 55:
                slow.append(i + 1)
        assert not slow, f"{name}: pictures {slow} are too slow"
        assert notebook.first_picture < 3
        real = any(path.name.startswith("real") for path in reached(read(ROOT / "lessons" / f"{name}.md")))
        assert megabytes < (200 if real else 150), "a kernel may take 150 MB, and 200 where a real client runs in it"
