"""What lesson 15 asks about a stampede, before it shows."""

from __future__ import annotations

from labs.caching.stampede.model import stampede
from labs.kit.guessing.question import Question


def _queries() -> str:
    many = len([e for e in stampede().of("query") if e.t < 11.1])
    return FRONT_PAGE.options[0 if many == 1 else 1 if many < 10 else 2]


FRONT_PAGE = Question(
    id="caching-front-page",
    question="The front page is cached for 10 s. It is asked for 40 times per second, and loading it takes "
    "the database 1 s. At 10 s the entry expires. How many queries go to the database before there is a new entry?",
    options=["One: the first request that misses loads the page", "Three: one for each application server", "About 40"],
    answer=_queries,
    because="The first request that misses needs a second to load the page. All that come in this second miss, "
    "too, and each of them asks the database.",
)
