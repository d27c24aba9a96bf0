"""DNS over TLS, and over HTTPS as HTTP/1.1 and HTTP/2, on a loopback port: a certificate in, a running server out."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events
from dnslib import QTYPE, RCODE, RR, TXT, DNSRecord

from tests.servers.certificates import Certificates
from tests.servers.process import LOOPBACK, StartError, on_free_ports

MESSAGE = "application/dns-message"
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a web server sends back, piece by piece."""

    body: Iterable[bytes]
    status: int = 200
    fields: tuple[tuple[str, str], ...] = (("content-type", MESSAGE),)


@dataclass(slots=True)
class SecureDns:
    """A running server. It holds one record, at here.test; `asked` counts what it was asked, by path for HTTPS."""

    port: int
    tricks: dict[str, Callable[[bytes], Reply]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    nameserver: str = LOOPBACK

    def answer(self, wire: bytes) -> bytes:
        request = DNSRecord.parse(wire)
        reply = request.reply(ra=1)
        if request.q.qname != "here.test":
            reply.header.rcode = RCODE.NXDOMAIN
        elif request.q.qtype == QTYPE.TXT:
            reply.add_answer(RR(request.q.qname, QTYPE.TXT, ttl=60, rdata=TXT(b"v=DKIM1; p=abc")))
        return bytes(reply.pack())

    def reply(self, path: str, wire: bytes) -> Reply:
        self.asked[path] += 1
        trick = self.tricks.get(path)
        return trick(wire) if trick else Reply([self.answer(wire)])


Speak = Callable[[SecureDns, ssl.SSLSocket], None]


def dot(server: SecureDns, connection: ssl.SSLSocket) -> None:
    """RFC 7858."""
    while length := connection.recv(2):
        wire = connection.recv(struct.unpack("!H", length)[0])
        server.asked["tls"] += 1
        answer = server.answer(wire)
        connection.sendall(struct.pack("!H", len(answer)) + answer)


def http1(server: SecureDns, connection: ssl.SSLSocket) -> None:
    """One exchange; the end of the connection ends the body."""
    stream = connection.makefile("rb")
    path = stream.readline().split()[1].decode()
    length = 0
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    reply = server.reply(path, stream.read(length))
    head = [f"HTTP/1.1 {reply.status} Whatever", *(f"{name}: {value}" for name, value in reply.fields)]
    connection.sendall("\r\n".join([*head, "connection: close", "", ""]).encode())
    for piece in reply.body:
        connection.sendall(piece)


def http2(server: SecureDns, connection: ssl.SSLSocket) -> None:
    """RFC 9113, for requests and replies that fit the first window."""
    speaker = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    speaker.initiate_connection()
    connection.sendall(speaker.data_to_send())
    paths: dict[int, str] = {}
    wires: dict[int, bytes] = {}
    while data := connection.recv(65_535):
        for event in speaker.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                paths[event.stream_id] = {_text(name): _text(value) for name, value in event.headers}[":path"]
            elif isinstance(event, h2.events.DataReceived):
                wires[event.stream_id] = wires.get(event.stream_id, b"") + event.data
            elif isinstance(event, h2.events.StreamEnded):
                reply = server.reply(f"h2 {paths[event.stream_id]}", wires[event.stream_id])
                speaker.send_headers(event.stream_id, [(":status", str(reply.status)), *reply.fields])
                speaker.send_data(event.stream_id, b"".join(reply.body), end_stream=True)
        connection.sendall(speaker.data_to_send())


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode()


def endless(piece: bytes, pause_s: float = 0) -> Iterator[bytes]:
    """The same piece until the patience ends."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        yield piece
        time.sleep(pause_s)


@contextmanager
def running_secure_dns(
    certificates: Certificates | None, speak: Speak, tricks: dict[str, Callable[[bytes], Reply]] | None = None
) -> Iterator[SecureDns]:
    """Without certificates every connection is taken and never answered."""
    context = None
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate, certificates.key)
        context.set_alpn_protocols(["h2" if speak is http2 else "http/1.1" if speak is http1 else "dot"])

    def start(ports: Sequence[int]) -> tuple[SecureDns, socket.socket]:
        try:
            return SecureDns(ports[0], tricks or {}), socket.create_server((LOOPBACK, ports[0]), backlog=256)
        except OSError as error:
            raise StartError(f"port {ports[0]}: {error}") from error

    server, listener = on_free_ports(1, start)
    threading.Thread(target=_listen, args=(server, listener, context, speak), daemon=True).start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _listen(server: SecureDns, listener: socket.socket, context: ssl.SSLContext | None, speak: Speak) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(server, connection, context, speak), daemon=True).start()


def _serve(server: SecureDns, connection: socket.socket, context: ssl.SSLContext | None, speak: Speak) -> None:
    with suppress(OSError), connection:
        connection.settimeout(PATIENCE_S)
        if context is None:
            while connection.recv(4096):
                pass
            return
        with context.wrap_socket(connection, server_side=True) as secured:
            speak(server, secured)
