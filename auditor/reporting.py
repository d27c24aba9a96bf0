"""What a run learned of one mailbox -> its report and its exit code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from auditor.aftermath import Became
from auditor.errors import ExitCode, worst
from auditor.findings import Situation, find_all
from auditor.looked import Looked, StoppedError
from auditor.marketplaces import Catalogue
from auditor.outcome import Outcome, Status
from auditor.replies.judging import RATE_DAYS, Facts, judge
from auditor.report import Counts, MailboxReport
from auditor.report.lines import message_line, outcome_line, reply_line, rescued_line
from auditor.rules import Finding


def mailbox_report(
    looked: Looked, catalogue: Catalogue, *, max_moves: int, acknowledged: Collection[str], now: datetime
) -> MailboxReport:
    """The report of a mailbox whose state could be asked to the end."""
    found = find_all(
        Situation(
            mailbox=looked.mailbox.name,
            planned=looked.planned,
            moved={one.ref for one in looked.outcomes if _arrived(one)},
            max_moves=max_moves,
            unfinished=looked.unfinished,
            complete=all(part.standing for part in looked.incomplete),
            acknowledged=acknowledged,
            put_back=[one for one in looked.rescued if one.became is Became.PUT_BACK and not one.was_read],
            changed=looked.changed,
            shared=[(one.to or one.ref, one.detail) for one in looked.outcomes if one.shared],
        )
    )
    facts = Facts(looked.mailbox.name, looked.standings, looked.replies, catalogue, now, acknowledged)
    report = _report(looked, catalogue, *found)
    lately = [each for each in looked.replies if each.sent_at > now - timedelta(days=RATE_DAYS)]
    return replace(
        report,
        findings=(*report.findings, *judge(facts)),
        replies=tuple(map(reply_line, looked.standings)),
        answers=len(lately),
        answers_judged=sum(each.remarks is not None for each in lately),
    )


def unfinished_report(looked: Looked, catalogue: Catalogue) -> MailboxReport:
    """What is known where the state could not be asked any more; where moves were under way, not of which message."""
    if isinstance(looked.error, StoppedError):
        looked.planned = ()
    return _report(looked, catalogue)


def _report(
    looked: Looked, catalogue: Catalogue, findings: tuple[Finding, ...] = (), right: tuple[str, ...] = ()
) -> MailboxReport:
    return MailboxReport(
        name=looked.mailbox.name,
        junk_folders=looked.junk,
        counts=_counts(looked),
        messages=tuple(message_line(one, catalogue) for one in looked.planned),
        outcomes=tuple(outcome_line(one) for one in looked.outcomes),
        findings=findings,
        right=right,
        incomplete=tuple(looked.incomplete),
        rescued=tuple(rescued_line(one) for one in looked.rescued),
        error=int(looked.error.exit_code) if looked.error else None,
        timezone=looked.mailbox.timezone or "UTC",
    )


def _arrived(outcome: Outcome) -> bool:
    return outcome.status in (Status.DONE, Status.COPIED)


def _counts(looked: Looked) -> Counts:
    standings = [one.row.standing for one in looked.planned]
    return Counts(
        seen=looked.seen,
        genuine=standings.count("genuine"),
        unverified=standings.count("unverified"),
        forged=standings.count("forged"),
        unrelated=max(0, looked.seen - len(standings)),
    )


def exit_code(report: MailboxReport) -> ExitCode:
    """What one mailbox ends with; a run ends with the worst of its mailboxes."""
    codes = [ExitCode.CLEAN if report.error is None else ExitCode(report.error)]
    if report.missed and report.error is None:
        codes.append(ExitCode.UNFINISHED)
    if any(outcome.status == Status.FAILED for outcome in report.outcomes):
        codes.append(ExitCode.ACTIONS_FAILED)
    dealt_with = {outcome.ref for outcome in report.outcomes if outcome.status in (Status.DONE, Status.COPIED)}
    waiting = any(line.planned == "move" and line.ref not in dealt_with for line in report.messages)
    doubtful = any(line.standing == "unverified" and not line.acknowledged for line in report.messages)
    if waiting or doubtful or any(finding.needs_attention for finding in report.findings):
        codes.append(ExitCode.ATTENTION)
    return worst(codes)
