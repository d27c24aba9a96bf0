"""RunReport -> JSON text (schema 1, published as report.schema.json), in a stable order.

The text is plain ASCII, so no control character of a hostile message can reach a terminal through it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from auditor.campaigns import keys_of
from auditor.display import DECODED_LIMIT, decoded
from auditor.mailbox.interface import MessageRef
from auditor.report import (
    CheckLine,
    Counts,
    Incomplete,
    MailboxReport,
    MessageLine,
    OutcomeLine,
    PracticeLine,
    ReplyLine,
    RescuedLine,
    RunReport,
)
from auditor.rules import Finding

SCHEMA_VERSION = 1

Object = dict[str, Any]


def render(report: RunReport) -> str:
    """The whole run as one document, mailboxes sorted by name."""
    mailboxes = sorted(report.mailboxes, key=lambda mailbox: mailbox.name)
    document = _run(report)
    exit_code = document.pop("exit_code")
    document |= {"mailboxes": [_mailbox(mailbox) for mailbox in mailboxes], "exit_code": exit_code}
    return json.dumps(clean(document), indent=2) + "\n"


def render_lines(report: RunReport) -> Iterator[str]:
    """The run as JSON Lines: a line for each mailbox in the order given, then the summary."""
    for mailbox in report.mailboxes:
        yield mailbox_line(mailbox)
    yield summary_line(report)


def mailbox_line(mailbox: MailboxReport) -> str:
    """One mailbox as one line of JSON Lines."""
    return json.dumps(clean(_mailbox(mailbox))) + "\n"


def summary_line(report: RunReport) -> str:
    """The last line of JSON Lines: everything but the mailboxes."""
    return json.dumps(clean(_run(report))) + "\n"


def _run(report: RunReport) -> Object:
    return {
        "schema": SCHEMA_VERSION,
        "run": report.run,
        "started_at": _time(report.started_at),
        "finished_at": _time(report.finished_at),
        "applied": report.applied,
        "exit_code": report.exit_code,
    }


def _mailbox(mailbox: MailboxReport) -> Object:
    listed = [message for message in mailbox.messages if message.standing != "unrelated"]
    belongs = keys_of(listed)
    return {
        "name": mailbox.name,
        "junk_folders": list(mailbox.junk_folders),
        "counts": _counts(mailbox.counts),
        "messages": [_message(one, belongs.get(one.ref)) for one in sorted(listed, key=lambda one: one.ref)],
        "outcomes": [_outcome(outcome) for outcome in sorted(mailbox.outcomes, key=lambda done: done.ref)],
        "rescued": [_rescued(one) for one in sorted(mailbox.rescued, key=lambda one: one.ref)],
        "findings": [_finding(finding) for finding in sorted(mailbox.findings, key=lambda found: found.key)],
        "right": sorted(mailbox.right),
        "replies": [_reply(reply) for reply in sorted(mailbox.replies, key=lambda reply: reply.ref)],
        "practices": [_practice(line) for line in sorted(mailbox.practices, key=lambda line: line.practice)],
        "incomplete": [_incomplete(part) for part in mailbox.incomplete],
        "remarks": list(mailbox.remarks),
    }


def _counts(counts: Counts) -> Object:
    return {
        "seen": counts.seen,
        "genuine": counts.genuine,
        "unverified": counts.unverified,
        "forged": counts.forged,
        "unrelated": counts.unrelated,
    }


def _message(message: MessageLine, campaign: str | None) -> Object:
    return {
        "ref": _ref(message.ref),
        "message_id": message.message_id[:DECODED_LIMIT],
        "from": message.header_from[:DECODED_LIMIT],
        "subject": decoded(message.subject),
        "received_at": _time(message.received_at),
        "marketplace": message.marketplace,
        "stream": message.stream,
        "standing": message.standing,
        "checks": [_check(check) for check in message.checks],
        "warnings": list(message.warnings),
        "planned": message.planned,
        "reason": message.reason,
        "trick": message.trick or None,
        "campaign": campaign,
    }


def _check(check: CheckLine) -> Object:
    return {"rule": check.rule, "passed": check.passed, "detail": check.detail}


def _outcome(outcome: OutcomeLine) -> Object:
    to = None if outcome.to is None else _ref(outcome.to)
    return {"ref": _ref(outcome.ref), "status": outcome.status, "to": to, "detail": outcome.detail}


def _rescued(one: RescuedLine) -> Object:
    times = {"rescued_at": _time(one.rescued_at), "since": _time(one.since)}
    named = {"message_id": one.message_id[:DECODED_LIMIT], "subject": decoded(one.subject)}
    return {"ref": _ref(one.ref), **named, "became": one.became, "by": one.by, **times}


def _finding(finding: Finding) -> Object:
    return {
        "key": finding.key,
        "rule": finding.rule.id,
        "outcome": finding.outcome.value,
        "practice": int(finding.rule.practice),
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "subject": finding.subject,
        "evidence": list(finding.evidence),
        "detail": finding.detail,
        "remedy": finding.remedy,
        "acknowledged": finding.acknowledged,
    }


def _reply(reply: ReplyLine) -> Object:
    return {
        "ref": _ref(reply.ref),
        "marketplace": reply.marketplace,
        "received_at": _time(reply.received_at),
        "due_at": None if reply.due_at is None else _time(reply.due_at),
        "state": reply.state,
        "answered_at": None if reply.answered_at is None else _time(reply.answered_at),
        "in_junk": reply.in_junk,
    }


def _practice(line: PracticeLine) -> Object:
    return {
        "practice": int(line.practice),
        "title": line.title,
        "state": line.state,
        "evidence": line.evidence,
    }


def _incomplete(part: Incomplete) -> Object:
    return {"what": part.what, "why": part.why, "standing": part.standing}


def _ref(ref: MessageRef) -> Object:
    return {"folder": ref.folder, "uidvalidity": ref.uidvalidity, "uid": ref.uid}


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def clean(value: Any) -> Any:
    """The same for `json.dumps`: lone surrogates, which other JSON readers refuse, become U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: clean(each) for key, each in value.items()}
    return [clean(each) for each in value] if isinstance(value, list) else value
