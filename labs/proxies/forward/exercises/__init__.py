"""The exercises on forward proxies, a file a subject."""
