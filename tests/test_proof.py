"""What the third check says where it cannot be satisfied, even where a seller can do nothing about it."""

from __future__ import annotations

from tests.contexts import judged
from tests.mail import Profile, Sample
from tests.mail.build import FULL, Letter, compose, sign
from tests.mail.delivery import Stamp, deliver

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


def test_one_of_two_signatures_shown_is_a_known_miss_with_a_sentence_of_its_own() -> None:
    said = at_microsoft(signed_by("amazon.com", "amazonses.com"), ("pass", "amazonses.com"))

    assert "bears a signature of amazon.com, but the provider's stamp tells only of that of amazonses.com" in said


def test_a_stamp_that_shows_both_signatures_proves_the_sender() -> None:
    both = (("pass", "amazon.com"), ("pass", "amazonses.com"))

    assert at_microsoft(signed_by("amazon.com", "amazonses.com"), *both) == "genuine"


def test_a_lone_foreign_signature_is_not_called_a_hidden_one() -> None:
    said = at_microsoft(signed_by("amazonses.com"), ("pass", "amazonses.com"))

    assert "rests on no signature of the sender's domain" in said
