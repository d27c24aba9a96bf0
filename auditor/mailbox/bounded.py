"""A socket in, the lines and literals that imaplib asks for out: each within a limit of bytes and of time."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass
from typing import NoReturn

from auditor.errors import MailboxError, MailboxMisbehaved

_CHUNK = 65_536
_PATIENCE = "try again later; a server that is always slow can be given more time: [limits] {}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server may cost: seconds of wall clock, and octets. `answer` is all that one command may bring, and
    `lines` in how many pieces: each costs time and memory beside its octets."""

    command_s: float = 60
    run_s: float = 3600
    line: int = 1_000_000
    literal: int = 1_000_000
    answer: int = 4_000_000
    lines: int = 100_000


class HungUpError(MailboxError):
    """The server closed the connection."""


class BoundedFile:
    """Reads and writes one connection; after the first break it reads nothing more and repeats its complaint."""

    def __init__(self, limits: Limits, *, host: str) -> None:
        self._limits = limits
        self._host = host
        self._sock: socket.socket | None = None
        self._buffer = bytearray()
        self._broken: MailboxError | None = None
        self._run_ends = time.monotonic() + limits.run_s
        self.begin("connecting")

    def attach(self, sock: socket.socket) -> None:
        """Take over a fresh socket. Raises MailboxMisbehaved if octets of the old one are still unread:
        whoever adds them behind the OK of STARTTLS wants them to be taken for the server's, under TLS."""
        if self._buffer:
            self.break_off(MailboxMisbehaved(f"{self._host} sent data in clear after it agreed to use TLS"))
        self._sock = sock

    def begin(
        self,
        doing: str,
        *,
        literal: int | None = None,
        answer: int | None = None,
        lines: int | None = None,
        seconds: float | None = None,
    ) -> None:
        """Start the clock and the count of octets of the next command; `doing` completes "while ..."."""
        self._doing = doing
        self._seconds = self._limits.command_s if seconds is None else seconds
        self._literal = self._limits.literal if literal is None else literal
        self._answer = self._limits.answer if answer is None else answer
        self._most_lines = self._limits.lines if lines is None else lines
        self._received = self._lines = 0
        self._command_ends = time.monotonic() + self._seconds

    @property
    def broken(self) -> bool:
        """Whether this connection is of no more use."""
        return self._broken is not None

    def break_off(self, error: MailboxError) -> NoReturn:
        """Raise `error` now, and again whenever this connection is used."""
        self._broken = error
        self._buffer.clear()
        raise error

    def seconds_left(self) -> float:
        """Until the command or the run must end, always more than 0. Raises MailboxError when it is over."""
        now = time.monotonic()
        if now >= self._run_ends:
            limit = f"the {self._limits.run_s:g} s that a whole run may take are over"
            self.break_off(MailboxError(f"{limit} while {self._doing} on {self._host}", hint=_PATIENCE.format("run_s")))
        if now >= self._command_ends:
            self._out_of_time()
        return min(self._run_ends, self._command_ends) - now

    def send(self, data: bytes) -> None:
        """All of `data`. Raises MailboxError."""
        sock = self._ready()
        try:
            sock.sendall(data)
        except TimeoutError:
            self.seconds_left()
            self._out_of_time()
        except OSError as exc:
            self._lost(exc)

    def read(self, size: int) -> bytes:
        """Exactly `size` octets: a literal. One that is announced longer than the limit is refused unread."""
        if size > self._literal:
            self._misbehaved(f"wants to send {size} bytes at once where at most {self._literal} are expected")
        while len(self._buffer) < size:
            self._receive()
        return self._take(size)

    def readline(self) -> bytes:
        """One line with its ending."""
        self._lines += 1
        if self._lines > self._most_lines:
            self._misbehaved(f"sent more than {self._most_lines} lines in one answer")
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > self._limits.line:
                break
            self._receive()
        if (end if end >= 0 else searched) > self._limits.line:
            self._misbehaved(f"sent a line of more than {self._limits.line} bytes")
        return self._take(end + 1)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _receive(self) -> None:
        sock = self._ready()
        try:
            data = sock.recv(_CHUNK)
        except TimeoutError:
            self.seconds_left()
            self._out_of_time()
        except OSError as exc:
            self._lost(exc)
        if not data:
            self.break_off(HungUpError(f"{self._host} closed the connection while {self._doing}"))
        self._received += len(data)
        if self._received > self._answer:
            self._misbehaved(f"sent more than {self._answer} bytes in one answer")
        self._buffer += data

    def _ready(self) -> socket.socket:
        if self._broken is not None:
            raise type(self._broken)(self._broken.message, hint=self._broken.hint)
        if self._sock is None:
            self.break_off(MailboxError(f"there is no connection to {self._host}"))
        self._sock.settimeout(self.seconds_left())
        return self._sock

    def _out_of_time(self) -> NoReturn:
        late = f"{self._host} did not finish its answer within {self._seconds:g} s while {self._doing}"
        self.break_off(MailboxError(late, hint=_PATIENCE.format("command_s")))

    def _misbehaved(self, what: str) -> NoReturn:
        self.break_off(MailboxMisbehaved(f"{self._host} {what} while {self._doing}"))

    def _lost(self, exc: OSError) -> NoReturn:
        reason = _reason(exc)
        self.break_off(MailboxError(f"lost the connection to {self._host} while {self._doing}: {reason}"))


def _reason(exc: OSError) -> str:
    if isinstance(exc, ssl.SSLError) and exc.reason:
        return f"TLS broke ({exc.reason.lower().replace('_', ' ')})"
    return exc.strerror or type(exc).__name__
