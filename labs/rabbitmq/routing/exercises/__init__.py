"""The exercises on routing, a file a subject."""
