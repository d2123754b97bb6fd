"""What is shown is the code that runs, with the place where it stands."""

import os
import subprocess
import sys

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


CELLS = (
    "def f(x):\n    return 1",
    "def f(x)\n    return 2",  # no colon
    "def f(x):\n    return 1\nf(1) / 0",  # it fails, but not before f is there
    "import nothing_of_that_name\n\ndef f(x):\n    return 3",
    "def g(x)",
    "def f(x):\n    return 1",
)
IN_IPYTHON = f"""
from IPython.core.interactiveshell import InteractiveShell
from labs.kit.source import is_left_over
shell = InteractiveShell.instance(user_ns=dict(is_left_over=is_left_over))
for cell in {CELLS!r}:
    shell.run_cell(cell, store_history=True)
    print("left over:", shell.run_cell("is_left_over(f)", store_history=True).result)
"""


def test_a_function_is_left_over_where_its_new_cell_failed_before_defining_it(tmp_path):
    command = [sys.executable, "-c", IN_IPYTHON]
    told = subprocess.run(command, env={**os.environ, "IPYTHONDIR": str(tmp_path)}, capture_output=True, text=True)
    left = [line.partition("left over: ")[2] for line in told.stdout.splitlines() if "left over: " in line]
    assert left == ["False", "True", "False", "True", "False", "False"], told.stderr
