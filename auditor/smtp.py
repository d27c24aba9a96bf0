"""A message and a submission server in; that the server took it, or one sentence on why not, out.

The only module that imports smtplib. Each reply is bounded in octets, lines and seconds, and so is the whole session;
TLS is verified as for IMAP, and nothing is sent in clear but to this machine.
"""

from __future__ import annotations

import base64
import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from auditor.errors import AuditorError, MailboxError, MailboxMisbehaved
from auditor.mailbox import bearer, wire
from auditor.mailbox.bounded import BoundedFile, HungUpError, Limits
from auditor.mailbox.endpoint import Endpoint, dial, secured
from auditor.mailbox.hiding import hider
from auditor.mailbox.signin import AccessToken, Credential

_CALLED = "[127.0.0.1]"  # in EHLO: an address literal, as mail programs send it; the name of this machine is private
_LONGEST_LINE = 4_096  # octets; RFC 5321, section 4.5.3.1.5, asks for 512
_MOST_LINES = 200
_LONGEST_QUOTE = 200  # characters of a server's own words that an error repeats
_SESSION_S = 300  # one attempt, all steps together
_QUIT_S = 1
_REPLY = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\r\n]*))?\r?\n")
_ADDRESS = re.compile(r"[!-;=?-~]{1,250}@[A-Za-z0-9.\[\]:-]{1,250}")
_APP_PASSWORD = "check user name and password; accounts with two-step sign-in need an app password"
_SMTP_SCOPE = "the token must be for sending too: where the provider gives none for that, use an app password"


class SubmissionError(AuditorError):
    """The message was not taken. `again`: the server may take it later (RFC 5321, section 4.2.1)."""

    def __init__(self, message: str, *, hint: str = "", again: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.again = again


@dataclass(frozen=True, slots=True)
class Submission:
    """Where mail is handed in, and by whom."""

    endpoint: Endpoint
    username: str
    credential: Credential


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message for one recipient; `raw` has CRLF line ends and 7 bits."""

    sender: str
    recipient: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """What the server said. Not `certain`: it had the whole message, and its answer never came."""

    words: str
    certain: bool = True


def submit(server: Submission, envelope: Envelope, limits: Limits) -> Taken:
    """Hand in one message, once. Raises SubmissionError (it was not taken) or ConfigError; nothing stays open."""
    for address in (envelope.sender, envelope.recipient):
        if not _ADDRESS.fullmatch(address):
            raise SubmissionError(f"{address[:80]!a} is no address that mail can be sent to without SMTPUTF8")
    with _told_as_submission():
        exchange = _Exchange(server, limits)
        try:
            exchange.greet()
            exchange.sign_in()
            return exchange.hand_in(envelope)
        finally:
            exchange.close()


@contextmanager
def _told_as_submission() -> Iterator[None]:
    """A server that hung up may do better in a minute; one that is not there, too slow or talks nonsense will not."""
    try:
        yield
    except MailboxError as error:
        again = isinstance(error, HungUpError)
        raise SubmissionError(error.message, hint=error.hint, again=again) from error


class _Exchange:
    """One connection: greeting, TLS, sign-in, one message."""

    def __init__(self, server: Submission, limits: Limits) -> None:
        self._server = server
        self._host = server.endpoint.host
        self._hide = hider(server.credential.value)
        run_s = min(limits.run_s, _SESSION_S)
        bounded = replace(limits, run_s=run_s, line=_LONGEST_LINE, answer=_MOST_LINES * _LONGEST_LINE)
        self._bounded = BoundedFile(replace(bounded, lines=_MOST_LINES), host=self._host)
        self._smtp = _Smtp(server.endpoint, self._bounded, self._quoted)

    def greet(self) -> None:
        self._bounded.begin("connecting")
        self._expect(self._smtp.open(), 220, "refused the connection")
        self._ehlo()
        if self._server.endpoint.security == "starttls":
            self._start_tls()

    def sign_in(self) -> None:
        """AUTH. A server on this machine that asks for none gets none."""
        offered = set(self._smtp.esmtp_features.get("auth", "").upper().split())
        if not offered and self._server.endpoint.security == "none":
            return
        self._bounded.begin("signing in")
        username, credential = wire.guarded(self._server.username, "user name"), self._server.credential
        if isinstance(credential, AccessToken):
            self._send_token(username, wire.guarded(credential.value, "access token", longest=wire.TOKEN), offered)
        else:
            self._send_password(username, wire.guarded(credential.value, "password"), offered)

    def hand_in(self, envelope: Envelope) -> Taken:
        self._bounded.begin("naming the sender")
        self._expect(self._smtp.docmd("MAIL", f"FROM:<{envelope.sender}>"), 250, f"refused {envelope.sender} as sender")
        self._bounded.begin("naming the recipient")
        answer = self._smtp.docmd("RCPT", f"TO:<{envelope.recipient}>")
        self._expect(answer, (250, 251), f"refused {envelope.recipient} as recipient")
        self._bounded.begin("sending the message")
        self._expect(self._smtp.docmd("DATA"), 354, "refused the message")
        self._bounded.begin("sending the message")
        try:
            self._smtp.send(_dotted(envelope.raw))
            code, words = self._smtp.getreply()
        except MailboxError as error:
            return Taken(error.message, certain=False)
        self._expect((code, words), 250, "refused the message")
        return Taken(self._quoted(words))

    def close(self) -> None:
        """QUIT, waiting no longer than a second, and hang up. Never raises."""
        with suppress(Exception):
            if not self._bounded.broken:
                self._bounded.begin("signing out", seconds=_QUIT_S)
                self._smtp.docmd("QUIT")
        with suppress(Exception):
            self._smtp.close()

    def _ehlo(self) -> None:
        self._bounded.begin("asking what it offers")
        self._expect(self._smtp.ehlo(), 250, "refused EHLO")

    def _start_tls(self) -> None:
        if not self._smtp.has_extn("starttls"):
            raise SubmissionError(
                f"{self._host} offers no STARTTLS, and the password is not sent in clear",
                hint='use security = "tls" with port 465',
            )
        self._bounded.begin("starting TLS")
        self._expect(self._smtp.docmd("STARTTLS"), 220, "offers STARTTLS and then refused it")
        self._smtp.secure()
        self._ehlo()  # what was announced in clear may be forged (RFC 3207, section 4.2)

    def _send_password(self, username: str, password: str, offered: set[str]) -> None:
        if "PLAIN" in offered:
            answer = self._smtp.authenticate("PLAIN", f"\0{username}\0{password}".encode())
        elif "LOGIN" in offered:
            answer = self._smtp.authenticate("LOGIN", None, username.encode(), password.encode())
        else:
            raise SubmissionError(f"{self._host} lets nobody sign in with a password", hint="it may want OAuth2")
        self._expect(answer, 235, f"refused to sign {username} in", hint=_APP_PASSWORD)

    def _send_token(self, username: str, token: str, offered: set[str]) -> None:
        if "XOAUTH2" in offered:
            first, then = f"user={username}\1auth=Bearer {token}\1\1", b""
            answer = self._smtp.authenticate("XOAUTH2", first.encode(), then)
        elif "OAUTHBEARER" in offered:
            first, then = f"n,a={_saslname(username)},\1auth=Bearer {token}\1\1", b"\1"
            answer = self._smtp.authenticate("OAUTHBEARER", first.encode(), then)
        else:
            raise SubmissionError(f"{self._host} accepts no OAuth2 token", hint="use a password or an app password")
        why = bearer.complaint(self._smtp.challenge)
        told = f"{self._quoted(answer[1])} {why}"
        hint = bearer.known(told) or _SMTP_SCOPE
        self._expect(answer, 235, f"did not accept the token of {username}", hint=hint)

    def _expect(
        self, answer: tuple[int, bytes], wanted: int | tuple[int, ...], refusal: str, *, hint: str = ""
    ) -> None:
        """The one wanted code, or SubmissionError with the server's own words."""
        code, words = answer
        if code in (wanted if isinstance(wanted, tuple) else (wanted,)):
            return
        said = f"{code} {self._quoted(words)}".strip()
        again = 400 <= code < 500
        raise SubmissionError(f"{self._host} {refusal}: {said}", hint="" if again else hint, again=again)

    def _quoted(self, words: bytes) -> str:
        """A server's words, short, and without the secret should it repeat that."""
        return self._hide(" ".join(words.decode("utf-8", "replace").split()))[:_LONGEST_QUOTE]


class _Smtp(smtplib.SMTP):
    """smtplib with its input and output bounded, as `auditor.mailbox.protocol` does it to imaplib."""

    def __init__(self, endpoint: Endpoint, bounded: BoundedFile, quoted: Callable[[bytes], str]) -> None:
        self._endpoint = endpoint
        self._bounded = bounded
        self._quoted = quoted
        self.sock: Any = None
        self.challenge = b""
        super().__init__(local_hostname=_CALLED)

    def open(self) -> tuple[int, bytes]:
        """Connect; the greeting."""
        self.sock = dial(self._endpoint, seconds=self._bounded.seconds_left())
        self._bounded.attach(self.sock)
        return self.getreply()

    def secure(self) -> None:
        """Go on under TLS. Raises MailboxMisbehaved for octets that came in clear behind the 220."""
        self._bounded.attach(self.sock)
        self.sock.settimeout(self._bounded.seconds_left())
        self.sock = secured(self.sock, self._endpoint)
        self._bounded.attach(self.sock)

    def authenticate(self, mechanism: str, first: bytes | None, *then: bytes) -> tuple[int, bytes]:
        """AUTH (RFC 4954): an initial response where there is one, an answer to each challenge, then the end."""
        code, said = self.docmd("AUTH", mechanism if first is None else f"{mechanism} {_base64(first)}")
        for answer in then:
            if code == 334:
                self.challenge = said
                code, said = self.docmd(_base64(answer))
        return self.docmd("*") if code == 334 else (code, said)  # it asks for more than the mechanism has

    def send(self, s: Any) -> None:
        self._bounded.send(s.encode("ascii") if isinstance(s, str) else bytes(s))

    def getreply(self) -> tuple[int, bytes]:
        words: list[bytes] = []
        while True:
            line = self._bounded.readline()
            found = _REPLY.fullmatch(line)
            if found is None:
                said = f"{self._endpoint.host} does not speak SMTP: {self._quoted(line)!a}"
                self._bounded.break_off(MailboxMisbehaved(said))
            words.append(found[3] or b"")
            if found[2] != b"-":
                return int(found[1]), b"\n".join(words)


def _dotted(raw: bytes) -> bytes:
    """As DATA takes it: dots at the start of a line doubled, and the line that ends it (RFC 5321, section 4.5.2)."""
    whole = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole) + b".\r\n"


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _saslname(name: str) -> str:
    """RFC 5801, section 4."""
    return name.replace("=", "=3D").replace(",", "=2C")
