"""Kafka, a room a concept: consumer groups, offsets. What two rooms share stands here."""
