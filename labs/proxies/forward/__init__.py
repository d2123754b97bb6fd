"""A forward proxy: it acts for clients, and goes wherever its rules let them."""
