"""The exercises on JWT, a file a subject."""
