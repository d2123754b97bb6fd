"""Buffer: a queue between those who send and those who work, what it can do for them, and what it cannot."""
