"""Play leaves every caption the time that it takes to read, on both sides of A | B."""

import itertools

import pytest

from labs.kit import Scene
from labs.kit.playing.pace import LEAST, QUIET, reading_time, story
from labs.kit.playing.player import payload

SHORT, LONG = "Short.", "A caption of some length, which nobody reads within a second or two."


def told(*says, end=10.0):
    scene = Scene(100, 50, end=end, title="a run")
    for t, caption in says:
        scene.say(t, caption)
    return scene


def play(line, t):
    """When the moment `t` of the run is played."""
    (t0, p0), (t1, p1) = next(pair for pair in itertools.pairwise(line) if pair[1][0] >= t)
    return p0 + (p1 - p0) * (t - t0) / (t1 - t0)


def stands(line, scene, t):
    """How long the caption of `t` stands."""
    later = [said for said, _ in scene.says if said > t]
    return play(line, later[0] if later else scene.end) - play(line, t)


def test_a_caption_is_read_at_fifteen_characters_a_second_and_noticed_first():
    assert reading_time([SHORT]) == LEAST == 1.2
    assert reading_time([LONG]) == pytest.approx(len(LONG) / 15)
    assert reading_time([SHORT, LONG]) == reading_time([SHORT]) + reading_time([LONG])


def test_a_storm_of_captions_is_played_slowly():
    scene = told(*((3 + i / 50, f"{LONG} Number {i}.") for i in range(60)))
    line = story([scene], scene.end)
    for t, caption in scene.says:
        assert stands(line, scene, t) >= reading_time([caption]) - 1e-6


def test_a_quiet_stretch_is_hurried_through():
    scene = told((0, SHORT), (90, SHORT), end=100.0)
    line = story([scene], scene.end)
    assert stands(line, scene, 0) == pytest.approx(QUIET * 0.9)
    assert line[-1] == (100.0, pytest.approx(QUIET))


def test_both_sides_can_be_read():
    left, right = told((1, LONG), (2, SHORT)), told((1, SHORT + LONG), (1.5, SHORT), (7, LONG))
    line = story([left, right], 10.0)
    for scene in (left, right):
        for t, caption in scene.says:
            assert stands(line, scene, t) >= reading_time([caption]) - 1e-6
    assert play(line, 1.5) - play(line, 1) >= reading_time([LONG, SHORT + LONG]), "one is read after the other"


def test_what_both_sides_say_is_read_once():
    alone, both = (story([told((1, LONG), (1.1, SHORT))] * n, 10.0) for n in (1, 2))
    assert alone == both


def test_the_line_runs_from_the_beginning_to_the_end_without_a_step_back():
    scene = told((0, SHORT), (2, LONG), (2.0004, SHORT), (10, LONG))
    line = story([scene], scene.end)
    assert line[0] == (0, 0) and line[-1][0] == 10
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(line))


def test_the_browser_is_sent_the_line_and_an_end_that_a_playhead_reaches():
    """A hair between a playhead's duration and the run's, and with less motion it would stand at the end at once."""
    scene = Scene(100, 50, end=15.81544, title="a run")
    scene.chart("queue", 10, 10, 80, 20, {"queue": [(0, 1)]})
    sent = payload([("", scene)])
    assert sent["story"][-1][0] == sent["end"] == sent["scenes"][0]["end"] == 15.815
    overs = {track[4] for track in sent["scenes"][0]["tracks"]}  # in ms: the playhead and its veil, nothing else moves
    assert overs == {15815}
