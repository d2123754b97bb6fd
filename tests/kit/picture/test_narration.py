from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.trace import Trace


def told(events, tell=lambda e: (e.kind, f"{e.who} {e.kind}s."), **more):
    trace = Trace(end=10.0)
    for t, kind, who in events:
        trace.emit(t, kind, who)
    scene = Scene(100, 100, end=10, title="", settle=0.5)
    narrate(scene, trace, tell, **more)
    return scene


def test_sentences_on_one_topic_share_a_caption_for_a_while():
    scene = told([(1, "join", "a"), (1.5, "join", "b"), (1.6, "join", "b"), (2.2, "join", "c"), (3, "leave", "a")])
    assert scene.says == [(1, "a joins. b joins."), (2.2, "c joins."), (3, "a leaves.")]


def test_a_sentence_without_a_topic_stands_alone_and_none_is_no_caption():
    scene = told([(1, "x", "a"), (1.2, "", "b"), (1.4, "x", "c")], lambda e: e.who + "." if e.kind else "")
    assert scene.says == [(1, "a."), (1.4, "c.")]


def test_a_caption_that_tells_several_things_rests_after_the_last_of_them():
    scene = told([(1, "join", "a"), (1.9, "join", "b"), (6, "leave", "a")])
    assert scene.rest(1) == 2.4


def test_stills_are_moments_or_found_in_the_trace():
    events = [(1, "join", "a"), (1.5, "join", "b"), (6, "leave", "a")]
    assert told(events, stills=[1.5, 6]).stills == [1, 6], "the caption that tells it"
    assert told(events, stills=lambda trace: [e.t for e in trace.of("leave")]).stills == [6]
    scene = told(events, stills=[4])
    assert scene.stills == [4] and scene.caption(4) == "a joins. b joins."


def test_where_nothing_is_told_it_says_so():
    assert told([], silence="Nobody asks.").says == [(0, "Nobody asks.")]
