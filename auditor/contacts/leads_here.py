"""Does the address on file lead to this mailbox, and do the marketplaces write to it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from auditor import providers
from auditor.config_values import is_loopback
from auditor.contacts.addresses import domain_in_dns
from auditor.contacts.facts import ContactFacts, Held, Mail, Remark, Said
from auditor.contacts.in_use import is_proved, is_same, is_to_signed
from auditor.contacts.reach import mail_hosts
from auditor.evidence.alignment import registrable_domain
from auditor.report import Incomplete
from auditor.rules import Confidence, Finding
from auditor.store.rows import Received

_ELSEWHERE, _SILENT = "contact-email-elsewhere", "contact-email-silent"


def check_leads_here(facts: ContactFacts) -> Iterator[Said]:
    mail = facts.mail
    if mail is None:
        what = "what mail shows of the contact details"
        yield Incomplete(what, "the mailbox has not been looked into yet: auditor audit", standing=True)
        return
    written = [one for one in mail.received if any(is_same(each, facts.email) for each in one.recipients)]
    recent = [one for one in written if one.received_at > facts.now - timedelta(days=facts.contact.silent_days)]
    proved = [one for one in recent if is_proved(one)]
    arrived = [one for one in proved if is_to_signed(one)]
    if proved and not arrived:
        why = "marketplaces' messages that name it came, and no signature covers whom they were sent to"
        yield Incomplete(f"whether mail to {facts.email} leads to this mailbox", why, standing=True)
        return
    if arrived:
        last = arrived[-1]
        said = f"{mail.title(last.marketplace)} last wrote to {facts.email} on {last.received_at:%Y-%m-%d}"
        yield from (Remark(said), Held(_ELSEWHERE), Held(_SILENT))
        return
    is_elsewhere = list(_elsewhere(facts, mail))
    yield from is_elsewhere
    if facts.contact.email is not None and not any(isinstance(each, Finding) for each in is_elsewhere):
        yield from _silent(facts, mail, unproved=recent, before=[one for one in written if is_proved(one)])


def _elsewhere(facts: ContactFacts, mail: Mail) -> Iterator[Said]:
    """By who takes its mail, where both are known: behind a filter service or a forwarder nobody can see."""
    try:
        domain = domain_in_dns(facts.email)
    except ValueError:
        return
    hosts = mail_hosts(domain, facts.dns)
    takes, here = providers.by_mail_hosts(hosts), providers.by_host(mail.host)
    if takes is None or not here.discoverable or is_loopback(mail.host):
        if not _is_beside(hosts, mail.host):
            why = f"{hosts[0]} takes its mail" if hosts else "DNS does not say who takes its mail"
            yield Incomplete(f"whether mail to {facts.email} leads to this mailbox", why, standing=True)
    elif takes.name != here.name:
        yield facts.finding(
            _ELSEWHERE,
            facts.email,
            f"{takes.title} takes its mail ({hosts[0]}), and this mailbox lies at {here.title}; no marketplace's mail "
            f"to it was seen here in the last {facts.contact.silent_days} days",
            facts.dns.told(domain, "MX"),
            confidence=Confidence.LIKELY,
        )


def _is_beside(hosts: Sequence[str], imap_host: str) -> bool:
    """Whether the domain of a mail server is that of the IMAP server."""
    here = registrable_domain(imap_host)
    return here is not None and any(registrable_domain(host) == here for host in hosts)


def _silent(
    facts: ContactFacts, mail: Mail, *, unproved: Sequence[Received], before: Sequence[Received]
) -> Iterator[Said]:
    """Nothing in a mailbox that was never watched may mean that it is emptied; what it still holds tells more."""
    days = timedelta(days=facts.contact.silent_days)
    what = f"whether marketplaces write to {facts.email}"
    if mail.since is None:
        yield Incomplete(what, "the last look did not see all of the mailbox", standing=True)
        return
    if not before and mail.since > facts.now - days:
        yield Incomplete(what, f"nothing came since the first look on {mail.since:%Y-%m-%d}", standing=True)
        return
    last = f"the last came on {before[-1].received_at:%Y-%m-%d}" if before else "none was seen at all"
    said = f"no genuine message to it in the last {days.days} days; {last}"
    if unproved:
        said = f"{said}; what came since ({unproved[-1].received_at:%Y-%m-%d}) could not be proved genuine"
    evidence = [facts.ref(each.ref) for each in (*before[-1:], *unproved[-1:])]
    yield facts.finding(_SILENT, facts.email, said, *evidence, confidence=Confidence.LIKELY)
