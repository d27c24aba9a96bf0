"""A true pass bent to another signature, by words smuggled in or a signature beside: rows 78, 79, 84 and 91."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from .. import PINNED_ID, RECEIVED_AT, SELLER, Profile, Sample
from ..build import CRLF, FULL, SENT_AT, Letter, compose, on_top, sign, swap
from ..delivery import Stamp, deliver, microsoft_text, passed, pinned_text
from .bait import CUSTOMER, NO_DATE, NO_SUBJECT, NO_TO, NOTICE, RELAY, forge, uncheckable

GOOD = passed("relay.walmart.com", "walmart.com")
SOURCE = ("help@walmart.com", RELAY)
OTHER = b"other-seller@else.test"
OLD = RECEIVED_AT - timedelta(days=400)

# (name, the sender's own envelope address): SPF passes for it, since Walmart's servers let anybody choose the part
# before the @. The provider writes it into a comment and a property of its field.
ENVELOPES = (
    ("quoted-bracket", '"a) ; dkim=pass header.d=walmart.com (b"@walmart.com'),
    ("quoted-bracket-tight", '"a);dkim=pass header.d=walmart.com(b"@walmart.com'),
    ("escaped-quote", '"a\\") ; dkim=pass header.d=walmart.com (\\"b"@walmart.com'),
    ("escaped-bracket", '"a\\) ; dkim=pass header.d=walmart.com \\(b"@walmart.com'),
    ("nested-brackets", '"a)) ; dkim=pass header.d=walmart.com ((b"@walmart.com'),
    ("opening-bracket", "a(b@walmart.com"),
    ("closing-bracket", "a)b@walmart.com"),
    ("whole-second-stamp", '"a) ; dkim=pass header.d=walmart.com; dmarc=pass header.from=walmart.com (b"@walmart.com'),
)

# (name, the text of the stamp): the forger's words close the comment early, or keep one open over the true results.
SWALLOWED = (
    (
        "comment-left-open-over-the-truth",
        f'spf=pass ({PINNED_ID}: domain of "a) ;\n\tdkim=pass header.d=walmart.com;\n\tdmarc=pass'
        ' header.from=relay.walmart.com (((b@evil.test" designates 192.0.2.25) smtp.mailfrom=x@evil.test;\n\t'
        "dmarc=fail header.from=relay.walmart.com (policy=reject)",
    ),
    (
        "comment-closed-by-a-selector",
        f'spf=pass ({PINNED_ID}: domain of "a) ;\n\tdkim=pass header.d=walmart.com;\n\tdmarc=pass'
        ' header.from=relay.walmart.com (((b\\)\\)@evil.test" designates 192.0.2.25) smtp.mailfrom=x@evil.test;\n\t'
        "dkim=permerror (no key for signature) header.s=sel)))) header.d=evil.test;\n\tdmarc=fail"
        " header.from=relay.walmart.com (policy=reject)",
    ),
)

# (name, results, fields the second signature covers): two signatures of one domain, of which the stamp passes one.
PAIRS = (
    ("two-of-one-domain-pass-first", "pass", "fail", FULL),
    ("two-of-one-domain-fail-first", "fail", "pass", FULL),
    ("two-of-one-domain-pass-and-neutral", "pass", "neutral", FULL),
    ("two-of-one-domain-both-pass-one-leaves-subject", "pass", "pass", NO_SUBJECT),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """None holds a signature of Walmart or Amazon that covers what is shown, and each claims that one passed."""
    if profile.is_believed:
        yield from _smuggled(profile)
        yield from _pairs(profile)
    yield from _beyond_the_fiftieth(profile)
    yield from _refreshed(profile)


def _smuggled(profile: Profile) -> Iterator[Sample]:
    for number, sender in enumerate(SOURCE):
        raw = uncheckable(replace(CUSTOMER, sender=sender))
        domain = sender.rpartition("@")[2]
        for name, envelope in ENVELOPES:
            for order, text in _texts(profile, domain, envelope):
                why = "the pass was written by the sender, in the envelope address that the provider quotes"
                yield _proof(profile, f"envelope-{name}-{order}-{number}", deliver(raw, profile, text), why=why, row=91)
    for name, text in SWALLOWED if profile is Profile.PINNED else ():
        why = "brackets of the sender hide the provider's own results"
        yield _proof(profile, name, deliver(uncheckable(), profile, text), why=why, row=91)


def _texts(profile: Profile, domain: str, envelope: str) -> Iterator[tuple[str, str]]:
    """DMARC passes by SPF alone, as it truly does for this envelope."""
    dmarc = f"dmarc=pass (policy=reject) header.from={domain}"
    if profile is Profile.MICROSOFT:
        yield "spf-first", f"spf=pass (sender IP is 192.0.2.25)\n smtp.mailfrom={envelope}; dkim=none;{dmarc}"
        yield "dkim-first", f"dkim=none (message not signed) header.d=none;{dmarc};spf=pass\n smtp.mailfrom={envelope}"
        return
    says = f"({PINNED_ID}: domain of {envelope} designates 192.0.2.25 as permitted sender)"
    spf = f"spf=pass {says} smtp.mailfrom={envelope}"
    yield "spf-first", f"{spf};\n\tdkim=none;\n\t{dmarc}"
    yield "spf-last", f"dkim=none;\n\t{dmarc};\n\t{spf}"


def _pairs(profile: Profile) -> Iterator[Sample]:
    for name, first, second, headers in PAIRS:
        raw = _two_signatures(headers)
        stamp = Stamp("pass", "relay.walmart.com", ((first, "walmart.com"), (second, "walmart.com")))
        text = microsoft_text(stamp) if profile is Profile.MICROSOFT else pinned_text(stamp)
        why = "nothing says which of the two signatures is the one that passed"
        yield _proof(profile, name, deliver(raw, profile, text), why=why, row=84)
    if profile is Profile.MICROSOFT:
        return
    results = (("fail", "pass"), ("pass", "fail"))
    for number, (upper, lower) in enumerate(results):
        raw = _two_signatures(NO_SUBJECT)
        named = zip((upper, lower), prefixes(raw), strict=True)
        text = "; ".join(f"dkim={result} header.d=walmart.com header.b={b}" for result, b in named)
        raw = deliver(raw, profile, f"{text}; dmarc=pass header.from=relay.walmart.com")
        why = "one of the two leaves the Subject open"
        yield _proof(profile, f"two-named-one-leaves-subject-{number}", raw, why=why, row=84)
    same = "; ".join(f"dkim={result} header.d=walmart.com header.b=AAAAAAAA" for result in ("pass", "fail"))
    raw = deliver(_two_signatures(FULL), profile, f"{same}; dmarc=pass header.from=relay.walmart.com")
    yield _proof(profile, "two-of-one-name", raw, why="both results bear the same mark", row=84)


def _two_signatures(upper: tuple[str, ...]) -> bytes:
    """Both by keys that are in no DNS, so that the stamp alone could prove anything."""
    return sign(uncheckable(), "walmart.com", upper, selector="nowhere2", key="evil")


def prefixes(raw: bytes) -> list[str]:
    """The first eight characters of each signature's b=, from the top."""
    heads = re.findall(rb"DKIM-Signature:.*\r\n(?:[ \t].*\r\n)*", raw)
    return [re.sub(rb"\s", b"", head).rpartition(b";b=")[2][:8].decode() for head in heads]


def _beyond_the_fiftieth(profile: Profile) -> Iterator[Sample]:
    """A replay whose true signature leaves To open, behind so many others that a reader may stop before it."""
    unsigned_to = sign(compose(replace(NOTICE, to=OTHER.decode())), "amazon.com", NO_TO)
    replayed = swap(unsigned_to, OTHER, SELLER.encode())
    mark = prefixes(unsigned_to)[0]
    fields = "from:to:subject:date:content-type:reply-to"
    fake = f"DKIM-Signature: v=1; a=rsa-sha256; d=amazon.com; s=zz; t={SENT_AT.timestamp():.0f}; h={fields}; bh=AAAA;"
    other = b"DKIM-Signature: v=1; a=rsa-sha256; d=x.evil.test; s=zz; h=from; bh=AAAA; b=AAAA"
    for place in (10, 11, 50, 51, 52, 60):
        lines = (f"{fake} b={mark}AAAA".encode(), *(other,) * (place - 2))
        raw = deliver(on_top(replayed, *lines), profile, passed("amazon.com"))
        why = "the signature that holds leaves To open, however far down it stands"
        name = f"true-signature-is-number-{place}"
        yield forge(profile, name, raw, by="meant-for-seller", why=why, row=78)


def _refreshed(profile: Profile) -> Iterator[Sample]:
    """Row 43: old mail, redated where nothing was signed, with a new signature by nobody beside the old one."""
    letters = ((CUSTOMER, "walmart.com", GOOD), (NOTICE, "amazon.com", passed("amazon.com")))
    for letter, domain, stamp in letters:
        for name, signed_at in (("without-t", None), ("with-old-t", OLD)):
            old = _redated(letter, domain, signed_at=signed_at)
            raw = deliver(sign(old, domain, selector="nowhere", key="evil"), profile, stamp)
            why = "the new t= is in a signature that nobody can verify"
            kind = "customer" if letter is CUSTOMER else "notice"
            yield forge(profile, f"old-{kind}-{name}-refreshed", raw, by="fresh", why=why, row=79)


def _redated(letter: Letter, domain: str, *, signed_at: object) -> bytes:
    """Signed long ago without its Date, which the replayer has made today's."""
    old = replace(letter, date=OLD, message_id="<1@mail.test>")
    raw = sign(compose(old), domain, NO_DATE, signed_at=OLD if signed_at else None)
    today = compose(replace(old, date=SENT_AT)).partition(CRLF)[0]
    return swap(raw, compose(old).partition(CRLF)[0], today)


def _proof(profile: Profile, name: str, raw: bytes, *, why: str, row: int) -> Sample:
    return forge(profile, name, raw, by="domain-proof", why=why, row=row)
