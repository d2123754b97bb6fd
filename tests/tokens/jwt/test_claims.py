"""What lesson 19 asks first, and what it makes of the notes."""

from __future__ import annotations

import re

from labs.kit.guessing.ledger import claims_table
from labs.tokens.jwt.predictions import ONE_CHARACTER, SLOW_CLOCK, STRANGER
from tools.lesson import ROOT


def test_each_prediction_is_settled_by_a_run() -> None:
    answers = {question.id: question.answer() for question in (STRANGER, ONE_CHARACTER, SLOW_CLOCK)}  # type: ignore[operator]
    assert answers == {
        "tokens-stranger": "Read it and use it, but not change it",
        "tokens-one-letter": "signature: it was not made over these characters",
        "tokens-slow-clock": "Each token is refused, however often Ada logs in",
    }


def test_the_verdicts_on_the_notes() -> None:
    said = {row.statement.id: row.claim.verdict for row in claims_table("19").rows}
    part = {"tokens-secure", "tokens-expiry", "tokens-hmac-or-rsa", "tokens-alg-rsa", "tokens-typ", "tokens-compact"}
    assert {id for id, verdict in said.items() if verdict == "holds only in part"} == part
    assert {id for id, verdict in said.items() if verdict == "does not hold"} == {"tokens-base64"}
    assert len(said) == 14


def test_three_to_five_of_them_are_guessed_in_the_lesson() -> None:
    text = (ROOT / "lessons" / "19_jwt.md").read_text(encoding="utf-8")
    assert 3 <= len(re.findall(r"(?m)^claim\(", text)) <= 5
    assert text.count("<details><summary>") == 8
