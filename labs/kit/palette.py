"""The colours of the whole course: one name for one concept, in a light and a dark JupyterLab.

Fills come from Paul Tol's colour-blind safe "light" scheme (https://sros.nl/tol), on which dark text is
legible; they are the same in both themes. A colour is never alone: a label or a hatching says the same.
"""

# name: (in a light theme and in stills, in a dark theme)
COLOURS: dict[str, tuple[str, str]] = {
    "page": ("#ffffff", "#16191d"),
    "panel": ("#f1f4f7", "#262b31"),
    "line": ("#8c959f", "#79828c"),
    "faint": ("#d5dae0", "#3b424a"),
    "muted": ("#57606a", "#aab3bd"),
    "ink": ("#1b1f24", "#e9ecef"),
    "chip-ink": ("#15181b", "#15181b"),  # text on one of the fills below
    "good": ("#44bb99", "#44bb99"),  # committed, in order, acknowledged, consuming
    "bad": ("#ee8866", "#ee8866"),  # lost, crashed, refused
    "warn": ("#eedd88", "#eedd88"),  # waiting, paused, stale
    "data": ("#d0dae6", "#d0dae6"),  # a record, a message, a request
    "idle": ("#dddddd", "#c3c8cd"),  # nobody's, nothing to do
    "good-ink": ("#0b6b52", "#63d6b3"),
    "bad-ink": ("#a8330a", "#ff9d7a"),
    # actors of the same kind, in order: consumer 1, 2, 3 …
    "actor1": ("#77aadd", "#77aadd"),
    "actor2": ("#bbcc33", "#bbcc33"),
    "actor3": ("#ffaabb", "#ffaabb"),
    "actor4": ("#d9b98c", "#d9b98c"),
    "actor5": ("#c9b3ee", "#c9b3ee"),
    "actor6": ("#99ddff", "#99ddff"),
    "actor7": ("#aaaa00", "#aaaa00"),
    "actor8": ("#dddddd", "#dddddd"),
}
ACTORS = 8


def actor(number: int) -> str:
    """The colour of the n-th actor of a kind, from 1 on; after the eighth they come round again."""
    return f"actor{(number - 1) % ACTORS + 1}"


def paint(name: str, live: bool) -> str:
    """What to write into the SVG for a colour: a CSS variable where the theme can change it, else the light value."""
    if name in ("none", "hatch"):
        return "url(#hatch)" if name == "hatch" else "none"
    if name not in COLOURS:
        raise ValueError(f"no colour is called {name!r}; there are {', '.join(COLOURS)}, hatch and none")
    return f"var(--kit-{name})" if live else COLOURS[name][0]


def stylesheet() -> str:
    """The CSS variables of both themes, for the widget."""

    def block(selector: str, theme: int) -> str:
        return selector + "{" + "".join(f"--kit-{n}:{c[theme]};" for n, c in COLOURS.items()) + "}"

    dark = 'body[data-jp-theme-light="false"] .kit'
    return block(".kit", 0) + "\n" + block(dark, 1) + "\n"
