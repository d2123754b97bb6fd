"""The life of a token: Ada, the issuer and the shop, each token's life over time, and what the shop said."""

from __future__ import annotations

from functools import partial

from labs.kit.picture.narration import Told, narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.tokens.examples import AUDIENCE, ISSUER
from labs.tokens.jwt.life import JUMP

WIDTH, LANE = 560, 24


def draw_life(trace: Trace) -> Scene:
    """The scene of a run of `use_token`."""
    settings = trace.settings
    title = f"Tokens that live {settings['lifetime']} s"
    scene = Scene(WIDTH, 250, end=trace.end, title=title)
    scene.settle = _flight(trace) * 1.2  # a still shows what came of a message, not the message on its way
    scene.box("ada", 8, 70, 130, 58, label="Ada's app", fill=actor(1))
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
    narrate(scene, trace, partial(_tell, trace), _stills, within=0.5)
    served, calls = len(trace.of("served")), len(trace.of("call"))
    scene.say(trace.end, f"In the end the shop has served {served} of {calls} calls.", still=True)
    return scene


def _draw(scene: Scene, trace: Trace, event: Event) -> None:
    t, fly = event.t, _flight(trace)
    if event.kind == "login":
        if t + fly < trace.end:
            scene.send(t, "issuer", "ada", label=f"token {event['number']}", over=fly)
        scene.key(t, "has", label=f"token {event['number']}, good until {event['expires']:.0f} s")
    elif event.kind == "call" and t + fly < trace.end:
        refused = any(e.t == t for e in trace.of("refused"))
        scene.send(t, "ada", "shop", label=f"token {event['number']}", over=fly, fill="bad" if refused else "data")
    elif event.kind == "fetch":
        kids = event["kids"]
        few = f"knows the keys {', '.join(kids)}"
        scene.key(t, "keys", label=few if len(kids) < 4 else f"knows {len(kids)} keys, the newest is {kids[-1]}")
    elif event.kind == "refused":
        scene.key(t, "shop", stroke="bad-ink", width=3)
        scene.key(t + fly, "shop", stroke="line", width=1.2)
    elif event.kind == "fault" and event["what"] == "rotate":
        scene.key(t, "signs", label=f"signs with {event['kid']}")
    elif event.kind == "fault" and event["what"] == "hurry":
        jumps = sum(e["what"] == "hurry" and e.t <= t for e in trace.of("fault"))
        scene.key(t, "clock", label=_clock(trace.settings["drift"] + JUMP * jumps), ink="bad-ink")
    elif event.kind == "fault":
        scene.key(t, "has", label=f"{str(scene.value('has', 'label', t)).removesuffix(', changed')}, changed")


# ── what is said ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _tell(trace: Trace, event: Event) -> Told:
    """A sentence for what is new: of calls that go on as before nothing is said."""
    if event.kind == "fault":
        return f"{event['text'][0].upper()}{event['text'][1:]}."
    if event.kind == "login":
        if any(e.t == event.t and _same_before(trace, e, "check") > 1 for e in trace.of("refused")):
            return ""
        return "call", (
            f"Ada logs in and gets token {event['number']}, signed with {event['kid']}, good until "
            f"{event['expires']:.0f} s."
        )
    if event.kind == "fetch":
        if trace.settings["alg"].startswith("HS"):
            return "call", "The shop does not know that kid, so it asks the issuer for the secret, once and in private."
        return (
            "call",
            "The shop does not know that kid, so it fetches the issuer's key set, once, and finds the key there.",
        )
    if event.kind == "refused":
        before = _same_before(trace, event, "check")
        if before > 1:  # from the third time on it is known, unless something new came before it
            new = before == 2 or any(e.t == event.t for e in trace.of("fetch")) or _another_check_before(trace, event)
            rest = ", and so is every one after it" if _no_other_answer_after(trace, event) else ""
            return "call", f"Token {event['number']} is refused for {event['check']} as well{rest}." if new else ""
        return "call", f"The shop refuses token {event['number']} at the check {event['check']}: {event['why']}."
    if event.kind != "served" or _same_before(trace, event, "number", "sub"):
        return ""
    if event["sub"] != "ada":
        why = "it believed a changed token" if _changed(trace, event.t) else "your verifier gives other claims"
        return "call", f"The shop serves Ada as {event['sub']}: {why}."
    return "call", f"The shop checks token {event['number']} on its own and serves Ada."


def _changed(trace: Trace, t: float) -> bool:
    """Whether the token that Ada shows at `t` is one that she has changed."""
    last = [e for e in trace.of("login", "fault") if e.t <= t and (e.kind == "login" or e["what"] == "tamper")][-1]
    return last.kind == "fault"


def _same_before(trace: Trace, event: Event, *names: str) -> int:
    """How many events of this kind there were before with the same values under these names."""
    return sum(e.t < event.t and all(e[name] == event[name] for name in names) for e in trace.of(event.kind))


def _another_check_before(trace: Trace, event: Event) -> bool:
    """Whether the refusal before this one was at another check."""
    before = [e for e in trace.of("refused") if e.t < event.t]
    return bool(before) and before[-1]["check"] != event["check"]


def _no_other_answer_after(trace: Trace, event: Event) -> bool:
    """Whether the shop gives no answer but this one from here on, and gives it again."""
    after = [e for e in trace.of("served", "refused") if e.t > event.t]
    return bool(after) and all(e.kind == "refused" and e["check"] == event["check"] for e in after)


def _stills(trace: Trace) -> list[float]:
    """The first call that is served, the first refusal, and the first time somebody is served as somebody else."""
    served, refused = trace.of("served"), trace.of("refused")
    others = [e for e in served if e["sub"] != "ada"]
    return sorted({events[0].t for events in (served, refused, others) if events})


def _flight(trace: Trace) -> float:
    """How long a message is seen on its way, in seconds."""
    return float(min(trace.end / 60, trace.settings["every"] / 3))


def _clock(drift: int) -> str:
    return "its clock is right" if not drift else f"its clock is {abs(drift)} s {'fast' if drift > 0 else 'slow'}"


def _tokens(trace: Trace) -> list[tuple[float, float, str, str]]:
    """When which token was in use, and from when on it was good no more: over by the issuer's clock, or changed."""
    logins = trace.of("login")
    changes = [e.t for e in trace.of("fault") if e["what"] == "tamper"]
    lane = []
    for login, after in zip(logins, [*[e.t for e in logins[1:]], trace.end], strict=True):
        first = login["number"] == 1  # a change comes before the call of its moment, and so before a new login
        changed = next((t for t in changes if (login.t < t or first) and t <= after), after)
        good = min(changed, login["expires"])
        lane.append((login.t, good, f"token {login['number']}", "data" if login["number"] % 2 else actor(8)))
        lane.append((good, changed, "over", "hatch"))
        lane.append((changed, after, "changed", "hatch"))
    return [stretch for stretch in lane if stretch[1] > stretch[0]]


def _answers(trace: Trace) -> list[tuple[float, float, str, str]]:
    """The shop's answer to each call, until the next call."""
    answers = trace.of("served", "refused")
    return [
        (e.t, after, "✓" if e.kind == "served" else "✗", "good" if e.kind == "served" else "bad")
        for e, after in zip(answers, [*(e.t for e in answers[1:]), trace.end], strict=True)
    ]
