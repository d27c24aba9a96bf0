"""A web server on a loopback port, with TLS or without: paths and their answers go in, a running server comes out."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.servers.certificates import Certificates
from tests.servers.process import LOOPBACK, StartError, on_free_ports

Speak = Callable[[socket.socket], None]


@dataclass(slots=True)
class WebServer:
    """`answers`: path -> status line and fields, or what is done with the connection; `asked`: what came."""

    port: int
    answers: dict[str, str | Speak] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(4096)
            if not more:
                return
            head += more
        path = head.split(b" ")[1].decode()
        self.asked.append(path)
        answer = self.answers.get(path, "200 OK")
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(f"HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())


@contextmanager
def running_web(certificates: Certificates | None) -> Iterator[WebServer]:
    """TLS where there are certificates."""
    context = None
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate, certificates.key)

    def start(ports: Sequence[int]) -> tuple[WebServer, socket.socket]:
        try:
            return WebServer(ports[0]), socket.create_server((LOOPBACK, ports[0]))
        except OSError as error:
            raise StartError(f"port {ports[0]}: {error}") from error

    server, listener = on_free_ports(1, start)
    thread = threading.Thread(target=_accept, args=(listener, server, context), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def _accept(listener: socket.socket, server: WebServer, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, server, context), daemon=True).start()


def _serve(connection: socket.socket, server: WebServer, context: ssl.SSLContext | None) -> None:
    with suppress(OSError), connection:
        if context is None:
            server.serve(connection)
        else:
            with context.wrap_socket(connection, server_side=True) as secured:
                server.serve(secured)


def endless_head(connection: socket.socket) -> None:
    """A byte now and then, and never the end of the header."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(600):
        connection.sendall(b"x")
        time.sleep(0.05)


def endless_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n")
    for _ in range(600):
        connection.sendall(b"x" * 1000)
        time.sleep(0.05)


def garbage(connection: socket.socket) -> None:
    connection.sendall(b"\x00\xff\r\n\r\nno HTTP\x1b[2J")


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)
