"""The pictures of the queue lessons, a file a lesson."""
