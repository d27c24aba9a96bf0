"""`auditor whitelist install [--remove] [--apply]`: our rules put in force on a ManageSieve server, or taken out."""

from __future__ import annotations

import json

import typer

from auditor.cli import complain
from auditor.cli.options import Format, answer, now
from auditor.cli.running import tools_for
from auditor.cli.whitelisting import Asked, brought_up_to_date
from auditor.cli.writing import Style
from auditor.config import MailboxConfig
from auditor.errors import ConfigError, ExitCode, MailboxError
from auditor.looked import Tools
from auditor.opening import endpoint_of
from auditor.outcome import Status
from auditor.report import scripts as page
from auditor.report.whitelist import refusals
from auditor.script_runs import ScriptRun, put_in_force, taken_out
from auditor.store.ledger import new_run_id
from auditor.whitelist import TARGETS
from auditor.whitelist.looking import look, means_for


def install(asked: Asked, *, remove: bool, apply: bool) -> None:
    """Show the difference, or make it; leaves with the exit code."""
    mailbox, style, run = asked.mailbox, asked.style, new_run_id(now())
    if not remove and (error := brought_up_to_date(asked)) is not None:
        complain(error)  # what is wanted is known all the same; `auditor audit` says what went wrong
    with tools_for(asked.config, quiet=style.quiet) as tools:
        try:
            if remove:
                done = taken_out(mailbox, tools, apply=apply, run=run)
            else:
                done = put_in_force(mailbox, _rules(mailbox, tools), tools, apply=apply, run=run)
        except MailboxError as error:
            raise MailboxError(f"mailbox `{mailbox.name}`: {error.message}", hint=error.hint) from error
    code = _code(done, apply=apply)
    if code is not ExitCode.CLEAN or not style.quiet:
        answer(_written(mailbox.name, done, run, style, apply=apply, code=code), style.output)
    raise typer.Exit(int(code))


def _rules(mailbox: MailboxConfig, tools: Tools) -> str:
    """Our script for this mailbox. Raises ConfigError where none can be written."""
    target = TARGETS["sieve"]
    account = tools.store.account(endpoint_of(mailbox, tools.resolver).host, mailbox.username)
    wishes = look(mailbox, tools.config, tools.resolver, account.rows(present=False))
    means = means_for(target, wishes, tools.resolver)
    plan = target.plan(wishes.wanted, means)
    refused = refusals(target.title, [(each.pattern, each.why) for each in plan.refused])
    if not plan.entries:
        raise ConfigError(refused or "nothing is wanted, so there is nothing to install")
    if refused:
        typer.echo(refused, err=True)
    return target.render(plan.entries, means)


def _code(done: ScriptRun, *, apply: bool) -> ExitCode:
    if not apply:
        return ExitCode.ATTENTION if done.changes else ExitCode.CLEAN
    failed = any(each.status is not Status.DONE for each in done.outcomes)
    return ExitCode.ACTIONS_FAILED if failed else ExitCode.CLEAN


def _written(mailbox: str, done: ScriptRun, run: str, style: Style, *, apply: bool, code: ExitCode) -> str:
    if style.format is Format.TEXT:
        return page.page(mailbox, done.host, done.changes, done.outcomes, applied=apply)
    plain = page.plain(mailbox, done.host, done.changes, done.outcomes)
    document = {"schema": 1, "run": run, "applied": apply, "mailboxes": [plain], "exit_code": int(code)}
    return json.dumps(document, indent=2 if style.format is Format.JSON else None)
