"""The exercises of lesson 21: `pkce`, the `token` endpoint, `refresh` rotation and the client's `callback`."""
