"""To and Cc -> whom the signed message was meant for; Delivered-To is what a replay's victim always has."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from auditor.evidence.sender import mailboxes
from auditor.message import Message


def named(message: Message, fields: Collection[str]) -> tuple[str, ...]:
    """Addresses, in lower case, of the given fields (`to`, `cc`); a field that is not plain gives none."""
    return tuple(
        sender.address
        for name in ("to", "cc")
        if name in fields
        for field in message.all(name)[:2]  # more than one is refused anyway
        for sender in mailboxes(field.text) or ()
    )


def is_one_of(address: str, own: Sequence[str]) -> bool:
    """Whether `address` is one of the seller's; `*@shop.example` stands for every address of that domain."""
    domain = address.rpartition("@")[2]
    return any(address == mine.lower() or mine.lower() == f"*@{domain}" for mine in own)
