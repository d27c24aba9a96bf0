"""What the nightly run says of a whitelist that was installed: mail it did not keep, and senders it lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auditor.mailbox.interface import MessageRef, Role
from auditor.scripts import PUT_SCRIPT, Change, Part, planned
from auditor.store.rows import ActionState, Entry, LedgerRow
from auditor.whitelist.drift import LOOKED_BACK, Installed, drift, installed
from auditor.whitelist.targets.sieve import NAME
from tests.whitelist.samples import text_for
from tests.whitelist.test_wanted import row

OURS = text_for("sieve").encode()
AT = datetime(2026, 11, 1, tzinfo=UTC)
NOW = AT + timedelta(days=10)
KINDS = ("customer", "order", "account")
WALMART = "0123456789abcdef0123456789abcdef@relay.walmart.com"


def entry(before: bytes | None, after: bytes | None, *, name: str = NAME, seq: int = 1, done: bool = True) -> Entry:
    payload = planned(Change(Part.TEXT, name, before, after))
    state = ActionState.DONE if done else ActionState.SKIPPED
    return Entry("run", seq, PUT_SCRIPT, payload, state, "", AT + timedelta(minutes=seq))


def mail(address: str, *, role: Role = Role.JUNK, days: float = 5, standing: str = "genuine") -> LedgerRow:
    ref = MessageRef("Junk" if role is Role.JUNK else "INBOX", 1, 7)
    found = replace(row(address), ref=ref, role=role, standing=standing, received_at=AT + timedelta(days=days))
    return replace(found, kind="customer")


def said(*rows: LedgerRow, there: Installed | None = None) -> list[tuple[str, str]]:
    known = there or installed([entry(None, OURS)])
    return [(each.rule, each.subject) for each in drift(rows, known, KINDS, now=NOW)]


def test_what_the_journal_says_is_installed() -> None:
    found = installed([entry(None, OURS)])

    assert found is not None
    assert found.at == AT + timedelta(minutes=1)
    assert "[0-9a-f]{32}@relay.walmart.com" in found.patterns


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [entry(None, OURS, done=False)],
        [entry(None, OURS), entry(OURS, None, seq=2)],
        [entry(b"keep;", b"keep;\r\n" + OURS, name="mine"), entry(b"keep;\r\n" + OURS, b"keep;", name="mine", seq=2)],
        [entry(b"keep;", b"include;", name="mine")],
    ],
    ids=["nothing", "not done", "removed", "a block removed", "the include alone"],
)
def test_what_is_not_installed_drifts_nowhere(entries: list[Entry]) -> None:
    assert installed(entries) is None
    assert drift([mail(WALMART)], installed(entries), KINDS, now=NOW) == ()


def test_a_block_in_the_sellers_script_counts() -> None:
    assert installed([entry(b"keep;", b"keep;\r\n" + OURS, name="mine")]) is not None


def test_mail_that_was_junked_all_the_same() -> None:
    assert said(mail(WALMART), mail(WALMART)) == [("whitelist-no-effect", "sieve: walmart")]


@pytest.mark.parametrize(
    "harmless",
    [
        mail(WALMART, role=Role.INBOX),
        mail(WALMART, days=-1),  # it came before the rules did
        mail(WALMART, standing="unverified"),
        replace(mail(WALMART), kind="marketing"),
    ],
    ids=["in the inbox", "before", "unproved", "not wanted"],
)
def test_mail_that_says_nothing_against_it(harmless: LedgerRow) -> None:
    assert said(harmless) == []


def test_a_new_sender_is_lacking_wherever_its_mail_lies() -> None:
    found = drift([mail("new@walmart.com", role=Role.INBOX)], installed([entry(None, OURS)]), KINDS, now=NOW)

    assert [(each.rule, each.subject) for each in found] == [("whitelist-missing", "sieve: walmart")]
    assert "new@walmart.com" in found[0].detail


def test_old_mail_tells_nothing() -> None:
    late = AT + LOOKED_BACK + timedelta(days=6)

    assert drift([mail(WALMART)], installed([entry(None, OURS)]), KINDS, now=late) == ()
