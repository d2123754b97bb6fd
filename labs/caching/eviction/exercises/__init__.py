"""The exercises of this room, one a file."""
