"""Free ports, and brokers in network namespaces of their own, so that one of them can be cut off.

Each broker has a namespace with one cable (a veth pair) to a bridge. The host stands at the bridge with two addresses:
.1 for clients and .2 for the controllers, so that the one can be cut without the other. All of it is in 10.0.0.0/8 and
in this machine.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path


@functools.cache
def why_not_apart() -> str | None:
    """Why no namespaces can be created here, in one line; None if they can."""
    if shutil.which("ip") is None:
        return "cutting brokers off needs network namespaces: apt-get install iproute2"
    if os.geteuid() != 0:
        return "cutting brokers off needs network namespaces: run the tests as root"
    name = f"rk{os.getpid()}t"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return "cutting brokers off needs network namespaces, which cannot be created here" if made.returncode else None


class Network:
    """One bridge, and a namespace per broker."""

    def __init__(self, brokers: int) -> None:
        _remove_leftovers()
        pid = os.getpid()
        self.name, self.brokers = f"rk{pid}", range(1, brokers + 1)
        self.net = f"10.{100 + pid % 100}.{pid // 100 % 250}"
        self.controllers = f"{self.net}.2"
        _ip(f"link add {self.name} type bridge")
        for address in (f"{self.net}.1", self.controllers):
            _ip(f"addr add {address}/24 dev {self.name}")
        _ip(f"link set {self.name} up")
        for broker in self.brokers:
            inside, cable = self.namespace(broker), self._cable(broker)
            _ip(f"netns add {inside}")
            _ip(f"link add {cable} type veth peer name eth0 netns {inside}")
            _ip(f"link set {cable} master {self.name} up")
            _ip(f"-n {inside} addr add {self.address(broker)}/24 dev eth0")
            _ip(f"-n {inside} link set lo up")
            _ip(f"-n {inside} link set eth0 up")

    def address(self, broker: int) -> str:
        """Where it listens."""
        return f"{self.net}.{10 + broker}"

    def namespace(self, broker: int) -> str:
        """Where it runs."""
        return f"{self.name}b{broker}"

    def cut_off(self, broker: int, clients: bool) -> None:
        """Drop what it sends to the others, so what they send gets no answer. With `clients`, pull the cable."""
        if clients:
            _ip(f"link set {self._cable(broker)} down")
        for other in self._others(broker):
            _ip(f"-n {self.namespace(broker)} route replace blackhole {other}/32")

    def slow(self, broker: int) -> None:
        """Drop what it sends to the other brokers: it cannot fetch. The controllers still hear from it."""
        for other in self._others(broker)[1:]:
            _ip(f"-n {self.namespace(broker)} route replace blackhole {other}/32")

    def heal(self, broker: int) -> None:
        """Put everything back."""
        for other in self._others(broker):
            _ip(f"-n {self.namespace(broker)} route del blackhole {other}/32", check=False)
        _ip(f"link set {self._cable(broker)} up")

    def close(self) -> None:
        """Remove cables, namespaces and the bridge."""
        for broker in self.brokers:
            _ip(f"link del {self._cable(broker)}", check=False)
            _ip(f"netns del {self.namespace(broker)}", check=False)
        _ip(f"link del {self.name}", check=False)

    def _cable(self, broker: int) -> str:
        return f"{self.name}v{broker}"

    def _others(self, broker: int) -> list[str]:
        return [self.controllers, *(self.address(other) for other in self.brokers if other != broker)]


def _ip(words: str, check: bool = True) -> None:
    subprocess.run(["ip", *words.split()], check=check, capture_output=True)


def _remove_leftovers() -> None:
    """Of a run that was killed: its name holds the id of a process that is no more."""
    for kind, folder in (("netns", "/run/netns"), ("link", "/sys/class/net")):
        with suppress(OSError):
            for entry in Path(folder).iterdir():
                ours = re.fullmatch(r"rk(\d+)[btv]?\d*", entry.name)
                if ours and not Path(f"/proc/{ours[1]}").exists():
                    _ip(f"{kind} del {entry.name}", check=False)
