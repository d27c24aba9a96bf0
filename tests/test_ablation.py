"""Each of the seven checks earns its place: taken as True, it lets some forged message through."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import parseaddr

import pytest

from auditor import checks, clean, proof
from auditor.evidence import collect
from auditor.evidence.dkim import MAX_VERIFIED, Outcome
from auditor.evidence.sender import Malformed, Sender
from auditor.evidence.signatures import Signature
from auditor.message import Message
from auditor.proof import Proof
from auditor.verdict import Standing
from tests.contexts import judged
from tests.mail import CHECKS, PROVING, Profile, Sample
from tests.mail.forged import forged

pytestmark = pytest.mark.thorough


def standard_library_from(message: Message) -> Sender | Malformed:
    """The sender as the standard library reads it."""
    name, address = parseaddr(str(message_from_bytes(message.raw, policy=policy.compat32)["from"] or ""))
    return Sender(address.lower(), name) if address.count("@") == 1 else Malformed("no address", "")


def any_signature(evidence: collect.Evidence, _context: collect.Context) -> Proof:
    """Whatever verifies, or the provider says passed, is the proof, whoever signed."""
    passed: list[Signature] = [one.signature for one in evidence.verified if one.outcome is Outcome.PASS]
    stamped = {r.get("header.d") for r in evidence.stamp.results if r.method == "dkim" and r.result == "pass"}
    passed += [one for one in evidence.signatures if one.domain in stamped]
    return Proof(True, "any signature", tuple(passed[:1])) if passed else Proof(None, "none")


@dataclass(frozen=True, slots=True)
class Ablated:
    """The program with one check taken as True."""

    patch: pytest.MonkeyPatch

    def of(self, check: str) -> None:
        match check:
            case "one-sender":
                self.patch.setattr(collect, "header_from", standard_library_from)
                self.patch.setattr(checks, "one_sender", lambda *_: (True, ""))
            case "domain-proof":
                self.patch.setattr(collect, "_related", lambda signed, *_: signed[:MAX_VERIFIED])
                self.patch.setattr(proof, "prove", any_signature)
            case _:
                module, function = FUNCTIONS[check]
                self.patch.setattr(module, function, lambda *_: (True, ""))


FUNCTIONS = {
    "known-stream": (checks, "known_stream"),
    "meant-for-seller": (checks, "meant_for_seller"),
    "untouched": (checks, "untouched"),
    "fresh": (checks, "fresh"),
    "clean": (clean, "clean"),
}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("profile", PROVING)
def test_without_this_check_forged_mail_becomes_genuine(
    profile: Profile, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_it: list[Sample] = [sample for sample in forged(profile) if sample.only == check][:12]
    assert only_it
    assert all(judged(sample).verdict.standing is not Standing.GENUINE for sample in only_it)

    Ablated(monkeypatch).of(check)

    let_through = [sample.name for sample in only_it if judged(sample).verdict.standing is Standing.GENUINE]
    assert len(let_through) >= 2, [(s.name, judged(s).verdict.checks) for s in only_it[:2]]
