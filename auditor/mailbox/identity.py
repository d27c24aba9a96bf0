"""Messages of the open folder in, the value by which each is known again in another folder out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from auditor.errors import MailboxMisbehaved
from auditor.mailbox import wire
from auditor.mailbox.answers import UNDATED, Fetched
from auditor.mailbox.imap import Session
from auditor.mailbox.interface import Identity

HEADER_LIMIT = 262_144  # octets of a header block that count; the longest in 7,909 real messages was 135 kB

_CHUNK = 100
_ALLOWANCE = 9_000  # octets beside the header block: flags, dates, names


def identify(session: Session, uids: Sequence[int]) -> dict[int, Identity]:
    """The identities of those of `uids` that are still there."""
    items = f"(UID FLAGS INTERNALDATE RFC822.SIZE {identity_items(session.capabilities)})"
    known: dict[int, Identity] = {}
    for numbers, asked in wire.uid_sets(uids, most=_CHUNK):
        found = session.fetch(numbers, items, literal=HEADER_LIMIT, answer=_CHUNK * (HEADER_LIMIT + _ALLOWANCE))
        for each in found:
            if each.uid in asked and not _is_news(each):
                known[each.uid] = Identity(each.uid, identity_of(each), each.flags or frozenset())
    return known


def identity_items(capabilities: frozenset[str]) -> str:
    """What to fetch for `identity_of` beside date and size: the server's own name of a message where it has one."""
    if "OBJECTID" in capabilities:
        return "EMAILID"
    if "X-GM-EXT-1" in capabilities:
        return "X-GM-MSGID"
    return f"BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>"


def identity_of(message: Fetched) -> str:
    """`emailid:`, `gmail:` or `digest:` with its value. Raises MailboxMisbehaved if the server gave none of them.

    The digest reads the header block that BODY[HEADER] gives, never a part of BODY[]: where a header ends is the
    server's decision, and messages without a blank line show that servers differ.
    """
    if message.emailid:
        return f"emailid:{message.emailid}"
    if message.gmail:
        return f"gmail:{message.gmail}"
    if message.header is None:
        raise MailboxMisbehaved(f"the server gave nothing to know message {message.uid} by")
    received_at = (message.received_at or UNDATED).isoformat()
    digest = hashlib.sha256(message.header)
    digest.update(f"\0{received_at}\0{message.size}".encode())
    return f"digest:{digest.hexdigest()}"


def _is_news(message: Fetched) -> bool:
    """Whether the server told of new flags on its own account instead of answering."""
    return message.size is None and message.header is None and not message.emailid and not message.gmail
