"""Lesson 15: a thousand requests miss the same entry at once, and four ways to prevent it."""
