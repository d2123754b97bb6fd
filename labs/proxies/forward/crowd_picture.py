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
    """What is said: who comes, what the first answer means, how it ends."""
    told, asks, gives = trace.settings, trace.of("ask"), trace.of("give")
    first = asks[0].t + TAKES
    early = sum(event.t < first for event in asks)
    waiting = told["clients"] - early
    many = "All of them ask for the same page within half a second. Nothing is in the cache."
    said = [(0.5, many if told["clients"] > 1 else "Nothing is in the cache.", False)]
    if waiting:
        others = "The other one waits" if waiting == 1 else f"The other {waiting} wait"
        said.append((1.1, f"Requests to the origin: {early}. {others} for that answer.", True))
    else:
        each = "each" if told["clients"] > 1 else "the client"
        said.append((1.1, f"The proxy asks the origin on behalf of {each}.", True))
    means = {
        "max-age=60": "The answer may be given to anybody, so everybody who waits gets it.",
        "private": "The answer says private: it is for one client. For each of the others the origin is asked again.",
        "no answer": "The origin does not answer. Everybody who waits is told so at once, with a 502.",
    }[told["answer"]]
    if waiting:
        said.append((first, means, True))
    left = told["clients"] - len({event.who for event in gives})
    end = max([first, *(event.t for event in gives)]) + 0.5
    lost = f" {_clients(left)} wait{'s' * (left == 1)} for ever." if left else ""
    asked = f"{len(asks)} request{'s' * (len(asks) != 1)}"
    said.append((min(end, trace.end - 0.5), f"In all, the origin got {asked}.{lost}", True))
    return said


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
