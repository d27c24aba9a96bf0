"""The run of one mailbox: its configuration and the tools of a run -> MailboxReport. The stages, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from auditor import apply as applying
from auditor.config import Config, MailboxConfig
from auditor.context import judge_of
from auditor.errors import AuditorError, ExitCode, FolderError, worst
from auditor.findings import Situation, find_all
from auditor.judging import Judge
from auditor.mailbox import folders
from auditor.mailbox.bounded import Limits
from auditor.mailbox.interface import MailReader, MessageRef, Role
from auditor.marketplaces import Catalogue
from auditor.opening import endpoint_of, open_mailbox
from auditor.outcome import Outcome, Status
from auditor.plan import Planned, Wishes, moves, plan
from auditor.report import Counts, Incomplete, MailboxReport
from auditor.report.lines import message_line, outcome_line
from auditor.resolver import Resolver
from auditor.store.lock import account_lock
from auditor.sweep import Progress, sweep

if TYPE_CHECKING:
    from auditor.mailbox.connection import Connection
    from auditor.store.ledger import AccountStore
    from auditor.store.opening import Store


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with; the resolver's cache is shared by all its mailboxes."""

    config: Config
    catalogue: Catalogue
    resolver: Resolver
    store: Store
    now: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    progress: Progress = _silent


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a run. With more planned moves than `max_moves` nothing is moved."""

    command: str
    apply: bool
    max_moves: int
    run: str = ""
    """The id of the run, shared by all its mailboxes."""


class _StoppedError(AuditorError):
    """The state failed between a move and the note that it was done."""

    exit_code = ExitCode.ACTIONS_FAILED


@dataclass(slots=True)
class _Looked:
    """What a run has learned of one mailbox so far."""

    mailbox: MailboxConfig
    inbox: str
    junk: list[str] = field(default_factory=list)
    seen: int = 0
    unfinished: int = 0
    planned: tuple[Planned, ...] = ()
    outcomes: list[Outcome] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)
    error: AuditorError | None = None

    def fail(self, error: AuditorError) -> None:
        """The first failure is the one to tell: others follow from it."""
        if self.error is not None:
            return
        self.error = error
        self.incomplete.append(Incomplete(f"mailbox `{self.mailbox.name}`", error.message))

    def told(self, error: AuditorError) -> AuditorError:
        """The error with what the seller wants to know first in front of it: how far this had come."""
        if isinstance(error, _StoppedError):
            before = "it stopped while moving in"
        elif self.outcomes:
            before = "not finished:"
        else:
            before = "nothing was moved in" if self.seen else "nothing was judged and nothing was moved in"
        return type(error)(f"{before} `{self.mailbox.name}`: {error.message}", hint=error.hint)


def run_mailbox(mailbox: MailboxConfig, tools: Tools, order: Order) -> tuple[MailboxReport, AuditorError | None]:
    """Look at one mailbox and, if so ordered, rescue. The error is what stopped it early; only a bug raises.

    Its first words say whether anything was judged or moved.
    """
    looked = _Looked(mailbox, mailbox.inbox or "INBOX")
    try:
        host = endpoint_of(mailbox, tools.resolver).host
        account = tools.store.account(host, mailbox.username)
        with account_lock(tools.store, account):
            run = account.start_run(order.command, applied=order.apply, run_id=order.run)
            _run_locked(looked, tools, order, account=account, run=run.id)
            report = _report(looked, tools, order, account)
            account.finish_run(run.id, exit_code=exit_code(report), counts=_counted(report.counts))
    except AuditorError as error:
        looked.fail(error)
        report = _unfinished_report(looked, tools.catalogue)
    return report, looked.told(looked.error) if looked.error else None


def exit_code(report: MailboxReport) -> ExitCode:
    """What one mailbox ends with; a run ends with the worst of its mailboxes."""
    codes = [ExitCode.CLEAN if report.error is None else ExitCode(report.error)]
    if report.incomplete and report.error is None:
        codes.append(ExitCode.UNFINISHED)
    if any(outcome.status == Status.FAILED for outcome in report.outcomes):
        codes.append(ExitCode.ACTIONS_FAILED)
    dealt_with = {outcome.ref for outcome in report.outcomes if outcome.status in (Status.DONE, Status.COPIED)}
    waiting = any(line.planned == "move" and line.ref not in dealt_with for line in report.messages)
    doubtful = any(line.standing == "unverified" and not line.acknowledged for line in report.messages)
    if waiting or doubtful or any(finding.needs_attention for finding in report.findings):
        codes.append(ExitCode.ATTENTION)
    return worst(codes)


def _run_locked(looked: _Looked, tools: Tools, order: Order, *, account: AccountStore, run: str) -> None:
    """Finish what a dead run left, look, plan, act. What the mailbox refuses ends this and nothing else."""
    judge = judge_of(looked.mailbox, tools.config, tools.catalogue, tools.resolver)
    try:
        with open_mailbox(looked.mailbox, tools.resolver, tools.limits) as connection:
            if order.apply:
                _finish_dead_runs(connection, account, looked, run)
            _look(connection.reader(), looked, judge, account=account, tools=tools)
            looked.planned = _planned(looked, tools.config, account)
            if order.apply:
                _act(connection, looked, account, run=run, max_moves=order.max_moves)
    except AuditorError as error:
        looked.fail(error)
        looked.planned = looked.planned or _planned(looked, tools.config, account)
    looked.unfinished = len(account.journal.open_entries(besides=run))


def _look(reader: MailReader, looked: _Looked, judge: Judge, *, account: AccountStore, tools: Tools) -> None:
    listed = reader.folders()
    inbox = folders.find(listed, Role.INBOX, configured=_given(looked.mailbox.inbox))
    if not inbox:
        raise FolderError("the server lists no INBOX", hint="name the inbox in the configuration: inbox = ...")
    looked.inbox = inbox[0].folder.name
    junk = folders.find(listed, Role.JUNK, configured=looked.mailbox.junk)
    if not junk:
        why = "the server marks none and none has a known name; name it in the configuration: junk = [...]"
        looked.incomplete.append(Incomplete("the spam folder", why))
    for found in junk:
        try:
            _look_into(found.folder.name, reader, looked, judge, account=account, tools=tools)
        except FolderError as error:
            looked.incomplete.append(Incomplete(f"folder `{found.folder.name}`", error.message))


def _look_into(
    name: str, reader: MailReader, looked: _Looked, judge: Judge, *, account: AccountStore, tools: Tools
) -> None:
    state = reader.examine(name)
    account.forget_folder(name, state.uidvalidity)
    known = [row for row in account.rows(role=Role.JUNK) if row.ref.folder == name]
    found = sweep(
        reader,
        state,
        judge,
        role=Role.JUNK,
        cursor=account.cursor(name),
        known=known,
        now=tools.now(),
        progress=tools.progress,
    )
    account.save_sweep(found.cursor, found.rows, found.gone)
    looked.junk.append(name)
    looked.seen += state.exists
    looked.incomplete += found.incomplete


def _planned(looked: _Looked, config: Config, account: AccountStore) -> tuple[Planned, ...]:
    copied = {str(entry.payload.get("identity", "")) for entry in account.journal.copied()}
    rows = [row for row in account.rows(role=Role.JUNK) if row.ref.folder in looked.junk]
    return plan(rows, Wishes(looked.inbox, frozenset(config.rescue.streams), account.journal.rescued(), copied))


def _finish_dead_runs(connection: Connection, account: AccountStore, looked: _Looked, run: str) -> None:
    if account.journal.open_entries(besides=run):
        with _moving():
            outcomes = applying.finish_dead_runs(connection.writer(), account.journal, run=run)
            looked.outcomes += outcomes
            _remember(outcomes, account)


def _act(connection: Connection, looked: _Looked, account: AccountStore, *, run: str, max_moves: int) -> None:
    wanted = moves(looked.planned)
    if wanted and len(wanted) <= max_moves:
        with _moving():
            outcomes = applying.apply(wanted, connection.writer(), account.journal, run=run)
            looked.outcomes += outcomes
            _remember(outcomes, account)


@contextmanager
def _moving() -> Iterator[None]:
    """Where this is left by an error, nobody here knows what was moved."""
    try:
        yield
    except AuditorError as error:
        hint = "nothing is lost: `auditor rescue --apply` asks the server what is true and finishes it"
        raise _StoppedError(error.message, hint=hint) from error


def _remember(outcomes: Sequence[Outcome], account: AccountStore) -> None:
    account.record_moves([(one.ref, one.to) for one in outcomes if one.to is not None and one.status is Status.DONE])


def _arrived(outcome: Outcome) -> bool:
    return outcome.status in (Status.DONE, Status.COPIED)


def _report(looked: _Looked, tools: Tools, order: Order, account: AccountStore) -> MailboxReport:
    findings, right = find_all(
        Situation(
            mailbox=looked.mailbox.name,
            planned=looked.planned,
            moved={one.ref for one in looked.outcomes if _arrived(one)},
            max_moves=order.max_moves,
            unfinished=looked.unfinished,
            complete=not looked.incomplete,
            acknowledged=account.acknowledged(),
        )
    )
    return MailboxReport(
        name=looked.mailbox.name,
        junk_folders=tuple(looked.junk),
        counts=_counts(looked),
        messages=tuple(message_line(one, tools.catalogue) for one in looked.planned),
        outcomes=tuple(outcome_line(one) for one in looked.outcomes),
        findings=findings,
        right=right,
        incomplete=tuple(looked.incomplete),
        error=int(looked.error.exit_code) if looked.error else None,
        timezone=looked.mailbox.timezone or "UTC",
    )


def _unfinished_report(looked: _Looked, catalogue: Catalogue) -> MailboxReport:
    """What is known where the state could not be asked any more; where moves were under way, not of which message."""
    planned = () if isinstance(looked.error, _StoppedError) else looked.planned
    return MailboxReport(
        name=looked.mailbox.name,
        junk_folders=tuple(looked.junk),
        counts=_counts(looked),
        messages=tuple(message_line(one, catalogue) for one in planned),
        outcomes=tuple(outcome_line(one) for one in looked.outcomes),
        incomplete=tuple(looked.incomplete),
        error=int(looked.error.exit_code) if looked.error else None,
        timezone=looked.mailbox.timezone or "UTC",
    )


def _counts(looked: _Looked) -> Counts:
    standings = [one.row.standing for one in looked.planned]
    return Counts(
        seen=looked.seen,
        genuine=standings.count("genuine"),
        unverified=standings.count("unverified"),
        forged=standings.count("forged"),
        unrelated=max(0, looked.seen - len(standings)),
    )


def _counted(counts: Counts) -> dict[str, int]:
    names = ("seen", "genuine", "unverified", "forged", "unrelated")
    return {name: getattr(counts, name) for name in names}


def _given(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


__all__ = ["MessageRef", "Order", "Tools", "exit_code", "run_mailbox"]
