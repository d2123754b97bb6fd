"""What is wrong with a lesson's text: characters nobody sees, marks JupyterLab does not know, links that lead nowhere.

A lesson is written as a MyST notebook, but its text is shown by JupyterLab, and often read on GitHub: both know plain
Markdown, HTML and formulas, and none of MyST's directives and roles. Each finding is a line, counted from 0, and a
sentence that says what is wrong and what to do.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Finding = tuple[int, str]

SEEN = "\n\t\u200d"
"""Control characters (Unicode's Cc, Cf, Zl and Zp) that a lesson may hold; the last one joins emoji."""

# What MyST means by a line that begins so, and what an author can write instead.
LINES = {
    r"(:{3,}\{.*)": "write it as plain text, or as a quotation (> **Note** …)",
    r"(%.*)": "a comment in the text is written <!-- so -->",
    r"(\(\S+\)=)$": "headings are the places to link to ([…](#The-heading))",
}
# The same within a line; and what stands before `…`, which is how MyST writes a role.
WORDS = {
    r"(\{\{.*?\}\})": "let a code cell show the value",
    r"(\[\^[^\]]+\])": "there are no footnotes: say it in the text",
}
ROLE = re.compile(r"\{([\w:+.-]+)\}$")
DIRECTIVE = "write it as plain text, or as a quotation (> **Note** …); code that is only shown is fenced with ```python"

ABROAD = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)
IN_HTML = re.compile(r"""<(a|img)\b[^>]*?\b(?:href|src)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)


def unseen(text: str) -> Iterator[Finding]:
    """Characters that no editor shows and that break a line or a cell in the middle, such as U+2028."""
    for number, line in enumerate(text.split("\n")):
        for sign in line:
            if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") and sign not in SEEN:
                name = unicodedata.name(sign, "a control character").lower()
                yield number, f"it holds U+{ord(sign):04X} ({name}), which nobody sees: delete it"


def complaints(source: str, stem: str, root: Path) -> Iterator[Finding]:
    """Everything that is wrong with one text cell of the lesson `stem`."""
    lines = source.split("\n")
    for token in _tokens(source):
        at = token.map[0] if token.map else 0
        if token.type == "fence" and token.info.lstrip().startswith("{"):
            yield at, _unknown(lines[at].strip(), DIRECTIVE)
        elif token.type == "html_block":
            yield from ((_line(lines, at, link), what) for link, what in _html_links(token.content, stem, root))
        elif token.type == "inline":
            for mark, instead in _foreign(token):
                yield _line(lines, at, mark), _unknown(mark, instead)
            yield from ((_line(lines, at, link), what) for link, what in _links(token, stem, root))


def _tokens(source: str) -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").parse(source)


def _line(lines: list[str], start: int, text: str) -> int:
    return next((n for n in range(start, len(lines)) if text in lines[n]), start)


def _unknown(mark: str, instead: str) -> str:
    return f"JupyterLab does not know {mark!r} and would show it as it stands: {instead}"


def _foreign(token: Any) -> Iterator[tuple[str, str]]:
    """Every mark of MyST's in a paragraph or heading, and what to write instead."""
    for line in token.content.split("\n"):
        yield from ((m[1], instead) for start, instead in LINES.items() if (m := re.match(start, line)))
    for child, after in zip(token.children, [*token.children[1:], None], strict=True):
        if child.type != "text":
            continue
        for word, instead in WORDS.items():
            yield from ((m[1], instead) for m in re.finditer(word, child.content))
        if (role := ROLE.search(child.content)) and after is not None and after.type == "code_inline":
            instead = "let a code cell show the value" if role[1] == "eval" else "write `code`, $a formula$ or a link"
            yield f"{role[0]}`{after.content}`", instead


def _links(token: Any, stem: str, root: Path) -> Iterator[tuple[str, str]]:
    """Each link and image of a paragraph that somebody would miss, as it is written, and what is wrong with it."""
    for child in token.children:
        if child.type == "link_open" and (what := dead(child.attrs["href"], stem, root)):
            yield unquote(child.attrs["href"]), what
        elif child.type == "image" and (what := missing(child.attrs["src"], root)):
            yield unquote(child.attrs["src"]), what
        elif child.type == "html_inline":
            yield from _html_links(child.content, stem, root)


def _html_links(html: str, stem: str, root: Path) -> Iterator[tuple[str, str]]:
    for tag, link in IN_HTML.findall(html):
        if what := missing(link, root) if tag.lower() == "img" else dead(link, stem, root):
            yield link, what


def dead(link: str, stem: str, root: Path) -> str:
    """Why this link in the lesson `stem` leads nowhere in a learner's copy; "" if it leads somewhere."""
    path, _, anchor = unquote(link).partition("#")
    if ABROAD.match(link):
        return ""
    known = [other.stem for other in sorted((root / "lessons").glob("[0-9]*.md"))]
    name = path.removeprefix("./")
    if path and name.removesuffix(".ipynb") not in known:
        near = [f"{n}.ipynb" for n in difflib.get_close_matches(Path(name).stem, known, n=1)]
        if (root / "notebooks" / path).exists() and not name.endswith(".ipynb"):
            return f"{link} cannot be opened from the learner's copy in my_work/: show it, or link to the web"
        return f"{link} leads nowhere: there is no such lesson" + (f"; did you mean {near[0]}?" if near else "")
    if path and not name.endswith(".ipynb"):
        return f"{link} leads nowhere: a lesson's file is {name}.ipynb"
    if anchor:
        there = headings(root / "lessons" / f"{name.removesuffix('.ipynb') or stem}.md")
        if anchor not in there:
            near = difflib.get_close_matches(anchor, there, n=1)
            return f"{link} leads nowhere: there is no such heading" + (f"; did you mean #{near[0]}?" if near else "")
    return ""


def missing(link: str, root: Path) -> str:
    """Why a learner would not see this image; "" if they do."""
    if ABROAD.match(link) and not link.lower().startswith("attachment:"):
        return ""
    if not (root / "notebooks" / unquote(link)).is_file():
        return f"there is no image {link}: draw it in a code cell"
    return f"the image {link} does not come along to the learner's copy in my_work/: draw it in a code cell"


def headings(path: Path) -> list[str]:
    """The anchors of a lesson's headings as JupyterLab makes them: the words as they are, joined by hyphens."""
    tokens = _tokens(path.read_text(encoding="utf-8-sig"))
    heads = [after for token, after in pairwise(tokens) if token.type == "heading_open"]
    texts = ("".join(c.content for c in head.children if c.type in ("text", "code_inline")) for head in heads)
    return [text.replace(" ", "-") for text in texts]
