"""Replication: brokers that keep copies of a partition, who leads, what is acknowledged, and what can be lost."""
