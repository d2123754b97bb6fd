import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.tokens.jws.base64url import ALPHABET, BadBase64, decode, encode, groups


@given(st.binary(max_size=200))
def test_it_is_the_standard_librarys_without_padding(data: bytes) -> None:
    assert encode(data) == base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert decode(encode(data)) == data


@given(st.binary(max_size=50))
def test_by_hand_and_by_library_are_the_same(data: bytes) -> None:
    assert "".join(group.text for group in groups(data)) == encode(data)
    assert b"".join(group.data for group in groups(data)) == data


def test_the_rfcs_own_example() -> None:  # RFC 7515, appendix C
    assert encode(bytes([3, 236, 255, 224, 193])) == "A-z_4ME"


@given(st.text(alphabet=ALPHABET + "+/= \n\u00e9", max_size=8))
def test_two_texts_never_mean_the_same_bytes(text: str) -> None:
    try:
        data = decode(text)
    except BadBase64:
        return
    assert encode(data) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("e30=", "padding"),
        ("ab+d", "'+' at position 2"),
        ("ab/d", "'/' at position 2"),
        ("abcde", "5 characters"),
        ("e31", "spare bits"),
        ("e3", "spare bits"),
        ("a b ", "' ' at position 1"),
        ("é", "'é' at position 0"),
        ("ab\n", "position 2"),
    ],
)
def test_what_is_refused_is_refused_in_a_sentence(text: str, why: str) -> None:
    with pytest.raises(BadBase64, match=why.replace("+", r"\+")):
        decode(text)


def test_every_other_spelling_of_the_last_group_is_refused() -> None:
    right = encode(b"ab")
    others = [right[:-1] + letter for letter in ALPHABET if letter != right[-1]]
    read = [text for text in others if not _refused(text)]
    # One in four is base64url for other bytes; none is another spelling of these.
    assert len(read) == 15
    assert all(decode(text) != b"ab" for text in read)


def _refused(text: str) -> bool:
    try:
        decode(text)
    except BadBase64:
        return True
    return False
