"""A learner's code, run so that it harms nothing, and what is said of it where it breaks off."""
