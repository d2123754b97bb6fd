"""Where the lesson on RabbitMQ has its facts from: (title, address), to cite in a claim."""

_DOCS = "https://www.rabbitmq.com/docs/"

EXCHANGES = ("RabbitMQ: exchanges", _DOCS + "exchanges")
CONFIRMS = ("RabbitMQ: acknowledgements and publisher confirms", _DOCS + "confirms")
CONSUMERS = ("RabbitMQ: consumers", _DOCS + "consumers")
KAFKA_DESIGN = ("Kafka design: push vs. pull (4.0)", "https://kafka.apache.org/40/documentation.html#design_pull")
