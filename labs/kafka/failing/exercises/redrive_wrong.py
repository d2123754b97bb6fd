"""Redrives as people get them wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from labs.kafka.failing.parking import work_through


def _works(process: Any, record: Any) -> bool:
    try:
        process(record)
    except Exception:
        return False
    return True


def none_is_a_key(records: Any, held: Any, process: Any) -> list[Any]:
    """None is held like a key."""
    parked, waiting = [], set(held)
    for record in records:
        if record.key in waiting or not _works(process, record):
            parked.append(record)
            waiting.add(record.key)
    return parked


def empty_is_none(records: Any, held: Any, process: Any) -> list[Any]:
    """`if record.key`."""
    parked, waiting = [], set(held)
    for record in records:
        if (record.key and record.key in waiting) or not _works(process, record):
            parked.append(record)
            waiting.add(record.key)
    return parked


def adds_to_held(records: Any, held: Any, process: Any) -> list[Any]:
    """`held.append(record.key)`."""
    parked = []
    for record in records:
        if record.key in held:
            parked.append(record)
        elif not _works(process, record):
            parked.append(record)
            if record.key is not None:
                held.append(record.key)
    return parked


def inside_text(records: Any, held: Any, process: Any) -> list[Any]:
    """The keys are kept in one text."""
    parked, waiting = [], ",".join(held)
    for record in records:
        if (record.key is not None and record.key and record.key in waiting) or not _works(process, record):
            parked.append(record)
            waiting += "," + (record.key or "")
    return parked


def sorted_as_text(records: Any, held: Any, process: Any) -> list[Any]:
    """Parked in the order of the offsets' text."""
    parked = work_through(records, held, process)
    return sorted(parked, key=lambda record: str(record.offset))


def forgets_held(records: Any, held: Any, process: Any) -> list[Any]:
    """It begins with no key."""
    return work_through(records, [], process)


def only_held(records: Any, held: Any, process: Any) -> list[Any]:
    """Nothing is added to `held`."""
    return [record for record in records if record.key in held or not _works(process, record)]


def failed_only(records: Any, held: Any, process: Any) -> list[Any]:
    """Only what failed is parked."""
    return [record for record in records if not _works(process, record)]


def stops(records: Any, held: Any, process: Any) -> list[Any]:
    """All that comes after the first failure is parked."""
    parked: list[Any] = []
    failed = False
    for record in records:
        if failed or record.key in held:
            parked.append(record)
        elif not _works(process, record):
            failed = True
            parked.append(record)
    return parked


def stops_and_loses(records: Any, held: Any, process: Any) -> list[Any]:
    """`break` at the first failure."""
    parked = []
    for record in records:
        if record.key in held:
            parked.append(record)
        elif not _works(process, record):
            parked.append(record)
            break
    return parked


def loses_the_held(records: Any, held: Any, process: Any) -> list[Any]:
    """`continue` without parking."""
    parked, waiting = [], set(held)
    for record in records:
        if record.key in waiting:
            continue
        if not _works(process, record):
            parked.append(record)
            if record.key is not None:
                waiting.add(record.key)
    return parked


def loses_the_failed(records: Any, held: Any, process: Any) -> list[Any]:
    """What failed is not parked."""
    parked, waiting = [], set(held)
    for record in records:
        if record.key in waiting:
            parked.append(record)
        elif not _works(process, record) and record.key is not None:
            waiting.add(record.key)
    return parked


def _two_lists(records: Any, held: Any, process: Any) -> tuple[list[Any], list[Any]]:
    """What failed, and what waits behind it."""
    failed, behind, waiting = [], [], set(held)
    for record in records:
        if record.key in waiting:
            behind.append(record)
        elif not _works(process, record):
            failed.append(record)
            if record.key is not None:
                waiting.add(record.key)
    return failed, behind


def failed_last(records: Any, held: Any, process: Any) -> list[Any]:
    """Two lists, put together the wrong way round."""
    failed, behind = _two_lists(records, held, process)
    return behind + failed


def failed_first(records: Any, held: Any, process: Any) -> list[Any]:
    """Two lists, one after the other."""
    failed, behind = _two_lists(records, held, process)
    return failed + behind


def removes_as_it_goes(records: Any, held: Any, process: Any) -> list[Any]:
    """A copy of the list, from which it removes what is done while it walks through it."""
    parked, waiting = list(records), set(held)
    for record in parked:
        if record.key not in waiting:
            if _works(process, record):
                parked.remove(record)
            elif record.key is not None:
                waiting.add(record.key)
    return parked


def tries_twice(records: Any, held: Any, process: Any) -> list[Any]:
    """Another try for what has failed."""
    parked, waiting = [], set(held)
    for record in records:
        if record.key in waiting:
            parked.append(record)
        elif not (_works(process, record) or _works(process, record)):
            parked.append(record)
            if record.key is not None:
                waiting.add(record.key)
    return parked


def key_by_key(records: Any, held: Any, process: Any) -> list[Any]:
    """One key after the other."""
    keys = list(dict.fromkeys(record.key for record in records))
    return work_through([r for key in keys for r in records if r.key == key], held, process)


def once_more(records: Any, held: Any, process: Any) -> list[Any]:
    """What is parked is tried again at the end."""
    return work_through(work_through(records, held, process), held, process)


def raises(records: Any, held: Any, process: Any) -> list[Any]:
    """No `except`."""
    parked = []
    for record in records:
        if record.key in held:
            parked.append(record)
        else:
            process(record)
    return parked


def known_kinds(records: Any, held: Any, process: Any) -> list[Any]:
    """`except (ValueError, RuntimeError)`."""
    parked, waiting = [], set(held)
    for record in records:
        if record.key in waiting:
            parked.append(record)
            continue
        try:
            process(record)
        except (ValueError, RuntimeError):
            parked.append(record)
            if record.key is not None:
                waiting.add(record.key)
    return parked


def releases(records: Any, held: Any, process: Any) -> list[Any]:
    """A key is tried again after each of its records that was parked."""
    parked, waiting = [], set(held)
    for record in records:
        if record.key in waiting:
            parked.append(record)
            waiting.discard(record.key)
        elif not _works(process, record):
            parked.append(record)
            if record.key is not None:
                waiting.add(record.key)
    return parked


def parks_nothing(records: Any, held: Any, process: Any) -> list[Any]:
    """Every exception is swallowed."""
    for record in records:
        with suppress(Exception):
            process(record)
    return []


def parks_all(records: Any, held: Any, process: Any) -> list[Any]:
    """Nothing is processed."""
    return list(records)
