"""One request as bytes: what each layer shows, and what filters, proxies and tunnels do to it."""
