"""What is compared is drawn in one frame: one time axis, one scale, one order of rows."""

import re
from functools import partial

from labs.kit import Control, Scene, Trace, explore, in_one_frame


def run(mode="left", *, faults=(), seed=0):
    """The left side is longer and lower than the right one, and has other rows."""
    trace = Trace({"mode": mode}, tuple(faults), seed, end=12.0 if mode == "left" else 7.0)
    trace.emit(1, "queued", "c1" if mode == "left" else "c2", length=3 if mode == "left" else 40)
    return trace


drawn = []


def together(*traces):
    return in_one_frame([partial(draw, trace) for trace in traces])


def draw(trace):
    drawn.append(trace.settings["mode"])
    scene = Scene(300, 200, end=trace.end, title=trace.settings["mode"])
    scene.chart("queue", 40, 20, 200, 60, {"queue": [(e.t, e["length"]) for e in trace]}, unit=" m")
    scene.lanes("life", 40, 120, 200, 20, {e.who: [(e.t, trace.end, "x", "good")] for e in trace})
    scene.say(0, "Here it begins.")
    return scene


def words(scene):
    """Everything that is written on the axes and beside the rows, with its place."""
    parts = scene.svg(live=True).split("<g data-part=")[1:]
    found = [
        match.groups()
        for part in parts
        if (match := re.match(r'"(.+?)" transform="(.+?)".*<text.*?>(.*)</text>', part))
    ]
    return {name: (place, word) for name, place, word in found if re.search(r"-(time|value)\d|life-\d$", name)}


def test_two_sides_are_drawn_in_one_frame():
    left, right = together(run("left"), run("right"))
    assert left.end == right.end == 12
    assert words(left) == words(right)
    told = {word for _, word in words(left).values()}
    assert {"40 m", "10 s", "c1", "c2"} <= told


def test_what_agrees_is_drawn_once():
    drawn.clear()
    together(run("left"), run("left"))
    assert drawn == ["left", "left"]
    drawn.clear()
    together(run("left"), run("right"))
    assert drawn == ["left", "right"] * 2


def test_a_picture_alone_has_its_own_frame_also_after_a_comparison():
    together(run("left"), run("right"))
    assert draw(run("left")).end == 12 and draw(run("right")).end == 7
    assert "3 m" in {word for _, word in words(draw(run("left"))).values()}


def test_the_explorer_sees_to_it():
    explorer = explore(
        run, draw, versus=("mode", "left", "right"), monitors=[("end", lambda trace: f"{trace.end:g} s")]
    )
    (_, left), (_, right) = explorer.scenes
    assert words(left) == words(right)
    assert explorer.table == [("end", [("12 s", None), ("7 s", None)])], "a monitor looks at the run itself"
    single = explore(run, draw, controls=[Control("mode", "right", options=("left", "right"))])
    assert single.scenes[0][1].end == 7
