"""Lesson 15: a thousand requests miss the same entry at once, and five ways to meet them."""
