"""Hashing shared by families: the ring on which servers and keys have their places."""
