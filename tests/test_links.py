"""README and CONTRIBUTING are read on the web and in the checkout: what they link to is there."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_linked_to_is_there(name: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse((ROOT / name).read_text(encoding="utf-8"))
    parts = [part for token in tokens for part in token.children or ()]
    links = [unquote(str(part.attrs.get("href") or part.attrs.get("src") or "")) for part in parts]
    files = [link.partition("#")[0] for link in links if link and "://" not in link]
    assert [link for link in files if not (ROOT / link).exists()] == []
