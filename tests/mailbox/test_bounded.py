"""Octets on a socket pair in; lines, literals or one clear complaint out."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from auditor.errors import MailboxError, MailboxMisbehaved
from auditor.mailbox.bounded import BoundedFile, HungUpError, Limits

SMALL = Limits(command_s=0.3, run_s=5, line=100, literal=1_000, answer=3_000, lines=500)


@pytest.fixture
def ends() -> Iterator[tuple[BoundedFile, socket.socket]]:
    ours, theirs = socket.socketpair()
    bounded = BoundedFile(SMALL, host="imap.test")
    bounded.attach(ours)
    bounded.begin("reading")
    with ours, theirs:
        yield bounded, theirs


def test_lines_and_literals_arrive_whole_however_they_are_cut(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends

    def say() -> None:
        for octet in b"* 1 {5}\r\nab\ncd)\r\n":
            theirs.sendall(bytes([octet]))

    threading.Thread(target=say).start()

    assert bounded.readline() == b"* 1 {5}\r\n"
    assert bounded.read(5) == b"ab\ncd"
    assert bounded.readline() == b")\r\n"


def test_a_line_of_exactly_the_limit_passes(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends
    theirs.sendall(b"x" * 100 + b"\n")

    assert len(bounded.readline()) == 101


def test_a_line_over_the_limit_is_refused(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends
    theirs.sendall(b"x" * 101 + b"\n")

    with pytest.raises(MailboxMisbehaved, match="line of more than 100 bytes"):
        bounded.readline()


def test_a_literal_over_the_limit_is_refused_before_it_arrives(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, _ = ends

    with pytest.raises(MailboxMisbehaved, match="wants to send 4294967295 bytes"):
        bounded.read(4_294_967_295)


def test_a_literal_that_never_arrives_takes_no_memory() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        bounded = BoundedFile(Limits(command_s=0.2, literal=500_000_000), host="imap.test")
        bounded.attach(ours)
        theirs.sendall(b"a little")
        tracemalloc.start()

        with pytest.raises(MailboxError, match="did not finish"):
            bounded.read(400_000_000)

        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 1_000_000


def test_the_octets_of_one_answer_are_counted_together(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends
    theirs.sendall(b"* 1 EXISTS\r\n" * 300)

    with pytest.raises(MailboxMisbehaved, match="more than 3000 bytes in one answer"):
        _read_for_ever(bounded)


def test_the_lines_of_one_answer_are_counted_together(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends
    theirs.sendall(b"*\r\n" * 501)
    for _ in range(500):
        bounded.readline()

    with pytest.raises(MailboxMisbehaved, match="sent more than 500 lines in one answer"):
        bounded.readline()


def test_each_command_has_its_own_count(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends
    for _ in range(5):
        bounded.begin("reading")
        theirs.sendall(b"y" * 99 + b"\n" + b"x" * 900)
        assert len(bounded.readline()) == 100
        assert len(bounded.read(900)) == 900


def test_silence_ends_with_the_command(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, _ = ends
    started = time.monotonic()

    with pytest.raises(MailboxError, match=r"imap\.test did not finish its answer within 0\.3 s while reading"):
        bounded.readline()

    assert 0.2 < time.monotonic() - started < 1


def test_a_run_ends_though_every_command_was_quick() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        bounded = BoundedFile(Limits(command_s=10, run_s=0.2), host="imap.test")
        bounded.attach(ours)
        theirs.sendall(b"* 1 EXISTS\r\n")
        bounded.readline()
        time.sleep(0.25)
        bounded.begin("reading")

        with pytest.raises(MailboxError, match=r"the 0\.2 s that a whole run may take are over"):
            bounded.readline()


def test_a_closed_connection_is_told_from_a_slow_one(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends
    theirs.sendall(b"* 1 EXI")
    theirs.close()

    with pytest.raises(HungUpError, match="closed the connection while reading"):
        bounded.readline()


def test_after_a_break_nothing_more_is_read_or_sent(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends
    theirs.sendall(b"x" * 200 + b"\nA1 OK\r\n")
    with pytest.raises(MailboxMisbehaved):
        bounded.readline()

    bounded.begin("trying again")
    for again in (bounded.readline, lambda: bounded.read(1), lambda: bounded.send(b"A2 LOGIN x y\r\n")):
        with pytest.raises(MailboxMisbehaved, match="line of more than"):
            again()
    theirs.settimeout(0.05)
    with pytest.raises(TimeoutError):
        theirs.recv(100)


def test_a_peer_that_takes_nothing_does_not_hold_us() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        bounded = BoundedFile(Limits(command_s=0.2), host="imap.test")
        bounded.attach(ours)

        with pytest.raises(MailboxError, match="did not finish"):
            bounded.send(b"x" * 50_000_000)


def test_octets_in_clear_behind_starttls_are_an_attack(ends: tuple[BoundedFile, socket.socket]) -> None:
    bounded, theirs = ends
    theirs.sendall(b"A1 OK begin TLS\r\n* CAPABILITY IMAP4rev1\r\n")
    bounded.readline()

    with pytest.raises(MailboxMisbehaved, match="in clear after it agreed to use TLS"):
        bounded.attach(theirs)


def _read_for_ever(bounded: BoundedFile) -> None:
    while True:
        bounded.readline()
