"""The life of a token: Ada, the issuer and the shop, each token's life over time, and what the shop said."""

from __future__ import annotations

from labs.kit.palette import actor
from labs.kit.scene import Scene
from labs.kit.trace import Event, Trace
from labs.tokens.examples import AUDIENCE, ISSUER

WIDTH, LANE = 560, 24


def draw_life(trace: Trace) -> Scene:
    """The scene of a run of `use_token`."""
    settings = trace.settings
    title = f"A token of {settings['lifetime']} s, leeway {settings['leeway']} s"
    scene = Scene(WIDTH, 250, end=trace.end, title=title)
    scene.settle = _flight(trace) * 1.2  # a still shows what came of a message, not the message on its way
    scene.box("ada", 8, 70, 130, 58, label="Ada’s app", fill=actor(1))
    scene.box("issuer", 215, 8, 130, 46, label=ISSUER, fill=actor(4))
    scene.box("shop", 422, 70, 130, 58, label=AUDIENCE, fill=actor(2))
    scene.text("has", 8, 148, "no token yet", size=13)
    scene.text("keys", 552, 148, "knows the key winter", size=13, align="end")
    drift = settings["drift"]
    scene.text("clock", 552, 60, _clock(drift), size=13, align="end", ink="muted")
    scene.text("signs", 280, 72, "signs with winter", size=13, align="middle", ink="muted")
    scene.lanes("lane", 92, 176, WIDTH - 112, LANE, {"token good": _tokens(trace), "shop says": _answers(trace)})
    for event in trace:
        _draw(scene, trace, event)
    served, calls = len(trace.of("served")), len(trace.of("call"))
    scene.say(trace.end, f"At the end the shop has served {served} of {calls} calls.", still=True)
    return scene


def _draw(scene: Scene, trace: Trace, event: Event) -> None:
    t, fly = event.t, _flight(trace)
    if event.kind == "login":
        if t + fly < trace.end:
            scene.send(t, "issuer", "ada", label=f"token {event['number']}", over=fly)
        scene.key(t, "has", label=f"token {event['number']}, good until {event['expires']:.0f} s")
        scene.say(t, f"Ada logs in and gets token {event['number']}, signed with {event['kid']} and good until "
                     f"{event['expires']:.0f} s.")  # fmt: skip
    elif event.kind == "call" and t + fly < trace.end:
        refused = any(e.t == t for e in trace.of("refused"))
        scene.send(t, "ada", "shop", label=f"token {event['number']}", over=fly, fill="bad" if refused else "data")
    elif event.kind == "fetch":
        scene.key(t, "keys", label="knows the keys " + ", ".join(event["kids"]))
        how = "fetches the issuer’s key set, once, and finds it there"
        if trace.settings["alg"].startswith("HS"):
            how = "asks the issuer for the secret, once and in private"
        scene.say(t, f"The shop does not know that kid, so it {how}.")
    elif event.kind == "refused":
        first = not any(e.t < t for e in trace.of("refused"))
        scene.key(t, "shop", stroke="bad-ink", width=3)
        scene.key(t + fly, "shop", stroke="line", width=1.2)
        scene.say(
            t, f"The shop refuses token {event['number']} at the check {event['check']}: {event['why']}.", still=first
        )
    elif event.kind == "served" and event["sub"] != "ada":
        scene.say(t, f"The shop serves Ada as {event['sub']}: it believed a changed token.", still=not any(
            e.t < t and e["sub"] != "ada" for e in trace.of("served")))  # fmt: skip
    elif event.kind == "served" and not any(e.t < t and e["number"] == event["number"] for e in trace.of("served")):
        more = "" if any(e.t == t for e in trace.of("fetch")) else " Nobody else is asked."
        scene.say(t, f"The shop checks token {event['number']} by itself and serves Ada.{more}",
                  still=event["number"] == 1)  # fmt: skip
    elif event.kind == "fault":
        if event["what"] == "rotate":
            scene.key(t, "signs", label=f"signs with {event['kid']}")
        elif event["what"] == "hurry":
            jumps = sum(e["what"] == "hurry" and e.t <= t for e in trace.of("fault"))
            scene.key(t, "clock", label=_clock(trace.settings["drift"] + 90 * jumps), ink="bad-ink")
        else:
            scene.key(t, "has", label=f"{scene.value('has', 'label', t)}, changed")
        scene.say(t, event["text"][0].upper() + event["text"][1:] + ".")


def _flight(trace: Trace) -> float:
    """How long a message is seen on its way, in seconds."""
    return float(min(trace.end / 60, trace.settings["every"] / 3))


def _clock(drift: int) -> str:
    return "its clock is right" if not drift else f"its clock is {abs(drift)} s {'fast' if drift > 0 else 'slow'}"


def _tokens(trace: Trace) -> list[tuple[float, float, str, str]]:
    """When which token was in use, and from when on the one in use was over by the issuer's clock."""
    logins = trace.of("login")
    lane = []
    for login, after in zip(logins, [*[e.t for e in logins[1:]], trace.end], strict=True):
        good = min(after, login["expires"])
        lane.append((login.t, good, f"token {login['number']}", "data" if login["number"] % 2 else actor(7)))
        if after > good:
            lane.append((good, after, "over", "hatch"))
    return [stretch for stretch in lane if stretch[1] > stretch[0]]


def _answers(trace: Trace) -> list[tuple[float, float, str, str]]:
    """The shop's answer to each call, until the next call."""
    answers = trace.of("served", "refused")
    every = trace.settings["every"]
    return [
        (e.t - every / 2, e.t + every / 2, "✓" if e.kind == "served" else "✗",
         "good" if e.kind == "served" else "bad")
        for e in answers
    ]  # fmt: skip
