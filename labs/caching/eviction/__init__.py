"""Lesson 15: what a cache evicts when it is full, what a cache of this size is worth, and where caches are."""
