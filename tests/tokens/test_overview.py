from urllib.parse import urlsplit

from labs.tokens import ALGORITHMS, sources
from labs.tokens.examples import example_claims
from labs.tokens.overview import compare_algorithms


def test_every_algorithm_has_its_row_the_same_every_time() -> None:
    table = compare_algorithms(example_claims())
    assert list(table.index) == list(ALGORITHMS)
    assert table.equals(compare_algorithms(example_claims()))
    assert list(table["signature, bytes"]) == [32, 48, 64, 256, 256, 64, 64]
    assert set(table.loc[["PS256", "ES256"], "same every time"]) == {"no"}


def test_every_source_has_a_title_and_an_address() -> None:
    cited = {name: value for name, value in vars(sources).items() if name.isupper() and not name.startswith("_")}
    assert len(cited) > 15
    for title, address in cited.values():
        assert title and urlsplit(address).scheme == "https"
