"""The exercises on consumer groups, a file a subject."""
