"""The exercises on failing records, a file a subject."""
