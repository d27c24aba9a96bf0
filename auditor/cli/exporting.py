"""What `auditor whitelist export` does: no mailbox is opened, and no state."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from auditor.cli.options import Format, answer
from auditor.cli.resolving import resolver_of
from auditor.cli.writing import Style
from auditor.config import Config, MailboxConfig
from auditor.errors import ConfigError, ExitCode
from auditor.report import whitelist as page
from auditor.whitelist import Target
from auditor.whitelist.looking import look, means_for


def only_one(found: Sequence[MailboxConfig]) -> MailboxConfig:
    """Raises ConfigError for several."""
    if len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise ConfigError(f"there are several mailboxes: {names}", hint="say which: --mailbox NAME")
    return found[0]


def export(target: Target, mailbox: MailboxConfig, settings: Config, style: Style) -> None:
    """The file on stdout; what is not in it, and why, on stderr, with what to do with the file."""
    if style.format is not Format.TEXT:
        raise ConfigError("`whitelist export` writes the filter's own format", hint="leave --format out")
    with resolver_of(settings.dns) as resolver:
        wishes = look(mailbox, settings, resolver)
        means = means_for(target, wishes, resolver)
    plan = target.plan(wishes.wanted, means)
    answer(target.render(plan.entries, means), style.output)
    if plan.refused and target.is_text:
        typer.echo(page.refusals(target.title, [(each.pattern, each.why) for each in plan.refused]), err=True)
    if plan.entries and not style.quiet:
        typer.echo(target.steps, err=True)
    raise typer.Exit(ExitCode.ATTENTION if target.is_text and not plan.entries else ExitCode.CLEAN)
