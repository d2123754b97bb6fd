"""What every lesson uses. Nothing is imported until it is asked for, so that `from labs.kit import …` stays quick."""

from importlib import import_module
from typing import Any

# What is offered, and the module it is in. No room or module may bear the name of something offered: it would hide it.
_WHERE = {
    "Clock": "trace",
    "Event": "trace",
    "Fault": "trace",
    "Trace": "trace",
    "Scene": "picture.scene",
    "Pool": "picture.pool",
    "narrate": "picture.narration",
    "play": "playing.player",
    "in_one_frame": "picture.frame",
    "Control": "playing.controls",
    "Strike": "playing.controls",
    "explore": "playing.explorer",
    "predict": "guessing.predictions",
    "check": "checking.checks",
    "check_machine": "machine",
    "course_map": "map",
    "claim": "guessing.guesses",
    "claims_table": "guessing.ledger",
    "figure": "figures",
    "show": "figures",
    "attempts": "progress",
    "restore": "progress",
    "reset": "progress",
    "show_source": "source",
}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"labs.kit has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"labs.kit.{_WHERE[name]}"), name)
