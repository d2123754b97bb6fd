"""Caching: a small fast store in front of a large slow one, and what keeps the two telling the same story."""
