"""Results that the provider did not write, or did not mean: rows 26 to 38, 52, 53, 58 and 59."""

from collections.abc import Iterator

from .. import PINNED_ID, Profile, Sample
from ..build import CRLF, Letter, compose, multipart, on_top, sign, swap
from ..delivery import BORDER, Stamp, deliver, microsoft_text, passed, pinned_text
from .bait import CUSTOMER, NO_SUBJECT, RELAY_FAILS, forge, relay_signed_by, spoof, uncheckable

BY = "domain-proof"
GOOD = passed("relay.walmart.com", "walmart.com")
PASSES = pinned_text(GOOD)
FAILS = relay_signed_by("walmart.com", "fail")
FAKE_BORDER = (
    f"Received: from out1.walmart.com (161.170.1.1) by {PINNED_ID} (Postfix)"
    " with ESMTPS id 4K;\n Fri, 20 Nov 2026 11:59:00 +0000"
)
FAKE_EXCHANGE = (
    f"Received: from out1.walmart.com (161.170.1.1) by\n {BORDER}.mail.protection.outlook.com (10.167.8.42)"
    " with Microsoft SMTP\n Server id 15.20.9587.10; Fri, 20 Nov 2026 11:59:00 +0000"
)
ARC = (
    "ARC-Seal: i=1; a=rsa-sha256; t=1795175400; cv=none; d=evil.test; s=s1; b=c2VhbA==",
    "ARC-Message-Signature: i=1; a=rsa-sha256; d=evil.test; s=s1; h=from:to:subject; bh=Ym9keQ==; b=c2lnbg==",
    f"ARC-Authentication-Results: i=1; mx.evil.test; {PASSES}",
)

# (name, the sender's own lines, row): none of them was written by the provider.
PLANTED = (
    ("planted-stamp", (f"Authentication-Results: {PINNED_ID}; {PASSES}",), 26),
    ("planted-google-stamp", (f"Authentication-Results: mx.google.com; {PASSES}",), 26),
    ("planted-stamp-without-id", (f"Authentication-Results: {microsoft_text(GOOD)}",), 28),
    ("planted-id-with-longer-domain", (f"Authentication-Results: {PINNED_ID}.evil.test; {PASSES}",), 29),
    ("planted-id-in-comment", (f"Authentication-Results: evil.test ({PINNED_ID}); {PASSES}",), 29),
    (
        "foreign-stamp-of-an-earlier-hop",
        ("Received: by garm.ovh; Fri, 20 Nov 2026 11:58:00 +0000", f"Authentication-Results: garm.ovh; {PASSES}"),
        30,
    ),
    ("planted-original-results", (f"Authentication-Results-Original: {microsoft_text(GOOD)}",), 31),
    ("planted-exchange-results", (f"X-MS-Exchange-Authentication-Results: {microsoft_text(GOOD)}",), 31),
    ("planted-x-results", (f"X-Authentication-Results: {PINNED_ID}; {PASSES}",), 31),
    ("planted-received-spf", ("Received-SPF: Pass (mx.shop.test: domain of relay.walmart.com)",), 31),
    ("planted-arc-chain", ARC, 32),
    ("planted-stamp-and-border", (f"Authentication-Results: {PINNED_ID}; {PASSES}", FAKE_BORDER), 52),
    ("planted-border-and-stamp", (FAKE_BORDER, f"Authentication-Results: {PINNED_ID}; {PASSES}", FAKE_BORDER), 52),
    ("planted-exchange-block", (f"Authentication-Results: {microsoft_text(GOOD)}", FAKE_EXCHANGE), 52),
)

# (name, what the honest receiver wrote, row): no proof in any of them.
HONEST = (
    ("stamp-dmarc-none", Stamp("none", "relay.walmart.com", (("none", "walmart.com"),)), 58),
    ("stamp-temperror", Stamp("temperror", "relay.walmart.com", (("temperror", "walmart.com"),)), 58),
    ("stamp-permerror", Stamp("permerror", "relay.walmart.com", (("permerror", "walmart.com"),)), 58),
    ("stamp-bestguesspass", Stamp("bestguesspass", "relay.walmart.com", (("none", "walmart.com"),)), 35),
    ("stamp-bestguesspass-with-dkim", Stamp("bestguesspass", "relay.walmart.com", (("pass", "walmart.com"),)), 35),
    ("stamp-dmarc-by-envelope-alone", Stamp("pass", "relay.walmart.com"), 59),
    ("stamp-dkim-neutral", Stamp("pass", "relay.walmart.com", (("neutral", "walmart.com"),)), 59),
    (
        "stamp-two-signatures-wrong-one-passes",
        Stamp("pass", "relay.walmart.com", (("fail", "walmart.com"), ("pass", "evil.test"))),
        36,
    ),
    (
        "stamp-wrong-one-passes-first",
        Stamp("pass", "relay.walmart.com", (("pass", "evil.test"), ("fail", "walmart.com"))),
        36,
    ),
    ("stamp-header-from-is-parent", Stamp("pass", "walmart.com", (("pass", "walmart.com"),)), 60),
    ("stamp-header-from-empty", Stamp("pass", "", (("pass", "walmart.com"),)), 60),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Planted, misplaced, misread and honest-but-empty results."""
    for name, lines, row in PLANTED:
        yield from _planted(profile, name, lines, row=row)
    yield from _below_the_border(profile)
    yield from _inside_the_body(profile)
    if not profile.is_believed:
        return
    for name, stamp, row in HONEST:
        yield _honest(profile, name, stamp, row=row)
    yield from _injected(profile)
    yield from _misfit(profile)
    if profile is Profile.PINNED:
        yield from _pinned_only()


def _planted(profile: Profile, name: str, lines: tuple[str, ...], *, row: int) -> Iterator[Sample]:
    fields = tuple(line.encode().replace(b"\n", CRLF) for line in lines)
    bare, with_signature = on_top(compose(CUSTOMER), *fields), on_top(uncheckable(), *fields)
    # Where nothing is stamped there is no stamp for it to lie below: that is the matrix's row 27.
    row = 27 if row == 26 and not profile.is_believed else row
    why = "the results came with the message; the provider's own say otherwise"
    # Right below Google's own field its twin makes two results in one block, which are no stamp at all.
    own_twin = profile is Profile.GOOGLE and name == "planted-google-stamp"
    standing = "unverified" if own_twin else spoof(profile)
    yield forge(profile, name, deliver(bare, profile, RELAY_FAILS), by=BY, why=why, row=row, standing=standing)
    if not profile.is_believed:
        why = "the provider stamps nothing, so nobody it could be trusted from wrote these results"
    yield forge(profile, f"{name}-beside-signature", deliver(with_signature, profile, FAILS), by=BY, why=why, row=row)
    if profile.is_believed:
        why = "the provider stamped nothing that day; the results came with the message"
        raw = deliver(with_signature, profile, "")
        yield forge(profile, f"{name}-and-no-other", raw, by=BY, why=why, row=73)


def _below_the_border(profile: Profile) -> Iterator[Sample]:
    """Planted at Exchange, and left under its own name there."""
    if profile is not Profile.MICROSOFT:
        return
    field = f"Authentication-Results: {microsoft_text(GOOD)}\n".encode().replace(b"\n", CRLF)
    for name, stamp in (("planted-stamp-not-renamed", FAILS), ("planted-stamp-not-renamed-alone", "")):
        raw = swap(deliver(uncheckable(), profile, stamp), b"DKIM-Signature:", field + b"DKIM-Signature:")
        yield forge(profile, name, raw, by=BY, why="it stands below the border's own Received", row=26)


def _inside_the_body(profile: Profile) -> Iterator[Sample]:
    part = f"text/plain; charset=utf-8\nAuthentication-Results: {PINNED_ID}; {PASSES}".replace("\n\t", "\n ")
    kind, body = multipart("mixed", (part, CUSTOMER.body))
    letter = Letter(CUSTOMER.sender, CUSTOMER.subject, body, content_type=kind)
    raw = deliver(uncheckable(letter), profile, FAILS)
    why = "a part's header is the sender's text"
    yield forge(profile, "stamp-in-part-header", raw, by=BY, why=why, row=53)
    quoted = Letter(CUSTOMER.sender, CUSTOMER.subject, f"Authentication-Results: {PINNED_ID}; {PASSES}\n\nHello\n")
    raw = deliver(compose(quoted), profile, RELAY_FAILS)
    why = "results quoted in the text"
    yield forge(profile, "stamp-in-body", raw, by=BY, why=why, row=53, standing=spoof(profile))
    late = CRLF + f"Authentication-Results: {PINNED_ID}; dmarc=pass".encode() + CRLF + compose(CUSTOMER)
    raw = deliver(late, profile, Stamp("none", ""))
    why = "the first empty line ends the header: all the rest is text, and nobody is named as the sender"
    standing = "unverified|forged|unrelated"
    yield forge(profile, "header-after-empty-line", raw, by="one-sender", why=why, row=53, standing=standing)


def _honest(profile: Profile, name: str, stamp: Stamp, *, row: int) -> Sample:
    raw = deliver(uncheckable(), profile, stamp)
    return forge(profile, name, raw, by=BY, why="the provider's results prove nothing about this From", row=row)


def _injected(profile: Profile) -> Iterator[Sample]:
    """Row 33: the forger chooses some of the words in the provider's own field."""
    evil = "dmarc=pass header.from=relay.walmart.com; dkim=pass header.d=walmart.com"
    tricks = {
        "injected-in-quoted-envelope": f'spf=pass smtp.mailfrom="x; {evil}"@evil.test',
        "injected-in-comment": f"spf=pass (host said; {evil};) smtp.mailfrom=evil.test",
        "injected-in-nested-comment": f"spf=pass (a (b; {evil};) c; {evil};) smtp.mailfrom=evil.test",
        "injected-after-escaped-bracket": f"spf=pass (a \\); {evil};) smtp.mailfrom=evil.test",
        "injected-in-escaped-quote": f'spf=pass smtp.mailfrom="x\\"; {evil}; \\""@evil.test',
        "injected-in-reason": f'spf=fail reason="no; {evil}" smtp.mailfrom=evil.test',
        "injected-in-helo": f'iprev=pass smtp.helo="a; {evil}"',
    }
    fails = pinned_text(FAILS) if profile is Profile.PINNED else microsoft_text(FAILS)
    why = "the pass is a quoted word or a comment inside the provider's field"
    for name, text in tricks.items():
        for place, whole in (
            ("", f"{fails}; {text}"),
            ("-first", f"{text}; {fails}"),
            ("-alone", f"{text}; dkim=none"),
        ):
            raw = deliver(uncheckable(), profile, whole)
            yield forge(profile, f"{name}{place}", raw, by=BY, why=why, row=33)


def _misfit(profile: Profile) -> Iterator[Sample]:
    """A true pass that does not speak of the signature that is shown."""
    first = sign(compose(CUSTOMER), "walmart.com", NO_SUBJECT)
    convenient = sign(swap(first, b"Where is my order?", b"You must verify"), "walmart.com", selector="s9", key="evil")
    why = "a second signature with convenient fields stands beside the one that passed, which leaves Subject open"
    yield forge(profile, "second-signature-covers-more", deliver(convenient, profile, GOOD), by=BY, why=why, row=77)
    why = "the results speak of a signature that the message does not hold"
    yield forge(profile, "stamp-without-signature", deliver(compose(CUSTOMER), profile, GOOD), by=BY, why=why, row=59)
    good = microsoft_text(GOOD) if profile is Profile.MICROSOFT else PASSES
    other = good.replace("header.d=walmart.com", "header.d=evil.test header.i=@walmart.com")
    why = "header.d comes before header.i, and it is the forger's"
    raw = deliver(uncheckable(), profile, other)
    yield forge(profile, "stamp-identity-beside-other-domain", raw, by=BY, why=why, row=36)


def _pinned_only() -> Iterator[Sample]:
    pinned = Profile.PINNED
    honest = deliver(uncheckable(), pinned, GOOD)
    field = f"Authentication-Results: {PINNED_ID};".encode()
    ids = {
        "stamp-id-with-longer-domain": f"{PINNED_ID}.evil.test",
        "stamp-id-is-subdomain": f"a.{PINNED_ID}",
        "stamp-id-of-another-host": "mx.google.com",
        "stamp-id-only-in-comment": f"evil.test ({PINNED_ID})",
        "stamp-id-missing": "",
    }
    for name, spelling in ids.items():
        other = f"Authentication-Results: {spelling};".encode() if spelling else b"Authentication-Results:"
        yield forge(pinned, name, swap(honest, field, other), by=BY, why="not the pinned id", row=29)
    why = "two DMARC results in the trusted block, and nothing says which is true"
    contradicted = swap(honest, field, field + b" dmarc=fail header.from=relay.walmart.com" + CRLF + field)
    yield forge(pinned, "two-dmarc-results", contradicted, by=BY, why=why, row=30)
    wrong = deliver(
        uncheckable(), pinned, PASSES.replace("header.d=walmart.com", "header.d=walmart.com header.b=AAAAAAAA")
    )
    yield forge(pinned, "stamp-names-other-signature", wrong, by=BY, why="header.b is of another signature", row=36)
    version = swap(honest, field, f"Authentication-Results: {PINNED_ID} 2;".encode())
    why = "version 2 of the field is not known to anybody (RFC 8601 section 2.2)"
    yield forge(pinned, "stamp-of-unknown-version", version, by=BY, why=why, row=29)
