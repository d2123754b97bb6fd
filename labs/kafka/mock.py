"""A Kafka cluster inside this process: the mock that librdkafka, the library under confluent-kafka, brings along.

It listens on 127.0.0.1, keeps records in memory and is gone when the `with` block ends. Real clients talk to it over
the real protocol; elections, replication and retention are not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from labs.kit.not_here import NotHere


@contextmanager
def mock_cluster(
    topics: Mapping[str, int], *, brokers: int = 1, join_delay: float = 1.5, round_trip: float = 0.02
) -> Iterator[str]:
    """Run a Kafka cluster with these topics, {name: number of partitions}; gives its bootstrap address, "127.0.0.1:…".

    A new group waits `join_delay` seconds for more members (group.initial.rebalance.delay.ms; 3 s on a real broker): a
    client may take a second to look its topics up. Each answer takes `round_trip` seconds: without that the leader may
    hand its assignment in before the others ask for theirs, and the mock refuses those who come late. Either way the
    group would begin again and take five seconds longer.
    NotHere if the client library is missing, or cannot start a cluster or make topics with so many partitions.
    """
    for topic, partitions in topics.items():
        if not 1 <= partitions <= 10_000:
            raise ValueError(f"a real topic has between 1 and 10,000 partitions, so {topic!r} cannot have {partitions}")
    lib = _c_library()
    if lib is None:
        yield from _hosted_by_a_producer(topics, brokers)
        return
    settings = lib.rd_kafka_conf_new()
    lib.rd_kafka_conf_set_log_cb(settings, None)  # a lesson's output is not the place for a client's log
    with ExitStack() as made:  # torn down from the end, and only what is there
        client = lib.rd_kafka_new(0, settings, None, 0)
        if not client:
            lib.rd_kafka_conf_destroy(settings)  # else the client owns it
            raise NotHere("The client library would not start a client to run the mock cluster with.")
        made.callback(lib.rd_kafka_destroy, client)
        cluster = lib.rd_kafka_mock_cluster_new(client, brokers)
        if not cluster:
            raise NotHere(f"The client library would not start a mock cluster of {brokers} brokers.")
        made.callback(lib.rd_kafka_mock_cluster_destroy, cluster)
        lib.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, int(join_delay * 1000))
        lib.rd_kafka_mock_broker_set_rtt(cluster, -1, int(round_trip * 1000))  # -1: every broker
        for topic, partitions in topics.items():
            if lib.rd_kafka_mock_topic_create(cluster, topic.encode(), partitions, brokers):
                raise NotHere(f"The mock cluster would not make the topic {topic!r} with {partitions} partitions.")
        yield lib.rd_kafka_mock_cluster_bootstraps(cluster).decode()


def _c_library() -> Any:
    """librdkafka's C functions that run a mock cluster; None where they cannot be reached."""
    import ctypes

    try:
        from confluent_kafka import cimpl
    except ImportError as missing:
        raise NotHere(
            "The real thing needs the package confluent-kafka (pip install confluent-kafka); the models do without."
        ) from missing
    pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    functions: dict[str, tuple[Any, list[Any]]] = {
        "rd_kafka_conf_new": (pointer, []),
        "rd_kafka_conf_set_log_cb": (None, [pointer, pointer]),
        "rd_kafka_conf_destroy": (None, [pointer]),
        "rd_kafka_new": (pointer, [number, pointer, text, ctypes.c_size_t]),
        "rd_kafka_destroy": (None, [pointer]),
        "rd_kafka_mock_cluster_new": (pointer, [pointer, number]),
        "rd_kafka_mock_cluster_destroy": (None, [pointer]),
        "rd_kafka_mock_cluster_bootstraps": (text, [pointer]),
        "rd_kafka_mock_topic_create": (number, [pointer, text, number, number]),
        "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [pointer, ctypes.c_int32]),
        "rd_kafka_mock_broker_set_rtt": (number, [pointer, ctypes.c_int32, number]),
    }
    try:
        # Python's extension module is linked to librdkafka: what is looked for in the one is found in the other, so the
        # two are always of one version, wherever they are installed. (Not on Windows, which looks in one file only.)
        library = ctypes.CDLL(cimpl.__file__)
        for name, (result, arguments) in functions.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError):
        return None
    return library


def _hosted_by_a_producer(topics: Mapping[str, int], brokers: int) -> Iterator[str]:
    """The way without C functions: a producer hosts the cluster, and every topic has the mock's four partitions."""
    from confluent_kafka import Producer

    for topic, partitions in topics.items():
        if partitions != 4:
            raise NotHere(
                f"Here the mock cluster makes topics of 4 partitions only, so not {topic!r} with {partitions}."
            )
    host = Producer({"test.mock.num.brokers": brokers, "log_level": 0})
    for topic in topics:
        host.list_topics(topic, timeout=10)  # asking for a topic makes it
    yield ",".join(f"{b.host}:{b.port}" for b in host.list_topics(timeout=10).brokers.values())
