"""The bucket of lesson 01 as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

import unicodedata
from hashlib import md5, sha256


def _number(text: str, of: int = 10_000) -> int:
    return int(sha256(text.encode()).hexdigest(), 16) % of


def by_hash(user: str, rollout: str) -> int:
    """Python's own hash."""
    return hash(f"{rollout}/{user}") % 10_000


def one_for_all(user: str, rollout: str) -> int:
    """The rollout's name is left out."""
    return _number(user)


def other_way_round(user: str, rollout: str) -> int:
    """User first."""
    return _number(f"{user}/{rollout}")


def no_slash(user: str, rollout: str) -> int:
    """Nothing between the two names."""
    return _number(rollout + user)


def percents(user: str, rollout: str) -> int:
    """Only a hundred buckets."""
    return _number(f"{rollout}/{user}", 100)


def one_more(user: str, rollout: str) -> int:
    """From 0 to 10,000."""
    return _number(f"{rollout}/{user}", 10_001)


def from_one(user: str, rollout: str) -> int:
    """From 1 to 10,000."""
    return _number(f"{rollout}/{user}") + 1


def by_md5(user: str, rollout: str) -> int:
    """Another digest."""
    return int(md5(f"{rollout}/{user}".encode()).hexdigest(), 16) % 10_000


def small_letters(user: str, rollout: str) -> int:
    """Names in small letters."""
    return _number(f"{rollout}/{user}".lower())


def small_user(user: str, rollout: str) -> int:
    """The user's name in small letters."""
    return _number(f"{rollout}/{user.lower()}")


def tidied(user: str, rollout: str) -> int:
    """Names without spaces around them."""
    return _number(f"{rollout.strip()}/{user.strip()}")


def never_zero(user: str, rollout: str) -> int:
    """Bucket 0 is left out."""
    return max(1, _number(f"{rollout}/{user}"))


def eight_digits(user: str, rollout: str) -> int:
    """The digest's first eight digits only."""
    return int(sha256(f"{rollout}/{user}".encode()).hexdigest()[:8], 16) % 10_000


def through_a_float(user: str, rollout: str) -> int:
    """A float keeps about the first 16 decimal digits of the number."""
    return int(float(int(sha256(f"{rollout}/{user}".encode()).hexdigest(), 16)) % 10_000)


def other_end(user: str, rollout: str) -> int:
    """The digest's bytes from the last to the first."""
    return int.from_bytes(sha256(f"{rollout}/{user}".encode()).digest(), "little") % 10_000


def ascii_only(user: str, rollout: str) -> int:
    """Whatever ASCII lacks is left out."""
    return int(sha256(f"{rollout}/{user}".encode("ascii", "ignore")).hexdigest(), 16) % 10_000


def latin(user: str, rollout: str) -> int:
    """Latin-1 where it will do."""
    text = f"{rollout}/{user}"
    encoded = text.encode("latin-1") if all(ord(letter) < 256 for letter in text) else text.encode()
    return int(sha256(encoded).hexdigest(), 16) % 10_000


def composed(user: str, rollout: str) -> int:
    """A letter and its accent are made one character."""
    return _number(unicodedata.normalize("NFC", f"{rollout}/{user}"))


def scaled(user: str, rollout: str) -> int:
    """The number's place between 0 and the greatest one, in ten-thousandths."""
    return int(sha256(f"{rollout}/{user}".encode()).hexdigest(), 16) * 10_000 >> 256
