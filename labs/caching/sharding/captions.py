"""What is told of a run of `serve_pool`: every change of the pool, and the first of each thing that follows."""

from __future__ import annotations

from collections.abc import Iterator

from labs.kit.trace import Event, Trace

CHANGES = ("add", "kill", "revive", "cut", "join")


def _told(trace: Trace, event: Event, nobody: bool) -> str:
    """A change of the pool; `nobody` says that no server was up before it."""
    who = event.who
    now = _now(event, trace.settings["keys"], nobody)
    return {
        "add": f"Server {who} joins. {now}",
        "kill": f"{who} dies, with all that it held. {now}",
        "revive": f"{who} is started again, empty. {now}",
        "cut": f"Nobody can reach {who}; it keeps what it holds. {now}",
        "join": f"{who} can be reached again, with what it held before. {now}",
        "hot": f"From now on most requests are for {who}.",
        "cool": f"{who} is a key like any other again.",
    }[event.kind]


def _now(event: Event, keys: int, nobody: bool) -> str:
    moved = len(event["moved"])
    if not any(event["owners"].values()):
        return "No server is up now."
    if nobody:
        return "Every key belongs to it now."
    if moved == 0:
        return "No key belongs to another server now."
    return f"{moved} of {keys} keys now belong{'s' * (moved == 1)} to another server."


class Teller:
    """What is said of each event: every change, the first miss after it, and when the last missing entry is back.

    `lost` are the keys that the changes have left without an entry at their owner, since all were back the last time.
    Some are still `waiting`; the others have been `loaded`, or belong to a server again that has had them all the time.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace, self.owners, self.missing = trace, dict[str, str](), set[str]()
        self.lost, self.waiting, self.loaded = set[str](), set[str](), set[str]()
        self.said = set[str]()

    def __call__(self, event: Event) -> tuple[str, str]:
        """What is said of this event, empty for most. A change and the read that follows at once share a caption."""
        return "pool", self._tell(event)

    def _tell(self, event: Event) -> str:
        if event.kind == "begin":
            self.owners = event["owners"]
            return "Every key is in the cache of its server: the dot has that server's letter and colour."
        if event.get("owners"):
            return self._change(event)
        key = event["key"]
        if event.kind == "write":
            self.missing.add(key)
            return ""
        if event.who == "database" and not event["server"]:
            return self._say("none", f"{key} is looked for nowhere: the database is asked.")
        if event["server"] == self.owners[key]:
            self.missing.discard(key)
        return self._miss(event) if not event["hit"] and key in self.waiting else self._once(event)

    def _change(self, event: Event) -> str:
        nobody = not any(self.owners.values())
        moved = {key for key, owner in event["owners"].items() if self.owners[key] != owner}
        self.owners, self.missing = event["owners"], set(event["missing"])
        self.waiting = (self.waiting | moved) & self.missing
        self.lost |= self.waiting
        if not self.waiting:
            self.lost, self.loaded = set(), set()
        if event.kind in CHANGES:
            self.said -= {"miss", "none"}
        return _told(self.trace, event, nobody)

    def _miss(self, event: Event) -> str:
        self.waiting.discard(event["key"])
        self.loaded.add(event["key"])
        told = ""
        if not self.waiting:
            told = self._all_back()
            self.lost, self.loaded = set(), set()
        return told or self._say(
            "miss", f"{event['key']} is looked for at {event['server']}, which does not have it: the database is asked."
        )

    def _all_back(self) -> str:
        if self.missing:  # writes have deleted some entries since
            return ""
        if len(self.lost) == 1:
            return "The entry that was missing is back in a cache. It has cost a read at the database."
        read = len(self.loaded)
        cost = "Each has" if read == len(self.lost) else f"{read} of {len(self.lost)} have"
        return f"All entries that were missing are back in a cache. {cost} cost a read at the database."

    def _once(self, event: Event) -> str:
        if event["stale"]:
            where = "a local copy" if event.who == "app" else event.who
            self.said.add("miss")  # beside an old value, a miss is no news
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
