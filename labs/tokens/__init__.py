"""Tokens, a room a concept: bytes with a signature (JWS), claims with an end (JWT). What they share is here."""
