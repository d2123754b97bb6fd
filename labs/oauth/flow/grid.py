"""Every attack against every defence, each cell a run."""

from __future__ import annotations

from typing import Any

from labs.oauth.flow.attacks import ATTACKS, succeeds
from labs.oauth.flow.picture import CONTROLS
from labs.oauth.flow.rules import HARDENED, NAMES, SOFT, only

IN, OUT = "✗\u00a0in", "·"  # in one line, however narrow the column


def defence_grid() -> Any:
    """A table (pandas DataFrame): a row per attack, a column per defence on its own, then all of them together."""
    import pandas

    columns = {"none": SOFT, **{CONTROLS[name].label: only(name) for name in NAMES}, "all": HARDENED}
    rows = {
        attack: {name: IN if succeeds(attack, rules) else OUT for name, rules in columns.items()}
        for attack in ATTACKS
        if attack != "none"
    }
    table = pandas.DataFrame.from_dict(rows, orient="index")
    table.index.name = "attack"
    return table
