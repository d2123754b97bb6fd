"""Retention, compaction, replay: what a log keeps, what it drops, and how it is read again."""
