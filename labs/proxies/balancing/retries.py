"""A retry budget: retries may be a share of the requests, and no more, so that they cannot become the load.

Source: Finagle, com.twitter.finagle.service.RetryBudget (by default 20 % over 10 s), and the SRE book, "Addressing
Cascading Failures" (https://sre.google/sre-book/addressing-cascading-failures/).
"""

from __future__ import annotations

from collections import deque


class RetryBudget:
    """Counts what came in the last `window` seconds, and says whether one more retry is within `share` of it.

    `reserve` retries are allowed in each window even where there are hardly any requests.
    """

    def __init__(self, share: float, window: float = 10.0, reserve: int = 0) -> None:
        if not 0 <= share <= 1 or window <= 0 or reserve < 0:
            raise ValueError("a retry budget is a share from 0 to 1 of the requests, over a window of more than 0 s")
        self.share, self.window, self.reserve = share, window, reserve
        self._requests: deque[float] = deque()
        self._retries: deque[float] = deque()

    def request(self, now: float) -> None:
        """A request came at `now` (s): it pays for a share of a retry."""
        self._requests.append(now)

    def retry(self, now: float) -> bool:
        """Whether a retry may be made at `now`; if so, it is paid for."""
        for times in (self._requests, self._retries):
            while times and times[0] <= now - self.window:
                times.popleft()
        allowed = len(self._retries) + 1 <= self.share * len(self._requests) + self.reserve + 1e-9
        if allowed:
            self._retries.append(now)
        return allowed
