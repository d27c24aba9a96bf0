"""`auditor whitelist install [--remove] [--apply]`: our rules put in force by ManageSieve or at Gmail, or taken out."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from auditor.cli import complain
from auditor.cli.options import Format, answer, now
from auditor.cli.running import tools_for
from auditor.cli.whitelisting import Asked, brought_up_to_date
from auditor.cli.writing import Style
from auditor.config import MailboxConfig
from auditor.errors import ConfigError, ExitCode, MailboxError
from auditor.filter_runs import FilterRun, change_filters, is_for_gmail, not_allowed
from auditor.looked import Tools
from auditor.opening import endpoint_of
from auditor.outcome import Status
from auditor.report import filters, scripts
from auditor.report.whitelist import refusals
from auditor.script_runs import ScriptRun, put_in_force, taken_out
from auditor.store.ledger import new_run_id
from auditor.whitelist import TARGETS, Target
from auditor.whitelist.looking import look, means_for
from auditor.whitelist.targets import gmail
from auditor.whitelist.values import Entry, Means

_STILL_THERE = "what was installed before is still there; to take it out: auditor whitelist install --remove --apply"


def install(asked: Asked, *, remove: bool, apply: bool) -> None:
    """Show the difference, or make it; leaves with the exit code."""
    mailbox, style, run = asked.mailbox, asked.style, new_run_id(now())
    at_gmail = is_for_gmail(mailbox)
    if at_gmail and not remove and not mailbox.gmail_filters:
        raise not_allowed(mailbox)
    if not remove and (error := brought_up_to_date(asked)) is not None:
        complain(error)  # what is wanted is known all the same; `auditor audit` says what went wrong
    change = _filters if at_gmail else _scripts
    with tools_for(asked.config, quiet=style.quiet) as tools:
        try:
            done = change(mailbox, tools, remove=remove, apply=apply, run=run)
        except MailboxError as error:
            raise MailboxError(f"mailbox `{mailbox.name}`: {error.message}", hint=error.hint) from error
    code = _code(done, apply=apply)
    if code is not ExitCode.CLEAN or not style.quiet:
        answer(_written(mailbox.name, done, run, style, apply=apply, code=code), style.output)
    raise typer.Exit(int(code))


def _scripts(mailbox: MailboxConfig, tools: Tools, *, remove: bool, apply: bool, run: str) -> ScriptRun:
    if remove:
        return taken_out(mailbox, tools, apply=apply, run=run)
    entries, means = _rules(TARGETS["sieve"], mailbox, tools)
    return put_in_force(mailbox, TARGETS["sieve"].render(entries, means), tools, apply=apply, run=run)


def _filters(mailbox: MailboxConfig, tools: Tools, *, remove: bool, apply: bool, run: str) -> FilterRun:
    wanted = None if remove else gmail.filters(_rules(gmail.TARGET, mailbox, tools)[0])
    return change_filters(mailbox, wanted, tools, apply=apply, run=run)


def _rules(target: Target, mailbox: MailboxConfig, tools: Tools) -> tuple[Sequence[Entry], Means]:
    """Ours for this mailbox. Raises ConfigError where none can be written; else stderr says which cannot, and why."""
    account = tools.store.account(endpoint_of(mailbox, tools.resolver).host, mailbox.username)
    wishes = look(mailbox, tools.config, tools.resolver, account.rows(present=False))
    means = means_for(target, wishes, tools.resolver)
    plan = target.plan(wishes.wanted, means)
    refused = refusals(target.title, [(each.pattern, each.why) for each in plan.refused])
    if not plan.entries:
        raise ConfigError(refused or "nothing is wanted, so there is nothing to install", hint=_STILL_THERE)
    if refused:
        typer.echo(refused, err=True)
    return plan.entries, means


def _code(done: ScriptRun | FilterRun, *, apply: bool) -> ExitCode:
    if not apply:
        return ExitCode.ATTENTION if done.changes else ExitCode.CLEAN
    failed = any(each.status is not Status.DONE for each in done.outcomes)
    return ExitCode.ACTIONS_FAILED if failed else ExitCode.CLEAN


def _written(mailbox: str, done: ScriptRun | FilterRun, run: str, style: Style, *, apply: bool, code: ExitCode) -> str:
    if style.format is Format.TEXT:
        return _page(mailbox, done, apply=apply)
    if isinstance(done, ScriptRun):
        plain = scripts.plain(mailbox, done.host, done.changes, done.outcomes)
    else:
        plain = filters.plain(mailbox, done.changes, done.outcomes)
    document = {"schema": 1, "run": run, "applied": apply, "mailboxes": [plain], "exit_code": int(code)}
    return json.dumps(document, indent=2 if style.format is Format.JSON else None)


def _page(mailbox: str, done: ScriptRun | FilterRun, *, apply: bool) -> str:
    if isinstance(done, ScriptRun):
        return scripts.page(mailbox, done.host, done.changes, done.outcomes, applied=apply)
    return filters.page(mailbox, done.changes, done.outcomes, applied=apply)
