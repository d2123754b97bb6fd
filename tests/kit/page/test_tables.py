"""The stand-in for pandas shows what pandas shows, for every kind of table that the lessons make."""

import html
import re

import pandas
import pytest

from labs.kit.page import tables

ROWS = [{"way": "a & b", "n": 1, "share": 0.25}, {"way": "c", "n": 22, "share": 1.5}]
BY_NAME = {"fifo": {"misses": 1, "hits": 2}, "lru": {"misses": 3, "hits": 4}}
PAIRS = {"fifo": {("alike", "p50"): 1, ("alike", "p99"): 2}, "lru": {("alike", "p50"): 3, ("alike", "p99"): 4}}

MAKES = {
    "rows": lambda p: p.DataFrame(ROWS),
    "an index": lambda p: p.DataFrame(ROWS).set_index("way"),
    "two indices": lambda p: p.DataFrame(ROWS).set_index(["way", "n"]),
    "turned over": lambda p: p.DataFrame(BY_NAME).T,
    "from rows by name": lambda p: p.DataFrame.from_dict(BY_NAME, orient="index"),
    "from tuples by name": lambda p: p.DataFrame.from_dict({"x": (1, 2)}, orient="index", columns=["one", "two"]),
    "columns and an index": lambda p: p.DataFrame(
        {"none": ["never", "ABA"], "lock": ["x", "y"]}, index=["dirty", "lost"]
    ),
}


def cells(table: object) -> list[str]:
    """What is written in a table's cells, labels of rows included, without what is empty."""
    return [html.unescape(text) for text in re.findall(r"<t[dh][^>]*>([^<]+)</t[dh]>", table._repr_html_())]


def worth(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
def test_the_same_cells_as_pandas(make):
    ours, theirs = make(tables), make(pandas)
    assert sorted(map(worth, cells(ours)), key=str) == sorted(map(worth, cells(theirs)), key=str)
    assert (
        len(ours) == len(theirs)
        and list(ours.index) == list(theirs.index)
        and list(ours.columns) == list(theirs.columns)
    )


def test_columns_of_two_parts_are_named_by_both():
    table = tables.DataFrame(PAIRS).T
    assert "alike, p50" in cells(table) and repr(table).splitlines()[1].split() == ["fifo", "1", "2"]


def test_what_it_lacks_is_a_sentence():
    with pytest.raises(AttributeError, match="no read_csv"):
        _ = tables.read_csv
