"""The three exercises of lesson 01 as people get them wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import md5, sha256

# ── the bucket ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _number(text: str, of: int = 10_000) -> int:
    return int(sha256(text.encode()).hexdigest(), 16) % of


def by_hash(user: str, rollout: str) -> int:
    """Python's own hash."""
    return hash(f"{rollout}/{user}") % 10_000


def one_for_all(user: str, rollout: str) -> int:
    """The roll-out's name is left out."""
    return _number(user)


def other_way_round(user: str, rollout: str) -> int:
    """User first."""
    return _number(f"{user}/{rollout}")


def no_slash(user: str, rollout: str) -> int:
    """Nothing between the two names."""
    return _number(rollout + user)


def percents(user: str, rollout: str) -> int:
    """Only a hundred buckets."""
    return _number(f"{rollout}/{user}", 100)


def one_more(user: str, rollout: str) -> int:
    """From 0 to 10,000."""
    return _number(f"{rollout}/{user}", 10_001)


def from_one(user: str, rollout: str) -> int:
    """From 1 to 10,000."""
    return _number(f"{rollout}/{user}") + 1


def by_md5(user: str, rollout: str) -> int:
    """Another digest."""
    return int(md5(f"{rollout}/{user}".encode()).hexdigest(), 16) % 10_000


def small_letters(user: str, rollout: str) -> int:
    """Names in small letters."""
    return _number(f"{rollout}/{user}".lower())


def tidied(user: str, rollout: str) -> int:
    """Names without spaces around them."""
    return _number(f"{rollout.strip()}/{user.strip()}")


# ── the route table ───────────────────────────────────────────────────────────────────────────────────────────────────


def covers(prefix: str, path: str) -> bool:
    """By whole segments."""
    return path == prefix or path.startswith(prefix + "/")


def decide(
    table: Mapping[str, int], path: str, number: int, *,
    covering: Callable[[str, str], bool] = covers, choose: Callable[[list[str]], str] = lambda some: max(some, key=len),
    unclaimed: str = "old", is_new: Callable[[int, int], bool] = lambda number, share: number < share * 100,
) -> str:  # fmt: skip
    """The right answer, but for what is given."""
    found = [prefix for prefix in table if covering(prefix, path)]
    if not found:
        return unclaimed
    return "new" if is_new(number, table[choose(found)]) else "old"


def plain_text(table: Mapping[str, int], path: str, number: int) -> str:
    """startswith, without regard to segments."""
    return decide(table, path, number, covering=lambda prefix, p: p.startswith(prefix))


def exact_only(table: Mapping[str, int], path: str, number: int) -> str:
    """Only the very path."""
    return decide(table, path, number, covering=lambda prefix, p: p == prefix)


def never_itself(table: Mapping[str, int], path: str, number: int) -> str:
    """Only what is below the prefix."""
    return decide(table, path, number, covering=lambda prefix, p: p.startswith(prefix + "/"))


def first_segment(table: Mapping[str, int], path: str, number: int) -> str:
    """Only the first segment is looked up."""
    return decide(table, path, number, covering=lambda prefix, p: prefix == "/" + p.split("/")[1])


def first_found(table: Mapping[str, int], path: str, number: int) -> str:
    """The first in the table that covers the path."""
    return decide(table, path, number, choose=lambda some: some[0])


def last_found(table: Mapping[str, int], path: str, number: int) -> str:
    """The last in the table that covers the path."""
    return decide(table, path, number, choose=lambda some: some[-1])


def shortest(table: Mapping[str, int], path: str, number: int) -> str:
    """The shortest prefix."""
    return decide(table, path, number, choose=lambda some: min(some, key=len))


def unclaimed_is_new(table: Mapping[str, int], path: str, number: int) -> str:
    """What nobody claims goes to the new system."""
    return decide(table, path, number, unclaimed="new")


def one_too_many(table: Mapping[str, int], path: str, number: int) -> str:
    """At most, in place of below."""
    return decide(table, path, number, is_new=lambda n, share: n <= share * 100)


def not_scaled(table: Mapping[str, int], path: str, number: int) -> str:
    """A bucket compared with a percentage."""
    return decide(table, path, number, is_new=lambda n, share: n < share)


def upside_down(table: Mapping[str, int], path: str, number: int) -> str:
    """The highest buckets go first."""
    return decide(table, path, number, is_new=lambda n, share: n >= 10_000 - share * 100)


def zero_is_nothing(table: Mapping[str, int], path: str, number: int) -> str:
    """A share of 0 is passed over for a shorter prefix."""
    return decide({prefix: share for prefix, share in table.items() if share}, path, number)


def greatest_share(table: Mapping[str, int], path: str, number: int) -> str:
    """The greatest share of all prefixes that cover the path."""
    return decide(table, path, number, choose=lambda some: max(some, key=lambda prefix: table[prefix]))


# ── the controller ────────────────────────────────────────────────────────────────────────────────────────────────────


def control(
    steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int, *,
    over: Callable[[int, int, int, int], bool] = lambda e, r, least, budget: e * 100 > budget * max(r, least),
    few: Callable[[int, int], bool] = lambda r, least: r < least, back: Callable[[Sequence[int], int], int] =
    lambda steps, share: 0, zero_stays: bool = True, last: Callable[[int], int] = lambda share: share,
) -> int:  # fmt: skip
    """The right answer, but for what is given."""
    if over(errors, requests, least, budget):
        return back(steps, share)
    if (share == 0 and zero_stays) or few(requests, least):
        return share
    return min((step for step in steps if step > share), default=last(share))


def on_count(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The number of errors is taken for the rate."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e > b)


def at_the_budget(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Rolls back at the budget itself."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: e * 100 >= b * max(r, m))  # fmt: skip


def never_waits(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Advances on any sample."""
    return control(steps, share, requests, errors, least, budget, few=lambda r, m: False)


def one_too_few(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The least sample itself is not enough."""
    return control(steps, share, requests, errors, least, budget, few=lambda r, m: r <= m)


def waits_to_roll_back(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Too few requests hold up the roll-back, too."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: r >= m and e * 100 > b * r)  # fmt: skip


def panics(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """One failed request of two rolls back."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e * 100 > b * r)


def one_step_back(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Rolls back one step only."""
    return control(steps, share, requests, errors, least, budget,
                   back=lambda some, s: max((step for step in some if step < s), default=0))  # fmt: skip


def only_holds(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Stops, and leaves everybody where they are."""
    return control(steps, share, requests, errors, least, budget, back=lambda some, s: s)


def starts_again(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """A roll-out that was rolled back starts again on its own."""
    return control(steps, share, requests, errors, least, budget, zero_stays=False)


def to_the_end(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """After the last step, 100."""
    return control(steps, share, requests, errors, least, budget, last=lambda s: 100)


def by_index(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Looks the share up among the steps; it may not be there."""
    if errors * 100 > budget * max(requests, least):
        return 0
    if share == 0 or requests < least:
        return share
    place = list(steps).index(share)
    return steps[min(place + 1, len(steps) - 1)]


def all_at_once(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Leaps to the last step."""
    right = control(steps, share, requests, errors, least, budget)
    return max(steps) if right > share else right


def in_fractions(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Divides first, so that the budget itself is now and then a little more than the budget."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e / max(r, m) * 100 > b)


def zero_is_no_budget(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """A budget of 0 is taken for none at all."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: bool(b) and e * 100 > b * max(r, m))  # fmt: skip


def stands_still(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The step on which it stands is its next."""
    right = control(steps, share, requests, errors, least, budget)
    return share if right > share and share in steps else right


def rounded_down(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The rate in whole per cent."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e * 100 // max(r, m) > b)
