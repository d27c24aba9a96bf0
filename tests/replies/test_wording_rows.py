"""The form of the judging table: a row that is malformed would judge the rules wrongly."""

from __future__ import annotations

import pytest

from tests.replies.wording import HALVES, RULES, Row, load

ROWS = tuple(row for half in HALVES for row in load(half))
IN_THE_TEXT = RULES - {"reply-no-empathy", "reply-unprofessional", "reply-automated", "reply-template-unchanged"}
"""Rules whose finding always has a sentence to quote; the others may rest on what is missing or on the envelope."""


@pytest.mark.parametrize("half", HALVES)
def test_each_half_is_large_and_mostly_good(half: str) -> None:
    rows = load(half)
    assert len(rows) >= 75
    assert 2 * sum(row.good for row in rows) >= len(rows)


@pytest.mark.parametrize("half", HALVES)
def test_each_half_expects_every_rule_more_than_once(half: str) -> None:
    expected = [rule for row in load(half) for rule in row.expect]
    assert {rule for rule in RULES if expected.count(rule) < 2} == set()


@pytest.mark.parametrize("half", HALVES)
def test_ids_number_the_rows(half: str) -> None:
    rows = load(half)
    assert [row.id for row in rows] == [f"{half}-{number:03}" for number in range(1, len(rows) + 1)]


def test_no_reply_stands_twice() -> None:
    texts = [" ".join(row.reply.split()) for row in ROWS]
    assert {text for text in texts if texts.count(text) > 1} == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_well_formed(row: Row) -> None:
    assert set(row.expect) <= RULES
    assert len(set(row.expect)) == len(row.expect) <= 2
    assert all(text.strip() for text in (row.marketplace, row.inquiry, row.reply, row.note))
    assert all(quote in row.reply for quote in row.quotes)
    assert not (row.good and row.quotes)
    assert row.quotes or not IN_THE_TEXT & set(row.expect)
    assert row.order is None or row.order in row.inquiry
