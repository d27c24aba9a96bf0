"""A probe and its outcome <-> the payload of a journal entry. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from auditor.probing.letter import Probe
from auditor.store.rows import ActionState, Entry

PROBE = "probe"  # the kind of journal entry
ONCE_IN = timedelta(days=1)
LOOKED_FOR = timedelta(days=7)
"""How long a probe that has not arrived is looked for, so that a late one is removed all the same."""

Before = Mapping[str, tuple[int, int]]
"""Folder -> its UIDVALIDITY, and the first UID that nobody had looked at when the probe was sent."""


class Landing(StrEnum):
    """Where the probe was seen; UNKNOWN: it could not be told."""

    INBOX = "inbox"
    SPAM = "spam"
    ELSEWHERE = "elsewhere"
    LOST = "lost"
    UNKNOWN = "unknown"


ARRIVED = (Landing.INBOX, Landing.SPAM, Landing.ELSEWHERE)
ONLY_SENT = "only the copy of what was sent was seen"
UNFINISHED = "the run that sent it did not end, and later ones have not seen it"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a probe. `seconds`: until it was seen, None where it was not; `why`: of what is not known."""

    landing: Landing
    to: str
    sent_at: datetime
    folders: tuple[str, ...] = ()
    seconds: float | None = None
    wait_s: float = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What the journal says of a probe."""

    entry: Entry
    probe: Probe
    before: Before = field(default_factory=dict)
    result: Result | None = None


def planned(probe: Probe, before: Before) -> dict[str, object]:
    return {
        "token": probe.token,
        "sender": probe.sender,
        "to": probe.to,
        "message_id": probe.message_id,
        "at": probe.sent_at.isoformat(),
        "before": {name: list(numbers) for name, numbers in before.items()},
    }


def concluded(result: Result) -> dict[str, object]:
    """What a payload says more when the outcome is known."""
    return {
        "landing": result.landing.value,
        "folders": list(result.folders),
        "seconds": result.seconds,
        "wait_s": result.wait_s,
        "why": result.why,
    }


def read(entry: Entry) -> Sent:
    payload: Mapping[str, Any] = entry.payload
    probe = Probe(payload["token"], payload["sender"], payload["to"], datetime.fromisoformat(payload["at"]))
    before = {name: (numbers[0], numbers[1]) for name, numbers in payload["before"].items()}
    return Sent(entry, probe, before, _result(payload, probe))


def last_sent(entries: Sequence[Entry], *, now: datetime) -> Sent | None:
    """The last probe of the day before `now`; one that no server took was none."""
    ended = {ActionState.DONE, ActionState.SENT}
    sent = [each for each in map(read, entries) if each.entry.state in ended and now - each.probe.sent_at < ONCE_IN]
    return max(sent, key=lambda each: each.probe.sent_at, default=None)


def _result(payload: Mapping[str, Any], probe: Probe) -> Result | None:
    if "landing" not in payload:
        return None
    return Result(
        Landing(payload["landing"]),
        probe.to,
        probe.sent_at.astimezone(UTC),
        tuple(payload["folders"]),
        payload["seconds"],
        payload["wait_s"],
        payload["why"],
    )
