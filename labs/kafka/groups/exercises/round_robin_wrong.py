"""Round robin as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import cycle

from labs.kafka.groups.assignors import round_robin_assign
from labs.kafka.groups.exercises.range_wrong import Members, Topics, by_id, subscribes
from labs.kafka.groups.members import Assignment, Member, Partition

# ── the order of the cards ────────────────────────────────────────────────────────────────────────────────────────────


def by_name(topics: Topics) -> list[Partition]:
    """The right order."""
    return _cards(topics, sorted(topics))


def as_in_the_dict(topics: Topics) -> list[Partition]:
    """Topics in the order of the dict."""
    return _cards(topics, topics)


def largest_first(topics: Topics) -> list[Partition]:
    """The topic with the most partitions first."""
    return _cards(topics, sorted(topics, key=lambda topic: (-topics[topic], topic)))


def across_the_topics(topics: Topics) -> list[Partition]:
    """Partition 0 of each topic, then partition 1."""
    return sorted(by_name(topics), key=lambda card: card[1])


def as_text(topics: Topics) -> list[Partition]:
    """`orders-10` before `orders-2`."""
    return sorted(by_name(topics), key=lambda card: f"{card[0]}-{card[1]}")


def as_text_too(topics: Topics) -> list[Partition]:
    """`orders:10` before `orders:2`."""
    return sorted(by_name(topics), key=lambda card: f"{card[0]}:{card[1]}")


def _cards(topics: Topics, in_order: Iterable[str]) -> list[Partition]:
    return [(topic, number) for topic in in_order for number in range(topics[topic])]


def _wanted(members: Members, topics: Topics) -> list[Partition]:
    """The cards, but for those of topics to which nobody subscribes."""
    return [card for card in by_name(topics) if any(card[0] in m.topics for m in members)]


def deal(
    members: Members,
    topics: Topics,
    *,
    order: Callable[[Members], list[Member]] = by_id,
    cards: Callable[[Topics], list[Partition]] = by_name,
    reads: Callable[[Member, str], bool] = subscribes,
) -> Assignment:
    """Round robin, with the parts that are given in place of the right ones."""
    assignment: Assignment = {m.id: [] for m in members}
    circle = cycle(order(members))
    for topic, number in cards(topics):
        if any(reads(m, topic) for m in members):
            reader = next(m for m in circle if reads(m, topic))
            assignment[reader.id].append((topic, number))
    return assignment


# ── the circle ────────────────────────────────────────────────────────────────────────────────────────────────────────


def turns_among_subscribers(members: Members, topics: Topics) -> Assignment:
    """The turn is counted on, but it counts the subscribers of the topic."""
    assignment: Assignment = {m.id: [] for m in members}
    for turn, (topic, number) in enumerate(_wanted(members, topics)):
        readers = [m for m in by_id(members) if topic in m.topics]
        assignment[readers[turn % len(readers)].id].append((topic, number))
    return assignment


def back_to_the_skipped(members: Members, topics: Topics) -> Assignment:
    """Each card moves the turn on by one, however many were skipped for it."""
    assignment: Assignment = {m.id: [] for m in members}
    circle = by_id(members)
    for turn, (topic, number) in enumerate(_wanted(members, topics)):
        around = [circle[(turn + i) % len(circle)] for i in range(len(circle))]
        reader = next(m for m in around if topic in m.topics)
        assignment[reader.id].append((topic, number))
    return assignment


def skipped_wait_in_front(members: Members, topics: Topics) -> Assignment:
    """Whoever gets a card goes to the end of the queue; whoever was skipped stays in front."""
    assignment: Assignment = {m.id: [] for m in members}
    queue = by_id(members)
    for topic, number in _wanted(members, topics):
        reader = next(m for m in queue if topic in m.topics)
        assignment[reader.id].append((topic, number))
        queue.remove(reader)
        queue.append(reader)
    return assignment


def skips_once(members: Members, topics: Topics) -> Assignment:
    """`if` where `while` is meant."""
    assignment: Assignment = {m.id: [] for m in members}
    circle, turn = by_id(members), 0
    for topic, number in _wanted(members, topics):
        turn += topic not in circle[turn % len(circle)].topics
        assignment[circle[turn % len(circle)].id].append((topic, number))
        turn += 1
    return assignment


def poorest_first(members: Members, topics: Topics) -> Assignment:
    """Each topic dealt out by itself, from whoever has least."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic in sorted(topics):
        readers = sorted((m.id for m in members if topic in m.topics), key=lambda name: (len(assignment[name]), name))
        for number in range(topics[topic] if readers else 0):
            assignment[readers[number % len(readers)]].append((topic, number))
    return assignment


def to_the_poorest(members: Members, topics: Topics) -> Assignment:
    """Each card to the subscriber that has least."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic, number in _wanted(members, topics):
        readers = [m.id for m in by_id(members) if topic in m.topics]
        assignment[min(readers, key=lambda name: len(assignment[name]))].append((topic, number))
    return assignment


def unread_take_turns(members: Members, topics: Topics) -> Assignment:
    """A card that nobody wants moves the turn on."""
    assignment: Assignment = {m.id: [] for m in members}
    circle = cycle(by_id(members))
    for topic, number in by_name(topics):
        if any(topic in m.topics for m in members):
            reader = next(m for m in circle if topic in m.topics)
            assignment[reader.id].append((topic, number))
        else:
            next(circle)
    return assignment


def unread_to_the_next(members: Members, topics: Topics) -> Assignment:
    """A card that nobody wants goes to whoever is next."""
    assignment: Assignment = {m.id: [] for m in members}
    circle = cycle(by_id(members))
    for topic, number in by_name(topics):
        reader = next(m for m in circle if topic in m.topics or not any(topic in other.topics for other in members))
        assignment[reader.id].append((topic, number))
    return assignment


def round_by_round(members: Members, topics: Topics) -> Assignment:
    """In a round each member gets one card at most; a round is over when nobody left in it wants the card."""
    assignment: Assignment = {m.id: [] for m in members}
    waiting: list[Member] = []
    for topic, number in _wanted(members, topics):
        if not any(topic in m.topics for m in waiting):
            waiting = by_id(members)
        reader = next(m for m in waiting if topic in m.topics)
        assignment[reader.id].append((topic, number))
        waiting.remove(reader)
    return assignment


def members_pick(members: Members, topics: Topics) -> Assignment:
    """Each member in turn takes the first card that suits it."""
    assignment: Assignment = {m.id: [] for m in members}
    cards = _wanted(members, topics)
    for member in cycle(by_id(members)):
        if not cards:
            return assignment
        card = next((card for card in cards if card[0] in member.topics), None)
        if card:
            cards.remove(card)
            assignment[member.id].append(card)
    return assignment


def stays_with_one(members: Members, topics: Topics) -> Assignment:
    """The turn moves on only when somebody is skipped."""
    assignment: Assignment = {m.id: [] for m in members}
    circle, turn = by_id(members), 0
    for topic, number in _wanted(members, topics):
        while topic not in circle[turn % len(circle)].topics:
            turn += 1
        assignment[circle[turn % len(circle)].id].append((topic, number))
    return assignment


def to_any_member(members: Members, topics: Topics) -> Assignment:
    """The same as `to_anybody`, without the topics to which nobody subscribes."""
    return to_anybody(members, {topic: topics[topic] for topic, _ in _wanted(members, topics)})


def to_anybody(members: Members, topics: Topics) -> Assignment:
    """The next one gets the card, subscribed or not."""
    assignment: Assignment = {m.id: [] for m in members}
    for (topic, number), reader in zip(by_name(topics), cycle(by_id(members)), strict=False):
        assignment[reader.id].append((topic, number))
    return assignment


def card_lost(members: Members, topics: Topics) -> Assignment:
    """The next one gets the card if it subscribes; else nobody does."""
    assignment: Assignment = {m.id: [] for m in members}
    for (topic, number), reader in zip(by_name(topics), cycle(by_id(members)), strict=False):
        if topic in reader.topics:
            assignment[reader.id].append((topic, number))
    return assignment


def whole_topics(members: Members, topics: Topics) -> Assignment:
    """One topic for each in turn."""
    assignment: Assignment = {m.id: [] for m in members}
    circle = cycle(by_id(members))
    for topic in sorted(topics):
        if any(topic in m.topics for m in members):
            reader = next(m for m in circle if topic in m.topics)
            assignment[reader.id] += [(topic, number) for number in range(topics[topic])]
    return assignment


# ── entries ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def one_list_for_all(members: Members, topics: Topics) -> Assignment:
    """`dict.fromkeys(ids, [])`."""
    assignment: Assignment = dict.fromkeys((m.id for m in members), [])  # noqa: RUF024 - the mistake itself
    for name, mine in round_robin_assign(members, topics).items():
        assignment[name] += mine
    return assignment


def without_idle(members: Members, topics: Topics) -> Assignment:
    """Only those who get something."""
    return {name: mine for name, mine in round_robin_assign(members, topics).items() if mine}


def only_readers(members: Members, topics: Topics) -> Assignment:
    """`setdefault(reader, [])`, topic by topic."""
    readers = {m.id for m in members if any(topic in m.topics for topic in topics)}
    return {name: mine for name, mine in round_robin_assign(members, topics).items() if name in readers}
