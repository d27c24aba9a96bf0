"""What happened in a run -> the events of its log, as JSON objects in the shape of log.schema.json.

They hold names, numbers and our sentences, with a server's words where it refused something; nothing that is written in
a message, not even its subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from auditor.mailbox.interface import MessageRef
from auditor.report import Incomplete, MailboxReport, OutcomeLine
from auditor.report.json import clean

_LONGEST = 1000  # characters of a sentence

Event = dict[str, Any]


def began(command: str, *, applied: bool, version: str) -> Event:
    return {"event": "run-began", "command": command, "applied": applied, "version": version}


def of_mailbox(report: MailboxReport, exit_code: int) -> Iterator[Event]:
    """Each action, each thing that could not be looked at, and then the mailbox itself."""
    yield from (_action(report.name, outcome) for outcome in report.outcomes)
    yield from (_incomplete(report.name, part) for part in report.missed)
    yield {
        "event": "mailbox",
        "mailbox": report.name,
        "junk_folders": list(report.junk_folders),
        "counts": asdict(report.counts),
        "exit_code": exit_code,
    }


def ended(exit_code: int, error: str) -> Event:
    """`error`: what stopped the run as a whole; empty where nothing did."""
    return {"event": "run-ended", "exit_code": exit_code, "error": _sentence(error) if error else None}


def stamped(event: Event, *, run: str, at: datetime) -> Event:
    """The event with what all have, ready for `json.dumps`."""
    when = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return dict(clean({"log": 1, "at": when, "run": run, **event}))


def _action(mailbox: str, outcome: OutcomeLine) -> Event:
    return {
        "event": "action",
        "mailbox": mailbox,
        "ref": _ref(outcome.ref),
        "status": outcome.status,
        "to": None if outcome.to is None else _ref(outcome.to),
        "detail": _sentence(outcome.detail),
    }


def _incomplete(mailbox: str, part: Incomplete) -> Event:
    return {"event": "incomplete", "mailbox": mailbox, "what": _sentence(part.what), "why": _sentence(part.why)}


def _ref(ref: MessageRef) -> Event:
    return {"folder": ref.folder, "uidvalidity": ref.uidvalidity, "uid": ref.uid}


def _sentence(text: str) -> str:
    return text[:_LONGEST]
