"""The exercise on closing an account."""
