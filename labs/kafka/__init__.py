"""Kafka, a room a concept. What several rooms share stands here: the real cluster, its stand-in, the sources."""
