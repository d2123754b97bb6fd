"""Pace: one side sends faster than the other works, and the rest waits in a queue."""
