"""The orchestrator of lesson 02 as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labs.patterns.saga.steps import Entry, Step, next_action


def decide(
    steps: Sequence[Step],
    log: Sequence[Entry],
    *,
    back: Callable[[str, str], bool] = lambda kind, outcome: (
        (outcome == "failed" and kind != "retriable") or (outcome == "unknown" and kind == "compensatable")
    ),
    also: Callable[[str], bool] = lambda outcome: outcome != "failed",
    order: Callable[[list[Step]], list[Step]] = lambda some: some[::-1],
    settled: tuple[str, ...] = ("done",),
) -> str | None:
    """The right answer, but for what is given."""
    done, latest = {name for name, outcome in log if outcome == "done"}, dict(log)
    for place, (action, _, kind) in enumerate(steps):
        if action in done:
            continue
        outcome = latest.get(action, "")
        if not back(kind, outcome):
            return action
        for _, compensation, _ in order(list(steps[: place + also(outcome)])):
            if compensation and latest.get(compensation) not in settled:
                return compensation
        return None
    return None


def undoes_the_failed(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """The failed step is compensated as well."""
    return decide(steps, log, also=lambda outcome: True)


def unknown_is_failed(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A step with an unknown outcome is left as it is."""
    return decide(steps, log, also=lambda outcome: False)


def gives_up(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A compensation that fails is passed over."""
    return decide(steps, log, settled=("done", "failed", "unknown"))


def stops_at_none(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """The way back ends at the first step without a compensation."""
    return decide(steps, log, order=lambda some: _up_to_none(some[::-1]))


def _up_to_none(some: list[Step]) -> list[Step]:
    end = next((i for i, (_, compensation, _) in enumerate(some) if compensation is None), len(some))
    return some[:end]


def by_history(
    steps: Sequence[Step], log: Sequence[Entry], *, forward: bool = True, stops: bool = False, skips: bool = False
) -> str | None:
    """What has ever failed or was unknown decides, and not how the steps stand now: right, but for what is given."""
    done, unknown, failed = ({n for n, o in log if o == which} for which in ("done", "unknown", "failed"))
    turned = any(
        (action in failed and (kind != "retriable" or not forward)) or (action in unknown and kind == "compensatable")
        for action, _, kind in steps
    )
    if not turned:
        return next((action for action, _, _ in steps if action not in done), None)
    settled = done | failed if skips else done
    back = [step for step in steps[::-1] if step[0] in done | unknown and step[1] not in settled]
    return next((compensation for _, compensation, _ in back if compensation or stops), None)


def skips_failed(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A compensation that has ever failed is passed over, one that is unknown is repeated."""
    return by_history(steps, log, skips=True)


def stops_at_none_by_history(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """The way back ends at the first step without a compensation, be it a pivot that was unknown once."""
    return by_history(steps, log, stops=True)


def retriable_turns_back_for_good(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A retriable step that has ever failed turns the saga back."""
    return by_history(steps, log, forward=False)


def stops_at_failed(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """The first failed compensation ends it all."""
    undoing = {compensation for _, compensation, _ in steps}
    return None if log and log[-1][0] in undoing and log[-1][1] != "done" else next_action(steps, log)


def forwards(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """Compensations in the order of the steps."""
    return decide(steps, log, order=lambda some: some)


def retriable_turns_back(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A retriable step that fails turns the saga back."""
    return decide(steps, log, back=lambda kind, outcome: outcome == "failed" or (outcome, kind) == ("unknown", "compensatable"))  # fmt: skip  # noqa: E501


def pivot_unknown_turns_back(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A pivot whose outcome nobody knows turns the saga back."""
    return decide(steps, log, back=lambda kind, outcome: outcome in ("failed", "unknown") and kind != "retriable")


def repeats_the_unknown(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """A compensatable step with an unknown outcome is sent again."""
    return decide(steps, log, back=lambda kind, outcome: outcome == "failed" and kind != "retriable")


def never_back(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """What has failed is tried again, for ever."""
    return decide(steps, log, back=lambda kind, outcome: False)


def pivot_failed_is_repeated(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """Only a compensatable step turns the saga back."""
    return decide(steps, log, back=lambda kind, outcome: outcome in ("failed", "unknown") and kind == "compensatable")


def starts_again(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """When nothing is left to compensate, the step that failed is sent again."""
    done = {name for name, outcome in log if outcome == "done"}
    return next_action(steps, log) or next((action for action, _, _ in steps if action not in done), None)


def first_entry_counts(steps: Sequence[Step], log: Sequence[Entry]) -> str | None:
    """What comes later under a name is not looked at."""
    first: dict[str, str] = {}
    for name, outcome in log:
        first.setdefault(name, outcome)
    return next_action(steps, list(first.items()))
