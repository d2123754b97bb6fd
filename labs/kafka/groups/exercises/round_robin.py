"""Lesson 06: round robin, by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

from labs.kafka.groups.assignors import range_assign, round_robin_assign
from labs.kafka.groups.exercises import range_wrong, round_robin_wrong
from labs.kafka.groups.exercises.cases import Group, larger_groups, small_groups
from labs.kafka.groups.exercises.ranges import AS_TEXT
from labs.kafka.groups.exercises.shares import (
    ALWAYS,
    SHAPE,
    SUBSCRIBED,
    Shares,
    beside,
    beware_of_unread,
    level,
    read,
    show_call,
    show_shares,
)
from labs.kit.checking.exercise import Exercise, Mistake, Wrong


def as_round_robin(case: Group, answer: Shares) -> None:
    """The cards fall as in round robin."""
    right = {partition: name for name, mine in round_robin_assign(*case).items() for partition in mine}
    for partition in sorted(right):
        got = [name for name, mine in answer.items() if partition in mine]
        if got != [right[partition]]:
            topic, number = partition
            raise Wrong(
                f"{topic}-{number} should go to {right[partition]}, and goes to {' and '.join(got) or 'nobody'}."
            )


def even_if_alike(case: Group, answer: Shares) -> None:
    """With equal subscriptions nobody has two more than anybody else."""
    if len({frozenset(m.topics) for m in case[0]}) == 1 and len(case[0]) == len(answer):
        level(answer)


CATCHES_UP = (
    "A member that was skipped catches up later in your answer. In round robin it does not: each card goes to the next "
    "member that subscribes, after whoever got the last one."
)

TO_ANYBODY = (
    "You give the card to whoever is next, subscribed or not. A member that does not subscribe to the topic is skipped."
)


def _deal(**faults: Any) -> Any:
    return partial(round_robin_wrong.deal, **faults)


ROUND_ROBIN = Exercise(
    id="kafka-round-robin",
    lesson="06",
    title="Round robin, by hand",
    points=2,
    reference=round_robin_assign,
    cases=small_groups,
    strategy=larger_groups,
    shape=SHAPE,
    read=read,
    properties=(
        *ALWAYS,
        SUBSCRIBED,
        ("Where all subscribe to the same topics, nobody has two more than anybody else", even_if_alike),
        ("The partitions are dealt out like cards, members in turn by id", as_round_robin),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You compare the ids without regard to capitals. Compare them as they are, as `sorted` does: "
            "`Bert` comes before `anna`.",
            _deal(order=range_wrong.without_capitals),
        ),
        Mistake(AS_TEXT, _deal(order=range_wrong.as_numbers)),
        Mistake(AS_TEXT, _deal(order=range_wrong.after_the_letter)),
        Mistake(AS_TEXT, _deal(order=range_wrong.shortest_first)),
        Mistake(
            "You put the partitions in order as text, so 10 comes before 2. Deal them out by number.",
            _deal(cards=round_robin_wrong.as_text),
        ),
        Mistake(
            "You put the partitions in order as text, so 10 comes before 2. Deal them out by number.",
            _deal(cards=round_robin_wrong.as_text_too),
        ),
        Mistake(
            "You look for the topic's name inside other text, so `orders` is found in `orders-eu`. Compare whole "
            "names: `topic in member.topics`.",
            _deal(reads=range_wrong.name_within),
        ),
        Mistake(
            "You take the topics in the order of the dict, which may be any. "
            "Round robin takes them by name: `sorted(topics)`.",
            _deal(cards=round_robin_wrong.as_in_the_dict),
        ),
        Mistake(
            "You take the topics by their size. Round robin takes them by name: `sorted(topics)`.",
            _deal(cards=round_robin_wrong.largest_first),
        ),
        Mistake(
            "You deal partition 0 of every topic, then partition 1. Round robin deals one topic after the other.",
            _deal(cards=round_robin_wrong.across_the_topics),
        ),
        Mistake(
            "You deal each topic out from the first member again. Round robin goes on with whoever is next, so that "
            "the odd partitions do not all fall to the first.",
            range_wrong.in_turn_by_topic,
        ),
        Mistake(
            "You count the turns among the subscribers of each topic. There is one circle, of all members: whoever "
            "does not subscribe is skipped, and the turn moves on from there.",
            round_robin_wrong.turns_among_subscribers,
        ),
        Mistake(
            "Each card moves your turn on by one member, however many were skipped for it. The next card goes on from "
            "whoever got the last one.",
            round_robin_wrong.back_to_the_skipped,
        ),
        Mistake(CATCHES_UP, round_robin_wrong.skipped_wait_in_front),
        Mistake(CATCHES_UP, round_robin_wrong.poorest_first),
        Mistake(
            "You skip one member at most. Several in a row may not subscribe: skip until one does.",
            round_robin_wrong.skips_once,
        ),
        Mistake(
            "You deal in rounds, in which each member gets one card at most. There are no rounds: the circle goes on "
            "from whoever got the last card.",
            round_robin_wrong.round_by_round,
        ),
        Mistake(CATCHES_UP, round_robin_wrong.to_the_poorest),
        Mistake(CATCHES_UP, round_robin_wrong.members_pick),
        Mistake(
            "You let the cards of a topic to which nobody subscribes use up turns. "
            "Leave those topics out before you deal.",
            round_robin_wrong.unread_take_turns,
        ),
        Mistake(
            "You give away a topic to which nobody subscribes. It goes to nobody: leave it out.",
            round_robin_wrong.unread_to_the_next,
        ),
        Mistake(
            "You give every subscriber all partitions of its topics. In a group each partition has one reader.",
            range_wrong.everything_to_everybody,
        ),
        Mistake(TO_ANYBODY, round_robin_wrong.to_anybody),
        Mistake(TO_ANYBODY, round_robin_wrong.to_any_member),
        Mistake(
            "Your turn moves on only when somebody is skipped, so the same member gets card after card. "
            "It has to move on after each card, too.",
            round_robin_wrong.stays_with_one,
        ),
        Mistake(
            "When the next member does not subscribe, the card is lost. Skip the member, not the card: the next one "
            "that subscribes gets it.",
            round_robin_wrong.card_lost,
        ),
        Mistake(
            "You deal out whole topics. Round robin deals one partition at a time.", round_robin_wrong.whole_topics
        ),
        Mistake("You give runs of neighbours: that is range. Round robin deals one partition at a time.", range_assign),
        Mistake(
            "You take the members in the order of the list. Round robin takes them by id: sort them first.",
            _deal(order=range_wrong.as_listed),
        ),
        Mistake(
            "You sort the members backwards: whoever is first by id comes first.", _deal(order=range_wrong.backwards)
        ),
        Mistake(
            "All your members share one list, so each of them has everything. Give each its own: `{member.id: [] for "
            "member in members}`.",
            round_robin_wrong.one_list_for_all,
        ),
        Mistake(
            "You leave idle members out. They are members all the same: start with an entry for everybody.",
            round_robin_wrong.without_idle,
        ),
        Mistake(
            "You have no entry for a member that subscribes to nothing. It is a member all the same: "
            "start with an entry for everybody.",
            round_robin_wrong.only_readers,
        ),
    ),
    hints=(
        "Lay out the cards first: a list of all (topic, partition) pairs, topics by name, partitions by number. Leave "
        "out topics that nobody subscribes to.",
        "Keep one position in the circle of members, sorted by id, for all topics; `itertools.cycle` does it.",
        "For each card go round the circle to the next member that subscribes to its topic, give it the card, and go "
        "on from there for the next card.",
    ),
    beware=beware_of_unread,
    show_case=show_call("round_robin_assign"),
    show_answer=show_shares,
    picture=beside,
)
