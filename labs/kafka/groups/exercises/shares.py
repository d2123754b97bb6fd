"""What the exercises about assignors share: how an answer is read, shown and drawn, and what is always asked of it.

An answer is read into {member id: its partitions, sorted}, so that the order in a list does not matter, and tuples and
sets do as well as lists.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

from labs.kafka.groups.exercises.cases import Group, unread_topics, vanished
from labs.kafka.groups.members import Member, Partition
from labs.kit.checking.exercise import Wrong
from labs.kit.checking.reading import is_whole
from labs.kit.guarding.telling import show
from labs.kit.picture.palette import COLOURS, actor

Shares = dict[str, tuple[Partition, ...]]

SHAPE = "Returns {member id: list of (topic, partition) pairs}"
NO_ENTRY = "no entry"  # of a member that the answer leaves out; one that gets nothing has an empty list
_PAIRS = "expected a list of (topic, partition) pairs"


# ── reading an answer ─────────────────────────────────────────────────────────────────────────────────────────────────


def read(case: Group, answer: Any) -> Shares:
    """The answer in plain form; Wrong if it is no assignment at all.

    A member may still be missing, and somebody may still keep what has vanished: these are mistakes of their own.
    """
    members, topics = case
    if not isinstance(answer, Mapping):
        raise Wrong(f"It returned {_short(answer)}: expected a dict with a list of partitions for each member's id.")
    ids = [m.id for m in members]
    for name in answer:
        if isinstance(name, Member):
            raise Wrong(f"A key is the whole Member {name.id}: expected its id, '{name.id}'.")
        if name not in ids:
            raise Wrong(f"There is no member {_short(name)}.")
    gone = vanished(case)
    return {name: _pairs(name, answer[name], topics, gone) for name in ids if name in answer}


def _pairs(name: str, value: Any, topics: Mapping[str, int], gone: Collection[Partition]) -> tuple[Partition, ...]:
    if not isinstance(value, Collection) or isinstance(value, str | bytes | Mapping):
        raise Wrong(f"{name} → {_short(value)}: {_PAIRS}.")
    pairs = []
    for pair in value:
        match pair:
            case (str(topic), whole) if is_whole(whole):
                number = int(whole)
                if not 0 <= number < topics.get(topic, 0) and (topic, number) not in gone:
                    raise Wrong(f"{name} → {topic}-{number}: {there_are(topic, topics)}.")
                pairs.append((str(topic), number))
            case _:
                raise Wrong(f"{name} → [{_short(pair)}]: {_PAIRS}, such as ('orders', 0).")
    return tuple(sorted(pairs))


def there_are(topic: str, topics: Mapping[str, int]) -> str:
    """How many partitions the topic has, in words."""
    count = topics.get(topic)
    return f"there is no topic {topic}" if count is None else f"{topic} has {count}, numbered from 0 to {count - 1}"


def _short(value: Any) -> str:
    return show(value, 60)


# ── what is always asked ──────────────────────────────────────────────────────────────────────────────────────────────


def every_member(case: Group, answer: Shares) -> None:
    """A member without partitions has an entry too."""
    for member in case[0]:
        if member.id not in answer:
            raise Wrong(f"{member.id} is missing: a member with nothing to read has an empty list.")


def exactly_once(case: Group, answer: Shares) -> None:
    """Each partition that somebody subscribes to is read by one member."""
    members, topics = case
    owners = _owners(answer)
    for topic in sorted(topics):
        for number in range(topics[topic]):
            who = owners.get((topic, number), [])
            if not who and any(topic in m.topics for m in members):
                raise Wrong(f"{topic}-{number} goes to nobody.")
            if len(who) > 1:
                once = list(dict.fromkeys(who))
                raise Wrong(f"{topic}-{number} goes to {' and '.join(once)}{' twice' * (len(once) == 1)}.")


def only_subscribed(case: Group, answer: Shares) -> None:
    """Nobody reads a topic that it did not ask for."""
    for member in case[0]:
        for topic, number in answer.get(member.id, ()):
            if topic not in member.topics:
                theirs = f"only to {' and '.join(member.topics)}" if member.topics else "to nothing"
                raise Wrong(f"{member.id} gets {topic}-{number}, but subscribes {theirs}.")


def _owners(answer: Shares) -> dict[Partition, list[str]]:
    owners: dict[Partition, list[str]] = {}
    for name, partitions in answer.items():
        for partition in partitions:
            owners.setdefault(partition, []).append(name)
    return owners


ALWAYS = (
    ("Every member has an entry, even one that gets nothing", every_member),
    ("Every subscribed partition goes to exactly one member", exactly_once),
)
SUBSCRIBED = ("Nobody gets a topic that it does not subscribe to", only_subscribed)


def counts(answer: Shares) -> dict[str, int]:
    """How many partitions each member has."""
    return {name: len(partitions) for name, partitions in answer.items()}


def level(answer: Shares) -> None:
    """Nobody has two partitions more than anybody else."""
    many = counts(answer)
    most, least = max(many, key=lambda n: many[n]), min(many, key=lambda n: many[n])
    if many[most] - many[least] > 1:
        raise Wrong(f"{most} has {many[most]}, and {least} has {many[least]}.")


def beware_of_unread(group: Group) -> str | None:
    """Where code got stuck or broke off: without subscribers there is nothing to divide by, and nobody to find."""
    for topic in unread_topics(group):
        return (
            f"Nobody subscribes to {topic} here: there are no readers to divide by, and no next reader to find. Such a "
            "topic goes to nobody: skip it, and leave it in `topics`."
        )
    return None


# ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def show_call(name: str) -> Callable[[Group], str]:
    """Shows a case as the call that the learner can paste into a cell."""
    return partial(_call, name)


def _call(name: str, case: Group) -> str:
    members, topics = case
    lines = []
    for m in members:
        owned = f", owned={m.owned!r}, generation={m.generation}" if m.owned else ""
        lines.append(f"    Member({m.id!r}, {m.topics!r}{owned}),")
    return f"{name}([\n" + "\n".join(lines) + f"\n], {topics!r})"


def show_shares(answer: Shares) -> str:
    """Shows an assignment, a member a line."""
    return "\n".join(_share(name, mine) for name, mine in answer.items()) or "{}"


def _share(name: str, mine: Sequence[Partition] | None) -> str:
    return f"{name}: {NO_ENTRY if mine is None else ', '.join(map(_label, mine)) or 'nothing'}"


def _label(partition: Partition) -> str:
    return f"{partition[0]}-{partition[1]}"


def draw(columns: Mapping[str, Mapping[str, Sequence[Partition]]], ids: Sequence[str]) -> tuple[str, str]:
    """Several assignments side by side, a member a row: SVG and what it says in words. Each topic has its colour."""
    box, row, left, top = 76, 30, 40, 30
    widths = [max([2, *(len(mine) for mine in column.values())]) * box + 24 for column in columns.values()]
    topics = sorted({topic for column in columns.values() for mine in column.values() for topic, _ in mine})
    paint = {topic: COLOURS[actor(i)][0] for i, topic in enumerate(topics, 1)}
    width, height = left + sum(widths), top + row * len(ids) + 6
    parts = [f'<rect width="{width}" height="{height}" fill="{COLOURS["page"][0]}"/>']

    def text(x: float, y: float, words: str, weight: str = "normal", anchor: str = "start", ink: str = "ink") -> str:
        place = f'x="{x}" y="{y}" font-weight="{weight}" text-anchor="{anchor}"'
        return f'<text {place} fill="{COLOURS[ink][0]}">{escape(words)}</text>'

    parts += [text(8, top + row * i + 18, name, "bold") for i, name in enumerate(ids)]
    x = left
    for (title, column), wide in zip(columns.items(), widths, strict=True):
        parts.append(text(x, 19, title, "bold"))
        for i, name in enumerate(ids):
            if name not in column:
                parts.append(text(x, top + row * i + 16, NO_ENTRY, "bold", ink="bad-ink"))
            elif not column[name]:
                parts.append(text(x, top + row * i + 16, "nothing", ink="muted"))
            for j, partition in enumerate(column.get(name, ())):
                at = f'x="{x + j * box}" y="{top + row * i}" width="{box - 5}" height="24" rx="4"'
                parts.append(f'<rect {at} fill="{paint[partition[0]]}" stroke="{COLOURS["line"][0]}"/>')
                parts.append(text(x + j * box + (box - 5) / 2, top + row * i + 16, _label(partition), anchor="middle"))
        x += wide
    style = 'font-family="system-ui, sans-serif" font-size="12"'
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{"".join(parts)}</svg>'
    told = {title: "; ".join(_share(name, column.get(name)) for name in ids) for title, column in columns.items()}
    return svg, ". ".join(f"{title}: {words}" for title, words in told.items())


def beside(case: Group, answer: Shares, right: Shares) -> tuple[str, str]:
    """A picture of the learner's answer beside the expected one."""
    return draw({"your answer": answer, "expected": right}, [m.id for m in sorted(case[0], key=lambda m: m.id)])


def before_and_after(case: Group, answer: Shares, right: Shares) -> tuple[str, str]:
    """A picture of who owned what, of the learner's answer and of a right one."""
    owned = {m.id: m.owned for m in case[0]}
    return draw({"owned before": owned, "your answer": answer, "one right answer": right}, [m.id for m in case[0]])


def runs(numbers: Sequence[int]) -> Iterator[str]:
    """Partition numbers in words: 0 to 2, 5."""
    start = 0
    for i in range(1, len(numbers) + 1):
        if i == len(numbers) or numbers[i] != numbers[i - 1] + 1:
            first, last = numbers[start], numbers[i - 1]
            yield str(first) if first == last else f"{first} {'and' if last == first + 1 else 'to'} {last}"
            start = i
