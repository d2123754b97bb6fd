"""docs/claims.md is what the ledgers of all lessons say today."""

from tools.claims import PAGE, page


def test_the_page_of_claims_is_as_the_lessons_judge_them():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make build`"
