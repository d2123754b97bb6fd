"""What people get wrong where a message comes to a queue that may be full: each a whole function."""

from __future__ import annotations

from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.queues.buffer.overflow import offer

Answer = tuple[list[Any], str, list[Any]]


def _full_too_late(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    return offer(waiting, message, bound + 1, policy)


def _full_too_early(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    return offer(waiting, message, bound - 1, policy) if waiting else offer(waiting, message, bound, policy)


def _drops_whatever_the_policy(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    return offer(waiting, message, bound, "drop oldest")


def _wrong_end(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy == "drop oldest" and len(waiting) == bound:
        return [*waiting[:-1], message], "accepted", [waiting[-1]]
    return offer(waiting, message, bound, policy)


def _to_the_front(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if len(waiting) < bound:
        return [message, *waiting], "accepted", []
    return offer(waiting, message, bound, policy)


def _replaces_the_newest(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy == "drop newest" and len(waiting) == bound:
        return [*waiting[:-1], message], "accepted", [waiting[-1]]
    return offer(waiting, message, bound, policy)


def _swapped_drops(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    other = {"drop oldest": "drop newest", "drop newest": "drop oldest"}
    return offer(waiting, message, bound, other.get(policy, policy))


def _drop_newest_tells(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "rejected" if policy == "drop newest" and lost else told, lost


def _drop_oldest_tells(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "rejected" if policy == "drop oldest" and lost else told, lost


def _any_drop_tells(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "rejected" if lost else told, lost


def _rejects_in_silence(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "accepted" if told == "rejected" else told, lost


def _rejects_in_silence_and_loses(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return (after, "accepted", [message]) if told == "rejected" else (after, told, lost)


def _rejected_is_lost(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, [message] if told == "rejected" else lost


def _waiting_is_lost(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, [message] if told == "wait" else lost


def _neither_has_it(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, lost if told == "accepted" else [message]


def _block_rejects(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, "rejected" if told == "wait" else told, lost


def _block_takes_it(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return ([*waiting, message], "wait", []) if told == "wait" else (after, told, lost)


def _nothing_lost(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, _ = offer(waiting, message, bound, policy)
    return after, told, []


def _falsy_is_nothing(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, [one for one in lost if one]


def _the_new_one_is_lost(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return after, told, [message] if lost else []


def _no_duplicates(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if message in waiting:
        return waiting, "accepted", []
    return offer(waiting, message, bound, policy)


def _out_by_value(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy == "drop oldest" and len(waiting) == bound:
        return [*[one for one in waiting if one != waiting[0]], message], "accepted", [waiting[0]]
    return offer(waiting, message, bound, policy)


def _in_the_place_of_the_oldest(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy == "drop oldest" and len(waiting) == bound:
        return [message, *waiting[1:]], "accepted", [waiting[0]]
    return offer(waiting, message, bound, policy)


def _policy_first(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    if policy in ("reject", "block"):
        return waiting, "rejected" if policy == "reject" else "wait", []
    return offer(waiting, message, bound, policy)


def _by_size(waiting: list[Any], message: Any, bound: int, policy: str) -> Answer:
    after, told, lost = offer(waiting, message, bound, policy)
    return sorted(after, key=str), told, lost


REJECTED = "A rejected message is not lost: its producer was told, and still has it."
WRONG = (
    Mistake(
        "A queue that holds `bound` messages is full, and takes no other: there is room if `len(waiting) < bound`.",
        _full_too_late,
    ),
    Mistake("You act as if the queue were full although there is room for one more.", _full_too_early),
    Mistake("You treat every policy like 'drop oldest'.", _drops_whatever_the_policy),
    Mistake("The oldest is the first in the list: you drop the last.", _wrong_end),
    Mistake("A new message goes to the end of the list.", _to_the_front),
    Mistake(
        "With 'drop newest' the arriving message is discarded: those that wait keep their places.", _replaces_the_newest
    ),
    Mistake("You have the two drop policies the wrong way round.", _swapped_drops),
    Mistake("'drop newest' is silent: the producer believes that its message was accepted.", _drop_newest_tells),
    Mistake(
        "'drop oldest' takes the new message, so its producer is told that it was accepted. Nobody tells the "
        "producer of the old one.",
        _drop_oldest_tells,
    ),
    Mistake(
        "A queue that drops does not say so: the producer believes that its message was accepted.", _any_drop_tells
    ),
    Mistake("With 'reject' the producer has to be told: it can do something only if it knows.", _rejects_in_silence),
    Mistake(
        "You drop the message and acknowledge it. With 'reject' the producer is told, and keeps the message.",
        _rejects_in_silence_and_loses,
    ),
    Mistake(REJECTED, _rejected_is_lost),
    Mistake("A producer that waits still has its message: nothing is lost.", _waiting_is_lost),
    Mistake("A message that was not accepted is not lost: its producer still has it.", _neither_has_it),
    Mistake("With 'block' the producer is asked to wait; it is not rejected.", _block_rejects),
    Mistake("A producer that waits keeps its message: it is in the queue only when there is room.", _block_takes_it),
    Mistake("A dropped message is lost: nobody has it any more.", _nothing_lost),
    Mistake("A message may be 0, None or an empty string, and is lost like any other.", _falsy_is_nothing),
    Mistake("With 'drop oldest' it is the oldest that is lost, not the new one.", _the_new_one_is_lost),
    Mistake("Two messages may be equal: each counts.", _no_duplicates),
    Mistake("Only one message makes room: those that are equal to the oldest stay.", _out_by_value),
    Mistake(
        "The new message gets the place of the oldest, and would be the next one done: it goes to the end.",
        _in_the_place_of_the_oldest,
    ),
    Mistake(
        "The policy counts only when the queue is full. While there is room, every message is accepted.", _policy_first
    ),
    Mistake("You sort the queue. Messages keep the order in which they came.", _by_size),
)
