"""Lesson 11: the matcher of a topic exchange."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import truth
from labs.rabbitmq.routing.exercises import topic_wrong as wrong
from labs.rabbitmq.routing.matching import topic_matches

Case = tuple[str, str]

# What is easily taken for a wildcard, or not: empty words, capitals, signs of regular expressions and of shells.
ODD_PATTERNS = "a..b a.*.b . *.* #.b a.# a.#.b ab a.b A *. .# #.# *.#.* a+ é.* or*.new a* *b #b a#.b ** ## [ab] ?"
ODD_KEYS = "a..b . a. ab axb a.b aa A a.x.y.b * # a.* a.# *.b é.é a.b.a.b a+ or*.new order.new a* [ab] **"


def _cases() -> Iterator[Case]:
    """Every short pattern against every short key, then what is easily forgotten."""
    parts, some = ["a", "b", "*", "#"], ["a", "b"]
    patterns = ["", *(".".join(p) for n in (1, 2, 3) for p in product(parts, repeat=n))]
    keys = ["", *(".".join(k) for n in (1, 2, 3) for k in product(some, repeat=n))]
    yield from (("order.*", "order.new"), ("order.#", "order"), ("order.*", "order"), ("#", ""), ("*", ""))
    yield from product(patterns, keys)
    yield from product(ODD_PATTERNS.split(), ODD_KEYS.split())
    yield from product(
        ["a.#.b.#.c", "#.a.#", "a.#.#.b", "#.a.b", "#.a.*", "*.#.b", "a.#.a"],
        ["a.b.c", "a.x.b.y.c", "a.b.b.c", "a.a.b", "b.a.a.b", "x.a.x.a.b", "a.b.a.b", "a.b.c.d", "a"],
    )
    yield from ((".".join(["a"] * 12), ".".join(["a"] * 12)), ("#." * 5 + "b", ".".join(["a"] * 8)))


def _strategy() -> Any:
    from hypothesis import strategies as st

    word = st.sampled_from(["a", "b", "ab", "", "eu", "*", "A"])
    part = st.sampled_from(["a", "b", "ab", "", "eu", "*", "*", "#", "#"])
    keys = st.lists(word, max_size=5).map(".".join)
    return st.tuples(st.lists(part, max_size=5).map(".".join), keys)


def _read(case: Case, answer: Any) -> bool:
    return truth(answer)


def _matches(case: Case, answer: bool) -> None:
    right = topic_matches(*case)
    if answer != right:
        pattern, key = (f"`{text}`" if text else "the empty string" for text in case)
        raise Wrong(f"{pattern} {'matches' if right else 'does not match'} {key}.", right)


TOPIC = Exercise(
    id="rabbitmq-topic",
    lesson="11",
    title="The topic matcher",
    points=2,
    reference=topic_matches,
    cases=_cases,
    strategy=_strategy,
    shape="Returns True or False",
    read=_read,
    properties=(("Lets through what RabbitMQ lets through", _matches),),
    wrong=(
        Mistake(
            "You treat the key's own `*` and `#` as wildcards. In a key they are words like any other.", wrong.wild_key
        ),
        Mistake(
            "You let `*` pass over an empty word. `a..b` has three words, the second of them empty: `*` takes it, too.",
            wrong.star_needs_letters,
        ),
        Mistake("You drop empty words. `a..b` has three words, and `a.b` has two.", wrong.empty_words_dropped),
        Mistake("You compare without regard to capitals. `A` and `a` are two different words.", wrong.without_capitals),
        Mistake(
            'You take the empty string for one word. `"".split(".")` gives `[\'\']`; the empty key has no words, so '
            "`#` lets it through and `*` does not.",
            wrong.empty_is_a_word,
        ),
        Mistake("You never let the empty key through. It has no words, and `#` also stands for none.", wrong.lone_hash),
        Mistake(
            "You let `#` stand for one word or more. It also stands for none: `order.#` matches `order`.",
            wrong.one_or_more,
        ),
        Mistake(
            "You let `#` stand for exactly one word, as `*` does. It stands for any number, none included.",
            wrong.hash_is_star,
        ),
        Mistake("You let `#` stand for one word at most. It stands for any number.", wrong.at_most_one),
        Mistake("You let `*` stand for no word at all, too. It stands for exactly one.", wrong.star_may_be_none),
        Mistake(
            "You let `*` stand for several words. It stands for exactly one; `#` is for any number.", wrong.star_is_hash
        ),
        Mistake(
            "You let everything through once you have met a `#`. What stands after it has to match as well.",
            wrong.hash_only_last,
        ),
        Mistake(
            "You let `#` run to the first word that fits what follows, and never try a later one: `#.a.b` matches "
            "`a.a.b`.",
            wrong.greedy,
        ),
        Mistake("You look at one `#` only. There may be several: `a.#.b.#.c`.", wrong.first_hash_only),
        Mistake(
            "You let one word count twice, before and after `#`: `a.#.a` needs two words, so it does not match `a`.",
            wrong.overlapping,
        ),
        Mistake(
            "You build a regular expression without escaping its dots: there a dot stands for any character. "
            "`re.escape` turns it into a dot.",
            wrong.dots_of_a_regex,
        ),
        Mistake(
            "You let `#` stand for one word or more, or keep the dots on both sides of it. It also stands for none, "
            "and then a dot goes as well: `a.#.b` matches `a.b`.",
            wrong.hash_keeps_its_dots,
        ),
        Mistake("You look for the pattern anywhere in the key. It has to account for the whole key.", wrong.unanchored),
        Mistake("You do not look at what follows the pattern. It has to account for the whole key.", wrong.as_a_prefix),
        Mistake(
            "You match file names (`fnmatch`), where `*` runs over dots. Here it stands for exactly one word.",
            wrong.as_file_names,
        ),
        Mistake("You compare pattern and key character for character, as a direct exchange does.", wrong.exact),
        Mistake(
            "You let `*` or `?` or `[…]` stand for part of a word. `*` and `#` are special only as whole words: `or*` "
            "matches the word `or*` and no other.",
            wrong.within_a_word,
        ),
        Mistake(
            "You take the key for the pattern: `*` and `#` count in the pattern, which comes first.", wrong.swapped
        ),
        Mistake("You look for the pattern's word inside the key's word. Words have to be equal.", wrong.within_words),
    ),
    hints=(
        'Work on lists of words: `text.split(".")`, and `[]` for the empty string.',
        "Take the pattern's first word. A plain word or `*` uses up one word of the key. What are the choices for `#`?",
        "`#` uses up nothing, or one word of the key, after which you are at the same `#` again. Let the function call "
        "itself with the rest of both lists; it is done when the pattern is empty.",
    ),
)
