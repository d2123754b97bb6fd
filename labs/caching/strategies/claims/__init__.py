"""What the notes say for and against the five strategies, each sentence put to a run.

`judged("write through", "consistent")` is one of them as a card, `everything()` the table of all.
"""

from labs.caching.strategies.claims import around_and_through, back, reading
from labs.caching.strategies.claims.notes import NOTES

__all__ = ["NOTES", "around_and_through", "back", "everything", "judged", "reading"]

everything, judged = NOTES.everything, NOTES.judged
