"""Ledger rows, plans and outcomes -> the lines of a report."""

from __future__ import annotations

from datetime import datetime

from auditor.aftermath import Rescued
from auditor.marketplaces import Catalogue
from auditor.outcome import Outcome
from auditor.plan import Planned
from auditor.replies import clock
from auditor.replies.inquiries import Standing
from auditor.report import CheckLine, MessageLine, OutcomeLine, ReplyLine, RescuedLine
from auditor.store.rows import LedgerRow


def message_line(planned: Planned, catalogue: Catalogue) -> MessageLine:
    """One message of the ledger with what is planned for it."""
    row = planned.row
    return MessageLine(
        ref=row.ref,
        message_id=row.message_id or "",
        header_from=row.header_from,
        subject=row.subject,
        received_at=row.received_at,
        marketplace=row.marketplace or None,
        stream=row.kind,
        standing=row.standing,
        checks=tuple(CheckLine(check.rule, check.passed, check.detail) for check in row.checks),
        warnings=row.warnings,
        planned="move" if planned.move else "leave",
        reason=planned.reason,
        trick=row.trick or "",
        acknowledged=row.acked_at is not None,
        deadline=deadline(row, catalogue),
    )


def outcome_line(outcome: Outcome) -> OutcomeLine:
    return OutcomeLine(outcome.ref, outcome.status.value, outcome.to, outcome.detail)


def rescued_line(rescued: Rescued) -> RescuedLine:
    since = rescued.since or rescued.rescued_at
    return RescuedLine(
        rescued.ref,
        rescued.rescued_at,
        rescued.became.value,
        since,
        message_id=rescued.message_id,
        subject=rescued.subject,
        by=rescued.by,
    )


def reply_line(standing: Standing) -> ReplyLine:
    """One clock, named by the message that started it."""
    found = standing.clock
    return ReplyLine(
        ref=standing.row.ref,
        marketplace=standing.marketplace,
        received_at=found.received_at,
        due_at=found.due_at,
        state=found.state.value,
        answered_at=found.answered_at,
        in_junk=standing.in_junk,
        header_from=standing.row.header_from,
        subject=standing.row.subject,
        is_proved=standing.is_proved,
        topic=standing.row.topic,
        mails=len(standing.rows),
    )


def deadline(row: LedgerRow, catalogue: Catalogue) -> datetime | None:
    """When the marketplace wants a customer's message answered; None where it sets no time."""
    if row.kind != "customer" or row.standing == "forged":
        return None
    owner = next((one for one in catalogue.marketplaces if one.name == row.marketplace), None)
    return clock.deadline(row.received_at, clock.rule_of(owner.reply_window if owner else None))
