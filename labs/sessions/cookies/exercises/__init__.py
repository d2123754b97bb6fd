"""The exercises on logging in and on a signed cookie."""
