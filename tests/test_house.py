"""The house: imports run one way, files are read in one sitting, functions fit a screen."""

import ast
from pathlib import Path

import networkx

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("labs", "tools")
    for path in (ROOT / folder).rglob("*.py")
}


TABLES = ("_wrong", "claims", "course")  # files that hold a table of data, line by line
LONG_FUNCTIONS = {"take_apart": "a list of checks in their order, each with what it saw"}


def needed(name):
    """The modules that this one imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (each if each in FILES else node.module for each in inner)


def test_imports_run_one_way():
    """No module of labs/ or tools/ needs one that needs it, not even for a type."""
    graph = networkx.DiGraph((name, other) for name in FILES for other in needed(name) if other in FILES)
    assert [sorted(found) for found in networkx.strongly_connected_components(graph) if len(found) > 1] == []
    assert graph.has_edge("labs.kit.playing.player", "labs.kit.picture.scene"), "else nothing was looked at"


def test_the_rooms_of_the_kit_need_each_other_one_way():
    """A room is what it says only if no other one needs it and is needed by it."""
    kit = networkx.DiGraph()
    for name in (name for name in FILES if room_of(name)):
        kit.add_edges_from((room_of(name), room_of(other)) for other in needed(name) if room_of(other))
    kit.remove_edges_from(list(networkx.selfloop_edges(kit)))
    assert list(networkx.simple_cycles(kit)) == []
    assert kit.has_edge("checking", "guarding"), "else nothing was looked at"


def room_of(name):
    """The room of the kit that a module is in; "" for any other."""
    parts = name.split(".")
    return parts[2] if name.startswith("labs.kit.") and len(parts) > 3 else ""


def test_no_module_takes_what_another_keeps_to_itself():
    taken = [
        f"{name} takes {alias.name}"
        for name, path in FILES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("labs", "tools"))
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert taken == []


def test_a_file_is_read_in_one_sitting():
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in FILES.items()}
    limits = {name: 360 if any(word in name for word in TABLES) else 300 for name in lines}
    assert {name: many for name, many in lines.items() if many > limits[name]} == {}


def test_an_apostrophe_is_the_one_on_the_keyboard():
    """One form in all that a learner reads, and it can be searched for as it is typed."""
    curly = {"labs.kit.picture.words"}  # a table of how wide letters are
    texts = FILES | {path.stem: path for folder in ("lessons", "docs") for path in (ROOT / folder).glob("*.md")}
    found = {name for name, path in texts.items() if "\N{RIGHT SINGLE QUOTATION MARK}" in path.read_text("utf-8")}
    assert found == curly


def test_a_function_fits_a_screen():
    long = set()
    for path in FILES.values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 60:
                long.add(node.name)
    assert long == set(LONG_FUNCTIONS)
