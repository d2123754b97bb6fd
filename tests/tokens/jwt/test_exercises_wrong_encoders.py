"""Wrong answers to tokens-base64url, written from its text alone; each with a piece of what it is told."""

import base64

import pytest

from labs.kit import check
from labs.tokens.jws.base64url import ALPHABET


def padded(data):
    return base64.urlsafe_b64encode(data).decode()


def standard(data):
    return base64.b64encode(data).decode().rstrip("=")


def as_bytes(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def left_fill(data):
    bits = "".join(f"{b:08b}" for b in data)
    bits = bits.zfill(len(bits) + -len(bits) % 6)
    return "".join(ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def last_chunk_unfilled(data):
    bits = "".join(f"{b:08b}" for b in data)
    return "".join(ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def one_number(data):
    n = int.from_bytes(data, "big")
    out = ""
    while n:
        n, r = divmod(n, 64)
        out = ALPHABET[r] + out
    return out


def leftover_dropped(data):
    bits = "".join(f"{b:08b}" for b in data)
    return "".join(ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits) - 5, 6))


def no_leading_zeros(data):
    bits = "".join(bin(b)[2:] for b in data)
    bits += "0" * (-len(bits) % 6)
    return "".join(ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def with_line_breaks(data):
    return base64.encodebytes(data).decode().replace("+", "-").replace("/", "_").rstrip("=\n")


def only_threes(data):
    out = ""
    for i in range(len(data) // 3):
        n = int.from_bytes(data[3 * i : 3 * i + 3], "big")
        out += "".join(ALPHABET[n >> s & 63] for s in (18, 12, 6, 0))
    return out


def tail_as_As(data):
    out = ""
    for i in range(0, len(data), 3):
        n = int.from_bytes(data[i : i + 3].ljust(3, b"\0"), "big")
        out += "".join(ALPHABET[n >> s & 63] for s in (18, 12, 6, 0))
    return out


def strip_As(data):
    return tail_as_As(data).rstrip("A")


def little_endian(data):
    out = ""
    for i in range(0, len(data), 3):
        g = data[i : i + 3]
        n = int.from_bytes(g, "little") << (-len(g) * 8 % 6)
        k = len(g) + 1
        out += "".join(ALPHABET[n >> 6 * (k - 1 - j) & 63] for j in range(k))
    return out


def text_only(data):
    return base64.urlsafe_b64encode(data.decode().encode()).decode().rstrip("=")


def empty_is_none(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=") if data else None


def strips_dashes(data):
    return base64.urlsafe_b64encode(data).decode().strip("=-_")


def seven_bits(data):
    bits = "".join(f"{b & 127:08b}" for b in data)
    bits += "0" * (-len(bits) % 6)
    return "".join(ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def cut_two(data):
    return base64.urlsafe_b64encode(data).decode()[:-2]


WRONG = [
    ("padded", padded, "The characters are right, but `=` pads them to a multiple of four"),
    ("standard", standard, "This is standard Base64, with `+` and `/`, which mean something in a URL. Base64url has"),
    ("as_bytes", as_bytes, "These are bytes, and a token is text"),
    (
        "left_fill",
        left_fill,
        "The zeros that fill the bits up to a multiple of six stand in front of all the others, so",
    ),
    ("last_chunk_unfilled", last_chunk_unfilled, "The last piece has fewer than six bits"),
    ("one_number", one_number, "It differs from the right spelling at character 0, counted from 0"),
    ("leftover_dropped", leftover_dropped, "Bits are dropped at the end"),
    ("no_leading_zeros", no_leading_zeros, "Leading zeros of a byte are lost"),
    ("with_line_breaks", with_line_breaks, "It is broken into lines, as Base64 is in mail (`base64.encodebytes`)"),
    ("only_threes", only_threes, "Only whole groups of three bytes are written"),
    ("tail_as_As", tail_as_As, "The last group is filled up with zero bytes, and they are written too, as `A`"),
    ("strip_As", strip_As, "Every `A` at the end is stripped, including those that stand for zeros in the data"),
    ("little_endian", little_endian, "Within a group of three the bytes are read from the end"),
    ("text_only", text_only, "The bytes are decoded as text, and not all bytes are text"),
    ("empty_is_none", empty_is_none, "Return text, not None"),
    ("strips_dashes", strips_dashes, "Only the padding may be stripped"),
    ("seven_bits", seven_bits, "It differs from the right spelling at character 0, counted from 0"),
    ("cut_two", cut_two, "16 bits are 3 groups of six, the last one filled up with zeros"),
]


@pytest.mark.parametrize(("name", "function", "sentence"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_answer_is_caught_and_told_what_is_wrong_with_it(name, function, sentence):
    report = check("tokens-base64url", function)
    assert report.verdict == "failed" and report.points == 0, repr(report)
    assert sentence in f"{report.failure.sentence} {report.misconception}", repr(report)
