"""Queues: what they absorb, and what they only hide."""
