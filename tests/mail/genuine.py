"""A profile in; the honest mail that must be GENUINE under it out."""

from dataclasses import replace
from functools import cache

from . import Profile, Sample
from .build import FULL, Letter, swap
from .customers import customers
from .delivery import Stamp, deliver, microsoft_text, passed, pinned_text
from .forwarded import forwarded
from .honest import Mail, Sig, from_domain, genuine_sample, mail, message, stamp, walmart_relay
from .keys import POLICIES
from .notices import notices
from .shapes import shapes
from .unprovable import unprovable


@cache
def letters() -> tuple[Mail, ...]:
    """Every honest letter before delivery."""
    return (*customers(), *notices(), *shapes(), *forwarded())


@cache
def genuine(profile: Profile) -> tuple[Sample, ...]:
    """Every sample is GENUINE; names are unique within a profile. None where the profile proves nothing."""
    if not profile.proves:
        return ()
    plain = tuple(genuine_sample(item, profile) for item in letters())
    by_stamp = _by_stamp_alone(profile) if profile.is_believed else ()
    if profile is Profile.MICROSOFT:
        return (*plain, *by_stamp, _tenant_fragment())
    spelled = _spelled_ids() if profile is Profile.PINNED else ()
    return (*plain, *by_stamp, *spelled, _tagged_subject(profile))


def honest_but_unprovable(profile: Profile) -> tuple[Sample, ...]:
    """Honest mail that must stay UNVERIFIED, each with the check that cannot be satisfied."""
    return unprovable(profile) if profile.proves else (*unprovable(profile), *map(_unproved, letters()))


def _unproved(item: Mail) -> Sample:
    """At Proton's Bridge the body is another and the stamps are in no order that could be believed."""
    why = "the body was written anew and the provider's stamps are not believed"
    return replace(genuine_sample(item, Profile.PROTON, why), standing="unverified", caught_by="domain-proof")


def _tagged_subject(profile: Profile) -> Sample:
    letter = Letter(f"Kim <{walmart_relay('tag')}>", "Wrong size", "The size is wrong.\n")
    item = mail("subject-tagged-by-sellers-own-filter", "walmart/customer", letter, "walmart.com")
    sample = genuine_sample(item, profile, "the seller's own filter put its tag before the signed Subject")
    return _with_raw(sample, swap(sample.raw, b"Subject: Wrong size", b"Subject: ***SPAM*** Wrong size"))


def _gone(item: Mail) -> Mail:
    """The same letter, signed with a key that is in DNS no more."""
    return item._replace(sigs=tuple(sig._replace(selector="retired2026") for sig in item.sigs))


def _by_stamp_alone(profile: Profile) -> tuple[Sample, ...]:
    """The key is gone from DNS by now; the stamp of the day it arrived is the proof."""
    why = "the key is absent now, which is None; the trusted stamp proves the domain"
    named = (item for item in letters() if profile.names_from_domain or _is_organizational(item))
    gone = (_gone(item)._replace(name=f"key-gone-{item.name}") for item in named if not item.path)
    return tuple(genuine_sample(item, profile, why) for item in gone)


def _is_organizational(item: Mail) -> bool:
    """Whether the From domain is the one that publishes the policy."""
    return from_domain(item.letter.sender) in POLICIES


def _spelled_ids() -> tuple[Sample, ...]:
    """However the pinned id is spelled, RFC 8601 section 2.2 reads it as the same."""
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
