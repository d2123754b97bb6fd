"""What stands in for pandas where that is not: tables to be read, as the lessons make them, and nothing beyond.

In a browser's page `import pandas` gives this module (browser.py). A DataFrame here holds its cells, shows them as an
HTML table, and can be turned over; there are no columns of numbers to compute with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

LEFT = 'style="text-align: left"'


def set_option(name: str, value: Any) -> None:
    """Nothing: a cell is shown whole."""


class Labels(list[Any]):
    """The labels of the rows or of the columns, and what those labels are called."""

    def __init__(self, labels: Iterable[Any], name: str | Sequence[str] | None = None) -> None:
        super().__init__(labels)
        self.name = name


class DataFrame:
    """A table: from rows (dicts, sequences), from columns (a dict of sequences), or from a dict of dicts by column."""

    def __init__(
        self, data: Any = None, index: Iterable[Any] | None = None, columns: Iterable[Any] | None = None
    ) -> None:
        rows: dict[Any, dict[Any, Any]] = {}
        if isinstance(data, Mapping):
            for column, cells in data.items():
                at = (
                    cells.items() if isinstance(cells, Mapping) else zip(index or range(len(cells)), cells, strict=True)
                )
                for label, cell in at:
                    rows.setdefault(label, {})[column] = cell
        else:
            labels = list(columns or [])
            for number, row in enumerate(data or []):
                rows[number] = (
                    dict(row) if isinstance(row, Mapping) else dict(zip(labels or range(len(row)), row, strict=True))
                )
        found = dict.fromkeys(column for row in rows.values() for column in row)
        self.columns = Labels(columns if columns is not None else data if isinstance(data, Mapping) else found)
        self.index = Labels(rows if index is None or isinstance(data, Mapping) else index)
        self._cells = [[row.get(column, "") for column in self.columns] for row in rows.values()]

    @classmethod
    def from_dict(
        cls, data: Mapping[Any, Any], orient: str = "columns", columns: Iterable[Any] | None = None
    ) -> DataFrame:
        """By columns, or with `orient="index"` by rows: {label: a dict or a sequence}."""
        if orient == "columns":
            return cls(data, columns=columns)
        return cls(list(data.values()), index=list(data), columns=columns)

    def set_index(self, columns: str | Sequence[str]) -> DataFrame:
        """The same with one or several columns as the labels of the rows."""
        names = [columns] if isinstance(columns, str) else list(columns)
        at = [self.columns.index(name) for name in names]
        made = DataFrame()
        made.columns = Labels(c for c in self.columns if c not in names)
        labels = [tuple(row[i] for i in at) for row in self._cells]
        made.index = Labels(
            (label[0] for label in labels) if len(at) == 1 else labels, columns if len(at) == 1 else names
        )
        made._cells = [[cell for i, cell in enumerate(row) if i not in at] for row in self._cells]
        return made

    @property
    def T(self) -> DataFrame:
        """Its rows as columns."""
        made = DataFrame()
        made.columns, made.index = Labels(self.index), Labels(self.columns)
        made._cells = [list(column) for column in zip(*self._cells, strict=True)]
        return made

    def __getitem__(self, column: Any) -> list[Any]:
        return [row[self.columns.index(column)] for row in self._cells]

    def __len__(self) -> int:
        return len(self._cells)

    def _rows(self) -> Iterator[list[str]]:
        """Head and rows as text: the labels of a row first. A label of several parts has a cell for each of them."""
        names = self.index.name
        corner = [str(name) for name in names] if isinstance(names, list) else ["" if names is None else str(names)]
        wide = max([len(corner), *(len(_parts(label)) for label in self.index)])
        yield [*corner, *[""] * (wide - len(corner)), *(", ".join(_parts(c)) for c in self.columns)]
        for label, row in zip(self.index, self._cells, strict=True):
            yield [*_parts(label), *map(_text, row)]

    def __repr__(self) -> str:
        rows = list(self._rows())
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        head, *rows = self._rows()
        labels = len(head) - len(self.columns)
        top = "".join(f'<th scope="col" {LEFT}>{escape(cell)}</th>' for cell in head)
        body = "".join(
            "<tr>"
            + "".join(f'<th scope="row" {LEFT}>{escape(cell)}</th>' for cell in row[:labels])
            + "".join(f"<td {LEFT}>{escape(cell)}</td>" for cell in row[labels:])
            + "</tr>"
            for row in rows
        )
        return f'<table class="dataframe"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def _parts(label: Any) -> list[str]:
    return [_text(part) for part in label] if isinstance(label, tuple) else [_text(label)]


def _text(cell: Any) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def __getattr__(name: str) -> Any:
    raise AttributeError(
        f"pandas is not in this page. What stands in for it has DataFrame and set_option, but no {name}."
    )
