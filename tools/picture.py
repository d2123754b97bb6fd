"""The picture of the README, made by the course itself: `python -m tools.picture` draws docs/lesson06.svg anew."""

from pathlib import Path

from labs.kafka.groups.picture import draw_group
from labs.kafka.groups.rebalance import rebalance
from labs.kit.picture.storyboard import storyboard
from labs.kit.trace import Fault

PLACE = Path(__file__).resolve().parent.parent / "docs" / "lesson06.svg"
MOMENT = 22.9  # a fourth consumer has joined at 20 s, and the group has not settled yet


def picture() -> str:
    """The same group, the same moment, under both protocols: one stands still, the other reads on."""
    sides = []
    for protocol in ("eager", "cooperative"):
        trace = rebalance(consumers=3, partitions=6, protocol=protocol, faults=[Fault(20, "join", "c4")], until=45)
        sides.append((protocol, draw_group(trace)))
    return storyboard(sides, [MOMENT])[0] + "\n"


if __name__ == "__main__":
    PLACE.write_text(picture(), encoding="utf-8")
