"""The seller's own domains: mail servers, SPF and DMARC, so that answers do not land in the customers' spam."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.contacts import records
from auditor.contacts.addresses import domain_in_dns
from auditor.contacts.email import is_slip
from auditor.contacts.facts import ContactFacts, Held, Remark, Said
from auditor.contacts.mail_hosts import disposable, is_free_mail
from auditor.contacts.reach import Reach, mail_hosts, reach_of
from auditor.evidence.alignment import dmarc_records, is_within, organizational_domain, policy_names
from auditor.report import Incomplete
from auditor.resolver import Found

# What each mail provider asks its customers to include, from its own help pages.
_INCLUDES = {
    "google.com": "_spf.google.com",
    "googlemail.com": "_spf.google.com",
    "outlook.com": "spf.protection.outlook.com",
    "messagingengine.com": "spf.messagingengine.com",
    "protonmail.ch": "_spf.protonmail.ch",
    "zoho.com": "zohomail.com",
    "zoho.eu": "zohomail.eu",
    "secureserver.net": "secureserver.net",
    "privateemail.com": "spf.privateemail.com",
    "icloud.com": "icloud.com",
    "hostinger.com": "_spf.mail.hostinger.com",
    "titan.email": "spf.titan.email",
}
_SPF = re.compile(rb"v=spf1(?:[ \t]|\Z)", re.IGNORECASE)
_NEARLY_DMARC = re.compile(rb"\s*\"?\s*v\s*=?\s*dmarc", re.IGNORECASE)
_NEARLY_SPF = re.compile(rb"\s*\"?\s*(?:v\s*=\s*spf|spf1|v\s*spf1)", re.IGNORECASE)


def own_domains(facts: ContactFacts) -> tuple[str, ...]:
    """The domains from which the seller writes and which are the seller's to mend; that of the address on file first.

    One where mail cannot arrive is told as such, and nothing else of it before that is mended.
    """
    found = []
    for address in (facts.email, facts.address):
        try:
            domain = domain_in_dns(address)
        except ValueError:
            continue
        if not (is_free_mail(domain) or disposable(domain) or _is_told(address, domain, facts)):
            found.append(domain)
    return tuple(dict.fromkeys(found))


def _is_told(address: str, domain: str, facts: ContactFacts) -> bool:
    """Whether the address on file is reported for its domain already."""
    if address != facts.email:
        return False
    reached = reach_of(domain, facts.dns)
    return reached.reach in (Reach.NO, Reach.NULL_MX) or is_slip(domain, facts, reached)


def check_own_domains(facts: ContactFacts) -> Iterator[Said]:
    for domain in own_domains(facts):
        yield from _mx(facts, domain)
        yield from _spf(facts, domain)
        yield from _dmarc(facts, domain)


def spf_records(domain: str, facts: ContactFacts) -> list[bytes]:
    return [text for text in facts.dns.of(domain, "TXT").texts if _SPF.match(text)]


def _mx(facts: ContactFacts, domain: str) -> Iterator[Said]:
    reached = reach_of(domain, facts.dns)
    if reached.reach in (Reach.IMPLICIT, Reach.NULL_MX) or (
        reached.reach is Reach.NO and facts.dns.of(domain, "MX").found is Found.ABSENT
    ):
        remedy = (
            f"Publish the MX record that your mail provider gives you at {domain}; customers' servers may refuse mail "
            "of a domain that takes none."
        )
        yield facts.finding("domain-mx-missing", domain, f"{reached.why}.", *reached.evidence, remedy=remedy)
    elif reached.reach is not Reach.UNKNOWN:
        yield Held("domain-mx-missing")
    elif domain not in facts.email:  # of the address on file it is said as contact-email-unchecked
        yield Incomplete(f"mail servers of {domain}", reached.why)


def _spf(facts: ContactFacts, domain: str) -> Iterator[Said]:
    answer = facts.dns.of(domain, "TXT")
    evidence = facts.dns.told(domain, "TXT")
    if answer.found is Found.TEMPERROR:
        yield Incomplete(f"SPF of {domain}", answer.why)
        return
    found = spf_records(domain, facts)
    if not found:
        nearly = next((text for text in answer.texts if _NEARLY_SPF.match(text)), None)
        if nearly is not None:
            detail = f"the record does not begin with `v=spf1` and a space, so nobody reads it: {_shown(nearly)}"
            yield facts.finding("domain-spf-invalid", domain, detail, evidence, remedy=_spf_remedy(facts, domain))
        else:
            detail = f"{domain} does not say which servers may send its mail, so your answers are doubted"
            yield facts.finding("domain-spf-missing", domain, detail, evidence, remedy=_spf_remedy(facts, domain))
        return
    yield Held("domain-spf-missing")
    if len(found) > 1:
        detail = f"{domain} has {len(found)} SPF records; with more than one, none counts (RFC 7208 section 4.5)"
        remedy = f"Make one TXT record of them at {domain}, with every include, and delete the others."
        yield facts.finding("domain-spf-invalid", domain, detail, evidence, remedy=remedy)
    elif not records.is_installed():
        yield _needs_extra("SPF", domain)
    else:
        reading = records.read_spf(found[0], domain, facts.dns)
        remedy = f"Correct the TXT record at {domain}, now {_shown(found[0])}"
        yield from _read(facts, reading, ("SPF", domain), evidence, remedy=remedy)


def _dmarc(facts: ContactFacts, domain: str) -> Iterator[Said]:
    """Discovery by the same walk by which marketplaces' mail is judged, so that the two cannot contradict."""
    answers = facts.dns.answers.get("TXT", {})
    own, organizational = f"_dmarc.{domain}", organizational_domain(domain, answers)
    here = facts.dns.of(own, "TXT")
    if here.found is Found.TEMPERROR or (organizational is None and not dmarc_records(own, answers)):
        yield Incomplete(f"DMARC of {domain}", here.why or "DNS could not tell of a domain above it")
        return
    names = policy_names(domain, organizational or domain)
    at, found = next(((name, got) for name in names if (got := dmarc_records(name, answers))), (own, []))
    evidence = facts.dns.told(at, "TXT")
    if not found:
        nearly = next((text for text in here.texts if _NEARLY_DMARC.match(text)), None)
        remedy = f"Publish a TXT record at {own}: v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
        if nearly is not None:
            detail = f"the record does not begin with `v=DMARC1;`, so nobody reads it: {_shown(nearly)}"
            yield facts.finding("domain-dmarc-invalid", domain, detail, evidence, remedy=remedy)
        else:
            detail = f"{domain} does not say what to do with mail that only claims to be yours"
            yield facts.finding("domain-dmarc-missing", domain, detail, evidence, remedy=remedy)
        return
    yield Held("domain-dmarc-missing")
    if len(found) > 1:
        detail = f"{at} has {len(found)} DMARC records; with more than one, none counts (RFC 9989 section 4.7)"
        remedy = f"Keep one of the TXT records at {at}, and delete the others."
        yield facts.finding("domain-dmarc-invalid", domain, detail, evidence, remedy=remedy)
    elif not records.is_installed():
        yield _needs_extra("DMARC", domain)
    else:
        reading = records.read_dmarc(found[0], at.removeprefix("_dmarc."))
        yield from _read(facts, reading, ("DMARC", domain), evidence, remedy=f"Correct the TXT record at {at}.")
        if re.search(rb"p\s*=\s*none", found[0], re.IGNORECASE):
            yield Remark(f"{domain} only watches forged mail (p=none); once its reports are clean, quarantine is safer")


def _read(
    facts: ContactFacts, reading: records.Reading, what: tuple[str, str], evidence: str, *, remedy: str
) -> Iterator[Said]:
    kind, domain = what
    rule = f"domain-{kind.lower()}-invalid"
    if reading.problem is None:
        yield Incomplete(f"{kind} of {domain}", "DNS could not tell all that the record refers to")
    elif reading.problem:
        yield facts.finding(rule, domain, f"receivers cannot use it: {reading.problem}", evidence, remedy=remedy)
    else:
        yield Held(rule)


def _needs_extra(kind: str, domain: str) -> Incomplete:
    why = "whether the record is sound, only checkdmarc could say: pip install 'auditor[domain]'"
    return Incomplete(f"{kind} of {domain}", why, standing=True)


def _spf_remedy(facts: ContactFacts, domain: str) -> str:
    hosts = mail_hosts(domain, facts.dns)
    named = (include for owner, include in _INCLUDES.items() if any(is_within(host, owner) for host in hosts))
    include = next(named, "")
    record = f"v=spf1 include:{include} ~all" if include else "v=spf1 mx ~all"
    more = "" if include else ", with what your mail provider asks you to include"
    return f"Publish a TXT record at {domain}: {record}{more}"


def _shown(record: bytes) -> str:
    return record[:200].decode("utf-8", "replace")
