"""A mailbox of the configuration -> its contact facts: all that asks the ledger, DNS and the web."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from auditor.config import Config, MailboxConfig
from auditor.contacts.asking import questions
from auditor.contacts.facts import ContactFacts, Dns, Mail, Visit
from auditor.mailbox.interface import Role
from auditor.marketplaces import Catalogue, Kind
from auditor.passage import LOOKS_BACK
from auditor.resolver import Answer, Resolver

if TYPE_CHECKING:
    from auditor.store.ledger import AccountStore

# Mail servers are known after one round, their addresses after two; each further one follows an include of SPF, of
# which receivers take ten.
MOST_ROUNDS = 14

_WHERE_MAIL_COMES = (Role.INBOX, Role.JUNK, Role.WATCH)
_LATELY = timedelta(days=2)  # a folder that was looked at before that may hold mail that nobody has seen
_KINDS = (Kind.CUSTOMER.value, Kind.ORDER.value, Kind.ACCOUNT.value)


def mail_of(account: AccountStore, host: str, catalogue: Catalogue, *, now: datetime) -> Mail | None:
    """What the ledger tells; None where nobody has looked into the inbox yet."""
    cursors = [each for each in account.cursors().values() if each.role in _WHERE_MAIL_COMES]
    if not any(each.role is Role.INBOX for each in cursors):
        return None
    since = now - LOOKS_BACK
    is_whole = all(now - each.swept_at < _LATELY and each.uidnext >= each.reached for each in cursors)
    return Mail(
        host=host,
        catalogue=catalogue,
        since=account.first_run_at() if is_whole else None,
        received=account.on_file.received(_KINDS, since=since),
        replies=account.replies.all(since=since),
        signatures=account.on_file.signatures(),
    )


def learn(many: Sequence[ContactFacts], resolver: Resolver, visited: dict[str, Visit]) -> tuple[ContactFacts, ...]:
    """The same with what DNS and the web say. `visited` keeps what a site said: one visit is enough for a run."""
    facts = ask(many, resolver)
    wanted = {each.contact.website for each in facts if each.contact.website} - visited.keys()
    for one in facts[:1]:
        visited |= _visits(sorted(wanted), resolver, one.now)
    return tuple(replace(each, visit=visited.get(each.contact.website or "")) for each in facts)


def facts_of(
    mailbox: MailboxConfig,
    config: Config,
    now: datetime,
    *,
    mail: Mail | None = None,
    acknowledged: Collection[str] = (),
) -> ContactFacts:
    """What the configuration tells, beside the mail. `acknowledged`: keys that the seller has dealt with."""
    return ContactFacts(
        mailbox=mailbox.name,
        address=mailbox.address,
        contact=config.contact_of(mailbox),
        now=now,
        own_addresses=(mailbox.address, *mailbox.aliases),
        marketplaces=None if mailbox.marketplaces is None else frozenset(mailbox.marketplaces),
        mail=mail,
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
