"""The exercise `tokens-base64url`: any bytes, in 64 characters."""

from __future__ import annotations

import base64
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show
from labs.tokens.jws import base64url
from labs.tokens.jws.base64url import ALPHABET

Case = tuple[bytes]

SMALL = (
    b"", b"f", b"fo", b"foo", b"foob", b"\0", b"\0\0", b"\0\0\0", b"\0f", b"f\0", b"\xff", b"\xfb\xff", b"\xff\xff\xff",
    b"{}", b'{"a":1}', b"\xfb\xef\xbe", b"\xf8", b"Ada", b" Ada\n", b"login.example", "Zoë".encode(), b"\xc3",
    bytes(range(0, 256, 5)), b"f" * 57, b"f" * 58, b"f" * 59, b"f" * 76, bytes(range(256)),
)  # fmt: skip
"""57 bytes and more, since mail breaks Base64 into lines of 76 characters."""


def _cases() -> list[Case]:
    return [(data,) for data in SMALL]


def _larger() -> Any:
    from hypothesis import strategies as st

    return st.tuples(st.binary(max_size=24))


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(case: Case, answer: Any) -> str:
    if isinstance(answer, bytes | bytearray):
        raise Wrong("These are bytes, and a token is text: end with `.decode()`.", base64url.encode(case[0]))
    if not isinstance(answer, str):
        raise Wrong(f"Return text, not {show(answer, 60)}.", base64url.encode(case[0]))
    return answer


def _only_the_64(case: Case, answer: str) -> None:
    strange = sorted(set(answer) - set(ALPHABET))
    if strange:
        are = "is not one" if len(strange) == 1 else "are not among"
        raise Wrong(f"{', '.join(map(repr, strange))} {are} of base64url's 64 characters.", base64url.encode(case[0]))


def _how_many(case: Case, answer: str) -> None:
    bits = len(case[0]) * 8
    want = -(-bits // 6)
    if len(answer.rstrip("=")) != want:
        filled = ", the last one filled up with zeros" if bits % 6 else ""
        raise Wrong(
            f"{bits} bits are {want} groups of six{filled}: "
            f"that makes {_characters(want)}, but your answer has {len(answer)}.",
            base64url.encode(case[0]),
        )


def _which(case: Case, answer: str) -> None:
    right = base64url.encode(case[0])
    if answer != right:
        pairs = enumerate(zip(answer, right, strict=False))
        place = next((i for i, (a, b) in pairs if a != b), min(len(answer), len(right)))
        raise Wrong(f"It differs from the right spelling at character {place}, counted from 0.", right)


def _characters(count: int) -> str:
    return f"{count} character{'s' * (count != 1)}"


# ── plausible wrong answers ───────────────────────────────────────────────────────────────────────────────────────────


def _bits_of(data: bytes) -> str:
    """Eight bits for each byte."""
    return "".join(f"{byte:08b}" for byte in data)


def _in_sixes(bits: str) -> str:
    """A character for each six bits; the last piece, should it be shorter, is read as a number as it stands."""
    return "".join(ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def _padded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _one_padding_left(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().removesuffix("=")


def _plain_padded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _plain(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _swapped(data: bytes) -> str:
    return base64url.encode(data).translate(str.maketrans("-_", "_-"))


def _in_lines(data: bytes) -> str:
    return base64.encodebytes(data).decode().translate(str.maketrans("+/", "-_")).rstrip("=\n")


def _filled_in_front(data: bytes) -> str:
    return _in_sixes(_bits_of(data))


def _all_in_front(data: bytes) -> str:
    bits = _bits_of(data)
    return _in_sixes("0" * (-len(bits) % 6) + bits)


def _filled_with_ones(data: bytes) -> str:
    bits = _bits_of(data)
    return _in_sixes(bits + "1" * (-len(bits) % 6))


def _always_filled(data: bytes) -> str:
    bits = _bits_of(data)
    return _in_sixes(bits + "0" * (6 - len(bits) % 6))


def _rest_dropped(data: bytes) -> str:
    return base64url.encode(data)[: len(data) * 8 // 6]


def _whole_groups(data: bytes) -> str:
    return base64url.encode(data[: len(data) // 3 * 3])


def _first_group(data: bytes) -> str:
    return base64url.encode(data[:3])


def _filled_with_bytes(data: bytes) -> str:
    return base64url.encode(data + bytes(-len(data) % 3))


def _zeros_stripped(data: bytes) -> str:
    return _filled_with_bytes(data).rstrip("A")


def _dashes_stripped(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().strip("=-_")


def _short_bytes(data: bytes) -> str:
    bits = "".join(bin(byte)[2:] for byte in data)
    return _in_sixes(bits + "0" * (-len(bits) % 6))


def _one_number(data: bytes) -> str:
    number, text = int.from_bytes(data, "big") << (-len(data) * 8 % 6), ""
    while number:
        number, six = divmod(number, 64)
        text = ALPHABET[six] + text
    return text


def _backwards(data: bytes) -> str:
    return base64url.encode(data[::-1])


def _groups_backwards(data: bytes) -> str:
    return "".join(base64url.encode(data[i : i + 3][::-1]) for i in range(0, len(data), 3))


def _bits_backwards(data: bytes) -> str:
    bits = "".join(f"{byte:08b}"[::-1] for byte in data)
    return _in_sixes(bits + "0" * (-len(bits) % 6))


def _as_latin(data: bytes) -> str:
    return base64url.encode(data.decode("latin-1").encode())


def _as_text(data: bytes) -> str:
    return base64url.encode(data.decode().encode())


WRONG = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake(
        "It is broken into lines, as Base64 is in mail (`base64.encodebytes`). A token has no line breaks.", _in_lines
    ),
    Mistake("`-` and `_` are swapped: `-` is number 62 of the 64 and `_` is number 63.", _swapped),
    Mistake(
        "This is standard Base64, with `+` and `/`, which mean something in a URL. "
        "Base64url has `-` and `_` in their place.",
        _plain,
    ),
    Mistake(
        "Every `A` at the end is stripped, including those that stand for zeros in the data. Write as many characters "
        "as the last group has, and strip nothing.",
        _zeros_stripped,
    ),
    Mistake("Only the padding may be stripped; here a `-` or `_` of the text itself goes, too.", _dashes_stripped),
    Mistake("Only one `=` is stripped; there may be two.", _one_padding_left),
    Mistake(
        "The characters are right, but `=` pads them to a multiple of four. "
        "A token leaves this padding out (RFC 7515 §2).",
        _padded,
    ),
    Mistake(
        "This is standard Base64: it uses `+` and `/`, which mean something in a URL, and pads with `=`. Base64url has "
        "`-` and `_` in their place, and a token leaves the padding out.",
        _plain_padded,
    ),
    Mistake("This is hexadecimal: a character for every four bits. Base64url has one for every six.", bytes.hex),
    Mistake("The last piece of bits is filled up with ones. Fill it up with zeros.", _filled_with_ones),
    Mistake(
        "The last piece has fewer than six bits. Fill it up with zeros *after* it: "
        "read as a number as it stands, it has them in front.",
        _filled_in_front,
    ),
    Mistake(
        "The zeros that fill the bits up to a multiple of six stand in front of all the others, so every character "
        "moves. They belong at the end.",
        _all_in_front,
    ),
    Mistake(
        "Where the number of bits is a multiple of six already, six more zeros are added. `-len(bits) % 6` is 0 then; "
        "`6 - len(bits) % 6` is 6.",
        _always_filled,
    ),
    Mistake("Bits are dropped at the end: an incomplete group of six is lost, and cannot be read back.", _rest_dropped),
    Mistake("Only whole groups of three bytes are written: one or two bytes left over are lost.", _whole_groups),
    Mistake("Only the first three bytes are written.", _first_group),
    Mistake(
        "The last group is filled up with zero bytes, and they are written too, as `A`. Of one byte left over only two "
        "characters are written, of two bytes three.",
        _filled_with_bytes,
    ),
    Mistake(
        "Leading zeros of a byte are lost: every byte has eight bits, and 5 is `00000101`. "
        "`f'{byte:08b}'` writes them all.",
        _short_bytes,
    ),
    Mistake(
        "Zeros at the very beginning are lost, because the bytes are read as one number. How many characters there are "
        "depends on how many bytes there are, not on what they are.",
        _one_number,
    ),
    Mistake("The bytes are read from the end: start with the first.", _backwards),
    Mistake("Within a group of three the bytes are read from the end: start with the first.", _groups_backwards),
    Mistake("Within a byte the bits are read from the end: the most significant bit comes first.", _bits_backwards),
    Mistake(
        "A byte above 127 becomes two: the bytes are taken for text and encoded once more. Take them as they are.",
        _as_latin,
    ),
    Mistake("The bytes are decoded as text, and not all bytes are text. Take them as they are.", _as_text),
)

BASE64URL = Exercise(
    id="tokens-base64url",
    lesson="19",
    title="Base64url, by hand",
    points=2,
    reference=base64url.encode,
    cases=_cases,
    strategy=_larger,
    shape="Returns text",
    read=_read,
    properties=(
        ("Uses only the 64 characters, and no padding", _only_the_64),
        ("Has a character for every six bits", _how_many),
        ("Spells the bytes as base64url does", _which),
    ),
    wrong=WRONG,
    hints=(
        "`f'{byte:08b}'` is a byte as eight bits. Join those of all bytes, one after the other.",
        "Add zeros at the end until the number of bits is a multiple of six: `bits += '0' * (-len(bits) % 6)`.",
        "Six bits are a number, `int(six, 2)`, and the number is a place in the alphabet: `ALPHABET[number]`.",
    ),
    show_case=lambda case: f"encode({case[0]!r})",
    show_answer=lambda answer: repr(answer) if len(repr(answer)) < 300 else show(answer),
)
