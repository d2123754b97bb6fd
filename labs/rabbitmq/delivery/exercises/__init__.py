"""The exercises on delivery, a file a subject."""
