"""An IMAP server that lets everybody in, by LOGIN and by SASL, and keeps every line that it hears."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Ear:
    """`heard` are the octets of each connection, in order."""

    port: int
    offers: str
    heard: list[bytearray] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Whatever could be a command line: also what ends in a bare CR or LF."""
        said = b"".join(self.heard).decode("latin-1")
        return [line for line in said.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line]


@contextmanager
def listening(offers: str) -> Iterator[Ear]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=32)
    ear = Ear(listener.getsockname()[1], offers)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, suppress(OSError):
                    _serve(client, ear)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield ear
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def _serve(client: socket.socket, ear: Ear) -> None:
    client.settimeout(10)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    heard = bytearray()
    ear.heard.append(heard)
    client.sendall(f"* OK [CAPABILITY IMAP4rev1 {ear.offers}] ready\r\n".encode())
    file = client.makefile("rb")
    for line in file:
        heard += line
        tag, _, rest = line.strip().partition(b" ")
        verb = rest.split(b" ", 1)[0].upper()
        if verb == b"AUTHENTICATE":
            client.sendall(b"+ \r\n")
            heard += file.readline()
        if verb == b"LOGOUT":
            client.sendall(b"* BYE see you\r\n" + tag + b" OK done\r\n")
            return
        if verb == b"CAPABILITY":
            client.sendall(f"* CAPABILITY IMAP4rev1 {ear.offers}\r\n".encode())
        client.sendall(tag + b" OK done\r\n")
