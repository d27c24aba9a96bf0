"""The checks against the table of records that was written before them, by someone who had not seen them."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from auditor.config import ContactConfig
from auditor.contacts import judge
from auditor.contacts.facts import ContactFacts, Dns
from auditor.rules import Finding
from tests.contacts.make import dns_of
from tests.contacts.records import Record, read

pytestmark = pytest.mark.thorough

FOLLOWS = {
    "contact-email-undeliverable": {
        *("domain-mx-missing", "domain-spf-missing", "domain-dmarc-missing", "contact-website-unreachable"),
    },
    "contact-email-null-mx": {"contact-website-unreachable"},
    "contact-email-unchecked": {"domain-mx-missing", "domain-spf-missing", "domain-dmarc-missing"},
}
"""What only follows from the one cause of a record is no misjudgement."""


def facts(record: Record) -> ContactFacts:
    return ContactFacts(
        mailbox="shop",
        address=record.mailbox,
        contact=ContactConfig.model_validate(dict(record.contact)),
        now=record.now,
        own_addresses=(record.mailbox,),
        marketplaces=frozenset(record.marketplaces),
        dns=_dns(record),
    )


def _dns(record: Record) -> Dns:
    """As a resolver tells it: an alias is followed, and a name that is silent is so for every type."""
    told = {name: records for name, records in record.zone.items() if not isinstance(records, str)}
    aliases = {name: records["CNAME"][0].rstrip(".") for name, records in told.items() if "CNAME" in records}
    told |= {name: told.get(to, {}) for name, to in aliases.items()}
    silent = {name for name, word in record.zone.items() if word in ("timeout", "servfail")}
    return dns_of(told, silent=[*silent, *(name for name, to in aliases.items() if to in silent)])


def misjudged(record: Record) -> list[str]:
    """What the checks say that is not so, and what they are silent on."""
    judged = judge(facts(record))
    expected = {(one.rule, one.outcome) for one in record.expected}
    said = {(one.rule.id, one.outcome.value) for one in judged.findings}
    if any(not part.standing for part in judged.incomplete):  # what could not be told of a domain is named there
        expected -= {(one.rule, "unknown") for one in record.expected if one.field == "domain"}
    allowed = {rule for one in record.expected for rule in FOLLOWS.get(one.rule, ())}
    missing = [f"silent on {rule} ({outcome})" for rule, outcome in sorted(expected - said)]
    return missing + [f"says {rule} ({outcome})" for rule, outcome in sorted(said - expected) if rule not in allowed]


def suggested(findings: Collection[Finding], record: Record) -> bool:
    wanted = [one.suggestion for one in record.expected if one.suggestion]
    return all(any(each in one.detail + one.remedy for one in findings) for each in wanted)


@pytest.mark.parametrize("record", (*read("open"), *read("held")), ids=lambda record: record.id)
def test_each_is_judged_as_its_sources_say(record: Record) -> None:
    assert misjudged(record) == [], record.about
    assert suggested(judge(facts(record)).findings, record)
