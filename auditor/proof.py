"""Evidence -> Proof: whether the From domain is proved, and by which signatures (the third check).

Two proofs are believed: a signature of the domain that we verified ourselves, and the seller's own provider saying
that it did, in a field that nobody else can have written. SPF, ARC and every X- field prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.evidence.alignment import is_within
from auditor.evidence.authres import Result
from auditor.evidence.collect import Context, Evidence
from auditor.evidence.dkim import Outcome, Verified
from auditor.evidence.sender import Malformed, Sender
from auditor.evidence.signatures import MAX_SIGNATURES, Signature


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the From domain is proved, and the signatures that the other checks may rely on."""

    passed: bool | None
    detail: str
    signatures: tuple[Signature, ...] = ()

    def covers(self, name: str) -> bool:
        return bool(self.signatures) and all(signature.covers(name) for signature in self.signatures)


def prove(evidence: Evidence, context: Context) -> Proof:
    """True if one of the two proofs is True and the other is not False; a pass against a fail is None."""
    if isinstance(evidence.sender, Malformed):
        return Proof(None, "without one sender there is no domain to prove")
    own, stamp = own_verification(evidence, context), stamp_proof(evidence, evidence.sender)
    if own.passed and stamp.passed is not False:
        return own
    if stamp.passed and own.passed is not False:
        return stamp
    if True in (own.passed, stamp.passed):
        return Proof(None, f"two proofs disagree: {own.detail}; {stamp.detail}")
    if False in (own.passed, stamp.passed):
        return Proof(False, own.detail if own.passed is False else stamp.detail)
    return Proof(None, f"{own.detail}; {stamp.detail}")


def own_verification(evidence: Evidence, context: Context) -> Proof:
    """(a) Our own DKIM verification of an aligned signature."""
    results = [(one, evidence.speaks_for.get(one.signature.domain)) for one in evidence.verified]
    for one, speaks in results:
        if speaks and one.outcome is Outcome.PASS:
            note = f" ({one.note})" if one.note else ""
            return Proof(
                True, f"signed by {one.signature.domain}, and we verified the signature{note}", (one.signature,)
            )
    related = [one for one, speaks in results if speaks is not False]
    if not related:
        return Proof(None, "it bears no signature of the sender's domain")
    undecided = [one for one in related if _is_undecided(one, context)]
    if undecided or any(speaks is None for _, speaks in results):
        return Proof(None, undecided[0].detail if undecided else "DNS could not tell who may sign for the sender")
    return Proof(False, related[0].detail)


def _is_undecided(one: Verified, context: Context) -> bool:
    if one.outcome is Outcome.BODY_CHANGED:
        return context.bodies_rerendered
    return one.outcome in (Outcome.KEY_ABSENT, Outcome.TEMPERROR, Outcome.TOO_LARGE)


def stamp_proof(evidence: Evidence, sender: Sender) -> Proof:
    """(b) The provider's stamp: DMARC pass for the From domain, and a DKIM pass of a signature we can see."""
    if not evidence.stamp.results:
        return Proof(None, evidence.stamp.why or "the provider's stamp says nothing")
    dmarc = next((result for result in evidence.stamp.results if result.method == "dmarc"), None)
    if dmarc is None or dmarc.result not in ("pass", "fail"):
        said = dmarc.result if dmarc else "nothing"
        return Proof(None, f"the provider's stamp says {said} about DMARC")
    if dmarc.result == "fail":
        return Proof(False, "the seller's mail provider found that the message does not come from that domain")
    header_from = dmarc.get("header.from")
    if header_from is None:
        return Proof(None, "the provider's stamp does not say which sender passed")
    header_from = header_from.rpartition("@")[2].lower()
    if header_from != sender.domain:
        # rspamd names the domain of the DMARC policy there, a parent of the sender's: not the same, and no lie.
        if is_within(sender.domain, header_from):
            return Proof(None, "the provider's stamp names the organization's domain and not the sender's own")
        return Proof(False, "the provider's stamp is about another sender")
    reasons = [_no_signature_shown(evidence)]
    if len(evidence.signatures) > MAX_SIGNATURES or not all(one.domain for one in evidence.signatures):
        return Proof(None, "the message bears signatures that cannot be read, or too many")
    for result in evidence.stamp.results:
        signer = _signer(result, evidence)
        if signer and result.result == "pass":
            signed = tuple(one for one in evidence.signatures if one.domain == signer)
            problem = (
                _contradicted(result, evidence)
                or _refused_here(signed, evidence)
                or _stamped_signature_problem(signed, result.get("header.b"))
            )
            if not problem:
                return Proof(True, f"signed by {signer}, as the seller's mail provider verified", signed)
            reasons.insert(0, problem)
    return Proof(None, reasons[0])


def _no_signature_shown(evidence: Evidence) -> str:
    """A known miss has its own sentence: of two signatures, Microsoft's stamp tells of one only."""
    shown = {result.get("header.d") or "" for result in evidence.stamp.results if result.method == "dkim"}
    hidden = next((d for d, speaks in evidence.speaks_for.items() if speaks and d not in shown), None)
    others = sorted(shown & {one.domain for one in evidence.signatures if one.domain})
    if hidden is None or not others:
        return "the provider's stamp rests on no signature of the sender's domain"
    return (
        f"the message bears a signature of {hidden}, but the provider's stamp tells only of that of {others[0]}; "
        "some providers show one of several"
    )


def _signer(result: Result, evidence: Evidence) -> str:
    """The signing domain of a DKIM result, where it may speak for the sender; else empty."""
    if result.method != "dkim":
        return ""
    named = result.get("header.d")
    if named is not None:
        return named.lower() if evidence.speaks_for.get(named.lower()) else ""
    # Google names only the identity, which may lie below the signing domain (RFC 6376 section 3.5, i=).
    identity = (result.get("header.i") or "").rpartition("@")[2].lower()
    signers = {one.domain for one in evidence.signatures if one.domain and is_within(identity, one.domain)}
    return signers.pop() if len(signers) == 1 and all(evidence.speaks_for.get(signer) for signer in signers) else ""


def _refused_here(signed: Sequence[Signature], evidence: Evidence) -> str:
    """Why one of them is no proof whoever verified it; or it was not looked at, and might be such a one."""
    outcomes = {one.signature.index: one for one in evidence.verified}
    for signature in signed:
        if signature.index not in outcomes:
            return "the message bears too many signatures of the sender's domain to look at all"
        if outcomes[signature.index].outcome is Outcome.REFUSED:
            return outcomes[signature.index].detail
    return ""


def _contradicted(result: Result, evidence: Evidence) -> str:
    """Two signatures of one domain, one good and one bad: without header.b nobody knows which is which."""
    signer = _signer(result, evidence)
    others = [one for one in evidence.stamp.results if one is not result and _signer(one, evidence) == signer]
    bad = [one.get("header.b") or "" for one in others if one.result != "pass"]
    good = result.get("header.b") or ""
    if any(good.startswith(one) or one.startswith(good) for one in bad):  # each a beginning, of any length
        return "the provider's stamp says both yes and no about signatures of one domain"
    return ""


def _stamped_signature_problem(signed: Sequence[Signature], b_prefix: str | None) -> str:
    """Why the visible signatures of the stamped domain do not carry the stamp: any of them may be the one meant."""
    if not signed:
        return "the signature that the provider verified is not on the message"
    if b_prefix and not any(re.sub(r"\s", "", one.value).startswith(b_prefix) for one in signed):
        return "the signature that the provider verified is not on the message"
    for one in signed:
        if one.problem:
            return one.problem
        if not one.covers("from", "to", "subject"):
            return "a signature of the sender's domain does not cover From, To and Subject"
    return ""
