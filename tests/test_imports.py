"""Imports run one way: no room's module needs itself in the end, not even for the sake of its types."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def modules():
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((ROOT / "labs").rglob("*.py"))
        if "kit" not in path.parts
    }


def imported(tree, known):
    """What a module imports at its top, under TYPE_CHECKING too; its functions may import later what they like."""
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in known else node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.If | ast.Try):
            waiting += [*node.body, *node.orelse]


def test_there_is_no_circle_in_the_rooms():
    known = modules()
    graph = {
        name: {one for one in imported(ast.parse(path.read_text("utf-8")), known) if one in known and one != name}
        for name, path in known.items()
    }
    assert "labs.kafka.offsets.process" in graph["labs.kafka.offsets.delivery"]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" → ".join(error.args[1])) from None
