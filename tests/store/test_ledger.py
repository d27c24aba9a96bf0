"""What one night learns, the next one knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from auditor.mailbox.interface import MessageRef, Role
from auditor.store.ledger import AccountStore
from auditor.store.opening import Store, open_store
from auditor.store.rows import Action, Cursor, LedgerRow, StoredCheck, Thread
from tests.store.conftest import NOON

REF_IN_INBOX = MessageRef("INBOX", 1, 56)
CURSOR = Cursor("Junk", Role.JUNK, 100, 8, 5, "rules-1", NOON, highestmodseq=2**62)


def row(uid: int, *, folder: str = "Junk", uidvalidity: int = 100, identity: str = "") -> LedgerRow:
    return LedgerRow(
        ref=MessageRef(folder, uidvalidity, uid),
        role=Role.JUNK,
        identity=identity or f"digest:{uid}",
        header_from="help@walmart.test",
        subject=f"question {uid}",
        received_at=NOON + timedelta(minutes=uid),
        size=1234,
        marketplace="walmart",
        standing="genuine",
        rules="rules-1",
    )


FULL = replace(
    row(7),
    message_id="<7@walmart.test>",
    stream="customer",
    kind="customer",
    checks=(StoredCheck("one-sender", True, ""), StoredCheck("fresh", None, "no t=")),
    warnings=("links to b\u00fccher.test",),
    trick="none",
    note="signed by walmart.test",
    hold="you put it there",
    recipients=("shop@shop.test",),
    thread=Thread("<1@shop.test>", ("<0@shop.test>", "<1@shop.test>"), ("reply@walmart.test",)),
    retry_at=NOON + timedelta(days=1),
)


def test_rows_and_cursor_come_back_as_they_were(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [FULL, row(8)])

    assert account.cursor("Junk") == CURSOR
    assert account.rows() == (FULL, row(8))


def test_nothing_is_known_at_first(account: AccountStore) -> None:
    assert account.cursor("Junk") is None
    assert account.rows() == ()
    assert account.runs() == ()


def test_rows_come_by_time_of_arrival(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [row(9), row(3), row(5)])

    assert [found.ref.uid for found in account.rows()] == [3, 5, 9]


def test_times_come_back_in_utc(account: AccountStore) -> None:
    chicago = datetime(2026, 11, 23, 6, tzinfo=timezone(timedelta(hours=-6)))
    account.save_sweep(CURSOR, [replace(row(1), received_at=chicago)])

    (found,) = account.rows()
    assert found.received_at == NOON
    assert found.received_at.tzinfo is UTC


def test_time_without_a_zone_is_refused_and_nothing_is_kept(account: AccountStore) -> None:
    naive = replace(row(1), received_at=datetime(2026, 11, 23))  # noqa: DTZ001
    with pytest.raises(Exception, match="zone"):
        account.save_sweep(CURSOR, [row(2), naive])

    assert account.rows() == ()
    assert account.cursor("Junk") is None


def test_judging_anew_replaces_the_verdict_and_keeps_the_acknowledgement(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [row(1)])
    account.acknowledge_message(row(1).ref)

    account.save_sweep(CURSOR, [replace(row(1), standing="unverified", rules="rules-2")])

    (found,) = account.rows()
    assert (found.standing, found.rules, found.acked_at) == ("unverified", "rules-2", NOON)


def test_gone_messages_are_left_out_unless_asked_for(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [row(1), row(2)])

    account.save_sweep(CURSOR, [], gone=[row(1).ref])

    assert [found.ref.uid for found in account.rows()] == [2]
    assert [(found.ref.uid, found.gone_at) for found in account.rows(present=False)] == [(1, NOON), (2, None)]


def test_rows_of_one_role(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [row(1), replace(row(2), role=Role.INBOX)])

    assert [found.ref.uid for found in account.rows(role=Role.INBOX)] == [2]


def test_rebuilt_folder_starts_anew_and_keeps_acknowledgements(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [row(1, identity="digest:a"), row(2, identity="digest:b")])
    account.acknowledge_message(row(1).ref)

    account.forget_folder("Junk")
    assert account.cursor("Junk") is None
    assert account.rows() == ()
    again = [row(1, uidvalidity=200, identity="digest:b"), row(2, uidvalidity=200, identity="digest:a")]
    account.save_sweep(replace(CURSOR, uidvalidity=200), again)

    assert [(found.identity, found.acked_at) for found in account.rows()] == [("digest:b", None), ("digest:a", NOON)]


def test_forgetting_spares_other_folders(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [row(1), row(2, folder="Bulk")])
    account.save_sweep(replace(CURSOR, folder="Bulk"), [])

    account.forget_folder("Junk")

    assert [found.ref.folder for found in account.rows()] == ["Bulk"]
    assert (account.cursor("Junk"), account.cursor("Bulk")) == (None, replace(CURSOR, folder="Bulk"))


def test_a_forgotten_folder_is_none_from_which_anything_was_taken(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [row(1), row(2, folder="Bulk")])
    account.record_moves([(row(1).ref, MessageRef("INBOX", 1, 55)), (row(2, folder="Bulk").ref, REF_IN_INBOX)])
    assert account.whereabouts.taken("Junk", 100, since=NOON) == {1}

    account.forget_folder("Junk")

    assert account.whereabouts.taken("Junk", 100, since=NOON) == frozenset()
    assert account.whereabouts.taken("Bulk", 100, since=NOON) == {2}


def test_moved_messages_are_known_at_both_places(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [row(1)])
    there = MessageRef("INBOX", 1, 55)

    account.record_moves([(row(1).ref, there)])

    (found,) = account.rows(present=False)
    assert (found.moved_to, found.gone_at) == (there, NOON)
    assert account.rows() == ()


def test_acknowledging_is_kept_by_key_and_by_message(account: AccountStore) -> None:
    account.acknowledge("phone-wrong:shop:1")
    account.acknowledge("phone-wrong:shop:1")

    assert account.acknowledged() == {"phone-wrong:shop:1"}
    assert account.acknowledge_message(MessageRef("Junk", 100, 99)) is False


def test_accounts_do_not_see_each_other(store: Store) -> None:
    ours, theirs = store.account("h", "we"), store.account("h", "they")
    ours.save_sweep(CURSOR, [row(1)])
    ours.acknowledge("key")
    ours.start_run("rescue", applied=True)

    assert theirs.rows(present=False) == ()
    assert theirs.runs() == ()
    assert theirs.cursor("Junk") is None
    assert theirs.acknowledged() == frozenset()
    assert theirs.acknowledge_message(row(1).ref) is False


@pytest.mark.thorough
def test_thousands_of_rows_in_one_sweep(account: AccountStore) -> None:
    rows = [row(uid) for uid in range(1, 3001)]
    account.save_sweep(CURSOR, rows)

    account.save_sweep(CURSOR, rows, gone=[found.ref for found in rows[:1500]])

    assert len(account.rows()) == 1500


def test_strange_text_does_not_stop_a_sweep(account: AccountStore) -> None:
    account.save_sweep(CURSOR, [replace(row(1), subject="a\udcff\0b", warnings=("\ud800",))])

    (found,) = account.rows()
    assert found.subject == "a\ufffd\ufffdb"
    assert found.warnings == ("\ufffd",)


def test_runs_come_back_newest_first(url: str) -> None:
    times = iter(NOON + timedelta(seconds=n) for n in range(10))
    with open_store(url, now=lambda: next(times)) as store:
        account = store.account("imap.shop.test", "shop")
        first = account.start_run("audit", applied=False)
        second = account.start_run("rescue", applied=True)
        account.finish_run(second.id, exit_code=10, counts={"genuine": 2})

        assert [run.id for run in account.runs()] == [second.id, first.id]
        assert first.id.startswith("20261123T120000Z-")
        newest, oldest = account.runs()
        assert (newest.exit_code, newest.counts, newest.finished_at) == (
            10,
            {"genuine": 2},
            NOON + timedelta(seconds=2),
        )
        assert (oldest.exit_code, oldest.finished_at) == (None, None)


def test_last_applied_run_is_the_newest_that_had_something_to_move(account: AccountStore) -> None:
    assert account.last_applied_run() is None
    moved = account.start_run("rescue", applied=True)
    account.journal.plan(moved.id, [Action("move", {})])
    account.start_run("rescue", applied=True)
    undone = account.start_run("undo", applied=True)
    account.journal.plan(undone.id, [Action("undo", {})])

    assert account.last_applied_run() == moved
