"""The journal keeps what it was told, at once, for everyone to see, one account at a time."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from auditor.errors import StateError
from auditor.store.ledger import AccountStore
from auditor.store.opening import Store
from auditor.store.rows import Action, ActionState, Entry
from tests.store.conftest import NOON

MOVES = (Action("move", {"identity": "digest:1"}), Action("move", {"identity": "digest:2"}))


def test_planned_entries_are_numbered_on_from_the_last(account: AccountStore) -> None:
    first = account.journal.plan("r1", MOVES)
    second = account.journal.plan("r1", [Action("discard", {})])

    assert [(e.seq, e.kind, e.state, e.at) for e in (*first, *second)] == [
        (1, "move", ActionState.PLANNED, NOON),
        (2, "move", ActionState.PLANNED, NOON),
        (3, "discard", ActionState.PLANNED, NOON),
    ]
    assert account.journal.entries("r1") == (*first, *second)


def test_planning_nothing_writes_nothing(account: AccountStore) -> None:
    assert account.journal.plan("r1", []) == ()


def test_mark_keeps_state_detail_and_the_whole_payload(account: AccountStore) -> None:
    entry, _ = account.journal.plan("r1", MOVES)

    account.journal.mark([entry.marked(ActionState.SENT, "on its way", more={"uidnext": 7})])

    found, other = account.journal.entries("r1")
    assert (found.state, found.detail) == (ActionState.SENT, "on its way")
    assert found.payload == {"identity": "digest:1", "uidnext": 7}
    assert other.state is ActionState.PLANNED


def test_what_is_written_is_seen_by_others_at_once(account: AccountStore, store: Store) -> None:
    entries = account.journal.plan("r1", MOVES)
    account.journal.mark([entry.marked(ActionState.SENT) for entry in entries])

    with closing(sqlite3.connect(store.path)) as other:
        assert other.execute("SELECT state FROM action").fetchall() == [("sent",), ("sent",)]


def test_entry_that_is_gone_is_an_error_and_nothing_else_is_marked(account: AccountStore, store: Store) -> None:
    entries = account.journal.plan("r1", MOVES)
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("DELETE FROM action WHERE seq = 2")
        other.commit()

    with pytest.raises(StateError, match="lost"):
        account.journal.mark([entry.marked(ActionState.SENT) for entry in entries])

    assert [entry.state for entry in account.journal.entries("r1")] == [ActionState.PLANNED]


def test_open_entries_are_those_of_other_runs_that_did_not_end(account: AccountStore) -> None:
    old = account.journal.plan("r1", [Action("move", {"n": n}) for n in range(6)])
    account.journal.mark([entry.marked(state) for entry, state in zip(old, ActionState, strict=True)])
    account.journal.plan("r2", MOVES)

    assert [entry.state for entry in account.journal.open_entries(besides="r2")] == ["planned", "sent"]
    assert [entry.state for entry in account.journal.copied()] == ["copied"]


def test_accounts_do_not_see_each_other(store: Store) -> None:
    ours, theirs = store.account("h", "we").journal, store.account("h", "they").journal
    entries = ours.plan("r1", MOVES)

    assert theirs.entries("r1") == theirs.open_entries() == theirs.of_kind("move") == ()
    with pytest.raises(StateError):
        theirs.mark(entries)


def test_strange_text_is_kept_as_far_as_a_database_can(account: AccountStore) -> None:
    (entry,) = account.journal.plan("r1", [Action("move", {"to": "Cafe\u0301 \U0001f600", "bad\0": ["a\udc80", "\0"]})])
    account.journal.mark([entry.marked(ActionState.FAILED, "said \ud800\0")])

    (found,) = account.journal.entries("r1")
    assert found.payload == {"to": "Cafe\u0301 \U0001f600", "bad\ufffd": ["a\ufffd", "\ufffd"]}
    assert found.detail == "said \ufffd\ufffd"


def test_entries_are_values() -> None:
    entry = Entry("r", 1, "move", {"a": 1}, ActionState.PLANNED, "", NOON)

    later = entry.marked(ActionState.DONE, more={"b": 2})

    assert entry.payload == {"a": 1}
    assert later.payload == {"a": 1, "b": 2}
