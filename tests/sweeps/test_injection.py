"""No value from outside makes an IMAP command (C.1): every call site x every control byte and random payloads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from itertools import chain, islice

import pytest

from auditor.errors import AuditorError
from auditor.mailbox.connection import Connection, connect
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.signin import Password
from tests.imports import sources
from tests.servers.account import Account, deliver
from tests.servers.hostile_imap import scripted
from tests.servers.pymap_server import Pymap
from tests.servers.recorder import Recorders
from tests.sweeps.call_sites import call_sites, words_of
from tests.sweeps.doors import DOORS, NUMBERS, SIGN_IN, Door, SignInDoor, Value
from tests.sweeps.ear import listening
from tests.sweeps.payloads import random_payloads, with_controls
from tests.sweeps.scorecard import Row, Score

pytestmark = pytest.mark.thorough

NOTHING = "carries no value from outside"
SIGNS_IN = tuple(SIGN_IN)
OPENS = ("examine", "select")
READS = ("identify by", "identify from", "present", "traces", "traces between", "whole", "header field")
CHANGES = ("move", "copy", "flag added", "flag removed", "move by", "copy by", "store by", "expunge by")

# Every call through which something reaches the wire, and the doors by which the sweep goes through it.
SITES: dict[str, tuple[str, ...] | str] = {
    "doctor.examining._signed_in: session.sign_in": SIGNS_IN,
    "doctor.examining._signed_in: session.start_tls": NOTHING,
    "mailbox.connection.Connection.close: self._session.close": NOTHING,
    "mailbox.connection.connect: session.close": NOTHING,
    "mailbox.connection.connect: session.sign_in": SIGNS_IN,
    "mailbox.connection.connect: session.start_tls": NOTHING,
    "mailbox.identity.identify: session.fetch": ("identify by", "identify from"),
    "mailbox.imap.Session._authenticate: self._client.plain_login": ("user name in SASL", "password in SASL"),
    "mailbox.imap.Session._authenticate: self._command": ("user name", "password"),
    "mailbox.imap.Session._command: self._imap._simple_command": (*READS, *CHANGES, "user name", "password"),
    "mailbox.imap.Session._send_token: self._client.oauth2_login": ("user name with a token", "token"),
    "mailbox.imap.Session._send_token: self._client.oauthbearer_login": ("user name of a bearer", "token of a bearer"),
    "mailbox.imap.Session.change: self._command": CHANGES,
    "mailbox.imap.Session.close: self._imap.logout": NOTHING,
    "mailbox.imap.Session.close: self._imap.shutdown": NOTHING,
    "mailbox.imap.Session.fetch: self._command": READS,
    "mailbox.imap.Session.folders: self._command": NOTHING,
    "mailbox.imap.Session.open: self._client.select_folder": OPENS,
    "mailbox.imap.Session._statuses_at_once: self._command": ("statuses",),  # and at once: tests/mailbox/test_wire.py
    "mailbox.imap.Session.first_since: self._command": NOTHING,  # a date, and dates are numbers
    "mailbox.imap.Session.sign_in: self._client.capabilities": NOTHING,
    "mailbox.imap.Session.start_tls: self._imap.starttls": NOTHING,
    "mailbox.imap.Session.status: self._client.folder_status": ("status", "statuses", "status by the writer"),
    "mailbox.protocol.BoundedImap4._get_capabilities: super()._get_capabilities": NOTHING,
    "mailbox.protocol.BoundedImap4.starttls: self._simple_command": NOTHING,
    "mailbox.reader.Reader._fetch_fields: self._session.fetch": ("header field",),
    "mailbox.reader.Reader.examine: self._session.open": ("examine",),
    "mailbox.reader.Reader.folders: self._session.folders": NOTHING,
    "mailbox.reader.Reader.present: self._session.fetch": ("present",),
    "mailbox.reader.Reader.status: self._session.status": ("status",),
    "mailbox.reader.Reader.traces: self._session.fetch": ("traces", "traces between"),
    "mailbox.reader.Reader.whole: session.fetch": ("whole",),
    "mailbox.writer.Writer._transfer: self._session.change": ("move", "copy", "move by", "copy by"),
    "mailbox.writer.Writer.identify_from: self._session.fetch": ("identify from",),
    "mailbox.writer.Writer.select: self._session.open": ("select",),
    "mailbox.writer.Writer.status: self._session.status": ("status by the writer",),
    "mailbox.writer.Writer.store: self._session.change": ("flag added", "flag removed", "store by"),
    "mailbox.writer.Writer.uid_expunge: self._session.change": ("expunge by",),
}


def test_every_call_site_is_swept() -> None:
    """A new one fails here until it is said by which door the sweep goes through it."""
    assert {str(site) for site in call_sites()} == SITES.keys()
    assert {door for doors in SITES.values() if doors != NOTHING for door in doors} == {*DOORS, *SIGN_IN}


def test_nothing_is_searched_for_by_a_value_of_a_message() -> None:
    """SEARCH can carry header values, which strangers choose; SORT and THREAD are the same by other names.

    The one search is for a date.
    """
    spoken = {word.strip('("*)') for _, word in words_of("auditor.mailbox.")}

    assert {"FETCH", "EXPUNGE", "LIST"} <= spoken
    assert not spoken & {"SORT", "THREAD", "APPEND", "CREATE", "DELETE", "RENAME"}
    assert not [site for site in call_sites() if re.search("search|sort|thread", site.callee)]
    assert [name for name, source in sources().items() if '"SEARCH"' in source and "_command" in source] == [
        "auditor.mailbox.imap"
    ]


def test_the_one_search_is_for_a_date() -> None:
    endpoint, password = "127.0.0.1", Password("secret")
    with scripted() as server, connect(Endpoint(endpoint, server.port, "none"), "seller", password) as at:
        reader = at.reader()
        reader.examine("INBOX")
        before = len(server.received)
        for day in (date(2026, 8, 1), date(1, 12, 31)):
            with suppress(AuditorError):
                reader.first_since(day)

        sent = [line.partition(b" ")[2] for line in server.received[before:]]
    assert sent == [b"UID SEARCH SINCE 1-Aug-2026", b"UID SEARCH SINCE 31-Dec-0001"]


_BESIDES = {
    "session": r'\w+ (?:EXAMINE|SELECT) "INBOX"',
    "LOGIN": r"\w+ (?:CAPABILITY|LOGOUT)",
    "SASL": r"\w+ (?:AUTHENTICATE [A-Z0-9]+|CAPABILITY|LOGOUT)|\*",
}


def spoken(lines: Iterable[str], *, besides: str) -> list[str]:
    """The lines without those that are sent whatever the payload is, and without their tags."""
    chosen = [line for line in lines if not re.fullmatch(_BESIDES[besides], line)]
    return chosen if besides == "SASL" else [line.partition(" ")[2] for line in chosen]


def fitting(door: Door | SignInDoor, value: str, said: Iterable[str]) -> Iterator[str]:
    """A finding for each line that this payload may not cause, or that carries another value."""
    for line in said:
        found = re.fullmatch(door.lines, line)
        if not found:
            yield f"{value!r} made the line {line!r}"
        elif door.carried(found[1]) not in (value, value.upper()):
            yield f"{value!r} was sent as {found[1]!r}"


class Sweep:
    """Payloads over signed-in connections to a real server; `findings` are lines on the wire that none may cause."""

    def __init__(self, account: Account, recorder: Recorders) -> None:
        self.cases = self.sent = 0
        self.findings: list[str] = []
        self._direct, self._recorder = account, recorder
        self._connection: Connection | None = None

    def go(self, name: str, values: Iterable[Value]) -> None:
        for number, value in enumerate(values):
            if number % _A_CONNECTION == 0:
                self._hang_up()
            connection = self._signed_in()
            before = len(self._commands())
            with suppress(AuditorError):
                DOORS[name].send(connection, value)
            said = spoken(self._commands()[before:], besides="session")
            self.cases += 1
            self.sent += bool(said)
            self.findings += fitting(DOORS[name], str(value), said)
        self._hang_up()

    def _commands(self) -> list[str]:
        return [line.decode("latin-1") for line in self._recorder.commands()]

    def _signed_in(self) -> Connection:
        if self._connection is None or not self._connection.alive:
            self._hang_up()
            account = self._recorder(self._direct)
            where = Endpoint(account.host, account.port, "none")
            self._connection = connect(where, account.username, Password(account.password))
            self._connection.writer().select("INBOX")
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._recorder.stop()
        self._recorder.all.clear()
        self._connection = None


_A_CONNECTION = 60  # payloads: what was recorded is read anew for each
NO_NUMBERS: tuple[Value, ...] = (0, -1, 2**32, 10**50, True, "7", " 7", "7 ", "1:*", "7\r\nX1 LOGOUT", "*", "", "٧")


@pytest.fixture
def account(pymap: Pymap) -> Account:
    account = pymap.account()
    deliver(account, b"Subject: a letter\r\n\r\nHello\r\n", "INBOX")
    return account


def values_for(name: str, seed: int, *, controls: int, count: int) -> Iterator[Value]:
    """Every `controls`-th place of a control byte, so many random payloads, and for numbers what is none."""
    yield from islice(with_controls(), seed % controls, None, controls)
    yield from random_payloads(seed, count)
    yield from NO_NUMBERS if name in NUMBERS else ()


def swept(account: Account, recorder: Recorders, seed: int, *, controls: int, count: int) -> Sweep:
    sweep = Sweep(account, recorder)
    for name in DOORS:
        sweep.go(name, values_for(name, seed, controls=controls, count=count))
    return sweep


def test_a_sample_of_payloads_makes_no_command(account: Account, recorder: Recorders, seed: int) -> None:
    sweep = swept(account, recorder, seed, controls=3, count=12)

    assert sweep.findings == []
    assert 0 < sweep.sent < sweep.cases


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_no_payload_makes_a_command(account: Account, recorder: Recorders, seed: int, score: Score) -> None:
    sweep = swept(account, recorder, seed, controls=1, count=1000)

    of = f"{len(DOORS)} ways into a session x 33 control bytes in 3 places and 1,000 payloads"
    score(Row("C.1", "injection", of, sweep.cases, sweep.findings, seed, f"{sweep.sent:,} were sent, as they are"))


def signed_in_by(name: str, values: Iterable[str]) -> tuple[int, list[str]]:
    """How many were tried, and the lines that may not have been on the wire."""
    door, cases, findings = SIGN_IN[name], 0, list[str]()
    for value in values:
        with listening(door.offers) as ear, suppress(AuditorError):
            door.send(Endpoint("127.0.0.1", ear.port, "none"), value).close()
        cases += 1
        findings += fitting(door, value, spoken(ear.lines(), besides="SASL" if door.offers else "LOGIN"))
    return cases, findings


def test_a_sample_of_payloads_makes_no_command_while_signing_in(seed: int) -> None:
    findings: list[str] = []
    for number, name in enumerate(SIGN_IN):
        values = chain(islice(with_controls(), (seed + number) % 3, None, 3), random_payloads(seed + number, 12))
        findings += signed_in_by(name, values)[1]

    assert findings == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_no_payload_makes_a_command_while_signing_in(seed: int, score: Score) -> None:
    cases, findings = 0, list[str]()
    for number, name in enumerate(SIGN_IN):
        tried, found = signed_in_by(name, chain(with_controls(), random_payloads(seed + number, 1000)))
        cases, findings = cases + tried, findings + found

    of = f"{len(SIGN_IN)} ways to sign in x 33 control bytes in 3 places and 1,000 payloads"
    score(Row("C.1", "injection while signing in", of, cases, findings, seed))


@pytest.mark.parametrize("line", ["b1 EXPUNGE", 'b1 STATUS "a" (MESSAGES) b2 LOGOUT', 'b1 STATUS "a"'])
def test_a_line_that_may_not_be_there_is_seen(line: str) -> None:
    """Without this the sweeps could not fail."""
    assert list(fitting(DOORS["status"], "a", spoken([line], besides="session")))


def test_a_value_that_arrives_changed_is_seen() -> None:
    said = ['STATUS "a" (MESSAGES UIDNEXT UIDVALIDITY)']

    assert not list(fitting(DOORS["status"], "a", said))
    assert list(fitting(DOORS["status"], "b", said))
