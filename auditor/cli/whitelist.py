"""`auditor whitelist show | check | export`: whose mail must arrive, and filters that see to it and are no hole."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import (
    ConfigOption,
    Format,
    FormatOption,
    NoColorOption,
    OutputOption,
    QuietOption,
    VerboseOption,
)

if TYPE_CHECKING:
    from auditor.cli.writing import Style
    from auditor.config import Config, MailboxConfig
    from auditor.report import MailboxReport
    from auditor.resolver import Resolver
    from auditor.store.rows import LedgerRow
    from auditor.whitelist import Target
    from auditor.whitelist.looking import Wishes

MAX_FILE = 5_000_000


class Action(StrEnum):
    """What to do with the whitelist."""

    SHOW = "show"
    CHECK = "check"
    EXPORT = "export"


class TargetName(StrEnum):
    """The filters, as they are named on the command line."""

    SIEVE = "sieve"
    GMAIL = "gmail"
    SPAMASSASSIN = "spamassassin"
    RSPAMD = "rspamd"
    OUTLOOK = "outlook"
    MICROSOFT365 = "microsoft365"
    VCARD = "vcard"


def whitelist(
    action: Annotated[Action, typer.Argument(help="Show what is wanted, check a filter, or write one.")],
    target: Annotated[TargetName | None, typer.Argument(help="The filter, for `check` and `export`.")] = None,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE|-]", help="For `check`: the filter as its program exports it.")
    ] = None,
    mailbox: Annotated[
        str | None, typer.Option("--mailbox", metavar="NAME", help="Of several mailboxes, this one.")
    ] = None,
    config: ConfigOption = None,
    format: FormatOption = Format.TEXT,
    output: OutputOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show whose mail must reach you, check a filter against it, or write one for your mail program or server.

    Every rule that is written demands proof of the sender; where a filter cannot demand it, nothing is written, and the
    reason stands on stderr. `check` reads a Sieve script, an export of Gmail's filters, SpamAssassin's user_prefs, an
    rspamd map or multimap.conf, Outlook's safe senders or a vCard: what is missing, stale, let in without proof, too
    wide, thrown away or answered automatically. The mailbox is not opened, and nothing is changed.

    Examples:  auditor whitelist show    auditor whitelist check gmail mailFilters.xml    auditor whitelist export sieve

    Exit codes: 0 nothing needs attention, 10 something does, 2 wrong usage or configuration, 3 unfinished (DNS).
    """
    from auditor.cli.options import load_config, refuse_unwritable
    from auditor.cli.resolving import resolver_of
    from auditor.cli.writing import Style

    refuse_unwritable(output)
    settings = load_config(config)
    chosen = _chosen(settings, mailbox)
    style = Style(format, output, quiet=quiet, verbose=verbose, no_color=no_color)
    with resolver_of(settings.dns) as resolver:
        if action is Action.SHOW:
            _refuse_more(target, action)
            _show(chosen, settings, resolver, style)
        elif action is Action.EXPORT:
            _refuse_more(file, action)
            _export(_target(target, action), chosen, settings, resolver, style)
        else:
            _check(_target(target, action), file, chosen, settings, resolver=resolver, style=style)


def _chosen(settings: Config, name: str | None) -> MailboxConfig:
    from auditor.errors import ConfigError

    found = settings.chosen([name] if name else [])
    if len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise ConfigError(f"there are several mailboxes: {names}", hint="say which: --mailbox NAME")
    return found[0]


def _refuse_more(given: str | None, action: Action) -> None:
    from auditor.errors import ConfigError

    if given is not None:
        raise ConfigError(f"`whitelist {action}` takes no `{given}`", hint="auditor whitelist --help")


def _target(name: TargetName | None, action: Action) -> Target:
    from auditor.errors import ConfigError
    from auditor.whitelist import TARGETS

    if name is None:
        raise ConfigError(f"`whitelist {action}` needs a target", hint=f"one of: {', '.join(TARGETS)}")
    return TARGETS[name]


def _show(mailbox: MailboxConfig, settings: Config, resolver: Resolver, style: Style) -> None:
    import json

    from auditor.cli.options import answer
    from auditor.report import whitelist as report
    from auditor.whitelist.looking import look

    rows, _ = _state(mailbox, settings, resolver)
    wishes = look(mailbox, settings, resolver, rows)
    lines = [
        report.WantedLine(
            each.marketplace,
            each.title,
            each.kind.value,
            each.pattern,
            each.signers,
            each.but_not,
            each.received,
            each.last_received,
        )
        for each in wishes.wanted
    ]
    if style.format is Format.TEXT:
        answer(report.page(mailbox.name, lines), style.output)
    else:
        indent = 2 if style.format is Format.JSON else None
        answer(json.dumps({"schema": 1, "mailboxes": [report.plain(mailbox.name, lines)]}, indent=indent), style.output)


def _export(target: Target, mailbox: MailboxConfig, settings: Config, resolver: Resolver, style: Style) -> None:
    """The file on stdout; what is not in it, and why, on stderr, with what to do with the file."""
    from auditor.cli.options import answer
    from auditor.errors import ConfigError, ExitCode
    from auditor.report.whitelist import refusals
    from auditor.whitelist.looking import look, means_for

    if style.format is not Format.TEXT:
        raise ConfigError("`whitelist export` writes the filter's own format", hint="leave --format out")
    wishes = look(mailbox, settings, resolver)
    means = means_for(target, wishes, resolver)
    plan = target.plan(wishes.wanted, means)
    answer(target.render(plan.entries, means), style.output)
    if plan.refused and target.is_text:
        typer.echo(refusals(target.title, [(each.pattern, each.why) for each in plan.refused]), err=True)
    if plan.entries and not style.quiet:
        typer.echo(target.steps, err=True)
    raise typer.Exit(ExitCode.ATTENTION if target.is_text and not plan.entries else ExitCode.CLEAN)


def _check(
    target: Target,
    file: str | None,
    mailbox: MailboxConfig,
    settings: Config,
    *,
    resolver: Resolver,
    style: Style,
) -> None:
    from auditor.cli.options import answer, now
    from auditor.cli.writing import written
    from auditor.report import RunReport
    from auditor.report import whitelist as page
    from auditor.reporting import exit_code
    from auditor.store.ledger import new_run_id
    from auditor.whitelist.looking import look

    text = _text(file)
    started = now()
    rows, acknowledged = _state(mailbox, settings, resolver)
    wishes = look(mailbox, settings, resolver, rows)
    report = _judged(target, text, wishes, mailbox, resolver=resolver, acknowledged=acknowledged)
    run = RunReport(new_run_id(started), started, now(), False, (report,), int(exit_code(report)))
    answer(
        written(run, style, lambda color: page.render(run, target.title, verbose=style.verbose, color=color)),
        style.output,
    )
    raise typer.Exit(run.exit_code)


def _judged(
    target: Target,
    text: str,
    wishes: Wishes,
    mailbox: MailboxConfig,
    *,
    resolver: Resolver,
    acknowledged: frozenset[str],
) -> MailboxReport:
    from auditor.report import Counts, MailboxReport
    from auditor.whitelist import Facts, judge
    from auditor.whitelist.looking import means_for

    present = target.parse(text)
    means = means_for(target, wishes, resolver, present.entries)
    plan = target.plan(wishes.wanted, means)
    facts = Facts(
        mailbox.name, target, wishes.wanted, means, plan, present, wishes.catalogue, acknowledged=acknowledged
    )
    judged = judge(facts)
    return MailboxReport(
        name=mailbox.name,
        junk_folders=(),
        counts=Counts(),
        messages=(),
        findings=judged.findings,
        right=judged.right,
        incomplete=judged.incomplete,
        timezone=mailbox.timezone or "UTC",
    )


def _text(file: str | None) -> str:
    """What is to be checked. Raises ConfigError for what cannot be read."""
    import sys
    from pathlib import Path

    from auditor.errors import ConfigError

    if file is None:
        raise ConfigError("`whitelist check` needs a file", hint="auditor whitelist check TARGET FILE; - is stdin")
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(MAX_FILE + 1)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or "not a file name"
        raise ConfigError(
            f"{file} cannot be read: {reason}", hint="give the filter as its program exports it"
        ) from None
    if len(raw) > MAX_FILE:
        raise ConfigError(f"{file} is longer than {MAX_FILE:,} bytes", hint="give the filter as its program exports it")
    return raw.decode("utf-8", "replace")


def _state(
    mailbox: MailboxConfig, settings: Config, resolver: Resolver
) -> tuple[tuple[LedgerRow, ...], frozenset[str]]:
    """What the ledger shows, and the keys that the seller has dealt with. No state is made where there is none yet."""
    from pathlib import Path

    from auditor.cli.options import now
    from auditor.config import default_state_url
    from auditor.errors import ConfigError, MailboxError
    from auditor.opening import endpoint_of

    url = settings.state.url or default_state_url()
    path = url.partition("sqlite:///")[2]
    if path and not Path(path).exists():
        return (), frozenset()
    from auditor.store.opening import open_store

    try:
        host = endpoint_of(mailbox, resolver).host
    except (ConfigError, MailboxError):  # a server that nobody finds has no state
        return (), frozenset()
    with open_store(url, now=now) as store:
        account = store.account(host, mailbox.username)
        return account.rows(present=False), account.acknowledged()
