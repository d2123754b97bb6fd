"""Retention, compaction, replay: lesson 09."""
