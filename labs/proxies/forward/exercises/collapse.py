"""Lesson 12: who asks, who waits, who gets what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show
from labs.proxies.forward.collapsing import FAILED, FOR_ALL, FOR_ONE, collapse

Case = tuple[list[tuple[str, str, str]]]
Answer = list[list[tuple[str, str]]]
HOWS = (FOR_ALL, FOR_ONE, FAILED)
NAMES = ("zoe", "bob", "al", "ann")


def _cases() -> Iterator[Case]:
    yield from sorted(_some(), key=lambda case: len(case[0]))


def _some() -> Iterator[Case]:
    yield ([],)
    yield ([("request", "ann", "/")],)
    yield ([("request", "é", "/x"), ("request", "10", "/")],)
    for how in HOWS:
        for many in range(1, 4):
            asks = [("request", name, "/") for name in NAMES[:many]]
            first = ("answer", NAMES[0], how)
            yield ([*asks, first],)
            # and afterwards it begins anew, while others may still be asked for
            yield ([*asks, first, ("request", "new", "/")],)
            if many > 1 and how == FOR_ONE:
                for then in HOWS:
                    yield ([*asks, first, ("answer", NAMES[1], then)],)
                    two = [("request", "new", "/"), ("request", "last", "/")]
                    yield ([*asks, first, *two, ("answer", NAMES[1], then)],)
            yield ([*asks, first, ("request", NAMES[0], "/"), ("request", "b", "/"), ("answer", NAMES[0], FOR_ALL)],)
    for how in HOWS:  # who has led a group once is asked for alone, while somebody else leads
        yield (
            [("request", "zoe", "/"), ("answer", "zoe", FOR_ALL), ("request", "new", "/"), ("request", "zoe", "/"),
             ("answer", "new", FOR_ONE), ("request", "al", "/"), ("request", "b", "/"), ("answer", "zoe", how)],
        )  # fmt: skip
    for one, other in product(HOWS, HOWS):
        both = [("request", "a", "/x"), ("request", "b", "/"), ("request", "c", "/x"), ("request", "d", "/")]
        yield ([*both, ("answer", "b", one), ("answer", "a", other)],)
        yield ([*both, ("answer", "a", one), ("request", "e", "/x"), ("answer", "b", other)],)
    yield ([("request", "a", ""), ("request", "b", ""), ("request", "c", "/"), ("answer", "a", FOR_ALL)],)
    yield ([("request", "a", ""), ("request", "b", ""), ("answer", "a", FOR_ALL)],)
    for seed in range(30):
        yield (_story(Random(f"{seed} collapse"), 4 + seed),)


def _story(dice: Random, length: int) -> list[tuple[str, str, str]]:
    """A story that can happen: clients ask when they have nothing under way, what was asked is answered."""
    events: list[tuple[str, str, str]] = []
    while len(events) < length:
        done = collapse(events)
        asked = [do.client for did in done for do in did if do.what == "ask"]
        gone = [name for kind, name, _ in events if kind == "answer"]
        out = [name for name in asked if name not in gone]
        if out and dice.random() < 0.4:
            events.append(("answer", str(dice.choice(out)), dice.choice(HOWS)))
        else:
            events.append(("request", f"c{len(events)}", dice.choice(("/", "/x"))))
    return events


def _strategy() -> Any:
    from hypothesis import strategies as st

    stories = st.builds(lambda seed, long: _story(Random(seed), long), st.integers(0, 10_000), st.integers(1, 25))
    return st.tuples(stories)


def _read(case: Case, answer: Any) -> Answer:
    if not isinstance(answer, list | tuple) or len(answer) != len(case[0]):
        raise Wrong(f"Return a list with one list for each of {len(case[0])} events. You returned {show(answer, 80)}.")
    told: Answer = []
    for number, did in enumerate(answer, 1):
        pairs: list[Any] = list(did) if isinstance(did, list | tuple) else [None]
        for pair in pairs:
            if not isinstance(pair, list | tuple) or len(pair) != 2 or pair[0] not in ("ask", "give"):
                raise Wrong(f'Event {number}: you returned {show(did, 60)}, not a list of pairs like ("ask", "ann").')
        told.append([(pair[0], pair[1]) for pair in pairs])
    return told


def _right(case: Case, answer: Answer) -> None:
    for number, (did, want) in enumerate(zip(answer, collapse(*case), strict=True), 1):
        wanted = [tuple(do) for do in want]
        if did != wanted:
            event = case[0][number - 1]
            expected = [[tuple(do) for do in one] for one in collapse(*case)]
            before = [one for one in case[0][: number - 1] if one[0] == "request" and one[2] == event[2]]
            first = event[0] == "request" and not before and not did
            why = " Nobody has asked for this key yet: each key has its own group, and each call starts with none."
            why *= first
            raise Wrong(f"Event {number}, {show(event)}: {show(wanted, 120)} has to be done.{why}", expected)


# ── plausible wrong answers ───────────────────────────────────────────────────────────────────────────────────────────


def _ask_all(others: list[str]) -> list[tuple[str, str]]:
    return [("ask", other) for other in others]


def _give_all(others: list[str]) -> list[tuple[str, str]]:
    return [("give", other) for other in others]


def _desk(
    events: Any, *, one: Callable[[list[str]], list[tuple[str, str]]] = _ask_all,
    failed: Callable[[list[str]], list[tuple[str, str]]] = _give_all,
    by_key: bool = True, ends: Callable[[str], bool] = lambda how: True, alone: bool = True, leader: bool = True,
    backwards: bool = False, by_name: bool = False, leader_last: bool = False, falsy: bool = False, gaps: bool = False,
    leads_next: str = "", all_led: bool = False, leader_again: bool = False, silent: bool = False,
    retries: bool = False,
) -> list[list[tuple[str, str]]]:  # fmt: skip
    groups: dict[Any, list[str]] = {}
    done = []
    for kind, client, it in events:
        if kind == "request":
            key = it if by_key else None
            groups.setdefault(key, []).append(client)
            if len(groups[key]) == 1 or not gaps:
                done.append([("ask", client)] if len(groups[key]) == 1 else [])
            continue
        if silent and it == FAILED:
            groups = {key: group for key, group in groups.items() if group[0] != client}
            done.append([])
            continue
        led = next((key for key, group in groups.items() if group[0] == client), None)
        if (falsy and not led) or client not in [group[0] for group in groups.values()]:
            done.append([("ask" if retries and it == FAILED else "give", client)] if alone else [])
            continue
        others = groups[led][0 if leader_again and it == FOR_ONE else 1 :]
        others = sorted(others) if by_name else others
        if ends(it):
            del groups[led]
        did = {FOR_ONE: one, FAILED: failed}.get(it, _give_all)(others)
        if it == leads_next and others:
            groups[led] = others
            did = [("ask", others[0])]
        if all_led and it == FOR_ONE and others:
            groups[led] = others[:1]
        if backwards:
            did = did[::-1]
        told = [("give", client)] * leader
        done.append([*did, *told] if leader_last else [*told, *did])
    return done


def _flawed(**flaw: Any) -> Callable[[Any], Any]:
    return lambda events: _desk(events, **flaw)


def _never(events: Any) -> Any:
    return [[("ask" if kind == "request" else "give", client)] for kind, client, _ in events]


def _stays_a_leader(events: Any) -> Any:
    """Remembers keys that were asked for, and never forgets them."""
    seen, waiting, done = set(), {}, []  # type: ignore[var-annotated]
    for kind, client, it in events:
        if kind == "request":
            done.append([] if it in seen else [("ask", client)])
            waiting.setdefault(it, []).append(client)
            seen.add(it)
        else:
            key = next((k for k, group in waiting.items() if client in group), None)
            group = waiting.pop(key, [client])
            others = [c for c in group if c != client]
            done.append([("give", client), *(("ask" if it == FOR_ONE else "give", c) for c in others)])
    return done


def _remembers(every_client: bool, apart: bool = False) -> Callable[[Any], Any]:
    """Finds a group by the key that a client, or only a leader, asked for, and never forgets that.

    `apart`: a group is those who wait, without the leader.
    """

    def function(events: Any) -> Any:
        keys, groups, done = {}, {}, []  # type: ignore[var-annotated]
        for kind, client, it in events:
            if kind == "request":
                leads = it not in groups
                groups.setdefault(it, []).extend([client] * (not (leads and apart)))
                if leads or every_client:
                    keys[client] = it
                done.append([("ask", client)] * leads)
            else:
                others = [other for other in groups.pop(keys.get(client), []) if other != client]
                done.append([("give", client), *(_ask_all if it == FOR_ONE else _give_all)(others)])
        return done

    return function


COLLAPSE = Exercise(
    id="proxies-collapse",
    lesson="12",
    title="Collapse requests",
    points=3,
    reference=collapse,
    cases=_cases,
    strategy=_strategy,
    read=_read,
    keeps=True,
    shape="Returns a list of lists of pairs, one list for each event",
    properties=(("Asks the origin for whom it must, and leaves nobody waiting", _right),),
    wrong=(
        Mistake('After "for one" everybody gets the leader\'s answer: one user\'s page in a hundred browsers.',
                _flawed(one=lambda others: [("give", o) for o in others])),
        Mistake('After "for one" the others are forgotten. They wait for ever.', _flawed(one=lambda others: [])),
        Mistake('After "for one" only the next one is asked for. All of them have to be.',
                _flawed(one=lambda others: [("ask", o) for o in others[:1]])),
        Mistake('After "for one" the next becomes a leader, and the rest keep waiting. Ask for all of them at once.',
                _flawed(leads_next=FOR_ONE)),
        Mistake('After "for one" the first of the others leads a group again, and whoever comes waits for it. '
                "None of them is a leader.", _flawed(all_led=True)),
        Mistake('After "for one" the leader is asked for once more. It has its answer.', _flawed(leader_again=True)),
        Mistake('After "failed" the next becomes a leader, as in nginx. Here all of them are told at once.',
                _flawed(leads_next=FAILED)),
        Mistake('After "failed" nobody is given anything. A failure is given to all of them.', _flawed(silent=True)),
        Mistake('After "failed" the others are forgotten. They wait for ever.', _flawed(failed=lambda others: [])),
        Mistake('After "failed" the origin is asked again for each. It has just failed: tell them all.',
                _flawed(failed=lambda others: [("ask", o) for o in others])),
        Mistake('After "failed" the origin is asked again for the next one. It has just failed: tell them all.',
                _flawed(failed=lambda others: [("ask", o) for o in others[:1]])),
        Mistake("All keys are one for you: clients wait for an answer to another question.", _flawed(by_key=False)),
        Mistake("The group stays when its answer has come, so the next client joins one that is over.",
                _flawed(ends=lambda how: False)),
        Mistake('The group stays after a failure, so the next client waits for an answer that never comes.',
                _flawed(ends=lambda how: how != FAILED)),
        Mistake("A key that was asked for once is never asked for again. Nobody keeps answers here.", _stays_a_leader),
        Mistake("Whoever was asked for alone gets nothing when that answer comes.", _flawed(alone=False)),
        Mistake("Whoever was asked for alone is asked for again after a failure. It is given the failure.",
                _flawed(retries=True)),
        Mistake("The answer for a client that was asked for alone ends the group of its key. Somebody else leads that.",
                _remembers(every_client=True)),
        Mistake("Whoever has led a group once is taken for a leader ever after. Forget it when its group is over.",
                _remembers(every_client=False)),
        Mistake("Whoever has led a group once is taken for a leader ever after. Forget it when its group is over.",
                _remembers(every_client=False, apart=True)),
        Mistake("The leader itself gets nothing.", _flawed(leader=False)),
        Mistake("Those who wait are served the last first. They come in the order in which they asked.",
                _flawed(backwards=True)),
        Mistake("Those who wait are served by name. They come in the order in which they asked.",
                _flawed(by_name=True)),
        Mistake("Those who wait come before the leader. The leader comes first.", _flawed(leader_last=True)),
        Mistake('An empty key is a key, too: `""` is false for Python, but it is not None.', _flawed(falsy=True)),
        Mistake("An event at which nothing has to be done has its list, too: an empty one.", _flawed(gaps=True)),
        Mistake("Nothing is collapsed: the origin is asked for each client.", _never),
    ),
    hints=(
        "Keep a dict: key → the clients that wait for it, the leader first.",
        "At an answer, find the key that this client leads, and remove it from the dict. Is there none? Then the "
        "client was asked for alone.",
        'The leader gets the answer. For each of the others: ("ask", …) after "for one", else ("give", …).',
    ),
)  # fmt: skip
