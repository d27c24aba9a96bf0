"""Letters that end a line for one reader alone, and signed lines changed by a little: rows 86, 104 and 105."""

from collections.abc import Iterator
from dataclasses import replace

from .. import PINNED_ID, SELLER, Profile, Sample
from ..build import FULL, compose, on_top, sign, signed, swap
from ..delivery import deliver, own, passed, pinned_text
from .bait import (
    CUSTOMER,
    LURE,
    NO_REPLY_TO,
    NOTICE,
    RELAY,
    RELAY_FAILS,
    RELAY_PASSES,
    forge,
    genuine_customer,
    genuine_notice,
    relay_signed_by,
    spoof,
)

# What Python's str.splitlines, and pages, take for the end of a line; RFC 5322 section 2.1 knows CRLF alone.
SEPARATORS = {
    "vertical-tab": "\x0b",
    "form-feed": "\x0c",
    "file-separator": "\x1c",
    "next-line": "\u0085",
    "line-separator": "\u2028",
    "paragraph-separator": "\u2029",
    "escaped-line-feed": "\\n",
    "encoded-line-feed": "=?utf-8?Q?=0D=0A?=",
}

# (name, what replaces the signed Subject's line): a tag that no filter writes, or words beside a tag.
TAGS = (
    ("words-as-tag", b"Subject: [Your account closes today] Where is my order?"),
    ("starred-words-as-tag", b"Subject: ***PAY AT EVIL.TEST*** Where is my order?"),
    ("tag-behind", b"Subject: Where is my order? ***SPAM*** pay at evil.test"),
    ("words-between-tag-and-subject", b"Subject: ***SPAM*** Your account closes today. Where is my order?"),
    ("tag-and-other-subject", b"Subject: ***SPAM*** Your account closes today"),
    ("tag-with-words-inside", b"Subject: ***SPAM pay at evil.test*** Where is my order?"),
    ("tag-over-half-the-subject", b"Subject: ***SPAM*** is my order?"),
    ("encoded-tag-and-words", b"Subject: =?utf-8?Q?***SPAM***_Your_account_closes?= Where is my order?"),
)

# (name, canonicalisation, old, new): small enough for a careless canonicaliser to forgive, and not forgiven by
# RFC 6376 section 3.4.
CHANGED = (
    ("case-of-subject", "relaxed/relaxed", b"Where is my order?", b"WHERE is my order?"),
    ("words-run-together", "relaxed/relaxed", b"Please answer.", b"Pleaseanswer."),
    ("empty-line-inside", "relaxed/relaxed", b"It has not come.", b"It has not come.\r\n\r\nPay at evil.test."),
    ("blank-in-front-of-line", "relaxed/relaxed", b"It has not", b" It has not"),
    ("trailing-blank-under-simple", "simple/simple", b"Please answer.\r\n", b"Please answer. \r\n"),
    ("refolded-subject-under-simple", "simple/simple", b"Subject: Where is", b"Subject: Where\r\n is"),
    ("case-of-name-under-simple", "simple/simple", b"\r\nSubject:", b"\r\nSUBJECT:"),
    ("two-blanks-under-simple", "simple/simple", b"It has not", b"It  has not"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Fields behind odd line ends, Subject tags that are none, and changes in the signed text."""
    for name, separator in SEPARATORS.items():
        yield from _hidden(profile, name, separator)
    yield from _blank_line(profile)
    for name, line in TAGS:
        raw = swap(genuine_customer(), b"Subject: Where is my order?", line)
        raw = deliver(raw, profile, relay_signed_by("walmart.com", "fail"))
        why = "only what a filter of the seller's writes may be taken off a signed Subject"
        yield forge(profile, f"subject-{name}", raw, by="domain-proof", why=why, row=86)
    for name, form, old, new in CHANGED:
        raw = swap(sign(compose(CUSTOMER), "walmart.com", FULL, canonicalize=form), old, new)
        raw = deliver(raw, profile, relay_signed_by("walmart.com", "fail"))
        why = "what was signed is not what is shown"
        yield forge(profile, f"changed-{name}", raw, by="domain-proof", why=why, row=105)


def _hidden(profile: Profile, name: str, separator: str) -> Iterator[Sample]:
    """A whole field behind the separator, inside the value of a harmless one."""
    start = f"X-Note: a{separator}"
    raw = on_top(genuine_notice(replace(NOTICE, to="other@else.test")), f"{start}To: {SELLER}".encode())
    why = "the separator ends no line: To is the other seller's"
    raw = deliver(raw, profile, passed("amazon.com"))
    yield forge(profile, f"to-behind-{name}", raw, by="meant-for-seller", why=why, row=104)
    raw = deliver(on_top(signed(LURE, "evil.test"), f"{start}From: {RELAY}".encode()), profile, own())
    standing = "unverified|forged|unrelated"
    why = "the separator ends no line: From is the forger's own"
    yield forge(profile, f"from-behind-{name}", raw, by="known-stream", why=why, row=104, standing=standing)
    results = pinned_text(RELAY_PASSES).replace("\n\t", " ")
    raw = on_top(compose(CUSTOMER), f"{start}Authentication-Results: {PINNED_ID}; {results}".encode())
    why = "the separator ends no line, and the sender wrote it all"
    raw = deliver(raw, profile, RELAY_FAILS)
    yield forge(profile, f"stamp-behind-{name}", raw, by="domain-proof", why=why, row=104, standing=spoof(profile))


def _blank_line(profile: Profile) -> Iterator[Sample]:
    """RFC 5322 section 4.2: a folded line may hold nothing but blanks, and ends no header."""
    for name, blank in (("blanks", b" "), ("tab", b"\t"), ("many", b" \t \t ")):
        raw = on_top(genuine_notice(NOTICE, NO_REPLY_TO), b"X-Note: a\r\n" + blank, b"Reply-To: x@evil.test")
        why = "the header goes on behind the folded line, with a Reply-To that nobody signed"
        raw = deliver(raw, profile, passed("amazon.com"))
        yield forge(profile, f"reply-to-behind-line-of-{name}", raw, by="untouched", why=why, row=105)
        raw = on_top(signed(LURE, "evil.test"), f"From: {RELAY}".encode(), b"X-Note: a\r\n" + blank)
        why = "two From fields, the forger's behind a line that some take for the end of the header"
        raw = deliver(raw, profile, own())
        name = f"from-behind-line-of-{name}"
        yield forge(profile, name, raw, by="one-sender", why=why, row=105, standing="forged")
