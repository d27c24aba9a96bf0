"""The seller's own domains: mail servers, SPF and DMARC, so that answers do not land in the customers' spam."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from auditor.contacts import records
from auditor.contacts.addresses import domain_in_dns
from auditor.contacts.email import is_slip
from auditor.contacts.facts import ContactFacts, Held, Remark, Said
from auditor.contacts.mail_hosts import disposable, is_free_mail
from auditor.contacts.policies import Policy, check_policy
from auditor.contacts.reach import Reach, mail_hosts, reach_of
from auditor.evidence.alignment import dmarc_records, is_within, organizational_domain, policy_names
from auditor.report import Incomplete
from auditor.resolver import Found

# What mail providers ask their customers to include, by where their mail servers are: Google's, Microsoft's and
# GoDaddy's as hosting companies quote them, Fastmail's as its customers publish it, Hostinger's help (2025-08-27).
_INCLUDES = {
    "google.com": "_spf.google.com",
    "googlemail.com": "_spf.google.com",
    "outlook.com": "spf.protection.outlook.com",
    "messagingengine.com": "spf.messagingengine.com",
    "secureserver.net": "secureserver.net",
    "hostinger.com": "_spf.mail.hostinger.com",
}
_SPF = re.compile(rb"v=spf1(?:[ \t]|\Z)", re.IGNORECASE)
_NEARLY_DMARC = re.compile(rb'[\s"]{0,5}v\s{0,3}=?\s{0,3}dmarc', re.IGNORECASE)
_NEARLY_SPF = re.compile(rb'[\s"]{0,5}(?:v\s{0,3}=\s{0,3}spf|spf1|v\s{0,3}spf1)', re.IGNORECASE)


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
    if answer.found is Found.TEMPERROR:
        yield Incomplete(f"SPF of {domain}", answer.why)
        return
    policy = Policy(
        kind="SPF",
        domain=domain,
        at=domain,
        found=spf_records(domain, facts),
        nearly=next(filter(_NEARLY_SPF.match, answer.texts), None),
        begins="`v=spf1` and a space",
        without=f"{domain} does not say which servers may send its mail, so your answers are doubted",
        publish=_spf_to_publish(facts, domain),
        read=partial(records.read_spf, domain=domain, dns=facts.dns),
    )
    yield from check_policy(facts, policy)


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
    policy = Policy(
        kind="DMARC",
        domain=domain,
        at=at,
        found=found,
        nearly=next(filter(_NEARLY_DMARC.match, here.texts), None),
        begins="`v=DMARC1;`",
        without=f"{domain} does not say what to do with mail that only claims to be yours",
        publish=f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
        read=partial(records.read_dmarc, domain=at.removeprefix("_dmarc.")),
    )
    yield from check_policy(facts, policy)
    if any(re.search(rb"[; ]p\s*=\s*none", record, re.IGNORECASE) for record in found):
        yield Remark(f"{domain} only watches forged mail (p=none); once its reports are clean, quarantine is safer")


def _spf_to_publish(facts: ContactFacts, domain: str) -> str:
    hosts = mail_hosts(domain, facts.dns)
    named = (include for owner, include in _INCLUDES.items() if any(is_within(host, owner) for host in hosts))
    include = next(named, "")
    return f"v=spf1 include:{include} ~all" if include else "v=spf1 mx ~all (with what your mail provider asks for)"
