"""A list of faults goes in; a proxy in front of a real IMAP server that commits exactly these comes out.

It understands where a command begins and where its answer ends, so that a fault can be put at a command boundary, at
an octet of the server's answers, or upon one whole answer. What passes is counted and kept, command by command.
"""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.servers.account import Account
from tests.servers.faults import (
    After,
    Before,
    Call,
    Cut,
    Deed,
    During,
    Fault,
    Octet,
    Reply,
    Say,
    Sent,
    Shape,
    Wait,
    Which,
)
from tests.servers.process import LOOPBACK

_MESSAGES = {"APPEND", "CLOSE", "COPY", "EXPUNGE", "MOVE", "REPLACE", "STORE"}
_FOLDERS = {"CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE"}
WRITES = frozenset(_MESSAGES | _FOLDERS)

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n\Z")


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a client; `line` is all of it up to its first literal."""

    number: int
    tag: bytes
    verb: str
    line: bytes

    @property
    def writes(self) -> bool:
        return self.verb.removeprefix("UID ") in WRITES


@dataclass(slots=True)
class FaultProxy:
    """A context manager; `account` is the account by way of the proxy. `rewrite` is applied to each line of a server.

    Faults at one command happen in the order in which they are given; those at octets are given by rising number.
    """

    direct: Account
    faults: Sequence[Fault] = ()
    rewrite: Callable[[bytes], bytes] = bytes
    commands: list[Command] = field(default_factory=list)
    octets: int = 0
    _listener: socket.socket = field(init=False, repr=False)
    _threads: list[threading.Thread] = field(default_factory=list, repr=False)
    _sockets: list[socket.socket] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __enter__(self) -> Self:
        self._listener = socket.create_server((LOOPBACK, 0), backlog=16)
        self._begin(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), which close() alone does not
        self._listener.close()
        for each in self._sockets:
            _hang_up(each)
        for thread in self._threads:
            thread.join(timeout=30)
        for each in self._sockets:
            each.close()

    @property
    def account(self) -> Account:
        return self.direct.through(LOOPBACK, self._listener.getsockname()[1])

    def verbs(self) -> list[str]:
        return [command.verb for command in self.commands]

    def writes(self) -> list[bytes]:
        """The commands that could change a mailbox."""
        return [command.line for command in self.commands if command.writes]

    def _begin(self, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((self.direct.host, self.direct.port), timeout=10)
                self._sockets += client, server
                self._begin(_Connection(self, client, server).serve)

    def received(self, line: bytes) -> Command:
        """Count and keep a command."""
        with self._lock:
            command = Command(len(self.commands) + 1, line.split(b" ", 1)[0], _verb(line), line.rstrip(b"\r\n"))
            self.commands.append(command)
        return command


class _BrokenError(Exception):
    """A fault broke the connection."""


class _Connection:
    """One thread for both directions: what happens here happens in one order."""

    def __init__(self, proxy: FaultProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client, self._server = client, server
        self._said, self._answered = bytearray(), bytearray()
        self._command: Command | None = None
        self._owed = 0  # octets of a literal that the client has yet to send
        self._continues = self._invited = False  # the next line belongs to this command; the server said "+"
        for each in (client, server):
            each.settimeout(None)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def serve(self) -> None:
        with suppress(OSError, _BrokenError):
            while True:
                for source in select.select([self._client, self._server], [], [])[0]:
                    if not (data := source.recv(65_536)):
                        raise _BrokenError
                    (self._from_client if source is self._client else self._from_server)(data)
        for each in (self._client, self._server):
            _hang_up(each)

    def _from_client(self, data: bytes) -> None:
        self._said += data
        while self._said:
            if self._owed:
                literal = bytes(self._said[: self._owed])
                del self._said[: len(literal)]
                self._owed -= len(literal)
                self._server.sendall(literal)
            elif b"\r\n" in self._said:
                line = bytes(self._said[: self._said.index(b"\r\n") + 2])
                del self._said[: len(line)]
                self._client_line(line)
            else:
                return

    def _client_line(self, line: bytes) -> None:
        """A command, or the rest of one behind its literal, or an answer to "+"."""
        forward = True
        if not (self._continues or self._invited):
            self._command = self._proxy.received(line)
            forward = self._do_all(Before)
        literal = _LITERAL.search(line) if forward else None
        self._owed, self._continues, self._invited = int(literal[1]) if literal else 0, bool(literal), False
        if forward:
            self._server.sendall(line)
            self._do_all(Sent)

    def _from_server(self, data: bytes) -> None:
        self._answered += data
        while end := _end_of_line(self._answered):
            line = self._proxy.rewrite(bytes(self._answered[:end]))
            del self._answered[:end]
            self._invited = line.startswith(b"+")
            if self._command and line.startswith(self._command.tag + b" "):
                self._do_all(After)
            self._pass_on(line)

    def _do_all(self, place: type[Before] | type[Sent] | type[After]) -> bool:
        """The faults of this boundary; whether the server is to have the command."""
        forward = True
        for fault in self._proxy.faults:
            if isinstance(fault.place, place) and self._is(fault.place.command):
                forward = forward and not isinstance(fault.deed, Reply)
                self._do(fault.deed)
        return forward

    def _do(self, deed: Deed) -> None:
        match deed:
            case Cut():
                raise _BrokenError
            case Say(words) | Reply(words):
                self._client.sendall(words.replace(b"%T", self._command.tag if self._command else b"*"))
            case Wait(seconds):
                time.sleep(seconds)
            case Call(what):
                what()
            case _:
                raise TypeError(f"{deed} cannot be done here")

    def _pass_on(self, line: bytes) -> None:
        pieces: Iterable[bytes] = (line,)
        for fault in self._proxy.faults:
            if isinstance(fault.place, During) and isinstance(fault.deed, Shape) and self._is(fault.place.command):
                pieces = fault.deed.how(line)
        for piece in pieces:
            self._send(piece)

    def _send(self, data: bytes) -> None:
        """To the client, stopping at each octet where something is to happen."""
        start = self._proxy.octets
        for fault in self._proxy.faults:
            if isinstance(fault.place, Octet) and self._proxy.octets <= fault.place.number < start + len(data):
                self._send_until(fault.place.number, data, start)
                self._do(fault.deed)
        self._send_until(start + len(data), data, start)

    def _send_until(self, octet: int, data: bytes, start: int) -> None:
        sent, self._proxy.octets = self._proxy.octets, octet  # whoever has seen them finds them counted
        self._client.sendall(data[sent - start : octet - start])

    def _is(self, which: Which) -> bool:
        return self._command is not None and which in (self._command.number, self._command.verb)


def _end_of_line(data: bytearray) -> int:
    """Where the first line with all its literals ends; 0 where it has not ended yet."""
    at = 0
    while end := data.find(b"\r\n", at) + 2:
        if end < 2:
            return 0
        literal = _LITERAL.search(data, max(at, end - 30), end)
        if not literal:
            return end
        at = end + int(literal[1])
        if at > len(data):
            return 0
    return 0


def _verb(line: bytes) -> str:
    words = line.decode("ascii", "replace").upper().split()[1:] or [""]
    return " ".join(words[:2]) if words[0] == "UID" else words[0]


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
