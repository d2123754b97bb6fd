"""A Jupyter server extension: what a kernel answers is sent at once.

Jupyter leaves Nagle's algorithm on for a kernel's WebSocket. A picture that needs more than one packet then waits for
the browser to acknowledge the first, which the browser puts off for 40 ms: time in which nobody works. `make lab`
enables this. A hub or another server does so with

    jupyter server extension enable labs.kit.serving --sys-prefix

or, in jupyter_server_config.py, `c.ServerApp.jpserver_extensions = {"labs.kit.serving": True}`. Where a server has
learnt to do it by itself, nothing changes.
"""

from __future__ import annotations

from functools import wraps
from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "labs.kit.serving"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by the server when it starts."""
    try:
        from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
    except ImportError:  # an older or a newer server keeps it elsewhere, and works as before
        server.log.info("The course's pictures answer some 40 ms later: this Jupyter server has another WebSocket.")
        return
    send_at_once(KernelWebsocketHandler)


def send_at_once(handler: Any) -> None:
    """From now on a WebSocket of this class turns Nagle's algorithm off as soon as it is open."""
    as_it_was = handler.open
    if getattr(as_it_was, "sends_at_once", False):
        return

    @wraps(as_it_was)
    def open_it(self: Any, *arguments: Any, **named: Any) -> Any:
        self.set_nodelay(True)
        return as_it_was(self, *arguments, **named)

    open_it.sends_at_once = True  # type: ignore[attr-defined]
    handler.open = open_it
