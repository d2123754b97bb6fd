"""A claim's verdict follows from what was run, and says the same by mark, word and colour."""

import pytest

from labs.kit.guessing.claims import judged
from labs.kit.picture.palette import COLOURS

SOURCE = ("KIP-429", "https://example.org/kip?a=1&b=2")


def html(card):
    return card._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("holds", "verdict", "mark", "colour"),
    [
        (True, "holds", "✓", "good"),
        (False, "does not hold", "✗", "bad"),
        ({"eager": True, "cooperative": False}, "holds only in part", "◐", "warn"),
        ({"eager": True, "cooperative": True}, "holds", "✓", "good"),
        ({"eager": False}, "does not hold", "✗", "bad"),
    ],
)
def test_the_verdict_follows(holds, verdict, mark, colour):
    card = judged("Nobody reads.", {"paused": 4}, holds, source=SOURCE)
    assert card.verdict == verdict
    assert f"{mark} {verdict}" in repr(card) and f"{mark} {verdict}" in html(card)
    assert COLOURS[colour][0] in html(card)


def test_all_of_it_in_words():
    card = judged(
        "Nobody reads.",
        {"eager": 4, "cooperative, mean": 1 / 3},
        {"eager": True, "cooperative": False},
        real="Only what moves stops.",
        source=[SOURCE, ("Docs", "https://example.org")],
    )
    assert repr(card) == (
        "The notes say: Nobody reads.\n  What was run:\n    eager              4\n    cooperative, mean  0.333333\n"
        "  Verdict: ◐ holds only in part (eager: yes; cooperative: no)\n  The real system: Only what moves stops.\n"
        "  Source: KIP-429, https://example.org/kip?a=1&b=2\n  Source: Docs, https://example.org"
    )
    assert "Holds in part: eager: yes; cooperative: no." in html(card)


def test_a_sentence_may_stand_for_what_was_seen():
    assert "what came out  one member" in repr(judged("x", "one member", True, source=SOURCE))


def test_nothing_is_html_by_accident():
    card = judged("a <b> & `c<d`", {"<i>": "<u>"}, True, real="<s>", source=("<q>", 'https://e.org/"><script>'))
    text = html(card)
    assert not any(tag in text for tag in ("<b>", "<i>", "<u>", "<s>", "<q>", "<script>"))
    assert "a &lt;b&gt; &amp; <code>c&lt;d</code>" in text
    assert 'href="https://example.org/kip?a=1&amp;b=2"' in html(judged("x", "y", True, source=SOURCE))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"says": " "}, "`says` is the statement"),
        ({"saw": ""}, "something is empty"),
        ({"saw": {}}, "something is empty"),
        ({"saw": {"x": None}}, "something is empty"),
        ({"holds": 1}, "`holds` is True or False"),
        ({"holds": {}}, "`holds` is True or False"),
        ({"holds": {"a": "yes"}}, "`holds` is True or False"),
        ({"source": ()}, "`source` is"),
        ({"source": ("KIP-429", "javascript:alert(1)")}, "`source` is"),
        ({"source": "https://example.org"}, "`source` is"),
    ],
)
def test_bad_input_is_one_sentence(change, told):
    with pytest.raises(ValueError, match=told) as caught:
        judged(**{"says": "x", "saw": "y", "holds": True, "source": SOURCE, **change})
    assert "\n" not in str(caught.value)
