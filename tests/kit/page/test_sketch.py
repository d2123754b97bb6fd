"""The stand-in for a matplotlib figure draws what the lessons draw, legibly and by the same numbers."""

import re
from xml.etree import ElementTree

import pytest

from labs.kit import figures
from labs.kit.page.sketch import Sketch

NUMBER = r"-?\d+(?:\.\d+)?"


def paths(sketch: Sketch) -> list[list[tuple[float, float]]]:
    """The points of each curve."""
    found = re.findall(r'<path d="(M[^"]+)" fill="none"', sketch.svg())
    return [[(float(x), float(y)) for x, y in re.findall(f"({NUMBER}) ({NUMBER})", way)] for way in found]


def words(sketch: Sketch) -> list[str]:
    return [node.text for node in ElementTree.fromstring(sketch.svg()).iter() if node.tag.endswith("text")]


def new() -> Sketch:
    return Sketch("A title", "how many", "seconds", (7.2, 3.6))


def test_a_curve_rises_where_its_numbers_do_and_is_named_at_its_end():
    sketch = new()
    sketch.plot([1, 2, 4], [10, 20, 40], label="measured")
    (curve,) = paths(sketch)
    (x1, y1), (x2, y2), (x4, y4) = curve
    assert x4 - x2 == pytest.approx(2 * (x2 - x1), abs=0.1) and y2 - y4 == pytest.approx(2 * (y1 - y2), abs=0.1)
    assert {"A title", "how many", "seconds", "measured"} <= set(words(sketch))


def test_on_two_logarithmic_scales_a_power_is_a_straight_line():
    sketch = new()
    sketch.loglog([1, 10, 100], [1, 0.1, 0.01])
    (curve,) = paths(sketch)
    assert curve[1][0] * 2 == pytest.approx(curve[0][0] + curve[2][0], abs=0.1)
    assert curve[1][1] * 2 == pytest.approx(curve[0][1] + curve[2][1], abs=0.1)
    assert {"1", "10", "100", "0.1", "0.01"} <= set(words(sketch))


def test_steps_bars_and_levels():
    sketch = new()
    sketch.step([1, 2, 3], [5, 6, 7], where="mid", label="of the readers")
    sketch.axhline(6)
    assert len(paths(sketch)[0]) == 6 and 'stroke-dasharray="7 4"' in sketch.svg()
    bars = new()
    bars.barh(["cache", "disk"], [1e-9, 1e-2])
    bars.set_xscale("log")
    wide = [float(w) for w in re.findall(rf'width="({NUMBER})" height="{NUMBER}" fill="#77aadd"', bars.svg())]
    assert wide[1] > 4 * wide[0] and {"cache", "disk", "10⁻¹⁰", "0.01"} <= set(words(bars))


def test_nothing_leaves_the_picture():
    sketch = new()
    sketch.set_ylim(0, 50)
    sketch.plot([0, 1], [20, 90], label="a curve with rather a long name", linestyle=":")
    for x, y in paths(sketch)[0]:
        assert 0 <= x <= sketch.width and 0 <= y <= sketch.height


def test_figure_falls_back_on_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    fig, ax = figures.figure("A title", "across", "up")
    ax.plot([1, 2], [1, 2])
    ax.legend(frameon=False)
    shown = figures.show(fig, "a line")._repr_mimebundle_()
    assert shown["text/plain"] == "a line" and 'alt="a line"' in shown["text/html"]
