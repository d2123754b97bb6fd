"""Brokers in network namespaces of their own, so that one of them can be cut off.

Each broker has a namespace with one cable (a veth pair) to a switch (a bridge), and the switch has one, where the
controllers run: clients can be cut without them, and they without clients. A last cable comes to this machine. It has
no address, only a route: when a machine's addresses change, Chromium lets go of all that it is loading
(ERR_NETWORK_CHANGED), and the browser's tests run beside these. All of it is in 10.0.0.0/8 and in this machine.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import socket
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
    """A switch in a namespace of its own, where the controllers run, and a namespace per broker."""

    def __init__(self, brokers: int) -> None:
        _remove_leftovers()
        pid = os.getpid()
        self.name, self.brokers = f"rk{pid}", range(1, brokers + 1)
        self.switch, self._leg = f"{self.name}s", f"{self.name}h"
        self.net = f"10.{100 + pid % 100}.{pid // 100 % 250}"
        self.controllers = f"{self.net}.2"
        _ip(f"netns add {self.switch}")
        self._at_switch("link add name switch0 type bridge")
        self._at_switch(f"addr add {self.controllers}/24 dev switch0")
        for device in ("lo", "switch0"):
            self._at_switch(f"link set {device} up")
        self._plug_in(self._leg)
        _ip(f"link set {self._leg} addrgenmode none", check=False)  # no IPv6 address; refused where there is no IPv6
        _ip(f"link set {self._leg} up")
        _ip(f"route add {self.net}.0/24 dev {self._leg}")
        host = self._host()
        self._at_switch(f"route add {host}/32 dev switch0")
        for broker in self.brokers:
            inside = self.namespace(broker)
            _ip(f"netns add {inside}")
            self._plug_in("eth0", inside, self._cable(broker))
            _ip(f"-n {inside} addr add {self.address(broker)}/24 dev eth0")
            for device in ("lo", "eth0"):
                _ip(f"-n {inside} link set {device} up")
            _ip(f"-n {inside} route add {host}/32 dev eth0")

    def address(self, broker: int) -> str:
        """Where it listens."""
        return f"{self.net}.{10 + broker}"

    def namespace(self, broker: int) -> str:
        """Where it runs."""
        return f"{self.name}b{broker}"

    def cut_off(self, broker: int, clients: bool) -> None:
        """Drop what it sends to the others, so what they send gets no answer. With `clients`, pull the cable."""
        if clients:
            self._at_switch(f"link set {self._cable(broker)} down")
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
        self._at_switch(f"link set {self._cable(broker)} up")

    def close(self) -> None:
        """Remove the namespaces, and the cables with them."""
        _ip(f"link del {self._leg}", check=False)
        for namespace in (*map(self.namespace, self.brokers), self.switch):
            _ip(f"netns del {namespace}", check=False)

    def _host(self) -> str:
        """The address from which this machine speaks to the brokers: its own; a new one only if it has none."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, suppress(OSError):
            one.connect((self.controllers, 9))  # sends nothing
            if not (address := one.getsockname()[0]).startswith(("0.", "127.")):
                return str(address)
        _ip(f"addr add {self.net}.1/24 dev {self._leg}")
        return f"{self.net}.1"

    def _plug_in(self, device: str, inside: str | None = None, plug: str = "host") -> None:
        """A cable from a device, of this machine or in a namespace, to a plug of the switch."""
        where = f"-n {inside} " if inside else ""
        _ip(f"{where}link add {device} type veth peer name {plug} netns {self.switch}")
        self._at_switch(f"link set {plug} master switch0 up")

    def _at_switch(self, words: str) -> None:
        _ip(f"-n {self.switch} {words}")

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
                ours = re.fullmatch(r"rk(\d+)[bhst]?\d*", entry.name)
                if ours and not Path(f"/proc/{ours[1]}").exists():
                    _ip(f"{kind} del {entry.name}", check=False)
