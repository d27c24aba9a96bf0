"""Genuine, truly signed mail sent again, to other sellers or long after: row 43, and the planted Etsy headers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from .. import RECEIVED_AT, SELLER, Profile, Sample
from ..build import FULL, SENT_AT, Letter, compose, on_top, sign, swap
from ..delivery import Stamp, deliver, own, passed
from .bait import CUSTOMER, LURE, NO_DATE, NO_TO, NOTICE, forge, genuine_customer, genuine_notice, keeps_bodies

OTHER = "other-seller@else.test"
OLD = RECEIVED_AT - timedelta(days=40)
SOON = RECEIVED_AT + timedelta(days=3)
AT_AMAZON = passed("amazon.com")
AT_WALMART = passed("relay.walmart.com", "walmart.com")

# What the first receiver wrote above the genuine message that the spammer copied.
PASSED_AT_ETSY = (
    b"Authentication-Results: spf=pass (sender IP is 167.89.110.222)\r\n smtp.mailfrom=abmail.email.etsy.com;"
    b" dkim=pass (signature was verified)\r\n header.d=mail.etsy.com;dmarc=pass action=none"
    b" header.from=mail.etsy.com;compauth=pass reason=100",
    b"Received-SPF: Pass (protection.outlook.com: domain of abmail.email.etsy.com\r\n designates 167.89.110.222)",
    b"Received: from o2518.abmail.email.etsy.com (167.89.110.222) by\r\n"
    b" BL6PEPF00022572.mail.protection.outlook.com (10.167.249.40) with Microsoft\r\n"
    b" SMTP Server id 15.20.9542.4; Thu, 15 Jan 2026 16:58:58 +0000",
)

# (name, the line a replayer or the victim's own server adds): every one names the seller, none was signed.
DELIVERY_FIELDS = (
    ("delivered-to", f"Delivered-To: {SELLER}"),
    ("x-original-to", f"X-Original-To: {SELLER}"),
    ("envelope-to", f"Envelope-To: {SELLER}"),
    ("resent-to", f"Resent-To: {SELLER}"),
    ("apparently-to", f"Apparently-To: {SELLER}"),
    ("unsigned-cc", f"Cc: {SELLER}"),
    ("bcc", f"Bcc: {SELLER}"),
)

# (name, the signed To): the seller's address is written there, or nearly, and is not the recipient.
RECIPIENTS = (
    ("seller-in-display-name", f'"{SELLER}" <{OTHER}>'),
    ("seller-in-comment", f"{OTHER} ({SELLER})"),
    ("seller-as-subdomain", f"{SELLER}.evil.test"),
    ("seller-as-suffix", f"x{SELLER}"),
    ("seller-in-quoted-local-part", f'"{SELLER}"@else.test'),
    ("sellers-domain-other-person", "someone@shop.test"),
    ("empty-group", "undisclosed-recipients:;"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Replays by recipient, by age, and of a header block alone."""
    yield from _to_others(profile)
    yield from _old(profile)
    yield from _copied_block(profile)


def _to_others(profile: Profile) -> Iterator[Sample]:
    by = "meant-for-seller"
    why = "truly signed, for another seller"
    notice = genuine_notice(replace(NOTICE, to=OTHER))
    customer = genuine_customer(replace(CUSTOMER, to=OTHER))
    raw = deliver(notice, profile, AT_AMAZON)
    yield forge(profile, "replayed-notice", raw, by=by, why=why, row=43, only=True)
    raw = deliver(customer, profile, AT_WALMART)
    yield forge(profile, "replayed-customer-message", raw, by=by, why=why, row=43, only=True)
    for name, line in DELIVERY_FIELDS:
        raw = deliver(on_top(notice, line.encode()), profile, AT_AMAZON)
        why = "only a field that every replay to this seller has names the seller"
        yield forge(profile, f"replayed-with-{name}", raw, by=by, why=why, row=74, only=True)
    for name, to in RECIPIENTS:
        raw = deliver(genuine_notice(replace(NOTICE, to=to)), profile, AT_AMAZON)
        why = "the signed To does not hold the seller as an address"
        yield forge(profile, f"replayed-to-{name}", raw, by=by, why=why, row=75, only=True)
    doubled = deliver(on_top(notice, f"To: {SELLER}".encode()), profile, AT_AMAZON)
    why = "a second To names the seller; the signed one does not"
    yield forge(profile, "replayed-with-second-to", doubled, by="untouched", why=why, row=46)
    changed = swap(genuine_notice(replace(NOTICE, to=OTHER), NO_TO), OTHER.encode(), SELLER.encode())
    kept = keeps_bodies(profile)
    if kept:
        raw = deliver(changed, profile, AT_AMAZON)
        yield forge(profile, "replayed-with-unsigned-to", raw, by=by, why="To was not signed", row=43, only=True)
    convenient = sign(changed, "amazon.com", selector="s9", key="evil")
    why = "the signature that holds leaves To open, and the forger's own, beside it, does not"
    by = by if kept else "domain-proof"
    raw = deliver(convenient, profile, AT_AMAZON)
    yield forge(profile, "replayed-with-second-signature-over-to", raw, by=by, why=why, row=77, only=kept)


def _old(profile: Profile) -> Iterator[Sample]:
    notice, customer = replace(NOTICE, date=OLD), replace(CUSTOMER, date=OLD)
    late = replace(NOTICE, date=SOON)
    undated = sign(compose(notice), "amazon.com", NO_DATE, signed_at=None)
    tricks = (
        ("notice-forty-days-old", sign(compose(notice), "amazon.com", signed_at=OLD), AT_AMAZON),
        ("customer-forty-days-old", sign(compose(customer), "walmart.com", signed_at=OLD), AT_WALMART),
        ("old-date-and-no-t", sign(compose(notice), "amazon.com", signed_at=None), AT_AMAZON),
        (
            "old-t-and-new-unsigned-date",
            _redated(sign(compose(notice), "amazon.com", NO_DATE, signed_at=OLD)),
            AT_AMAZON,
        ),
        ("new-unsigned-date-and-no-t", _redated(undated), AT_AMAZON),
        ("six-days-old", _dated(RECEIVED_AT - timedelta(days=6)), AT_AMAZON),
        ("date-three-days-ahead", sign(compose(late), "amazon.com"), AT_AMAZON),
    )
    for name, raw, stamp in tricks:
        why = "a message that was genuine once, sent again"
        yield forge(profile, name, deliver(raw, profile, stamp), by="fresh", why=why, row=43, only=True)
    unreadable = swap(compose(NOTICE), b"Date: Fri, 20 Nov 2026", b"Date: Fri, 99 Nov 2026")
    raw = deliver(sign(unreadable, "amazon.com", signed_at=None), profile, AT_AMAZON)
    why = "no date that can be read, and no t="
    yield forge(profile, "date-unreadable-and-no-t", raw, by="fresh", why=why, row=43, only=True)


def _dated(moment: datetime) -> bytes:
    return sign(compose(replace(NOTICE, date=moment)), "amazon.com", FULL, signed_at=moment)


def _redated(raw: bytes) -> bytes:
    """The replayer writes today's Date over the old one."""
    start = raw.index(b"\r\nDate: ") + 2
    end = raw.index(b"\r\n", start)
    return raw[:start] + compose(NOTICE).partition(b"\r\n")[0] + raw[end:]


def _copied_block(profile: Profile) -> Iterator[Sample]:
    """A real header block of Etsy, planted whole under a stranger's message."""
    block = sign(compose(Letter("conversations@mail.etsy.com", date=SENT_AT)), "mail.etsy.com")
    signature = block[: block.index(b"\r\nDate: ") + 2]
    casino = replace(LURE, sender="Green Casino <x@evil.test>", subject="1200 for you")
    etsy = replace(LURE, sender="Etsy <conversations@mail.etsy.com>", subject="1200 for you")
    stranger = on_top(signature + compose(casino), *PASSED_AT_ETSY)
    raw = deliver(stranger, profile, own())
    why = "nothing but planted results speaks of Etsy"
    yield forge(profile, "planted-etsy-block", raw, by="", why=why, row=102, standing="unrelated")
    claimed = on_top(signature + compose(etsy), *PASSED_AT_ETSY)
    failed = Stamp("fail", "mail.etsy.com", (("fail", "mail.etsy.com"),))
    raw = deliver(claimed, profile, failed)
    why = "the signature was copied from another message, with the results it once had"
    yield forge(profile, "planted-etsy-block-and-from", raw, by="domain-proof", why=why, row=102)
