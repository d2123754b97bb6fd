"""The small words of HTTP: tokens, header fields, lists in a field's value. Everything else in this folder is built on
them. Nothing here is more generous than the grammar, because requests are smuggled past a proxy wherever two programs
read one message differently.

Headers     (name, value) pairs in order; a name may come more than once
token       a name without spaces or separators: a method, a field's name, a coding      RFC 9110 §5.6.2
field       one line of the head: name, colon, value; no space before the colon          RFC 9112 §5
list        values with commas between them, over one line or several                    RFC 9110 §5.6.1
Refuse      this is not to be passed on; the status is what the client is told
"""

from __future__ import annotations

import re

Headers = list[tuple[str, str]]

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# What is visible, bytes above 127, and between them spaces and tabs: no CR, LF, NUL, no other control character.
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# One member of a list: what stands in double quotes may hold commas, and a backslash takes the next character with it.
MEMBER = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^",])+')

# Whom a request is for, and where its body ends. The grammar allows a tab around their values, but not every server
# takes it for a space: some read no length, or no coding, where we read one.
DECISIVE = {"host", "content-length", "transfer-encoding"}


class Refuse(Exception):
    """This message is not passed on; the client is told why with this status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class NotHTTP(ValueError):
    """These bytes are no HTTP message. From a client that is a 400, from a server behind the proxy a 502."""


def field(line: str) -> tuple[str, str]:
    """The name and the value of one line of a head. NotHTTP where it is no field: RFC 9112 §5.

    A line that begins with a space once continued the line before it (obs-fold). It may be refused, and is: §5.2.
    """
    name, colon, value = line.partition(":")
    if "\t" in value and name.lower() in DECISIVE:
        raise NotHTTP(f"a tab in {name}")
    if not colon or not TOKEN.fullmatch(name):
        raise NotHTTP("a line of the head is no header field")
    value = value.strip(" \t")
    if not VALUE.fullmatch(value):
        raise NotHTTP(f"the value of {name} has a control character")
    return name, value


def values(headers: Headers, name: str) -> list[str]:
    """The values of every field with this name, in order; the case of the letters does not matter."""
    return [value for n, value in headers if n.lower() == name.lower()]


def value(headers: Headers, name: str) -> str | None:
    """The first field with this name, or None."""
    return next(iter(values(headers, name)), None)


def members(headers: Headers, name: str) -> list[str]:
    """The members of a list field, over all its lines, empty ones left out: RFC 9110 §5.6.1.2."""
    parts = [part.strip(" \t") for line in values(headers, name) for part in MEMBER.findall(line)]
    return [part for part in parts if part]


def words(headers: Headers, name: str) -> list[str]:
    """Like `members`, in small letters: for lists whose members are tokens, such as Connection."""
    return [part.lower() for part in members(headers, name)]


def unquoted(text: str) -> str:
    """What a quoted string holds; anything else as it is: RFC 9110 §5.6.4."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def without(headers: Headers, *names: str) -> Headers:
    """The headers without those of these names."""
    gone = {name.lower() for name in names}
    return [(name, value) for name, value in headers if name.lower() not in gone]
