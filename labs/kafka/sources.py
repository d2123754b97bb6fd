"""Where the Kafka lessons have their facts from: (title, address), to cite in a claim."""

_KIPS = "https://cwiki.apache.org/confluence/display/KAFKA/"

KAFKA_CONSUMER = (
    "KafkaConsumer javadoc (4.0)",
    "https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/consumer/KafkaConsumer.html",
)
CONSUMER_CONFIG = ("Consumer configuration (4.0)", "https://kafka.apache.org/40/documentation.html#consumerconfigs")
REBALANCE_DOCS = (
    "Consumer rebalance protocol (4.0)",
    "https://kafka.apache.org/40/documentation.html#consumer_rebalance_protocol",
)
OFFSET_TRACKING = (
    "Implementation: consumer offset tracking",
    "https://kafka.apache.org/40/documentation.html#impl_offsettracking",
)
DELIVERY = ("Design: message delivery semantics", "https://kafka.apache.org/40/documentation.html#semantics")
KIP_98 = (
    "KIP-98, exactly once delivery and transactional messaging",
    _KIPS + "KIP-98+-+Exactly+Once+Delivery+and+Transactional+Messaging",
)
KIP_345 = (
    "KIP-345, static membership",
    _KIPS + "KIP-345%3A+Introduce+static+membership+protocol+to+reduce+consumer+rebalances",
)
KIP_392 = (
    "KIP-392, fetching from the closest replica",
    _KIPS + "KIP-392%3A+Allow+consumers+to+fetch+from+closest+replica",
)
KIP_429 = (
    "KIP-429, incremental cooperative rebalancing",
    _KIPS + "KIP-429%3A+Kafka+Consumer+Incremental+Rebalance+Protocol",
)
KIP_500 = (
    "KIP-500, replace ZooKeeper with a self-managed metadata quorum",
    _KIPS + "KIP-500%3A+Replace+ZooKeeper+with+a+Self-Managed+Metadata+Quorum",
)
KIP_848 = (
    "KIP-848, the next generation of the rebalance protocol",
    _KIPS + "KIP-848%3A+The+Next+Generation+of+the+Consumer+Rebalance+Protocol",
)

PRODUCER_CONFIG = (
    "Producer configuration (4.0): partitioner.class",
    "https://kafka.apache.org/40/documentation.html#producerconfigs_partitioner.class",
)
PRODUCER_RECORD = (
    "ProducerRecord javadoc (4.0)",
    "https://kafka.apache.org/40/javadoc/org/apache/kafka/clients/producer/ProducerRecord.html",
)
REPLICATION = ("Design: replication (4.0)", "https://kafka.apache.org/40/documentation.html#replication")
TOPIC_OPERATIONS = (
    "Adding and modifying topics (4.0)",
    "https://kafka.apache.org/40/documentation.html#basic_ops_modify_topic",
)
UPGRADE_4 = ("Upgrading to 4.0", "https://kafka.apache.org/40/documentation.html#upgrade_4_0_0")
KIP_405 = ("KIP-405, tiered storage", _KIPS + "KIP-405%3A+Kafka+Tiered+Storage")
KIP_480 = ("KIP-480, sticky partitioner", _KIPS + "KIP-480%3A+Sticky+Partitioner")
KIP_794 = ("KIP-794, strictly uniform sticky partitioner", _KIPS + "KIP-794%3A+Strictly+Uniform+Sticky+Partitioner")
TOPIC_CONFIG = ("Topic configuration (4.0)", "https://kafka.apache.org/40/documentation.html#topicconfigs")
COMPACTION = ("Design: log compaction", "https://kafka.apache.org/40/documentation.html#compaction")
KIP_298 = ("KIP-298, error handling in Connect (its dead-letter queue)", _KIPS + "KIP-298%3A+Error+Handling+in+Connect")
KIP_932 = ("KIP-932, queues for Kafka (share groups)", _KIPS + "KIP-932%3A+Queues+for+Kafka")
KIP_1034 = ("KIP-1034, dead letter queue in Kafka Streams", _KIPS + "KIP-1034%3A+Dead+letter+queue+in+Kafka+Streams")
KIP_1191 = ("KIP-1191, dead-letter queues for share groups", _KIPS + "KIP-1191%3A+Dead-letter+queues+for+share+groups")
REPROCESSING = (
    "Uber: reliable reprocessing and dead letter queues with Kafka",
    "https://www.uber.com/blog/reliable-reprocessing/",
)
ERROR_PATTERNS = (
    "Confluent: error handling patterns for Kafka applications",
    "https://www.confluent.io/blog/error-handling-patterns-in-kafka/",
)
KIP_966 = ("KIP-966, eligible leader replicas", _KIPS + "KIP-966%3A+Eligible+Leader+Replicas")
