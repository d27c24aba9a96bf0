"""A rescue is cut at every command it sends, before and after; the next run must leave one copy of each message."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

import pytest

from auditor.apply import apply, finish_dead_runs, undo
from auditor.errors import StateError
from auditor.mailbox.interface import MailWriter, MessageRef
from auditor.outcome import Outcome
from auditor.plan import Move
from auditor.store.journal import Journal
from auditor.store.opening import Store, open_store
from tests.memory_mailbox import CAPABILITIES, Fault, Killed, MemoryMailbox, MemoryServer

pytestmark = pytest.mark.thorough

Happens = Literal["kill", "cut", "refuse"]

OURS = tuple(b"Subject: ours %d\r\n\r\nbody\r\n" % number for number in range(7))
THEIRS = {
    "Junk": b"Subject: deleted by somebody in Junk\r\n\r\n",
    "Bulk": b"Subject: deleted by somebody in Bulk\r\n\r\n",
    "INBOX": b"Subject: deleted by somebody in INBOX\r\n\r\n",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One state for all; each case is an account of its own in it."""
    path = tmp_path_factory.mktemp("crash") / "state.db"
    with open_store(f"sqlite:///{path}", now=lambda: datetime(2026, 11, 23, tzinfo=UTC)) as opened:
        # nobody cuts the power here, and there are hundreds of cases
        with closing(opened._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA synchronous = OFF")
        yield opened


def filled() -> MemoryServer:
    """Seven of ours in two spam folders, some alike in their flags and some not, and mail of others everywhere."""
    server = MemoryServer("INBOX", "Junk", "Bulk")
    for number, raw in enumerate(OURS):
        server.deliver("Bulk" if number % 3 == 2 else "Junk", raw, flags=["$Junk"] if number % 2 else [])
    for folder, raw in THEIRS.items():
        server.deliver(folder, raw, flags=["\\Deleted"])
    return server


def planned(server: MemoryServer) -> list[Move]:
    return [
        Move(MessageRef(name, server.folders[name].uidvalidity, uid), "INBOX", message.identity)
        for name in ("Junk", "Bulk")
        for uid, message in server.folders[name].messages.items()
        if message.raw in OURS
    ]


def rescue(server: MemoryServer, journal: Journal, writer: MailWriter, run: str) -> tuple[Outcome, ...]:
    """What a night does: end what was begun, then plan from what lies in spam now."""
    ended = finish_dead_runs(writer, journal, run=run)
    return (*ended, *apply(planned(server), writer, journal, run=run))


def interrupted(server: MemoryServer, journal: Journal, writer: MailWriter, run: str) -> None:
    with suppress(Killed, StateError):
        rescue(server, journal, writer, run)


# How often a message may lie in spam at the end. Without UIDPLUS the original stays; and a server that refuses to
# copy or to remove one keeps its originals too, since after a refusal nothing is deleted.
LEFT = {"move": (0,), "uidplus": (0,), "plain": (1,)}
LEFT_AFTER_REFUSAL = {**LEFT, "uidplus": (0, 1)}


def assert_one_copy_each(server: MemoryServer, left: tuple[int, ...]) -> None:
    inbox = Counter(server.contents("INBOX"))
    spam = Counter(server.contents("Junk") + server.contents("Bulk"))
    assert {raw: inbox[raw] for raw in OURS} == dict.fromkeys(OURS, 1)
    assert all(spam[raw] in left for raw in OURS)
    assert all(raw in server.contents(folder) for folder, raw in THEIRS.items())


def commands_of_a_rescue(store: Store, capabilities: frozenset[str]) -> int:
    writer = MemoryMailbox(server := filled(), capabilities)
    rescue(server, store.account("count", secrets.token_hex()).journal, writer, "count")
    return len(writer.verbs)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("happens", get_args(Happens))
@pytest.mark.parametrize("servers", CAPABILITIES)
def test_next_run_completes_what_was_cut_at_any_command(
    store: Store, servers: str, happens: Happens, when: Literal["before", "after"]
) -> None:
    capabilities = CAPABILITIES[servers]
    for at in range(1, commands_of_a_rescue(store, capabilities) + 1):
        server, journal = filled(), store.account("imap.test", f"{servers}-{happens}-{when}-{at}").journal

        interrupted(server, journal, MemoryMailbox(server, capabilities, fault=Fault(at, when, happens)), "r1")
        rescue(server, journal, MemoryMailbox(server, capabilities), "r2")
        quiet = MemoryMailbox(server, capabilities)
        rescue(server, journal, quiet, "r3")

        assert_one_copy_each(server, (LEFT_AFTER_REFUSAL if happens == "refuse" else LEFT)[servers])
        assert quiet.writes == [], f"cut {when} command {at}"
        assert journal.open_entries() == ()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("servers", ["move", "uidplus"])
def test_undo_works_after_a_rescue_that_was_killed_at_any_command(
    store: Store, servers: str, when: Literal["before", "after"]
) -> None:
    capabilities = CAPABILITIES[servers]
    for at in range(1, commands_of_a_rescue(store, capabilities) + 1):
        server, journal = filled(), store.account("imap.test", f"undo-{servers}-{when}-{at}").journal

        interrupted(server, journal, MemoryMailbox(server, capabilities, fault=Fault(at, when)), "r1")
        writer = MemoryMailbox(server, capabilities)
        finish_dead_runs(writer, journal, run="r2")
        undo("r1", writer, journal, new_run="r2")

        first = filled()
        for folder in ("INBOX", "Junk", "Bulk"):
            assert server.contents(folder) == first.contents(folder)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("servers", ["move", "uidplus"])
def test_undo_that_was_killed_at_any_command_is_completed(
    store: Store, servers: str, when: Literal["before", "after"]
) -> None:
    capabilities = CAPABILITIES[servers]
    for at in range(1, commands_of_a_rescue(store, capabilities) + 1):
        server, journal = filled(), store.account("imap.test", f"back-{servers}-{when}-{at}").journal
        rescue(server, journal, MemoryMailbox(server, capabilities), "r1")

        with suppress(Killed):
            undo("r1", MemoryMailbox(server, capabilities, fault=Fault(at, when)), journal, new_run="r2")
        writer = MemoryMailbox(server, capabilities)
        finish_dead_runs(writer, journal, run="r3")
        undo("r1", writer, journal, new_run="r3")

        first = filled()
        for folder in ("INBOX", "Junk", "Bulk"):
            assert server.contents(folder) == first.contents(folder)


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("servers", CAPABILITIES)
def test_random_schedules_of_up_to_four_faults(store: Store, servers: str, seed: int) -> None:
    dice, capabilities = random.Random(seed), CAPABILITIES[servers]
    server, journal = filled(), store.account("imap.test", f"seed-{servers}-{seed}").journal

    for night in range(dice.randint(1, 4)):
        fault = Fault(dice.randint(1, 20), dice.choice(("before", "after")), dice.choice(get_args(Happens)))
        writer = MemoryMailbox(server, capabilities, fault=fault)
        writer.before_command = lambda verb: None if dice.random() > 0.2 else other_client(server, dice)
        interrupted(server, journal, writer, f"r{night}")
    rescue(server, journal, MemoryMailbox(server, capabilities), "r8")
    quiet = MemoryMailbox(server, capabilities)
    rescue(server, journal, quiet, "r9")

    assert_one_copy_each(server, LEFT_AFTER_REFUSAL[servers])
    assert quiet.writes == []


def other_client(server: MemoryServer, dice: random.Random) -> None:
    """Somebody else gets mail, in the folders that the rescue works on."""
    server.deliver(dice.choice(("INBOX", "Junk")), b"Subject: new %d\r\n\r\n" % dice.randrange(1000))


@pytest.mark.parametrize("servers", CAPABILITIES)
def test_danger_18_full_disk_at_any_page_sends_nothing_that_is_not_journalled(store: Store, servers: str) -> None:
    capabilities, failures = CAPABILITIES[servers], 0
    for pages in range(12):
        server, journal = filled(), store.account("imap.test", f"full-{servers}-{pages}" + "x" * 500).journal

        limit_pages(store, pages)
        interrupted(server, journal, writer := MemoryMailbox(server, capabilities), "r1")
        failures += len(journal.open_entries()) > 0 or not writer.writes
        limit_pages(store, None)
        rescue(server, journal, MemoryMailbox(server, capabilities), "r2")

        assert_one_copy_each(server, LEFT[servers])
    assert 0 < failures < 12


class FullDisk:
    """A journal whose k-th write and all after it fail; what the writer had sent by then is remembered."""

    def __init__(self, journal: Journal, writer: MemoryMailbox, at: int) -> None:
        self._journal, self._writer, self._left = journal, writer, at
        self.sent: list[str] | None = None

    def __getattr__(self, name: str) -> Any:
        wanted = getattr(self._journal, name)
        if name not in ("plan", "mark"):
            return wanted

        def written(*given: Any) -> Any:
            self._left -= 1
            if self._left > 0:
                return wanted(*given)
            self.sent = self.sent or list(self._writer.writes)
            raise StateError("the disk is full")

        return written


@pytest.mark.parametrize("servers", CAPABILITIES)
def test_danger_18_after_a_write_of_the_journal_that_fails_no_command_writes(store: Store, servers: str) -> None:
    """Fails where one failure is passed over, at any write of any run."""
    capabilities, at, full = CAPABILITIES[servers], 0, True
    while full:
        at += 1
        server, journal = filled(), store.account("imap.test", f"no-journal-{servers}-{at}").journal
        writer = MemoryMailbox(server, capabilities)

        disk = FullDisk(journal, writer, at)
        interrupted(server, cast(Journal, disk), writer, "r1")
        rescue(server, journal, MemoryMailbox(server, capabilities), "r2")

        full = disk.sent is not None
        assert disk.sent is None or disk.sent == writer.writes
        assert_one_copy_each(server, LEFT[servers])
    assert at > 5


def limit_pages(store: Store, more: int | None) -> None:
    """The file may grow by this many pages; None: as it likes."""
    with store._engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most = 1_000_000_000 if more is None else used + more
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")
