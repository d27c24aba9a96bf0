"""Fields that a sender may add below the provider's own: none of them is a From, a Date or a signature that holds."""

from __future__ import annotations

from tests.mail import PINNED_ID, SELLER, Profile
from tests.mail.build import CRLF
from tests.mail.delivery import deliver, passed
from tests.properties.case import Case, is_field, joined, split

SINGLES = tuple(
    line.encode() + CRLF
    for line in (
        f"Received: from out1.walmart.com (out1.walmart.com [161.170.1.1])\r\n\tby {PINNED_ID} with ESMTPS id 4K",
        f"Received: by {PINNED_ID} with LMTP id 1",
        "Received-SPF: pass (domain of walmart.com)",
        f"Authentication-Results: {PINNED_ID}; dkim=pass header.d=walmart.com; "
        "dmarc=pass header.from=relay.walmart.com",
        f"Authentication-Results: {PINNED_ID}; dmarc=pass header.from=amazon.com; dkim=pass header.d=amazon.com",
        "Authentication-Results: spf=pass; dkim=pass header.d=walmart.com; dmarc=pass header.from=relay.walmart.com",
        f"Authentication-Results: {PINNED_ID}; none",
        "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=evil.test; s=s1; b=c2VhbA==",
        f"ARC-Authentication-Results: i=1; {PINNED_ID}; dmarc=pass header.from=relay.walmart.com",
        "DKIM-Signature: v=1; a=rsa-sha256; d=evil.test; s=s1; h=from:to:subject; bh=YQ==; b=YQ==",
        "DKIM-Signature: not a signature",
        f"To: {SELLER}",
        f"Cc: {SELLER}",
        f"Bcc: {SELLER}",
        f"Delivered-To: {SELLER}",
        f"X-Original-To: {SELLER}",
        f"Resent-To: {SELLER}",
        "Sender: no-reply@walmart.com",
        "Reply-To: seller-support@walmart.com",
        "Reply-To: x@evil.test",
        "Return-Path: <bounce@walmart.com>",
        "Resent-From: no-reply@walmart.com",
        "Subject: Where is my order?",
        "Message-ID: <1@walmart.com>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain",
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment",
        "List-Unsubscribe: <https://walmart.com/>",
        "List-Id: walmart.com",
        "Content-Base: https://walmart.com/",
        "X-Spam-Flag: NO",
        "X-Spam-Flag: YES",
        "X-Spam-Checker-Version: SpamAssassin 4.0",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-Microsoft-Antispam-Mailbox-Delivery: dest:I;",
        "X-eBay-MailTracker: 11021.000.1.1.1",
        "BIMI-Indicator: PHN2Zz4=",
        "Comments: genuine",
        "X: ",
    )
)

ALIGNED = b"DKIM-Signature: v=1; a=rsa-sha256; d=walmart.com; s=nowhere; h=from:to:subject:date; bh=YQ==; b=YQ==\r\n"
"""Of the right form and domain; its key is in no DNS."""


def provider_block(profile: Profile) -> bytes:
    """All that the provider would write above a message of Walmart's that passed."""
    mark = b"X-Mark: 1" + CRLF
    raw = deliver(mark + CRLF, profile, passed("relay.walmart.com", "walmart.com"), "out1.walmart.com")
    fields, _ = split(raw)
    return b"".join(fields[: fields.index(mark)])


def additions(profile: Profile) -> tuple[bytes, ...]:
    """Lines to add: single fields, and the provider's whole block again."""
    return (*SINGLES, provider_block(profile))


SENDERS_OWN = (b"dkim-signature", b"date", b"from", b"message-id", b"mime-version", b"subject", b"to")


def first_of_the_sender(case: Case) -> int:
    """The place of the first field that the sender wrote for certain, counted in fields."""
    fields, _ = split(case.raw)
    return next((n for n, one in enumerate(fields) if any(is_field(name, one) for name in SENDERS_OWN)), len(fields))


def added(case: Case, lines: bytes, *, depth: int = 0) -> Case:
    """With these lines `depth` fields below the first one of the sender's; at the end of the header at most."""
    fields, rest = split(case.raw)
    at = min(len(fields), first_of_the_sender(case) + depth)
    return case.with_raw(joined([*fields[:at], lines, *fields[at:]], rest))
