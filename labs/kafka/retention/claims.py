"""What the notes claim about retention and replay, each sentence put to a run."""

from __future__ import annotations

from labs.kafka.retention.keeping import keep
from labs.kafka.retention.kept import left, log_start, missed, most_age
from labs.kafka.retention.predictions import ASLEEP, THREE_MINUTES
from labs.kafka.sources import COMPACTION, CONSUMER_CONFIG, TOPIC_CONFIG
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault

NOTES = Ledger("09")


@NOTES.says(
    "kafka-two-policies",
    "Kafka supports different retention policies, such as time-based and size-based.",
    TOPIC_CONFIG,
    COMPACTION,
)
def two_policies() -> Finding:
    """One log under each."""
    by_time = log_start(keep(retention=60))
    by_size = log_start(keep(retention=None, retention_bytes=1000))
    return (
        {
            "retention.ms 60 s: log start after four minutes": str(by_time),
            "retention.bytes 1000: log start after four minutes": str(by_size),
        },
        by_time > 0 and by_size > 0,
        "Both may be set; then whichever is reached first counts. The third policy, compaction, keeps the newest "
        "record of each key, with or without the other two.",
    )


@NOTES.says(
    "kafka-until-segment-full",
    "Messages can be retained for a specific duration, or until the log segment reaches a certain size.",
    TOPIC_CONFIG,
)
def until_segment_full() -> Finding:
    """How old records get, and what happens when a segment is full."""
    oldest = {size: most_age(keep(retention=60, segment_bytes=size)) for size in (300, 600)}
    full = keep(retention=None, segment_bytes=300)
    gone = len(full.of("append")) - len(left(full))
    return (
        {
            **{f"retention.ms 60 s, segment.bytes {n}: oldest record": f"{age:g} s" for n, age in oldest.items()},
            "no limit, segment.bytes 300: segments begun, records gone": f"{len(full.of('roll'))}, {gone}",
        },
        {"for that duration, and no longer": max(oldest.values()) <= 65, "until the segment is full": gone > 0},
        "A record can live much longer: a segment goes as a whole, when its newest record is too old. "
        "And a full segment is only closed. What deletes by size is retention.bytes, which applies to the whole "
        "partition.",
    )


@NOTES.says(
    "kafka-replay-kept",
    "Kafka stores messages for a configurable period, so consumers can replay them if needed.",
    TOPIC_CONFIG,
    CONSUMER_CONFIG,
)
def replay_kept() -> Finding:
    """A reader that comes late, and one that comes too late."""
    late = keep(**THREE_MINUTES, faults=[Fault(100, "begin", "c2")], until=180)
    read = [offset for e in late.of("poll", who="c2") for offset in e["offsets"]]
    lost, _ = missed(keep(faults=ASLEEP, reset="earliest"))
    return (
        {
            "c2 begins at 100 s, and reads from": str(read[0]),
            "c1 slept longer than the records were kept: deleted unread": str(lost),
        },
        {"whoever comes in time can read again": read[0] == 0, "and nobody misses anything": lost == 0},
        "Reading removes nothing, so anyone may read again, as long as the records are there. Retention does not wait "
        "for a slow reader.",
    )
