"""What a real signature is worth under each key and each form: one outcome, and one sentence of its own."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timedelta

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.collect import Evidence, collect, origin
from auditor.evidence.dkim import Outcome, Verified, _evaluated, verify
from auditor.evidence.keys import Unusable, usable_key
from auditor.evidence.signatures import signatures
from auditor.message import read
from auditor.proof import own_verification
from auditor.resolver import Answer, Found
from tests.contexts import context
from tests.mail import RECEIVED_AT, Profile
from tests.mail.build import SENT_AT, Letter, compose, sign, swap
from tests.mail.keys import public_record

SENDER = "no-reply@walmart.com"
LETTER = compose(Letter(SENDER))
KEY_NAME = "mail._domainkey.walmart.com"
GOOD = public_record("walmart")
P = GOOD.partition(b"p=")[2]
ED25519 = b"v=DKIM1; k=ed25519; p=" + public_record("ed25519").partition(b"p=")[2]
SIGNED = sign(LETTER, "walmart.com")
ABSENT, SILENT = Answer(Found.ABSENT), Answer(Found.TEMPERROR)


def key(*texts: bytes) -> Answer:
    return Answer(Found.FOUND, texts)


def verified(raw: bytes, answer: Answer, received_at: datetime | None = RECEIVED_AT) -> Verified:
    message = read(raw)
    return verify(message, signatures(message), {KEY_NAME: answer}, received_at=received_at)[0]


def proved(raw: bytes, answer: Answer, received_at: datetime | None = RECEIVED_AT) -> tuple[bool | None, str]:
    """What the third check makes of it without a provider's stamp, in the words that `explain` shows."""
    where = replace(context(Profile.NONE), received_at=received_at)
    evidence: Evidence = collect(origin(read(raw), where), {KEY_NAME: answer}, where)
    proof = own_verification(evidence, where)
    return proof.passed, proof.detail


KEYS: dict[str, tuple[Answer, bool | None, str]] = {
    "good": (key(GOOD), True, "signed by walmart.com, and we verified the signature"),
    "bare": (key(b"p=" + P), True, "we verified"),
    "spaced": (key(b" v = DKIM1 ;\r\n\tk = rsa ; p = " + P[:40] + b" \r\n " + P[40:] + b" ; "), True, "we verified"),
    "unknown-tags": (key(GOOD + b"; g=*; n=a note; zz=1"), True, "we verified"),
    "unknown-flags": (key(b"t=z:q; p=" + P), True, "we verified"),
    "mail-among-services": (key(b"s=other:email; p=" + P), True, "we verified"),
    "any-service": (key(b"s=*; p=" + P), True, "we verified"),
    "hash-among-others": (key(b"h=sha1:sha256; p=" + P), True, "we verified"),
    "same-domain-only-kept": (key(b"t=s; p=" + P), True, "we verified"),
    "absent": (ABSENT, None, "publishes no such key: it was changed since then, or was never there"),
    "found-empty": (key(), None, "publishes no such key"),
    "silent": (SILENT, None, "DNS gave no answer about the key of walmart.com"),
    "several": (key(GOOD, ED25519), None, "publishes several keys under one name"),
    "good-and-a-note": (key(GOOD, b"v=spf1 -all"), None, "publishes several keys under one name"),
    "withdrawn": (key(b"v=DKIM1; k=rsa; p="), None, "has withdrawn the key"),
    "withdrawn-test": (key(b"v=DKIM1; t=y; p= "), None, "has withdrawn the key"),
    "no-key-in-it": (key(b"v=DKIM1; k=rsa"), None, "the key of walmart.com cannot be read"),
    "empty-record": (key(b""), None, "cannot be read"),
    "no-tags": (key(b"v=spf1 include:_spf.walmart.com -all"), None, "cannot be read"),
    "tag-twice": (key(GOOD + b"; p="), None, "cannot be read"),
    "not-base64": (key(b"v=DKIM1; p=!!!!"), None, "cannot be read"),
    "cut-short": (key(GOOD[:-60]), None, "cannot be read"),
    "not-ascii": (key("v=DKIM1; p=ключ".encode()), None, "cannot be read"),
    "other-version": (key(b"v=DKIM2; p=" + P), None, "is of a version that is not known"),
    "version-in-other-case": (key(b"v=dkim1; p=" + P), None, "is of a version that is not known"),
    "version-not-first": (key(b"p=" + P + b"; v=DKIM1"), None, "is of a version that is not known"),
    "test": (key(b"v=DKIM1; t=y; p=" + P), False, "marks the key as a test"),
    "test-among-flags": (key(b"v=DKIM1; t= S : Y; p=" + P), False, "marks the key as a test"),
    "other-service": (key(b"s=other; p=" + P), False, "is not for mail"),
    "tls-reports": (key(b"s=tlsrpt; p=" + P), False, "is not for mail"),
    "other-hash": (key(b"h=sha1; p=" + P), False, "does not allow the signature's way of hashing"),
    "unknown-hash": (key(b"h=sha512:md5; p=" + P), False, "does not allow"),
    "other-kind": (key(ED25519), False, "the key of walmart.com is of another kind than the signature"),
    "unknown-kind": (key(b"k=dsa; p=" + P), False, "is of another kind"),
    "someone-elses": (key(public_record("evil")), False, "the signature does not fit the message"),
    "512-bits": (key(public_record("weak512")), False, "the key has 512 bits; proof needs 1024 or more"),
    "768-bits": (key(public_record("weak768")), False, "the key has 768 bits; proof needs 1024 or more"),
}


@pytest.mark.parametrize(("answer", "passed", "sentence"), KEYS.values(), ids=KEYS)
def test_a_signature_is_worth_what_its_key_is(answer: Answer, passed: bool | None, sentence: str) -> None:
    worth, detail = proved(SIGNED, answer)

    assert worth is passed
    assert sentence in detail


def test_a_key_of_absurd_size_is_not_tried() -> None:
    """Verifying takes the cube of its length."""
    rsa = bytes.fromhex("300d06092a864886f70d0101010500")

    def tlv(tag: int, content: bytes) -> bytes:
        return bytes([tag, 0x83, *len(content).to_bytes(3, "big")]) + content

    modulus = tlv(0x02, b"\x00\xff" + b"\xab" * 2_000)
    record = tlv(0x30, rsa + tlv(0x03, b"\0" + tlv(0x30, modulus + b"\x02\x03\x01\x00\x01")))
    worth, detail = proved(SIGNED, key(b"p=" + base64.b64encode(record)))

    assert worth is False
    assert detail == "the key has 16008 bits; more than 8192 are not tried"


FORMS: dict[str, tuple[bytes, bool | None, str]] = {
    "sha-1": (sign(LETTER, "walmart.com", algorithm="rsa-sha1"), False, "uses SHA-1, which no longer proves anything"),
    "length": (sign(LETTER, "walmart.com", length=True), False, "covers only a part of the text (l=)"),
    "length-and-text-added": (sign(LETTER, "walmart.com", length=True) + b"Pay here\r\n", False, "(l=)"),
    "from-not-covered": (swap(SIGNED, b"h=From:", b"h=Form:"), False, "does not cover the From"),
    "subject-not-covered": (sign(LETTER, "walmart.com", ("From", "To", "Date")), False, "does not cover the Subject"),
    "text-changed": (
        swap(SIGNED, b"this is about", b"this was about"),
        False,
        "the text was changed after it was signed",
    ),
    "field-changed": (swap(SIGNED, b"About your", b"About y0ur"), False, "the signature does not fit the message"),
    "other-version": (swap(SIGNED, b"v=1;", b"v=2;"), False, "has no version 1"),
    "unknown-algorithm": (swap(SIGNED, b"a=rsa-sha256", b"a=rsa-sha512"), False, "algorithm is unknown"),
    "unknown-tags": (swap(SIGNED, b"v=1;", b"v=1; zz=1;"), False, "does not fit the message"),  # they are signed too
    "canonicalization": (swap(SIGNED, b"c=relaxed/", b"c=loose/"), False, "the signature is malformed"),
    "not-base64": (swap(SIGNED, b"bh=", b"bh=!"), False, "the signature is malformed"),
    "identity-outside": (swap(SIGNED, b"i=@walmart.com", b"i=@evil.com"), False, "identity lies outside its domain"),
    "identity-above": (swap(SIGNED, b"i=@walmart.com", b"i=@com"), False, "identity lies outside its domain"),
    "identity-by-letters": (swap(SIGNED, b"i=@walmart.com", b"i=@notwalmart.com"), False, "lies outside its domain"),
    "time-unreadable": (swap(SIGNED, b"; t=", b"; t=x"), False, "the signature's time cannot be read"),
}


@pytest.mark.parametrize(("raw", "passed", "sentence"), FORMS.values(), ids=FORMS)
def test_the_form_of_a_signature_can_refuse_it(raw: bytes, passed: bool | None, sentence: str) -> None:
    worth, detail = proved(raw, key(GOOD))

    assert worth is passed
    assert sentence in detail


def test_nothing_that_a_key_says_makes_up_for_the_form() -> None:
    assert proved(FORMS["sha-1"][0], key(b"h=sha1:sha256; p=" + P))[0] is False
    assert proved(FORMS["length"][0], ABSENT)[0] is False


# --- t=s: the identity is the very domain (RFC 6376 section 3.6.1) ---

IDENTITIES = {"": True, "@walmart.com": True, "shop@walmart.com": True, "@mail.walmart.com": False}


@pytest.mark.parametrize(("identity", "same"), IDENTITIES.items(), ids=[one or "none" for one in IDENTITIES])
def test_a_key_for_the_very_domain_lets_no_identity_below_it_sign(identity: str, same: bool) -> None:
    signed = sign(LETTER, "walmart.com", identity=identity)

    worth, detail = proved(signed, key(b"t=s; p=" + P))

    assert worth is same
    assert ("for that very domain" in detail) is not same
    assert proved(signed, key(GOOD))[0] is True


def test_letters_of_another_case_are_the_same_domain() -> None:
    signed = swap(sign(LETTER, "walmart.com", identity="a@walmart.com"), b"i=a@walmart.com", b"i=a@WALMART.com")

    assert proved(signed, key(b"t=s; p=" + P)) == (False, "the signature does not fit the message")  # not: the key


# --- x=: the end of a signature, compared with when the message was received ---

ENDS: dict[str, tuple[timedelta | None, datetime | None, bool | None, str]] = {
    "none": (None, RECEIVED_AT, True, "we verified"),
    "none-and-received-unknown": (None, None, True, "we verified"),
    "later": (timedelta(days=7), RECEIVED_AT, True, "we verified"),
    "before-it-came": (timedelta(minutes=5), RECEIVED_AT, False, "had run out when the message was received"),
    "received-unknown": (timedelta(days=7), None, None, "when the message was received is not known"),
    "before-it-begins": (timedelta(days=-1), RECEIVED_AT, False, "the signature ends before it begins"),
}


@pytest.mark.parametrize(("lasts", "received_at", "passed", "sentence"), ENDS.values(), ids=ENDS)
def test_a_signature_ends_when_it_says(
    lasts: timedelta | None, received_at: datetime | None, passed: bool | None, sentence: str
) -> None:
    raw = sign(LETTER, "walmart.com", expires_at=SENT_AT + lasts if lasts else None)

    worth, detail = proved(raw, key(GOOD), received_at)

    assert worth is passed
    assert sentence in detail


def test_the_clock_is_the_time_of_receipt_and_never_the_present() -> None:
    """A message of years ago, whose signature has long run out, is judged as on the day it came."""
    sent = datetime(2019, 5, 1, tzinfo=RECEIVED_AT.tzinfo)
    raw = sign(LETTER, "walmart.com", signed_at=sent, expires_at=sent + timedelta(days=1))

    assert verified(raw, key(GOOD), sent + timedelta(hours=1)).outcome is Outcome.PASS
    assert verified(raw, key(GOOD), sent + timedelta(hours=25)).outcome is Outcome.REFUSED
    future = datetime(2041, 5, 1, tzinfo=RECEIVED_AT.tzinfo)
    raw = sign(LETTER, "walmart.com", signed_at=future, expires_at=future + timedelta(days=1))
    assert verified(raw, key(GOOD), future + timedelta(hours=1)).outcome is Outcome.PASS


# --- Ed25519 (RFC 8463) ---

ED25519_SIGNED = sign(LETTER, "walmart.com", key="ed25519", selector="mail", algorithm="ed25519-sha256")


def test_ed25519_is_verified() -> None:
    assert proved(ED25519_SIGNED, key(ED25519)) == (True, "signed by walmart.com, and we verified the signature")
    changed = swap(ED25519_SIGNED, b"About your", b"About y0ur")
    assert proved(changed, key(ED25519)) == (False, "the signature does not fit the message")
    assert proved(ED25519_SIGNED, key(GOOD))[0] is False
    assert proved(ED25519_SIGNED, key(b"k=ed25519; p=AAAA")) == (None, "the key of walmart.com cannot be read")


def test_without_its_library_ed25519_is_undecided_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(dkim, "nacl")
    _evaluated.cache_clear()

    worth, detail = proved(ED25519_SIGNED, key(ED25519))

    assert worth is None
    assert detail == (
        "it is signed with Ed25519, which cannot be verified here; install it with: pip install 'auditor[ed25519]'"
    )


def test_a_good_signature_beside_one_that_cannot_be_checked_is_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(dkim, "nacl")
    both = ED25519_SIGNED.replace(b"s=mail", b"s=ed", 1).partition(LETTER)[0] + SIGNED
    where = replace(context(Profile.NONE), received_at=RECEIVED_AT)
    answers = {KEY_NAME: key(GOOD), "ed._domainkey.walmart.com": key(ED25519)}

    assert own_verification(collect(origin(read(both), where), answers, where), where).passed is True


# --- properties ---

TAG = st.sampled_from(
    [b"v=DKIM1", b"k=rsa", b"k=ed25519", b"t=y", b"t=s", b"s=email", b"s=x", b"h=sha256", b"h=", b"p=", b"x"]
)
RECORDS = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(TAG, st.just(b"p=" + P), st.binary(max_size=12)), max_size=8).map(b";".join),
)


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(RECORDS)
def test_whatever_a_record_holds_there_is_an_outcome(record: bytes) -> None:
    result = verified(SIGNED, key(record))

    assert result.detail or result.outcome is Outcome.PASS
    if result.outcome is Outcome.PASS:
        assert P in record.replace(b" ", b"")


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(RECORDS)
def test_what_is_handed_on_holds_a_kind_and_a_key_alone(record: bytes) -> None:
    signature = signatures(read(SIGNED))[0]
    usable = usable_key((record,), signature)

    assert isinstance(usable, Unusable) or usable.startswith(b"v=DKIM1; k=rsa; p=")
    assert isinstance(usable, Unusable) or usable.count(b";") == 2
