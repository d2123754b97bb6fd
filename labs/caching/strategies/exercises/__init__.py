"""The exercises on caching strategies, a file a subject."""
