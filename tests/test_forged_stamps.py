"""Results that a forger wrote, at every provider whose own are believed: none proves anything.

Each message bears a signature of walmart.com that no key verifies, so that a stamp is all that could prove it. Every
spelling of the provider's id, every way of writing results, every name of a field and every place in the header is
tried, with the provider's own stamp failing, absent, or passing for the forger's own domain.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import NamedTuple, TypeVar

import pytest

from auditor.judging import Letter, judge_all
from auditor.verdict import Verdict
from tests.contexts import ZoneResolver, context
from tests.mail import PINNED_ID, RECEIVED_AT, Profile
from tests.mail.build import CRLF, compose
from tests.mail.build import Letter as Written
from tests.mail.delivery import BORDER, Stamp, deliver, failed, own, passed, stamp_text
from tests.mail.forged.bait import CUSTOMER, uncheckable
from tests.mail.forged.injection import ENVELOPES
from tests.mail.keys import zone
from tests.mail.receivers import RECEIVERS

pytestmark = pytest.mark.thorough

BELIEVED = [profile for profile in Profile if profile.is_believed]
FORGED_EACH = 500
RELAY = CUSTOMER.sender.partition("@")[2]
UNCHECKABLE = uncheckable()
GOOD = passed(RELAY, "walmart.com")

believed = pytest.mark.parametrize("profile", BELIEVED, ids=lambda profile: profile.value)


class Forged(NamedTuple):
    """A planted field (several, where the results are split) and where it stands."""

    name: str
    raw: bytes
    real: Stamp | str


# --- how a forger spells it -------------------------------------------------------------------------------------------


def main_id(profile: Profile) -> str:
    """The id of the provider's own field; empty where it writes none."""
    if profile in RECEIVERS:
        return RECEIVERS[profile].id
    return "" if profile is Profile.MICROSOFT else PINNED_ID


def spelled_ids(profile: Profile) -> dict[str, str]:
    """What stands before the results, by name. Where the provider writes no id, its hosts' names serve for one."""
    name = main_id(profile) or f"{BORDER}.mail.protection.outlook.com"
    encoded = base64.b64encode(name.encode()).decode()
    return {
        "plain": f"{name};",
        "missing": "",
        "empty": ";",
        "version": f"{name} 1;",
        "version-close": f"{name}/1;",
        "quoted": f'"{name}";',
        "quoted-version": f'"{name}" 1;',
        "upper": f"{name.upper()};",
        "comment-before": f"(a) {name};",
        "comment-after": f"{name} (a);",
        "comment-close": f"{name}(a);",
        "comment-nested": f"(a (b) c) {name} (d);",
        "comment-unclosed": f"(a {name};",
        "comment-quoting": f'("a) {name};',
        "folded": f"\n\t{name}\n\t;",
        "dot-behind": f"{name}.;",
        "dot-before": f".{name};",
        "longer": f"{name}.evil.test;",
        "child": f"a.{name};",
        "in-comment": f"evil.test ({name});",
        "in-quotes": f'"evil.test" "{name}";',
        "other-first": f"evil.test; {name};",
        "twice": f"{name}; {name};",
        "words-q": f"=?utf-8?q?{name}?=;",
        "words-b": f"=?utf-8?b?{encoded}?=;",
        "words-split": f"=?utf-8?q?{name[:4]}?=\n =?utf-8?q?{name[4:]}?=;",
        "zero-width": f"{name[:3]}\u200b{name[3:]};",
        "full-width": "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in name) + ";",
        "vertical-tab": f"\x0b{name};",
        "tenant-fragment": f"{name};shop.test;;shop.test;",
    }


def spelled_results(profile: Profile) -> dict[str, tuple[str, ...]]:
    """The results, by name; more than one text makes more than one field."""
    good = stamp_text(profile, GOOD, UNCHECKABLE)
    dkim, dmarc = "dkim=pass header.d=walmart.com", f"dmarc=pass header.from={RELAY}"
    signed = f"{dkim} header.i=@walmart.com"
    return {
        "own-form": (good,),
        "one-field": (f"{dkim}; {dmarc}",),
        "two-fields": (dkim, dmarc),
        "two-fields-turned": (dmarc, dkim),
        "three-fields": ("spf=pass smtp.mailfrom=walmart.com", dkim, dmarc),
        "twice": (f"{dkim}; {dmarc}; {dkim}; {dmarc}",),
        "trailing": (f"{signed}; {dmarc};;; ;",),
        "methods-with-version": (f"dkim/1=pass header.d=walmart.com; dmarc/1=pass header.from={RELAY}",),
        "upper": (f"{signed}; {dmarc}".upper(),),
        "comments": (f"dkim (a) = (b) pass (c) header.d = walmart.com; dmarc(a)=(b)pass header.from={RELAY}",),
        "quoted": (f'dkim="pass" header.d="walmart.com"; dmarc="pass" header.from="{RELAY}"',),
        "reason": (f'dkim=pass reason="{dmarc}" header.d=walmart.com; {dmarc}',),
        "words": (f"=?utf-8?b?{base64.b64encode(f'{dkim}; {dmarc}'.encode()).decode()}?=",),
        "tenant-fragments": (f"shop.test; {dkim};shop.test; {dmarc};shop.test",),
        "without-semicolon": (f"{dkim} {dmarc}",),
        "folded": (f"dkim=pass\n header.d=walmart.com;\n\t{dmarc}",),
    }


FIELD_NAMES = (
    "Authentication-Results",
    "AUTHENTICATION-RESULTS",
    "authentication-results ",
    "Authentication-Results-Original",
    "X-Authentication-Results",
    "X-Original-Authentication-Results",
    "X-MS-Exchange-Authentication-Results",
    "X-ME-Authentication-Results",
    "ARC-Authentication-Results: i=1",
    "Old-Authentication-Results",
    "Authentication-Results-",
    "Received-SPF",
)


def fake_border(profile: Profile) -> str:
    """A Received field of the provider's own look, as a forger would copy it."""
    if profile in RECEIVERS:
        return RECEIVERS[profile].border("out1.walmart.com")
    return (
        f"Received: from out1.walmart.com (161.170.1.1) by\n {BORDER}.mail.protection.outlook.com (10.167.8.42) with"
        " Microsoft SMTP\n Server id 15.20.9587.10; Fri, 20 Nov 2026 11:59:00 +0000"
        if profile is Profile.MICROSOFT
        else f"Received: from out1.walmart.com (out1.walmart.com [161.170.1.1])\n\tby {PINNED_ID} (Postfix) with ESMTPS"
        " id 4K; Fri, 20 Nov 2026 11:59:00 +0000"
    )


FOREIGN_HOP = "Received: from a.evil.test by b.evil.test with ESMTP id 1; Fri, 20 Nov 2026 11:58:00 +0000"


def lines(*fields: str) -> bytes:
    return b"".join(field.encode().replace(b"\n", CRLF) + CRLF for field in fields)


def on_top(_: Profile, raw: bytes, *fields: str) -> bytes:
    return lines(*fields) + raw


def above_a_fake_border(profile: Profile, raw: bytes, *fields: str) -> bytes:
    return lines(*fields, fake_border(profile)) + raw


def below_a_fake_border(profile: Profile, raw: bytes, *fields: str) -> bytes:
    return lines(fake_border(profile), *fields) + raw


def between_hops(profile: Profile, raw: bytes, *fields: str) -> bytes:
    return lines(FOREIGN_HOP, fake_border(profile), *fields, fake_border(profile), FOREIGN_HOP) + raw


def at_the_end(_: Profile, raw: bytes, *fields: str) -> bytes:
    head, gap, body = raw.partition(CRLF + CRLF)
    return head + CRLF + lines(*fields)[:-2] + gap + body


T = TypeVar("T")
Place = Callable[..., bytes]
PLACES: tuple[Place, ...] = (on_top, above_a_fake_border, below_a_fake_border, between_hops, at_the_end)


def real_stamps(profile: Profile) -> dict[str, Stamp | str]:
    """What the provider itself wrote; one that writes below its border does so on every message."""
    written: dict[str, Stamp | str] = {"fails": failed(RELAY, ("fail", "walmart.com")), "of-another": own()}
    return written if profile in (Profile.GOOGLE, Profile.RSPAMD) else written | {"absent": ""}


# --- every forgery of one provider ------------------------------------------------------------------------------------


def forged(profile: Profile) -> Iterator[Forged]:
    yield from _by_id(profile)
    yield from _by_results(profile)
    yield from _by_field_name(profile)


def _by_id(profile: Profile) -> Iterator[Forged]:
    good = stamp_text(profile, GOOD, UNCHECKABLE)
    for (name, spelled), place, real in _everywhere(profile, spelled_ids(profile)):
        fields = (f"Authentication-Results: {spelled} {good}",)
        yield _forged(profile, f"id-{name}", fields, place=place, real=real)


def _by_results(profile: Profile) -> Iterator[Forged]:
    start = spelled_ids(profile)["plain"] if main_id(profile) else ""
    for (name, texts), place, real in _everywhere(profile, spelled_results(profile)):
        fields = tuple(f"Authentication-Results: {start} {text}" for text in texts)
        yield _forged(profile, f"results-{name}", fields, place=place, real=real)


def _by_field_name(profile: Profile) -> Iterator[Forged]:
    start = spelled_ids(profile)["plain"] if main_id(profile) else ""
    good = stamp_text(profile, GOOD, UNCHECKABLE)
    for (name, _), place, real in _everywhere(profile, dict.fromkeys(FIELD_NAMES)):
        separator = ";" if ":" in name else ":"
        yield _forged(profile, f"name-{name}", (f"{name}{separator} {start} {good}",), place=place, real=real)


def _everywhere(profile: Profile, spellings: Mapping[str, T]) -> Iterator[tuple[tuple[str, T], Place, str]]:
    return product(spellings.items(), PLACES, real_stamps(profile))


def _forged(profile: Profile, name: str, fields: tuple[str, ...], *, place: Place, real: str) -> Forged:
    raw = place(profile, UNCHECKABLE, *fields)
    return Forged(f"{name}-{place.__name__}-{real}", raw, real_stamps(profile)[real])


# --- the tests --------------------------------------------------------------------------------------------------------


def judged(raw: bytes, profile: Profile) -> Verdict:
    (one,) = judge_all([Letter(raw, RECEIVED_AT)], context(profile), ZoneResolver(zone()))
    return one.verdict


@believed
def test_no_planted_stamp_proves_anything(profile: Profile) -> None:
    everything = list(forged(profile))
    raws = [deliver(one.raw, profile, one.real) for one in everything]
    verdicts = judge_all([Letter(raw, RECEIVED_AT) for raw in raws], context(profile), ZoneResolver(zone()))

    let_through = [
        one.name
        for one, judged in zip(everything, verdicts, strict=True)
        if judged.verdict.standing.value == "genuine"
        or "domain-proof" not in {check.rule for check in judged.verdict.checks if check.passed is not True}
    ]

    assert len({(one.raw, one.real) for one in everything}) >= FORGED_EACH
    assert let_through == []


@believed
def test_the_same_stamp_of_the_provider_itself_proves(profile: Profile) -> None:
    """The forgeries fail for who wrote them, not for what they say."""
    stamp = passed("walmart.com") if profile is Profile.RSPAMD else GOOD
    letter = Written("help@walmart.com", "Delivered", "It was delivered.\n") if profile is Profile.RSPAMD else CUSTOMER

    assert judged(deliver(uncheckable(letter), profile, stamp), profile).standing.value == "genuine"


GREETINGS = (
    *("out.evil.test", "localhost", "[127.0.0.1]", "mailmx.phl.internal", "ams-compute-02.internal", PINNED_ID),
    *("phl-mx-04.messagingengine.com", "atlas1.omega.yahoo.com", "mx.google.com", f"{BORDER}.prod.outlook.com"),
)


@believed
def test_a_whole_message_as_delivered_is_no_proof_inside_another(profile: Profile) -> None:
    """The forger sends what he got into a mailbox of his own there, stamps and inner hops and all."""
    kept = deliver(UNCHECKABLE, profile, GOOD)

    for greeting, real in product(GREETINGS, real_stamps(profile).values()):
        for raw in (kept, deliver(kept, profile, GOOD)):
            verdict = judged(deliver(raw, profile, real, host=greeting), profile)
            assert verdict.standing.value != "genuine", (greeting, real)


# What a forger may choose: anything before the @, but no domain other than his own.
VALUES = (
    *(envelope.replace("@walmart.com", "@evil.test") for _, envelope in ENVELOPES),
    f"x@evil.test;dkim=pass header.d=walmart.com;dmarc=pass header.from={RELAY}",
    f'"a;dkim=pass header.d=walmart.com;dmarc=pass header.from={RELAY};b"@evil.test',
    f"x@evil.test (;dkim=pass header.d=walmart.com; dmarc=pass header.from={RELAY})",
    f"x@evil.test) dkim=pass header.d=walmart.com; dmarc=pass header.from={RELAY} (",
    f'x@evil.test"; dkim=pass header.d=walmart.com; dmarc=pass header.from={RELAY}; reason="',
    f"x@evil.test\\;dkim=pass header.d=walmart.com\\; dmarc=pass header.from={RELAY}",
)
WITH_VALUE = (
    "spf=pass smtp.mailfrom={value}; dkim={dkim}; dmarc={dmarc}",
    "spf=pass ({value} is permitted) smtp.mailfrom=evil.test; dkim={dkim}; dmarc={dmarc}",
    "dkim={dkim}; dmarc={dmarc}; spf=pass smtp.mailfrom=evil.test smtp.helo={value}",
    'dkim=fail reason="{value}" header.d=evil.test; dmarc={dmarc}',
    "dkim=pass header.d=evil.test header.i={value}; dmarc={dmarc}",
    "dkim=pass header.i={value} header.s=s1; dmarc={dmarc}",
    "dmarc={dmarc}; dkim=pass header.d=evil.test header.s={value}",
)
OUTCOMES = (
    ("none", "fail"),
    ("pass header.d=evil.test", "fail"),
    ("none", "pass"),
    ("fail header.d=walmart.com", "pass"),
)


@believed
def test_no_value_that_a_sender_chooses_makes_a_result(profile: Profile) -> None:
    """His envelope, greeting, identity and selector are repeated in the provider's own field."""
    texts = [
        form.format(value=value, dkim=dkim, dmarc=f"{dmarc} header.from={RELAY}")
        for form, value, (dkim, dmarc) in product(WITH_VALUE, VALUES, OUTCOMES)
    ]
    raws = [deliver(UNCHECKABLE, profile, text) for text in texts]
    verdicts = judge_all([Letter(raw, RECEIVED_AT) for raw in raws], context(profile), ZoneResolver(zone()))

    let_through = [t for t, one in zip(texts, verdicts, strict=True) if one.verdict.standing.value == "genuine"]

    assert len(texts) >= 300
    assert let_through == []


DKIM, DMARC = "dkim=pass header.d=walmart.com", f"dmarc=pass header.from={RELAY}"

# (name, the results as an honest server might write them, whether they are read, why: sections of RFC 8601)
ODD: tuple[tuple[str, str, bool, str], ...] = (
    ("comment-after-result", f"dkim=pass (2048-bit key) header.d=walmart.com; {DMARC}", True, "2.2: CFWS"),
    ("comment-nested", f"dkim=pass (a (b (c)) d) header.d=walmart.com; {DMARC}", True, "2.2: CFWS of RFC 5322"),
    ("comment-says-fail", f"{DKIM}; dmarc=pass (dmarc=fail; dkim=fail) header.from={RELAY}", True, "a comment"),
    ("comment-without-space", f"{DKIM}; dmarc=pass(p=REJECT) header.from={RELAY}", True, "2.2: CFWS may be empty"),
    ("comments-around-equals", f"dkim (a) = (b) pass header.d=walmart.com; {DMARC}", True, "2.2: [CFWS] = [CFWS]"),
    ("method-version", f"dkim/1=pass header.d=walmart.com; {DMARC}", True, "2.2: method-version"),
    ("quoted-value", f'dkim=pass header.d="walmart.com"; {DMARC}', True, "2.2: value is a quoted-string"),
    ("reason", f'dkim=pass reason="good key" header.d=walmart.com; {DMARC}', True, "2.2: reasonspec"),
    ("reason-says-fail", f'dkim=pass reason="x;dmarc=fail" header.d=walmart.com; {DMARC}', True, "a quoted-string"),
    ("upper-case", f"DKIM=PASS HEADER.D=WALMART.COM; DMARC=PASS HEADER.FROM={RELAY.upper()}", True, "ABNF strings"),
    ("folded", f"dkim=pass\n header.d=walmart.com;\n\tdmarc=pass\n\theader.from={RELAY}", True, "2.2: CFWS"),
    ("tabs", f"dkim=pass\theader.d=walmart.com;\t\tdmarc=pass\theader.from={RELAY}", True, "2.2: CFWS"),
    ("other-methods", f"x-ptr=pass; iprev=pass policy.iprev=192.0.2.1; {DKIM}; {DMARC}; bimi=none", True, "2.7.6"),
    ("other-properties", f"{DKIM} header.a=rsa-sha256 header.s=s1; {DMARC} policy.dmarc=reject", True, "2.3"),
    ("two-signatures", f"{DKIM}; dkim=pass header.d=evil.test; {DMARC}", True, "2.2: one resinfo each"),
    ("other-order", f"{DMARC}; {DKIM}", True, "2.2: no order"),
    ("identity", f"dkim=pass header.i=@walmart.com; {DMARC}", True, "2.7.1: header.i"),
    ("trailing-semicolon", f"{DKIM}; {DMARC};", True, "not in the grammar of 2.2, and says nothing more"),
    ("empty-element", f"{DKIM};; {DMARC}", True, "not in the grammar of 2.2, and says nothing more"),
    ("dmarc-twice", f"{DKIM}; {DMARC}; {DMARC}", False, "two results of one policy: which is meant?"),
    ("dmarc-twice-apart", f"{DMARC}; {DKIM}; dmarc=fail header.from={RELAY}", False, "they contradict each other"),
    ("no-semicolon-between", f"{DKIM} {DMARC}", False, "2.2: resinfo is parted by a semicolon"),
    ("no-result", "none", False, "2.2: no-result"),
    ("no-header-from", f"{DKIM}; dmarc=pass", False, "nothing says for whom it passed"),
    ("no-signer", f"dkim=pass; {DMARC}", False, "nothing says whose signature held"),
    ("header-from-is-an-address", f"{DKIM}; dmarc=pass header.from=<a@{RELAY}>", False, "2.2: no such value"),
    ("header-from-ends-with-a-dot", f"{DKIM}; dmarc=pass header.from={RELAY}.", False, "not equal to the From domain"),
    ("unclosed-comment", f"{DKIM} (a; {DMARC}", False, "2.2: not to be read"),
    ("unclosed-quote", f'dkim=pass header.d="walmart.com; {DMARC}', False, "2.2: not to be read"),
    ("encoded-words", "=?utf-8?q?dkim=3Dpass_header=2Ed=3Dwalmart=2Ecom;_dmarc=3Dpass?=", False, "RFC 2047 section 5"),
    ("hard-pass", f"{DKIM}; dmarc=bestguesspass header.from={RELAY}", False, "2.7.2: no such result"),
    ("temperror", f"dkim=temperror header.d=walmart.com; {DMARC}", False, "2.7.1: could not tell"),
)


@believed
@pytest.mark.parametrize(("name", "text", "is_read", "why"), ODD, ids=[odd[0] for odd in ODD])
def test_odd_results_are_read_for_what_they_say_or_refused(
    profile: Profile, name: str, text: str, is_read: bool, why: str
) -> None:
    verdict = judged(deliver(UNCHECKABLE, profile, text), profile)

    assert (verdict.standing.value == "genuine") is is_read, (name, why, verdict.why)


# How an id may be written that is still the same id (RFC 8601 2.2: value, of RFC 2045), and how it may not.
SAME_ID = ("{}", '"{}"', "{} 1", "(a) {}", "{} (a)", "{}(a)", "\n {}", '"{}" 1')
# The last is the same id by the grammar; nobody writes a comment inside a comment there, and it is refused.
OTHER_ID = (
    "{}.",
    ".{}",
    "a.{}",
    "{}.evil.test",
    "evil.test ({})",
    "{}/1",
    '"{}',
    "=?utf-8?q?{}?=",
    "{} evil.test",
    "(a (b)) {}",
)


@pytest.mark.parametrize("profile", [profile for profile in BELIEVED if main_id(profile)], ids=lambda p: p.value)
class TestSpelledIds:
    """The provider's own field, its id written in another way."""

    def rewritten(self, profile: Profile, spelling: str) -> Verdict:
        name = main_id(profile)
        raw = deliver(UNCHECKABLE, profile, f"{DKIM}; {DMARC}")
        plain = f" {name};".encode()
        assert raw.count(plain) == 1 + (profile is Profile.GOOGLE)  # which writes a copy above
        other = f" {spelling.format(name)};".encode().replace(b"\n ", b"\r\n ")
        return judged(raw.replace(plain, other), profile)

    @pytest.mark.parametrize("spelling", SAME_ID)
    def test_the_same_id_is_known(self, profile: Profile, spelling: str) -> None:
        assert self.rewritten(profile, spelling).standing.value == "genuine"

    def test_an_id_in_upper_case_is_the_same_host(self, profile: Profile) -> None:
        assert self.rewritten(profile, main_id(profile).upper()).standing.value == "genuine"

    @pytest.mark.parametrize("spelling", OTHER_ID)
    def test_another_id_is_not(self, profile: Profile, spelling: str) -> None:
        if spelling in ("a.{}", ".{}") and profile in (Profile.FASTMAIL, Profile.YAHOO):
            pytest.skip("every host below this domain is the provider's")
        assert self.rewritten(profile, spelling).standing.value == "unverified"


def test_mail_without_any_signature_is_proved_by_no_stamp() -> None:
    for profile in BELIEVED:
        assert judged(deliver(compose(CUSTOMER), profile, GOOD), profile).standing.value == "unverified"


@pytest.mark.parametrize("status", ["OVERRIDDEN", "OVERRIDDEN_DKIM", "", "NOT_OVERRIDDEN_TOO"])
def test_a_result_that_yahoo_took_from_a_forwarders_arc_proves_nothing(status: str) -> None:
    text = "; ".join(f"{result} arc_overridden_status={status}" for result in (DKIM.replace("d=", "i=@"), DMARC))

    assert judged(deliver(UNCHECKABLE, Profile.YAHOO, text), Profile.YAHOO).standing.value == "unverified"
