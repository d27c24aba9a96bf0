"""The Sieve scripts of a mailbox: read, put in force, taken out, undone; a session is opened and closed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from auditor.apply import scripting
from auditor.config import MailboxConfig
from auditor.errors import MailboxError, ScriptRefused
from auditor.looked import Tools
from auditor.mailbox.endpoint import Endpoint
from auditor.managesieve import Scripts, SieveServer, signed_in
from auditor.opening import credential_of, endpoint_of
from auditor.outcome import Status
from auditor.scripts import PUT_SCRIPT, Change, Part, ScriptOutcome
from auditor.store.lock import account_lock
from auditor.store.rows import ActionState
from auditor.whitelist.active import reachable
from auditor.whitelist.installing import OnServer, installation, removal
from auditor.whitelist.targets.sieve import NAME


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """What is to be changed on a server, and what became of it; no outcomes in a dry run."""

    host: str
    changes: tuple[Change, ...]
    outcomes: tuple[ScriptOutcome, ...] = ()


def put_in_force(mailbox: MailboxConfig, ours: str, tools: Tools, *, apply: bool, run: str) -> ScriptRun:
    """Install our rules. Raises AuditorError: then nothing was changed."""
    return _changed(mailbox, ours, tools, apply=apply, run=run)


def taken_out(mailbox: MailboxConfig, tools: Tools, *, apply: bool, run: str) -> ScriptRun:
    """Remove them. Raises AuditorError: then nothing was changed."""
    return _changed(mailbox, None, tools, apply=apply, run=run)


def active_scripts(mailbox: MailboxConfig, tools: Tools) -> dict[str, str]:
    """The active script and what it includes, by name; nothing where none is active. Raises AuditorError."""
    with _session(mailbox, tools) as (_, session):
        names, active = session.names()

        def text_of(name: str) -> str | None:
            return session.get(name).decode("utf-8", "replace") if name in names else None

        return reachable(active, text_of)


def undo_scripts(mailbox: MailboxConfig, run: str, tools: Tools) -> tuple[ScriptOutcome, ...]:
    """Put back what a run changed on the server; nothing where it changed no script. Raises AuditorError."""
    account = tools.store.account(endpoint_of(mailbox, tools.resolver).host, mailbox.username)
    made = (ActionState.DONE, ActionState.SENT)
    if not any(each.kind == PUT_SCRIPT and each.state in made for each in account.journal.entries(run)):
        return ()
    with account_lock(tools.store, account), _session(mailbox, tools) as (_, session):
        own = account.start_run("undo", applied=True)
        scripting.finish(session, account.journal, run=own.id)
        outcomes = scripting.undo(run, session, account.journal, new_run=own.id)
        account.finish_run(own.id, exit_code=_exit_code(outcomes), counts={"undone": len(outcomes)})
    return outcomes


def _changed(mailbox: MailboxConfig, ours: str | None, tools: Tools, *, apply: bool, run: str) -> ScriptRun:
    if not apply:
        with _session(mailbox, tools) as (host, session):
            return ScriptRun(host, _accepted(_planned(session, ours), session))
    account = tools.store.account(endpoint_of(mailbox, tools.resolver).host, mailbox.username)
    with account_lock(tools.store, account), _session(mailbox, tools) as (host, session):
        account.start_run("whitelist", applied=True, run_id=run)
        scripting.finish(session, account.journal, run=run)
        changes = _accepted(_planned(session, ours), session)
        outcomes = scripting.install(changes, session, account.journal, run=run)
        account.finish_run(run, exit_code=_exit_code(outcomes), counts={"scripts": len(outcomes)})
    return ScriptRun(host, changes, outcomes)


def _planned(session: Scripts, ours: str | None) -> tuple[Change, ...]:
    names, active = session.names()
    texts = {name: session.get(name) for name in names if name in (NAME, active)}
    there = OnServer(names, active, texts, session.extensions)
    return removal(there) if ours is None else installation(there, ours)


def _accepted(changes: Sequence[Change], session: Scripts) -> tuple[Change, ...]:
    """The same, which the server has compiled and has room for; the seller's own script as it is now, too, since it has
    to go back one day. Raises MailboxError with its words."""
    for each in changes:
        if each.part is Part.TEXT and each.after is not None:
            if each.before is not None and each.name != NAME:
                _ask(session, each.name, each.before, f"{each.title} as it is now, so it could not be put back")
            _ask(session, each.name, each.after, f"{each.title} as it would be")
    return tuple(changes)


def _ask(session: Scripts, name: str, text: bytes, what: str) -> None:
    try:
        session.check(text)
        session.has_space(name, len(text))
    except ScriptRefused as error:
        said = f"the server does not take {what}: {error.message}; nothing was changed"
        raise MailboxError(said, hint="auditor whitelist export sieve writes the rules for you") from error


@contextmanager
def _session(mailbox: MailboxConfig, tools: Tools) -> Iterator[tuple[str, Scripts]]:
    imap = endpoint_of(mailbox, tools.resolver)
    endpoint = _endpoint(mailbox, imap)
    credential = credential_of(mailbox, imap.host, now=tools.now, warn=tools.warn)
    with signed_in(SieveServer(endpoint, mailbox.username, credential), tools.limits) as session:
        yield endpoint.host, session


def _endpoint(mailbox: MailboxConfig, imap: Endpoint) -> Endpoint:
    """As configured; else on the host of the mailbox, at the port of RFC 5804."""
    sieve = mailbox.sieve
    if sieve is None:
        return Endpoint(imap.host, 4190, "starttls", imap.ca_file)
    ca_file = str(mailbox.ca_file) if mailbox.ca_file is not None else None
    return Endpoint(sieve.host, sieve.port, sieve.security, ca_file)


def _exit_code(outcomes: Sequence[ScriptOutcome]) -> int:
    return 0 if all(each.status is Status.DONE for each in outcomes) else 4
