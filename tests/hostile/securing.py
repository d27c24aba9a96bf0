"""A case of TLS goes in; the program meets a server that behaves so, and what went wrong comes out."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.bench import Bench, contents, secrets
from tests.hostile.tls import WISHES, Case
from tests.servers.authority import Authority, Wish, self_signed
from tests.servers.honest_imap import HonestMailbox
from tests.servers.hostile_imap import HostileImap, hostile_imap, starttls, verb_of
from tests.servers.process import LOOPBACK
from tests.servers.recorder import Direction, Recorder, Relay

IN_CLEAR = {"CAPABILITY", "STARTTLS", "LOGOUT"}
"""The commands that may be sent before TLS."""


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Certificates by name, each good or bad in one thing, and the authorities to trust."""

    ours: Authority
    certificates: Mapping[str, Path]

    def trust(self, whom: str) -> dict[str, object]:
        return {"ca_file": str(self.ours.certificate)} if whom == "ours" else {}


def filled_cabinet(folder: Path) -> Cabinet:
    ours, other = Authority.new(folder / "ours"), Authority.new(folder / "other")
    middle, usurper = ours.below(folder / "middle"), ours.below(folder / "usurper", Wish(common_name="Usurper"))
    alone, chained, usurped = middle.issue(Wish()), middle.issue(Wish()), usurper.issue(Wish())
    for path, above in ((chained, middle), (usurped, usurper)):
        path.write_bytes(path.read_bytes() + above.certificate.read_bytes())
    made = {name: ours.issue(wish) for name, wish in WISHES.items()}
    made |= {"chained": chained, "leaf alone": alone, "signed by a leaf": usurped}
    made |= {"signed by itself": self_signed(folder), "of another authority": other.issue(Wish())}
    return Cabinet(ours, made)


def offering(
    certificate: Path, *, at_least: ssl.TLSVersion | None = None, at_most: ssl.TLSVersion | None = None
) -> ssl.SSLContext:
    """A server that stops at nothing: old versions and weak keys are for its clients to refuse."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = at_least or ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = at_most or ssl.TLSVersion.MAXIMUM_SUPPORTED
    context.load_cert_chain(certificate)
    return context


class Tap(Relay):
    """Keeps every octet of the client, as it goes over the wire."""

    def __init__(self, heard: bytearray) -> None:
        self._heard = heard

    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        if direction is Direction.TO_SERVER:
            self._heard += data
        return (data,)


@contextmanager
def serving(case: Case, context: ssl.SSLContext) -> Iterator[HostileImap]:
    replies = {"STARTTLS": starttls(context, ahead=case.ahead), **case.replies}
    honest = HonestMailbox.of(contents())
    tls = context if case.under_tls else None
    with hostile_imap(replies, greeting=case.greeting, otherwise=honest.answer, tls=tls) as server:
        yield server


def broken(case: Case, cabinet: Cabinet, bench: Bench) -> Iterator[str]:
    """What is wrong with a dry run on the server of this case."""
    context = offering(cabinet.certificates[case.certificate], at_least=case.at_least, at_most=case.at_most)
    heard = bytearray()
    with serving(case, context) as server:
        tapped = Recorder(LOOPBACK, server.port, relay=lambda: Tap(heard))
        keys = {"host": case.host, "port": tapped.port, "security": case.security, **cabinet.trust(case.trust)}
        run = bench.run_on(server, "audit", **keys)
        tapped.stop()
    yield from run.broken
    if run.ended.status != (3 if case.says else 10) or case.says not in run.ended.stderr:
        yield f"ended with {run.ended.status}: {run.ended.stderr}"
    if any(secret in heard for secret in secrets()):
        yield "the password went over the wire in clear"
    if not case.after_sign_in and any(secret in line for line in server.received for secret in secrets()):
        yield "the server was told the password"
    if case.security == "starttls" and not set(map(verb_of, filter(bytes.isascii, server.in_clear))) <= IN_CLEAR | {""}:
        yield f"said in clear: {server.in_clear}"


@contextmanager
def shaking_hands(context: ssl.SSLContext) -> Iterator[socket.socket]:
    """A client's end; a server shakes hands at the other one."""

    def serve() -> None:
        with suppress(OSError), context.wrap_socket(theirs, server_side=True) as sock:
            sock.recv(1)

    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield ours
    finally:
        ours.close()
        thread.join(timeout=10)
        theirs.close()
