"""A table of replies goes in; a small IMAP server on loopback that gives exactly these comes out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Reply = bytes | Callable[[socket.socket, bytes], None]

GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"
ORDINARY: dict[str, Reply] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\n%T OK done\r\n",
    "LOGIN": b"%T OK [CAPABILITY IMAP4rev1 MOVE UIDPLUS] signed in\r\n",
    "LIST": b'* LIST () "/" INBOX\r\n%T OK done\r\n',
    "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\n%T OK [READ-ONLY] open\r\n",
    "SELECT": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\n%T OK [READ-WRITE] open\r\n",
    "LOGOUT": b"* BYE see you\r\n%T OK done\r\n",
}


@dataclass(slots=True)
class Scripted:
    """A running server. `received` are the command lines of all its clients, in order."""

    port: int
    received: list[bytes] = field(default_factory=list)

    def verbs(self) -> list[str]:
        return [_verb(line) for line in self.received]


@contextmanager
def scripted(replies: Mapping[str, Reply] | None = None, *, greeting: Reply = GREETING) -> Iterator[Scripted]:
    """Answers each verb ("UID FETCH", "EXAMINE") by `replies`, else by ORDINARY, else with BAD.

    In a reply `%T` stands for the tag; an empty reply hangs up, a callable gets the socket and the tag.
    """
    table = ORDINARY | dict(replies or {})
    listener = socket.create_server(("127.0.0.1", 0))
    server = Scripted(listener.getsockname()[1])
    open_sockets: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                open_sockets.append(client)
                threads.append(threading.Thread(target=serve, args=(client,), daemon=True))
                threads[-1].start()

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            if not _reply(client, greeting, b"*"):
                return
            for line in client.makefile("rb"):
                server.received.append(line.rstrip(b"\r\n"))
                tag = line.split(b" ", 1)[0]
                if not _reply(client, table.get(_verb(line), b"%T BAD what?\r\n"), tag):
                    return

    threads = [threading.Thread(target=accept, daemon=True)]
    threads[0].start()
    try:
        yield server
    finally:
        for each in (listener, *open_sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in threads:
            thread.join(timeout=5)


def dripping(client: socket.socket, tag: bytes) -> None:
    """One octet every 50 ms, for ever: no single recv ever times out."""
    pause = threading.Event()
    while not pause.wait(0.05):
        client.sendall(b"*")


def endless(unit: bytes) -> Callable[[socket.socket, bytes], None]:
    """`unit` again and again until the client hangs up."""

    def flood(client: socket.socket, tag: bytes) -> None:
        while True:
            client.sendall(unit * (65_536 // len(unit) + 1))

    return flood


def silent(client: socket.socket, tag: bytes) -> None:
    """Nothing, until the client hangs up."""
    client.recv(1)


def _reply(client: socket.socket, reply: Reply, tag: bytes) -> bool:
    if callable(reply):
        reply(client, tag)
        return False
    client.sendall(reply.replace(b"%T", tag))
    return bool(reply)


def _verb(line: bytes) -> str:
    words = line.decode("ascii", "replace").upper().split()
    if len(words) < 2:
        return ""
    return " ".join(words[1:3]) if words[1] == "UID" else words[1]
