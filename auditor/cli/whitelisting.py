"""What `auditor whitelist show` and `check` do."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from auditor.audit import run_mailbox
from auditor.cli import complain
from auditor.cli.options import Format, answer, now
from auditor.cli.resolving import resolver_of
from auditor.cli.running import tools_for
from auditor.cli.writing import Style, written
from auditor.config import Config, MailboxConfig, default_state_url
from auditor.errors import AuditorError, ConfigError, MailboxError, worst
from auditor.looked import Order
from auditor.opening import endpoint_of
from auditor.report import Counts, Incomplete, MailboxReport, RunReport
from auditor.report import whitelist as page
from auditor.reporting import exit_code
from auditor.resolver import Resolver
from auditor.script_runs import active_scripts
from auditor.store.ledger import new_run_id
from auditor.store.opening import open_store
from auditor.store.rows import LedgerRow
from auditor.whitelist import Facts, Target, active, judge, trying
from auditor.whitelist.check import judge_trial
from auditor.whitelist.looking import Wishes, look, means_for
from auditor.whitelist.targets.sieve import own_script
from auditor.whitelist.values import Effect, Present

MAX_FILE = 5_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which mailbox, and how. `is_open`: what is new in it is read first, as `auditor audit` does."""

    mailbox: MailboxConfig
    config: Path | None
    style: Style
    is_open: bool


def show(asked: Asked, settings: Config) -> None:
    """Whose mail is wanted, and what of it was received."""
    error = brought_up_to_date(asked)
    with resolver_of(settings.dns) as resolver:
        rows, _ = _state(asked.mailbox, settings, resolver)
        wishes = look(asked.mailbox, settings, resolver, rows)
    lines = [
        page.WantedLine(
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
    name, style = asked.mailbox.name, asked.style
    if style.format is Format.TEXT:
        answer(page.page(name, lines), style.output)
    else:
        indent = 2 if style.format is Format.JSON else None
        answer(json.dumps({"schema": 1, "mailboxes": [page.plain(name, lines)]}, indent=indent), style.output)
    if error is not None:
        complain(error)
        raise typer.Exit(int(error.exit_code))


def check(target: Target, file: str | None, asked: Asked, settings: Config) -> None:
    """What stands in a filter against what is wanted; without a file, in the active script of the server."""
    started = now()
    text = None if file is None else _text(file)
    error = brought_up_to_date(asked)
    scripts = _on_server(asked) if text is None else {"": text} if target.name == "sieve" else {}
    present = active.present(scripts) if text is None else target.parse(text)
    with resolver_of(settings.dns) as resolver:
        rows, acknowledged = _state(asked.mailbox, settings, resolver)
        wishes = look(asked.mailbox, settings, resolver, rows)
        report = _judged(target, present, wishes, asked.mailbox, resolver=resolver, acknowledged=acknowledged)
        report = _with_trial(report, scripts, present, wishes, acknowledged=acknowledged)
    if error is not None:
        report = replace(report, incomplete=(*report.incomplete, Incomplete("the mailbox", error.message)))
    code = worst([exit_code(report), *([error.exit_code] if error else [])])
    run = RunReport(new_run_id(started), started, now(), False, (report,), int(code))
    style = asked.style
    answer(
        written(run, style, lambda color: page.render(run, target.title, verbose=style.verbose, color=color)),
        style.output,
    )
    if error is not None:
        complain(error)
    raise typer.Exit(run.exit_code)


def brought_up_to_date(asked: Asked) -> AuditorError | None:
    """Read what is new in the mailbox; nothing is moved. What ended the look early, for `audit` says all the rest."""
    if not asked.is_open:
        return None
    with tools_for(asked.config, quiet=asked.style.quiet) as tools:
        order = Order("whitelist", False, 0, new_run_id(now()), everything=True)
        return run_mailbox(asked.mailbox, tools, order)[1]


def _on_server(asked: Asked) -> Mapping[str, str]:
    with tools_for(asked.config, quiet=asked.style.quiet) as tools:
        return active_scripts(asked.mailbox, tools)


def _with_trial(
    report: MailboxReport,
    scripts: Mapping[str, str],
    present: Present,
    wishes: Wishes,
    *,
    acknowledged: frozenset[str],
) -> MailboxReport:
    """What `sieve-test` does with our script, where both are there."""
    ours = next((found for text in scripts.values() if (found := own_script(text))), "")
    stamping, program = wishes.means.stamping, trying.sieve_test()
    if not ours or isinstance(stamping, str) or program is None:
        return report
    mine = [each for each in present.entries if each.is_ours and each.effect is Effect.ADMIT]
    trial = trying.tried(ours, mine, stamping, program=program, now=now())
    if trial is None:
        return report
    said = judge_trial(trial, report.name, acknowledged)
    return replace(
        report,
        findings=(*report.findings, *said.findings),
        right=() if said.findings else report.right,
        incomplete=(*report.incomplete, *said.incomplete),
        remarks=said.remarks,
    )


def _judged(
    target: Target,
    present: Present,
    wishes: Wishes,
    mailbox: MailboxConfig,
    *,
    resolver: Resolver,
    acknowledged: frozenset[str],
) -> MailboxReport:
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


def _text(file: str) -> str:
    """What is to be checked. Raises ConfigError for what cannot be read."""
    hint = "give the filter as its program exports it"
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(MAX_FILE + 1)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or "not a file name"
        raise ConfigError(f"{file} cannot be read: {reason}", hint=hint) from None
    if len(raw) > MAX_FILE:
        raise ConfigError(f"{file} is longer than {MAX_FILE:,} bytes", hint=hint)
    return raw.decode("utf-8", "replace")


def _state(
    mailbox: MailboxConfig, settings: Config, resolver: Resolver
) -> tuple[tuple[LedgerRow, ...], frozenset[str]]:
    """What the ledger shows, and the keys that the seller has dealt with. No state is made where there is none yet."""
    url = settings.state.url or default_state_url()
    path = url.partition("sqlite:///")[2]
    if path and not Path(path).exists():
        return (), frozenset()
    try:
        host = endpoint_of(mailbox, resolver).host
    except (ConfigError, MailboxError):  # a server that nobody finds has no state
        return (), frozenset()
    with open_store(url, now=now) as store:
        account = store.account(host, mailbox.username)
        return account.rows(present=False), account.acknowledged()
