"""The web site on file: does its name exist, does it answer, and does its certificate hold?"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from auditor.contacts.facts import ContactFacts, Held, Remark, Said, Visit, not_written
from auditor.report import Incomplete
from auditor.resolver import Found

_RULE = "contact-website-unreachable"
SOON = timedelta(days=14)  # certificates of 90 days are renewed 30 before they end: with 14 left, renewal has failed


def host_of(website: str) -> str:
    """The host, lower case; empty where the address has none."""
    try:
        return (urlsplit(website if "://" in website else f"https://{website}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def check_website(facts: ContactFacts) -> Iterator[Said]:
    website = facts.contact.website
    if website is None:
        yield not_written("website")
        return
    host = host_of(website)
    if not host or (not is_literal(host) and _has_no_address(facts, host)):
        evidence = [facts.dns.told(host, rdtype) for rdtype in ("A", "AAAA") if host]
        yield facts.finding(_RULE, website, f"the name {host or website} has no address", *evidence)
    elif facts.visit is None:
        why = "whether it answers and its certificate holds was not tried: pip install 'auditor[web]'"
        yield Incomplete(f"web site {website}", why, standing=True)
    else:
        yield from _visited(facts, website, facts.visit)


def _has_no_address(facts: ContactFacts, host: str) -> bool:
    return all(facts.dns.of(host, rdtype).found is Found.ABSENT for rdtype in ("A", "AAAA"))


def _visited(facts: ContactFacts, website: str, visit: Visit) -> Iterator[Said]:
    seen = f"visited at {visit.visited_at:%Y-%m-%d %H:%M} UTC: {visit.url}: {visit.why}"
    if visit.reached is None:
        yield Incomplete(f"web site {website}", visit.why)
    elif not visit.reached:
        yield facts.finding(_RULE, website, visit.why, seen)
    elif visit.ends_at is not None and visit.ends_at - facts.now < SOON:
        days = max(0, (visit.ends_at - facts.now).days)
        detail = f"its certificate ends in {days} days, on {visit.ends_at:%Y-%m-%d}; then browsers warn customers away"
        remedy = "Renew the certificate, and see why that did not happen by itself."
        yield facts.finding(_RULE, website, detail, seen, remedy=remedy)
    else:
        yield Held(_RULE)
        if visit.ends_at is None:
            yield Remark(f"{website} was reached without encryption; customers' browsers call that not secure")
