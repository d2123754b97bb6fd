"""The pictures of the lessons on proxies, a file a lesson."""
