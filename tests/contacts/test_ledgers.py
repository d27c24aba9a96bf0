"""What mail shows of the address on file, against a table that was written before the checks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor.config import ContactConfig
from auditor.contacts import ContactFacts, judge
from auditor.contacts.facts import Mail
from auditor.mailbox.interface import MessageRef
from auditor.marketplaces import load
from auditor.passage import LOOKS_BACK
from auditor.rules import Finding
from auditor.store.rows import Received, SentReply
from tests.contacts.ledgers import Ledger, Said, Seen, Sent, read
from tests.contacts.make import dns_of

pytestmark = pytest.mark.thorough

JUDGED = {
    "contact-address-mismatch",
    "contact-email-elsewhere",
    "contact-email-silent",
    "contact-reply-from-unregistered",
}
CATALOGUE = load()
TITLES = {each.title: each.name for each in CATALOGUE.marketplaces}


def facts(ledger: Ledger) -> ContactFacts:
    since = ledger.now - LOOKS_BACK
    received = [message(number, seen) for number, seen in enumerate(ledger.messages, start=1)]
    replies = [reply(number, sent) for number, sent in enumerate(ledger.replies, start=1)]
    mail = Mail(
        host=ledger.imap_host,
        catalogue=CATALOGUE,
        since=ledger.looked_since,
        received=tuple(sorted((one for one in received if one.received_at >= since), key=lambda one: one.received_at)),
        replies=tuple(sorted((one for one in replies if one.sent_at >= since), key=lambda one: one.sent_at)),
    )
    domain = (ledger.contact_email or ledger.address).rpartition("@")[2].lower()
    mx = ledger.contact_mx
    zone = {domain: {"MX": [f"10 {host}." for host in mx]}} if not isinstance(mx, str) else {}
    return ContactFacts(
        mailbox="shop",
        address=ledger.address,
        contact=ContactConfig(email=ledger.contact_email),
        now=ledger.now,
        own_addresses=(ledger.address, *ledger.aliases),
        marketplaces=None,
        dns=dns_of(zone, silent=[domain] if mx == "silent" else []),
        mail=mail,
    )


def message(uid: int, seen: Seen) -> Received:
    """As the ledger keeps it: an address that the text names beside those of To."""
    return Received(
        ref=MessageRef("INBOX", 1, uid),
        marketplace=seen.marketplace,
        stream=seen.stream,
        kind=seen.stream_kind,
        standing="genuine" if all(seen.checks.values()) else "unverified",
        received_at=seen.received_at,
        recipients=seen.to,
        checks=seen.checks,
        registered=(seen.copy_line,) if seen.copy_line else (),
    )


def reply(uid: int, sent: Sent) -> SentReply:
    return SentReply(
        ref=MessageRef("Sent", 1, uid),
        sent_at=sent.sent_at,
        header_from=sent.header_from,
        recipients=(f"{uid:032x}@relay.walmart.com",),
        subject="Re: order",
        marketplace=sent.marketplace,
        rules="1",
    )


def as_said(found: Finding) -> Said:
    """The table names the marketplace alone where the finding names the address there too."""
    title = found.subject.partition(": ")[0]
    return Said(found.rule.id, TITLES.get(title, found.subject), found.outcome.value)


def misjudged(ledger: Ledger) -> Iterator[str]:
    """Whether it leads here may be left open as a finding, or by naming it among what was not checked."""
    judged = judge(facts(ledger))
    said = {as_said(found) for found in judged.findings if found.rule.id in JUDGED}
    said |= {
        one
        for one in ledger.expected
        if any(one.subject in part.what for part in judged.incomplete) and one.outcome == "unknown"
    }
    yield from (f"silent on {each}" for each in set(ledger.expected) - said)
    yield from (f"says {each}" for each in said - {*ledger.expected, *ledger.allowed})


@pytest.mark.parametrize("ledger", (*read("open"), *read("held")), ids=lambda ledger: ledger.id)
def test_each_is_judged_as_its_sources_say(ledger: Ledger) -> None:
    assert list(misjudged(ledger)) == [], ledger.why
