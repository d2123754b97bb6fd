"""The exercises of the lesson on replication."""
