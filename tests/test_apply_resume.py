"""A run died after its command was sent, and then the mailbox went on living: what the next run makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.apply import apply, finish_dead_runs, undo
from auditor.batch import BATCH
from auditor.mailbox.interface import MessageRef
from auditor.plan import Move
from auditor.store.journal import Journal
from auditor.store.ledger import new_run_id
from auditor.store.opening import open_store
from auditor.store.rows import ActionState
from tests.memory_mailbox import MODERN, PLAIN, WITHOUT_MOVE, Fault, Killed, MemoryMailbox, MemoryServer

MAIL = b"Subject: ours\r\n\r\nbody\r\n"
MOVE_AT = 4  # SELECT, identities, STATUS, then the command
FLAGS_AT = 8  # then identities, SELECT, identities, and the flags
ORIGINAL_AT = 9  # then SELECT of the source, to remove the original


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with open_store(f"sqlite:///{tmp_path}/state.db", now=lambda: datetime(2026, 11, 23, tzinfo=UTC)) as store:
        yield store.account("imap.shop.test", "shop").journal


@pytest.fixture
def server() -> MemoryServer:
    server = MemoryServer("INBOX", "Junk", "Archive")
    server.deliver("Junk", MAIL)
    return server


def die(server: MemoryServer, journal: Journal, capabilities: frozenset[str], fault: Fault) -> None:
    """Run r1 sends its command and is killed."""
    (message,) = server.folders["Junk"].messages.values()
    move = Move(MessageRef("Junk", server.folders["Junk"].uidvalidity, 1), "INBOX", message.identity)
    with suppress(Killed):
        apply([move], MemoryMailbox(server, capabilities, fault=fault), journal, run="r1")


def carry_on(server: MemoryServer, source: str, to: str) -> None:
    """The seller moves everything from one folder to another."""
    for uid in list(server.folders[source].messages):
        server.folders[to].put(server.folders[source].messages.pop(uid))


def resumed(server: MemoryServer, journal: Journal, capabilities: frozenset[str] = MODERN) -> tuple[str, str]:
    (outcome,) = finish_dead_runs(MemoryMailbox(server, capabilities), journal, run="r2")
    return outcome.status.value, outcome.detail


def test_move_that_worked_is_done_and_gets_its_flags(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, MODERN, Fault(MOVE_AT, "after"))

    assert resumed(server, journal) == ("done", "")
    assert [m.flags for m in server.folders["INBOX"].messages.values()] == [{"$NotJunk", "NonJunk"}]


def test_danger_17_move_that_was_not_sent_is_planned_again(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, MODERN, Fault(MOVE_AT, "before"))

    status, detail = resumed(server, journal)

    assert status == "skipped"
    assert "planned again" in detail


def test_danger_17_run_that_died_before_any_command_costs_no_command(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, MODERN, Fault(1, "before"))
    writer = MemoryMailbox(server)

    (outcome,) = finish_dead_runs(writer, journal, run="r2")

    assert outcome.status == "skipped"
    assert writer.verbs == []


def test_moved_message_that_the_seller_took_away_is_said(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, MODERN, Fault(MOVE_AT, "after"))
    carry_on(server, "INBOX", "Archive")

    status, detail = resumed(server, journal)

    assert status == "failed"
    assert "left `Junk` without arriving in `INBOX`" in detail


@pytest.mark.parametrize(("capabilities", "status"), [(MODERN, "done"), (WITHOUT_MOVE, "copied")], ids=["move", "copy"])
def test_what_arrived_counts_where_the_source_was_rebuilt(
    server: MemoryServer, journal: Journal, capabilities: frozenset[str], status: str
) -> None:
    die(server, journal, capabilities, Fault(MOVE_AT, "after"))
    server.rebuild("Junk")

    assert resumed(server, journal, capabilities)[0] == status
    assert server.contents("INBOX") == [MAIL]


def test_what_did_not_arrive_is_planned_again_where_the_source_was_rebuilt(
    server: MemoryServer, journal: Journal
) -> None:
    die(server, journal, MODERN, Fault(MOVE_AT, "before"))
    server.rebuild("Junk")

    assert resumed(server, journal)[0] == "skipped"


def test_what_arrived_is_found_where_the_destination_was_rebuilt(server: MemoryServer, journal: Journal) -> None:
    server.folders["INBOX"].uidnext = 500
    die(server, journal, MODERN, Fault(MOVE_AT, "after"))
    server.rebuild("INBOX")

    assert resumed(server, journal)[0] == "done"


def test_verified_copy_that_the_seller_took_away_is_not_made_again(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, WITHOUT_MOVE, Fault(ORIGINAL_AT, "before"))
    carry_on(server, "INBOX", "Archive")

    assert resumed(server, journal, WITHOUT_MOVE)[0] == "copied"
    again = [Move(MessageRef("Junk", 101, 1), "INBOX", server.folders["Junk"].messages[1].identity)]
    (outcome,) = apply(again, MemoryMailbox(server, WITHOUT_MOVE), journal, run="r2")

    assert outcome.status == "skipped"
    assert server.contents("INBOX") == []
    assert server.contents("Archive") == [MAIL]


def test_killed_while_the_flags_were_set_is_done(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, MODERN, Fault(FLAGS_AT, "before"))

    assert resumed(server, journal) == ("done", "")


def test_original_is_removed_by_the_next_run(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, WITHOUT_MOVE, Fault(MOVE_AT, "after"))

    assert resumed(server, journal, WITHOUT_MOVE) == ("done", "")
    assert server.contents("Junk") == []
    assert server.contents("INBOX") == [MAIL]


def test_original_is_kept_where_the_server_lost_uidplus(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, WITHOUT_MOVE, Fault(MOVE_AT, "after"))

    assert resumed(server, journal, PLAIN)[0] == "copied"
    assert server.contents("Junk") == server.contents("INBOX") == [MAIL]


def test_unsettled_message_is_not_sent_again(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, WITHOUT_MOVE, Fault(MOVE_AT, "after"))
    move = Move(MessageRef("Junk", 101, 1), "INBOX", server.folders["Junk"].messages[1].identity)
    writer = MemoryMailbox(server, WITHOUT_MOVE)

    (outcome,) = apply([move], writer, journal, run="r2")

    assert "not settled" in outcome.detail
    assert writer.verbs == []


def test_folder_that_cannot_be_opened_leaves_the_question_open(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, MODERN, Fault(MOVE_AT, "after"))
    junk = server.folders.pop("Junk")

    assert resumed(server, journal)[0] == "failed"
    assert [entry.state for entry in journal.entries("r1")] == [ActionState.SENT]

    server.folders["Junk"] = junk
    assert resumed(server, journal)[0] == "done"


def test_undo_waits_until_the_dead_run_is_settled(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, WITHOUT_MOVE, Fault(ORIGINAL_AT, "before"))
    writer = MemoryMailbox(server, WITHOUT_MOVE)

    (outcome,) = undo("r1", writer, journal, new_run="r2")

    assert "not settled" in outcome.detail
    assert writer.verbs == []


def test_second_death_while_finishing_is_survived(server: MemoryServer, journal: Journal) -> None:
    die(server, journal, WITHOUT_MOVE, Fault(MOVE_AT, "after"))
    for at in range(1, 11):
        with suppress(Killed):
            finish_dead_runs(MemoryMailbox(server, WITHOUT_MOVE, fault=Fault(at, "after")), journal, run=f"r{at + 1}")

    assert server.contents("Junk") == []
    assert server.contents("INBOX") == [MAIL]
    assert journal.entries("r1")[0].state is ActionState.DONE


@pytest.mark.parametrize("hours", [-30, -3, 0, 3, 30])
def test_danger_19_clock_that_jumps_between_two_runs_changes_nothing(
    hours: int, server: MemoryServer, tmp_path: Path
) -> None:
    """Fails where only runs with an earlier name or moment are looked for."""
    noon = datetime(2026, 10, 25, 12, tzinfo=UTC)
    with open_store(f"sqlite:///{tmp_path}/jumps.db", now=lambda: noon) as store:
        first, journal = new_run_id(noon), store.account("imap.shop.test", "shop").journal
        move = Move(MessageRef("Junk", 101, 1), "INBOX", server.folders["Junk"].messages[1].identity)
        with suppress(Killed):
            apply([move], MemoryMailbox(server, fault=Fault(MOVE_AT, "after")), journal, run=first)
    later = noon + timedelta(hours=hours)
    with open_store(f"sqlite:///{tmp_path}/jumps.db", now=lambda: later) as store:
        second, journal = new_run_id(later), store.account("imap.shop.test", "shop").journal
        (finished,) = finish_dead_runs(MemoryMailbox(server), journal, run=second)
        (back,) = undo(first, MemoryMailbox(server), journal, new_run=second)

    assert (finished.status.value, back.status.value) == ("done", "done")
    assert (server.contents("Junk"), server.contents("INBOX")) == ([MAIL], [])


def test_a_death_leaves_no_more_than_one_batch_undecided(journal: Journal) -> None:
    """Fails where all batches are announced before the first is sent."""
    server, seen = MemoryServer("INBOX", "Junk"), list[int]()
    for number in range(2 * BATCH + 7):
        server.deliver("Junk", b"Subject: %d\r\n\r\n" % number)
    junk = server.folders["Junk"]
    moves = [Move(MessageRef("Junk", junk.uidvalidity, uid), "INBOX", m.identity) for uid, m in junk.messages.items()]

    def die_in_the_second(verb: str) -> None:
        seen.append(verb == "move")
        if sum(seen) == 2:
            raise Killed

    writer = MemoryMailbox(server)
    writer.before_command = die_in_the_second
    with suppress(Killed):
        apply(moves, writer, journal, run="r1")

    assert [entry.state for entry in journal.entries("r1")] == [
        *[ActionState.DONE] * BATCH,
        *[ActionState.SENT] * BATCH,
        *[ActionState.PLANNED] * 7,
    ]
    finish_dead_runs(MemoryMailbox(server), journal, run="r2")
    assert journal.open_entries() == ()
    assert len(server.contents("INBOX")) == BATCH
    assert len(server.contents("Junk")) == BATCH + 7
