"""The proxy commits the faults that it is told to, where it is told to, and is otherwise not there."""

from __future__ import annotations

import imaplib
import time
from collections.abc import Sequence
from contextlib import suppress

import pytest

from tests.servers.account import ImapServer, deliver, folders, signed_in, stored
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import (
    After,
    Before,
    Call,
    Cut,
    During,
    Fault,
    Octet,
    Reply,
    Say,
    Sent,
    Shape,
    Wait,
    doubled,
    drip,
    hiding,
    truncated,
)

pytestmark = pytest.mark.server

RAW = b"Subject: a {5}\r\n\r\nA1 SELECT x\r\n" + b"y" * 70_000
GONE = (OSError, imaplib.IMAP4.abort)


def proxied(server: ImapServer, *faults: Fault) -> FaultProxy:
    return FaultProxy(server.account(), faults)


def test_without_faults_it_only_counts(imap_server: ImapServer) -> None:
    with proxied(imap_server) as proxy:
        deliver(proxy.account, RAW)
        assert [message.raw for message in stored(proxy.account)] == [RAW]

    first = ["CAPABILITY", "LOGIN", "STATUS", "APPEND", "LOGOUT"]
    assert proxy.verbs() == [*first, "CAPABILITY", "LOGIN", "EXAMINE", "UID FETCH", "LOGOUT"]
    assert [command.number for command in proxy.commands] == list(range(1, 11))
    assert [line.split()[1] for line in proxy.writes()] == [b"APPEND"]
    assert proxy.octets > len(RAW)


@pytest.mark.parametrize(("place", "was_stored"), [(Before, False), (After, True)])
def test_a_cut_before_a_command_prevents_it_and_a_cut_after_hides_it(
    imap_server: ImapServer, place: type[Before] | type[After], was_stored: bool
) -> None:
    with proxied(imap_server, Fault(place("APPEND"), Cut())) as proxy, pytest.raises(GONE):
        deliver(proxy.account, RAW)

    assert [message.raw for message in stored(proxy.direct)] == [RAW] * was_stored


def test_a_cut_behind_a_command_lets_no_word_of_the_answer_through(imap_server: ImapServer) -> None:
    with proxied(imap_server, Fault(Sent("NOOP"), Cut())) as proxy:
        with suppress(*GONE), signed_in(proxy.account) as imap:
            before = proxy.octets
            imap.noop()
        assert proxy.verbs()[-1] == "NOOP"
        assert proxy.octets == before


def test_commands_are_found_by_number_over_all_connections(imap_server: ImapServer) -> None:
    with proxied(imap_server, Fault(Before(4), Cut())) as proxy:
        with signed_in(proxy.account):
            pass
        with pytest.raises(GONE), signed_in(proxy.account):
            pass
    assert proxy.verbs() == ["CAPABILITY", "LOGIN", "LOGOUT", "CAPABILITY"]


@pytest.mark.parametrize("octet", [0, 1, 17, 80])
def test_exactly_so_many_octets_pass(imap_server: ImapServer, octet: int) -> None:
    with proxied(imap_server, Fault(Octet(octet), Cut())) as proxy:
        with pytest.raises(GONE), signed_in(proxy.account) as imap:
            imap.select("Junk")
        assert proxy.octets == octet


def test_something_outside_happens_at_an_octet_and_all_octets_pass(imap_server: ImapServer) -> None:
    seen: list[int] = []
    with proxied(imap_server) as proxy:
        proxy.faults = [Fault(Octet(n), Call(lambda: seen.append(proxy.octets))) for n in (3, 90)]
        assert stored(proxy.account) == ()
    assert seen == [3, 90]


@pytest.mark.parametrize(
    ("words", "raised"),
    [
        (b"%T NO [OVERQUOTA] full\r\n", None),
        (b"%T BAD full\r\n", imaplib.IMAP4.error),
        (b"* BYE full\r\n", imaplib.IMAP4.abort),
    ],
)
def test_words_are_said_in_the_servers_stead(
    imap_server: ImapServer, words: bytes, raised: type[Exception] | None
) -> None:
    with proxied(imap_server, Fault(Before("CREATE"), Reply(words)), Fault(Before("LOGOUT"), Cut())) as proxy:
        with suppress(*GONE), signed_in(proxy.account) as imap:
            if raised:
                with pytest.raises(raised, match="full"):
                    imap.create("New")
            else:
                assert imap.create("New") == ("NO", [b"[OVERQUOTA] full"])
        assert "New" not in folders(proxy.direct)


@pytest.mark.parametrize("place", [Before, After])
def test_words_are_said_besides_the_server(imap_server: ImapServer, place: type[Before] | type[After]) -> None:
    added = b"* FLAGS (Injected)\r\n"
    with proxied(imap_server, Fault(place("NOOP"), Say(added))) as proxy, signed_in(proxy.account) as imap:
        assert imap.noop()[0] == "OK"
        assert imap.response("FLAGS")[1] == [b"(Injected)"]


def test_an_answer_is_dripped_doubled_and_cut_short(imap_server: ImapServer) -> None:
    account = imap_server.account()
    for shape, lines in ((drip(0, octets=3), 1), (doubled(), 2), (truncated(2), 0)):
        with FaultProxy(account, [Fault(During("STATUS"), shape)]) as proxy, signed_in(proxy.account) as imap:
            if lines:
                assert len(imap.status("INBOX", "(MESSAGES)")[1]) == lines
            else:
                imap.sock.settimeout(0.2)
                with pytest.raises((TimeoutError, imaplib.IMAP4.abort)):
                    imap.status("INBOX", "(MESSAGES)")


def test_a_line_is_given_with_its_literal(imap_server: ImapServer) -> None:
    lines: list[bytes] = []

    def keep(line: bytes) -> Sequence[bytes]:
        lines.append(line)
        return (line,)

    with proxied(imap_server, Fault(During("UID FETCH"), Shape(keep))) as proxy:
        deliver(proxy.account, RAW)
        stored(proxy.account)
    assert [RAW in line for line in lines] == [True, False]


def test_waiting_keeps_the_answer_back(dovecot: Dovecot) -> None:
    with FaultProxy(dovecot.account(), [Fault(After("NOOP"), Wait(0.2))]) as proxy, signed_in(proxy.account) as imap:
        start = time.monotonic()
        imap.noop()
        assert time.monotonic() - start >= 0.2


def test_capabilities_are_hidden(imap_server: ImapServer) -> None:
    with (
        FaultProxy(imap_server.account(), rewrite=hiding("MOVE", "UIDPLUS")) as proxy,
        signed_in(proxy.account) as imap,
    ):
        offered = imap.capability()[1][0].split()
    assert not {b"MOVE", b"UIDPLUS"} & set(offered)
    assert {b"IMAP4rev1", b"IDLE"} <= set(offered)
