"""A DNS server on a loopback port, UDP and TCP, that answers every name with the trick that its first label names."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from dnslib import QTYPE, RCODE, RR, TXT, DNSHeader, DNSRecord

from tests.servers.process import LOOPBACK, StartError, on_free_ports

PATIENCE_S = 20.0  # after which even the most patient trick ends


@dataclass(frozen=True, slots=True)
class Question:
    """What came in, as bytes and as read."""

    wire: bytes

    @property
    def record(self) -> DNSRecord:
        return DNSRecord.parse(self.wire)

    @property
    def name(self) -> str:
        return str(self.record.q.qname).rstrip(".").lower()

    @property
    def section(self) -> bytes:
        """The question section as it came: name, type, class."""
        end = self.wire.index(b"\0", 12) + 5
        return self.wire[12:end]

    def reply(
        self, *lines: str, authority: Iterable[str] = (), rcode: str = "NOERROR", ra: int = 1, tc: int = 0
    ) -> bytes:
        """A well-formed reply; each line is in the words of a zone file, `@` being the name that was asked for."""
        reply = self.record.reply(ra=ra)
        reply.header.rcode = getattr(RCODE, rcode)
        reply.header.tc = tc
        for line in lines:
            reply.add_answer(*RR.fromZone(line.replace("@", self.name + ".")))
        for line in authority:
            reply.add_auth(*RR.fromZone(line.replace("@", self.name + ".")))
        return bytes(reply.pack())

    def texts(self, *values: bytes) -> bytes:
        reply = self.record.reply(ra=1)
        for value in values:
            strings = [value[start : start + 255] for start in range(0, len(value), 255)] or [b""]
            reply.add_answer(RR(self.name, QTYPE.TXT, ttl=60, rdata=TXT(strings)))
        return bytes(reply.pack())

    def raw(
        self, rdata: bytes, *, rtype: int = 16, rdclass: int = 1, count: int = 1, owner: bytes = b"\xc0\x0c"
    ) -> bytes:
        """A reply whose one kind of record is written byte by byte, `count` times; the length is the rdata's own."""
        record = owner + struct.pack("!HHIH", rtype, rdclass, 60, len(rdata)) + rdata
        return self.header(answers=count) + self.section + record * count

    def header(self, *, flags: int = 0x8180, questions: int = 1, answers: int = 0, authority: int = 0) -> bytes:
        return self.wire[:2] + struct.pack("!HHHHH", flags, questions, answers, authority, 0)


Udp = Callable[[Question], Iterable[bytes]]
Tcp = Callable[[Question, socket.socket], None]


def framed(message: bytes) -> bytes:
    """As over TCP (RFC 1035 section 4.2.2)."""
    return struct.pack("!H", len(message)) + message


@dataclass(frozen=True, slots=True)
class Trick:
    """How a name is answered over UDP; over TCP the same first message, unless said otherwise."""

    udp: Udp
    tcp: Tcp | None = None


def truncated(tcp: Tcp) -> Trick:
    """Over UDP only the sign to ask again over TCP."""
    return Trick(lambda asked: [asked.reply(tc=1)], tcp)


@dataclass(slots=True)
class HostileDns:
    """A running server; `asked` counts questions by name."""

    port: int
    tricks: Mapping[str, Trick]
    asked: Counter[str] = field(default_factory=Counter)
    closing: threading.Event = field(default_factory=threading.Event)
    nameserver: str = LOOPBACK

    def trick(self, asked: Question) -> Trick:
        self.asked[asked.name] += 1
        return self.tricks[asked.name.partition(".")[0]]


@contextmanager
def running_hostile_dns(tricks: Mapping[str, Trick]) -> Iterator[HostileDns]:
    def start(ports: Sequence[int]) -> tuple[HostileDns, socket.socket, socket.socket]:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            udp.bind((LOOPBACK, ports[0]))
            tcp.bind((LOOPBACK, ports[0]))
            tcp.listen(256)
        except OSError as error:
            udp.close()
            tcp.close()
            raise StartError(f"port {ports[0]}: {error}") from error
        return HostileDns(ports[0], tricks), udp, tcp

    server, udp, tcp = on_free_ports(1, start)
    _thread(_serve_udp, server, udp)
    _thread(_serve_tcp, server, tcp)
    try:
        yield server
    finally:
        server.closing.set()
        for each in (udp, tcp):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _thread(job: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=job, args=arguments, daemon=True).start()


def _serve_udp(server: HostileDns, listener: socket.socket) -> None:
    with suppress(OSError):
        while not server.closing.is_set():
            wire, whom = listener.recvfrom(65_535)
            if len(wire) < 12:  # shutdown() wakes the call with an empty message
                continue
            _thread(_answer_udp, server, listener, Question(wire), whom)


def _answer_udp(server: HostileDns, listener: socket.socket, asked: Question, whom: tuple[str, int]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    with suppress(OSError):
        for message in server.trick(asked).udp(asked):
            if server.closing.is_set() or time.monotonic() > deadline:
                return
            listener.sendto(message, whom)


def _serve_tcp(server: HostileDns, listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            _thread(_answer_tcp, server, connection)


def _answer_tcp(server: HostileDns, connection: socket.socket) -> None:
    with connection, suppress(OSError):
        connection.settimeout(PATIENCE_S)
        length = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))[0]
        asked = Question(connection.recv(length, socket.MSG_WAITALL))
        trick = server.trick(asked)
        if trick.tcp is not None:
            trick.tcp(asked, connection)
            return
        for message in trick.udp(asked):
            connection.sendall(framed(message))
            return


# --- tricks of time ---


def silent(asked: Question) -> Iterator[bytes]:
    yield from ()


def after(delay_s: float, udp: Udp) -> Udp:
    def late(asked: Question) -> Iterator[bytes]:
        time.sleep(delay_s)
        yield from udp(asked)

    return late


def flood(message: Callable[[Question], bytes]) -> Udp:
    """The same message, ten thousand times a second at most, until the patience ends."""

    def without_end(asked: Question) -> Iterator[bytes]:
        bogus = message(asked)
        while True:
            for _ in range(20):
                yield bogus
            time.sleep(0.002)

    return without_end


def drip(message: Callable[[Question], bytes], pause_s: float = 0.05) -> Tcp:
    """Over TCP, byte by byte."""

    def slowly(asked: Question, connection: socket.socket) -> None:
        for byte in framed(message(asked)):
            connection.sendall(bytes([byte]))
            time.sleep(pause_s)

    return slowly


def stall(asked: Question, connection: socket.socket) -> None:
    """Takes the question and says nothing."""
    with suppress(TimeoutError):
        connection.recv(1)


def hang_up(asked: Question, connection: socket.socket) -> None:
    """Takes the question and closes."""


def send(message: Callable[[Question], bytes]) -> Tcp:
    """These bytes and no more, the connection left open."""

    def sending(asked: Question, connection: socket.socket) -> None:
        connection.sendall(message(asked))
        stall(asked, connection)

    return sending


def bare_header(asked: Question, rcode: int) -> bytes:
    """No question repeated, as servers do that understood nothing."""
    return bytes(DNSRecord(DNSHeader(id=asked.record.header.id, qr=1, ra=1, rcode=rcode)).pack())
