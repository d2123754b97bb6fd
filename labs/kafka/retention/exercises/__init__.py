"""The exercises on retention, compaction and replay, a file a subject."""
