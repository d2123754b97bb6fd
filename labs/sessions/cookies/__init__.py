"""Cookies: what a browser takes, keeps and sends; fixation, theft and forged posts."""
