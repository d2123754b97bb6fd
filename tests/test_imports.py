"""Imports run one way: no module of labs/ or tools/ needs one that needs it, not even for a type."""

import ast
from pathlib import Path

import networkx

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("labs", "tools")
    for path in (ROOT / folder).rglob("*.py")
}


def needed(name):
    """The modules that this one imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (each if each in FILES else node.module for each in inner)


def test_imports_run_one_way():
    graph = networkx.DiGraph((name, other) for name in FILES for other in needed(name) if other in FILES)
    assert [sorted(found) for found in networkx.strongly_connected_components(graph) if len(found) > 1] == []
    assert graph.has_edge("labs.kit.player", "labs.kit.scene"), "else nothing was looked at"
