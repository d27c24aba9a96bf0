"""The wording rules against the judging table: precision, and no remark at all on what is good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from auditor.contacts.giving import of_templates
from auditor.marketplaces import load as load_catalogue
from auditor.replies.automatic import is_automatic
from auditor.replies.judging import AT_ONCE, SAME_TO_MANY
from auditor.replies.wording import Reply, remarks
from tests.replies.wording import HALVES, RULES, Row, load

CATALOGUE = {one.name: one for one in load_catalogue({}).marketplaces}


def said(row: Row) -> dict[str, str]:
    """Rule -> the sentence, as a night would say it of this reply."""
    one = CATALOGUE[row.marketplace]
    links = (*one.domains, *one.link_domains, *one.link_hosts)
    reply = Reply(row.marketplace, row.reply, inquiry=row.inquiry, link_domains=links)
    templates = tuple(filter(None, (row.template, row.sample)))
    found = {each.rule: each.quote for each in (*remarks(reply), *of_templates(row.reply, templates))}
    if _is_automated(row) and not (one.reply_window and one.reply_window.automatic_counts):
        found["reply-automated"] = ""
    return found


def _is_automated(row: Row) -> bool:
    marked = is_automatic([f"{name}: {value}" for name, value in row.headers.items()])
    at_once = row.seconds_after is not None and row.seconds_after <= AT_ONCE.seconds
    return marked or at_once or (row.sent_same_to or 0) >= SAME_TO_MANY


def outcomes(half: str) -> Iterator[tuple[str, str, str]]:
    """(rule, right | wrong | missed, which row)."""
    for row in load(half):
        found = said(row)
        for rule in sorted({*found, *row.expect}):
            is_right = rule in found and rule in row.expect
            yield rule, "right" if is_right else "wrong" if rule in found else "missed", row.id


def table(half: str) -> str:
    counts = Counter((rule, outcome) for rule, outcome, _ in outcomes(half))
    lines = [
        f"{rule:<28}" + "".join(f"{counts[rule, each]:>8}" for each in ("right", "wrong", "missed")) for rule in RULES
    ]
    return "\n".join([f"{half:<28}   right   wrong  missed", *sorted(lines)])


@pytest.mark.parametrize("half", HALVES)
def test_nine_of_ten_remarks_are_right(half: str) -> None:
    print(table(half))
    counts = Counter(outcome for _, outcome, _ in outcomes(half))

    assert counts["right"] / (counts["right"] + counts["wrong"]) >= 0.9
    assert counts["right"] >= 0.6 * (counts["right"] + counts["missed"])


@pytest.mark.parametrize("half", HALVES)
def test_nothing_is_said_of_a_good_reply(half: str) -> None:
    assert {row.id: said(row) for row in load(half) if row.good and said(row)} == {}


@pytest.mark.parametrize("half", HALVES)
def test_nine_of_ten_times_the_sentence_that_is_quoted_is_the_one(half: str) -> None:
    """Of several that are as bad, the table names one."""
    pairs = [
        (row.quotes, found[rule])
        for row in load(half)
        if row.quotes and len(row.expect) == 1
        for found in [said(row)]
        for rule in set(found) & set(row.expect) - {"reply-template-unchanged"}
    ]
    right = sum(any(one in quote or quote in one for one in quotes) for quotes, quote in pairs)

    assert len(pairs) > 20
    assert right >= 0.9 * len(pairs)


@pytest.mark.parametrize("half", HALVES)
def test_of_good_replies_hardly_one_has_slips(half: str) -> None:
    """Counted, for it is a remark that never stands alone: harper-py does not know every trade's words."""
    good = [row for row in load(half) if row.good]
    slips = {row.id for row in good for each in _all(row) if each == "reply-spelling"}

    assert len(slips) <= 1, slips


def _all(row: Row) -> set[str]:
    return {each.rule for each in remarks(Reply(row.marketplace, row.reply, inquiry=row.inquiry), spelling=True)}


def test_slips_are_found() -> None:
    text = "Hello Anna, we is sory for the custommer. Your package were definately shiped."
    found = {each.rule: each.advice for each in remarks(Reply("walmart", text), spelling=True)}

    assert "custommer" in found["reply-spelling"]
