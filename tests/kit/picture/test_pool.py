import pytest

from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene


def pool(**more):
    scene = Scene(400, 200, end=20, title="")
    scene.box("door", 0, 80, 20, 20)
    chips = Pool(scene, w=20, h=20, over=0.5)
    chips.tray("in", 100, 10, 68, **more)
    chips.tray("out", 300, 10, 20)
    return scene, chips


def at(scene, chips, chip, t):
    box = chips.box(chip)
    return scene.value(box, "x", t), scene.value(box, "y", t)


def test_chips_lie_side_by_side_in_rows():
    scene, chips = pool()
    for i in range(4):
        chips.put(1, i, "in")
    assert [at(scene, chips, i, 2) for i in range(4)] == [(100, 10), (124, 10), (148, 10), (100, 32)]


def test_a_chip_comes_from_where_it_was_and_the_rest_close_up():
    scene, chips = pool()
    for i in range(3):
        chips.put(1, i, "in", start="door")
    assert at(scene, chips, 0, 1) == (0, 80) and at(scene, chips, 0, 1.25) == (50, 45)
    chips.put(5, 0, "out", fill="good")
    assert at(scene, chips, 1, 6) == (100, 10) and at(scene, chips, 0, 6) == (300, 10)
    assert scene.value(chips.box(0), "fill", 6) == "good" and chips.where(0) == "out" and chips.inside("in") == [1, 2]


def test_what_has_no_room_is_counted_and_needs_no_box():
    scene, chips = pool(back=True, room=2)
    for i in range(5):
        chips.put(1 + i, i, "in")
    assert scene.value("chip-in-more", "label", 10) == "+3" and chips.box(4) == ""
    assert at(scene, chips, 0, 9) == (148, 10) and at(scene, chips, 1, 9) == (124, 10), "from the right end"
    chips.take(10, 0)
    assert scene.value("chip-in-more", "label", 10) == "+2" and at(scene, chips, 2, 11) == (124, 10)


def test_what_was_counted_closes_up_with_the_rest():
    scene, chips = pool(back=True, room=2)
    for i in range(3):
        chips.put(1, i, "in")
    chips.take(10, 0)
    for t in (10.1, 10.3, 10.5):
        assert at(scene, chips, 1, t)[0] - at(scene, chips, 2, t)[0] == pytest.approx(24), "they never overlap"
    assert at(scene, chips, 2, 10.5) == (124, 10)


def test_a_box_that_is_free_serves_the_next_chip():
    scene, chips = pool()
    chips.put(1, "a", "in")
    box = chips.box("a")
    chips.take(2, "a", fill="good")
    assert scene.value(box, "opacity", 2.4) == 1 and scene.value(box, "opacity", 2.5) == 0
    chips.put(2.2, "b", "in")
    chips.put(3, "c", "in", label="C")
    assert chips.box("b") != box == chips.box("c")
    assert (scene.value(box, "label", 3), scene.value(box, "fill", 3), scene.value(box, "opacity", 3)) == (
        "C",
        "data",
        1,
    )


def test_an_ordered_tray_is_kept_in_order():
    _, chips = pool(order=lambda chip: chip)
    for i in (3, 1, 2):
        chips.put(1, i, "in")
    assert chips.inside("in") == [1, 2, 3]


def test_a_look_is_kept_when_the_chip_moves_on():
    scene, chips = pool(room=1)
    chips.put(1, "a", "in")
    chips.put(1, "b", "in")
    chips.look(2, "b", fill="warn")
    chips.put(3, "a", "out")
    assert scene.value(chips.box("b"), "fill", 4) == "warn"


def test_slips_are_one_sentence():
    _, chips = pool()
    with pytest.raises(ValueError, match="no tray 'here', only in, out"):
        chips.put(1, "a", "here")
    chips.put(2, "a", "in")
    with pytest.raises(ValueError, match="give them in order"):
        chips.put(1, "b", "in")
