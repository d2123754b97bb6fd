import json
import math
import xml.etree.ElementTree as ET

import pytest

from labs.kit.picture.frame import in_one_frame
from labs.kit.picture.palette import COLOURS
from labs.kit.picture.scene import Scene
from labs.kit.picture.storyboard import storyboard


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


def test_a_message_travels_from_edge_to_edge_and_is_gone():
    s = scene()
    name = s.send(1, "a", "b", over=2)
    middle = [s.value(name, "x", t) + s.value(name, "w", t) / 2 for t in (1, 2, 2.99)]
    assert middle == pytest.approx([56, 75, 93.81]), "beside both boxes, so that their words can be read"
    assert [s.value(name, "opacity", t) for t in (0.9, 1, 2.9, 3)] == [0, 1, 1, 0]
    s.box("near", 55, 10, 40, 20)
    near, touching = s.send(4, "a", "near", over=2, label="too wide"), s.send(7, "near", "near", over=2)
    assert s.value(near, "x", 4) + s.value(near, "w", 4) / 2 == pytest.approx(50), "on the edge, where there is no room"
    assert s.value(touching, "x", 7) + s.value(touching, "w", 7) / 2 == pytest.approx(75)


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


def test_a_picture_can_stand_on_a_ground_of_its_own():
    root = ET.fromstring(scene().svg(ground=True))
    ground = root.find("{http://www.w3.org/2000/svg}rect")
    assert (root.get("width"), root.get("height")) == ("200", "100") and ground.get("fill") == COLOURS["page"][0]
    assert "width" not in ET.fromstring(scene().svg()).attrib


def test_the_player_is_sent_few_bytes_and_can_work_out_the_rest():
    s = scene()
    s.key(2, "a", over=4, x=50, fill="good", stroke="bad", label="new")
    s.key(4, "a", over=2, x=10)
    s.key(5, "a", fill="hatch")
    assert s.tracks() == [
        [0, "x", 10, 2000, 4000, 50, 4000, 2000, 10],
        [0, "f", "panel", 2000, "good", 5000, "hatch"],
        [0, "s", "line", 2000, "bad-line"],
        [0, "l", "a & <b>", 2000, "new"],
        [0, "i", "ink", 2000, "chip-ink", 5000, "ink"],
    ]


def test_a_dot_that_is_free_is_used_again():
    s = scene()
    first, second = s.send(1, "a", "b", label="1"), s.send(1.5, "b", "a", label="22")
    assert first != second and s.send(3, "a", "b", label="3", fill="good") == first
    look = {t: [s.value(first, name, t) for name in ("label", "fill", "opacity")] for t in (1.9, 2.5, 3)}
    assert look == {1.9: ["1", "data", 1], 2.5: ["1", "data", 0], 3: ["3", "good", 1]}
    assert s.send(3.5, "a", "b") not in (first, second), "one without words is another shape"


def test_a_message_goes_to_the_middle_of_whatever_it_is_sent_to():
    s = scene()
    s.path("way", [(20, 20), (60, 20), (60, 80)])
    s.ring("ring", 100, 60, 30)
    s.pin("pin", "ring", 0.25)
    s.text("word", 100, 90, "word", align="middle")
    assert s.middle("way", 0) == (40, 50)
    assert s.middle("pin", 0) == pytest.approx((130, 60)) and s.middle("ring", 0) == pytest.approx((100, 90))
    assert s.middle("word", 0) == pytest.approx((100, 85.1))
    name = s.send(1, "way", "pin", over=2)
    assert [s.value(name, "x", t) + 6 for t in (1, 3)] == [40, 130]


def test_what_is_under_way_at_the_end_is_cut_off():
    s = scene()
    name = s.send(9.5, "a", "b", over=2)
    s.key(10.5, name, fill="good")
    assert s.value(name, "fill", 99) == "data" and s.value(name, "opacity", 10) == 1


def test_pictures_side_by_side_share_time_and_scale():
    def one(end, most):
        s = Scene(200, 100, end=end, title="")
        s.chart("lag", 0, 0, 100, 40, {"lag": [(0, 0), (1, most)]})
        return s

    a, b = in_one_frame([lambda: one(10, 4), lambda: one(5, 8)])
    assert a.end == b.end == 10 and a.svg(10).count(">8<") == b.svg(10).count(">8<") == 1
    assert b.lasts == 5, "its line stops where its run does"
    alone = one(5, 8)
    assert alone.end == 5 and alone.svg(5) == in_one_frame([lambda: one(5, 8)])[0].svg(5)


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
        (lambda s: s.say(11, "a"), "a caption at 11 s, and the scene ends at 10"),
        (lambda s: s.key(11, "a", x=1), "'a' first changes at 11 s, after the scene's end at 10"),
        (lambda s: s.send(11, "a", "b"), "sent at 11 s, and the scene ends at 10"),
        (lambda s: s.box("z", math.nan, 0, 1, 1), "part 'z': x is nan"),
        (lambda s: s.key(1, "a", x=math.inf), "part 'a': x becomes inf at 1 s"),
        (lambda s: s.key(math.nan, "a", x=1), "changes at nan s"),
        (lambda s: s.path("z", [(0, math.nan)]), "points of path 'z'"),
        (lambda s: s.path("z", []), "points of path 'z'"),
        (lambda s: s.line("z", 0, 0, 1, 1, arrow="left"), "not at 'left'"),
        (lambda s: s.chart("z", 0, 0, 9, 9, {"lag": []}), "chart 'z': the series 'lag' is empty"),
        (lambda s: s.plot("z", 0, 0, 9, 9, {}), "chart 'z' has nothing to show"),
        (lambda s: s.bars("z", 0, 0, 9, 9, {}), "chart 'z'"),
        (lambda s: s.box("z", 0, 0, 30, 20, label="indivisible", wrap=True), "'indivisible' does not fit into 22"),
        (lambda s: s.message(1, "a", "b"), "no lifeline 'a'"),
        (
            lambda s: (s.lifelines(["c"], 0, 0, 90, 90, rows=1), s.note(1, "c", "x", w=60), s.note(2, "c", "y")),
            "full at 2 s",
        ),
        (lambda s: s.pin("z", "ring", 0.5), "no ring 'ring'"),
        (lambda s: s.append(1, "log", "x"), "no log 'log'"),
        (lambda s: (s.log("l", 0, 0, 1), s.append(1, "l", "x"), s.append(2, "l", "y")), "'l' is full at 2 s"),
        (lambda s: s.spot("z", "plot", 1, 1), "no plot 'plot'"),
        (lambda s: s.nest("z", 0, 0, 90, 30, {"a": "", "b": ""}), "no room for 'b'"),
    ],
)
def test_a_slip_is_one_sentence(act, sentence):
    with pytest.raises(ValueError, match=sentence):
        act(scene())


def test_a_scene_has_to_last():
    with pytest.raises(ValueError, match="longer than 0 s"):
        Scene(1, 1, end=0, title="")
