"""The recording proxy tells what went over the wire, and can be made to break it."""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Iterable

import pytest

from tests.servers.account import ImapServer, signed_in, stored
from tests.servers.recorder import Cut, Direction, Recorders, Relay

pytestmark = pytest.mark.server

RAW = b"Subject: a {5}\r\n\r\nx\r\n"


def test_a_known_exchange_is_counted(imap_server: ImapServer, recorder: Recorders) -> None:
    account = recorder(imap_server.account())
    with imaplib.IMAP4(account.host, account.port, timeout=10) as imap:
        imap.login(account.username, account.password)
        imap.select("Junk", readonly=True)
    assert recorder.verbs() == ["CAPABILITY", "LOGIN", "EXAMINE", "LOGOUT"]
    assert recorder.round_trips == 4
    assert recorder.bytes_up == sum(len(line) + 2 for line in recorder.commands())
    assert recorder.bytes_down > recorder.bytes_up


def test_what_lies_in_a_literal_is_no_command(
    imap_server: ImapServer, recorder: Recorders, deliver: Callable[..., int]
) -> None:
    deliver(recorder(imap_server.account()), RAW)
    assert recorder.verbs() == ["CAPABILITY", "LOGIN", "STATUS", "APPEND", "LOGOUT"]
    assert recorder.round_trips == 6  # the literal waits for the server's go-ahead


def test_uid_commands_are_named_whole(imap_server: ImapServer, recorder: Recorders) -> None:
    stored(recorder(imap_server.account()))
    assert "UID FETCH" in recorder.verbs()


def test_two_connections_are_kept_apart(imap_server: ImapServer, recorder: Recorders) -> None:
    account = recorder(imap_server.account())
    with signed_in(account), signed_in(account):
        pass
    assert recorder.all[0].connections == 2
    assert recorder.verbs() == ["CAPABILITY", "LOGIN", "LOGOUT"] * 2


class CutBeforeExamine(Relay):
    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        if direction is Direction.TO_SERVER and b"EXAMINE" in data:
            raise Cut
        return super().passed(direction, data)


def test_a_relay_can_break_the_connection(imap_server: ImapServer, recorder: Recorders) -> None:
    account = recorder(imap_server.account(), relay=CutBeforeExamine)
    with pytest.raises((OSError, imaplib.IMAP4.abort)), signed_in(account) as imap:
        imap.select("Junk", readonly=True)
    assert recorder.verbs()[-1] == "EXAMINE"


class OneByteAtATime(Relay):
    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        return (data[place : place + 1] for place in range(len(data)))


def test_a_relay_can_drip(imap_server: ImapServer, recorder: Recorders) -> None:
    account = recorder(imap_server.account(), relay=OneByteAtATime)
    assert stored(account) == ()
