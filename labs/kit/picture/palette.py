"""The colours of the whole course: one name for one concept, in a light and a dark JupyterLab.

Fills come mostly from Paul Tol's colour-blind safe "light" scheme (https://sros.nl/tol), on which dark text is
legible; they are the same in both themes. A colour is never alone: a label, a dash or a hatching says the same.

A fill is too pale to be a line on white paper (3 : 1 is needed, WCAG 1.4.11), so as a line each has a darker shade in
the light theme. Words keep 4.5 : 1 (WCAG 1.4.3): `legible` says which ink goes on which fill.

What a thing's state is in one lesson, it is in all of them:

- data (pale blue): as it came. A message, a record, a request, on its way or in a queue.
- warn (yellow): not settled. Being worked on (with a thick edge, where others are only held), handed out and not yet
  acknowledged, sent and not yet confirmed; sent, delivered or done *again*; a backlog; a cache's miss; whatever is
  stale or behind. In a picture of who reads what, what can be read.
- good (green): as it should be. Done once, committed, acknowledged, stored, served, a cache's hit, as in the database.
- bad (orange): failed. Lost, refused or dropped, 401 and 5xx, a dead letter, a crash or something down (as its fill or
  its edge), a broken promise, an attack that works.
- idle (grey): nobody's. Handed on, given up, in a dead consumer's hands, nothing to do; in the capstone also an order
  that is over, since it was refused rightly.
- hatch: nobody has it. actor 1, 2, 3 …: whose it is; Ada is 1 and Mallory 7 wherever they play.
"""

# name: (in a light theme and in stills, in a dark theme)
COLOURS: dict[str, tuple[str, str]] = {
    "page": ("#ffffff", "#16191d"),
    "panel": ("#f1f4f7", "#262b31"),
    "line": ("#848d97", "#79828c"),
    "faint": ("#d5dae0", "#3b424a"),  # a ground, never a line
    "muted": ("#57606a", "#aab3bd"),
    "ink": ("#1b1f24", "#e9ecef"),
    "chip-ink": ("#15181b", "#15181b"),  # text on one of the fills below
    "good": ("#44bb99", "#44bb99"),
    "bad": ("#ee8866", "#ee8866"),
    "warn": ("#eedd88", "#eedd88"),
    "data": ("#cddcf0", "#cddcf0"),
    "idle": ("#d2d2d2", "#d2d2d2"),
    "good-ink": ("#0b6b52", "#63d6b3"),
    "bad-ink": ("#a8330a", "#ff9d7a"),
    # actors of the same kind, in order: consumer 1, 2, 3 …
    "actor1": ("#77aadd", "#77aadd"),
    "actor2": ("#bbcc33", "#bbcc33"),
    "actor3": ("#ffaabb", "#ffaabb"),
    "actor4": ("#d9b98c", "#d9b98c"),
    "actor5": ("#ab8ef6", "#ab8ef6"),
    "actor6": ("#99ddff", "#99ddff"),
    "actor7": ("#bd7ba6", "#bd7ba6"),
    "actor8": ("#7d8c6a", "#7d8c6a"),
}
ACTORS = 8
# The fills as lines: (in a light theme and in stills, in a dark theme).
LINES: dict[str, tuple[str, str]] = {
    name: (shade, COLOURS[name][1])
    for name, shade in {
        "good": "#0b7f61", "bad": "#c4502a", "warn": "#8f7500", "data": "#5f7890", "idle": "#7b7b7b",
        "actor1": "#2b78b8", "actor2": "#748000", "actor3": "#c2447a", "actor4": "#9a6a1f", "actor5": "#7d55c7",
        "actor6": "#0f86a6", "actor7": "#8f3f77", "actor8": "#5d6b4b",
    }.items()
}  # fmt: skip
FADED = 0.35  # how much is left of a fill that is faded under words: more of it, and no ink can be read on it
GROUNDS = ("page", "panel", "faint", "none", "hatch")  # what carries ink; every other fill carries chip-ink


def actor(number: int) -> str:
    """The colour of the n-th actor of a kind, from 1 on; after the eighth they come round again."""
    return f"actor{(number - 1) % ACTORS + 1}"


def token(name: str, stroke: bool = False) -> str:
    """The name under which the stylesheet knows a colour, as a fill or as a line; ValueError for an unknown one."""
    if name in ("none", "hatch"):
        return name
    if name not in COLOURS:
        raise ValueError(f"no colour is called {name!r}; there are {', '.join(COLOURS)}, hatch and none")
    if stroke:
        return "line" if name == "faint" else f"{name}-line" if name in LINES else name
    return name


def paint(name: str, live: bool, stroke: bool = False) -> str:
    """What to write into the SVG for a colour: a CSS variable where the theme can change it, else the light value."""
    name = token(name, stroke)
    if name in ("none", "hatch"):
        return "url(#hatch)" if name == "hatch" else "none"
    if live:
        return f"var(--kit-{name})"
    return LINES[name.removesuffix("-line")][0] if name.endswith("-line") else COLOURS[name][0]


def legible(ink: str, fill: str, opacity: float = 1) -> str:
    """The ink for words on a fill: the one that was asked for where it can be read, else the one that can.

    A faded fill lets the page through, so its words are written as on the page.
    """
    if fill in GROUNDS:
        return "ink" if ink == "chip-ink" else ink
    return "ink" if opacity <= FADED else "chip-ink"


def stylesheet() -> str:
    """The CSS variables of both themes, for the widget, and those of forced colours, where the system chooses."""
    both = {**COLOURS, **{f"{name}-line": shades for name, shades in LINES.items()}}

    def block(selector: str, theme: int) -> str:
        return selector + "{" + "".join(f"--kit-{n}:{c[theme]};" for n, c in both.items()) + "}"

    dark = 'body[data-jp-theme-light="false"] .kit'
    inks = ("ink", "line", "muted")
    forced = "".join(f"--kit-{n}:{'CanvasText' if n.endswith(inks) else 'Canvas'};" for n in both)
    system = f"@media (forced-colors: active) {{ .kit, {dark} {{{forced}}} }}"
    return "\n".join((block(".kit", 0), block(dark, 1), system, ""))
