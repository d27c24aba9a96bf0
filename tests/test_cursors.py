"""What a folder says of itself tonight, against how the last run left it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.cursors import ASK_AGAIN, Past, is_as_left, is_due, is_older_copy, left_with, overlap, tail_of
from auditor.mailbox.interface import FolderState, MessageRef, Role, Trace
from auditor.store.rows import Cursor, LedgerRow, Tail

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NUMBERS = dict[int, datetime]


def trace(uid: int, hours: int = 0) -> Trace:
    return Trace(uid, NOON + timedelta(hours=hours))


def row(retry_at: datetime | None) -> LedgerRow:
    ref = MessageRef("Junk", 1, 1)
    return LedgerRow(ref, Role.JUNK, "a", "", "", NOON, 9, "walmart", "unverified", "1", retry_at=retry_at)


TAIL = Tail(1, (trace(3), trace(7)))
CURSOR = Cursor("Junk", Role.JUNK, 5, 8, 2, "rules", NOON, highestmodseq=70, reached=8, tail=TAIL)
STATE = FolderState("Junk", 5, 8, 2, highestmodseq=70)


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (STATE, True),
        (replace(STATE, uidvalidity=6), False),
        (replace(STATE, uidnext=9), False),
        (replace(STATE, uidnext=None), False),
        (replace(STATE, exists=1), False),
        (replace(STATE, highestmodseq=71), False),
        (replace(STATE, highestmodseq=69), False),  # an older copy, with as many messages and the same numbers
        (replace(STATE, highestmodseq=None), True),  # a server without that count
    ],
)
def test_any_difference_ends_the_quiet(state: FolderState, left: bool) -> None:
    assert is_as_left(state, CURSOR, "rules", Role.JUNK) is left


def test_other_rules_and_a_server_that_tells_nothing_end_the_quiet() -> None:
    assert not is_as_left(STATE, CURSOR, "newer rules", Role.JUNK)
    assert not is_as_left(STATE, CURSOR, "rules", Role.WATCH)
    assert not is_as_left(None, CURSOR, "rules", Role.JUNK)
    assert Past(CURSOR).goes_on("rules", Role.JUNK) == CURSOR
    assert Past(CURSOR).goes_on("rules", Role.INBOX) is None


@pytest.mark.parametrize(
    ("wait", "due"),
    [
        (None, False),
        (timedelta(0), True),
        (-timedelta(days=9), True),
        (ASK_AGAIN, False),
        (ASK_AGAIN + timedelta(seconds=1), True),  # set by a clock that was forty days ahead
        (timedelta(days=40), True),
    ],
)
def test_no_wrong_clock_puts_off_what_is_undecided(wait: timedelta | None, due: bool) -> None:
    assert is_due(row(None if wait is None else NOON + wait), NOON) is due


@pytest.mark.parametrize(
    ("state", "traces", "older"),
    [
        (STATE, TAIL.messages, False),
        (STATE, (), False),  # all of them left
        (replace(STATE, uidnext=20), (trace(3),), False),
        (replace(STATE, uidnext=7), TAIL.messages, True),  # UIDNEXT went back
        (replace(STATE, highestmodseq=69), TAIL.messages, False),  # an index that was built anew counts from 1
        (replace(STATE, uidnext=20), (trace(3), trace(7, hours=1)), True),  # another message has its number
        (replace(STATE, uidnext=20), (trace(3), trace(5), trace(7)), True),  # one where there was none
        (replace(STATE, uidnext=20), (trace(2),), True),  # we had moved it out
    ],
)
def test_an_older_copy_shows_itself(state: FolderState, traces: tuple[Trace, ...], older: bool) -> None:
    assert is_older_copy(state, Past(CURSOR, (), frozenset({2})), traces) is older


def test_a_cursor_of_an_earlier_version_accuses_nobody() -> None:
    early = replace(CURSOR, reached=0, tail=None)

    assert overlap(early) is None
    assert not is_older_copy(replace(STATE, uidnext=20), Past(early), (trace(3), trace(9)))


@given(
    begin=st.integers(1, 50),
    last=st.none() | st.builds(lambda uids: sorted(uids), st.sets(st.integers(1, 60), max_size=30)),
    new=st.sets(st.integers(61, 120), max_size=60),
)
def test_a_tail_is_all_there_is_from_its_first_uid_on(begin: int, last: list[int] | None, new: set[int]) -> None:
    before = None if last is None else tail_of(1, None, [trace(uid) for uid in last])
    there = {uid for uid in [*(last or ()), *new] if before is None or uid >= before.first}

    tail = tail_of(begin, before, [trace(uid) for uid in there])

    uids = [each.uid for each in tail.messages]
    assert uids == sorted(uid for uid in there if uid >= tail.first)
    assert len(uids) <= 20
    assert len(uids) == 20 or tail.first == (begin if before is None else before.first)


@given(
    gone=st.sets(st.integers(1, 40)),
    arrived=st.integers(0, 30),
)
def test_an_honest_folder_is_never_taken_for_an_older_copy(gone: set[int], arrived: int) -> None:
    """Messages leave and come; numbers only grow."""
    then = {uid: trace(uid, hours=uid) for uid in range(1, 41)}
    cursor = replace(CURSOR, uidnext=41, reached=41, exists=40, tail=tail_of(1, None, then.values()))
    first, last = overlap(cursor) or (1, 0)
    now = [each for uid, each in then.items() if uid not in gone and first <= uid <= last]
    state = replace(STATE, uidnext=41 + arrived, exists=40 - len(gone) + arrived, highestmodseq=99)

    assert not is_older_copy(state, Past(cursor), now)


@given(back=st.integers(1, 30), since=st.integers(0, 60), seed=st.integers(0, 9))
def test_an_older_copy_in_which_new_mail_took_the_numbers_is_always_known(back: int, since: int, seed: int) -> None:
    """`back` messages are lost with the restore; `since` came after it, and take their numbers."""
    then = {uid: trace(uid, hours=uid) for uid in range(1, 41)}
    cursor = replace(
        CURSOR, uidnext=41, reached=41, exists=40, highestmodseq=None, tail=tail_of(1, None, then.values())
    )
    restored = {uid: each for uid, each in then.items() if uid <= 40 - back}
    uidnext = 41 - back + since
    restored |= {uid: trace(uid, hours=1_000 + seed) for uid in range(41 - back, uidnext)}
    first, last = overlap(cursor) or (1, 0)
    now = [each for uid, each in restored.items() if first <= uid <= last]
    state = FolderState("Junk", 5, uidnext, len(restored))

    assert is_older_copy(state, Past(cursor), now)


def test_what_we_took_out_is_expected_to_be_gone() -> None:
    state = replace(STATE, exists=1, highestmodseq=75)

    assert left_with(CURSOR, {7}, state) == replace(CURSOR, exists=1, highestmodseq=75, tail=Tail(1, (trace(3),)))


@pytest.mark.parametrize(
    "state", [None, replace(STATE, exists=2, highestmodseq=75), replace(STATE, exists=1, uidnext=9)]
)
def test_what_else_happened_meanwhile_is_looked_at_in_the_next_night(state: FolderState | None) -> None:
    left = left_with(CURSOR, {7}, state)

    assert (left.exists, left.highestmodseq) == (CURSOR.exists, CURSOR.highestmodseq)
    assert left.tail == Tail(1, (trace(3),))
