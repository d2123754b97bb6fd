"""Sagas: one piece of business in several databases."""
