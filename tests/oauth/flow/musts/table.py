"""The table of MUSTs: a row is an RFC's section, what it demands in our words, and the function that asks for it."""

from collections.abc import Callable

from tests.oauth.flow.musts.site import Site

Row = Callable[[Site], None]
ROWS: list[tuple[str, str, Row]] = []


def must(section: str, sentence: str) -> Callable[[Row], Row]:
    """Add a row, such as `@must("6749 §3.2", "The token endpoint is asked by POST only.")`."""

    def add(row: Row) -> Row:
        ROWS.append((section, sentence, row))
        return row

    return add
