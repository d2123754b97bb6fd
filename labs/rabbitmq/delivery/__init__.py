"""Queues, consumers, prefetch, acknowledgements and dead letters: what becomes of a message in its queue."""
