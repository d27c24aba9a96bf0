"""Mailboxes of the configuration -> what is to be said of their contact details: all that asks DNS and the web."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from auditor.config import Config, MailboxConfig
from auditor.contacts.asking import questions
from auditor.contacts.facts import ContactFacts, Dns, Visit
from auditor.contacts.judging import Judged, judge_all
from auditor.resolver import Answer, Resolver

# Mail servers are known after one round, their addresses after two; each further one follows an include of SPF, of
# which receivers take ten.
MOST_ROUNDS = 14

Keys = Mapping[str, Collection[str]]


def look(
    mailboxes: Sequence[MailboxConfig], config: Config, resolver: Resolver, *, now: datetime, acknowledged: Keys
) -> tuple[Judged, ...]:
    """What the checks say of each. `acknowledged`: mailbox -> keys of findings that the seller has dealt with."""
    facts = ask([facts_of(each, config, now, acknowledged.get(each.name, ())) for each in mailboxes], resolver)
    visits = _visits([each.contact.website for each in facts if each.contact.website], resolver, now)
    return judge_all([replace(each, visit=visits.get(each.contact.website or "")) for each in facts])


def facts_of(mailbox: MailboxConfig, config: Config, now: datetime, acknowledged: Collection[str] = ()) -> ContactFacts:
    """What the configuration tells."""
    return ContactFacts(
        mailbox=mailbox.name,
        address=mailbox.address,
        contact=config.contact_of(mailbox),
        now=now,
        own_addresses=(mailbox.address, *mailbox.aliases),
        marketplaces=None if mailbox.marketplaces is None else frozenset(mailbox.marketplaces),
        acknowledged=frozenset(acknowledged),
    )


def ask(many: Sequence[ContactFacts], resolver: Resolver) -> tuple[ContactFacts, ...]:
    """The same with what DNS says: one call a record type and round for all of them, and no question twice."""
    known: dict[str, dict[str, Answer]] = {}
    facts = tuple(many)
    for _ in range(MOST_ROUNDS):
        wanted: dict[str, set[str]] = {}
        for name, rdtype in {each for one in facts for each in questions(one)}:
            if name not in known.get(rdtype, {}):
                wanted.setdefault(rdtype, set()).add(name)
        if not wanted:
            break
        for rdtype, names in sorted(wanted.items()):
            known[rdtype] = {**known.get(rdtype, {}), **resolver.ask(names, rdtype)}
        facts = tuple(replace(each, dns=Dns(known, each.now)) for each in facts)
    return facts


def _visits(urls: Sequence[str], resolver: Resolver, now: datetime) -> Mapping[str, Visit]:
    """None without the extra `web`: the check says so."""
    if not urls:
        return {}
    try:
        from auditor.contacts.visiting import visit_all
    except ImportError:
        return {}
    return visit_all(urls, resolver, now)
