"""Gmail's filters of a mailbox: put in force, taken out, undone; a session is opened and closed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from auditor.apply import filtering
from auditor.config import MailboxConfig
from auditor.errors import ConfigError
from auditor.filters import PUT_FILTER, Filter, FilterChange, FilterOutcome, ours
from auditor.gmail_filters import Filters, signed_in
from auditor.looked import Tools
from auditor.mailbox.signin import AccessToken
from auditor.opening import client_of, credential_of, endpoint_of
from auditor.outcome import Status
from auditor.store.journal import Journal
from auditor.store.ledger import AccountStore
from auditor.store.lock import account_lock
from auditor.store.rows import ActionState
from auditor.whitelist.filtering import installation, removal


@dataclass(frozen=True, slots=True)
class FilterRun:
    """What is to be changed at Gmail, and what became of it; no outcomes in a dry run."""

    changes: tuple[FilterChange, ...]
    outcomes: tuple[FilterOutcome, ...] = ()


def is_for_gmail(mailbox: MailboxConfig) -> bool:
    """Whether its whitelist is installed over Gmail's API."""
    return mailbox.sieve is None and mailbox.oauth is not None and mailbox.oauth.provider == "google"


def change_filters(
    mailbox: MailboxConfig, wanted: Sequence[Filter] | None, tools: Tools, *, apply: bool, run: str
) -> FilterRun:
    """Install them, or take ours out where None are wanted. Raises AuditorError: then nothing was changed.

    Nothing either, as far as Gmail answered: what is not known, the next run asks.
    """
    account = _account(mailbox, tools)
    if not apply:
        with _session(mailbox, tools) as session:
            return FilterRun(_planned(session, account.journal, wanted))
    with account_lock(tools.store, account), _session(mailbox, tools) as session:
        account.start_run("whitelist", applied=True, run_id=run)
        filtering.finish(session, account.journal, run=run)
        changes = _planned(session, account.journal, wanted)
        outcomes = filtering.change(changes, session, account.journal, run=run)
        account.finish_run(run, exit_code=_exit_code(outcomes), counts={"filters": len(outcomes)})
    return FilterRun(changes, outcomes)


def undo_filters(mailbox: MailboxConfig, run: str, tools: Tools) -> tuple[FilterOutcome, ...]:
    """Take back what a run changed at Gmail; nothing where it changed no filter. Raises AuditorError."""
    account = _account(mailbox, tools)
    made = (ActionState.DONE, ActionState.SENT)
    found = [each for each in account.journal.entries(run) if each.kind == PUT_FILTER and each.state in made]
    if not found:
        return ()
    if not mailbox.gmail_filters and any(each.payload["change"] == "remove" for each in found):
        raise not_allowed(mailbox)
    with account_lock(tools.store, account), _session(mailbox, tools) as session:
        own = account.start_run("undo", applied=True)
        filtering.finish(session, account.journal, run=own.id)
        outcomes = filtering.undo(run, session, account.journal, new_run=own.id)
        account.finish_run(own.id, exit_code=_exit_code(outcomes), counts={"undone": len(outcomes)})
    return outcomes


def not_allowed(mailbox: MailboxConfig) -> ConfigError:
    """Why no filter is made unless the seller says so."""
    return ConfigError(
        f"mailbox `{mailbox.name}`: no filter is made at Gmail: it looks for the address in the name, too, that a "
        "sender gives himself, so that a forged message which bears a marketplace's address as its name would not go "
        "to spam",
        hint="gmail_filters = true for the mailbox accepts that; `auditor rescue` moves what is proved without filters",
    )


def _planned(session: Filters, journal: Journal, wanted: Sequence[Filter] | None) -> tuple[FilterChange, ...]:
    there = session.listed()
    made = ours(journal.of_kind(PUT_FILTER), there)
    return removal(made) if wanted is None else installation(there, made, wanted)


def _account(mailbox: MailboxConfig, tools: Tools) -> AccountStore:
    return tools.store.account(endpoint_of(mailbox, tools.resolver).host, mailbox.username)


@contextmanager
def _session(mailbox: MailboxConfig, tools: Tools) -> Iterator[Filters]:
    if mailbox.oauth is None:
        raise ConfigError(f"mailbox `{mailbox.name}`: Gmail's filters need the sign-in with oauth, not a password")
    host = endpoint_of(mailbox, tools.resolver).host
    token = credential_of(mailbox, host, now=tools.now, warn=tools.warn)
    assert isinstance(token, AccessToken)
    with signed_in(token, client_of(mailbox, mailbox.oauth).login) as session:
        yield session


def _exit_code(outcomes: Sequence[FilterOutcome]) -> int:
    return 0 if all(each.status is Status.DONE for each in outcomes) else 4
