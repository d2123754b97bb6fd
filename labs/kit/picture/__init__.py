"""What is drawn: a scene of parts, and what becomes of them in time."""
