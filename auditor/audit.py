"""The run of one mailbox: its configuration and the tools of a run -> MailboxReport. The stages, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from auditor import apply as applying
from auditor.aftermath import FOLLOWED_FOR, lately
from auditor.config import Config, MailboxConfig
from auditor.context import judge_of
from auditor.errors import AuditorError, FolderError, Interrupted
from auditor.following import follow
from auditor.judging import Judge
from auditor.looked import Looked, Order, StoppedError, Tools, opened
from auditor.mailbox import folders
from auditor.mailbox.interface import MailReader, Role
from auditor.opening import endpoint_of
from auditor.outcome import Outcome, Status
from auditor.plan import Planned, Wishes, moves, plan
from auditor.report import Incomplete, MailboxReport
from auditor.reporting import exit_code, mailbox_report, unfinished_report
from auditor.store.lock import account_lock
from auditor.sweep import could_be_quiet, is_unchanged, sweep
from auditor.transfer import MOVE, UNDO

if TYPE_CHECKING:
    from auditor.mailbox.connection import Connection
    from auditor.store.ledger import AccountStore
    from auditor.store.rows import Cursor, LedgerRow


_NO_JUNK = (
    "the server marks none and none has a known name; show it to IMAP (in Gmail: Settings, Labels, `Show in IMAP`) "
    "or name it in the configuration: junk = [...]"
)


def run_mailbox(mailbox: MailboxConfig, tools: Tools, order: Order) -> tuple[MailboxReport, AuditorError | None]:
    """Look at one mailbox and, if so ordered, rescue. The error is what stopped it early; only a bug raises.

    Its first words say whether anything was judged or moved.
    """
    looked = Looked(mailbox, mailbox.inbox or "INBOX")
    try:
        host = endpoint_of(mailbox, tools.resolver).host
        account = tools.store.account(host, mailbox.username)
        with account_lock(tools.store, account):
            run = account.start_run(order.command, applied=order.apply, run_id=order.run)
            _run_locked(looked, tools, order, account=account, run=run.id)
            acknowledged = account.acknowledged()
            report = mailbox_report(looked, tools.catalogue, max_moves=order.max_moves, acknowledged=acknowledged)
            account.finish_run(run.id, exit_code=exit_code(report), counts=asdict(report.counts))
    except AuditorError as error:
        looked.fail(error)
        report = unfinished_report(looked, tools.catalogue)
    return report, looked.told(looked.error) if looked.error else None


def not_begun(mailbox: MailboxConfig, tools: Tools) -> tuple[MailboxReport, AuditorError | None]:
    """The report of a mailbox whose turn never came, since the run was interrupted in one before it."""
    looked = Looked(mailbox, mailbox.inbox or "INBOX")
    interrupted = Interrupted("interrupted before its turn")
    looked.fail(interrupted)
    return unfinished_report(looked, tools.catalogue), looked.told(interrupted)


def _run_locked(looked: Looked, tools: Tools, order: Order, *, account: AccountStore, run: str) -> None:
    """Finish what a dead run left, look, plan, act. What the mailbox refuses ends this and nothing else."""
    judge = judge_of(looked.mailbox, tools.config, tools.catalogue, tools.resolver)
    try:
        with opened(looked.mailbox, tools) as connection:
            if order.apply:
                _finish_dead_runs(connection, account, looked, run)
            _look(connection.reader(), looked, judge, account=account, tools=tools)
            _follow(connection.reader(), looked, account, now=tools.now())
            looked.planned = _planned(looked, tools.config, account)
            if order.apply:
                _act(connection, looked, account, run=run, max_moves=order.max_moves)
    except (AuditorError, KeyboardInterrupt) as error:
        looked.fail(error if isinstance(error, AuditorError) else _interrupted(looked, account, run))
        looked.planned = looked.planned or _planned(looked, tools.config, account)
    looked.unfinished = len(account.journal.open_entries(besides=run))


def _interrupted(looked: Looked, account: AccountStore, run: str) -> Interrupted:
    """What was moved so far is what the journal says."""
    told = {one.ref for one in looked.outcomes}
    outcomes = [one for one in applying.so_far(account.journal.entries(run)) if one.ref not in told]
    looked.outcomes += outcomes
    _remember(outcomes, account)
    hint = "`auditor rescue --apply` asks the server what is true and finishes the rest" if looked.outcomes else ""
    return Interrupted("interrupted", hint=hint)


def _look(reader: MailReader, looked: Looked, judge: Judge, *, account: AccountStore, tools: Tools) -> None:
    listed = reader.folders()
    inbox = folders.find(listed, Role.INBOX, configured=_given(looked.mailbox.inbox))
    if not inbox:
        raise FolderError("the server lists no INBOX", hint="name the inbox in the configuration: inbox = ...")
    looked.inbox = inbox[0].folder.name
    junk = folders.find(listed, Role.JUNK, configured=looked.mailbox.junk)
    if not junk:
        looked.incomplete.append(Incomplete("the spam folder", _NO_JUNK))
    looked.incomplete += [
        Incomplete("what IMAP does not show", unseen, standing=True) for unseen in judge.provider.unseen
    ]
    for found in junk:
        try:
            _look_into(found.folder.name, reader, looked, judge, account=account, tools=tools)
        except FolderError as error:
            looked.incomplete.append(Incomplete(f"folder `{found.folder.name}`", error.message))


def _look_into(
    name: str, reader: MailReader, looked: Looked, judge: Judge, *, account: AccountStore, tools: Tools
) -> None:
    """Open the folder only where STATUS, or the ledger, gives a reason to."""
    now = tools.now()
    cursor, known = _remembered(account, name)
    if could_be_quiet(cursor, known, judge.rules, now) and _is_as_left(reader, name, cursor):
        account.save_sweep(replace(cursor, swept_at=now), ())
        looked.junk.append(name)
        looked.seen += cursor.exists
        return
    state = reader.examine(name)
    account.forget_folder(name, state.uidvalidity)
    cursor, known = _remembered(account, name)
    found = sweep(reader, state, judge, role=Role.JUNK, cursor=cursor, known=known, now=now, progress=tools.progress)
    account.save_sweep(found.cursor, found.rows, found.gone)
    looked.junk.append(name)
    looked.seen += state.exists
    looked.incomplete += found.incomplete


def _is_as_left(reader: MailReader, name: str, cursor: Cursor) -> bool:
    """Some servers tell no STATUS of a folder that is open; then it is looked into."""
    try:
        return is_unchanged(reader.status(name), cursor)
    except FolderError:
        return False


def _remembered(account: AccountStore, name: str) -> tuple[Cursor | None, list[LedgerRow]]:
    return account.cursor(name), [row for row in account.rows(role=Role.JUNK) if row.ref.folder == name]


def _follow(reader: MailReader, looked: Looked, account: AccountStore, *, now: datetime) -> None:
    """What became of the messages that were rescued in the last 14 days."""
    kept, journal = account.aftermath.kept(), account.journal
    rescued = lately(journal.of_kind(MOVE, since=now - FOLLOWED_FOR), journal.of_kind(UNDO), kept)
    in_spam = {row.identity for row in account.rows(role=Role.JUNK)}
    followed = follow(reader, rescued, in_spam=in_spam, now=now, incomplete=looked.incomplete)
    looked.rescued = tuple(sorted(followed, key=lambda each: each.ref))
    still = {each.identity: each.kept(now) for each in looked.rescued}
    if still != kept:
        account.aftermath.replace(still)


def _planned(looked: Looked, config: Config, account: AccountStore) -> tuple[Planned, ...]:
    copied = {str(entry.payload.get("identity", "")) for entry in account.journal.copied()}
    rows = [row for row in account.rows(role=Role.JUNK) if row.ref.folder in looked.junk]
    return plan(rows, Wishes(looked.inbox, frozenset(config.rescue.streams), account.journal.rescued(), copied))


def _finish_dead_runs(connection: Connection, account: AccountStore, looked: Looked, run: str) -> None:
    if account.journal.open_entries(besides=run):
        with _moving():
            outcomes = applying.finish_dead_runs(connection.writer(), account.journal, run=run)
            looked.outcomes += outcomes
            _remember(outcomes, account)


def _act(connection: Connection, looked: Looked, account: AccountStore, *, run: str, max_moves: int) -> None:
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
        raise StoppedError(error.message, hint=hint) from error


def _remember(outcomes: Sequence[Outcome], account: AccountStore) -> None:
    account.record_moves([(one.ref, one.to) for one in outcomes if one.to is not None and one.status is Status.DONE])


def _given(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()
