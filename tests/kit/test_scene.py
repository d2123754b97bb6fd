import json
import xml.etree.ElementTree as ET

import pytest

from labs.kit.palette import COLOURS, paint
from labs.kit.scene import Scene, storyboard


def scene() -> Scene:
    s = Scene(200, 100, end=10, title="A <test> & more", settle=1)
    s.box("a", 10, 10, 40, 20, label="a & <b>")
    s.box("b", 100, 10, 40, 20)
    return s


def test_numbers_glide_and_words_and_colours_change_at_once():
    s = scene()
    s.key(2, "a", over=4, x=50, fill="good", label="new")
    assert [s.value("a", "x", t) for t in (0, 2, 4, 6, 9)] == [10, 10, 30, 50, 50]
    assert [s.value("a", "fill", t) for t in (1.9, 2)] == ["panel", "good"]
    assert s.value("a", "label", 2) == "new"


def test_a_glide_that_is_interrupted_goes_on_from_where_it_is():
    s = scene()
    s.key(0, "a", over=10, x=110)
    s.key(5, "a", over=5, x=10)
    assert [s.value("a", "x", t) for t in (5, 7.5, 10)] == [60, 35, 10]


def test_a_message_travels_from_middle_to_middle_and_is_gone():
    s = scene()
    name = s.send(1, "a", "b", over=2)
    middle = [s.value(name, "x", t) + s.value(name, "w", t) / 2 for t in (1, 2, 2.99)]
    assert middle == pytest.approx([30, 75, 119.55])
    assert [s.value(name, "opacity", t) for t in (0.9, 1, 2.9, 3)] == [0, 1, 1, 0]


def test_the_captions():
    s = scene()
    s.say(1, "One.")
    s.say(1, "And one.")
    s.say(5, "Five.")
    assert [s.caption(t) for t in (0, 1, 4.9, 5)] == ["", "One. And one.", "One. And one.", "Five."]
    assert s.rest(1) == 2 and s.rest(5) == 6
    s.say(5.5, "Soon after.")
    assert 5 < s.rest(5) < 5.5, "a step shows its own caption, not the next one"


def test_svg_is_well_formed_whatever_is_written_in_it_and_the_same_every_time():
    s = scene()
    s.chart("lag", 20, 60, 100, 20, {"lag": [(0, 1), (5, 3)]})
    s.lanes("lanes", 20, 40, 100, 10, {"p<0>": [(0, 5, "c1", "actor1"), (5, 10, "", "hatch")]})
    for t in (0, 3.3, 10):
        for live in (False, True):
            ET.fromstring(s.svg(t, live=live))
    assert s.svg(3) == s.svg(3)
    assert "var(" not in s.svg(3), "a still cannot see the theme"
    assert json.dumps(s.live())


def test_a_storyboard_stands_alone_and_tells_its_captions():
    s = scene()
    s.say(0, "It begins.", still=True)
    s.say(5, "It ends & <all> is well.", still=True)
    svg, words = storyboard([("A", s), ("B", s)])
    root = ET.fromstring(svg)
    assert svg.count("<svg") == 1 + 4 and root.get("width")
    assert words.splitlines()[1] == "A: 5.0 s · It ends & <all> is well."


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda s: s.key(1, "c", x=1), "no part 'c'"),
        (lambda s: s.key(1, "a", colour="x"), "no 'colour' that can change"),
        (lambda s: s.key(1, "a", fill="mauve"), "no colour is called 'mauve'"),
        (lambda s: s.box("a", 0, 0, 1, 1), "a part 'a' already"),
        (lambda s: s.box("z", 0, 0, 1, 1, fill="mauve"), "no colour is called 'mauve'"),
        (lambda s: s.send(1, "a", "z"), "at 'z'"),
        (lambda s: (s.key(2, "a", x=1), s.key(1, "a", x=2)), "give them in order"),
        (lambda s: (s.say(2, "b"), s.say(1, "a")), "give them in order"),
    ],
)
def test_a_slip_is_one_sentence(act, sentence):
    with pytest.raises(ValueError, match=sentence):
        act(scene())


def test_a_scene_has_to_last():
    with pytest.raises(ValueError, match="longer than 0 s"):
        Scene(1, 1, end=0, title="")


def test_fills_are_legible_with_the_ink_that_goes_on_them():
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    def contrast(one: str, other: str) -> float:
        a, b = sorted((light(one), light(other)))
        return (b + 0.05) / (a + 0.05)

    for theme in (0, 1):
        for name, colour in COLOURS.items():
            if name in ("good", "bad", "warn", "data", "idle") or name.startswith("actor"):
                assert contrast(colour[theme], COLOURS["chip-ink"][theme]) >= 4.5, name
        for ink in ("ink", "muted", "good-ink", "bad-ink"):
            assert contrast(COLOURS[ink][theme], COLOURS["page"][theme]) >= 4.5, ink
    assert paint("good", True) == "var(--kit-good)" and paint("good", False) == "#44bb99"
