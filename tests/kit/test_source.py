"""What is shown is the code that runs, with the place where it stands."""

import pytest

from labs.kafka.groups import range_assign
from labs.kafka.groups.members import Member
from labs.kit import show_source


def test_the_source_of_the_model():
    shown = show_source(range_assign)._repr_mimebundle_()
    markdown = shown["text/markdown"]
    assert markdown.startswith("`labs/kafka/groups/assignors.py`, line ")
    assert "](" not in markdown.partition("```")[0], "a link into labs/ leads nowhere: the server's root is my_work/"
    assert "```python\ndef range_assign(" in markdown and markdown.endswith("return assignment\n```\n")
    assert shown["text/plain"].startswith("# labs/kafka/groups/assignors.py, line ")


def test_several_at_once_and_methods_dedented():
    shown = show_source(range_assign, Member.__post_init__, Member)
    assert "\ndef __post_init__(self)" in shown.text and "class Member:" in shown.text
    assert "members.py" in repr(shown).splitlines()[0]


def own(x):
    return "```"


def test_the_learners_own_has_no_place_and_its_fence_holds():
    markdown = show_source(own)._repr_mimebundle_()["text/markdown"]
    assert markdown.startswith("````python\ndef own(x):") and markdown.endswith("\n````\n")


@pytest.mark.parametrize("thing", [len, 3, [1]])
def test_what_has_no_source_is_one_sentence(thing):
    with pytest.raises(TypeError, match="has no Python source to show"):
        show_source(thing)
    with pytest.raises(TypeError, match="wants a function"):
        show_source()
