"""The move on real servers, by their own MOVE and by COPY and EXPUNGE; the standard library looks at what it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.apply import apply, finish_dead_runs, undo
from auditor.mailbox.connection import connect
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.interface import MailWriter, MessageRef
from auditor.mailbox.signin import Password
from auditor.mailbox.writer import Writer
from auditor.plan import Move
from auditor.store.journal import Journal
from auditor.store.opening import open_store
from tests.memory_mailbox import Killed
from tests.servers.account import Account, ImapServer, deliver, deliver_all, stored
from tests.servers.recorder import Recorders

pytestmark = pytest.mark.server

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAIL = tuple(b"From: help@walmart.test\r\nSubject: question %d\r\n\r\nWhere is it?\r\n" % n for n in range(3))
THEIRS = b"From: someone@shop.test\r\nSubject: to be deleted\r\n\r\n\r\n"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with open_store(f"sqlite:///{tmp_path}/state.db", now=lambda: NOON) as store:
        yield store.account("imap.shop.test", "shop").journal


@pytest.fixture
def account(any_server: ImapServer) -> Account:
    """Three of ours in Junk, one of them marked as junk, and in both folders one that somebody else will expunge."""
    account = any_server.account()
    for number, raw in enumerate(MAIL):
        deliver(account, raw, flags=("$Junk",) if number == 1 else ())
    deliver(account, THEIRS, flags=("\\Deleted",))
    deliver(account, THEIRS, "INBOX", flags=("\\Deleted",))
    return account


class WithoutMove(Writer):
    """A client that knows no MOVE; the server is the real one."""

    @property
    def capabilities(self) -> frozenset[str]:
        return super().capabilities - {"MOVE"}


class Plain(Writer):
    @property
    def capabilities(self) -> frozenset[str]:
        return super().capabilities - {"MOVE", "UIDPLUS"}


WRITERS = {"move": Writer, "copy": WithoutMove, "plain": Plain}


@contextmanager
def writing(account: Account, kind: type[Writer] = Writer) -> Iterator[MailWriter]:
    endpoint = Endpoint(account.host, account.port, "none")
    with connect(endpoint, account.username, Password(account.password)) as connection:
        yield kind(connection._session)


def planned(writer: MailWriter, source: str = "Junk", to: str = "INBOX") -> list[Move]:
    state = writer.select(source)
    return [
        Move(MessageRef(source, state.uidvalidity, uid), to, found.value)
        for uid, found in sorted(writer.identify_from(1).items())
        if "\\Deleted" not in found.flags
    ]


def contents(account: Account, folder: str) -> list[bytes]:
    return sorted(message.raw for message in stored(account, folder))


@pytest.mark.parametrize("kind", ["move", "copy"])
def test_messages_arrive_once_with_their_date_and_leave(account: Account, journal: Journal, kind: str) -> None:
    dates = {message.raw: message.internaldate for message in stored(account, "Junk")}

    with writing(account, WRITERS[kind]) as writer:
        outcomes = apply(planned(writer), writer, journal, run="r1")

    assert [(o.status.value, o.detail) for o in outcomes] == [("done", "")] * 3
    arrived = {message.uid: message for message in stored(account, "INBOX")}
    assert [arrived[o.to.uid].raw for o in outcomes if o.to] == list(MAIL)
    assert {m.raw: m.internaldate for m in arrived.values() if m.raw in MAIL} == {raw: dates[raw] for raw in MAIL}
    assert contents(account, "Junk") == [THEIRS]
    assert contents(account, "INBOX") == sorted([*MAIL, THEIRS])


def test_danger_02_without_uidplus_both_stay_and_nothing_is_flagged(account: Account, journal: Journal) -> None:
    with writing(account, Plain) as writer:
        outcomes = apply(planned(writer), writer, journal, run="r1")
        again = apply(planned(writer), writer, journal, run="r2")

    assert [o.status.value for o in outcomes] == ["copied"] * 3
    assert [o.status.value for o in again] == ["skipped"] * 3
    assert contents(account, "INBOX") == contents(account, "Junk") == sorted([*MAIL, THEIRS])
    assert all("\\Deleted" not in m.flags for m in stored(account, "Junk") if m.raw in MAIL)


def test_danger_14_seen_is_untouched_while_junk_marks_are_turned(account: Account, journal: Journal) -> None:
    with writing(account) as writer:
        permanent = writer.select("INBOX").permanent_flags
        apply(planned(writer), writer, journal, run="r1")

    flags = {m.raw: set(m.flags) for m in stored(account, "INBOX")}
    keeps = "\\*" in permanent or "$NotJunk" in permanent
    assert all(("$NotJunk" in flags[raw]) is keeps for raw in MAIL)
    assert ("$Junk" in flags[MAIL[1]]) is not keeps
    assert all("\\Seen" not in flags[raw] for raw in MAIL)


@pytest.mark.parametrize("kind", ["move", "copy"])
def test_danger_20_undo_restores_the_first_state(account: Account, journal: Journal, kind: str) -> None:
    before = {m.raw: set(m.flags) - {"\\Recent"} for m in stored(account, "Junk")}

    with writing(account, WRITERS[kind]) as writer:
        apply(planned(writer), writer, journal, run="r1")
        outcomes = undo("r1", writer, journal, new_run="r2")

    assert [o.status.value for o in outcomes] == ["done"] * 3
    assert {m.raw: set(m.flags) - {"\\Recent"} for m in stored(account, "Junk")} == before
    assert contents(account, "INBOX") == [THEIRS]


CUTS = ["select", "identify", "status", "move", "copy", "identify_from", "store", "uid_expunge"]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("kind", ["move", "copy"])
def test_next_run_completes_what_was_killed_after(account: Account, journal: Journal, kind: str, cut: str) -> None:
    with writing(account, WRITERS[kind]) as writer:
        moves = planned(writer)
        kill_after(writer, cut)
        with suppress(Killed):
            apply(moves, writer, journal, run="r1")
    with writing(account, WRITERS[kind]) as writer:
        finish_dead_runs(writer, journal, run="r2")
        apply(planned(writer), writer, journal, run="r2")

    assert contents(account, "Junk") == [THEIRS]
    assert contents(account, "INBOX") == sorted([*MAIL, THEIRS])
    assert journal.open_entries() == ()


def kill_after(writer: MailWriter, name: str) -> None:
    command = getattr(writer, name)

    def last(*given: object, **named: object) -> None:
        command(*given, **named)
        raise Killed

    setattr(writer, name, last)


def test_second_run_sends_no_write_verb(account: Account, journal: Journal, recorder: Recorders) -> None:
    with writing(account) as writer:
        apply(planned(writer), writer, journal, run="r1")

    watched = recorder(account)
    with writing(watched) as writer:
        finish_dead_runs(writer, journal, run="r2")
        apply(planned(writer), writer, journal, run="r2")

    spoken = {word for verb in recorder.verbs() for word in verb.split()}
    assert "SELECT" in spoken
    assert not spoken & {"MOVE", "COPY", "STORE", "EXPUNGE", "APPEND"}


@pytest.mark.parametrize(("kind", "most"), [("move", 12), ("copy", 19)])
def test_round_trips_of_a_batch_do_not_grow(
    account: Account, journal: Journal, recorder: Recorders, kind: str, most: int
) -> None:
    deliver_all(account, [b"Subject: more %d\r\n\r\n" % n for n in range(47)])
    with writing(recorder(account), WRITERS[kind]) as writer:
        moves = planned(writer)
        before = recorder.round_trips
        outcomes = apply(moves, writer, journal, run="r1")

    assert {o.status.value for o in outcomes} == {"done"}
    assert len(outcomes) == 50
    assert recorder.round_trips - before <= most
