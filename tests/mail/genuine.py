"""A profile in; the honest mail that must be GENUINE under it out."""

from dataclasses import replace
from functools import cache

from . import Profile, Sample
from .build import FULL, Letter, swap
from .customers import customers
from .delivery import Stamp, deliver, microsoft_text, passed, pinned_text
from .honest import Mail, Sig, genuine_sample, mail, message, stamp, walmart_relay
from .notices import notices
from .unprovable import unprovable


@cache
def genuine(profile: Profile) -> tuple[Sample, ...]:
    """Every sample is GENUINE; names are unique within a profile."""
    plain = tuple(genuine_sample(item, profile) for item in (*customers(), *notices(), _forwarded()))
    if profile is Profile.MICROSOFT:
        return (*plain, _tenant_fragment())
    tagged = _tagged_subject(profile)
    return (*plain, tagged, *_stamp_alone()) if profile is Profile.PINNED else (*plain, tagged)


def honest_but_unprovable(profile: Profile) -> tuple[Sample, ...]:
    """Honest mail that must stay UNVERIFIED, each with the check that cannot be satisfied."""
    return unprovable(profile)


def _forwarded() -> Mail:
    """The seller's other mailbox passed it on: the envelope no longer fits, the signature still does."""
    letter = Letter(f"Sam <{walmart_relay('fwd')}>", "Missing part", "One screw is missing.\n")
    sig = Sig("walmart.com", FULL)
    return mail("walmart-relay-through-sellers-own-forwarder", "walmart/customer", letter, sig, spf="fail")


def _tagged_subject(profile: Profile) -> Sample:
    letter = Letter(f"Kim <{walmart_relay('tag')}>", "Wrong size", "The size is wrong.\n")
    item = mail("subject-tagged-by-sellers-own-filter", "walmart/customer", letter, "walmart.com")
    sample = genuine_sample(item, profile, "the seller's own filter put its tag before the signed Subject")
    return _with_raw(sample, swap(sample.raw, b"Subject: Wrong size", b"Subject: ***SPAM*** Wrong size"))


def _stamp_alone() -> tuple[Sample, ...]:
    """The key is gone from DNS by now; the stamp of the day it arrived is the proof, however its id is spelled."""
    letter = Letter(f"Max <{walmart_relay('old-key')}>", "Late parcel", "It is late.\n")
    sig = Sig("walmart.com", FULL, selector="retired2026")
    raw = message(mail("", "", letter, sig))
    found = passed("relay.walmart.com", "walmart.com")
    spellings = {
        "stamp-alone": "mx.shop.test;",
        "stamp-alone-upper-case-id": "MX.Shop.Test;",
        "stamp-alone-id-with-version": "mx.shop.test 1;",
        "stamp-alone-quoted-id": '"mx.shop.test";',
        "stamp-alone-comment-after-id": "mx.shop.test (spam filter);",
    }
    plain = tuple(
        _stamped(name, swap(deliver(raw, Profile.PINNED, found), b"mx.shop.test;", spelling.encode()))
        for name, spelling in spellings.items()
    )
    by_identity = pinned_text(found, raw).replace("header.d=", "header.i=@")
    return (*plain, _stamped("stamp-alone-names-identity", deliver(raw, Profile.PINNED, by_identity)))


def _stamped(name: str, raw: bytes) -> Sample:
    why = "the key is absent now, which is None; the trusted stamp proves the domain"
    return Sample(name, raw, Profile.PINNED, "genuine", "", row=29, why=why, stream="walmart/customer")


def _tenant_fragment() -> Sample:
    """Business tenants find their own domain written between the results."""
    letter = Letter(f"Uma <{walmart_relay('tenant')}>", "Invoice please", "Could you send an invoice?\n")
    item = mail("tenant-domain-between-results", "walmart/customer", letter, "walmart.com")
    found: Stamp = stamp(item)
    text = microsoft_text(found).replace(";dmarc=", ";shop.test; dmarc=")
    raw = deliver(message(item), Profile.MICROSOFT, text)
    return _with_raw(genuine_sample(item, Profile.MICROSOFT), raw)


def _with_raw(sample: Sample, raw: bytes) -> Sample:
    return replace(sample, raw=raw)
