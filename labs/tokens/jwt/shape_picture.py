"""A token taking shape: JSON above, three bytes becoming four letters in the middle, the token growing below."""

from __future__ import annotations

from labs.kit.scene import Scene
from labs.kit.trace import Event, Trace
from labs.tokens.jws.base64url import ALPHABET, Group

WIDTH, GROUP, ROW, CELL = 560, 45, 24, 13.2
ACROSS, CELLS = 12, 41  # groups in a row of the token, bytes in a row of JSON
LETTERS_SHOWN = 44  # of a signature; of a longer one half of that, and the rest is counted
FILLS = {"header": "actor3", "payload": "actor5", "signature": "actor6"}
"""The colours of the three parts, in all pictures of tokens."""
ABOVE, MIDDLE, BELOW = 18, 150, 262  # where the three bands begin


def draw_shape(trace: Trace) -> Scene:
    """The scene of a run of `take_shape`."""
    return _Shape(trace).scene


def shown(signature: str) -> str:
    """As much of a signature's letters as there is room for."""
    return signature if len(signature) <= LETTERS_SHOWN else signature[: LETTERS_SHOWN // 2 + 2]


def fours(text: str) -> list[str]:
    """A text cut into its base64url groups."""
    return [text[i : i + 4] for i in range(0, len(text), 4)]


class _Shape:
    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.json = {e.who: e["text"] for e in trace.of("json")}
        rows = -(-self._count() // ACROSS)
        self.height = BELOW + 22 + rows * ROW + 6
        title = f"A token takes shape ({trace.settings['alg']})"
        self.scene = Scene(WIDTH, self.height, end=trace.end, title=title, unit="step")
        self.places: dict[tuple[str, int], tuple[float, float]] = {}
        self.slot = 0
        self._bytes()
        self._bits()
        self.scene.text("below", 8, BELOW + 4, "the token so far", size=13, ink="muted")
        self.scene.box("signer", 8, MIDDLE + 23, WIDTH - 16, 36, label="", fill="panel", opacity=0, size=14)
        for event in trace:
            {"json": self._begin, "group": self._group, "done": self._done, "input": self._input, "sign": self._sign,
             "token": self._end}[event.kind](event)  # fmt: skip

    def _count(self) -> int:
        """Places for groups and dots in the token's rows."""
        done = {e.who: e["text"] for e in self.trace.of("done")}
        return sum(len(fours(shown(text) if part == "signature" else text)) for part, text in done.items()) + 3

    def _bytes(self) -> None:
        """The JSON, a cell for each byte."""
        y = ABOVE
        for part, text in self.json.items():
            cells = text[: 3 * CELLS]
            self.scene.text(f"{part}-name", 8, y, f"{part}: {len(text)} bytes of JSON", size=13, ink="muted")
            for i, letter in enumerate(cells):
                x, top = 8 + i % CELLS * CELL, y + 18 + i // CELLS * 19
                self.places[part, i] = (x, top - 13)
                self.scene.text(f"{part}{i}", x + CELL / 2, top, letter, size=13, align="middle")
            y += 18 + -(-len(cells) // CELLS) * 19 + 6
        self.scene.box("spot", *self.places["header", 0], CELL * 3, 18, fill="none", stroke="ink", width=1.8, radius=3,
                       opacity=0)  # fmt: skip

    def _bits(self) -> None:
        """24 bits: three bytes above, four sixes below, each as wide as its bits."""
        bit = (WIDTH - 16) / 24
        for i in range(3):
            self.scene.box(f"byte{i}", 8 + i * 8 * bit, MIDDLE, 8 * bit - 3, 36, size=14, opacity=0)
        for i in range(4):
            self.scene.box(f"six{i}", 8 + i * 6 * bit, MIDDLE + 46, 6 * bit - 3, 36, size=14, opacity=0, fill="data")

    def _begin(self, event: Event) -> None:
        if event.who == "header":
            self.scene.say(event.t, f"The header says how the token is signed. It is JSON, {event['bytes']} bytes.")
        else:
            self.scene.say(event.t, f"The payload holds the claims: JSON again, {event['bytes']} bytes.")

    def _group(self, event: Event) -> None:
        scene, t, part = self.scene, event.t, event.who
        group = Group(event["start"], bytes(event["data"]))
        if (part, group.start) in self.places:
            x, y = self.places[part, group.start]
            room = min(len(group.data), CELLS - group.start % CELLS)  # three bytes may be split by the end of a line
            scene.key(t, "spot", x=x, y=y, w=room * CELL, opacity=1)
        else:
            scene.key(t, "spot", opacity=0)
        for i in range(3):
            there = i < len(group.data)
            scene.key(t, f"byte{i}", opacity=1 if there else 0)
            if there:
                scene.key(t, f"byte{i}", label=f"{chr(group.data[i])}   {group.data[i]:08b}")
        letters = event["text"]
        for i in range(4):
            there = i < len(group.sixes)
            scene.key(t, f"six{i}", opacity=1 if there else 0)
            if there:
                six, letter = group.sixes[i], letters[i : i + 1]
                right = letter == ALPHABET[int(six, 2)]
                scene.key(
                    t, f"six{i}", label=f"{six} = {int(six, 2)}  →  {letter or '?'}", fill="data" if right else "bad"
                )
        self._put(t, part, letters, right=letters == group.text)
        if event["number"] == 0 and part == "header":
            data = group.data.decode()
            said = (
                f"Three bytes, {' '.join(data)}, are 24 bits. Cut into sixes they are four numbers below 64, and each "
            )
            scene.say(t, said + f"of those has a letter: {letters}.", still=True)
        elif event["number"] == 1 and part == "header":
            scene.say(t, "The next three bytes, the next four letters.")
        elif event["number"] == 2:
            scene.say(t, f"And so on, to the end of the {part}.")

    def _put(self, t: float, part: str, letters: str, right: bool) -> None:
        """The next group into its place in the token."""
        x, y = 8 + self.slot % ACROSS * GROUP, BELOW + 14 + self.slot // ACROSS * ROW
        name, fill = f"group{self.slot}", FILLS[part] if right else "bad"
        self.scene.box(name, x, y, GROUP - 2, ROW - 3, label=letters, fill=fill, stroke="none", radius=3, opacity=0)
        self.scene.key(t, name, opacity=1)
        self.slot += 1

    def _done(self, event: Event) -> None:
        t, part, text = event.t, event.who, event["text"]
        if part != "signature":
            rest = len(text) % 4
            short = {0: "", 2: " One byte was left over: two letters are enough for it, and no padding follows.",
                     3: " Two bytes were left over: three letters, and no padding."}.get(rest, "")  # fmt: skip
            self.scene.say(
                t, f"The {part} is {len(text)} letters long, and a dot ends it.{short}", still=part == "payload"
            )
            self.scene.text(f"dot-{part}", 8 + self.slot % ACROSS * GROUP + 18,
                            BELOW + 28 + self.slot // ACROSS * ROW, ".", size=20, weight="bold", opacity=0)  # fmt: skip
            self.scene.key(t, f"dot-{part}", opacity=1)
            self.slot += 1
            return
        for group in fours(shown(text)):
            self._put(t, part, group, right=set(group) <= {*ALPHABET, "•"})
        more = f" The picture shows the first {len(shown(text))}." if shown(text) != text else ""
        again = "" if event["repeats"] else " They are others each time, so dots stand for them here."
        self.scene.say(
            t, f"The signature is {event['bytes']} bytes; written the same way, {len(text)} letters.{again}{more}"
        )

    def _input(self, event: Event) -> None:
        self.scene.key(event.t, "spot", opacity=0)
        for name in [f"byte{i}" for i in range(3)] + [f"six{i}" for i in range(4)]:
            self.scene.key(event.t, name, opacity=0)
        said = f"the signing input: {len(event['text'])} bytes, header . payload"
        self.scene.key(event.t, "signer", opacity=1, label=said)
        self.scene.say(
            event.t, "Header and payload with the dot between them, these very letters, are what gets signed."
        )

    def _sign(self, event: Event) -> None:
        self.scene.key(event.t, "signer", label=f"{event['alg']}: {event['how']}", fill="warn", ink="chip-ink")
        self.scene.say(event.t, f"{event['alg']} signs them: {event['how']}.")

    def _end(self, event: Event) -> None:
        length = len(event["text"])  # the dots counted in
        self.scene.key(event.t, "signer", label=f"a token of {length} letters", fill="good")
        self.scene.say(
            event.t, f"The token: header, payload and signature with their dots, {length} letters.", still=True
        )
