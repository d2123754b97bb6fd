"""Kafka's pictures, a file a lesson: trace in, Scene out."""
