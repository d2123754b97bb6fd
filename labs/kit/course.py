"""The course as a table: every lesson, its part, what it builds on, and its exercises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PARTS = ("Start", "Taking a system apart", "Messages", "In between", "Caching", "Identity", "Capstone")


@dataclass(frozen=True)
class Lesson:
    """`file` is the notebook's name without its ending, empty as long as the lesson is to come; `core` are the
    exercises that make the lesson done, `further` those of its sections that go further. Where no exercise is in the
    core, the predictions in `rounds` make it done.
    """

    number: str
    part: int
    title: str
    builds_on: tuple[str, ...] = ()
    file: str = ""
    core: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()

    @property
    def exercises(self) -> tuple[str, ...]:
        """All of its exercises, in the order of the lesson."""
        return self.core + self.further


LESSONS = (
    Lesson("00", 0, "Start here", (), "00_start_here", ("queues-workers",)),
    Lesson(
        "01", 1, "Strangler fig", ("00",), "01_strangler_fig", ("patterns-bucket", "patterns-route", "patterns-ramp"),
    ),
    Lesson(
        "02", 1, "Saga", ("00",), "02_saga", ("patterns-next-action", "patterns-take", "patterns-undo"),
    ),
    Lesson(
        "03", 1, "CQRS", ("02",), "03_cqrs", ("patterns-relay", "patterns-project", "patterns-own-writes"),
        ("patterns-rebuild",),
    ),
    Lesson(
        "04", 2, "Why a queue", ("00",), "04_why_a_queue",
        ("queues-drain", "queues-bounded"), ("queues-backoff", "queues-latest"),
    ),
    Lesson(
        "05", 2, "Partitions, keys", ("00",), "05_topics_partitions_keys",
        ("kafka-murmur2", "kafka-partition-for", "kafka-moved-keys"), ("kafka-salt",),
    ),
    Lesson(
        "06", 2, "Consumer groups", ("00",), "06_kafka_groups", ("kafka-range",),
        ("kafka-round-robin", "kafka-sticky", "kafka-capacity"),
    ),
    Lesson(
        "07", 2, "Offsets, delivery", ("06",), "07_kafka_offsets",
        ("kafka-commit", "kafka-loop"), ("kafka-resume", "kafka-sink"),
    ),
    Lesson(
        "08", 2, "Replication", ("07",), "08_replication",
        ("kafka-watermark", "kafka-elect", "kafka-truncate"), ("kafka-choose-acks",),
    ),
    Lesson(
        "09", 2, "Retention", ("08",), "09_retention",
        ("kafka-retain", "kafka-compact", "kafka-offset-for-time"), ("kafka-rebuild",),
    ),
    Lesson(
        "10", 2, "Failing records", ("07",), "10_failing_records",
        ("kafka-retry", "kafka-hand-off", "kafka-redrive"),
    ),
    Lesson(
        "11", 2, "RabbitMQ", ("04", "06"), "11_rabbitmq",
        ("rabbitmq-topic", "rabbitmq-retry"), ("rabbitmq-dispatch", "rabbitmq-headers"),
    ),
    Lesson(
        "12", 3, "Forward proxy", ("00",), "12_forward_proxy",
        ("proxies-fresh-for", "proxies-collapse", "proxies-may-connect"), ("proxies-pass-on",),
    ),
    Lesson(
        "13", 3, "Load balancing", ("00",), "13_load_balancing",
        ("proxies-smooth-weighted", "proxies-health"), ("proxies-least-connections",),
    ),
    Lesson(
        "14", 3, "VPN, firewall", ("00",), "14_proxy_vpn_firewall",
        ("proxies-packet-filter", "proxies-stateful", "proxies-client-address"),
    ),
    Lesson(
        "15", 4, "Why a cache", ("00",), "15_what_a_cache_buys",
        ("caching-lru", "caching-jitter"), ("caching-single-flight", "caching-s3-fifo"),
    ),
    Lesson(
        "16", 4, "Cache strategies", ("00",), "16_caching_strategies",
        ("caching-read", "caching-write"),
        ("caching-leases", "caching-read-through", "caching-schedule", "caching-flush"),
    ),
    Lesson(
        "17", 4, "Distributed cache", ("16",), "17_distributed_cache",
        ("caching-ring-lookup", "caching-replicas", "caching-rendezvous"), ("caching-bounded",),
    ),
    Lesson(
        "18", 5, "Sessions, tokens", ("00",), "18_sessions_tokens",
        ("sessions-out", "sessions-log-in"), ("sessions-signed", "sessions-samesite"),
    ),
    Lesson(
        "19", 5, "JWT by the byte", ("00",), "19_jwt",
        ("tokens-base64url", "tokens-sign", "tokens-verify"), ("tokens-kid",),
    ),
    Lesson(
        "20", 5, "JWT under attack", ("19",), "20_jwt_attacks",
        ("tokens-guard", "tokens-revoked", "tokens-key-cache"),
    ),
    Lesson(
        "21", 5, "OAuth 2", ("19",), "21_oauth2",
        ("oauth-pkce", "oauth-token", "oauth-refresh"), ("oauth-callback",),
    ),
    Lesson(
        "22", 6, "Capstone", ("02", "03", "04", "07", "08", "10", "11", "12", "13", "16", "20"), "22_one_order",
        (), ("shop-audit",),
        ("shop-sale", "shop-slow", "shop-cache", "shop-race", "shop-killed", "shop-crashed", "shop-poison",
         "shop-twice", "shop-rotation", "shop-broker"),
    ),
)  # fmt: skip


def graph() -> Any:
    """The lessons as a networkx.DiGraph: an edge leads from a lesson to one that builds on it."""
    import networkx

    course: Any = networkx.DiGraph()
    course.add_nodes_from(lesson.number for lesson in LESSONS)
    course.add_edges_from((before, lesson.number) for lesson in LESSONS for before in lesson.builds_on)
    return course


def standing(lesson: Lesson, passed: set[str]) -> str:
    """Where the learner stands: "to come", "open", "begun", "done" (the core) or "all done".

    `passed` are the exercises that passed and the predictions that were recorded.
    """
    if not lesson.file:
        return "to come"
    core = lesson.core or lesson.rounds
    if passed.issuperset(core):
        return "all done" if passed.issuperset(lesson.exercises) else "done"
    return "begun" if passed.intersection(core + lesson.exercises) else "open"
