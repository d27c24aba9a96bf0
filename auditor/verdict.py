"""Evidence -> Verdict: the one place that says GENUINE, and it says so only where seven checks all hold.

The checks, in order; each answers True, False, or None for "could not tell", and None is never GENUINE:

1. one-sender        one From field that is exactly one plain mailbox
2. known-stream      an address that the catalogue knows the marketplace to write from
3. domain-proof      the From domain proved: by our own DKIM verification, or by the provider's stamp
4. meant-for-seller  a signed To or Cc names the seller
5. untouched         no field doubled, none added that changes what is read or where an answer goes
6. fresh             sent about when it was received, so no replay
7. clean             nothing in it that this stream does not carry

FORGED needs evidence of imitation. Doubt is UNVERIFIED: reported, never acted on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor import checks, clean, proof
from auditor.evidence.collect import Context, Evidence
from auditor.evidence.dkim import Outcome
from auditor.evidence.forwarding import forwarding
from auditor.evidence.sender import Malformed
from auditor.marketplaces import Kind

NOT_LOOKED_AT = "not looked at: the sender settles it"


class Standing(StrEnum):
    """What a message is, as far as it can be shown."""

    GENUINE = "genuine"
    UNVERIFIED = "unverified"
    FORGED = "forged"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Check:
    """One of the seven questions; `passed` None: could not tell."""

    rule: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The standing with its reasons. `trick`: how a message that is not GENUINE imitates `marketplace`."""

    standing: Standing
    checks: tuple[Check, ...] = ()
    warnings: tuple[str, ...] = ()
    marketplace: str | None = None
    stream: str | None = None
    kind: Kind | None = None
    trick: str | None = None
    why: str = ""
    staff_claim: bool = False
    could_change: bool = False
    """Asking again later could change it: DNS did not answer, or a key was not there."""


def judge(evidence: Evidence, context: Context) -> Verdict:
    """Decide once; pure."""
    if evidence.owner is None and evidence.imitation is None:
        return Verdict(Standing.UNRELATED)
    answers, warnings = run_checks(evidence, context)
    standing, why = _standing(evidence, answers)
    owner = evidence.owner or (evidence.imitation.marketplace if evidence.imitation else None)
    stream = evidence.match.stream if evidence.match else None
    return Verdict(
        standing,
        answers,
        (*warnings, *_forwarded(evidence, context, standing)),
        owner.name if owner else None,
        stream.name if stream else None,
        stream.kind if stream else None,
        _trick(evidence, standing),
        why,
        staff_claim=evidence.staff_claim,
        could_change=standing is Standing.UNVERIFIED and _could_change(evidence),
    )


def run_checks(evidence: Evidence, context: Context) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """The seven checks and the warnings of the last ones, in order."""
    if evidence.owner is None:
        return _settled_by_sender(evidence), ()
    proved = proof.prove(evidence, context)
    warnings: list[str] = []
    steps: Sequence[tuple[str, Callable[[], tuple[bool | None, str]]]] = (
        ("one-sender", lambda: checks.one_sender(evidence)),
        ("known-stream", lambda: checks.known_stream(evidence)),
        ("domain-proof", lambda: (proved.passed, proved.detail)),
        ("meant-for-seller", lambda: checks.meant_for_seller(evidence, proved, context)),
        ("untouched", lambda: checks.untouched(evidence, proved, context, warnings)),
        ("fresh", lambda: checks.fresh(evidence, proved, context)),
        ("clean", lambda: clean.clean(evidence, context, warnings)),
    )
    return tuple(Check(rule, *step()) for rule, step in steps), tuple(warnings)


def _settled_by_sender(evidence: Evidence) -> tuple[Check, ...]:
    """Nothing in a message could make an address genuine that is no marketplace's; so nothing else is looked at."""
    rest = ("domain-proof", "meant-for-seller", "untouched", "fresh", "clean")
    return (
        Check("one-sender", *checks.one_sender(evidence)),
        Check("known-stream", *checks.known_stream(evidence)),
        *(Check(rule, None, NOT_LOOKED_AT) for rule in rest),
    )


def _standing(evidence: Evidence, answers: Sequence[Check]) -> tuple[Standing, str]:
    if answers and all(check.passed is True for check in answers):
        return Standing.GENUINE, answers[2].detail
    if evidence.imitation is not None and evidence.imitation.certain:
        return Standing.FORGED, evidence.imitation.detail
    if _fails_for_exact_domain(evidence):
        return Standing.FORGED, "it bears the marketplace's own domain, and the provider found that untrue"
    if evidence.imitation is not None:
        return Standing.UNVERIFIED, evidence.imitation.detail
    failed = [one for one in answers if one.passed is False] or [one for one in answers if one.passed is None]
    return Standing.UNVERIFIED, failed[0].detail


def _fails_for_exact_domain(evidence: Evidence) -> bool:
    if isinstance(evidence.sender, Malformed) or evidence.owner is None:
        return False
    aligned = any(speaks is not False for speaks in evidence.speaks_for.values())
    return proof.stamp_proof(evidence, evidence.sender).passed is False and not aligned


def _trick(evidence: Evidence, standing: Standing) -> str | None:
    if standing is Standing.GENUINE:
        return None
    if evidence.imitation is not None:
        return evidence.imitation.trick
    return "exact-domain" if standing is Standing.FORGED else None


def _forwarded(evidence: Evidence, context: Context, standing: Standing) -> tuple[str, ...]:
    """Who may have broken the signature on the way: a sentence, after everything is decided."""
    broken = any(one.outcome in (Outcome.FAIL, Outcome.BODY_CHANGED) for one in evidence.verified)
    if standing is not Standing.UNVERIFIED or not broken or isinstance(evidence.sender, Malformed):
        return ()
    found = forwarding(evidence.message, evidence.sender.domain, context.arc_forwarders)
    return (found.sentence,) if found else ()


def _could_change(evidence: Evidence) -> bool:
    return any(one.outcome in (Outcome.TEMPERROR, Outcome.KEY_ABSENT) for one in evidence.verified) or any(
        speaks is None for speaks in evidence.speaks_for.values()
    )
