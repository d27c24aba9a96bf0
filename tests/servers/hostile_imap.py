"""A table of replies goes in; a small IMAP server on loopback that gives exactly these comes out.

What the table leaves out is answered by `otherwise`: with BAD, or as an honest mailbox would, such as that of
`tests.servers.honest_imap`.
"""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from tests.servers.process import LOOPBACK

HANG_UP = b""
GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"


@dataclass(slots=True)
class Conversation:
    """One client, from its first octet to its last."""

    sock: socket.socket
    file: BinaryIO

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on under TLS. Raises OSError where the client does not like that."""
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")

    def wait_for_its_end(self) -> None:
        while self.sock.recv(65_536):
            pass


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a client; `honestly` is the answer that it, or another line, would get otherwise."""

    tag: bytes
    verb: str
    line: bytes
    conversation: Conversation
    honestly: Callable[..., bytes] = lambda line=b"": b"%T BAD what?\r\n"


Reply = bytes | Sequence[bytes] | Callable[[Command], Iterable[bytes]]
"""What is said, piece by piece. `%T` stands for the tag; an empty piece hangs up."""

ORDINARY: dict[str, Reply] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\n%T OK done\r\n",
    "LOGIN": b"%T OK [CAPABILITY IMAP4rev1 MOVE UIDPLUS] signed in\r\n",
    "LIST": b'* LIST () "/" INBOX\r\n%T OK done\r\n',
    "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\n%T OK [READ-ONLY] open\r\n",
    "SELECT": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\n%T OK [READ-WRITE] open\r\n",
    "LOGOUT": b"* BYE see you\r\n%T OK done\r\n",
}


def refusing(command: Command) -> bytes:
    return b"%T BAD what?\r\n"


@dataclass(slots=True)
class HostileImap:
    """A running server. `received` are the command lines of all its clients, in order; `in_clear` those without TLS."""

    port: int
    received: list[bytes] = field(default_factory=list)
    in_clear: list[bytes] = field(default_factory=list)

    def verbs(self) -> list[str]:
        return [verb_of(line) for line in self.received]


@contextmanager
def hostile_imap(
    replies: Mapping[str, Reply],
    *,
    greeting: Reply = GREETING,
    otherwise: Callable[[Command], bytes] = refusing,
    tls: ssl.SSLContext | None = None,
) -> Iterator[HostileImap]:
    """Answers each verb ("UID FETCH", "EXAMINE") by `replies`, else by `otherwise`; with `tls`, under TLS."""
    listener = socket.create_server((LOOPBACK, 0))
    server = HostileImap(listener.getsockname()[1])
    conversations: list[Conversation] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                conversations.append(Conversation(client, client.makefile("rb")))
                threads.append(threading.Thread(target=serve, args=(conversations[-1],), daemon=True))
                threads[-1].start()

    def serve(conversation: Conversation) -> None:
        with suppress(OSError, ValueError):  # the client has gone, or the test has
            if tls:
                conversation.secure(tls)
            going_on = _say(greeting, Command(b"*", "", b"", conversation))
            while going_on and (line := conversation.file.readline()):
                going_on = answer(line, conversation)
        _hang_up(conversation.sock)

    def answer(line: bytes, conversation: Conversation) -> bool:
        server.received.append(line.rstrip(b"\r\n"))
        if not isinstance(conversation.sock, ssl.SSLSocket):
            server.in_clear.append(server.received[-1])
        bare = Command(line.split(b" ", 1)[0].strip(), verb_of(line), server.received[-1], conversation)
        command = replace(bare, honestly=lambda line=b"": otherwise(replace(bare, line=line or bare.line)))
        return _say(replies.get(command.verb, lambda command: [command.honestly()]), command)

    threads = [threading.Thread(target=accept, daemon=True)]
    threads[0].start()
    try:
        yield server
    finally:
        _hang_up(listener)
        for each in conversations:
            _hang_up(each.sock)
        for thread in threads:
            thread.join(timeout=5)
        for each in conversations:
            each.file.close()
            each.sock.close()
        listener.close()


@contextmanager
def scripted(replies: Mapping[str, Reply] | None = None, *, greeting: Reply = GREETING) -> Iterator[HostileImap]:
    """The same for a test of one command: what is not in `replies` is answered by ORDINARY, else with BAD."""
    with hostile_imap(ORDINARY | dict(replies or {}), greeting=greeting) as server:
        yield server


def dripping(command: Command, *, unit: bytes = b"*", pause_s: float = 0.05) -> Iterator[bytes]:
    """`unit` octet after octet, for ever: no single recv ever times out."""
    for octet in itertools.cycle(unit):
        time.sleep(pause_s)
        yield bytes([octet])


def endless(unit: bytes, *, first: bytes = b"") -> Callable[[Command], Iterator[bytes]]:
    """`first`, and then `unit` again and again until the client hangs up."""
    return lambda command: itertools.chain((first or unit,), itertools.repeat(unit * (65_536 // len(unit) + 1)))


def silent(command: Command) -> Iterator[bytes]:
    """Nothing, until the client hangs up."""
    command.conversation.wait_for_its_end()
    yield HANG_UP


def starttls(context: ssl.SSLContext, *, ahead: bytes = b"") -> Callable[[Command], Iterator[bytes]]:
    """Agrees and goes on under TLS; `ahead` are octets in clear ahead of the OK."""

    def agreed(command: Command) -> Iterator[bytes]:
        yield ahead + b"%T OK begin TLS\r\n"
        command.conversation.secure(context)

    return agreed


def verb_of(line: bytes) -> str:
    """The name of a command; empty for a line that has none."""
    words = line.decode("ascii", "replace").upper().split()
    if len(words) < 2:
        return ""
    return " ".join(words[1:3]) if words[1] == "UID" else words[1]


def _say(reply: Reply, command: Command) -> bool:
    """Whether the conversation goes on."""
    pieces = [reply] if isinstance(reply, bytes) else reply(command) if callable(reply) else reply
    for piece in pieces:
        if piece == HANG_UP:
            return False
        command.conversation.sock.sendall(piece.replace(b"%T", command.tag))
    return True


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
