"""What all exercises about assignors share: cases, how an answer is read, shown and drawn, and what is always asked.

A case is (members, topics), as the learner's function gets them. An answer is read into {member id: its partitions,
sorted}, so that the order in a list does not matter, and tuples and sets do as well as lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from itertools import combinations, product
from typing import Any

from labs.kafka.groups.members import Assignor, Member, Partition
from labs.kit.exercise import Misconception, Wrong
from labs.kit.palette import COLOURS, actor
from labs.kit.telling import show

Group = tuple[list[Member], dict[str, int]]
Shares = dict[str, tuple[Partition, ...]]

SHAPE = "Gives back {member id: list of (topic, partition) pairs}"
TOPICS = ("orders", "payments", "refunds")
NO_ENTRY = "no entry"  # of a member that the answer leaves out; one that gets nothing has an empty list
_PAIRS = "expected a list of (topic, partition) pairs"


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def small_groups() -> list[Group]:
    """Up to four members and two topics, the smallest first. Members and topics also in another order than by name, and
    topics to which nobody subscribes: a group that lists the topics of a cluster finds such ones, too.
    """
    groups = []
    for count, partitions in product((1, 2, 3, 4), range(1, 7)):
        groups.append(_group([("orders",)] * count, partitions))
    subscriptions: list[tuple[str, ...]] = [("orders",), ("payments",), ("orders", "payments")]
    for count in (1, 2, 3):
        for topics in product(subscriptions, repeat=count):
            if {topic for subscription in topics for topic in subscription} == {"orders", "payments"}:
                groups += [_group(topics, first, second) for first, second in product((1, 2, 3), (1, 2, 3))]
    backwards = [(members[::-1], topics) for members, topics in groups if 1 < len(members) < 4]
    backwards += [(members, dict(reversed(topics.items()))) for members, topics in groups
                  if len(topics) == len(members) == 2]  # fmt: skip
    unread = [_group([(topic,)] * count, first, second)
              for topic, count, first, second in product(("orders", "payments"), (1, 2), (1, 2), (1, 2))]  # fmt: skip
    return sorted(groups + backwards + unread, key=_size)


def _group(subscriptions: Iterable[tuple[str, ...]], *partitions: int) -> Group:
    members = [Member(f"c{i}", topics) for i, topics in enumerate(subscriptions, 1)]
    return members, dict(zip(TOPICS, partitions, strict=False))


def _size(group: Group) -> int:
    members, topics = group
    uneven = len({m.topics for m in members}) > 1
    odd = (members[0].id != "c1") + (list(topics) != sorted(topics)) + 3 * len(_unread((members, topics)))
    return len(members) + sum(topics.values()) + len(topics) + uneven + odd


def _unread(group: Group) -> list[str]:
    members, topics = group
    return [topic for topic in sorted(topics) if not any(topic in m.topics for m in members)]


def beware_of_unread(group: Group) -> str | None:
    """Where code got stuck or broke off: without subscribers there is nothing to divide by, and nobody to find."""
    for topic in _unread(group):
        return (
            f"Nobody subscribes to {topic} here: there are no readers to divide by, and no next reader to be found. "
            "Such a topic goes to nobody: pass it over."
        )
    return None


def larger_groups() -> Any:
    """A Hypothesis strategy: up to six members and three topics, both in any order, and any subscriptions."""
    from hypothesis import strategies as st

    @st.composite
    def group(draw: Any) -> Group:
        topics = {name: draw(st.integers(1, 9)) for name in draw(st.permutations(TOPICS[: draw(st.integers(1, 3))]))}
        ids = draw(st.permutations([f"c{i}" for i in range(1, draw(st.integers(1, 6)) + 1)]))
        some = st.sets(st.sampled_from(sorted(topics)), min_size=1)
        return [Member(name, tuple(sorted(draw(some)))) for name in ids], topics

    return group()


def small_pasts() -> list[Group]:
    """One topic, everybody subscribes to it, and each partition was owned by nobody, somebody, or by two at once; or
    somebody owned partitions that have vanished, as when a topic is deleted, and perhaps created again with fewer.
    """
    groups = []
    for count, partitions in [(1, 1), (1, 2), *product((2,), (1, 2, 3, 4)), *product((3,), (1, 2, 3, 4)), (4, 2)]:
        ids = [f"c{i}" for i in range(1, count + 1)]
        claims: list[tuple[str, ...]] = [(), *((name,) for name in ids), *combinations(ids, 2)]
        for owners in product(claims, repeat=partitions):
            if sum(len(who) > 1 for who in owners) <= (count * partitions < 12):
                groups.append(
                    _with_past(ids, {"orders": partitions}, [("orders", n) for n in range(partitions)], owners)
                )
    groups += [_with_past(["c1", "c2", "c3"], {"orders": n}, [("orders", i) for i in range(n)], [("c1",)] * n)
               for n in range(4, 9)]  # fmt: skip
    for ids, n in [(["c1"], 1), *((["c1", "c2"], n) for n in (1, 2, 3))]:
        for gone in ([("orders", n)], [("payments", 0), ("payments", 1)]):
            for *before, last in product(*[["", *ids]] * n, ids):  # "": it was nobody's
                there = [("orders", i) for i in range(n)]
                had = [(name,) for name in (*before, *[last] * len(gone))]
                groups.append(_with_past(ids, {"orders": n}, there + gone, had))
    return sorted(groups, key=lambda group: (_size(group) + bool(vanished(group)), sum(len(m.owned) for m in group[0])))


def _with_past(
    ids: Iterable[str], topics: dict[str, int], partitions: Sequence[Partition], owners: Sequence[tuple[str, ...]]
) -> Group:
    owned = {name: tuple(p for p, who in zip(partitions, owners, strict=True) if name in who) for name in ids}
    return [
        Member(n, tuple(sorted(topics)), owned=mine, generation=1 if mine else -1) for n, mine in owned.items()
    ], topics


def larger_pasts() -> Any:
    """A Hypothesis strategy: up to six members, two topics, and any past. Now and then a partition is claimed twice, or
    was owned and is no longer there.
    """
    from hypothesis import strategies as st

    @st.composite
    def group(draw: Any) -> Group:
        topics = {name: draw(st.integers(1, 8)) for name in TOPICS[: draw(st.integers(1, 2))]}
        ids = [f"c{i}" for i in range(1, draw(st.integers(1, 6)) + 1)]
        claims: list[tuple[str, ...]] = [(), *((name,) for name in ids), *combinations(ids, 2)]
        partitions = [(topic, n) for topic in topics for n in range(topics[topic] + draw(st.integers(0, 2)))]
        partitions += [("refunds", 0)] * draw(st.integers(0, 1))
        return _with_past(ids, topics, partitions, [draw(st.sampled_from(claims)) for _ in partitions])

    return group()


# ── reading an answer ─────────────────────────────────────────────────────────────────────────────────────────────────


def read(case: Group, answer: Any) -> Shares:
    """The answer in plain form; Wrong if it is no assignment at all.

    A member may still be missing, and somebody may still keep what has vanished: these are mistakes of their own.
    """
    members, topics = case
    if not isinstance(answer, Mapping):
        raise Wrong(f"It gave back {_short(answer)}: expected a dict with a list of partitions for each member’s id.")
    ids = [m.id for m in members]
    for name in answer:
        if isinstance(name, Member):
            raise Wrong(f"A key is the whole Member {name.id}: expected its id, '{name.id}'.")
        if name not in ids:
            raise Wrong(f"There is no member {_short(name)}.")
    gone = vanished(case)
    return {name: _pairs(name, answer[name], topics, gone) for name in ids if name in answer}


def _pairs(name: str, value: Any, topics: Mapping[str, int], gone: Collection[Partition]) -> tuple[Partition, ...]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise Wrong(f"{name} → {_short(value)}: {_PAIRS}.")
    pairs = []
    for pair in value:
        match pair:
            case (str(topic), bool()):
                raise Wrong(f"{name} → [{_short(pair)}]: {_PAIRS}.")
            case (str(topic), int(number)):
                if not 0 <= number < topics.get(topic, 0) and (topic, number) not in gone:
                    raise Wrong(f"{name} → {topic}-{number}: {there_are(topic, topics)}.")
                pairs.append((topic, number))
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
                raise Wrong(f"{topic}-{number} goes to {' and '.join(who)}.")


def only_subscribed(case: Group, answer: Shares) -> None:
    """Nobody reads a topic that it did not ask for."""
    for member in case[0]:
        for topic, number in answer.get(member.id, ()):
            if topic not in member.topics:
                raise Wrong(f"{member.id} gets {topic}-{number}, but subscribes to {' and '.join(member.topics)} only.")


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
    """Nobody has two partitions more than another."""
    many = counts(answer)
    most, least = max(many, key=lambda n: many[n]), min(many, key=lambda n: many[n])
    if many[most] - many[least] > 1:
        raise Wrong(f"{most} has {many[most]}, and {least} has {many[least]}.")


def twice(case: Group) -> set[Partition]:
    """The partitions that more than one member says it owned; those that have vanished are no matter."""
    claims = Counter(partition for member in case[0] for partition in set(member.owned))
    return {partition for partition, times in claims.items() if times > 1} - vanished(case)


def vanished(case: Group) -> set[Partition]:
    """The partitions that somebody says it owned and that are no longer there."""
    members, topics = case
    return {(topic, n) for member in members for topic, n in member.owned if n >= topics.get(topic, 0)}


def same_as(algorithm: Assignor, sentence: str) -> Misconception:
    """Recognise a misconception by the answer to which it leads."""

    def recognise(case: Group, answer: Shares, right: Shares) -> str | None:
        wrong = {name: tuple(sorted(mine)) for name, mine in algorithm(*case).items()}
        return sentence if answer == wrong != right else None

    return recognise


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
