"""The message that a probe sends, and how it is known again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from auditor.message import read_header

FIELD = "X-Auditor-Probe"
SWEPT = (FIELD, "Message-ID")
LONGEST = 256 * 1024
"""Octets of a message that are read to see whether it is ours; ours has two thousand, and filters add some."""

_POLICY = SMTP.clone(max_line_length=500)  # no Message-ID is folded: some programs cannot unfold it
_SUBJECT = "Test of the contact address"
_TEXT = """\
This is a test message of the program auditor, sent to see whether mail to the
contact address that is on file with the marketplaces arrives, and where.

The program removes it again from its own mailbox. If you can read it, you may
delete it; nobody waits for an answer.
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """One message, by the token that nobody else can know."""

    token: str
    sender: str
    to: str
    sent_at: datetime

    @property
    def message_id(self) -> str:
        return f"<auditor-probe.{self.token}@{_domain(self.sender)}>"


def letter(probe: Probe) -> bytes:
    """The message, in 7 bits and with CRLF. `Auto-Submitted` (RFC 3834) keeps automatic replies from answering it."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = probe.sender
    message["To"] = probe.to
    message["Subject"] = _SUBJECT
    message["Date"] = format_datetime(probe.sent_at)
    message["Message-ID"] = probe.message_id
    message[FIELD] = probe.token
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_TEXT, cte="7bit")
    return message.as_bytes()


def is_ours(raw: bytes, *, token: str, message_id: str) -> bool:
    """Whether this is the probe with that token, by its header alone.

    A provider may drop our field, or give a Message-ID of its own; a field with another value is another message.
    """
    header = read_header(raw)
    tokens = [each.text for each in header.all(FIELD.lower())]
    ids = [each.text for each in header.all("message-id")]
    return tokens == [token] if tokens else ids == [message_id]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
