"""The exercises on load balancing, a file a subject."""
