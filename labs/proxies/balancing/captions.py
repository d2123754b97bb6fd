"""What is said of a run of `balance`: in a short one every pick with its reason, in a longer one only what is new."""

from __future__ import annotations

from collections import Counter

from labs.kit.picture.narration import Told, narrate
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.kit.wording import listed
from labs.proxies.balancing.scores import reason

EVERY = 15  # up to so many requests each pick is told
FIRST, OFTEN = 3, 2  # in a longer run: the first picks, and how often any other thing is told until the next fault
FAULTS = ("crash", "slow", "return")


def tell_balancing(scene: Scene, trace: Trace) -> None:
    """Give the scene its captions; the last one sums up."""
    narrate(scene, trace, _Teller(trace).tell, _stills, within=scene.settle)
    scene.say(trace.end, _sum_up(trace), still=True)


class _Teller:
    """What to say of each event, in order."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.told = Counter[str]()
        self.down: set[str] = set()
        self.telling = 0  # the request that the last caption was about
        self.given_up: set[tuple[int, str]] = set()  # what servers do although nobody waits for it any more
        self.picks: dict[tuple[float, int], str] = {}  # (moment, request) → the server it is sent to
        for event in reversed(trace.of("pick")):
            self.picks[event.t, event["number"]] = event["to"]
        self.lost = Counter(event.t for event in trace.of("lost"))

    def tell(self, event: Event) -> Told:
        kind, who, number = event.kind, event.who, event.get("number", 0)
        if kind in FAULTS:
            return self._fault(event)
        if kind == "pick":
            return self._pick(event)
        if kind in ("refused", "lost"):
            return self._missed(event)
        if kind == "timeout":
            return self._timeout(event)
        if kind == "start" and (number, who) in self.given_up:
            words = f"{who} starts on request {number}, whose answer from {who} nobody is waiting for any more."
            return self._once_or_twice(words, kind)
        if kind == "no retry":
            tries = sum(e["number"] == number and e.t <= event.t for e in self.trace.of("pick"))
            more = "a retry" if tries == 1 else "another retry"
            return self._once_or_twice(f"The retry budget is used up: request {number} fails without {more}.", kind)
        if kind == "hit":
            return self._once_or_twice(f"Request {number} is answered from the proxy's cache.", kind)
        if kind == "reply" and not event["ok"] and not event["tries"]:
            return self._once_or_twice(f"No server is up: the proxy itself answers request {number}, with 503.", kind)
        if kind == "probe" and event["against"] == 1:
            return f"{who} {'passes' if event['ok'] else 'fails'} a probe." if self._few(f"probe {who}", 1) else ""
        if kind == "eject":
            if event["by"] == "answers":
                return f"{who} is ejected after one failed request."
            if self.trace.settings["judged_by"]:
                return f"Your health check ejects {who}."
            return f"{who} is ejected after {self.trace.settings['fall']} failed probes."
        return f"{who} is readmitted." if kind == "readmit" else ""

    def _fault(self, event: Event) -> Told:
        """All servers that it strikes at one moment are one sentence."""
        self.told.clear()
        (self.down.add if event.kind == "crash" else self.down.discard)(event.who)
        struck = [e.who for e in self.trace.of(event.kind) if e.t == event.t]
        if event.who != struck[0]:
            return ""
        return {
            "crash": f"{_and(struck)} down. The proxy does not know yet.",
            "slow": f"{_and(struck)} five times slower now.",
            "return": f"{_and(struck)} well again.",
        }[event.kind]

    def _timeout(self, event: Event) -> Told:
        number, who = event["number"], event["to"]
        self.given_up.add((number, who))
        again = self.picks.get((event.t, number))
        onward = f"sends it to {again} as well" if again else "gives up"
        waited = f"After {self.trace.settings['timeout']:g} s without an answer to request {number} from {who}"
        return self._once_or_twice(f"{waited} the proxy {onward}. {who} does not know, and keeps it.", "timeout")

    def _pick(self, event: Event) -> Told:
        number, to = event["number"], event["to"]
        again = {1: "", 2: " again", 3: " a third time"}.get(event["attempt"], " once more")
        busy = {s.name: s.active for s in event["servers"] if s.up}
        idle = [name for name, active in busy.items() if not active and name not in self.down]
        passed_over = f" It has to wait there, and {_and(idle)} idle." if busy[to] and idle else ""
        if self.trace.settings["requests"] > EVERY and number > FIRST:
            noted = "dead" if to in self.down else "idle" if passed_over else ""
            if not noted or not self._few(noted):
                return ""
        self.telling = number
        return f"request {number}", f"Request {number}{again} → {to}{reason(self.trace, event)}.{passed_over}"

    def _missed(self, event: Event) -> Told:
        number, who = event["number"], event.who
        if event.kind == "refused":
            return (f"request {number}", f"{who} refuses it at once.") if number == self.telling else ""
        lost = self.lost[event.t]
        if not self._few("lost", 1):
            return ""
        return f"Request {number} was at {who}, and is lost." if lost == 1 else f"{lost} requests at {who} are lost."

    def _once_or_twice(self, sentence: str, kind: str) -> str:
        return sentence if self._few(kind) else ""

    def _few(self, what: str, times: int = OFTEN) -> bool:
        self.told[what] += 1
        return self.told[what] <= times


def _stills(trace: Trace) -> list[float]:
    """A telling pick, and the middle of the trouble (without any, the fullest moment); the end is one anyway."""
    picks = trace.of("pick")
    trouble = [e.t for e in trace.of("eject", "refused", "lost", "timeout")]
    fullest = max(picks, key=lambda e: sum(s.active for s in e["servers"]), default=None)
    early = [e.t for e in picks if any(s.active for s in e["servers"])] or [e.t for e in picks]
    middle = [trouble[len(trouble) // 2]] if trouble else [fullest.t] if fullest else []
    return sorted({*early[:1], *middle})


def _and(names: list[str]) -> str:
    """Names and their verb: "a is", "a and b are"."""
    return f"{listed(names)} {'are' if len(names) > 1 else 'is'}"


def waits(trace: Trace) -> dict[int, float]:
    """How long each request waited in a queue, in seconds; the longest time for one that was in several."""
    longest: dict[int, float] = {}
    for number, seconds, _ in _in_queues(trace):
        longest[number] = max(longest.get(number, 0.0), seconds)
    return longest


def _in_queues(trace: Trace) -> list[tuple[int, float, str]]:
    """For each try its request, its seconds in the queue, and what ended them: "start", "lost", "timeout", or "end",
    which is where the run ends. (What is in a queue after the timeout is work that nobody is waiting for.)
    """
    since: dict[tuple[int, str], float] = {}
    found: list[tuple[int, float, str]] = []
    for event in trace.of("pick", "start", "refused", "lost", "timeout"):
        there = event["number"], event.who if event.who != "proxy" else event["to"]
        if event.kind == "pick":
            since[there] = event.t
        elif there in since:
            began = since.pop(there)
            if event.kind != "refused":
                found.append((event["number"], event.t - began, event.kind))
    return found + [(number, trace.end - began, "end") for (number, _), began in since.items()]


def _sum_up(trace: Trace) -> str:
    """How the run stands at its end."""
    came, answers = len(trace.of("arrive")), trace.of("reply")
    good, left = sum(e["ok"] for e in answers), came - len(answers)
    bad = len(answers) - good
    after = {e["number"] for crash in trace.of("crash")[:1] for e in trace.of("arrive") if e.t > crash.t}
    lost = sum(not e["ok"] for e in answers if e["number"] in after)
    parts = [f"{good} of {came} requests {'is' if good == 1 else 'are'} answered"]
    parts += [f"{bad} failed"] if bad > lost else []
    parts += [f"{left} still at the servers"] if left else []
    told = f"All {came} requests are answered" if good == came else ", ".join(parts)
    if after:
        told += f". Of the {len(after)} that came after the crash, {lost or 'none'} failed"
    return f"{told}.{_longest(trace)}"


def _longest(trace: Trace) -> str:
    """The longest wait, as a sentence to go on with."""
    number, seconds, ended = max(_in_queues(trace), key=lambda wait: wait[1], default=(0, 0.0, ""))
    if not ended:
        return ""
    if seconds <= 0.05:
        return " No request had to wait."
    if ended == "timeout":
        return f" Nobody waited longer than {trace.settings['timeout']:g} s in one queue: then the proxy gives up."
    if ended == "end":
        return f" Request {number} has waited longest so far, {seconds:.1f} s."
    return f" Request {number} waited longest, {seconds:.1f} s."
