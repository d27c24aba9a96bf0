"""ManageSieve (RFC 5804): the scripts of one account in and out, octet for octet.

The only module that imports sievelib's client. It speaks through our bounded connection, and what it makes of a script
or of a list is read again from what the server sent: it turns line ends, and knows no name in a literal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from sievelib import managesieve

from auditor.errors import MailboxError, MailboxMisbehaved, ScriptRefused
from auditor.mailbox import bearer, wire
from auditor.mailbox.bounded import BoundedFile, Limits
from auditor.mailbox.endpoint import Endpoint, dial, secured
from auditor.mailbox.hiding import hider
from auditor.mailbox.signin import AccessToken, Credential

MAX_SCRIPT = 1_000_000
"""Octets of one script; Pigeonhole takes as many (sieve_max_script_size)."""

_SESSION_S = 300
_MOST_LINES = 50_000
_LOGOUT_S = 1
_LONGEST_QUOTE = 200
_LITERAL = re.compile(rb"\{([0-9]{1,10})\+?\}\r\n")
_COUNTED = re.compile(r"\{([0-9]{1,10})\+?\}$")
_LISTED = re.compile(rb'"((?:[^"\\\r\n]|\\["\\])*)"( ACTIVE)?\r\n', re.IGNORECASE)
_NO_SERVER = "name it in [mailbox.NAME.sieve]; without ManageSieve: auditor whitelist export sieve"
_APP_PASSWORD = "check user name and password; accounts with two-step sign-in need an app password"


@dataclass(frozen=True, slots=True)
class SieveServer:
    """Where the scripts are, and whose."""

    endpoint: Endpoint
    username: str
    credential: Credential


@contextmanager
def signed_in(server: SieveServer, limits: Limits) -> Iterator[Scripts]:
    """A session. Raises MailboxError, or ConfigError for a connection that may not be."""
    scripts = Scripts(server, limits)
    try:
        scripts.open()
        yield scripts
    finally:
        scripts.close()


class Scripts:
    """A session of one account; a `auditor.apply.scripting.ScriptServer`."""

    def __init__(self, server: SieveServer, limits: Limits) -> None:
        self._server = server
        self._host = server.endpoint.host
        self._hide = hider(server.credential.value)
        bounded = replace(limits, run_s=min(limits.run_s, _SESSION_S), answer=2 * MAX_SCRIPT, lines=_MOST_LINES)
        self._bounded = BoundedFile(bounded, host=self._host)
        self._heard = _Heard(self._bounded)
        self._client: Any = managesieve.Client(self._host, server.endpoint.port)
        self._answer = b""
        self.extensions: frozenset[str] = frozenset()

    def open(self) -> None:
        """Connect, start TLS, sign in."""
        try:
            sock = dial(self._server.endpoint, seconds=self._bounded.seconds_left())
        except MailboxError as error:
            raise MailboxError(f"no ManageSieve server: {error.message}", hint=_NO_SERVER) from error
        self._heard.attach(sock)
        self._client.sock = self._heard
        self._greeted()
        if self._server.endpoint.security == "starttls":
            self._start_tls(sock)
        self._sign_in()
        self.extensions = frozenset(str(self._capability("SIEVE")).lower().split())

    def close(self) -> None:
        """LOGOUT, waiting no longer than a second, and hang up. Never raises."""
        with suppress(Exception):
            if not self._bounded.broken and self._client.sock is not None:
                self._bounded.begin("signing out", seconds=_LOGOUT_S)
                self._client.logout()
        with suppress(Exception):
            self._heard.close()

    def names(self) -> tuple[Sequence[str], str | None]:
        """All scripts, and which of them is active. Raises MailboxMisbehaved for a name in a form of its own."""
        self._ask("listing the scripts", lambda: self._command("LISTSCRIPTS", []))
        found = list(_listed(self._answer))
        if b"".join(each[0] for each in found) != self._answer:
            said = f"{self._host} lists its scripts in a way that is not understood"
            self._bounded.break_off(MailboxMisbehaved(said))
        names = [re.sub(rb"\\(.)", rb"\1", each[1]).decode("utf-8", "surrogateescape") for each in found]
        active = next((name for name, each in zip(names, found, strict=True) if each[2]), None)
        return names, active

    def get(self, name: str) -> bytes:
        self._ask("reading a script", lambda: self._command("GETSCRIPT", [_octets(name)]))
        answer = self._answer
        found = _LITERAL.match(answer)
        if found is None or len(answer) < found.end() + int(found[1]):
            self._bounded.break_off(MailboxMisbehaved(f"{self._host} gave a script in a way that is not understood"))
        return answer[found.end() : found.end() + int(found[1])]

    def check(self, text: bytes) -> None:
        """Let the server compile it, where it can (CHECKSCRIPT). Raises ScriptRefused with its words."""
        if self._capability("VERSION"):
            self._ask("checking a script", lambda: self._command("CHECKSCRIPT", [_literal(text)]))

    def has_space(self, name: str, size: int) -> None:
        """Raises ScriptRefused where the quota does not allow it."""
        self._ask("asking for space", lambda: self._command("HAVESPACE", [_octets(name), size]))

    def put(self, name: str, text: bytes) -> None:
        self._ask("writing a script", lambda: self._command("PUTSCRIPT", [_octets(name), _literal(text)]))

    def delete(self, name: str) -> None:
        self._ask("deleting a script", lambda: self._command("DELETESCRIPT", [_octets(name)]))

    def activate(self, name: str) -> None:
        self._ask("activating a script", lambda: self._command("SETACTIVE", [_octets(name)]))

    def _greeted(self) -> None:
        self._bounded.begin("waiting for its greeting")
        is_sieve = self._heard.peek().startswith((b'"', b"NO", b"BYE"))
        if is_sieve:
            self._read_capabilities()
        if not is_sieve or not self._capability("SIEVE"):
            where = f"{self._host} port {self._server.endpoint.port}"
            self._bounded.break_off(MailboxMisbehaved(f"{where} does not speak ManageSieve", hint=_NO_SERVER))

    def _start_tls(self, sock: Any) -> None:
        if not self._client.has_tls_support():
            raise MailboxError(
                f"{self._host} offers no STARTTLS for ManageSieve, and the password is not sent in clear",
                hint='use security = "tls" in [mailbox.NAME.sieve] where the server has a port for it',
            )
        self._ask("starting TLS", lambda: self._command("STARTTLS", []))
        self._heard.attach(sock)  # refuses octets that came in clear behind the OK
        sock.settimeout(self._bounded.seconds_left())
        self._heard.attach(secured(sock, self._server.endpoint))
        self._read_capabilities()  # what was announced in clear may be forged (RFC 5804, section 2.2)

    def _sign_in(self) -> None:
        credential = self._server.credential
        username = wire.guarded(self._server.username, "user name")
        is_token = isinstance(credential, AccessToken)
        secret = wire.guarded(credential.value, "access token" if is_token else "password", longest=wire.TOKEN)
        offered = str(self._capability("SASL")).upper().split()
        usable = ("OAUTHBEARER", "XOAUTH2") if is_token else ("PLAIN", "LOGIN")
        mechanism = next((each for each in usable if each in offered), None)
        if mechanism is None:
            way = "an OAuth2 token" if is_token else "a password"
            raise MailboxError(f"{self._host} lets nobody sign in to ManageSieve with {way}")
        authenticate = _private(self._client, "authenticate")
        try:
            self._ask("signing in", lambda: authenticate(username, secret, "", mechanism))
        except ScriptRefused as error:
            hint = bearer.advice(error.message) if is_token else _APP_PASSWORD
            raise MailboxError(f"{self._host} refused to sign {username} in: {error.message}", hint=hint) from error

    def _read_capabilities(self) -> None:
        self._client._Client__capabilities = {}
        self._ask("waiting for its greeting", _private(self._client, "get_capabilities"))

    def _capability(self, name: str) -> str:
        return self._client._Client__capabilities.get(name) or ""

    def _command(self, name: str, arguments: list[bytes | int]) -> bool:
        """Whether the answer is OK; what it brought before that is kept in `_answer`."""
        code, said = _private(self._client, "send_command")(name, arguments)
        self._answer = self._heard.all_but_last()
        if code == "OK" and (warning := _COUNTED.search(said or "")):  # sievelib leaves the text behind an OK unread
            _private(self._client, "read_block")(int(warning[1]) + len("\r\n"))
        return bool(code == "OK")

    def _ask(self, doing: str, call: Callable[[], bool]) -> None:
        """Raises ScriptRefused with the server's words for NO, and MailboxError for whatever else is not OK."""
        self._bounded.begin(doing)
        self._heard.begin()
        self._client.errmsg, self._client.errcode = b"", b""
        try:
            is_ok = call()
        except managesieve.Error as error:
            self._bounded.break_off(MailboxError(f"{self._host}, while {doing}: {self._quoted(str(error))}"))
        except (ValueError, AttributeError, TypeError, IndexError):  # what sievelib makes of an answer that is none
            self._bounded.break_off(MailboxMisbehaved(f"{self._host} gave no answer that is understood while {doing}"))
        if not is_ok:
            raise ScriptRefused(self._why(doing))

    def _why(self, doing: str) -> str:
        words = (self._client.errcode, self._client.errmsg)
        code, said = (self._quoted((each or b"").decode("utf-8", "replace")) for each in words)
        if "QUOTA" in code.upper():
            return f"there is no room for another script, or a longer one: {said or code}"
        return said or code or f"the server said no, without a reason, while {doing}"

    def _quoted(self, words: str) -> str:
        return self._hide(" ".join(words.split()))[:_LONGEST_QUOTE]


class _Heard:
    """What sievelib takes for a socket: never more than a line ahead; what is heard is kept."""

    def __init__(self, bounded: BoundedFile) -> None:
        self._bounded = bounded
        self._sock: Any = None
        self._ahead = b""
        self._lines: list[bytes] = []

    def attach(self, sock: Any) -> None:
        """Raises MailboxMisbehaved for octets that are still unread."""
        self._bounded.attach(sock)
        self._sock = sock

    def begin(self) -> None:
        self._lines.clear()

    def all_but_last(self) -> bytes:
        """What came before the line that says OK."""
        return b"".join(self._lines[:-1])

    def peek(self) -> bytes:
        """The next line, which is still to be read."""
        if not self._ahead:
            self._ahead = self._bounded.readline()
            self._lines.append(self._ahead)
        return self._ahead

    def recv(self, size: int) -> bytes:
        self.peek()
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        return taken

    def sendall(self, data: bytes) -> None:
        self._bounded.send(data)

    def close(self) -> None:
        if self._sock is not None:
            self._sock.close()


def _listed(answer: bytes) -> Iterator[re.Match[bytes]]:
    """One line after the other, up to one that is none."""
    found = _LISTED.match(answer)
    while found is not None:
        yield found
        found = _LISTED.match(answer, found.end())


def _private(client: managesieve.Client, name: str) -> Any:
    """A method that sievelib keeps to itself: its public ones turn line ends, or connect without our bounds."""
    return getattr(client, f"_Client__{name}")


def _literal(text: bytes) -> bytes:
    return b"{%d+}\r\n%s" % (len(text), text)


def _octets(name: str) -> bytes:
    """Raises MailboxError for a name that could end the command, or that is no UTF-8."""
    return wire.guarded(name, "name of a script").encode()
