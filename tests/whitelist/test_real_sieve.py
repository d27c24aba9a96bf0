"""Pigeonhole with our script: what is forged goes on to the rule that files spam, what is genuine is kept before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.mail import PINNED_ID, Profile, Sample
from tests.mail.build import CRLF
from tests.mail.forged import forged
from tests.mail.forged.from_forms import by_forger, forms
from tests.mail.genuine import genuine
from tests.servers.pigeonhole import Pigeonhole, pigeonhole_unavailable, running_pigeonhole
from tests.servers.plugin import need
from tests.whitelist.samples import names, planted_stamps, text_for

pytestmark = [pytest.mark.server, pytest.mark.thorough]

HOSTS = (Profile.RSPAMD, Profile.OPENDMARC)
each_host = pytest.mark.parametrize("profile", HOSTS, ids=lambda profile: profile.value)

# The host itself says dmarc=pass for the From domain, in a field that our own verdict refuses to read for another
# reason: what it says of DKIM cannot be told, or there is none. No rule that goes by dmarc=pass can tell these.
HOST_SAYS_PASS = re.compile(r"envelope-|results-none-and-more|true-signature-behind-2000-fields")
# The host wrote nothing on these, as where a filter is down and Postfix is told to take the mail all the same.
HOST_SAYS_NOTHING = re.compile(r"review-forged-lone-field|copied-.*-where-it-stamped-nothing")
PASS = re.compile(rb"dmarc=pass[ \t]")
KEPT, GONE_ON = "INBOX", "Junk"


@pytest.fixture
def pigeonhole() -> Iterator[Pigeonhole]:
    need(pigeonhole_unavailable())
    with running_pigeonhole() as tool:
        yield tool


def own_field(raw: bytes) -> bytes:
    """The topmost results, unfolded."""
    head = re.sub(rb"\r\n[ \t]+", b" ", raw.partition(CRLF * 2)[0])
    found = re.search(rb"(?im)^authentication-results:([^\r\n]*)", head)
    return found[1] if found else b""


def is_refused_by_its_host(sample: Sample) -> bool:
    if HOST_SAYS_PASS.match(sample.name) or HOST_SAYS_NOTHING.match(sample.name):
        return False
    bare = re.sub(rb'"(?:[^"\\]|\\.)*"|\([^()]*\)', b"", own_field(sample.raw))
    return not PASS.search(bare + b" ")


@each_host
def test_genuine_mail_is_kept(pigeonhole: Pigeonhole, profile: Profile) -> None:
    pigeonhole.install(text_for("sieve", profile))
    samples = genuine(profile)

    missed = [sample for sample in samples if pigeonhole.folder_of(sample.raw) != KEPT]

    print(f"genuine: {len(samples) - len(missed)} of {len(samples)}")
    assert len(samples) >= 100
    assert names(missed) == []


@each_host
@pytest.mark.parametrize("step", [2, pytest.param(1, marks=pytest.mark.long)])
def test_forged_mail_is_not_kept(pigeonhole: Pigeonhole, profile: Profile, step: int) -> None:
    pigeonhole.install(text_for("sieve", profile))
    samples = [sample for sample in forged(profile) if is_refused_by_its_host(sample)]
    samples += [by_forger(form, profile) for form in forms()]
    samples = samples[::step]

    kept = [sample for sample in samples if pigeonhole.folder_of(sample.raw) == KEPT]

    print(f"forged: {len(kept)} of {len(samples)}")
    assert len(samples) >= 400 // step
    assert names(kept) == []


@each_host
@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.long)])
def test_planted_stamps_keep_nothing(pigeonhole: Pigeonhole, profile: Profile, step: int) -> None:
    pigeonhole.install(text_for("sieve", profile))
    samples = planted_stamps(profile)[::step]

    kept = [name for name, raw in samples if pigeonhole.folder_of(raw) == KEPT]

    print(f"planted: {len(kept)} of {len(samples)}")
    assert len(samples) >= 500 // step
    assert kept == []


RELAY = "9b1c0f6e2d3a4b5c6d7e8f9012345678@relay.walmart.com"
LMTP = f"Received: from {PINNED_ID}\r\n\tby {PINNED_ID} with LMTP\r\n\tid a; Fri, 20 Nov 2026 12:00:00 +0000\r\n"
BORDER = (
    "Received: from out.test (out.test [203.0.113.66])\r\n"
    f"\tby {PINNED_ID} (Postfix) with ESMTPS id 4KqXHw2Zz1z9tvw\r\n"
    "\tfor <s@shop.test>; Fri, 20 Nov 2026 12:00:00 +0000\r\n"
)
WITNESS = "X-Rspamd-Queue-Id: 4KqXHw2Zz1z9tvw\r\n"


def stamped(results: str, *, sender: str = RELAY, more: str = WITNESS, trace: str = LMTP + BORDER) -> bytes:
    """A message as Postfix with rspamd delivers it."""
    field = f"Authentication-Results: {PINNED_ID}; {results}\r\n"
    return (f"{trace}{field}From: {sender}\r\nTo: s@shop.test\r\nSubject: x\r\n{more}\r\nHello.\r\n").encode()


GOOD = "dmarc=pass (policy=reject) header.from=walmart.com"
SPF = f"spf=pass ({PINNED_ID}: domain of b@walmart.com designates 192.0.2.1 as permitted) smtp.mailfrom=b@walmart.com"
VERP = SPF.replace("b@walmart.com", '"b=a@walmart.com"')
DKIM = "dkim=pass header.d=walmart.com header.s=mail header.b=AbCdEfGh"
FAIL = 'dmarc=fail reason="SPF not aligned (relaxed), No valid DKIM" header.from=walmart.com (policy=reject)'
FROM_PASS = "=3B_dmarc=3Dpass_(policy=3Dreject)_header.from=3Dwalmart.com"


@pytest.mark.parametrize(
    "results",
    [
        f"{DKIM}; {SPF}; {GOOD}",
        f"{DKIM}; {GOOD}; {SPF}",
        f"{DKIM}; {GOOD}; {VERP}",
        f"{DKIM}; {VERP}; {GOOD}",
        f"{DKIM.replace('AbCdEfGh', chr(34) + 'Ab/dEf+h' + chr(34))}; {GOOD}; {VERP}",
        f"{GOOD}; {DKIM}",
        f"{DKIM}; arc=pass (i=1); {GOOD}",
    ],
)
def test_results_of_rspamd_in_any_order_keep_the_message(pigeonhole: Pigeonhole, results: str) -> None:
    pigeonhole.install(text_for("sieve"))

    assert pigeonhole.folder_of(stamped(results)) == KEPT


@pytest.mark.parametrize(
    "message",
    {
        "fails": stamped(f"{DKIM}; {FAIL}; {SPF}"),
        "another-domain": stamped(f"{DKIM}; {GOOD.replace('walmart.com', 'evil.test')}"),
        "longer-domain": stamped(f"{DKIM}; {GOOD}.evil.test"),
        "folded-into-the-name": stamped(f"{DKIM}; {GOOD}\r\n .evil.test"),
        "quoted": stamped(f'spf=pass smtp.mailfrom="x; {GOOD}; y"@evil.test; {FAIL}'),
        "quoted-alone": stamped(f'spf=pass smtp.mailfrom="x; {GOOD}; y"@evil.test'),
        "comment-alone": stamped(f"spf=pass (x; {GOOD}; y) smtp.mailfrom=evil.test"),
        "escaped-bracket-alone": stamped(f"spf=pass (x \\); {GOOD}; y) smtp.mailfrom=evil.test"),
        "encoded-word": stamped(f'spf=pass smtp.mailfrom="=?utf-8?q?{FROM_PASS}?=@evil.test"; {FAIL}'),
        "encoded-word-alone": stamped(f'spf=pass smtp.mailfrom="=?utf-8?q?{FROM_PASS}?=@evil.test"; dkim=none'),
        "encoded-word-hides-the-result": stamped(
            f'dkim=pass header.d=evil.test header.s="=?utf-8?q?=22{FROM_PASS}=3B_x=3D=22"; {FAIL};'
            ' spf=pass smtp.mailfrom="x?=@evil.test"'
        ),
        "ebcdic-hides-the-result": stamped(
            f'dkim=pass header.d=evil.test header.s="=?cp037?q?{FROM_PASS}"; {FAIL};'
            ' spf=pass smtp.mailfrom="x?=@evil.test"'
        ),
        "no-witness": stamped(f"{DKIM}; {GOOD}", more=""),
        "guessed-witness": stamped(f"{DKIM}; {GOOD}", more="X-Rspamd-Queue-Id: 4Kaaaaaaaaaaaaa\r\n"),
        "witness-of-any": stamped(f"{DKIM}; {GOOD}", more="X-Rspamd-Queue-Id: .*\r\n"),
        "witness-in-own-received": stamped(
            f"{DKIM}; {GOOD}",
            more="X-Rspamd-Queue-Id: GUESS\r\n",
            trace=LMTP + BORDER + BORDER.replace("4KqXHw2Zz1z9tvw", "GUESS"),
        ),
        "witness-without-lmtp": stamped(
            f"{DKIM}; {GOOD}",
            more="X-Rspamd-Queue-Id: GUESS\r\n",
            trace=BORDER + BORDER.replace("4KqXHw2Zz1z9tvw", "GUESS"),
        ),
        "lmtp-in-the-greeting": stamped(
            f"{DKIM}; {GOOD}",
            more="X-Rspamd-Queue-Id: GUESS\r\n",
            trace=BORDER.replace("from out.test", "from x by y with LMTP id")
            + BORDER.replace("4KqXHw2Zz1z9tvw", "GUESS"),
        ),
        "seller-alias": stamped(f"{DKIM}; {GOOD}", sender=f"s-{RELAY}"),
        "one-letter-more": stamped(f"{DKIM}; {GOOD}", sender=f"0{RELAY}"),
        "two-addresses": stamped(f"{DKIM}; {GOOD}", sender=f"{RELAY}, x@evil.test"),
        "address-before-another": stamped(f"{DKIM}; {GOOD}", sender=f"{RELAY} <x@evil.test>"),
        "address-as-name": stamped(f"{DKIM}; {GOOD}", sender=f'"{RELAY}" <x@evil.test>'),
        "address-in-a-word": stamped(f"{DKIM}; {GOOD}", sender=f"=?utf-8?q?=3C{RELAY}=3E?= <x@evil.test>"),
        "comment-behind": stamped(f"{DKIM}; {GOOD}", sender=f"{RELAY} (<x@evil.test>)"),
        "virus": stamped(f"{DKIM}; {GOOD}", more=f"{WITNESS}X-Virus: Eicar\r\n"),
        "virus-status": stamped(f"{DKIM}; {GOOD}", more=f"{WITNESS}X-Virus-Status: Infected (Eicar)\r\n"),
        "second-from": stamped(f"{DKIM}; {GOOD}", more=f"{WITNESS}From: x@evil.test\r\n"),
        "identity": stamped(
            f"{DKIM}; {GOOD}", more=f"{WITNESS}DKIM-Signature: v=1; d=evil.test; i=x=3Bdkim=3Dpass@evil.test; b=a\r\n"
        ),
        "identity-in-a-word": stamped(
            f"{DKIM}; {GOOD}",
            more=f"{WITNESS}DKIM-Signature: v=1; d=e.test; i==?utf-8?q?x=3Bdkim=3Dpass?=@e.test; b=a\r\n",
        ),
        "not-on-top": b"Authentication-Results: other.test; dmarc=none\r\n" + stamped(f"{DKIM}; {GOOD}"),
        "other-id": stamped(f"{DKIM}; {GOOD}").replace(b"Results: mx.", b"Results: xmx."),
        "longer-id": stamped(f"{DKIM}; {GOOD}").replace(b"shop.test; dkim", b"shop.test.evil.test; dkim"),
        "id-in-a-comment": stamped(f"{DKIM}; {GOOD}").replace(b"Results: ", b"Results: (a) evil.test; "),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_message_that_no_rule_may_keep(pigeonhole: Pigeonhole, message: tuple[str, bytes]) -> None:
    pigeonhole.install(text_for("sieve"))

    assert pigeonhole.folder_of(message[1]) == GONE_ON


def test_a_signature_as_amazon_and_walmart_write_it_is_no_hindrance(pigeonhole: Pigeonhole) -> None:
    pigeonhole.install(text_for("sieve"))
    signature = (
        "DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;\r\n\ts=20230601; d=walmart.com; t=17;\r\n"
        "\th=Date:From:To:Message-ID:Subject; i=@walmart.com;\r\n\tbh=AbI=;\r\n\tb=i=\r\n"
    )

    assert pigeonhole.folder_of(stamped(f"{DKIM}; {GOOD}", more=WITNESS + signature)) == KEPT


def test_a_hostile_field_of_sixteen_thousand_characters_ends(pigeonhole: Pigeonhole) -> None:
    pigeonhole.install(text_for("sieve"))
    for piece in ("(a", '"a', "((", "a;", '"";', "();", 'header.b="a"'):
        assert pigeonhole.folder_of(stamped(piece * (16_000 // len(piece)))) == GONE_ON
