"""A matplotlib figure that is the same to the byte every time and needs no trust to be shown.

fig, ax = figure("Throughput against consumers", "consumers", "records a second")
ax.plot(…)
show(fig, "what the picture says, for who cannot see it")
"""

from __future__ import annotations

import io
from typing import Any

from labs.kit.picture.palette import COLOURS
from labs.kit.playing.player import image


def figure(title: str, across: str, up: str, size: tuple[float, float] = (7.2, 3.6)) -> tuple[Any, Any]:
    """A figure with one pair of axes, `size` in inches; without pyplot, so nothing global is touched.

    Without matplotlib, in a browser's page, it is the kit's own (page/sketch.py).
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        from labs.kit.page.sketch import Sketch

        sketch = Sketch(title, across, up, size)
        return sketch, sketch

    fig = Figure(figsize=size, layout="constrained")
    ax = fig.subplots()
    ax.set_title(title, loc="left", fontsize=12, fontweight="bold")
    ax.set_xlabel(across)
    ax.set_ylabel(up)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=COLOURS["faint"][0], linewidth=0.8)
    ax.set_prop_cycle(
        color=["#0072b2", "#d55e00", "#009e73", "#aa4499", "#555555"], marker=["o", "s", "^", "D", "v"]
    )  # shape as well as colour
    return fig, ax


class show:
    """Show the figure as an image with `alt`, which is also its text form."""

    def __init__(self, fig: Any, alt: str):
        self.fig, self.alt = fig, alt

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        if hasattr(self.fig, "svg"):
            return {"text/html": image(self.fig.svg(), self.alt), "text/plain": self.alt}
        import matplotlib

        out = io.StringIO()
        # Text stays text (no font is embedded), ids are derived, no date is written: the same bytes everywhere.
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "course", "font.family": "sans-serif"}):
            self.fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, facecolor="white")
        svg = out.getvalue()
        return {"text/html": image(svg[svg.index("<svg") :], self.alt), "text/plain": self.alt}
