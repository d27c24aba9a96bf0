"""Contact details, and what DNS has said of them -> all that DNS must say, known already or not."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.contacts import records
from auditor.contacts.addresses import domain_in_dns
from auditor.contacts.facts import ContactFacts, Dns
from auditor.contacts.own_domain import own_domains, spf_records
from auditor.contacts.own_signature import key_name
from auditor.contacts.reach import mail_hosts
from auditor.contacts.website import host_of, is_literal
from auditor.evidence.alignment import tree_walk
from auditor.resolver import Found

Question = tuple[str, str]


def questions(facts: ContactFacts) -> frozenset[Question]:
    """(name, record type) of all that the checks want to know; the answers may bring further ones."""
    return frozenset(_questions(facts))


def _questions(facts: ContactFacts) -> Iterator[Question]:
    for address in (facts.email, facts.address):
        try:
            yield from _of_mail(domain_in_dns(address), facts.dns)
        except ValueError:
            continue
    host = host_of(facts.contact.website or "")
    if host and not is_literal(host):
        yield from _addresses(host)
    for signature in facts.mail.signatures if facts.mail else ():
        yield key_name(signature), "TXT"
    if facts.dns.answers:
        for domain in own_domains(facts):
            yield from _of_own_domain(domain, facts)


def _of_mail(domain: str, dns: Dns) -> Iterator[Question]:
    yield domain, "MX"
    if dns.of(domain, "MX").found is Found.ABSENT:
        yield from _addresses(domain)
        yield domain, "TXT"
    for host in mail_hosts(domain, dns):
        yield from _addresses(host)


def _of_own_domain(domain: str, facts: ContactFacts) -> Iterator[Question]:
    yield domain, "TXT"
    yield from ((name, "TXT") for name in tree_walk(domain))
    found = spf_records(domain, facts)
    if len(found) == 1 and records.is_installed():
        yield from records.read_spf(found[0], domain, facts.dns).wanted


def _addresses(host: str) -> Iterator[Question]:
    yield host, "A"
    yield host, "AAAA"
