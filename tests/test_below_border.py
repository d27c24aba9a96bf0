"""Providers that write their results below their own Received: there, only the first field can be theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from auditor import providers
from auditor.evidence.collect import Context
from auditor.evidence.stamp import pinned
from auditor.judging import Letter, judge_all
from auditor.verdict import Verdict
from tests.contexts import ZoneResolver, context
from tests.mail import PINNED_ID, RECEIVED_AT, SELLER, Profile
from tests.mail.build import CRLF, SENT_AT, compose, sign
from tests.mail.delivery import ARRIVED
from tests.mail.forged.bait import CUSTOMER, genuine_customer, uncheckable
from tests.mail.forged.border import GREETINGS
from tests.mail.forged.injection import ENVELOPES, prefixes
from tests.mail.keys import zone

pytestmark = pytest.mark.thorough

QUEUE_ID = "4KqXHw2Zz1z9tvw"
HOST = "mail.evil.test (mail.evil.test [192.0.2.25])"


@dataclass(frozen=True, slots=True)
class Below:
    """A provider that writes below its border: its id, how it names a signature, and what it writes above."""

    name: str
    id: str
    named_by: str
    above: tuple[str, ...]
    border: str
    between: tuple[str, ...] = ()

    def deliver(self, raw: bytes, *below: str, source: str = HOST, ran: bool = True) -> bytes:
        """`raw` as it lies in the spam folder; `below` are the fields between the border and the sender's own.

        Where the filter ran, the first of them is its own, and it says so in a place where the sender cannot.
        """
        copies = [stamp.replace("Authentication-Results:", "ARC-Authentication-Results: i=1;") for stamp in below[:1]]
        above = (*self.above, *copies) if ran and self.name == "google" else self.above
        fields = (*above, self.border.format(source=source), *self.between, *below)
        header = b"".join(field.encode().replace(b"\n", CRLF) + CRLF for field in fields)
        return header + (_named(raw) if ran and self.name == "rspamd" else raw)

    def stamp(self, *results: str, spelled: str = "") -> str:
        return f"Authentication-Results: {spelled or self.id};\n\t" + ";\n\t".join(results)

    def signed(self, result: str = "pass", raw: bytes = b"") -> str:
        mark = f" header.b={prefixes(raw)[0]}" if raw else ""
        return f"dkim={result} {self.named_by}walmart.com{mark}"

    def context(self) -> Context:
        if self.name == "google":
            return replace(context(Profile.NONE), stamp_rule=providers.by_name("google").stamp)
        rule = pinned([PINNED_ID], ["shop.test"], providers.by_name("rspamd").stamp)
        return replace(context(Profile.PINNED), stamp_rule=rule)


def _named(raw: bytes, queue_id: str = QUEUE_ID) -> bytes:
    """rspamd names, at the end of the header, the id under which Postfix took the message in."""
    header, blank, body = raw.partition(CRLF + CRLF)
    return header + CRLF + f"X-Rspamd-Queue-Id: {queue_id}".encode() + blank + body


GOOGLE = Below(
    "google",
    "mx.google.com",
    "header.i=@",
    (f"Delivered-To: {SELLER}", f"Received: by 2002:a05:6a10:3b with SMTP id y11csp1; {ARRIVED}"),
    f"Received: from {{source}}\n        by mx.google.com with ESMTPS id x9\n        for <{SELLER}>; {ARRIVED}",
    ("Received-SPF: pass (google.com: domain of x@evil.test designates 192.0.2.25) client-ip=192.0.2.25;",),
)
RSPAMD = Below(
    "rspamd",
    PINNED_ID,
    "header.d=",
    (
        "Return-Path: <x@evil.test>",
        f"Delivered-To: {SELLER}",
        f"Received: from {PINNED_ID}\n\tby {PINNED_ID} with LMTP\n\tid qL3xFk8A\n\tfor <{SELLER}>; {ARRIVED}",
    ),
    f"Received: from {{source}}\n\tby {PINNED_ID} (Postfix) with ESMTPS id {QUEUE_ID}\n\tfor <{SELLER}>; {ARRIVED}",
)

PASSES = "dmarc=pass (p=REJECT) header.from=relay.walmart.com"
FAILS = "dmarc=fail (p=REJECT) header.from=relay.walmart.com"
SPF = "spf=pass smtp.mailfrom=b@relay.walmart.com"
UNCHECKABLE = uncheckable()

both = pytest.mark.parametrize("provider", [GOOGLE, RSPAMD], ids=lambda provider: provider.name)


def judged(provider: Below, raw: bytes) -> Verdict:
    (one,) = judge_all([Letter(raw, RECEIVED_AT)], provider.context(), ZoneResolver(zone()))
    return one.verdict


def refused(provider: Below, raw: bytes) -> bool:
    """Not GENUINE, and for want of proof."""
    verdict = judged(provider, raw)
    unproved = {check.rule for check in verdict.checks if check.passed is not True}
    return verdict.standing.value in ("unverified", "forged") and "domain-proof" in unproved


@both
@pytest.mark.parametrize("signed", [genuine_customer(), UNCHECKABLE], ids=["key-in-dns", "key-gone-from-dns"])
@pytest.mark.parametrize(
    "spelled", ["", "{} 1", '"{}"', "{} (spam filter)"], ids=["plain", "version", "quoted", "note"]
)
def test_the_first_field_below_the_border_proves(provider: Below, signed: bytes, spelled: str) -> None:
    """The provider wrote there, as something shows that the sender could not bring."""
    stamp = provider.stamp(provider.signed(raw=signed), SPF, PASSES, spelled=spelled.format(provider.id))

    assert judged(provider, provider.deliver(signed, stamp)).standing.value == "genuine"


@both
def test_a_planted_field_in_the_providers_place_proves_nothing_where_it_wrote_none(provider: Below) -> None:
    planted = provider.stamp(provider.signed(raw=UNCHECKABLE), SPF, PASSES)

    assert refused(provider, provider.deliver(UNCHECKABLE, planted, ran=False))
    assert refused(provider, provider.deliver(_named(UNCHECKABLE, "4KqXHw2Zz1z9tvx"), planted, ran=False))
    copy = planted.replace("Authentication-Results:", "ARC-Authentication-Results: i=1;")
    assert refused(provider, provider.deliver(UNCHECKABLE, planted, copy, ran=False))


def test_of_many_guesses_at_the_queue_id_one_counts() -> None:
    """Where rspamd was left out: Postfix makes the id from the time of day, and a header has room for a thousand."""
    planted, guessed = RSPAMD.stamp(RSPAMD.signed(raw=UNCHECKABLE), SPF, PASSES), UNCHECKABLE
    for guess in ("4KqXHw2Zz1z9tvu", QUEUE_ID, "4KqXHw2Zz1z9tvx"):
        guessed = _named(guessed, guess)

    assert refused(RSPAMD, RSPAMD.deliver(guessed, planted, ran=False))
    assert judged(RSPAMD, RSPAMD.deliver(guessed, planted)).standing.value == "genuine"


def test_what_google_copied_above_the_border_must_be_what_stands_below_it() -> None:
    said = GOOGLE.deliver(UNCHECKABLE, GOOGLE.stamp(GOOGLE.signed("fail"), SPF, FAILS))
    planted = GOOGLE.stamp(GOOGLE.signed(raw=UNCHECKABLE), SPF, PASSES).encode().replace(b"\n", CRLF)
    own = GOOGLE.stamp(GOOGLE.signed("fail"), SPF, FAILS).encode().replace(b"\n", CRLF)

    assert refused(GOOGLE, said.replace(CRLF + own, CRLF + planted))


@both
@pytest.mark.parametrize("dmarc", [FAILS, "dmarc=none", "dmarc=temperror header.from=relay.walmart.com"])
def test_the_field_below_the_border_refuses_where_nothing_else_proves(provider: Below, dmarc: str) -> None:
    stamp = provider.stamp(provider.signed("fail"), SPF, dmarc)

    assert refused(provider, provider.deliver(UNCHECKABLE, stamp))


@both
@pytest.mark.parametrize("own", ["fail", "spf-only", "one-signature"])
@pytest.mark.parametrize(
    "spelled",
    ["{}", '"{}"', "{} 1", "{upper}", "(x) {}", "{}(x)", "{} (x)", '"{}" 1', "(a) (b) {}", "(a (b)) {}"],
    ids=["plain", "quoted", "version", "upper", "note-first", "note-close", "note", "quoted-1", "notes", "nested-note"],
)
def test_a_second_field_behind_the_providers_own_proves_nothing(provider: Below, own: str, spelled: str) -> None:
    """The provider's own may say no, pass by SPF alone, or pass DMARC and name a stranger's signature."""
    results = {
        "fail": (provider.signed("fail"), FAILS),
        "spf-only": ("dkim=none", SPF, PASSES),
        "one-signature": ("dkim=pass header.d=evil.test", SPF, PASSES),
    }
    name = spelled.format(provider.id, upper=provider.id.upper())
    planted = [provider.stamp(provider.signed(), PASSES, spelled=name), provider.stamp(provider.signed(), spelled=name)]

    for field in planted:
        assert refused(provider, provider.deliver(UNCHECKABLE, provider.stamp(*results[own]), field)), field


@both
@pytest.mark.parametrize(
    "between",
    ["X-Spam: no", "Return-Path: <x@evil.test>", "DKIM-Signature: v=1; d=evil.test", "Subject: a", "To: a@b.test"],
    ids=lambda field: field.partition(":")[0].lower(),
)
def test_a_planted_field_behind_another_of_the_senders_proves_nothing(provider: Below, between: str) -> None:
    """Where the provider wrote none, what does not stand directly below its border is the sender's."""
    planted = provider.stamp(provider.signed(), PASSES)

    assert refused(provider, provider.deliver(UNCHECKABLE, between, planted))


@both
def test_a_planted_field_of_another_id_proves_nothing(provider: Below) -> None:
    for name in (f"{provider.id}.evil.test", f"a.{provider.id}", "evil.test", f"evil.test ({provider.id})"):
        assert refused(provider, provider.deliver(UNCHECKABLE, provider.stamp(provider.signed(), PASSES, spelled=name)))


@both
def test_a_field_between_own_and_planted_does_not_open_the_way(provider: Below) -> None:
    planted = provider.stamp(provider.signed(), PASSES)
    for between in ("X-Spam: no", "Received-SPF: pass", "Authentication-Results: evil.test; dkim=pass"):
        own = provider.stamp(provider.signed("fail"), FAILS)
        assert refused(provider, provider.deliver(UNCHECKABLE, own, between, planted)), between


@both
def test_a_field_above_the_border_beside_one_below_it_is_no_stamp(provider: Below) -> None:
    stamp = provider.stamp(provider.signed(), PASSES)

    assert refused(provider, stamp.encode().replace(b"\n", CRLF) + CRLF + provider.deliver(UNCHECKABLE, stamp))


@both
@pytest.mark.parametrize("source", [g[1] for g in GREETINGS], ids=[g[0] for g in GREETINGS])
def test_a_greeting_that_poses_as_a_hop_does_not_move_the_border(provider: Below, source: str) -> None:
    """Below the true border and its own results the forger puts a border of the provider's look, and his pass."""
    fake = provider.border.format(source="out1.walmart.com (out1.walmart.com [161.170.1.1])")
    own, planted = provider.stamp(provider.signed("fail"), FAILS), provider.stamp(provider.signed(), PASSES)

    assert refused(
        provider, provider.deliver(UNCHECKABLE, own, fake, planted, source=source.replace(PINNED_ID, provider.id))
    )
    assert refused(provider, provider.deliver(UNCHECKABLE, own, planted, fake, planted, source=source))


@both
@pytest.mark.parametrize("envelope", [e[1] for e in ENVELOPES], ids=[e[0] for e in ENVELOPES])
def test_an_envelope_address_smuggles_no_result_into_the_field(provider: Below, envelope: str) -> None:
    spf = f"spf=pass ({provider.id}: domain of {envelope} designates 192.0.2.25) smtp.mailfrom={envelope}"

    assert refused(provider, provider.deliver(UNCHECKABLE, provider.stamp(spf, "dkim=none", PASSES)))
    assert refused(provider, provider.deliver(UNCHECKABLE, provider.stamp("dkim=none", PASSES, spf)))


def pair(provider: Below, *, first: str, second: str, named: bool) -> bytes:
    """Two signatures of one domain, whose keys are in no DNS."""
    raw = sign(UNCHECKABLE, "walmart.com", selector="nowhere2", key="evil", signed_at=SENT_AT)
    marks = [f" header.b={mark}" if named else "" for mark in prefixes(raw)]
    results = [
        f"dkim={result} {provider.named_by}walmart.com{mark}"
        for result, mark in zip((first, second), marks, strict=True)
    ]
    return provider.deliver(raw, provider.stamp(*results, SPF, PASSES))


@both
@pytest.mark.parametrize(("named", "standing"), [(True, "genuine"), (False, "unverified")], ids=["named", "not-named"])
@pytest.mark.parametrize(("first", "second"), [("pass", "fail"), ("fail", "pass")], ids=["pass-first", "fail-first"])
def test_of_two_signatures_of_a_domain_the_one_that_passed_must_be_named(
    provider: Below, first: str, second: str, *, named: bool, standing: str
) -> None:
    assert judged(provider, pair(provider, first=first, second=second, named=named)).standing.value == standing


@both
@pytest.mark.parametrize("write", [compose, genuine_customer], ids=["unsigned", "signed"])
def test_mail_without_any_field_is_judged_by_its_signature_alone(provider: Below, write: Callable[..., bytes]) -> None:
    expected = "genuine" if write is genuine_customer else "unverified"

    assert judged(provider, provider.deliver(write(CUSTOMER))).standing.value == expected
