"""The palette by calculation: contrast (WCAG 2.2), and colours that stay apart for colour-blind readers."""

import itertools
import math

import pytest

from labs.kit.picture.palette import COLOURS, FADED, GROUNDS, LINES, legible, paint, stylesheet

FILLS = list(LINES)
# Machado, Oliveira, Fernandes (2009), severity 1: what is left of linear red, green and blue.
VISIONS = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def light(colour):
    return sum(part * share for part, share in zip(linear(colour), (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one, other):
    a, b = sorted((light(one), light(other)))
    return (b + 0.05) / (a + 0.05)


def over(colour, share, ground):
    parts = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, ground)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in zip(*parts, strict=True))


def lab(colour, vision):
    r, g, b = (min(1, max(0, sum(m * c for m, c in zip(row, linear(colour), strict=True)))) for row in VISIONS[vision])
    x, y, z = (
        0.4124 * r + 0.3576 * g + 0.1805 * b,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        0.0193 * r + 0.1192 * g + 0.9505 * b,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x / 0.9505, y, z / 1.089))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ink", ["ink", "chip-ink", "muted", "good-ink", "bad-ink"])
def test_whatever_ink_is_asked_for_the_words_can_be_read(theme, ink):
    page = COLOURS["page"][theme]
    for fill in [*FILLS, "page", "panel", "faint"]:
        written = COLOURS[legible(ink, fill)][theme]
        assert contrast(written, COLOURS[fill][theme]) >= 4.5, fill
        faded = COLOURS[legible(ink, fill, FADED)][theme]
        assert contrast(faded, over(COLOURS[fill][theme], FADED, page)) >= 4.5, f"faded {fill}"
    assert legible(ink, "hatch") != "chip-ink" and "hatch" in GROUNDS


@pytest.mark.parametrize("theme", [0, 1])
def test_lines_stand_out_on_the_page_and_on_a_panel(theme):
    lines = {**LINES, **{name: COLOURS[name] for name in ("line", "ink", "muted", "good-ink", "bad-ink")}}
    for name, line in lines.items():
        for ground in ("page", "panel"):
            assert contrast(line[theme], COLOURS[ground][theme]) >= 3, f"{name} on {ground}"


@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_fills_look_alike(vision):
    for one, other in itertools.combinations(FILLS, 2):
        apart = math.dist(lab(COLOURS[one][0], vision), lab(COLOURS[other][0], vision))
        assert apart >= 8.5, f"{one} and {other} with {vision}: {apart:.1f}"


def test_a_fill_is_darker_as_a_line_and_follows_the_theme_where_it_can():
    assert paint("good", True) == "var(--kit-good)" and paint("good", False) == "#44bb99"
    assert (
        paint("good", True, stroke=True) == "var(--kit-good-line)"
        and paint("good", False, stroke=True) == LINES["good"][0]
    )
    assert paint("faint", False, stroke=True) == COLOURS["line"][0], "a ground is no line"
    assert all(f"--kit-{name}-line:" in stylesheet() for name in LINES) and "forced-colors" in stylesheet()
