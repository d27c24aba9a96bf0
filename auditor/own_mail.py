"""Mail of the seller's own domains, where a folder shows some -> the DKIM signatures on it that hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from auditor.contacts.mail_hosts import is_free_mail
from auditor.evidence.alignment import is_within
from auditor.evidence.dkim import Outcome, verify
from auditor.evidence.sender import Sender, header_from
from auditor.evidence.signatures import Signature, signatures
from auditor.mailbox.interface import Swept, Whole
from auditor.message import Message, read, read_header
from auditor.resolver import Resolver
from auditor.store.rows import OwnSignature

_MOST_SIGNATURES = 5


def domains_of(addresses: Collection[str]) -> frozenset[str]:
    """The domains among them that may be the seller's own."""
    domains = {address.rpartition("@")[2].lower() for address in addresses}
    return frozenset(domain for domain in domains if domain and not is_free_mail(domain))


def newest_own(chunk: Iterable[Swept], domains: Collection[str]) -> Swept | None:
    """The last message that says it comes from one of these domains."""
    found = None
    for one in chunk:
        header = one.header.lower()
        if any(domain.encode() in header for domain in domains) and _own_domain(read_header(one.header), domains):
            found = one
    return found


def signatures_that_hold(
    whole: Whole, domains: Collection[str], resolver: Resolver, *, folder: str, now: datetime
) -> tuple[OwnSignature, ...]:
    """Those for the domain of its From, or one above it, that verify with the keys in DNS."""
    message = read(whole.raw, complete=whole.complete)
    signed = _signed_for(_own_domain(message, domains), message)
    if not signed:
        return ()
    answers = resolver.ask({one.key_name for one in signed})
    held = [
        one for one in verify(message, signed, answers, received_at=whole.received_at) if one.outcome is Outcome.PASS
    ]
    return tuple(
        OwnSignature(one.signature.domain, one.signature.selector, min(whole.received_at, now), folder) for one in held
    )


def _own_domain(message: Message, domains: Collection[str]) -> str:
    sender = header_from(message)
    return sender.domain if isinstance(sender, Sender) and sender.domain in domains else ""


def _signed_for(domain: str, message: Message) -> tuple[Signature, ...]:
    if not domain:
        return ()
    found = (one for one in signatures(message) if one.domain and is_within(domain, one.domain))
    return tuple(found)[:_MOST_SIGNATURES]
