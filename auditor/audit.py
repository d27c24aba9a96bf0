"""The run of one mailbox: its configuration and the tools of a run -> MailboxReport. The stages, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from auditor import apply as applying
from auditor.aftermath import FOLLOWED_FOR, Rescued, Surroundings, lately, remembered
from auditor.config import Config, MailboxConfig
from auditor.context import judge_of
from auditor.errors import AuditorError, FolderError, Interrupted
from auditor.findings import Changed
from auditor.following import follow
from auditor.looked import Looked, Order, StoppedError, Tools, opened
from auditor.looking import Looking, Watched, changes, look, note_moves, other_folders, spam_folders
from auditor.mailbox import folders
from auditor.mailbox.interface import Folder, MailReader, Role
from auditor.opening import endpoint_of
from auditor.outcome import Outcome, Status
from auditor.plan import Planned, Wishes, moves, plan
from auditor.probing import cleaning
from auditor.report import Incomplete, MailboxReport
from auditor.reporting import exit_code, mailbox_report, unfinished_report
from auditor.scripts import PUT_SCRIPT
from auditor.store.lock import account_lock
from auditor.transfer import MOVE, UNDO
from auditor.waiting import standings_of
from auditor.whitelist.drift import drift, installed

if TYPE_CHECKING:
    from auditor.mailbox.connection import Connection
    from auditor.store.ledger import AccountStore


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
            if order.command == "audit":  # the other commands that read everything judge for themselves
                looked.changed += _drift(account, tools)
                looked.standings, looked.replies = standings_of(account, tools)
            report = mailbox_report(
                looked, tools.catalogue, max_moves=order.max_moves, acknowledged=acknowledged, now=tools.now()
            )
            account.finish_run(run.id, exit_code=exit_code(report), counts=asdict(report.counts))
            tools.store.settle()
    except AuditorError as error:
        looked.fail(error)
        report = unfinished_report(looked, tools.catalogue)
    return report, looked.told(looked.error) if looked.error else None


def _drift(account: AccountStore, tools: Tools) -> tuple[Changed, ...]:
    """What the whitelist that we installed did not do; the ledger is read only where there is one."""
    there = installed(account.journal.of_kind(PUT_SCRIPT))
    rows = account.rows(present=False) if there is not None else ()
    return drift(rows, there, tools.config.rescue.streams, now=tools.now())


def not_begun(mailbox: MailboxConfig, tools: Tools) -> tuple[MailboxReport, AuditorError | None]:
    """The report of a mailbox whose turn never came, since the run was interrupted in one before it."""
    looked = Looked(mailbox, mailbox.inbox or "INBOX")
    interrupted = Interrupted("interrupted before its turn")
    looked.fail(interrupted)
    return unfinished_report(looked, tools.catalogue), looked.told(interrupted)


def _run_locked(looked: Looked, tools: Tools, order: Order, *, account: AccountStore, run: str) -> None:
    """Finish what a dead run left, look, plan, act. What the mailbox refuses ends this and nothing else."""
    judge = judge_of(looked.mailbox, tools.config, tools.catalogue, tools.resolver)
    looked.changed += changes(account, tools)
    try:
        with opened(looked.mailbox, tools) as connection:
            if order.apply:
                _finish_dead_runs(connection, account, looked, run)
                _finish_probes(connection, account, looked, now=tools.now())
            looking = Looking(connection.reader(), judge, account, tools)
            _look_and_act(connection, looking, looked, order=order, run=run)
            _follow(connection.reader(), looked, account, now=tools.now())
    except (AuditorError, KeyboardInterrupt) as error:
        looked.fail(error if isinstance(error, AuditorError) else _interrupted(looked, account, run))
        looked.planned = looked.planned or _planned(looked, tools.config, account)
    looked.unfinished = sum(each.kind in (MOVE, UNDO) for each in account.journal.open_entries(besides=run))


def _look_and_act(connection: Connection, looking: Looking, looked: Looked, *, order: Order, run: str) -> None:
    """Spam first, and what is to be done with it: a large inbox must not keep a customer waiting."""
    listed = looking.reader.folders()
    looked.inbox = _inbox(listed, looked)
    spam = spam_folders(listed, looked, looking.judge)
    others = other_folders(listed, looked, spam) if order.everything else ()
    _rescue(connection, looking, looked, order=order, spam=spam, run=run)
    look(looking, others, looked)
    if looked.was_restored:  # what seemed quiet before that was known is looked at again
        quiet = [each for each in spam if each.name in looked.quiet]
        _rescue(connection, looking, looked, order=order, spam=quiet, run=run)
        look(looking, [each for each in others if each.name in looked.quiet], looked)


def _rescue(
    connection: Connection, looking: Looking, looked: Looked, *, order: Order, spam: Sequence[Watched], run: str
) -> None:
    look(looking, spam, looked)
    names = {each.name for each in spam}
    planned = [one for one in _planned(looked, looking.tools.config, looking.account) if one.row.ref.folder in names]
    looked.planned = tuple({one.row.ref: one for one in (*looked.planned, *planned)}.values())
    if order.apply:
        outcomes = _act(connection, planned, looked, account=looking.account, run=run, max_moves=order.max_moves)
        note_moves(looking, [one.ref for one in outcomes if one.status is Status.DONE])


def _interrupted(looked: Looked, account: AccountStore, run: str) -> Interrupted:
    """What was moved so far is what the journal says."""
    told = {one.ref for one in looked.outcomes}
    outcomes = [one for one in applying.so_far(account.journal.entries(run)) if one.ref not in told]
    looked.outcomes += outcomes
    _remember(outcomes, account)
    hint = "`auditor rescue --apply` asks the server what is true and finishes the rest" if looked.outcomes else ""
    return Interrupted("interrupted", hint=hint)


def _inbox(listed: Sequence[Folder], looked: Looked) -> str:
    found = folders.find(listed, Role.INBOX, configured=_given(looked.mailbox.inbox))
    if not found:
        raise FolderError("the server lists no INBOX", hint="name the inbox in the configuration: inbox = ...")
    return found[0].folder.name


def _follow(reader: MailReader, looked: Looked, account: AccountStore, *, now: datetime) -> None:
    """What became of the messages that were rescued in the last 14 days."""
    others = {each.folder for each in account.cursors().values() if each.role in (Role.INBOX, Role.WATCH)}
    before = _named(_rescued(account, now), account)
    surroundings = Surroundings(
        in_spam={row.identity: row for row in account.rows(role=Role.JUNK)},
        outside=account.whereabouts.outside_spam([each.identity for each in before if each.is_open]),
        swept=looked.swept,
        unswept=others - looked.swept,
    )
    followed = follow(reader, before, surroundings, now=now, incomplete=looked.incomplete)
    looked.rescued = tuple(sorted(followed, key=lambda each: each.ref))
    kept = account.aftermath.kept()
    still = remembered(kept, now) | {each.identity: each.kept(now) for each in looked.rescued}
    if still != kept:
        account.aftermath.replace(still)


def _rescued(account: AccountStore, now: datetime) -> tuple[Rescued, ...]:
    """As the last run saw them."""
    journal = account.journal
    return lately(journal.of_kind(MOVE, since=now - FOLLOWED_FOR), journal.of_kind(UNDO), account.aftermath.kept())


def _named(rescued: Sequence[Rescued], account: AccountStore) -> tuple[Rescued, ...]:
    """With Message-ID and Subject, which the ledger knows in the night of the rescue, and later the state keeps."""
    headers = account.whereabouts.headers([each.identity for each in rescued if not each.subject])
    return tuple(
        replace(each, message_id=headers[each.identity][0], subject=headers[each.identity][1])
        if each.identity in headers
        else each
        for each in rescued
    )


def _planned(looked: Looked, config: Config, account: AccountStore) -> tuple[Planned, ...]:
    copied = {str(entry.payload.get("identity", "")) for entry in account.journal.copied()}
    rows = [row for row in account.rows(role=Role.JUNK) if row.ref.folder in looked.junk]
    wishes = Wishes(
        inbox=looked.inbox,
        streams=frozenset(config.rescue.streams),
        rescued=account.journal.rescued(),
        copied=copied,
        outside=account.whereabouts.put_into_spam(),
    )
    return plan(rows, wishes)


def _finish_dead_runs(connection: Connection, account: AccountStore, looked: Looked, run: str) -> None:
    if account.journal.open_entries(besides=run):
        with _moving():
            outcomes = applying.finish_dead_runs(connection.writer(), account.journal, run=run)
            looked.outcomes += outcomes
            _remember(outcomes, account)


def _finish_probes(connection: Connection, account: AccountStore, looked: Looked, *, now: datetime) -> None:
    """Remove what `contacts --probe` sent and did not remove, and what came after it had gone."""
    if cleaning.has_leftovers(account.journal):
        with suppress(FolderError):  # a folder that the configuration names and that is not there is told by the looks
            places = cleaning.places_in(connection.reader(), looked.mailbox)
            said = cleaning.unremoved(cleaning.finish(connection, places, account.journal, now=now))
            looked.incomplete += (Incomplete("the probe's own message", each, standing=True) for each in said)


def _act(
    connection: Connection,
    planned: Sequence[Planned],
    looked: Looked,
    *,
    account: AccountStore,
    run: str,
    max_moves: int,
) -> Sequence[Outcome]:
    wanted = moves(planned)
    if not wanted or len(wanted) > max_moves:
        return ()
    with _moving():
        outcomes = applying.apply(wanted, connection.writer(), account.journal, run=run)
        looked.outcomes += outcomes
        _remember(outcomes, account)
    return outcomes


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
