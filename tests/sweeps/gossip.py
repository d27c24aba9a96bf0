"""An IMAP server that hears a secret and tells it on: at a chosen command, in a chosen manner, in a chosen form."""

from __future__ import annotations

import base64
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import product

_ORDINARY: Mapping[str, bytes] = {
    "LIST": b'* LIST (\\Junk) "/" Junk\r\n* LIST () "/" INBOX\r\n',
    "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\n",
    "SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 9] ok\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\n",
}

# What is repeated of the line that held the secret.
FORMS: Mapping[str, Callable[[bytes, str], bytes]] = {
    "the line": lambda line, _secret: line,
    "in capitals": lambda line, _secret: line.upper(),
    "the secret": lambda _line, secret: secret.encode(),
    "base64": lambda _line, secret: base64.b64encode(secret.encode()),
    "of SASL": lambda _line, secret: base64.b64encode(f"\0seller\0{secret}".encode()),
}
MANNERS: Mapping[str, bytes] = {
    "NO": b"%T NO cannot do %S\r\n",
    "BAD": b"%T BAD [CLIENTBUG] what is %S?\r\n",
    "alert": b"* NO [ALERT] look at %S\r\n%T NO [ALERT] look at %S\r\n",
    "farewell": b"* BYE no more of %S\r\n",
    "garbage": b"%S\r\n",
    "half an answer": b'* 1 FETCH (UID 8 RFC822.SIZE "%S" {\r\n%T OK done\r\n',
    "list": b"* LIST (%S\r\n%T OK done\r\n",
    "state": b"* OK [UIDVALIDITY %S] x\r\n* %S EXISTS\r\n%T OK done\r\n",
}
PLACES = ("sign-in", "LIST", "EXAMINE", "FETCH")


@dataclass(frozen=True, slots=True)
class Gossip:
    """Where, how and what it tells."""

    place: str
    manner: str
    form: str
    by_sasl: bool = False

    def __str__(self) -> str:
        return f"{self.form} as {self.manner} at {self.place}{' by SASL' if self.by_sasl else ''}"


def all_gossip() -> list[Gossip]:
    every = [Gossip(*each) for each in product(PLACES, MANNERS, FORMS, (False, True))]
    return [one for one in every if one.by_sasl or one.form != "of SASL"]


@contextmanager
def telling(gossip: Gossip, secret: str) -> Iterator[int]:
    """A running server; its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=32)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, suppress(OSError):
                    _serve(client, gossip, secret)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=15)


def _serve(client: socket.socket, gossip: Gossip, secret: str) -> None:
    client.settimeout(10)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    offers = "LOGINDISABLED AUTH=PLAIN" if gossip.by_sasl else "AUTH=PLAIN"
    client.sendall(f"* OK [CAPABILITY IMAP4rev1 {offers}] ready\r\n".encode())
    heard = b""
    file = client.makefile("rb")
    for line in file:
        tag, verb = _words(line)
        if verb == "LOGIN":
            heard = line.strip()
        if verb == "AUTHENTICATE":
            client.sendall(b"+ \r\n")
            heard = file.readline().strip()
        place = "sign-in" if verb in ("LOGIN", "AUTHENTICATE") else verb
        if place == gossip.place:
            said = FORMS[gossip.form](heard, secret)
            client.sendall(MANNERS[gossip.manner].replace(b"%T", tag).replace(b"%S", said))
            if gossip.manner in ("farewell", "garbage"):
                return
        else:
            client.sendall(_ORDINARY.get(verb, b"") + tag + b" OK done\r\n")
        if verb == "LOGOUT":
            return


def _words(line: bytes) -> tuple[bytes, str]:
    words = re.split(rb"\s+", line.strip(), maxsplit=3)
    verb = words[1].decode("ascii", "replace").upper() if len(words) > 1 else ""
    if verb == "UID" and len(words) > 2:
        verb = words[2].decode("ascii", "replace").upper()
    return words[0], verb
