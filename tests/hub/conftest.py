"""A real JupyterHub on this machine, with the course's own configuration and users that need no password."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port
from tools.lesson import ROOT

HUB = ROOT / ".venv-hub" / "bin"
OVERLAY = """
load_subconfig({config!r})
c.JupyterHub.authenticator_class = "dummy"       # any name, any password: this hub is a test's
c.JupyterHub.spawner_class = "simple"            # no users of the machine's own; each has a folder for a home
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret_file = {place!r} + "/cookie"
c.ConfigurableHTTPProxy.pid_file = {place!r} + "/proxy.pid"
c.JupyterHub.log_level = "WARN"
c.Spawner.args = ["--log-level=INFO"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300   # seconds, on a busy machine
"""


class User:
    """Somebody's browser."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name, self.cookies = hub, name, CookieJar()
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self._login()

    def ask(self, path: str, body: Any = None) -> str:
        """A request with this browser's cookies; HTTPError where it is refused."""
        form = isinstance(body, bytes)
        data = body if form or body is None else json.dumps(body).encode()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        headers = {"Content-Type": kind, "X-XSRFToken": self.cookie("_xsrf", path)}
        request = urllib.request.Request(self.hub.url + path, data, headers if data else {})
        with self._browser.open(request, timeout=120) as answer:
            return str(answer.read().decode())

    def cookie(self, name: str, path: str) -> str:
        """The value of the cookie that would be sent there; empty if there is none."""
        fitting = [c for c in self.cookies if c.name == name and f"/{path}".startswith(c.path)]
        return max(fitting, key=lambda c: len(c.path)).value or "" if fitting else ""

    def _login(self) -> None:
        page = self.ask("hub/login")
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)
        form = {"username": self.name, "password": "x", "_xsrf": xsrf[1] if xsrf else ""}
        self.ask("hub/login", urllib.parse.urlencode(form).encode())

    def start(self) -> None:
        """Have the hub start this user's server, and wait until it answers."""
        self.ask(f"hub/spawn/{self.name}")
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            try:
                self.ask(f"user/{self.name}/lab")  # by way of the hub, which says who asks (OAuth)
                self.ask(f"user/{self.name}/api/status")
                return
            except (OSError, json.JSONDecodeError):  # refused, or not in time
                time.sleep(0.5)
        raise TimeoutError(f"{self.name}'s server did not start: {self.hub.log.read_text()[-3000:]}")

    def run(self, *sources: str) -> list[str]:
        """Run these cells in a kernel of their own, one after the other; what each printed, or its error."""
        from tornado.httpclient import HTTPRequest
        from tornado.ioloop import IOLoop
        from tornado.websocket import websocket_connect

        kernel = json.loads(self.ask(f"user/{self.name}/api/kernels", {}))["id"]
        address = f"{self.hub.url}user/{self.name}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
        path = f"user/{self.name}/"
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.cookies if f"/{path}".startswith(c.path))

        async def talk() -> list[str]:
            socket = await websocket_connect(
                HTTPRequest(address, headers={"Cookie": cookies}, connect_timeout=120, request_timeout=300)
            )
            told = []
            for number, source in enumerate(sources):
                head = {"msg_id": f"m{number}", "msg_type": "execute_request", "username": "", "session": "s",
                        "date": "", "version": "5.3"}  # fmt: skip
                content = {"code": source, "silent": False}
                await socket.write_message(json.dumps(
                    {"header": head, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
                ))  # fmt: skip
                said = ""
                while True:
                    message = json.loads(await socket.read_message() or "{}")
                    if message.get("parent_header", {}).get("msg_id") != f"m{number}":
                        continue
                    if message["msg_type"] == "stream":
                        said += message["content"]["text"]
                    elif message["msg_type"] == "error":
                        said += f"{message['content']['ename']}: {message['content']['evalue']}"
                    elif message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                        break
                told.append(said)
            socket.close()
            return told

        loop = IOLoop()
        try:
            return list(loop.run_sync(talk, timeout=300))
        finally:
            loop.close(all_fds=True)


class Hub:
    """A JupyterHub that runs."""

    def __init__(self, place: Path, course: Path) -> None:
        self.homes, self.log = place / "homes", place / "hub.log"
        self.url = f"http://127.0.0.1:{free_port()}/"
        config = place / "config.py"
        config.write_text(OVERLAY.format(
            config=str(course / "deploy" / "jupyterhub_config.py"), homes=str(self.homes), place=str(place),
            hub_port=free_port(), proxy_port=free_port(),
        ))  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("COURSE_", "PYTHON", "JUPYTER"))}
        environment |= {"HUB_URL": self.url}
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [HUB / "jupyterhub", "-f", config], cwd=place, env=environment, stdout=log, stderr=log
            )

    def ready(self) -> Hub:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url + "hub/health", timeout=60)
                return self
            except OSError:
                time.sleep(0.3)
        raise TimeoutError(f"the hub did not start: {self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The hub, on a checkout of the course that nobody writes in."""
    if not (HUB / "configurable-http-proxy").exists():
        pytest.skip("no JupyterHub here: make env-hub")
    place = tmp_path_factory.mktemp("hub")
    course = place / "course"
    for folder in ("labs", "tools", "notebooks", "deploy"):
        shutil.copytree(ROOT / folder, course / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", course)
    hub = Hub(place, course)
    try:
        yield hub.ready()
    finally:
        hub.stop()
