"""Topic matching as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from labs.rabbitmq.routing.matching import topic_matches, words


def walk(
    pattern: list[str],
    key: list[str],
    *,
    least: int = 0,
    most: int = 99,
    star: Callable[[str], bool] = lambda word: True,
    same: Callable[[str, str], bool] = lambda a, b: a == b,
) -> bool:
    """Match word by word; `least` and `most` are how many words `#` may stand for."""
    if not pattern:
        return not key
    first, rest = pattern[0], pattern[1:]
    if first == "#":
        choices = range(least, min(most, len(key)) + 1)
        return any(walk(rest, key[n:], least=least, most=most, star=star, same=same) for n in choices)
    if not key:
        return False
    well = star(key[0]) if first == "*" else same(first, key[0])
    return well and walk(rest, key[1:], least=least, most=most, star=star, same=same)


def swapped(pattern: str, key: str) -> bool:
    """The key as the pattern."""
    return topic_matches(key, pattern)


def one_or_more(pattern: str, key: str) -> bool:
    """`#` asks for a word."""
    return walk(words(pattern), words(key), least=1)


def at_most_one(pattern: str, key: str) -> bool:
    """`#` as none or one."""
    return walk(words(pattern), words(key), most=1)


def hash_is_star(pattern: str, key: str) -> bool:
    """`#` as exactly one."""
    return walk(words(pattern), words(key), least=1, most=1)


def star_may_be_none(pattern: str, key: str) -> bool:
    """`*` as none or one."""

    def go(p: list[str], k: list[str]) -> bool:
        if not p:
            return not k
        if p[0] == "#":
            return any(go(p[1:], k[n:]) for n in range(len(k) + 1))
        if p[0] == "*" and go(p[1:], k):
            return True
        return bool(k) and p[0] in ("*", k[0]) and go(p[1:], k[1:])

    return go(words(pattern), words(key))


def star_is_hash(pattern: str, key: str) -> bool:
    """`*` as any number."""
    return topic_matches(".".join("#" if word == "*" else word for word in words(pattern)), key)


def star_needs_letters(pattern: str, key: str) -> bool:
    """`*` does not take an empty word."""
    return walk(words(pattern), words(key), star=bool)


def empty_is_a_word(pattern: str, key: str) -> bool:
    """split without a thought: the empty string has one word."""
    return walk(pattern.split("."), key.split("."))


def empty_words_dropped(pattern: str, key: str) -> bool:
    """Empty words are thrown away."""
    return walk([w for w in pattern.split(".") if w], [w for w in key.split(".") if w])


def without_capitals(pattern: str, key: str) -> bool:
    """Upper and lower case are one."""
    return topic_matches(pattern.lower(), key.lower())


def hash_only_last(pattern: str, key: str) -> bool:
    """`#` swallows everything that follows."""
    p, k = words(pattern), words(key)
    for n, word in enumerate(p):
        if word == "#":
            return True
        if n >= len(k) or word not in ("*", k[n]):
            return False
    return len(p) == len(k)


def greedy(pattern: str, key: str) -> bool:
    """`#` goes on to the first word that fits, and is never taken back."""
    p, k, n = words(pattern), words(key), 0
    for i, word in enumerate(p):
        if word == "#":
            following = next((w for w in p[i + 1 :] if w != "#"), None)
            if following is None:
                return True
            while n < len(k) and following not in ("*", k[n]):
                n += 1
        elif n < len(k) and word in ("*", k[n]):
            n += 1
        else:
            return False
    return n == len(k)


def first_hash_only(pattern: str, key: str) -> bool:
    """Only the first `#` is special: what stands before it and after it is compared from both ends."""
    p, k = words(pattern), words(key)
    if "#" not in p:
        return walk(p, k)
    n = p.index("#")
    head, tail = p[:n], p[n + 1 :]
    if len(k) < len(head) + len(tail):
        return False
    ends = [*zip(head, k, strict=False), *zip(reversed(tail), reversed(k), strict=False)]
    return all(word in ("*", given) for word, given in ends)


def overlapping(pattern: str, key: str) -> bool:
    """What stands before `#` and after it may use the same word."""
    p, k = words(pattern), words(key)
    if p.count("#") != 1:
        return topic_matches(pattern, key)
    n = p.index("#")
    head, tail = p[:n], p[n + 1 :]
    if len(k) < max(len(head), len(tail)):
        return False
    ends = [*zip(head, k, strict=False), *zip(reversed(tail), reversed(k), strict=False)]
    return all(word in ("*", given) for word, given in ends)


def dots_of_a_regex(pattern: str, key: str) -> bool:
    """A regular expression with its dots unescaped."""
    text = pattern.replace("*", r"[^.]*").replace("#", "ANY").replace("ANY", ".*")
    return bool(re.fullmatch(text, key, re.DOTALL))


def hash_keeps_its_dots(pattern: str, key: str) -> bool:
    """A regular expression that keeps the dots on both sides of `#`."""
    parts = [r"[^.]*" if w == "*" else ".*" if w == "#" else re.escape(w) for w in pattern.split(".")]
    return bool(re.fullmatch(r"\.".join(parts), key, re.DOTALL))


def unanchored(pattern: str, key: str) -> bool:
    """The pattern may lie anywhere in the key."""
    return topic_matches(f"#.{pattern}.#" if pattern else "#", key)


def as_a_prefix(pattern: str, key: str) -> bool:
    """What follows the pattern is not looked at."""
    return topic_matches(f"{pattern}.#" if pattern else "#", key)


def as_file_names(pattern: str, key: str) -> bool:
    """fnmatch: its `*` runs over dots."""
    return fnmatchcase(key, pattern.replace("#", "*"))


def within_a_word(pattern: str, key: str) -> bool:
    """fnmatch for each word: `or*` takes every word that begins with `or`."""
    return walk(words(pattern), words(key), same=lambda part, word: fnmatchcase(word, part))


def exact(pattern: str, key: str) -> bool:
    """As a direct exchange does it."""
    return pattern == key


def wild_key(pattern: str, key: str) -> bool:
    """`*` and `#` in the key count, too."""
    return topic_matches(pattern, key) or topic_matches(key, pattern)


def within_words(pattern: str, key: str) -> bool:
    """A word of the pattern may be part of the key's word."""
    return walk(words(pattern), words(key), same=lambda a, b: a in b)


def lone_hash(pattern: str, key: str) -> bool:
    """`#` matches everything but the empty key."""
    return bool(words(key)) and topic_matches(pattern, key)
