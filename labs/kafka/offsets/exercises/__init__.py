"""The exercises on offsets and delivery, a file a subject."""
