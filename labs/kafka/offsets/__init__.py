"""Offsets: what a group has read, what it has committed, and what a crash between the two costs."""
