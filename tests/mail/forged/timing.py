"""Age that a careless clock does not see: row 103."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from .. import RECEIVED_AT, Profile, Sample
from ..build import compose, sign, swap
from ..delivery import deliver, passed
from .bait import CUSTOMER, NOTICE, RELAY_PASSES, forge

BY = "fresh"
MINUTE = timedelta(minutes=1)
OLDEST, NEWEST = RECEIVED_AT - timedelta(days=5), RECEIVED_AT + timedelta(days=1)
OLD = RECEIVED_AT - timedelta(days=40)
NOW = b"Date: Fri, 20 Nov 2026 11:50:00 +0000"

# (name, Date and t=): one minute beyond what is still fresh (DESIGN 4, check 6), and the two apart.
MOMENTS = (
    ("five-days-and-a-minute", OLDEST - MINUTE, OLDEST - MINUTE),
    ("a-day-and-a-minute-ahead", NEWEST + MINUTE, NEWEST + MINUTE),
    ("old-date-under-new-t", OLD, RECEIVED_AT),
    ("new-date-under-old-t", RECEIVED_AT, OLD),
    ("date-ahead-under-new-t", NEWEST + MINUTE, RECEIVED_AT),
    ("new-date-under-t-ahead", RECEIVED_AT, NEWEST + MINUTE),
    ("a-year-ahead", RECEIVED_AT + timedelta(days=365), RECEIVED_AT),
)

# (name, the signed Date of mail forty days old): each can be read as the day of receipt.
WRITTEN = (
    ("today-in-a-comment", b"Date: Sun, 11 Oct 2026 11:50:00 +0000 (Fri, 20 Nov 2026 11:50:00 +0000)"),
    ("comment-in-front", b"Date: (Fri, 20 Nov 2026 11:50:00 +0000) Sun, 11 Oct 2026 11:50:00 +0000"),
    ("weekday-of-today", b"Date: Fri, 11 Oct 2026 11:50:00 +0000"),
    ("two-digit-year", b"Date: Sun, 11 Oct 26 11:50:00 +0000"),
    ("month-before-day", b"Date: Sun, Oct 11 2026 11:50:00 +0000"),
    ("folded", b"Date: Sun,\r\n\t11 Oct\r\n 2026 11:50:00 +0000"),
    ("two-dates-in-one", b"Date: Sun, 11 Oct 2026 11:50:00 +0000, Fri, 20 Nov 2026 11:50:00 +0000"),
    ("day-forty-of-october", b"Date: Sun, 51 Oct 2026 11:50:00 +0000"),
    ("zone-beyond-a-day", b"Date: Sun, 11 Oct 2026 11:50:00 -96000"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Truly signed, whole, meant for the seller; only too old, or not yet."""
    for name, date, signed_at in MOMENTS:
        # A signature from the future holds for no verifier of its day, so there the proof is gone as well.
        alone = signed_at <= RECEIVED_AT
        raw = sign(compose(replace(NOTICE, date=date)), "amazon.com", signed_at=signed_at)
        yield _made(profile, f"notice-{name}", deliver(raw, profile, passed("amazon.com")), only=alone)
        raw = sign(compose(replace(CUSTOMER, date=date)), "walmart.com", signed_at=signed_at)
        yield _made(profile, f"customer-{name}", deliver(raw, profile, RELAY_PASSES), only=alone)
    for name, line in WRITTEN:
        raw = sign(swap(compose(NOTICE), NOW, line), "amazon.com", signed_at=None)
        yield _made(profile, f"date-{name}", deliver(raw, profile, passed("amazon.com")))
    yield from _stretched(profile)


def _stretched(profile: Profile) -> Iterator[Sample]:
    """An x= far ahead does not make old mail new."""
    later: datetime = RECEIVED_AT + timedelta(days=365)
    raw = sign(compose(replace(NOTICE, date=OLD)), "amazon.com", signed_at=OLD, expires_at=later)
    yield _made(profile, "old-but-not-yet-expired", deliver(raw, profile, passed("amazon.com")))


def _made(profile: Profile, name: str, raw: bytes, *, only: bool = True) -> Sample:
    why = "genuine once, and sent again at a time of the sender's choosing"
    return forge(profile, f"time-{name}", raw, by=BY, why=why, row=103, only=only)
