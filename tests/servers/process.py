"""A command line goes in; a running server comes out, which dies with its owner whatever happens to either."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

LOOPBACK = "127.0.0.1"
SYSTEM_PATH = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"

# Leads the process group. Its input is a pipe whose other end only the tests hold: when they die, even by SIGKILL,
# the pipe closes and the whole group is killed. It also ends the group when the server itself ends.
_GUARD = """
trap : TERM
exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _ <&3; kill -KILL 0; } &
while kill -0 $server 2>/dev/null; do wait $server; done
kill -KILL 0
"""

T = TypeVar("T")


class StartError(Exception):
    """The server ended, or did not greet in time; the message holds the end of its log."""


class ServerProcess:
    """A running server and all its children."""

    def __init__(self, argv: Sequence[str], log: Path) -> None:
        self._argv = tuple(argv)
        self._log = log
        with log.open("ab") as out:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD, "guard", *argv],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={**os.environ, "PATH": SYSTEM_PATH},
            )

    @property
    def alive(self) -> bool:
        return self._guard.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """To the whole process group."""
        with suppress(ProcessLookupError):
            os.killpg(self._guard.pid, number)

    def wait_until(self, ready: Callable[[], bool], *, timeout_s: float = 20) -> None:
        """Ask `ready` until it says yes; it may raise OSError for "not yet". StartError when it never does."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            with suppress(OSError):
                if ready() and self.alive:
                    return
            if not self.alive:
                raise StartError(f"{self._argv[0]} ended by itself.\n{self._log_end()}")
            time.sleep(0.01)
        raise StartError(f"{self._argv[0]} was not ready in {timeout_s:g} s.\n{self._log_end()}")

    def stop(self, *, grace_s: float = 3) -> None:
        self.signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._guard.wait(grace_s)
        self.signal(signal.SIGKILL)
        self._guard.wait()
        if self._guard.stdin:
            self._guard.stdin.close()

    def _log_end(self) -> str:
        return self._log.read_text(errors="replace")[-3000:]


@contextmanager
def server_directory(name: str) -> Iterator[Path]:
    """A short path that every user may traverse: servers drop root, and socket paths end at 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix=f"auditor-{name}-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_ports(count: int) -> tuple[int, ...]:
    """Loopback ports that were free for TCP and UDP a moment ago; another program may still take one first."""
    sockets: list[socket.socket] = []
    try:
        ports: list[int] = []
        while len(ports) < count:
            tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
            sockets += tcp, udp
            tcp.bind((LOOPBACK, 0))
            with suppress(OSError):
                udp.bind((LOOPBACK, tcp.getsockname()[1]))
                ports.append(tcp.getsockname()[1])
        return tuple(ports)
    finally:
        for each in sockets:
            each.close()


def on_free_ports(count: int, start: Callable[[Sequence[int]], T], *, attempts: int = 3) -> T:
    """What `start` makes of free ports. Tried again with others, for a port may be lost before it is bound."""
    for _ in range(attempts - 1):
        with suppress(StartError):
            return start(free_ports(count))
    return start(free_ports(count))


def greeting(port: int) -> bytes:
    """The first bytes that the server on this port says by itself. Raises OSError."""
    with socket.create_connection((LOOPBACK, port), timeout=5) as connection:
        return connection.recv(4096)


def accepts(port: int) -> bool:
    """Whether something listens there; for servers that wait for the client to speak first."""
    with socket.create_connection((LOOPBACK, port), timeout=5):
        return True


def missing_programs(*names: str) -> tuple[str, ...]:
    return tuple(name for name in names if shutil.which(name, path=SYSTEM_PATH) is None)


def run(*argv: str | Path) -> None:
    """A helper program that must succeed; its output is shown when it does not."""
    done = subprocess.run(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PATH": SYSTEM_PATH},
        timeout=60,
    )
    if done.returncode:
        raise StartError(f"{argv[0]} failed: {done.stdout.decode(errors='replace')[-2000:]}")
