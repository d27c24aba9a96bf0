"""A configured mailbox and its server -> a Checkup, over one connection.

Everything is only read: no message is marked as seen. Bodies are read of mail of marketplaces alone, as many as
`auditor.doctor.inbox` allows, and never by opening the inbox for writing.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from auditor.config import Config, MailboxConfig
from auditor.context import judge_of, own_addresses, provider_of, stamp_rule
from auditor.doctor import addresses, aliases, links, recall, recognition, stamps
from auditor.doctor.causes import problem
from auditor.doctor.diagnosis import Checkup, Diagnosis, Link, State, not_tried
from auditor.doctor.inbox import marketplace_mail, newest
from auditor.errors import AuditorError, ConfigError, FolderError, StateError
from auditor.evidence.stamp import StampRule
from auditor.mailbox import folders
from auditor.mailbox.bounded import Limits
from auditor.mailbox.connection import Connection
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.imap import Session
from auditor.mailbox.interface import Folder, FolderState, MailReader, Role
from auditor.marketplaces import Catalogue
from auditor.opening import credential_of, endpoint_of, limits_of
from auditor.providers import SELF_HOSTED, Provider, by_host
from auditor.resolver import Resolver
from auditor.store.engine import sqlite_path
from auditor.store.opening import open_store

_OVER = {"udp": "", "tls": "; asked over TLS", "https": "; asked over HTTPS"}

# What hangs on what stands before it: after the first that fails, the others are not tried.
_CHAIN = (
    *(Link.SERVER, Link.PROVIDER, Link.CONNECTION, Link.PASSWORD, Link.SIGN_IN, Link.CAPABILITIES),
    *(Link.FOLDERS, Link.STAMPS, Link.ADDRESSES, Link.RECOGNITION, Link.IMITATIONS),
)
_ORDER = {link: position for position, link in enumerate(Link)}


# Somebody sits and waits for a doctor.
_COMMAND_S = 30
_RUN_S = 300


def _nonexistent() -> str:
    return f"auditor-{secrets.token_hex(12)}.com"


@dataclass(frozen=True, slots=True)
class Bench:
    """What an examination works with; `nonexistent` is a DNS name that cannot exist."""

    config: Config
    catalogue: Catalogue
    resolver: Resolver
    now: Callable[[], datetime]
    limits: Limits = field(default_factory=lambda: Limits(command_s=_COMMAND_S, run_s=_RUN_S))
    nonexistent: str = field(default_factory=_nonexistent)


def limits_for(config: Config) -> Limits:
    """Those of the configuration, as far as they are no longer than a person waits."""
    limits = limits_of(config)
    return replace(limits, command_s=min(limits.command_s, _COMMAND_S), run_s=min(limits.run_s, _RUN_S))


class _BrokenLinkError(Exception):
    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__(diagnosis.text)
        self.diagnosis = diagnosis


def state_diagnosis(url: str, now: Callable[[], datetime]) -> Diagnosis:
    """Whether the ledger and the journal can be opened and written; makes the state where there is none."""
    try:
        path = sqlite_path(url)
        with open_store(url, now=now), tempfile.TemporaryFile(dir=path.parent):
            return Diagnosis(Link.STATE, State.OK, f"kept in {path}, which can be written")
    except StateError as error:
        return problem(Link.STATE, error, SELF_HOSTED)
    except OSError as error:
        unwritable = StateError(f"nothing can be written beside the state {path}: {error.strerror or error}")
        return problem(Link.STATE, unwritable, SELF_HOSTED)


def examine(mailbox: MailboxConfig, bench: Bench) -> Checkup:
    """Follow the chain from DNS to the newest messages. Raises nothing but bugs."""
    dns = _dns(mailbox, bench)
    chain = _collected(_chain(mailbox, bench, dns_works=dns.state is not State.PROBLEM))
    tried = {one.link for one in chain}
    untried = [not_tried(link, chain[-1].link) for link in _CHAIN if link not in tried]
    found = [dns, *_collected(_streams(mailbox, bench)), *chain, *untried]
    return Checkup(mailbox.name, tuple(sorted(found, key=lambda one: _ORDER[one.link])))


def _dns(mailbox: MailboxConfig, bench: Bench) -> Diagnosis:
    domain = mailbox.address.rpartition("@")[2]
    there, nowhere = [], []
    try:
        for rdtype in ("MX", "TXT"):
            answers = bench.resolver.ask([domain, bench.nonexistent], rdtype)
            there.append(answers[domain])
            nowhere.append(answers[bench.nonexistent])
        nowhere += bench.resolver.ask([bench.nonexistent], "A").values()
    except ConfigError as error:
        return problem(Link.DNS, error, SELF_HOSTED)
    found = links.dns(domain, there, nowhere)
    return replace(found, text=found.text + _OVER[bench.config.dns.protocol])


def _streams(mailbox: MailboxConfig, bench: Bench) -> Iterator[Diagnosis]:
    with _at(Link.STREAMS):
        # A wrong provider is told where the provider is.
        anywhere = mailbox.model_copy(update={"provider": None})
        wanted = judge_of(anywhere, bench.config, bench.catalogue, bench.resolver).context.catalogue
    yield links.streams(wanted, bench.config.rescue.streams)


def _chain(mailbox: MailboxConfig, bench: Bench, *, dns_works: bool) -> Iterator[Diagnosis]:
    endpoint = _endpoint(mailbox, bench, dns_works=dns_works)
    yield links.server(mailbox, endpoint)
    with _at(Link.PROVIDER):
        used = provider_of(mailbox, endpoint.host)
    yield links.provider(mailbox, used, endpoint.host)
    yield from links.unseen(used)
    whose = by_host(endpoint.host) if used is SELF_HOSTED else used
    with _at(Link.CONNECTION, whose):
        session = Session(endpoint, bench.limits)
    with Connection(session) as connection:
        yield from _signed_in(session, mailbox, bench, endpoint=endpoint, whose=whose)
        yield links.capabilities(connection.capabilities)
        reader = connection.reader()
        inbox = yield from _folders(reader, mailbox, bench, host=endpoint.host, used=used, whose=whose)
        yield from _recognition(reader, inbox, mailbox, bench=bench, whose=whose, dns_works=dns_works)


def _endpoint(mailbox: MailboxConfig, bench: Bench, *, dns_works: bool) -> Endpoint:
    try:
        return endpoint_of(mailbox, bench.resolver)
    except AuditorError as error:
        if not dns_works and mailbox.host is None:
            blind = Diagnosis(Link.SERVER, State.UNKNOWN, "is found from the address by DNS, which did not answer")
            raise _BrokenLinkError(blind) from error
        raise _BrokenLinkError(problem(Link.SERVER, error, SELF_HOSTED)) from error


def _signed_in(
    session: Session, mailbox: MailboxConfig, bench: Bench, *, endpoint: Endpoint, whose: Provider
) -> Iterator[Diagnosis]:
    with _at(Link.CONNECTION, whose):
        if endpoint.security == "starttls":
            session.start_tls()
    yield links.connection(endpoint, _certificate(session), bench.now())
    warnings: list[str] = []
    with _at(Link.PASSWORD):
        credential = credential_of(mailbox, endpoint.host, now=bench.now, warn=warnings.append)
    state = State.WARNING if warnings else State.OK
    yield Diagnosis(Link.PASSWORD, state, "; but ".join((_password_source(mailbox), *warnings)))
    with _at(Link.SIGN_IN, whose):
        session.sign_in(mailbox.username, credential)
    yield Diagnosis(Link.SIGN_IN, State.OK, f"as {mailbox.username}")


def _folders(
    reader: MailReader, mailbox: MailboxConfig, bench: Bench, *, host: str, used: Provider, whose: Provider
) -> Generator[Diagnosis, None, FolderState]:
    """The folders, and what the newest headers of the inbox show; the inbox is left open."""
    with _at(Link.FOLDERS, whose):
        listed = reader.folders()
        inbox = _inbox(listed, mailbox)
        junk, sent, watch = (
            folders.find(listed, role, configured=configured)
            for role, configured in ((Role.JUNK, mailbox.junk), (Role.SENT, mailbox.sent), (Role.WATCH, mailbox.watch))
        )
    yield links.folders(inbox, junk, listed, sent=sent, watch=watch)
    with _at(Link.STAMPS, whose):
        opened = reader.examine(inbox)
        headers = newest(reader, opened)
    rule = stamp_rule(mailbox, used, host)
    found = stamps.survey(headers, rule, lambda ids: _rule_with(mailbox, ids, host))
    yield stamps.diagnose(found, rule, used)
    yield addresses.diagnose(headers, own_addresses(mailbox, bench.config))
    return opened


def _recognition(
    reader: MailReader, inbox: FolderState, mailbox: MailboxConfig, *, bench: Bench, whose: Provider, dns_works: bool
) -> Iterator[Diagnosis]:
    """The verdict on the marketplace mail of the open inbox."""
    try:
        judge = judge_of(mailbox, bench.config, bench.catalogue, bench.resolver) if dns_works else None
    except ConfigError:
        judge = None
    if judge is None:
        because = Link.STREAMS if dns_works else Link.DNS  # where it is told
        yield from (not_tried(link, because) for link in (Link.RECOGNITION, Link.IMITATIONS))
        return
    with _at(Link.RECOGNITION, whose):
        mail = marketplace_mail(reader, inbox, judge)
    own = own_addresses(mailbox, bench.config)
    found = recall.measure(mail, own, bench.config.rescue.streams)
    offer = aliases.offer([address for address, _ in found.unlisted], mailbox, own)
    yield recognition.diagnose(found, offer, mailbox.name)
    yield recognition.imitations(found, mailbox.name)


def _inbox(listed: Sequence[Folder], mailbox: MailboxConfig) -> str:
    found = folders.find(listed, Role.INBOX, configured=(mailbox.inbox,) if mailbox.inbox else ())
    if not found:
        raise FolderError("the server lists no INBOX", hint='name the inbox in the configuration: inbox = "..."')
    return found[0].folder.name


def _rule_with(mailbox: MailboxConfig, ids: tuple[str, ...], host: str) -> StampRule:
    """The rule that pinning these ids would bring about."""
    return stamp_rule(mailbox.model_copy(update={"authserv_ids": ids}), SELF_HOSTED, host)


def _certificate(session: Session) -> links.Certificate | None:
    tls = session.tls()
    return links.Certificate(tls[0], datetime.fromtimestamp(tls[1], UTC)) if tls else None


def _password_source(mailbox: MailboxConfig) -> str:
    if mailbox.password_env:
        return f"from the environment variable {mailbox.password_env}"
    if mailbox.password_command:
        return f"from the command {mailbox.password_command[0]}"
    if mailbox.password_file:
        return f"from {mailbox.password_file}, which only you can read"
    where = "the keyring" if mailbox.keyring else "a file that only you can read"
    if mailbox.oauth is not None:
        return f"a token, renewed by the sign-in that is kept in {where}"
    return "from the keyring"


@contextmanager
def _at(link: Link, provider: Provider = SELF_HOSTED) -> Iterator[None]:
    """What fails in the block is this link's problem, and ends the chain."""
    try:
        yield
    except AuditorError as error:
        raise _BrokenLinkError(problem(link, error, provider)) from error


def _collected(diagnoses: Iterable[Diagnosis]) -> list[Diagnosis]:
    """All of them; a broken link is the last."""
    found: list[Diagnosis] = []
    try:
        found.extend(diagnoses)
    except _BrokenLinkError as broken:
        found.append(broken.diagnosis)
    return found
