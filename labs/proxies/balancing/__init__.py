"""A reverse proxy that spreads requests over servers: who is picked, who is ejected, who is tried again."""
