"""The exercises of lesson 20, a file a subject."""
