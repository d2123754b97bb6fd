"""Lesson 21: does the verifier belong to the challenge?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import truth
from labs.oauth.flow.pkce import VERIFIER, proves
from labs.tokens.jws import base64url

Case = tuple[str | None, str | None]
RFC_7636_B = ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
A_TO_Z = "abcdefghijklmnopqrstuvwxyz"
GOOD = [
    RFC_7636_B[1], A_TO_Z + A_TO_Z.upper(), "a" * 43, "a" * 44, "Z" * 128, "0123456789-._~" * 4, "-" * 43, "~" * 50,
    *(f"verifier-{n}-" + "x" * 40 for n in range(12)),
]  # fmt: skip
ALPHABET = A_TO_Z.upper() + A_TO_Z + "0123456789-_"
BAD = [
    "", "a", "a" * 42, "a" * 129, "a" * 42 + "\n", "a" * 43 + "\n", "\n" + "a" * 43, " " + "a" * 43, "a" * 43 + " ",
    "a" * 50 + "+", "a" * 50 + "/", "a" * 50 + "=", "a" * 50 + "é", "é" * 43, "٣" * 43, "a" * 50 + "%", "a b" * 15,
    *("a" * 50 + one for one in "[\\]^`,²\t\0"), "é" + "a" * 50,
]  # fmt: skip


def _s256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _challenge(text: str) -> str:
    return base64url.encode(_s256(text))


def _cases() -> Iterator[Case]:
    """The RFC's own example, near misses of every challenge, and verifiers that are none."""
    yield RFC_7636_B
    yield from ((None, None), (None, GOOD[0]), (RFC_7636_B[0], None), ("", ""), ("", GOOD[0]), (RFC_7636_B[0], ""))
    yield from ((_challenge(text), text) for text in GOOD)
    for text in GOOD:
        right = _challenge(text)
        digest = _s256(text)
        yield from (
            (text, text), (right, right), (_challenge(text + "x"), text), (right[:-1], text), (right + "=", text),
            (right.lower(), text), (right.swapcase(), text), (digest.hex(), text), (right + "A", text),
            (base64.b64encode(digest).decode(), text), (base64url.encode(digest.hex().encode()), text),
        )  # fmt: skip
        plain = base64.b64encode(digest).decode().rstrip("=")
        if plain != right:
            yield plain, text
        yield from ((right + " ", text), (" " + right, text), (right + "\n", text), ("é" + right[1:], text))
        yield right[:-1] + ALPHABET[ALPHABET.index(right[-1]) + 1], text  # it decodes to the same 32 bytes
    yield from ((_challenge(text), text) for text in BAD)
    yield from ((text, text) for text in BAD)


def _strategy() -> Any:
    from hypothesis import strategies as st

    verifier = st.text("abcXYZ019-._~+", min_size=41, max_size=46)
    return st.tuples(verifier, st.booleans(), verifier).map(
        lambda three: (_challenge(three[0] if three[1] else three[2]), three[0])
    )


def _read(case: Case, answer: Any) -> bool:
    return truth(answer)


def _right(case: Case, answer: bool) -> None:
    challenge, verifier = case
    right = proves(*case)
    if answer == right:
        return
    if right:
        raise Wrong("The verifier has the right form, and its S256 is the challenge.", right)
    if not challenge:
        why = "Without a challenge nothing is proved."
    elif not verifier:
        why = "Without a verifier nothing is proved."
    elif not VERIFIER.fullmatch(verifier):
        why = "This is no verifier: it needs 43 to 128 characters, each of them one of A–Z a–z 0–9 - . _ ~"
    else:
        why = f"The S256 of this verifier is {_challenge(verifier)}."
    raise Wrong(why, right)


# ── plausible wrong answers ───────────────────────────────────────────────────────────────────────────────────────────


def _formed(verifier: str | None) -> bool:
    return bool(verifier) and bool(VERIFIER.fullmatch(verifier or ""))


def _plain_too(challenge: str | None, verifier: str | None) -> bool:
    return proves(challenge, verifier) or (_formed(verifier) and challenge == verifier)


def _plain(challenge: str | None, verifier: str | None) -> bool:
    return _formed(verifier) and challenge == verifier


def _padded(challenge: str | None, verifier: str | None) -> bool:
    return _formed(verifier) and challenge == base64.urlsafe_b64encode(_s256(verifier or "")).decode()


def _padding_ignored(challenge: str | None, verifier: str | None) -> bool:
    return bool(challenge) and proves((challenge or "").rstrip("="), verifier)


def _standard(challenge: str | None, verifier: str | None) -> bool:
    return _formed(verifier) and challenge == base64.b64encode(_s256(verifier or "")).decode().rstrip("=")


def _hex(challenge: str | None, verifier: str | None) -> bool:
    return _formed(verifier) and challenge == _s256(verifier or "").hex()


def _hex_in_base64(challenge: str | None, verifier: str | None) -> bool:
    return _formed(verifier) and challenge == base64url.encode(_s256(verifier or "").hex().encode())


def _unformed(challenge: str | None, verifier: str | None) -> bool:
    return bool(challenge) and bool(verifier) and challenge == _challenge(verifier or "")


def _only_the_length(challenge: str | None, verifier: str | None) -> bool:
    return 43 <= len(verifier or "") <= 128 and challenge == _challenge(verifier or "")


def _only_the_alphabet(challenge: str | None, verifier: str | None) -> bool:
    well = bool(re.fullmatch(r"[A-Za-z0-9\-._~]+", verifier or ""))
    return well and challenge == _challenge(verifier or "")


def _dollar(challenge: str | None, verifier: str | None) -> bool:
    well = bool(re.match(r"^[A-Za-z0-9\-._~]{43,128}$", verifier or ""))
    return well and challenge == _challenge(verifier or "")


def _word_characters(challenge: str | None, verifier: str | None) -> bool:
    return bool(re.fullmatch(r"[\w\-.~]{43,128}", verifier or "")) and challenge == _challenge(verifier or "")


def _more_than_43(challenge: str | None, verifier: str | None) -> bool:
    return len(verifier or "") > 43 and proves(challenge, verifier)


def _less_than_128(challenge: str | None, verifier: str | None) -> bool:
    return len(verifier or "") < 128 and proves(challenge, verifier)


def _base64_alphabet(challenge: str | None, verifier: str | None) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9\-_]*", verifier or "")) and proves(challenge, verifier)


def _optional(challenge: str | None, verifier: str | None) -> bool:
    return not challenge or proves(challenge, verifier)


def _optional_both(challenge: str | None, verifier: str | None) -> bool:
    return (not challenge and not verifier) or proves(challenge, verifier)


def _any_case(challenge: str | None, verifier: str | None) -> bool:
    return _formed(verifier) and (challenge or "").lower() == _challenge(verifier or "").lower()


def _stripped(challenge: str | None, verifier: str | None) -> bool:
    text = (verifier or "").strip()
    return _formed(text) and challenge in (_challenge(text), _challenge(verifier or ""))


def _begins(challenge: str | None, verifier: str | None) -> bool:
    return bool(challenge) and _formed(verifier) and _challenge(verifier or "").startswith(challenge or "-")


def _a_to_z_in_one(challenge: str | None, verifier: str | None) -> bool:
    return bool(re.fullmatch(r"[A-z0-9\-._~]{43,128}", verifier or "")) and challenge == _challenge(verifier or "")


def _plus_to_dot(challenge: str | None, verifier: str | None) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9+-._~]{43,128}", verifier or "")) and challenge == _challenge(verifier or "")


def _dot_to_underscore(challenge: str | None, verifier: str | None) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9.-_~]{43,128}", verifier or "")) and challenge == _challenge(verifier or "")


def _begins_or_padded(challenge: str | None, verifier: str | None) -> bool:
    padded = _challenge(verifier or "") + "="
    return bool(challenge) and _formed(verifier) and padded.startswith(challenge or "-")


def _never(challenge: str | None, verifier: str | None) -> bool:
    return False


def _decoded(challenge: str | None, verifier: str | None) -> bool:
    if not challenge or not challenge.isascii() or not _formed(verifier):
        return False
    try:
        return base64.urlsafe_b64decode(challenge + "==") == _s256(verifier or "")
    except ValueError:
        return False


def _decoded_43(challenge: str | None, verifier: str | None) -> bool:
    return len(challenge or "") == 43 and _decoded(challenge, verifier)


def _both_alphabets(challenge: str | None, verifier: str | None) -> bool:
    return proves((challenge or "").replace("+", "-").replace("/", "_"), verifier)


def _challenge_stripped(challenge: str | None, verifier: str | None) -> bool:
    return proves((challenge or "").strip(), verifier)


def _ascii_only(challenge: str | None, verifier: str | None) -> bool:
    return bool(challenge) and _formed(verifier) and hmac.compare_digest(_challenge(verifier or ""), challenge or "")


PKCE = Exercise(
    id="oauth-pkce",
    lesson="21",
    title="PKCE: does the verifier belong to the challenge?",
    points=2,
    reference=proves,
    cases=_cases,
    strategy=_strategy,
    shape="Returns True or False",
    read=_read,
    properties=(("Lets through the right verifier and no other", _right),),
    wrong=(
        Mistake("You let a request without a challenge through. Nothing is proved there.", _optional),
        Mistake("You let a request without challenge and verifier through. Nothing is proved there.", _optional_both),
        Mistake(
            "You also accept the verifier itself as the challenge (the method `plain`). Whoever reads the request for "
            "the code then has the verifier.",
            _plain_too,
        ),
        Mistake("You compare the two as they are (the method `plain`). S256 hashes the verifier first.", _plain),
        Mistake("Your base64url ends in padding (=). A challenge has none.", _padded),
        Mistake("You ignore padding at the end of the challenge. It must be equal, character for character.",
                _padding_ignored),
        Mistake("This is standard Base64, with + and /. A challenge is base64url, with - and _ in their place.",
                _standard),
        Mistake("You compare with the hash in hexadecimal. The challenge is the base64url of its 32 bytes.", _hex),
        Mistake("You encode the hexadecimal text of the hash. Encode its 32 bytes: `.digest()`.", _hex_in_base64),
        Mistake("You look at the verifier's length and not at its characters.", _only_the_length),
        Mistake("You look at the verifier's characters and not at its length, 43 to 128.", _only_the_alphabet),
        Mistake("You do not look at the verifier's form: how many characters it has, and which.", _unformed),
        Mistake("In a regular expression `$` also matches before a line break at the end. Use `re.fullmatch`.",
                _dollar),
        Mistake(r"`\w` and `str.isalnum` know letters and digits of every script. Only A–Z, a–z and 0–9 are allowed.",
                _word_characters),
        Mistake("Between `Z` and `a` there are six more characters, such as `[` and `^`: `A-z` allows them all.",
                _a_to_z_in_one),
        Mistake("In a regular expression `+-.` in brackets is a range: it also allows `+` and `,`.", _plus_to_dot),
        Mistake(r"In a regular expression `.-_` in brackets is a range, and `-` is not in it: put `-` last.",
                _dot_to_underscore),
        Mistake("You refuse 43 characters. That is the least that is allowed.", _more_than_43),
        Mistake("You refuse 128 characters. That is the most that is allowed.", _less_than_128),
        Mistake("You refuse `.` and `~`. A verifier may have them.", _base64_alphabet),
        Mistake("You compare without regard to capitals. `a` and `A` are two characters.", _any_case),
        Mistake("You take white space off the verifier. With it, it is no verifier.", _stripped),
        Mistake("The beginning of the right challenge is enough for you. It must be equal.", _begins),
        Mistake("The beginning of the right challenge is enough for you. It must be equal.", _begins_or_padded),
        Mistake("You decode the challenge. Several strings decode to the same bytes: compare the strings.",
                _decoded),
        Mistake("You decode the challenge. Several strings decode to the same bytes: compare the strings.",
                _decoded_43),
        Mistake("You also accept `+` and `/` in the challenge. base64url has `-` and `_` in their place.",
                _both_alphabets),
        Mistake("You take white space off the challenge. It must be equal, character for character.",
                _challenge_stripped),
        Mistake("`hmac.compare_digest` raises TypeError for strings that are not ASCII. Give it bytes: `.encode()`.",
                _ascii_only),
        Mistake("You refuse every verifier, even the right one. Hash the verifier, not the challenge; and bytes never "
                "equal a string: `.decode()` makes a string of them.", _never),
    ),
    hints=(
        "First the form: `re.fullmatch` with a pattern for one character, and {43,128} for how many.",
        "`hashlib.sha256(verifier.encode()).digest()` gives the 32 bytes.",
        "`base64.urlsafe_b64encode(…)` gives bytes with padding: `.rstrip(b\"=\").decode()` gives the challenge.",
    ),
)  # fmt: skip
