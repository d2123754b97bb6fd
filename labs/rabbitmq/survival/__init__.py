"""Durable, persistent, confirmed: what is left of a message after the broker was killed."""
