"""The player: shows scenes in the browser with play, pause, step, scrub and speed; a still where there is no kernel.

`play(scene)` is all that a lesson needs for a run without controls; `explore` (explorer.py) adds those.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from labs.kit.picture.palette import stylesheet
from labs.kit.picture.scene import Scene
from labs.kit.picture.storyboard import storyboard
from labs.kit.playing.live import SHARED, view
from labs.kit.playing.pace import CHARACTERS_A_SECOND, LEAST, story

_HERE = Path(__file__).parent
_SCRIPTS = ("panel.js", "story.js", "stage.js", "player.js")
FOLD = (
    '<div style="min-height: 420px"><details>'
    "<summary>What happens, in a few stills: they answer the question above</summary>"
)
"""Before the still of a picture that waits for a prediction: as high as one, so that the text below stays below."""


def fold(still: str) -> str:
    """The still of something that waits for a prediction, folded: it would answer the question right above it."""
    return f"{FOLD}{still}</details></div>"


def play(scene: Scene | None = None, **sides: Scene) -> Player:
    """Show a scene to be played, or several on one clock under their names: `play(eager=a, cooperative=b)`."""
    return Player([("", scene)] if scene else list(sides.items()))


class Player:
    """A picture that moves where there is a kernel and tells the same in a still where there is none."""

    def __init__(self, scenes: Sequence[tuple[str, Scene]]):
        self.scenes = list(scenes)
        self.widget = new_widget(payload(self.scenes), {"controls": []})

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return bundle(self.widget, self.scenes)


def payload(scenes: Sequence[tuple[str, Scene]], **more: Any) -> dict[str, Any]:
    """What the browser is sent: the scenes, how long they last (s), how they are played, and what else."""
    # Rounded as the scenes round what they send: a playhead that lasts a hair longer than the run would never arrive.
    end = round(max(scene.end for _, scene in scenes), 3)
    return {
        "scenes": [{**scene.live(), "end": end, "title": _titled(name, scene)} for name, scene in scenes],
        "sides": [name for name, _ in scenes],
        "end": end,
        "story": story((scene for _, scene in scenes), end),
        "reading": [CHARACTERS_A_SECOND, LEAST],
        "monitors": [],
        "strikes": [],
        "targets": [],
        "settings": {},
        "faults": [],
        **more,
    }


def _titled(name: str, scene: Scene) -> str:
    """The title of a side: what it is called comes first, unless the picture's own title says it as well."""
    said = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", scene.title)
    return scene.title if said or not name else f"{name} · {scene.title}"


def new_widget(data: Mapping[str, Any], panel: Mapping[str, Any], locked: bool = False) -> Any:
    """The widget itself: one string of JSON goes each way, which is quicker than traits with structure."""
    return _widget_class()(data=json.dumps(data), panel=json.dumps(panel), locked=locked)


def script() -> str:
    """What the browser runs: one module, what all widgets share before our own, without a build step."""
    return SHARED + "".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS)


@cache
def _widget_class() -> Any:
    import anywidget
    import traitlets

    class KitPlayer(anywidget.AnyWidget):
        _esm = script()
        _css = stylesheet() + (_HERE / "player.css").read_text(encoding="utf-8")
        data = traitlets.Unicode().tag(sync=True)
        panel = traitlets.Unicode().tag(sync=True)
        ask = traitlets.Unicode().tag(sync=True)
        locked = traitlets.Bool(False).tag(sync=True)

    return KitPlayer


def still(scenes: Sequence[tuple[str, Scene]]) -> dict[str, str]:
    """The forms that need no kernel: an image with its text, and the text alone."""
    svg, words = storyboard(scenes)
    title = " | ".join(scene.title for _, scene in scenes)
    return {"text/html": image(svg, f"{title}. {words}"), "text/plain": f"{title}\n{words}"}


def image(svg: str, alt: str) -> str:
    """An SVG as <img>, the one form that JupyterLab shows in a notebook that it does not trust yet."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}" style="max-width:100%">'


def bundle(
    widget: Any, scenes: Sequence[tuple[str, Scene]], more_html: str = "", more_text: str = "", folded: bool = False
) -> Any:
    """The widget's view with the still beside it, in one mimebundle.

    `folded` is for a picture that waits for a prediction: its still would answer the question right above it.
    """
    data, metadata = view(widget)
    forms = still(scenes)
    html = forms["text/html"] + more_html
    return {
        **data,
        "text/html": fold(html) if folded else html,
        "text/plain": forms["text/plain"] + more_text,
    }, metadata
