"""A profile in; honest mail out that must stay UNVERIFIED, because what would prove it is missing."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from . import RECEIVED_AT, Profile, Sample
from .build import AMAZON, EBAY, FULL, SENT_AT, SES, Letter, compose, multipart, sign, swap
from .delivery import Stamp, deliver, passed
from .honest import from_domain, walmart_relay

NO_TO = tuple(name for name in FULL if name != "To")
NO_SUBJECT = tuple(name for name in FULL if name != "Subject")
NO_REPLY_TO = tuple(name for name in FULL if name != "Reply-To")
RELAY = Letter(f"Mary Miller <{walmart_relay('unprovable')}>", "Where is my order?", "It has not come.\n")
NOTICE = Letter("Amazon <seller-notification@amazon.com>", "Sold, ship now", "Ship by Monday.\n")
SALE = Letter("transaction@etsy.com", "You made a sale on Etsy - Lamp", "You sold a lamp.\n")
SIGNER = {"relay.walmart.com": "walmart.com", "amazon.com": "amazon.com", "etsy.com": "etsy.com"}
LATE = SENT_AT - timedelta(days=9)


class Case(NamedTuple):
    """A finished message and what the receiver found."""

    name: str
    raw: bytes
    stamp: Stamp
    caught_by: str
    why: str
    at_microsoft: str = ""  # the check that refuses it where only the stamp can prove
    standing: str = "unverified"


@cache
def unprovable(profile: Profile) -> tuple[Sample, ...]:
    """Every sample is UNVERIFIED under the profile."""
    cases = (*_cover(), *_signatures(), *_recipients(), *_fields(), *_content(), *_of_profile(profile))
    return tuple(_sample(case, profile) for case in cases)


def _sample(case: Case, profile: Profile) -> Sample:
    caught_by = (case.at_microsoft or case.caught_by) if profile.rerenders else case.caught_by
    caught_by = caught_by if profile.proves else "domain-proof"
    raw = deliver(case.raw, profile, case.stamp, host="out1.mail.test")
    return Sample(case.name, raw, profile, case.standing, caught_by, row=None, why=case.why)


def _case(name: str, letter: Letter, caught_by: str, why: str, *, headers: tuple[str, ...] = FULL) -> Case:
    """The ordinary case: signed by the domain that should sign, and everything passed on arrival."""
    domain = from_domain(letter.sender)
    signer = SIGNER.get(domain, domain)
    return Case(name, sign(compose(letter), signer, headers), passed(domain, signer), caught_by, why)


def _cover() -> tuple[Case, ...]:
    """The signature is good and leaves out a field that matters."""
    by = "domain-proof"
    elsewhere = replace(NOTICE, extra=(("Reply-To", "seller-support@amazon-case.test"),))
    return (
        _case("to-unsigned", RELAY, "meant-for-seller", "nothing ties it to this seller", headers=NO_TO)._replace(
            at_microsoft=by
        ),
        _case("subject-unsigned", RELAY, by, "anybody may have written the Subject", headers=NO_SUBJECT),
        _case("notice-content-type-unsigned", NOTICE, "untouched", "the text may be another part now", headers=EBAY),
        _case("notice-reply-to-unsigned", elsewhere, "untouched", "answers go to a stranger", headers=AMAZON),
        _case(
            "customer-reply-to-unsigned",
            replace(RELAY, extra=(("Reply-To", walmart_relay("another")),)),
            "untouched",
            "answers go elsewhere and nobody signed that",
            headers=NO_REPLY_TO,
        ),
    )


def _signatures() -> tuple[Case, ...]:
    """Honest mail whose signature a careful reader cannot use."""
    by = "domain-proof"
    relay, notice = compose(RELAY), compose(NOTICE)
    good = passed("relay.walmart.com", "walmart.com")
    broken = Stamp("fail", "relay.walmart.com", (("fail", "walmart.com"),), mailfrom="list.test")
    by_envelope = Stamp("pass", "amazon.com", (("pass", "amazonses.com"),), mailfrom="bounces.amazon.com")
    footer = sign(relay, "walmart.com") + b"--\r\nsent on by the traders' list\r\n"
    return (
        Case("forwarder-adds-footer", footer, broken, by, "the body is no longer the one that was signed"),
        Case("amazonses-signature-alone", sign(notice, "amazonses.com", SES), by_envelope, by, "any SES user has it"),
        Case("envelope-alone", notice, replace(by_envelope, dkim=()), by, "SPF is no proof of the From"),
        Case(
            "signature-expired-before-receipt",
            sign(relay, "walmart.com", expires_at=RECEIVED_AT - timedelta(minutes=5)),
            broken,
            by,
            "its own x= ended five minutes before it arrived",
        ),
        Case("length-tag-honest", sign(relay, "walmart.com", length=True), good, by, "l= lets text be added"),
        Case("sha1-honest", sign(relay, "walmart.com", algorithm="rsa-sha1"), good, by, "RFC 8301 forbids rsa-sha1"),
        Case(
            "short-key-honest",
            sign(relay, "walmart.com", selector="short768", key="weak768"),
            good,
            by,
            "a 768-bit key can be broken",
        ),
    )


def _recipients() -> tuple[Case, ...]:
    by = "meant-for-seller"
    return (
        _case("alias-not-listed", replace(RELAY, to="sales@old-brand.test"), by, "an address nobody told us of"),
        _case(
            "undisclosed-recipients",
            replace(NOTICE, to="undisclosed-recipients:;"),
            by,
            "sent to many at once, the seller unnamed",
        ),
        _case(
            "relay-address-of-unknown-form", replace(RELAY, sender="orders@relay.walmart.com"), "known-stream", "new"
        ),
        _case(
            "weak-stream-temu", replace(RELAY, sender="temu@eu.temuemail.com"), "known-stream", "address form unsure"
        ),
        _case("weak-stream-cdiscount", replace(RELAY, sender="noreply@clemarche.com"), "known-stream", "same"),
    )


def _fields() -> tuple[Case, ...]:
    relay = compose(RELAY)
    good = passed("relay.walmart.com", "walmart.com")
    no_date = tuple(name for name in FULL if name != "Date")
    commented = replace(RELAY, sender=f"Mary <{walmart_relay('unprovable')}> (via Walmart)")
    return (
        Case(
            "nine-days-on-the-way",
            sign(compose(replace(RELAY, date=LATE)), "walmart.com", signed_at=LATE),
            good,
            "fresh",
            "it may be old mail sent again",
        ),
        Case(
            "date-unsigned-and-no-t",
            sign(relay, "walmart.com", no_date, signed_at=None),
            good,
            "fresh",
            "nothing that is signed says when it was written",
        ),
        Case(
            "two-to-fields",
            swap(sign(relay, "walmart.com"), b"To: ", b"To: old@shop.test\r\nTo: "),
            good,
            "untouched",
            "RFC 5322 allows one To",
        ),
        _case("comment-in-from", commented, "one-sender", "honest, but the strict grammar has no comments")._replace(
            standing="unverified|forged"
        ),
    )


def _content() -> tuple[Case, ...]:
    phone = replace(SALE, body="Note from the buyer: call me, +1 415 555 2671.\n")
    kind, parts = multipart(
        "mixed",
        ("text/plain; charset=utf-8", "You sold a lamp.\n"),
        ('application/pdf; name="label.pdf"\nContent-Disposition: attachment; filename="label.pdf"', "JVBERi0xLjQ=\n"),
    )
    attached = replace(SALE, content_type=kind, body=parts)
    return (
        _case("notice-with-buyers-phone-number", phone, "clean", "a stranger's words in a notice name a phone number"),
        _case("notice-with-attachment", attached, "clean", "a stranger's words in a notice and a file"),
    )


def _of_profile(profile: Profile) -> tuple[Case, ...]:
    """What only one kind of provider makes unprovable."""
    relay = sign(compose(RELAY), "walmart.com")
    by = "domain-proof"
    broken = Stamp("fail", "relay.walmart.com", (("fail", "walmart.com"),))
    good = passed("relay.walmart.com", "walmart.com")
    if not profile.is_believed:
        gone = sign(compose(RELAY), "walmart.com", selector="retired2026")
        return (Case("key-gone-and-no-stamp", gone, good, by, "nobody can check it any more"),)
    if profile is Profile.MICROSOFT:
        return _at_microsoft(relay, broken)
    if profile is Profile.RSPAMD:
        gone = sign(compose(RELAY), "walmart.com", selector="retired2026")
        return (Case("stamp-names-only-the-organization", gone, good, by, "the stamp speaks of walmart.com alone"),)
    return (Case("stamp-fails-what-we-can-prove", relay, broken, by, "a pass against a fail is undecided"),)


def _at_microsoft(relay: bytes, broken: Stamp) -> tuple[Case, ...]:
    """Only the stamp can prove, and it says too little."""
    by = "domain-proof"
    waiting = Stamp("temperror", "relay.walmart.com", (("temperror", "walmart.com"),))
    nothing = Stamp("none", "relay.walmart.com", (("none", "walmart.com"),))
    late = swap(relay, b"Subject: ", b"Subject: [list] ")
    twice = sign(sign(compose(NOTICE), "amazonses.com", SES), "amazon.com", AMAZON)
    platform_alone = Stamp("pass", "amazon.com", (("pass", "amazonses.com"),), mailfrom="bounces.amazon.com")
    return (
        Case("provider-could-not-tell", relay, waiting, by, "the provider could not tell, and we cannot re-check"),
        Case("provider-looked-at-no-policy", relay, nothing, by, "the provider looked at no policy"),
        Case("subject-changed-on-the-way", late, broken, by, "the signed Subject was another"),
        Case("provider-shows-one-of-two-signatures", twice, platform_alone, by, "Amazon's own signature is not shown"),
    )
