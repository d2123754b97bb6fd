"""Beginning to read as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

Offset = int | None


def _policy(start: int, end: int, reset: str) -> Offset:
    return {"earliest": start, "latest": end, "none": None}[reset]


def _right(committed: Offset, start: int, end: int, reset: str) -> Offset:
    return committed if committed is not None and start <= committed <= end else _policy(start, end, reset)


# ── the committed offset ──────────────────────────────────────────────────────────────────────────────────────────────


def zero_is_none(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """`if committed`."""
    return _right(committed or None, log_start, log_end, reset)


def end_is_outside(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """`<` at the end."""
    return _right(None if committed == log_end else committed, log_start, log_end, reset)


def start_is_outside(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """`<` at the start."""
    return _right(None if committed == log_start else committed, log_start, log_end, reset)


def both_ends_outside(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """`<` at both ends."""
    return _right(None if committed in (log_start, log_end) else committed, log_start, log_end, reset)


def none_compared(committed: int, log_start: int, log_end: int, reset: str) -> Offset:
    """It forgets that there may be none."""
    return committed if log_start <= committed <= log_end else _policy(log_start, log_end, reset)


def only_the_start(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Past the end is believed."""
    past = committed is not None and committed > log_end
    return committed if past else _right(committed, log_start, log_end, reset)


def only_the_end(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Before the start is believed."""
    before = committed is not None and committed < log_start
    return committed if before else _right(committed, log_start, log_end, reset)


def believed(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Whatever is committed is believed."""
    return committed if committed is not None else _policy(log_start, log_end, reset)


def one_more(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """One more than what is committed."""
    usable = committed is not None and log_start <= committed <= log_end
    return committed + 1 if usable and committed is not None else _policy(log_start, log_end, reset)


def one_less(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """One less than what is committed, as long as it is there."""
    right = _right(committed, log_start, log_end, reset)
    return right if right is None or right != committed else max(log_start, right - 1)


# ── outside the log ───────────────────────────────────────────────────────────────────────────────────────────────────


def pulled_in(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Into the log, from either side."""
    return _policy(log_start, log_end, reset) if committed is None else min(max(committed, log_start), log_end)


def nearer_end(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """The same, unless nobody may choose."""
    return (
        None
        if reset == "none" and not _usable(committed, log_start, log_end)
        else pulled_in(committed, log_start, log_end, reset)
    )


def _usable(committed: Offset, log_start: int, log_end: int) -> bool:
    return committed is not None and log_start <= committed <= log_end


def pulled_up(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Before the start: to the start."""
    before = committed is not None and committed < log_start
    return log_start if before else _right(committed, log_start, log_end, reset)


def pulled_down(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Past the end: to the end."""
    past = committed is not None and committed > log_end
    return log_end if past else _right(committed, log_start, log_end, reset)


def outside_to_start(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """The policy only where nothing is committed."""
    outside = committed is not None and not log_start <= committed <= log_end
    return log_start if outside else _right(committed, log_start, log_end, reset)


def outside_to_nowhere(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """The same, and nowhere."""
    outside = committed is not None and not log_start <= committed <= log_end
    return None if outside else _right(committed, log_start, log_end, reset)


# ── the policy ────────────────────────────────────────────────────────────────────────────────────────────────────────


def raises(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """As a real consumer does."""
    begin = _right(committed, log_start, log_end, reset)
    if begin is None:
        raise ValueError("no offset")
    return begin


def none_is_missing(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """A dict of two."""
    usable = _usable(committed, log_start, log_end)
    return committed if usable else {"earliest": log_start, "latest": log_end}[reset]


def oldest_is_zero(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Earliest is 0."""
    return committed if _usable(committed, log_start, log_end) else _policy(0, log_end, reset)


def last_record(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Latest is the last one that is there."""
    return committed if _usable(committed, log_start, log_end) else _policy(log_start, log_end - 1, reset)


def past_the_end(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Latest is one more than the end."""
    return committed if _usable(committed, log_start, log_end) else _policy(log_start, log_end + 1, reset)


def none_to_start(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """None is the start."""
    begin = _right(committed, log_start, log_end, reset)
    return log_start if begin is None else begin


def none_to_end(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """None is the end."""
    begin = _right(committed, log_start, log_end, reset)
    return log_end if begin is None else begin


def none_to_zero(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """None is 0."""
    return _right(committed, log_start, log_end, reset) or 0


def none_to_committed(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """None is what is committed, wherever that is."""
    begin = _right(committed, log_start, log_end, reset)
    return committed if begin is None else begin


def swapped(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Earliest is the end."""
    return committed if _usable(committed, log_start, log_end) else _policy(log_end, log_start, reset)


def counted(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """The end is the number of records in the log."""
    return committed if _usable(committed, log_start, log_end) else _policy(log_start, log_end - log_start, reset)


def earliest_always(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Earliest wins over what is committed."""
    return log_start if reset == "earliest" else _right(committed, log_start, log_end, reset)


def latest_always(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """Latest wins over what is committed."""
    return log_end if reset == "latest" else _right(committed, log_start, log_end, reset)


def none_always(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """None wins over what is committed."""
    return None if reset == "none" else _right(committed, log_start, log_end, reset)


def start_always(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """As if there were only earliest."""
    return committed if _usable(committed, log_start, log_end) else log_start


def end_always(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """As if there were only latest."""
    return committed if _usable(committed, log_start, log_end) else log_end


def policy_always(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """What is committed is not looked at."""
    return _policy(log_start, log_end, reset)


def policy_first(committed: Offset, log_start: int, log_end: int, reset: str) -> Offset:
    """The same, and what is committed counts only where the policy is none."""
    return log_start if reset == "earliest" else log_end if reset == "latest" else committed
