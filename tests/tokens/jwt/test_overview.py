from urllib.parse import urlsplit

from labs.tokens import sources
from labs.tokens.examples import example_claims, example_key
from labs.tokens.jws import ALGORITHMS
from labs.tokens.jwt import issue
from labs.tokens.jwt.overview import compare_algorithms, compare_key_sizes


def test_every_algorithm_has_its_row_the_same_every_time() -> None:
    table = compare_algorithms(example_claims())
    assert list(table.index) == list(ALGORITHMS)
    assert table.equals(compare_algorithms(example_claims()))
    assert list(table["signature, bytes"]) == [32, 48, 64, 256, 256, 64, 64]
    assert set(table.loc[["PS256", "ES256"], "same every time"]) == {"no"}


def test_the_sizes_are_those_of_real_keys() -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from jwt import encode

    table = compare_key_sizes(example_claims())
    for alg, name in (("RS256", "RSA, 2048 bits"), ("ES256", "P-256 (ES256)"), ("Ed25519", "Ed25519")):
        assert table.loc[name, "token, characters"] == len(issue(example_claims(), example_key(alg)))
    longer = rsa.generate_private_key(65537, 3072)
    header = {"alg": "RS256", "typ": "JWT"}
    assert table.loc["RSA, 3072 bits", "token, characters"] == len(encode(example_claims(), longer, "RS256", header))


def test_every_source_has_a_title_and_an_address() -> None:
    cited = {name: value for name, value in vars(sources).items() if name.isupper() and not name.startswith("_")}
    assert len(cited) > 15
    for title, address in cited.values():
        assert title and urlsplit(address).scheme == "https"
