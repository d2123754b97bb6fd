"""OAuth 2: who may do what on whose behalf, and how they prove it."""
