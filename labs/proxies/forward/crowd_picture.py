"""A wall of clients, the proxy, and how many requests reach the origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Trace
from labs.proxies.forward.collapsing import FAILED
from labs.proxies.forward.crowd import KINDS, TAKES, YourDesk, crowd

WIDTH, ACROSS, CELL, SHOWN = 720, 14, 24, 12
FILLS = {"for all": "good", "for one": "good", "failed": "bad"}
ALREADY = {"good": ("given", 164, "pages given"), "bad": ("failed", 184, "502s given")}
"""By the colour of a client: the part that counts those, its place, and what it counts."""


def draw_crowd(trace: Trace) -> Scene:
    """The scene of a run of `crowd`."""
    told = trace.settings
    title = f"{_clients(told['clients'])} ask{'s' * (told['clients'] == 1)} for one page"
    scene = Scene(WIDTH, 286, end=trace.end, title=title, settle=0.4)
    clients = [event.who for event in trace.of("arrive")]
    scene.text("clients", 8, 20, "clients", size=13, weight="bold")
    cells = scene.cells("client", 8, 30, [""] * len(clients), w=CELL - 2, h=CELL, across=ACROSS, fill="idle")
    cell = dict(zip(clients, cells, strict=True))
    scene.box("proxy", 420, 90, 90, 50, label="proxy", weight="bold")
    scene.box("origin", 610, 90, 90, 50, label="origin", weight="bold")
    scene.text("asked", 655, 164, "requests: 0", size=13, align="middle")
    for part, y, words in ALREADY.values():
        scene.text(part, 465, y, f"{words}: 0", size=13, align="middle")
    legend = (
        ("waits", "warn", 376),
        ("is asked for", "actor1", 444),
        ("has the page", "good", 548),
        ("502", "bad", 660),
    )
    for word, fill, x in legend:
        scene.box(f"key {word}", x, 238, 14, 14, fill=fill, radius=2)
        scene.text(f"word {word}", x + 18, 250, word, size=12, ink="muted")
    asked, given = 0, dict.fromkeys(ALREADY, 0)
    for event in trace:
        if event.kind == "arrive":
            scene.key(event.t, cell[event.who], fill="warn")
        elif event.kind == "ask":
            asked += 1
            scene.key(event.t, cell[event.who], fill="actor1")
            scene.key(event.t, "asked", label=f"requests: {asked}")
            if asked <= SHOWN:
                scene.send(event.t, "proxy", "origin", over=TAKES / 2)
        else:
            fill = FILLS[event["how"]]
            part, _, words = ALREADY[fill]
            given[fill] += 1
            scene.key(event.t, cell[event.who], fill=fill)
            scene.key(event.t, part, label=f"{words}: {given[fill]}")
    for t, words, still in _said(trace):
        scene.say(t, words, still=still)
    return scene


def _clients(number: int) -> str:
    return f"{number} client{'s' * (number != 1)}"


def _said(trace: Trace) -> list[tuple[float, str, bool]]:
    """What is said: who comes, what the first answer means and what is done then, how it ends.

    All of it is told by what has been done, since a learner's own desk may do anything.
    """
    many, asks, gives = trace.settings["clients"], trace.of("ask"), trace.of("give")
    everybody = "All of them ask for the same page within half a second. Nothing is in the cache."
    said = [(0.5, everybody if many > 1 else "Nothing is in the cache.", False), (1.1, _begun(trace), True)]
    last = max([1.1, *(event.t for event in (*asks, *gives))])
    if asks:
        first = asks[0].t + TAKES
        last = max(last, first)
        if means := _answered(trace, first):
            said.append((first, means, True))
    left = many - len({event.who for event in gives})
    under_way = any(event.t + TAKES > trace.end for event in asks)
    lost = f" {_clients(left)} {'still ' * under_way}wait{'s' * (left == 1)}{'' if under_way else ' for ever'}."
    got = f"{'So far' if under_way else 'In all'}, the origin {'has got' if under_way else 'got'}"
    asked = f"{got} {len(asks)} request{'s' * (len(asks) != 1)}."
    said.append((min(last + 0.5, trace.end), asked + lost * (left > 0), True))
    return said


def _begun(trace: Trace) -> str:
    """What has been done when all have come."""
    many = trace.settings["clients"]
    asks = [event for event in trace.of("ask") if event.t <= 1.1]
    asked, given = {event.who for event in asks}, {event.who for event in trace.of("give") if event.t <= 1.1}
    waiting = many - len(asked | given)
    if not waiting and not given:
        return f"The proxy asks the origin on behalf of {'each' if many > 1 else 'the client'}."
    told = [f"Requests to the origin: {len(asks)}."]
    if waiting:
        others = "The other one waits" if waiting == 1 else f"The other {waiting} wait"
        if waiting == many:
            others = f"{_clients(many)} wait{'s' * (many == 1)}"
        told.append(f"{others} for that answer." if len(asks) == 1 else f"{others}.")
    if given:
        told.append(f"{_clients(len(given))} {'has' if len(given) == 1 else 'have'} an answer before there is one.")
    return " ".join(told)


def _answered(trace: Trace, first: float) -> str:
    """What the first answer means, and what has been done with those who waited; "" where nobody did."""
    done = {event.who for event in trace.of("ask", "give") if event.t < first}
    waiting = {event.who for event in trace.of("arrive")} - done
    given, asked = ({e.who for e in trace.of(kind) if e.t == first} & waiting for kind in ("give", "ask"))
    answer = trace.settings["answer"]
    if not waiting:
        return ""
    means = {
        "max-age=60": "The answer may be given to anybody",
        "private": "The answer says private: it is for one client",
        "no answer": "The origin does not answer",
    }[answer]
    others = "the other one" if len(waiting) == 1 else "each of the others"
    if given == waiting:
        return {
            "max-age=60": f"{means}, so everybody who waits gets it.",
            "private": f"{means}. Everybody who waits gets it all the same.",
            "no answer": f"{means}. Everybody who waits is told so at once, with a 502.",
        }[answer]
    if asked == waiting:
        return f"{means}. For {others} the origin is asked again{'' if answer == 'private' else ' all the same'}."
    if not given and not asked:
        return f"{means}. Nothing is done for those who wait."
    told, one = len(given), len(given) < 2
    verb = f"{'is' if one else 'are'} told" if answer == "no answer" else f"get{'s' * one} it"
    return f"{means}. Of {len(waiting)} who wait, {told or 'none'} {verb}; the origin is asked again for {len(asked)}."


CONTROLS = {
    control.name: control
    for control in (
        Control("answer", "max-age=60", options=tuple(KINDS), label="the origin says"),
        Control("collapse", True, label="collapsing"),
        Control("clients", 100, low=1, high=100),
    )
}


def _told(trace: Trace, answered: bool) -> int:
    """How many clients have the page, or else a 502."""
    return len({event.who for event in trace.of("give") if (event["how"] != FAILED) is answered})


def _left(trace: Trace) -> int:
    return int(trace.settings["clients"]) - len({event.who for event in trace.of("give")})


def _last(trace: Trace) -> str:
    """When the last client had its answer."""
    given = trace.of("give")
    return f"at {given[-1].t:.1f} s" if given else "–"


MONITORS = [
    ("requests to the origin", lambda trace: str(len(trace.of("ask")))),
    ("clients with the page", lambda trace: str(_told(trace, True))),
    ("clients with a 502", lambda trace: str(_told(trace, False))),
    ("the last answer comes", _last),
    ("clients still waiting", lambda trace: (str(_left(trace)), _left(trace) == 0)),
]


def explore_crowd(
    *controls: str, collapse_with: Callable[..., Any] | None = None, after: Any = None,
    versus: tuple[str, Any, Any] | None = None, **settings: Any,
) -> Explorer:  # fmt: skip
    """A crowd to play with; `collapse_with` is the learner's own function."""
    shown = pick_controls(controls, CONTROLS, settings)
    run = fenced(crowd, collapse_with)

    def crowded(faults: Any = (), seed: int = 0, **chosen: Any) -> Trace:
        desk = YourDesk(collapse_with) if collapse_with is not None else None
        trace: Trace = run(**{**settings, **chosen}, desk=desk)
        return trace

    return explore(crowded, draw_crowd, controls=shown, monitors=MONITORS, after=after, versus=versus)
