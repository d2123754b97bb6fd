"""A real RabbitMQ for the tests: one broker as a process on this machine, which ends with the tests.

    with RabbitMQ() as rabbitmq:
        channel = rabbitmq.connect().channel()
        channel.queue_declare("orders", durable=True)
        rabbitmq.kill()      # as a power cut would: kill -9
        rabbitmq.restart()   # with the same disk

It is Debian's rabbitmq-server (3.10 on Debian 12), without any plugin, and starts in some 5 s. Its data, logs and
configuration are in a folder of its own, and all its ports are free ones of 127.0.0.1. It has an epmd (the Erlang port
mapper, which insists on [::1], too) of its own, ended by its own process id: a broker that the machine runs beside it
is never touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tests.fidelity.real_kafka import until
from tests.ports import free_port

if TYPE_CHECKING:
    import pika

SCRIPTS = "/usr/lib/rabbitmq/bin"  # Debian's; those in /usr/sbin only run as root or as the user rabbitmq
MISSING = "a real RabbitMQ is missing: apt-get install rabbitmq-server"

# Small, and quick. What stands here can be overridden by `settings`, in the words of rabbitmq.conf.
SETTINGS: dict[str, Any] = {
    "listeners.tcp.default": None,  # set below: address and port
    "loopback_users.guest": "true",
    "disk_free_limit.absolute": "50MB",
    "log.file.level": "warning",
}


def why_missing() -> str | None:
    """What to install, in one line; None if the broker can be started."""
    there = shutil.which("rabbitmq-server", path=SCRIPTS) and shutil.which("epmd")
    return None if there else MISSING


class RabbitMQ:
    """One broker. `settings` are lines of rabbitmq.conf; `advanced` is the text of advanced.config, if any."""

    def __init__(self, *, settings: Mapping[str, Any] | None = None, advanced: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="real-rabbitmq-"))
        self.port, self.dist_port, self.epmd_port = free_port(), free_port(), free_port()
        self.settings = SETTINGS | {"listeners.tcp.default": f"127.0.0.1:{self.port}"} | dict(settings or {})
        self.advanced = advanced
        self.broker: subprocess.Popen[bytes] | None = None
        self.epmd: subprocess.Popen[bytes] | None = None
        self.connections: list[pika.BlockingConnection] = []

    # ---- start and end ----------------------------------------------------------------------------------------------

    def start(self, limit: float = 180.0) -> RabbitMQ:
        """Start it, and wait until it takes connections."""
        for name in ("data", "log", "home"):
            (self.folder / name).mkdir()
        lines = "".join(f"{name} = {value}\n" for name, value in self.settings.items())
        (self.folder / "rabbitmq.conf").write_text(lines)
        (self.folder / "advanced.config").write_text(self.advanced or "[].\n")
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "rabbitmq-env.conf").write_text("")  # else the machine's own would be read
        self.epmd = self._launch(["epmd", "-port", str(self.epmd_port), "-address", "127.0.0.1"], "epmd")
        self._launch_broker(limit)
        return self

    def close(self) -> None:
        """Kill what runs, and remove what was made."""
        self.disconnect()
        if self.broker:
            self._kill_group(self.broker)
        if self.epmd:
            self._kill_group(self.epmd)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> RabbitMQ:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # ---- what can happen to a broker --------------------------------------------------------------------------------

    def kill(self) -> None:
        """End it as a power cut would (kill -9): nothing is flushed, and no client is told."""
        assert self.broker, "the broker is not running"
        self._kill_group(self.broker)
        self.broker = None

    def stop(self, limit: float = 120.0) -> None:
        """Shut it down cleanly: clients are told, and what is durable is written first."""
        assert self.broker, "the broker is not running"
        self.broker.send_signal(signal.SIGTERM)
        self.broker.wait(limit)
        self._kill_group(self.broker)  # helpers of the Erlang machine, if any are left
        self.broker = None

    def restart(self, limit: float = 180.0) -> None:
        """Start it again with the same disk, and wait until it takes connections. Running: it is stopped first."""
        if self.broker:
            self.stop()
        self.connections.clear()
        self._launch_broker(limit)

    def ctl(self, *command: str, limit: float = 120.0) -> str:
        """What rabbitmqctl answers (it takes 2 s); AssertionError with its words where it refuses."""
        done = subprocess.run(
            [f"{SCRIPTS}/rabbitmqctl", "-q", "--node", self.node, *command],
            capture_output=True,
            text=True,
            timeout=limit,
            env=self._environment(),
            cwd=self.folder,
        )
        assert done.returncode == 0, f"rabbitmqctl {' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout

    # ---- clients ----------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Its address, as clients want it."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2f"

    @property
    def node(self) -> str:
        """Its name among Erlang nodes."""
        return f"rabbit{self.port}@localhost"

    def connect(self, **options: Any) -> pika.BlockingConnection:
        """A new connection, closed at the end at the latest; `options` are ConnectionParameters of pika."""
        import pika

        parameters = pika.URLParameters(self.url)
        parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 60
        for name, value in options.items():
            setattr(parameters, name, value)
        self.connections.append(pika.BlockingConnection(parameters))
        return self.connections[-1]

    def disconnect(self) -> None:
        """Close every connection that `connect` gave."""
        import pika.exceptions

        for connection in self.connections:
            with suppress(pika.exceptions.AMQPError, OSError):  # of a broker that is gone
                if connection.is_open:
                    connection.close()
        self.connections.clear()

    def answers(self) -> bool:
        """Does it take connections?"""
        import pika
        import pika.exceptions

        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def say(self) -> str:
        """Its last words, for the message of a test that failed."""
        found = [self.folder / "broker.out", *sorted((self.folder / "log").glob("*.log"))]
        return "\n".join(f"--- {path.name}\n{path.read_text()[-1500:]}" for path in found if path.exists())

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        """Nothing of the machine's own RabbitMQ is read or written, and nothing listens beyond 127.0.0.1."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        at = str(self.folder)
        return mine | {
            "HOME": f"{at}/home",  # the Erlang cookie
            "LC_ALL": "C.UTF-8",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": f"{at}/log/erl_crash.dump",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_CONF_ENV_FILE": f"{at}/rabbitmq-env.conf",
            "RABBITMQ_CONFIG_FILE": f"{at}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{at}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{at}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{at}/data",
            "RABBITMQ_LOG_BASE": f"{at}/log",
            "RABBITMQ_PID_FILE": f"{at}/pid",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{at}/generated",
            "RABBITMQ_ALLOW_INPUT": "true",  # the script becomes the broker, so that its process id is the broker's
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} -noinput +S 2:2",
        }

    def _launch_broker(self, limit: float) -> None:
        self.broker = self._launch([f"{SCRIPTS}/rabbitmq-server"], "broker")

        def up() -> bool:
            assert self.broker and self.broker.poll() is None, f"the broker ended {self.say()}"
            return self.answers()

        until(up, limit, "the broker did not come up", self.say)

    def _launch(self, command: list[str], name: str) -> subprocess.Popen[bytes]:
        if shutil.which("setpriv"):  # killed with this process, however that ends
            command = ["setpriv", "--pdeathsig", "KILL", *command]
        with open(self.folder / f"{name}.out", "ab") as out:
            return subprocess.Popen(
                command,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,
            )

    @staticmethod
    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        """Kill a process that `_launch` made, and its children: they are a group of their own."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)
