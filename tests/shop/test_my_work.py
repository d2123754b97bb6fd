"""The answers of the lessons themselves, kept in `my_work/` as if a learner had passed with them, in the shop."""

import re

import pytest

from labs.kit.progress import Attempt
from labs.shop.controls import explore_round, whose_pieces
from labs.shop.pieces import PIECES, plugged
from labs.shop.promises import broken
from labs.shop.rounds import ROUNDS
from labs.shop.settings import Settings
from tools.lesson import lessons, read

IMPORTS = re.compile(r"^(?:from|import) [^\n(]+$|^from [^\n]+\([^)]*\)", re.MULTILINE)


@pytest.fixture
def my_work(tmp_path, monkeypatch):
    """An attempt that passed, of every exercise that has a place in the shop."""
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    for path in lessons():
        cells = read(path).cells
        imports = "\n".join(line for cell in cells for line in IMPORTS.findall(cell.source) if cell.kind == "code")
        for cell in cells:
            if cell.exercise in PIECES:
                name = re.search(r"^(?:def|class) (\w+)", cell.source, re.MULTILINE)[1]
                file = tmp_path / "attempts" / cell.exercise / "0001.py"
                file.parent.mkdir(parents=True)
                source = f"{imports}\n\n\n{cell.source}"
                file.write_text(
                    Attempt(1, "2026-01-01 00:00:00", "passed", "2 of 2", name, source, file).text(), "utf-8"
                )


def test_every_piece_is_the_learners_and_every_promise_is_kept(my_work):
    assert set(plugged().own) == set(PIECES)
    assert repr(whose_pieces()).count("yours") == len(PIECES)
    for number, chosen in ROUNDS.items():
        good = {name: chosen.good.get(name, getattr(Settings(), name)) for name in chosen.found}
        it = explore_round(number, **good)
        assert it.traces, it.scenes[0][1].says
        assert not broken(it.traces[0])
        assert set(it.traces[0].settings["owners"].values()) == {"yours"}
