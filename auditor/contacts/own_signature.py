"""DKIM on the seller's own mail, as it was seen: whether receivers can tell his answers from forged ones."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.contacts.facts import ContactFacts, Remark, Said
from auditor.contacts.own_domain import own_domains
from auditor.evidence.alignment import is_within
from auditor.report import Incomplete
from auditor.resolver import Found
from auditor.store.rows import OwnSignature


def check_own_signatures(facts: ContactFacts) -> Iterator[Said]:
    """A domain publishes no list of its keys: only a signed message shows which there are."""
    if facts.mail is None:
        return
    for domain in own_domains(facts):
        seen = [each for each in facts.mail.signatures if is_within(domain, each.domain)]
        if not seen:
            why = "no message of yours that bears its signature was seen here; auditor contacts --probe sends one"
            yield Incomplete(f"DKIM of {domain}", why, standing=True)
            continue
        last = max(seen, key=lambda each: each.seen_at)
        yield Remark(_told(domain, last, facts))


def key_name(signature: OwnSignature) -> str:
    """Where the key of a signature is published (RFC 6376 section 3.6.2.1)."""
    return f"{signature.selector}._domainkey.{signature.domain}"


def _told(domain: str, last: OwnSignature, facts: ContactFacts) -> str:
    seen = f"mail of {domain} is signed with DKIM (d={last.domain}, s={last.selector}; seen on {last.seen_at:%Y-%m-%d}"
    if facts.dns.of(key_name(last), "TXT").found is Found.ABSENT:
        return (
            f"{seen}), and the key {key_name(last)} is in DNS no more: ask your mail provider which record to publish"
        )
    return f"{seen} in {last.seen_in})"
