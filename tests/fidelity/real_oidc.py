"""npm's oidc-provider for the tests: a real OpenID provider as a process on 127.0.0.1, and Ada's browser at it.

    with oidc_provider(clients) as issuer:
        back = Browser().go(url, until=CALLBACK)

The package and what it needs come from npm, by the lock file in oidc/, and stay in a cache outside the tree.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from labs.tokens.examples import example_jwk
from tests.ports import free_port

HERE = Path(__file__).with_name("oidc")
ROOT = HERE.parent.parent.parent
VERSION = json.loads((HERE / "package.json").read_text())["dependencies"]["oidc-provider"]
ALGS = ("RS256", "PS256", "ES256", "Ed25519")  # what it signs ID tokens with here, a key each


class Missing(RuntimeError):
    """There is nothing to start; the message says in one line what to get."""


def node() -> Path:
    """The folder with node and npm: the one that the hub's or the website's environment brings, else the system's."""
    for name in (".venv-hub", ".venv-site"):
        if (ROOT / name / "bin" / "node").exists():
            return ROOT / name / "bin"
    if (found := shutil.which("node")) and shutil.which("npm", path=str(Path(found).parent)):
        return Path(found).parent
    raise Missing("oidc-provider needs node and npm: `make env-hub` brings them")


def modules() -> Path:
    """The folder that has oidc-provider, filled by npm the first time. Missing if npm or the network is."""
    tools = node()
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "run-break-rebuild"
    folder = home / f"oidc-provider-{VERSION}"
    if not (folder / "package-lock.json").exists():
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home) as made:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, made)
            done = subprocess.run(
                [tools / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
                cwd=made, env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
                capture_output=True, text=True, timeout=300,
            )  # fmt: skip
            if done.returncode:
                reason = next(iter((done.stderr or done.stdout).splitlines()), "no reason given")
                raise Missing(f"oidc-provider comes from npm, once; npm says: {reason[-160:]}")
            if not folder.is_dir():  # else another run was quicker
                shutil.copytree(made, folder)
    return folder


@contextmanager
def oidc_provider(clients: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A provider with these clients; yields its issuer. It ends with the block."""
    folder, port = modules(), free_port()
    jwks = {"keys": [example_jwk(alg, kid=alg) | {"use": "sig"} for alg in ALGS]}
    config = {"port": port, "jwks": jwks, "clients": clients, "modules": str(folder)}
    command = [node() / "node", HERE / "server.mjs", json.dumps(config)]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout
            if process.stdout.readline().strip() != "ready":
                errors.seek(0)
                raise AssertionError(f"oidc-provider did not start: {errors.read()[-2000:]}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)
            if process.stdout:
                process.stdout.close()


class Browser:
    """A browser in which Ada logs in and agrees, wherever she is asked to."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.answer: requests.Response | None = None

    def go(self, url: str, until: str) -> str:
        """Follow redirects and fill in forms up to a URL that begins with `until`: that URL, or "" at an error page."""
        form: dict[str, str] | None = None
        for _ in range(20):
            if url.startswith(until):
                return url
            method = "GET" if form is None else "POST"
            self.answer = answer = self.session.request(method, url, data=form, allow_redirects=False, timeout=60)
            form = None
            if "location" in answer.headers:
                url = urljoin(url, answer.headers["location"])
                continue
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            action = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
            if answer.status_code != 200 or prompt is None or action is None:
                return ""
            form = {"prompt": prompt[1], "login": "ada", "password": "an example only"}
            url = urljoin(url, action[1])
        raise AssertionError(f"no end of redirects, at {url}")
