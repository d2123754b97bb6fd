"""What is told of a run of `serve_pool`: every change of the pool, and the first of each thing that follows."""

from __future__ import annotations

from collections.abc import Iterator

from labs.kit.trace import Event, Trace

CHANGES = ("add", "kill", "revive", "cut", "join")


def _told(trace: Trace, event: Event, moved: int) -> str:
    who, keys = event.who, trace.settings["keys"]
    now = f"{moved} of {keys} keys now belong to another server." if moved else "No key belongs to another server now."
    return {
        "add": f"Server {who} joins. {now}",
        "kill": f"{who} dies, with all that it held. {now}",
        "revive": f"{who} is started again, empty. {now}",
        "cut": f"Nobody can reach {who}; it keeps what it holds. {now}",
        "join": f"{who} can be reached again, with what it held before. {now}",
        "hot": f"From now on most requests are for {who}.",
        "cool": f"{who} is a key like any other again.",
    }[event.kind]


class Teller:
    """What is said of each event: every change, the first miss after it, and when all keys that moved are back."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.owners, self.cold = trace, dict[str, str](), set[str]()
        self.said = set[str]()

    def __call__(self, event: Event) -> str:
        """What is said of this event, empty for most."""
        if event.kind == "begin":
            self.owners = event["owners"]
            return "Every key is in the cache of its server: the dot has that server's letter and colour."
        if event.get("owners"):
            return self._change(event)
        if event.kind != "read":
            return ""
        if not event["hit"] and event["key"] in self.cold:
            return self._miss(event)
        return self._once(event)

    def _change(self, event: Event) -> str:
        changed = {key for key, owner in event["owners"].items() if self.owners[key] != owner}
        self.owners = event["owners"]
        if event.kind in CHANGES:
            self.cold = self.cold - changed if event.kind == "join" else self.cold | changed
            self.said.discard("miss")
        return _told(self.trace, event, len(changed))

    def _miss(self, event: Event) -> str:
        if not event["server"]:
            return self._say("none", "No server is up: every read goes to the database.")
        self.cold.discard(event["key"])
        if not self.cold:
            return "All keys that moved are back in a cache. Each has cost a read at the database."
        return self._say(
            "miss", f"{event['key']} is looked for at {event['server']}, which does not have it: the database is asked."
        )

    def _once(self, event: Event) -> str:
        if event["stale"]:
            where = "a local copy" if event.who == "app" else event.who
            return self._say("stale", f"{event['key']} is read from {where}. That value is old: it was written since.")
        if event.who == "app":
            return self._say("app", "The application has a copy of its own: no server is asked.")
        return ""

    def _say(self, what: str, sentence: str) -> str:
        if what in self.said:
            return ""
        self.said.add(what)
        return sentence


def stills(trace: Trace) -> Iterator[float]:
    """The storyboard: the beginning, the moments of the first changes, and the end."""
    yield 0.0
    yield from [event.t for event in trace.of(*CHANGES, "hot")][:1]
    yield trace.end
