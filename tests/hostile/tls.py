"""The cases of TLS and STARTTLS, each with its answer.

Out of scope, since nothing in auditor could answer otherwise: revoked certificates (no CRL or OCSP is asked; whoever
revokes relies on short lifetimes), pinned fingerprints (there is no key for one: a private authority is named by
ca_file, and verification cannot be switched off), renegotiation (gone with TLS 1.3, refused by OpenSSL 3 in 1.2).
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from tests.hostile.row import PROTOCOL, TOO_LATE, before, then
from tests.hostile.speaking import ESCAPES
from tests.servers.authority import RSA_1024, Wish
from tests.servers.hostile_imap import GREETING, HANG_UP, Command, Reply, dripping, endless, silent

OFFERED = b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\n"
AGREED = b"%T OK begin TLS now\r\n"
ALERT = b"\x15\x03\x03\x00\x02\x02"  # a fatal alert; its number follows
HELLO = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"  # a record of a handshake; 16,380 octets of a ServerHello follow
TOO_OLD = "offers only TLS older than 1.2"
LATE = "did not answer in time"

WISHES = {
    "good": Wish(),
    "expired": Wish(begins=-9, ends=-2),
    "not valid yet": Wish(begins=2, ends=9),
    "for another name": Wish("DNS:imap.other.test"),
    "for names alone": Wish("DNS:localhost"),
    "without names": Wish(""),
    "of a short key": Wish(key=RSA_1024),
    "signed with SHA-1": Wish(digest="sha1"),
    "for clients": Wish(extensions="extendedKeyUsage = clientAuth"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A server, and how a run on it must end; `says` is part of the one line on stderr, empty where all goes well.

    `under_tls`: from the first octet on; otherwise `greeting` and `replies` are said in clear, and the answer to
    STARTTLS, where it is left out, is to agree.
    """

    name: str
    says: str
    certificate: str = "good"
    trust: str = "ours"
    host: str = "localhost"
    at_least: ssl.TLSVersion | None = None
    at_most: ssl.TLSVersion | None = None
    under_tls: bool = True
    greeting: Reply = field(default=GREETING, repr=False)
    replies: Mapping[str, Reply] = field(default_factory=dict, repr=False)
    security: str = "tls"
    ahead: bytes = b""  # said in clear ahead of the OK to STARTTLS

    @property
    def after_sign_in(self) -> bool:
        """Whether all is well until somebody has signed in."""
        return not self.says or "LIST" in self.replies


def certificates() -> Iterator[Case]:
    unknown = "the certificate of localhost comes from an unknown authority; nothing was sent to it"
    yield Case("a good certificate", "")
    yield Case("a good certificate for an address", "", host="127.0.0.1")
    yield Case("a chain of two", "", "chained")
    yield Case("expired", "the certificate of localhost has expired; nothing was sent to it", "expired")
    yield Case(
        "not valid yet", "the certificate of localhost is not valid yet; nothing was sent to it", "not valid yet"
    )
    yield Case("for another name", "is for another name; nothing was sent", "for another name")
    yield Case(
        "for names, asked by address", "is for another address; nothing was sent", "for names alone", host="127.0.0.1"
    )
    yield Case("a common name and no names", "is for another name; nothing was sent", "without names")
    yield Case("signed by itself", "is signed by itself; nothing was sent", "signed by itself")
    yield Case("an unknown authority", unknown, trust="system")
    yield Case("another authority than the one named", unknown, "of another authority")
    yield Case("a chain without its middle", unknown, "leaf alone")
    yield Case(
        "signed by a certificate that is no authority",
        "the certificate of localhost is refused: invalid CA certificate",
        "signed by a leaf",
    )
    yield Case("a key of 1,024 bits", "has a key that is too short", "of a short key")
    yield Case("a signature with SHA-1", "is signed by a method that is no longer safe", "signed with SHA-1")
    yield Case("a certificate for clients", "is not for a server", "for clients")


def versions() -> Iterator[Case]:
    yield Case("TLS 1.0", TOO_OLD, at_most=ssl.TLSVersion.TLSv1)
    yield Case("TLS 1.1", TOO_OLD, at_most=ssl.TLSVersion.TLSv1_1)
    yield Case("TLS 1.2", "", at_most=ssl.TLSVersion.TLSv1_2, at_least=ssl.TLSVersion.TLSv1_2)
    yield Case("TLS 1.3", "", at_least=ssl.TLSVersion.TLSv1_3)


def handshakes() -> Iterator[Case]:
    def clear(name: str, says: str, greeting: Reply) -> Case:
        return Case(f"handshake: {name}", says, under_tls=False, greeting=greeting)

    failed = "TLS with localhost port "
    yield clear("IMAP in clear", "does not start with TLS", GREETING)
    yield clear("HTTP in clear", "does not start with TLS", b"HTTP/1.1 400 Bad Request\r\n\r\n")
    yield clear("none", LATE, silent)
    yield clear("dripped", LATE, lambda command: dripping(command, unit=HELLO + b"\x00" * 16_000))
    yield clear("hung up at once", failed, HANG_UP)
    yield clear("half of it, and hung up", failed, _after_hello(HELLO + b"\x00" * 100, HANG_UP))
    yield clear("half of it, and silence", LATE, _after_hello(HELLO + b"\x00" * 100))
    yield clear("an alert", failed, _after_hello(ALERT + b"\x28"))
    yield clear("the alert that the version is too old", TOO_OLD, _after_hello(ALERT + b"\x46"))
    yield clear("the alert that the name is unknown", failed, _after_hello(ALERT + b"\x70"))
    yield clear("nonsense", "does not start with TLS", _after_hello(b"\xff" * 1_000))
    yield clear("without an end", failed, endless(HELLO + b"\x00" * 16_380))
    yield Case(
        "words in clear in the middle",
        "while listing folders: TLS broke (wrong version number)",
        replies={"LIST": _in_clear},
    )
    yield Case("closed without a farewell of TLS", "closed the connection", replies={"LIST": HANG_UP})
    yield Case("a server of TLS where STARTTLS is wanted", TOO_LATE, security="starttls")


def starttls_cases() -> Iterator[Case]:
    def asks(name: str, says: str, certificate: str = "good", **given: object) -> Case:
        made = {"greeting": OFFERED, **given}
        return Case(f"STARTTLS: {name}", says, certificate, security="starttls", under_tls=False, **made)  # type: ignore[arg-type]

    def answered(name: str, says: str, *reply: bytes) -> Case:
        return asks(name, says, replies={"STARTTLS": reply})

    clear = "sent data in clear after it agreed to use TLS"
    yield asks("as it should be", "")
    yield asks(
        "taken out of the greeting", "offers no STARTTLS, and the password is not sent in clear", greeting=GREETING
    )
    yield asks("taken out of CAPABILITY", "offers no STARTTLS", greeting=b"* OK ready\r\n")
    yield asks("spelled otherwise", "offers no STARTTLS", greeting=OFFERED.replace(b"STARTTLS", b"XSTARTTLS"))
    yield answered("NO", "refused while starting TLS: not now", b"%T NO not now\r\n")
    yield answered("BAD", "while starting TLS", b"%T BAD what?\r\n")
    yield answered("BYE", "ended the session while starting TLS: no TLS today", b"* BYE no TLS today\r\n")
    yield asks("OK, and all goes on in clear", "does not start with TLS", replies={"STARTTLS": _agreed_in_vain})
    yield answered("OK to another tag", PROTOCOL, b"A0 OK begin TLS now\r\n")
    yield answered("hung up", "closed the connection while starting TLS", HANG_UP)
    yield answered("OK, and hung up", "TLS with localhost port ", AGREED, HANG_UP)
    yield asks("never answered", TOO_LATE, replies={"STARTTLS": silent})
    yield asks("dripped", TOO_LATE, replies={"STARTTLS": dripping})
    yield asks("OK, and no handshake", LATE, replies={"STARTTLS": _agreed_and_silent})
    yield answered("words behind the OK", clear, AGREED + b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")
    yield answered("an OK behind the OK", clear, AGREED + b"%T OK again\r\n")
    yield answered("a command's answer behind the OK", clear, AGREED + b"* PREAUTH welcome\r\n")
    yield answered("half a line behind the OK", clear, AGREED + b"*")
    yield asks("words before the OK", "", ahead=b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n")
    yield asks("an alert before the OK", "", ahead=b"* OK [ALERT] " + ESCAPES + b"\r\n")
    yield asks("BYE before the OK", "ended the session while starting TLS", ahead=b"* BYE so long\r\n")
    yield asks(
        "signed in already (PREAUTH)", "already signed in (PREAUTH)", greeting=OFFERED.replace(b"OK", b"PREAUTH")
    )
    yield asks("BYE for a greeting", "ended the session while connecting", greeting=b"* BYE go away\r\n")
    yield asks("no IMAP for a greeting", PROTOCOL, greeting=b"220 ready [CAPABILITY STARTTLS]\r\n")
    yield asks("an expired certificate", "has expired; nothing was sent to it", "expired")
    yield asks("a certificate for another name", "is for another name; nothing was sent to it", "for another name")
    yield asks("an unknown authority", "comes from an unknown authority", "of another authority")
    yield asks("TLS 1.1", TOO_OLD, at_most=ssl.TLSVersion.TLSv1_1)
    yield asks(
        "LOGINDISABLED under TLS too",
        "lets nobody sign in",
        replies={"CAPABILITY": then(b"* CAPABILITY IMAP4rev1 LOGINDISABLED")},
    )
    yield asks("PREAUTH under TLS", "", replies={"CAPABILITY": before(b"* PREAUTH welcome\r\n")})


def _after_hello(said: bytes, *more: bytes) -> Callable[[Command], Iterator[bytes]]:
    """Words to be said behind the client's first ones; then silence, if nothing more is to be said."""

    def replied(command: Command) -> Iterator[bytes]:
        command.conversation.sock.recv(65_536)
        yield said
        yield from more or silent(command)

    return replied


def _in_clear(command: Command) -> Iterator[bytes]:
    os.write(command.conversation.sock.fileno(), b"* LIST () NIL x\r\n")
    yield from silent(command)


def _agreed_in_vain(command: Command) -> Iterator[bytes]:
    yield AGREED
    yield from _after_hello(b"* OK still here\r\n")(command)


def _agreed_and_silent(command: Command) -> Iterator[bytes]:
    yield AGREED
    yield from silent(command)


CASES = tuple(chain(certificates(), versions(), handshakes(), starttls_cases()))
