"""What a function was given to read, and not to write."""

from __future__ import annotations

from collections.abc import Mapping

from labs.kit.checking.exercise import Wrong
from labs.kit.guarding.telling import show


def unchanged(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Raise Wrong where this argument is another than before, and name the key."""
    for key in (*before, *after):
        if key not in after:
            raise Wrong(f"`{name}` has been changed: its `{key}` is gone.")
        if key not in before or before[key] != after[key]:
            raise Wrong(f"`{name}` has been changed: its `{key}` is now {show(after[key])}.")
