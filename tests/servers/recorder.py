"""A TCP proxy in front of any server: it counts round trips and bytes, and keeps what the client said.

The place for faults is `Relay`: one object a connection, through which every chunk passes in both directions. It may
change, split, delay or swallow what it is given, or raise Cut to break the connection.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import Enum, auto

from tests.servers.account import Account
from tests.servers.process import LOOPBACK

_LITERAL = re.compile(rb"\{(\d+)\+?\}$")


class Direction(Enum):
    TO_SERVER = auto()
    TO_CLIENT = auto()


class Cut(Exception):
    """An order rather than an error: a relay raises it to break the connection on both sides at once."""


class Relay:
    """Passes everything on unchanged. Called from two threads, one a direction."""

    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        """What to send on in place of `data`. Sent piece by piece, so raising Cut after a piece lets that one out."""
        return (data,)


class Recorder:
    """A running proxy. What it records is what each side said, before the relay touches it."""

    def __init__(self, host: str, port: int, *, relay: Callable[[], Relay] = Relay) -> None:
        self.host = LOOPBACK
        self._target = (host, port)
        self._relay = relay
        self._lock = threading.Lock()
        self._said: list[bytearray] = []
        self._bytes = {Direction.TO_SERVER: 0, Direction.TO_CLIENT: 0}
        self._round_trips = 0
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server((LOOPBACK, 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def connections(self) -> int:
        return len(self._said)

    @property
    def round_trips(self) -> int:
        """How often a client began to speak after the server had spoken, all connections together."""
        return self._round_trips

    @property
    def bytes_up(self) -> int:
        return self._bytes[Direction.TO_SERVER]

    @property
    def bytes_down(self) -> int:
        return self._bytes[Direction.TO_CLIENT]

    def commands(self) -> list[bytes]:
        """The clients' lines without CRLF, connection after connection; literals are left out, passwords are not."""
        with self._lock:
            said = [bytes(each) for each in self._said]
        return [line for each in said for line in _lines(each)]

    def verbs(self) -> list[str]:
        """The commands' names, such as "SELECT" and "UID FETCH"; DONE and SASL answers have no tag and are left out."""
        return [verb for verb in map(_verb, self.commands()) if verb]

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), which close() alone does not
        self._listener.close()
        with self._lock:
            sockets, threads = list(self._sockets), list(self._threads)
        for each in sockets:
            _hang_up(each)
        for thread in threads:
            thread.join(timeout=5)
        for each in sockets:
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._target, timeout=10)
        except OSError:
            client.close()
            return
        connection = _Connection(self, client, server, self._relay())
        with self._lock:
            self._sockets += client, server
            self._said.append(connection.said)
            threads = [threading.Thread(target=connection.pump, args=(way,), daemon=True) for way in Direction]
            self._threads += threads
        for thread in threads:
            thread.start()

    def note(self, connection: _Connection, direction: Direction, data: bytes) -> None:
        with self._lock:
            self._bytes[direction] += len(data)
            if direction is Direction.TO_SERVER:
                connection.said += data
                self._round_trips += connection.last is not direction
            connection.last = direction


class Recorders:
    """`recorder(account)` is the account by way of a new proxy; the other members tell of all proxies together."""

    def __init__(self) -> None:
        self.all: list[Recorder] = []

    def __call__(self, account: Account, *, relay: Callable[[], Relay] = Relay) -> Account:
        self.all.append(Recorder(account.host, account.port, relay=relay))
        return account.through(self.all[-1].host, self.all[-1].port)

    @property
    def round_trips(self) -> int:
        return sum(each.round_trips for each in self.all)

    @property
    def bytes_up(self) -> int:
        return sum(each.bytes_up for each in self.all)

    @property
    def bytes_down(self) -> int:
        return sum(each.bytes_down for each in self.all)

    def commands(self) -> list[bytes]:
        return [line for each in self.all for line in each.commands()]

    def verbs(self) -> list[str]:
        return [verb for each in self.all for verb in each.verbs()]

    def stop(self) -> None:
        for each in self.all:
            each.stop()


class _Connection:
    def __init__(self, recorder: Recorder, client: socket.socket, server: socket.socket, relay: Relay) -> None:
        self.said = bytearray()
        self.last: Direction | None = None
        self._recorder = recorder
        self._relay = relay
        self._ends = {Direction.TO_SERVER: (client, server), Direction.TO_CLIENT: (server, client)}
        for each in (client, server):
            each.settimeout(None)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def pump(self, direction: Direction) -> None:
        source, target = self._ends[direction]
        try:
            while data := source.recv(65536):
                self._recorder.note(self, direction, data)
                for piece in self._relay.passed(direction, data):
                    target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except (OSError, Cut):
            _hang_up(source)
            _hang_up(target)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def _lines(said: bytes) -> list[bytes]:
    lines: list[bytes] = []
    line, rest = b"", said
    while rest:
        part, _, rest = rest.partition(b"\r\n")
        line += part
        if literal := _LITERAL.search(part):
            rest = rest[int(literal[1]) :]
        else:
            lines.append(line)
            line = b""
    return [*lines, line] if line else lines


def _verb(line: bytes) -> str:
    words = line.decode("ascii", "replace").upper().split()
    if len(words) < 2:
        return ""
    return " ".join(words[1:3]) if words[1] == "UID" else words[1]
