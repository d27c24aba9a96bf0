"""What a mailbox shows about the registered address, with the right answer: see README.md beside this."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

Half = Literal["open", "held"]
Outcome = Literal["wrong", "unknown"]

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of a marketplace, as the ledger keeps it. `checks` has the checks 1 to 5 by their names.

    `copy_line` is the address of Walmart's "A copy of this message will be sent to ...", None where there is none.
    """

    marketplace: str
    stream_kind: Literal["customer", "account", "order"]
    stream: str
    received_at: datetime
    to: tuple[str, ...]
    checks: Mapping[str, bool | None]
    copy_line: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One reply to a customer. `header_from` is the whole field, which may be empty or no address at all."""

    marketplace: str
    sent_at: datetime
    header_from: str


@dataclass(frozen=True, slots=True)
class Said:
    """A finding. `subject` is the address on file for the two `contact-email-` rules, else the marketplace."""

    rule: str
    subject: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Ledger:
    """One seller's mailbox. `contact_mx` are the hosts, "absent" (the name has none) or "silent" (DNS did not answer).

    `looked_since` is when the mailbox was first read; equal to `now` it is the first look.
    `expected` must be said, `allowed` may be, and nothing else.
    """

    id: str
    why: str
    address: str
    aliases: tuple[str, ...]
    contact_email: str | None
    contact_mx: tuple[str, ...] | Literal["absent", "silent"]
    imap_host: str
    looked_since: datetime
    now: datetime
    messages: tuple[Seen, ...]
    replies: tuple[Sent, ...]
    expected: tuple[Said, ...]
    allowed: tuple[Said, ...]


def read(half: Half) -> tuple[Ledger, ...]:
    """The ledgers of one half, in the order of the file. Raises KeyError or ValueError for a line that is none."""
    lines = (_FOLDER / f"{half}.jsonl").read_text("utf-8").split("\n")
    return tuple(_ledger(json.loads(line)) for line in lines if line)


def _ledger(line: Mapping[str, Any]) -> Ledger:
    return Ledger(
        id=line["id"],
        why=line["why"],
        address=line["address"],
        aliases=tuple(line["aliases"]),
        contact_email=line["contact_email"],
        contact_mx=_hosts(line["contact_mx"]),
        imap_host=line["imap_host"],
        looked_since=datetime.fromisoformat(line["looked_since"]),
        now=datetime.fromisoformat(line["now"]),
        messages=tuple(_seen(each) for each in line["messages"]),
        replies=tuple(_sent(each) for each in line["replies"]),
        expected=tuple(Said(**each) for each in line["expected"]),
        allowed=tuple(Said(**each) for each in line["allowed"]),
    )


def _hosts(mx: Literal["absent", "silent"] | list[str]) -> tuple[str, ...] | Literal["absent", "silent"]:
    return tuple(mx) if isinstance(mx, list) else mx


def _seen(entry: dict[str, Any]) -> Seen:
    received_at = datetime.fromisoformat(entry["received_at"])
    return Seen(**entry | {"received_at": received_at, "to": tuple(entry["to"])})


def _sent(entry: dict[str, Any]) -> Sent:
    return Sent(**entry | {"sent_at": datetime.fromisoformat(entry["sent_at"])})
