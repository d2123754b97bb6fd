"""One user, several servers: who is let in, and what each check costs."""
