"""A connection in, folders, folder states and messages out. The only module that imports imapclient."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import ProtocolError
from imapclient.imap_utf7 import decode as from_utf7
from imapclient.imap_utf7 import encode as to_utf7

from auditor.errors import AuditorError, FolderError, MailboxError, MailboxMisbehaved, SignInError
from auditor.mailbox import bearer, wire
from auditor.mailbox.answers import Fetched, fetched, folder_state, least_found, lowest_reached, statuses
from auditor.mailbox.bounded import BoundedFile, HungUpError, Limits
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.hiding import hider
from auditor.mailbox.interface import Folder, FolderState
from auditor.mailbox.protocol import BoundedImap4
from auditor.mailbox.signin import AccessToken, Credential

# imapclient's parser goes letter by letter, so that what it is given is bounded closely.
_MOST_FOLDERS = 20_000
_LIST_OCTETS = 2_000_000
_STATE_OCTETS = 500_000
_LONGEST_QUOTE = 200  # characters of a server's own words that an error repeats
_APP_PASSWORD = "check user name and password; accounts with two-step sign-in need an app password"


class Session:
    """One connection and the few commands sent over it, each bounded and each failure one sentence.

    `expunged` counts the messages that left the open folder since it was opened. `lowest`: the last FETCH was cut
    short, and this is the lowest UID that it reached (MESSAGELIMIT, RFC 9738, section 3.1).
    """

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self.host = endpoint.host
        self.opened: FolderState | None = None
        self.expunged = 0
        self.lowest: int | None = None
        self.capabilities: frozenset[str] = frozenset()
        self._hide = hider("")
        self._by_token = False
        self._bounded = BoundedFile(limits, host=endpoint.host)
        self._imap: Any = None  # typeshed knows neither `untagged_responses` nor the methods below the public ones
        with self._asking("connecting"):
            self._client = _Client(endpoint, self._bounded)
            self._imap = self._client._imap

    @property
    def alive(self) -> bool:
        """Whether another command can be sent."""
        return not self._bounded.broken

    def tls(self) -> tuple[str, float] | None:
        """Protocol and the moment when the server's certificate ends (seconds since the epoch); None in clear."""
        sock = self._imap.sock
        if not isinstance(sock, ssl.SSLSocket):
            return None
        return sock.version() or "TLS", ssl.cert_time_to_seconds(str((sock.getpeercert() or {})["notAfter"]))

    def start_tls(self) -> None:
        """STARTTLS, or MailboxError: there is no going on in clear."""
        self._refuse_preauth()
        if "STARTTLS" not in self._imap.capabilities:
            raise MailboxError(
                f"{self.host} offers no STARTTLS, and the password is not sent in clear",
                hint='use security = "tls" with port 993',
            )
        with self._asking("starting TLS"):
            self._imap.starttls()

    def sign_in(self, username: str, credential: Credential) -> None:
        """LOGIN, or SASL for a token and for what LOGIN cannot carry. Raises MailboxError with the server's words."""
        self._by_token = isinstance(credential, AccessToken)
        wire.guarded(username, "user name")
        if self._by_token:
            wire.guarded(credential.value, "access token", longest=wire.TOKEN)
        else:
            wire.guarded(credential.value, "password")
        self._hide = hider(credential.value)
        self._refuse_preauth()
        with self._asking("signing in"):
            try:
                self._authenticate(username, credential)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                raise self._unaccepted(username) from None
            announced = self._client.capabilities()
        self.capabilities = frozenset(name.decode("ascii", "replace") for name in announced)

    def folders(self) -> tuple[Folder, ...]:
        """LIST of everything, asking for special uses where the server needs to be asked (RFC 6154)."""
        options = ("RETURN", "(SPECIAL-USE)") if {"SPECIAL-USE", "LIST-EXTENDED"} <= self.capabilities else ()
        with self._asking("listing folders", lines=_MOST_FOLDERS, answer=_LIST_OCTETS):
            self._expect_ok(self._command("LIST", '""', '"*"', *options))
            lines = self._client._proc_folder_list(self._imap.untagged_responses.get("LIST", []))
            return tuple(_folder(*line) for line in lines)

    def status(self, name: str) -> FolderState:
        """STATUS. Raises FolderError."""
        encoded = _encoded(name)
        with self._asking(f"looking at folder {name!r}", folder=True, answer=_STATE_OCTETS):
            answer = self._client.folder_status(encoded, self._status_items())
            return folder_state(name, answer, host=self.host, exists=b"MESSAGES")

    def statuses(self, names: Sequence[str]) -> dict[str, FolderState]:
        """STATUS of each; of several at once where the server offers that. What it does not tell is left out."""
        patterns = " ".join(folder_argument(name) for name in names)
        is_able = {"LIST-EXTENDED", "LIST-STATUS"} <= self.capabilities
        if len(names) > 1 and is_able and len(patterns) < wire.VALUE and not {"%", "*"} & {*patterns}:  # no wildcards
            with suppress(FolderError):
                return self._statuses_at_once(names, patterns)
        return {name: state for name in names if (state := self._told(name))}

    def first_since(self, day: date) -> int | None:
        """UID SEARCH; by ESEARCH (RFC 4731) the least alone, where the server has that."""
        returning = ("RETURN", "(MIN)") if "ESEARCH" in self.capabilities else ()
        with self._asking(f"searching {self._where()}", folder=True):
            self._expect_ok(self._command("UID", "SEARCH", *returning, "SINCE", wire.search_date(day)))
            answers = self._imap.untagged_responses
            return least_found(answers.get("ESEARCH", []) if returning else answers.get("SEARCH", []))

    def open(self, name: str, *, readonly: bool) -> FolderState:
        """EXAMINE or SELECT. Raises FolderError, also where a folder that is to be written can only be read."""
        encoded = _encoded(name)
        self.opened, self.expunged = None, 0
        with self._asking(f"opening folder {name!r}", folder=True, answer=_STATE_OCTETS):
            answer = self._client.select_folder(encoded, readonly)
            opened = folder_state(name, answer, host=self.host, exists=b"EXISTS", read_only=readonly)
            self._imap.untagged_responses.clear()
        self.opened = opened
        return opened

    def fetch(
        self, messages: str, items: str, *, by_uid: bool = True, literal: int | None = None, answer: int | None = None
    ) -> tuple[Fetched, ...]:
        """FETCH or UID FETCH; what is gone by now is left out. `literal` and `answer` are limits in octets."""
        with self._asking(f"reading {self._where()}", folder=True, literal=literal, answer=answer):
            verb = ("UID", "FETCH") if by_uid else ("FETCH",)
            typ = self._command(*verb, messages, items)
            if typ != "OK" and b"[EXPUNGEISSUED]" not in self._imap.said.upper():
                self._expect_ok(typ)
            self.lowest = lowest_reached(self._imap.untagged_responses.get("MESSAGELIMIT", [b""])[-1])
            return fetched(self._imap.untagged_responses.get("FETCH", []))

    def change(self, verb: str, uids: str, *arguments: str) -> bytes:
        """UID MOVE, COPY, STORE or EXPUNGE; the COPYUID code, empty where there was none. Raises MailboxError."""
        with self._asking(f"sending {verb} in {self._where()}"):
            self._expect_ok(self._command("UID", verb, uids, *arguments))
            codes = self._imap.untagged_responses.get("COPYUID", [b""])
            return codes[0] if len(codes) == 1 else b""

    def close(self, *, seconds: float) -> None:
        """LOGOUT, waiting no longer than `seconds`, and hang up. Never raises."""
        with suppress(Exception):
            if self.alive:
                self._bounded.begin("signing out", seconds=seconds)
                self._imap.logout()
        with suppress(Exception):
            self._imap.shutdown()

    def _authenticate(self, username: str, credential: Credential) -> None:
        offered = self._imap.capabilities
        if isinstance(credential, AccessToken):
            self._send_token(username, credential.value)
        elif "LOGINDISABLED" not in offered and (username + credential.value).isascii():
            name, password = wire.quoted(username, "user name"), wire.quoted(credential.value, "password")
            # imaplib's own login() quotes the user name on some versions of Python only
            self._expect_ok(self._command("LOGIN", name, password))
            self._imap.state = "AUTH"
        elif "AUTH=PLAIN" in offered:
            self._client.plain_login(username, credential.value)
        else:
            raise MailboxError(f"{self.host} lets nobody sign in with a password", hint="it may want OAuth2")

    def _send_token(self, username: str, token: str) -> None:
        if "AUTH=XOAUTH2" in self._imap.capabilities:
            self._client.oauth2_login(username, token)
        elif "AUTH=OAUTHBEARER" in self._imap.capabilities:
            self._client.oauthbearer_login(username, token)
        else:
            raise MailboxError(f"{self.host} accepts no OAuth2 token", hint="use a password or an app password")

    def _unaccepted(self, username: str) -> MailboxError:
        said = self._words()
        if not self._by_token:
            return MailboxError(f"{self.host} refused to sign {username} in: {said}", hint=_APP_PASSWORD)
        # imapclient answers a server that says why with the token once more, and forgets what was said
        why = self._hide(bearer.complaint(self._imap.continuation_response))
        told = f"{said} ({why})" if why else said
        return SignInError(f"{self.host} did not accept the token of {username}: {told}", hint=bearer.advice(told))

    def _status_items(self) -> list[str]:
        more = ["HIGHESTMODSEQ"] if "CONDSTORE" in self.capabilities else []
        return ["MESSAGES", "UIDNEXT", "UIDVALIDITY", *more]

    def _statuses_at_once(self, names: Sequence[str], patterns: str) -> dict[str, FolderState]:
        items = " ".join(self._status_items())
        with self._asking("looking at folders", folder=True, answer=_STATE_OCTETS):
            self._expect_ok(self._command("LIST", '""', f"({patterns})", "RETURN", f"(STATUS ({items}))"))
            told = statuses(self._imap.untagged_responses.get("STATUS", []))
        encoded = {name: _encoded(name).encode("ascii") for name in names}
        answers = {name: told[each] for name, each in encoded.items() if each in told}
        return {name: state for name, answer in answers.items() if (state := self._read(name, answer))}

    def _told(self, name: str) -> FolderState | None:
        with suppress(FolderError):
            return self.status(name)
        return None

    def _read(self, name: str, answer: dict[bytes, Any]) -> FolderState | None:
        with suppress(FolderError):
            return folder_state(name, answer, host=self.host, exists=b"MESSAGES")
        return None

    def _refuse_preauth(self) -> None:
        if self._imap.state != "NONAUTH":
            raise MailboxError(f"{self.host} says we are already signed in (PREAUTH): somebody may be in between")

    def _command(self, *words: str) -> str:
        typ, _ = self._imap._simple_command(*words)
        return str(typ)

    def _expect_ok(self, typ: str) -> None:
        if typ != "OK":
            raise imaplib.IMAP4.error(typ)

    def _where(self) -> str:
        if self.opened is None:
            raise MailboxError("no folder is open")
        return f"folder {self.opened.name!r}"

    @contextmanager
    def _asking(self, doing: str, *, folder: bool = False, **limits: int | None) -> Iterator[None]:
        """Everything that talking to a server can raise, as one MailboxError (FolderError where `folder`).

        `limits` are those of BoundedFile.begin.
        """
        kind = FolderError if folder else MailboxError
        self._bounded.begin(doing, **limits)
        if self._imap:
            self._imap.said = b""
        try:
            yield
        except HungUpError as exc:
            raise kind(exc.message) from exc
        except MailboxMisbehaved as exc:
            self._bounded.break_off(MailboxMisbehaved(self._quoted(exc)))
        except AuditorError:
            raise
        except imaplib.IMAP4.readonly as exc:
            raise FolderError(f"{self.host} allows only reading while {doing}") from exc
        except imaplib.IMAP4.abort as exc:
            self._bounded.break_off(self._aborted(exc, doing, kind))
        except ProtocolError as exc:
            self._bounded.break_off(self._nonsense(exc, doing))
        except imaplib.IMAP4.error as exc:
            if not self._imap:
                self._bounded.break_off(self._unwelcome(exc))
            said = self._words() or self._quoted(exc)
            hint = bearer.known(said) if self._by_token else ""
            raise kind(f"{self.host} refused while {doing}: {said}", hint=hint) from exc
        except OSError as exc:
            reason = exc.strerror or type(exc).__name__
            self._bounded.break_off(kind(f"lost {self.host} while {doing}: {reason}"))
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as exc:
            self._bounded.break_off(self._nonsense(f"its answer cannot be read ({type(exc).__name__})", doing))
        finally:
            self._tidy()

    def _tidy(self) -> None:
        if self._imap:
            self.expunged += len(self._imap.untagged_responses.get("EXPUNGE", ()))
            self._imap.untagged_responses.clear()

    def _aborted(self, exc: Exception, doing: str, kind: type[MailboxError]) -> MailboxError:
        bye = self._imap.untagged_responses.get("BYE") if self._imap else None
        if not bye:
            return self._nonsense(exc, doing)
        return kind(f"{self.host} ended the session while {doing}: {self._quoted(bye[-1])}")

    def _unwelcome(self, exc: Exception) -> MailboxError:
        """A greeting other than OK and PREAUTH, in the words that imaplib repeats where there are any."""
        greeting = self._quoted(exc)
        if not greeting.startswith("* BYE"):
            return self._nonsense(f"its greeting is no welcome: {greeting}", "connecting")
        return MailboxError(f"{self.host} ended the session while connecting: {greeting.removeprefix('* BYE').strip()}")

    def _nonsense(self, why: Exception | str, doing: str) -> MailboxMisbehaved:
        said = why if isinstance(why, str) else self._quoted(why)
        return MailboxMisbehaved(f"{self.host} did not follow the IMAP protocol while {doing}: {said}")

    def _words(self) -> str:
        return self._quoted(self._imap.said) if self._imap else ""

    def _quoted(self, words: bytes | Exception) -> str:
        """A server's words, short, and without the secret should it repeat that."""
        if isinstance(words, Exception):
            words = words.args[0] if words.args and isinstance(words.args[0], bytes) else str(words).encode()
        return self._hide(words.decode("utf-8", "replace").strip())[:_LONGEST_QUOTE]


class _Client(IMAPClient):  # type: ignore[misc]  # untyped
    def __init__(self, endpoint: Endpoint, bounded: BoundedFile) -> None:
        self._endpoint = endpoint
        self._bounded = bounded
        super().__init__(endpoint.host, endpoint.port, ssl=False)
        self.folder_encode = False  # one name that is no modified UTF-7 must not spoil the whole list
        if hasattr(self._imap, "debug"):
            self._imap.debug = 0  # imapclient's 5 formats every line, passwords too, for a log

    def _create_IMAP4(self) -> BoundedImap4:  # noqa: N802  imapclient's name
        return BoundedImap4(self._endpoint, self._bounded)


def folder_argument(name: str) -> str:
    """A folder name as a command carries it: modified UTF-7, quoted. Raises MailboxError."""
    return wire.quoted(_encoded(name), "folder name")


def _encoded(name: str) -> str:
    encoded: bytes = to_utf7(wire.guarded(name, "folder name"))
    return wire.guarded(encoded.decode("ascii"), "folder name")


def _folder(attributes: tuple[bytes, ...], delimiter: bytes | None, name: object) -> Folder:
    return Folder(
        name=_decoded(name) if isinstance(name, bytes) else str(name),
        attributes=frozenset(attribute.decode("ascii", "replace").lower() for attribute in attributes),
        delimiter=delimiter.decode("ascii", "replace") if delimiter else None,
    )


def _decoded(name: bytes) -> str:
    if name.isascii():
        with suppress(ValueError):
            return str(from_utf7(name))
    return name.decode("utf-8", "replace")
