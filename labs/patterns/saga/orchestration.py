"""A saga with a conductor: the orchestrator asks what comes next, sends it, and writes each outcome into its log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.patterns.saga import steps
from labs.patterns.saga.world import PATIENCE, WORK, World

TRIES = 3  # after so many the outcome of a compensatable step is called unknown


class Orchestrator:
    """It asks `decide` what to do, sends it, waits for the reply, and writes that into its log. For ever the same."""

    def __init__(self, world: World, decide: Callable[..., Any]) -> None:
        self.world, self.decide = world, decide
        self.asked, self.tries = "", 0
        self.over = False
        world.woken = self._woken

    def _woken(self, who: str) -> None:
        if who != "order":
            return
        if self.world.trace.settings["safety"] == "no log":
            self.world.emit("forgotten", "order")
        else:
            self.asked = ""
            self.go_on()

    def go_on(self) -> None:
        """Send what comes next, or finish."""
        with self.world.log.transaction() as rows:
            log = [(name, outcome) for name, outcome in rows["log"]]
        action = self.decide(list(steps.STEPS), log)
        if action is None:
            well = all(outcome == "done" for _, outcome in log)
            if not self.over:
                self.world.emit("over", "order", well=well)
            self.over = True
            return
        self.tries = self.tries + 1 if action == self.asked else 1
        self.asked = action
        goal, tries = steps.SERVICE[action], self.tries
        self.world.send("order", goal, action, lambda: self._arrived(goal, action))
        self.world.later("order", PATIENCE, lambda: self._waited(action, tries))

    def _waited(self, action: str, tries: int) -> None:
        if action != self.asked or tries != self.tries or self.over:
            return
        if tries >= TRIES:
            self._note(action, "unknown")
        self.go_on()

    def _arrived(self, goal: str, action: str) -> None:
        def work() -> None:
            outcome = self.world.work(action)
            # The crash that matters fits in between: committed, and nobody told.
            self.world.later(goal, WORK, lambda: self._reply(goal, action, outcome))

        self.world.later(goal, WORK, work)

    def _reply(self, goal: str, action: str, outcome: str) -> None:
        fill = "good" if outcome == "done" else "bad"
        self.world.send(goal, "order", f"{action}: {outcome}", lambda: self._replied(action, outcome), fill)

    def _replied(self, action: str, outcome: str) -> None:
        if action == self.asked and not self.over:  # else it is an old reply, come late or twice
            self._note(action, outcome)
            self.go_on()

    def _note(self, action: str, outcome: str) -> None:
        with self.world.log.transaction() as rows:
            rows["log"].append((action, outcome))
        self.asked = ""
        self.world.emit("noted", "order", action=action, outcome=outcome)
