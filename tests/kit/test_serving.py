"""The server extension: it turns Nagle's algorithm off, is found by `make lab`, and never stops a server."""

import logging
import sys

from jupyter_server.extension.config import ExtensionConfigManager
from jupyter_server.extension.manager import ExtensionPackage
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from labs.kit import serving
from tests.kit.aside import run
from tools.lab import ROOT


class Socket:
    """A WebSocket as tornado makes it: it can be set once it is open."""

    def __init__(self):
        self.heard = []

    def set_nodelay(self, on):
        self.heard.append(("nodelay", on))

    async def open(self, kernel_id):
        self.heard.append(("open", kernel_id))


async def opened(socket):
    await socket.open("k1")
    return socket.heard


def test_a_socket_sends_at_once_and_opens_as_before():
    class Handler(Socket):
        pass

    for _ in range(2):  # a server that loads it twice turns it on once
        serving.send_at_once(Handler)
    assert run(opened(Handler())) == [("nodelay", True), ("open", "k1")]


def test_it_is_jupyters_own_socket_that_is_changed(monkeypatch):
    monkeypatch.setattr(KernelWebsocketHandler, "open", KernelWebsocketHandler.open)  # put back afterwards
    serving._load_jupyter_server_extension(None)
    assert KernelWebsocketHandler.open.sends_at_once


def test_a_server_that_keeps_its_socket_elsewhere_starts_all_the_same(monkeypatch, caplog):
    class Server:
        log = logging.getLogger("server")

    monkeypatch.setitem(sys.modules, "jupyter_server.services.kernels.websocket", None)
    with caplog.at_level(logging.INFO):
        serving._load_jupyter_server_extension(Server())
    assert "another WebSocket" in caplog.text


def test_make_lab_enables_it():
    manager = ExtensionConfigManager(read_config_path=[str(ROOT / "tools" / "jupyter")])
    assert manager.get_jpserver_extensions() == {"labs.kit.serving": True}
    assert ExtensionPackage(name="labs.kit.serving").validate()
