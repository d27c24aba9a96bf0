"""What the third check says where it cannot be satisfied, even where a seller can do nothing about it."""

from __future__ import annotations

import re
from dataclasses import replace

from auditor import proof
from auditor.evidence.collect import collect, origin
from auditor.message import read
from auditor.verdict import NOT_LOOKED_AT, Check
from tests.contexts import ZoneResolver, context, judged
from tests.mail import Profile, Sample
from tests.mail.build import FULL, Letter, compose, sign
from tests.mail.delivery import Stamp, deliver
from tests.mail.keys import zone

BOTH = "the provider's stamp says both yes and no about signatures of one domain"
NOTICE = Letter("Amazon <seller-notification@amazon.com>", "Sold, ship now", "Please ship by Monday.\n")


def at_microsoft(raw: bytes, *shown: tuple[str, str]) -> str:
    """What is said of the proof of a notice where Microsoft's stamp tells of these signatures."""
    stamp = Stamp("pass", "amazon.com", shown)
    sample = Sample("notice", deliver(raw, Profile.MICROSOFT, stamp), Profile.MICROSOFT, "", "", row=None, why="")
    verdict = judged(sample).verdict
    assert verdict.checks[2].rule == "domain-proof"
    return verdict.checks[2].detail if verdict.checks[2].passed is None else verdict.standing.value


def signed_by(*domains: str) -> bytes:
    raw = compose(NOTICE)
    for domain in domains:
        raw = sign(raw, domain, FULL)
    return raw


def signed_and_key_gone() -> bytes:
    """What only a stamp can prove."""
    return sign(compose(NOTICE), "amazon.com", FULL, selector="gone")


def shown(raw: bytes) -> str:
    """What the signature's b= holds."""
    header = re.sub(r"\s", "", raw.partition(b"\r\n\r\n")[0].decode())
    return header.partition(";b=")[2]


def pinned(raw: bytes, stamp: str) -> Sample:
    delivered = deliver(raw, Profile.PINNED, stamp)
    return Sample("notice", delivered, Profile.PINNED, "", "", row=None, why="")


def pinned_says(raw: bytes, *dkim: str, header_from: str = "amazon.com") -> bool | str:
    """Whether the seller's own server, which writes this, proves the sender; or why that cannot be told."""
    results = "".join(f"dkim={one};\n\t" for one in dkim)
    verdict = judged(pinned(raw, f"{results}dmarc=pass header.from={header_from}")).verdict
    check = verdict.checks[2]
    assert check.rule == "domain-proof"
    return check.detail.partition("; ")[2] if check.passed is None else check.passed


def test_one_of_two_signatures_shown_is_a_known_miss_with_a_sentence_of_its_own() -> None:
    said = at_microsoft(signed_by("amazon.com", "amazonses.com"), ("pass", "amazonses.com"))

    assert "bears a signature of amazon.com, but the provider's stamp tells only of that of amazonses.com" in said


def test_a_stamp_that_shows_both_signatures_proves_the_sender() -> None:
    both = (("pass", "amazon.com"), ("pass", "amazonses.com"))

    assert at_microsoft(signed_by("amazon.com", "amazonses.com"), *both) == "genuine"


def test_a_lone_foreign_signature_is_not_called_a_hidden_one() -> None:
    said = at_microsoft(signed_by("amazonses.com"), ("pass", "amazonses.com"))

    assert "rests on no signature of the sender's domain" in said


def test_a_no_and_a_yes_about_signatures_that_begin_alike_are_no_proof() -> None:
    raw = signed_and_key_gone()
    b = shown(raw)
    stamps = {
        "a shorter no": (f"pass header.d=amazon.com header.b={b[:8]}", f"fail header.d=amazon.com header.b={b[:4]}"),
        "a longer no": (f"pass header.d=amazon.com header.b={b[:4]}", f"fail header.d=amazon.com header.b={b[:8]}"),
        "a no to nothing": (f"pass header.d=amazon.com header.b={b[:8]}", "fail header.d=amazon.com"),
        "a yes to nothing": ("pass header.d=amazon.com", f"fail header.d=amazon.com header.b={b[:8]}"),
    }
    assert {name: pinned_says(raw, *dkim) for name, dkim in stamps.items()} == dict.fromkeys(stamps, BOTH)


def test_a_no_to_another_signature_of_the_domain_is_none_to_this() -> None:
    raw = signed_and_key_gone()
    said = (f"pass header.d=amazon.com header.b={shown(raw)[:8]}", "fail header.d=amazon.com header.b=AAAAAAAA")

    assert pinned_says(raw, *said) is True


def test_a_yes_to_a_signature_that_is_not_there_is_no_proof() -> None:
    said = pinned_says(signed_and_key_gone(), "pass header.d=amazon.com header.b=AAAAAAAA")

    assert said == "the signature that the provider verified is not on the message"


def test_the_sender_that_passed_may_be_named_by_address() -> None:
    raw = signed_and_key_gone()

    assert pinned_says(raw, "pass header.d=amazon.com", header_from="seller-notification@amazon.com") is True
    assert pinned_says(raw, "pass header.d=amazon.com", header_from="x@amazon.com@evil.test") is False


def test_a_stamped_signature_that_leaves_out_the_recipient_is_no_proof() -> None:
    covered = tuple(name for name in FULL if name.lower() != "to")
    raw = sign(compose(NOTICE), "amazon.com", covered, selector="gone")

    said = pinned_says(raw, "pass header.d=amazon.com")

    assert said == "a signature of the sender's domain does not cover the To"


def test_where_the_sender_cannot_be_read_nothing_is_said_of_proof() -> None:
    raw = compose(replace(NOTICE, sender="Amazon <a@amazon.com>, <b@amazon.com>"))

    (check,) = [one for one in judged(pinned(raw, "")).verdict.checks if one.rule == "domain-proof"]

    assert check == Check("domain-proof", None, NOT_LOOKED_AT)


def test_a_stamp_does_not_outweigh_a_signature_that_we_find_false() -> None:
    changed = signed_by("amazon.com").replace(b"ship by Monday", b"pay by Monday!")
    verdict = judged(pinned(changed, "dkim=pass header.d=amazon.com;\n\tdmarc=pass header.from=amazon.com")).verdict

    assert verdict.standing.value == "unverified"
    assert verdict.checks[2] == Check(
        "domain-proof",
        None,
        "two proofs disagree: the text was changed after it was signed; "
        "signed by amazon.com, as the seller's mail provider verified",
    )


def test_where_dns_does_not_tell_who_may_sign_that_is_said() -> None:
    raw = sign(compose(replace(NOTICE, sender="Amazon <x@marketplace.amazon.com>")), "amazon.com", FULL)
    own, keys = context(Profile.NONE), ZoneResolver(zone()).ask([f"{name}" for name in zone()])
    begun = origin(read(raw), own)
    said = proof.prove(collect(begun, keys, own), own)

    assert said.passed is None
    assert said.detail.startswith("DNS could not tell who may sign for the sender")
