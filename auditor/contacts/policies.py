"""The record by which a domain says who may send its mail (SPF), or what becomes of forged mail (DMARC) -> findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from auditor.contacts import records
from auditor.contacts.facts import ContactFacts, Held, Said
from auditor.report import Incomplete


@dataclass(frozen=True, slots=True)
class Policy:
    """What was found `at` a name, for a domain. `nearly`: a text that was meant to be one, and nobody reads."""

    kind: str
    domain: str
    at: str
    found: Sequence[bytes]
    nearly: bytes | None
    begins: str
    without: str  # what it means to have none
    publish: str  # the record to publish
    read: Callable[[bytes], records.Reading]


def check_policy(facts: ContactFacts, policy: Policy) -> Iterator[Said]:
    """None, one that nobody reads, more than one, or one that is read to its end."""
    missing, invalid = (f"domain-{policy.kind.lower()}-{what}" for what in ("missing", "invalid"))
    evidence = facts.dns.told(policy.at, "TXT")
    publish = f"Publish a TXT record at {policy.at}: {policy.publish}"
    if policy.nearly is not None and not policy.found:
        detail = f"the record does not begin with {policy.begins}, so nobody reads it: {_shown(policy.nearly)}"
        yield facts.finding(invalid, policy.domain, detail, evidence, remedy=publish)
    elif not policy.found:
        yield facts.finding(missing, policy.domain, policy.without, evidence, remedy=publish)
    else:
        yield Held(missing)
        yield from _what_there_is(facts, policy, invalid, evidence)


def _what_there_is(facts: ContactFacts, policy: Policy, rule: str, evidence: str) -> Iterator[Said]:
    what = f"{policy.kind} of {policy.domain}"
    if len(policy.found) > 1:
        detail = f"{policy.at} has {len(policy.found)} {policy.kind} records; with more than one, none counts"
        remedy = f"Make one TXT record of them at {policy.at}, and delete the others."
        yield facts.finding(rule, policy.domain, detail, evidence, remedy=remedy)
        return
    if not records.is_installed():
        why = "whether the record is sound, only checkdmarc could say: pip install 'auditor[domain]'"
        yield Incomplete(what, why, standing=True)
        return
    reading = policy.read(policy.found[0])
    if reading.problem is None:
        yield Incomplete(what, "DNS could not tell all that the record refers to")
    elif reading.problem:
        remedy = f"Correct the TXT record at {policy.at}, now {_shown(policy.found[0])}"
        detail = f"receivers cannot use it: {reading.problem}"
        yield facts.finding(rule, policy.domain, detail, evidence, remedy=remedy)
    else:
        yield Held(rule)


def _shown(record: bytes) -> str:
    return record[:200].decode("utf-8", "replace")
