"""A saga with a conductor: the orchestrator asks what comes next, sends it, and writes each outcome into its log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.patterns.saga import steps
from labs.patterns.saga.world import PATIENCE, WORK, World

TRIES = 3  # after so many the outcome of a compensatable step is called unknown


class Orchestrator:
    """It asks `decide` what to do, sends it, waits for the reply, and writes that into its log. For ever the same."""

    def __init__(self, world: World, decide: Callable[..., Any]) -> None:
        self.world, self.decide = world, decide
        self.asked, self.tries = "", 0
        self.requests = 0
        self.over = False
        world.woken = self.woken

    def go_on(self) -> None:
        """Send what comes next, or finish: at the start, after an outcome or a time-out, and after a crash."""
        with self.world.log.transaction() as rows:
            log = [(name, outcome) for name, outcome in rows["log"]]
        action = self.decide(list(steps.STEPS), log)
        if action is None:
            self.finish(log)
            return
        self.tries = self.tries + 1 if action == self.asked else 1
        self.asked = action
        self.send(action)

    def replied(self, action: str, outcome: str) -> None:
        """A reply has come. An old one, late or delivered twice, is ignored."""
        if action == self.asked and not self.over:
            self.note(action, outcome)
            self.go_on()

    def timed_out(self, action: str, tries: int) -> None:
        """Two seconds have passed since this try. If its reply has not come, ask again."""
        if action != self.asked or tries != self.tries or self.over:
            return
        if tries >= TRIES:
            self.note(action, "unknown")
        self.go_on()

    def note(self, action: str, outcome: str) -> None:
        """Write an outcome into the log."""
        with self.world.log.transaction() as rows:
            rows["log"].append((action, outcome))
        self.asked = ""
        self.world.emit("noted", "order", action=action, outcome=outcome)

    def finish(self, log: Sequence[steps.Entry]) -> None:
        """The saga is over; it ended well if every step is done, whatever came before that."""
        if not self.over:
            self.world.emit("over", "order", well=all((action, "done") in log for action, _, _ in steps.STEPS))
        self.over = True

    def woken(self, who: str) -> None:
        """A service is back after a crash; if it is this one, it reads its log, if it has one."""
        if who != "order":
            return
        if not self.tries and not self.over:  # it was down when the order came in
            self.world.emit("ordered again", "order")
            self.go_on()
        elif self.world.trace.settings["safety"] == "no log":
            if self.asked:
                self.world.emit("forgotten", "order")
            self.asked = ""  # so an old reply tells it nothing
        else:
            self.asked = ""
            self.go_on()

    # ── the request, the work at its goal, and the reply ──────────────────────────────────────────────────────────────

    def send(self, action: str) -> None:
        """Send a request to its service. When the reply comes, `replied`; after PATIENCE seconds, `timed_out`."""
        if not isinstance(action, str) or action not in steps.SERVICE:
            raise ValueError(f"{action!r:.60} is not an action or a compensation of these steps")
        self.requests += 1
        goal, tries, request = steps.SERVICE[action], self.tries, self.requests
        self.world.send("order", goal, action, lambda: self._arrived(goal, action))
        self.world.later(  # an older request of the same name has no say any more
            "order", PATIENCE, lambda: self.timed_out(action, tries) if request == self.requests else None
        )

    def _arrived(self, goal: str, action: str) -> None:
        def work() -> None:
            outcome = self.world.work(action)
            # The crash that matters fits in between: committed, and nobody told.
            self.world.later(goal, WORK, lambda: self._reply(goal, action, outcome))

        self.world.later(goal, WORK, work)

    def _reply(self, goal: str, action: str, outcome: str) -> None:
        fill = "good" if outcome == "done" else "bad"
        self.world.send(goal, "order", f"{action}: {outcome}", lambda: self.replied(action, outcome), fill)
