"""What the three exercises on reading have in common: what may come back, and what a read may leave behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.caching.strategies.exercises.races import FILLS, Ending, Runs, none_is, stale
from labs.caching.strategies.exercises.trials import YOURS, Outage, Result, Trial
from labs.caching.strategies.steps import Step
from labs.caching.strategies.stores import CacheLike, DatabaseLike
from labs.kit.checking.exercise import Property, Wrong

Answer = Result | Runs

FALSY: tuple[Any, ...] = (0, "", False)
GOES_DOWN = (Outage("cache", 1), Outage("cache", 2), Outage("cache", 0, 1), Outage("cache", 1, 1))
NO_DATABASE = Outage("database")
NO_CACHE = Outage("cache")


def small(name: str) -> list[Trial]:
    """What every read must do, whichever its strategy: the smallest trials."""

    def trial(key: str, rows: dict[str, Any], cached: dict[str, Any] | None = None, **more: Any) -> Trial:
        return Trial(name, (key,), rows, cached or {}, client="R", **more)

    return [
        trial("a", {"a": 10}),
        trial("b", {"b": 10}, {"b": 10}),
        trial("c", {}),
        *(trial(key, {key: value}, {key: value}) for key, value in zip("def", FALSY, strict=True)),
        *(trial(key, {key: value}) for key, value in zip("ghi", FALSY, strict=True)),
        trial("j", {"j": 21}, {"j": 20}),  # an entry that has grown old is a hit all the same
        trial("k", {"k": "ten"}),
        trial("l", {"l": 1.5}, {"l": 1.5}),
        trial("m", {"m": (3, "EUR")}),
        trial("n", {"a": 10, "n": 20}, {"a": 10}),
        trial("ab", {"b": 20}, {"b": 20}),
        trial("O", {"O": 10, "o": 11}),
        trial("o", {"O": 10, "o": 11}, {"O": 10}),
        trial("price:1", {"price:1": 100, "price:10": 200}, {"price:10": 200}),
        trial("prix à Évry", {"prix à Évry": "7 €"}),
    ]


def twice(name: str) -> list[Trial]:
    """Called twice: nothing may be kept between the calls but what the stores keep."""

    def trial(key: str, rows: dict[str, Any], *between: Step, **more: Any) -> Trial:
        return Trial(name, (key,), rows, between=between, client="R", **more)

    return [
        trial("p", {"p": 10}, Step("database", "write", ("p", 11)), Step("cache", "delete", ("p",))),
        trial("q", {"q": 10}, Step("cache", "set", ("q", 12))),
        trial("r", {}, Step("database", "write", ("r", 10)), Step("cache", "delete", ("r",))),
        trial("s", {"s": 10, "t": 20}, earlier=("t",)),
        trial(
            "v", {"v": 10}, Step("database", "write", ("v", 11)), Step("cache", "delete", ("v",)), outages=(NO_CACHE,)
        ),
    ]


def deleted(key: str, cache: CacheLike, db: DatabaseLike) -> None:
    """Another client of a race: the entry goes, by whomever and for whatever reason."""
    cache.delete(key)


def recovers(name: str) -> Trial:
    """The cache is down, and then it is back."""
    first = (Outage("cache", call=1),)
    return Trial(name, ("u",), {"u": 10}, outages=first, between=(Step("cache", "set", ("u", 10)),), client="R")


def beside(name: str, key: str, *writers: tuple[Any, ...], leases: bool = False) -> list[Trial]:
    """Two readers at once, and both beside each of the writers; the race that only leases win is spared the others."""
    more: dict[str, Any] = dict(client="R", spare=not leases)
    crowd = [writer for writer in writers if writer[2:] != (0,)]  # three clients take thousands of orders: once will do
    return [
        Trial(name, (key,), {key: 10}, others={"Q": (YOURS, key)}, **more),
        *(Trial(name, (key,), {key: 10}, {key: 10}, others={"W": writer}, **more) for writer in writers),
        *(Trial(name, (key,), {key: 10}, others={"W": writer}, **more) for writer in writers),
        *(Trial(name, (key,), {key: 10}, others={"Q": (YOURS, key), "W": writer}, **more) for writer in crowd),
    ]


# ---- properties ------------------------------------------------------------------------------------------------------


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same; 0 is not False."""
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


def it(case: Trial) -> str:
    """Which call a sentence is about."""
    return "The second call" if case.between is not None else "It"


def value(case: Trial, answer: Answer) -> None:
    """The value comes back; in a race one that the key has had."""
    none_is(case, answer, _never_there)
    if isinstance(answer, Runs):
        return
    key, (held, rows) = case.args[0], answer.before
    sources = {**rows, **held}
    if case.down("database") and (key not in held or case.down("cache")):
        if not answer.raised:
            raise Wrong(
                f"The database is down, and the value is nowhere else; it returned {answer.returned!r}, which the "
                "caller takes for the value. Let `DatabaseDown` go through."
            )
        return
    if case.down("cache"):
        known = [store[key] for store in (held, rows) if key in store] or [None]
        if not answer.raised and not any(same(answer.returned, value) for value in known):
            raise Wrong(f"{it(case)} returned {answer.returned!r}, but the value is {sources.get(key)!r}.")
    elif answer.raised:
        raise Wrong(f"{it(case)} raised {answer.raised}.")
    elif not same(answer.returned, sources.get(key)):
        where = "in the cache" if key in held else "in the database"
        right = f"{where} it is {sources[key]!r}" if key in sources else "there is no such row: return None"
        raise Wrong(f"{it(case)} returned {answer.returned!r}; {right}.")


def _never_there(case: Trial, ending: Ending) -> str:
    """Some call returns what the key has never been."""
    key = case.args[0]
    allowed = [case.dirty.get(key, case.cached.get(key, case.rows.get(key)))]
    allowed += [args[1] for _, *args in case.others.values() if len(args) > 1]
    for got in ending.returned:
        if not any(same(got, value) for value in allowed):
            return f"a read returns {got!r}, which {key!r} has never been"
    return ""


def quiet_hit(case: Trial, answer: Answer) -> None:
    """On a hit nothing else is done."""
    if isinstance(answer, Runs) or case.down("cache"):
        return
    key, (held, _) = case.args[0], answer.before
    if key not in held:
        return
    if "database read" in answer.asked:
        raise Wrong(f"{held[key]!r} is in the cache, and the database was asked all the same.")
    changes = [s for s in answer.steps if s.store == "cache" and s.verb in (*FILLS, "delete", "clean")]
    if changes:
        why = ": what a writer deletes meanwhile would come back" if changes[0].verb in FILLS else ""
        raise Wrong(
            f"{held[key]!r} is in the cache, and {it(case).lower()} went on to `{changes[0]}`. On a hit there is "
            f"nothing to be done{why}."
        )


def miss_fills(case: Trial, answer: Answer) -> None:
    """A miss leaves a copy."""
    if isinstance(answer, Runs) or answer.cache is None or answer.raised or case.leased:
        return
    key, (held, rows) = case.args[0], answer.before
    if key in held or key not in rows:
        return
    if key not in answer.cache:
        raise Wrong("After the miss the cache has no copy: the next read will be a miss again.")
    if not same(answer.cache[key], rows[key]):
        raise Wrong(f"After the miss the cache has {answer.cache[key]!r}, and the database {rows[key]!r}.")


def one_read(case: Trial, answer: Answer) -> None:
    """However the cache fails, and whoever comes in between, the database is asked once."""
    none_is(case, answer, _reads_again)
    if isinstance(answer, Result) and answer.reads > 1:
        down = ", since the cache went down" if case.down("cache") else ""
        raise Wrong(f"For one value the database was asked {answer.reads} times{down}.")


def _reads_again(case: Trial, ending: Ending) -> str:
    """One of the learner's clients reads the database more than once."""
    return "a read asks the database twice" if ending.again else ""


def no_row_no_copy(case: Trial, answer: Answer) -> None:
    """None is not cached."""
    if isinstance(answer, Runs) or case.args[0] in {**answer.before[0], **answer.before[1]}:
        return
    if {"cache set", "cache add", "cache fill"} & set(answer.asked):
        put = next(s for s in answer.steps if s.verb in ("set", "add", "fill"))
        raise Wrong(f"The database has no such row, and it went on to `{put}`.")


def nothing_else(case: Trial, answer: Answer) -> None:
    """A read writes no row, marks nothing as dirty, and leaves other entries alone."""
    none_is(case, answer, _more_than_reading)
    if isinstance(answer, Runs):
        return
    key, (held, _) = case.args[0], answer.before
    if "database write" in answer.asked:
        step = next(s for s in answer.steps if s.verb == "write")
        raise Wrong(f"A read has nothing to write, and it did `{step}`.")
    cache = held if answer.cache is None else answer.cache
    others = {k for k in {**held, **cache} if k != key and held.get(k) != cache.get(k)}
    if others:
        other = sorted(map(repr, others))[0]
        raise Wrong(f"It was asked for {key!r}, and the entry of {other} has changed.")
    if set(answer.dirty) - set(case.dirty):
        raise Wrong(f"It marked {key!r} as dirty, as if the database did not have the value yet.")


def _more_than_reading(case: Trial, ending: Ending) -> str:
    """A read writes a row, or takes an entry out."""
    done = {"database write": "writes the database", "cache delete": "deletes an entry that another client has put in"}
    return next((f"a read {what}" for step, what in done.items() if step in ending.did), "")


def outlives_the_cache(case: Trial, answer: Answer) -> None:
    """Without the cache it goes on."""
    if isinstance(answer, Result) and case.down("cache") and answer.raised and not case.down("database"):
        raise Wrong(f"The cache is down, and the read failed with {answer.raised}, though the database is there.")


def nothing_old(case: Trial, answer: Answer) -> None:
    """No order leaves a stale entry."""
    none_is(case, answer, stale)


READS: Sequence[tuple[str, Property]] = (
    ("Returns the value", value),
    ("A hit does not touch the database, or change the entry", quiet_hit),
    ("A miss costs one read of the database", one_read),
    ("A miss leaves a copy in the cache", miss_fills),
    ("What the database doesn't have is not put into the cache", no_row_no_copy),
    ("Changes nothing else", nothing_else),
)
