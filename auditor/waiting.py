"""A mailbox and its ledger -> how its threads with customers stand, and a report of nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from auditor.config import MailboxConfig
from auditor.contact_details import details_alone
from auditor.looked import Tools
from auditor.replies.inquiries import Standing, key_of, standings
from auditor.replies.judging import RULES, Facts, judge
from auditor.report import MailboxReport
from auditor.report.lines import reply_line
from auditor.store.rows import SentReply

if TYPE_CHECKING:
    from auditor.mailbox.interface import MessageRef
    from auditor.store.ledger import AccountStore

_LOOKED_BACK = timedelta(days=104)  # the longest rate, and what may have begun before it


def standings_of(account: AccountStore, tools: Tools) -> tuple[tuple[Standing, ...], tuple[SentReply, ...]]:
    """Of the last months, and what was sent to customers in them."""
    now = tools.now()
    since = now - _LOOKED_BACK
    sent, rows = account.replies.all(since=since), account.asked.since(since)
    return standings(rows, sent, tools.catalogue, done=account.done.keys(), now=now), sent


def waiting_alone(
    mailbox: MailboxConfig, account: AccountStore, tools: Tools, report: MailboxReport | None = None
) -> MailboxReport:
    """`report`: of the look into the mailbox before, of which only what it missed is taken over."""
    found, sent = standings_of(account, tools)
    facts = Facts(mailbox.name, found, sent, tools.catalogue, tools.now(), account.acknowledged())
    findings = judge(facts)
    broken = {each.rule.id for each in findings}
    alone = details_alone(mailbox, report)
    return replace(
        alone,
        findings=findings,
        right=tuple(rule for rule in RULES if rule not in broken) if found and not alone.missed else (),
        replies=tuple(map(reply_line, found)),
    )


def mark_done(account: AccountStore, ref: MessageRef, tools: Tools) -> bool:
    """Everything that the clock of this message is about; False where no customer's message is on record there."""
    found, _ = standings_of(account, tools)
    standing = next((each for each in found if any(row.ref == ref for row in each.rows)), None)
    for row in standing.rows if standing else ():
        account.done.mark(key_of(row))
    return standing is not None
