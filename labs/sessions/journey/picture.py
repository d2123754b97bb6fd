"""The picture of a journey: the browser, the servers, the store, and a strip of who was let in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Fault, Trace
from labs.kit.wording import listed
from labs.sessions.journey.travel import DESIGNS, STORES, WAY, asked, let_in, spent, travel, turned_away

WIDTH, TOP, ROW = 500, 26, 58
SERVER, STORE = 192, 362  # where the columns begin
HOLDS = {
    "session": "cookie sid=3fK9…",
    "cached session": "cookie sid=3fK9…",
    "token": "ada, until min {}",
    "token + denylist": "ada, until min {}",
}
NEEDED = {"token": "not needed", "token + denylist": "denylist"}  # what the store has, where it is not sessions
FILLS = {200: "good", 401: "bad", 503: "bad"}


def draw_journey(trace: Trace) -> Scene:
    """The scene of a run of `travel`."""
    settings = trace.settings
    names = [f"s{i + 1}" for i in range(settings["servers"])]
    bottom = TOP + ROW * max(3, len(names))
    scene = Scene(WIDTH, bottom + 118, end=trace.end, title=f"Who is asking? Design: {settings['design']}",
                  unit="min", settle=WAY)  # fmt: skip
    _machines(scene, settings, names, bottom)
    _strip(scene, settings["until"], bottom)
    play = _Play(scene, trace)
    for event in trace:
        play.on(event)
    for t, words, still in sorted(_said(trace), key=lambda said: said[0]):
        scene.say(t, words, still=still)
    return scene


def _machines(scene: Scene, settings: Mapping[str, Any], names: list[str], bottom: float) -> None:
    middle = (TOP + bottom - 10) / 2
    scene.box("browser", 8, middle - 44, 150, 88, stroke=actor(1), width=2)
    scene.text("b-name", 18, middle - 22, "Ada's browser", weight="bold")
    scene.text("b-holds", 18, middle + 2, "logging in …", size=12, mono=True)
    scene.text("b-account", 18, middle + 28, "account: open", size=12, ink="good-ink")
    own = settings["design"] == "session" and settings["store"] != "shared"
    for i, name in enumerate(names):
        y = TOP + i * ROW
        scene.box(name, SERVER, y, 132, ROW - 12, stroke=actor(i + 2), width=2)
        scene.text(f"{name}-name", SERVER + 10, y + 18, name, size=13, weight="bold")
        scene.text(f"{name}-has", SERVER + 10, y + 37, "sessions: none" if own else "", size=12, ink="muted")
    what = "not used" if own else NEEDED.get(settings["design"], "sessions")
    scene.box("store", STORE, middle - 32, 130, 64, fill="faint" if what.startswith("not") else "panel")
    scene.text("store-name", STORE + 12, middle - 8, "store", weight="bold")
    scene.text("store-has", STORE + 12, middle + 16, what, size=12, ink="muted")


def _strip(scene: Scene, until: int, bottom: float) -> None:
    told = "Each request, and its answer (200 let in, 401 log in first; ✕: 503, failed)"
    scene.text("strip-name", 8, bottom + 20, told, size=12, ink="muted")
    wide = (WIDTH - 16) / until
    for n in range(1, until + 1):
        label = str(n) if until <= 24 or n % 5 == 0 else ""
        scene.box(f"request {n}", 8 + (n - 1) * wide, bottom + 28, wide - 2, 32, fill="page", label=label, size=12)
    scene.text("asked", 8, bottom + 84, "lookups in the store: 0", size=13)
    scene.text("spent", 210, bottom + 84, "waiting for checks: 0 ms", size=13)
    scene.text("in", 8, bottom + 106, "", size=13, ink="bad-ink")


class _Play:
    """Lets the events happen in the picture."""

    def __init__(self, scene: Scene, trace: Trace) -> None:
        self.scene, self.settings = scene, trace.settings
        self.asked, self.ms, self.late = 0, 0.0, 0
        self.closed, self.down = False, False  # the account; the store
        self.own = self.settings["design"] == "session" and self.settings["store"] != "shared"

    def on(self, e: Event) -> None:
        getattr(self, f"on_{e.kind}")(e)

    def on_login(self, e: Event) -> None:
        holds = HOLDS[self.settings["design"]].format(self.settings["lifetime"])
        self.scene.key(e.t, "b-holds", label=holds)
        if not self.own and not self.settings["design"].startswith("token"):
            self.scene.key(e.t, "store-has", label="3fK9… = ada")

    def on_request(self, e: Event) -> None:
        if e.who:
            self.scene.send(e.t, "browser", e.who, label=str(e["n"]), over=WAY)

    def on_lookup(self, e: Event) -> None:
        if e["place"] == "store":
            self.asked += 1
            self.scene.send(e.t, e.who, "store", label="?", over=WAY)
            self.scene.key(e.t, "asked", label=f"lookups in the store: {self.asked}")
        self._spend(e)

    def on_verify(self, e: Event) -> None:
        self._spend(e)

    def _spend(self, e: Event) -> None:
        self.ms += e["ms"]
        self.scene.key(e.t, "spent", label=f"waiting for checks: {self.ms:.3g} ms")

    def on_fetch(self, e: Event) -> None:
        for name in e["to"]:
            self.asked += 1
            self.scene.send(e.t, "store", name, label="list", over=WAY)
            self.scene.key(e.t, f"{name}-has", label="denylist: ada" if e["closed"] else "denylist: empty")
        self.scene.key(e.t, "asked", label=f"lookups in the store: {self.asked}")

    def on_answer(self, e: Event) -> None:
        if e.who:
            self.scene.send(e.t + WAY, e.who, "browser", label=str(e["status"]), over=WAY, fill=FILLS[e["status"]])
        late = e["closed"] and e["status"] == 200
        label = f"{e['n']}!" if late else "✕" if e["status"] == 503 else str(e["n"])
        self.scene.key(e.t, f"request {e['n']}", fill=FILLS[e["status"]], label=label, **_thick(late))
        if late:
            self.late += 1
            self.scene.key(e.t, "in", label=f"let in although the account is closed (marked !): {self.late}")

    def on_close(self, e: Event) -> None:
        self.closed = True
        self.scene.key(e.t, "b-name", label="stolen laptop")
        self.scene.key(e.t, "b-account", label="account: CLOSED", ink="bad-ink")
        if not self.own and not self.down:
            self.scene.key(e.t, "store-has", label="ada: closed")

    def on_copy(self, e: Event) -> None:
        self.scene.key(e.t, f"{e.who}-has", label=f"sessions: {'ada' if e['there'] else 'none'}")

    def on_crash(self, e: Event) -> None:
        self.down = self.down or e.who == "store"
        self.scene.key(e.t, e.who, fill="bad")
        self.scene.key(e.t, f"{e.who}-name", label=f"{e.who}: down")
        self.scene.key(e.t, f"{e.who}-has", label="")

    def on_restart(self, e: Event) -> None:
        self.down = self.down and e.who != "store"
        idle = e.who == "store" and (self.own or self.settings["design"] == "token")
        self.scene.key(e.t, e.who, fill="faint" if idle else "panel")
        self.scene.key(e.t, f"{e.who}-name", label=e.who)
        self.scene.key(e.t, f"{e.who}-has", label=self._again(e.who))

    def _again(self, who: str) -> str:
        """What a machine has when it is back after a crash."""
        design = self.settings["design"]
        if who == "store":
            kept = "ada: closed" if self.closed else NEEDED.get(design, "back, empty")
            return "not used" if self.own else kept
        if design == "token + denylist":
            return "no denylist yet"
        return "sessions: none" if self.own else ""


def _thick(late: bool) -> dict[str, Any]:
    return {"stroke": "bad-ink"} if late else {}


def _said(trace: Trace) -> Iterator[tuple[float, str, bool]]:
    design = trace.settings["design"]
    kept = "a signed token" if design.startswith("token") else "a random id, in a cookie"
    yield 0, f"Ada logs in at s1, and her browser gets {kept}.", False
    yield 1, "Ada's browser sends a request every minute.", False
    first = next((e for e in trace if e.kind in ("lookup", "verify")), None)
    if first is not None:
        how = {
            "verify": f"{first.who} verifies the token by itself.",
            "lookup": f"{first.who} looks in {'the store' if first.get('place') == 'store' else 'its own memory'}.",
        }[first.kind]
        yield first.t, how, True
    for e in trace:
        if e.kind == "close":
            yield e.t, "Ada's laptop is stolen: her account is closed. The thief's requests go on.", True
        elif e.kind == "crash":
            yield e.t, _crashed(trace, e.who), True
        elif e.kind == "restart":
            yield e.t, f"{'The store' if e.who == 'store' else e.who} is back.", False
    yield from _copied(trace)
    before = 200
    for e in trace.of("answer"):
        if e["status"] != before:
            yield e.t, f"Request {e['n']}: {e['status']}, {e['why']}.", True
        before = e["status"]
    yield trace.end - 0.1, _summary(trace), True


def _crashed(trace: Trace, who: str) -> str:
    """A crash, and what it takes along."""
    design, own = trace.settings["design"], trace.settings["store"] != "shared"
    if who != "store":
        if design == "token":
            return f"{who} crashes."
        if design == "session" and not own:
            return f"{who} crashes. The sessions are in the store."
        return f"{who} crashes, and forgets what was in its memory."
    if design == "token" or (design == "session" and own):
        return "The store crashes. Nobody needs it."
    if design == "token + denylist":
        return "The store crashes. The servers go on with the denylists that they have."
    return "The store crashes, and forgets what was in its memory."


def _copied(trace: Trace) -> Iterator[tuple[float, str, bool]]:
    """When a change of the session reaches the other servers."""
    at_once = {e.t for kind in ("login", "close", "restart") for e in trace.of(kind)}
    late: dict[tuple[float, bool], list[str]] = {}
    for e in trace.of("copy"):
        if e.t not in at_once:
            late.setdefault((e.t, e["there"]), []).append(e.who)
    for (t, there), names in late.items():
        what = "A copy of the session" if there else "The news that the session is deleted"
        yield t, f"{what} reaches {listed(names)}.", there


def _summary(trace: Trace) -> str:
    late, away = let_in(trace), turned_away(trace)
    told = f"{asked(trace)} lookups in the store; {spent(trace):g} ms of waiting for checks."
    if trace.of("close"):
        told += f" Let in after the account was closed: {len(late)}."
    return told + (f" Turned away while the account was open: {len(away)}." if away else "")


CONTROLS = {
    control.name: control
    for control in (
        Control("design", "session", options=DESIGNS),
        Control("store", "shared", options=STORES, label="where sessions are kept"),
        Control("servers", 3, low=1, high=4),
        Control("lookup", 1.0, low=0.5, high=10, step=0.5, unit="ms", label="a lookup in the store takes"),
        Control("lifetime", 15, low=1, high=18, unit="min", label="token's lifetime"),
        Control("pause", 5, low=1, high=15, unit="min", label="cache or denylist refreshed every"),
    )
}
MONITORS = [
    ("lookups in the store", lambda t: str(asked(t))),
    ("waiting for checks", lambda t: f"{spent(t):g} ms"),
    ("let in after closing", lambda t: (str(len(let_in(t))), not let_in(t))),
    ("turned away, account open", lambda t: (str(len(turned_away(t))), not turned_away(t))),
]
CLOSE = Strike("close", "close Ada's account", who=lambda trace: "ada")
CRASH = Strike("crash", "crash")
CLOSED = (Fault(1.0, "close", "ada"),)


def _targets(trace: Trace) -> list[str]:
    return [*(f"s{i + 1}" for i in range(trace.settings["servers"])), "store"]


def explore_journey(
    *controls: str, after: Any = None, versus: Any = None, faults: Any = (), **settings: Any
) -> Explorer:
    """Ada's journey with these controls (all, where none is named), her account to close and machines to crash."""
    shown = pick_controls(controls or tuple(CONTROLS), CONTROLS, settings)
    return explore(
        lambda **chosen: travel(**{**settings, **chosen}), draw_journey, controls=shown, strikes=[CLOSE, CRASH],
        targets=_targets, monitors=MONITORS, versus=versus, faults=faults, after=after,
    )  # fmt: skip
