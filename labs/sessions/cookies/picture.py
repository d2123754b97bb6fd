"""The picture of session fixation: Mallory, Ada's browser and the shop, and whose session it is in the end."""

from __future__ import annotations

from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.guarding.telling import LearnerError, show
from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Trace
from labs.sessions.cookies.fixation import Login, fix, robbed

WIDTH, LINES = 600, 400


def draw_fixation(trace: Trace) -> Scene:
    """The scene of a run of `fix`."""
    scene = Scene(WIDTH, LINES + 58, end=trace.end, title="A planted session id", unit="step", settle=0.5)
    names = {"mallory": "Mallory", "ada": "Ada's browser", "shop": "shop"}
    scene.lifelines(names, 8, 4, WIDTH - 16, LINES, rows=10)
    for name, fill in (("ada", actor(1)), ("mallory", actor(7)), ("shop", actor(2))):
        scene.key(0, name, fill=fill)
    scene.box("end", 8, LINES + 12, WIDTH - 16, 38, label="Whose session will it be?", fill="page")
    for event in trace:
        _draw(scene, event)
    narrate(scene, trace, lambda event: _tell(event), _stills)
    return scene


def _draw(scene: Scene, e: Event) -> None:
    t = e.t
    if e.kind == "visit":
        scene.message(t, "shop", "mallory", f"Set-Cookie: sid={e['id']}")
    elif e.kind == "plant":
        scene.message(t, "mallory", "ada", f"plants sid={e['id']}", stroke="bad-ink")
    elif e.kind == "fill":
        scene.message(t, "ada", "shop", f"adds tea, sid={e['id']}")
    elif e.kind == "login":
        scene.message(t, "ada", "shop", "Ada's password")
        words = "the same id" if e["kept"] else f"Set-Cookie: sid={e['id']}"
        scene.message(t + 0.7, "shop", "ada", words, stroke="bad-ink" if e["kept"] else "good-ink")
    else:
        scene.message(t, e.who, "shop", f"who am I? sid={e['id']}")
        known = e["user"] is not None
        bad = e.who == "mallory" and known
        scene.message(t + 0.5, "shop", e.who, f"hello, {e['user']}" if known else "401, log in first",
                      stroke="bad-ink" if bad or (e.who == "ada" and not known) else "good-ink")  # fmt: skip
        if e.who == "mallory":
            told = "Mallory is let in as Ada." if e["user"] == "ada" else "Mallory's id is worth nothing."
            if e["there"] and e["user"] != "ada":
                told = "Mallory's id still opens a session, though not as Ada."
            scene.key(t + 0.5, "end", label=told, fill="bad" if e["there"] else "good")


def _tell(e: Event) -> str:
    if e.kind == "visit":
        return "Mallory visits the shop like anybody else, and gets a session id."
    if e.kind == "plant":
        return "She plants her id in Ada's browser."
    if e.kind == "fill":
        return "Ada puts tea into her cart under that id. Nobody is logged in yet."
    if e.kind == "login":
        return "Ada logs in. " + ("Her id stays the same." if e["kept"] else "Her session gets a new id.")
    if e.who == "ada":
        return "Ada goes on shopping" + ("." if e["user"] == "ada" else ", but the shop does not know her.")
    result = "it does not open Ada's session"
    if e["there"]:
        result = "the shop takes her for Ada" if e["user"] == "ada" else "the old session is still there"
    return f"Mallory sends the id that she has planted: {result}."


def _stills(trace: Trace) -> list[float]:
    return [trace.of("plant")[0].t, trace.of("login")[0].t + 0.9, trace.end]


CONTROLS = {"new_id": Control("new_id", False, label="a new id at login")}
MONITORS = [("Mallory is let in as Ada", lambda t: ("yes" if robbed(t) else "no", not robbed(t)))]


def explore_fixation(*controls: str, login: Login | None = None, **settings: Any) -> Explorer:
    """A planted id. `login` is a learner's own `log_in`; it is fenced in."""

    def run(**chosen: Any) -> Trace:
        asked = {**settings, **chosen}
        if login is not None:
            asked["login"] = _usable(login)
        return fenced(fix, login)(**asked)

    return explore(run, draw_fixation, controls=pick_controls(controls, CONTROLS, settings), monitors=MONITORS)


def _usable(login: Login) -> Login:
    def checked(*arguments: Any) -> str:
        id = login(*arguments)
        if id is None:
            raise LearnerError("unfinished", "log_in is still to be written.")
        if not isinstance(id, str):
            raise LearnerError("unusable", f"The shop cannot use what your function returned as an id: {show(id, 80)}.")
        return id

    return checked
