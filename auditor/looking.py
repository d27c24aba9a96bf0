"""The folders of a mailbox, each opened only where STATUS or the ledger gives a reason to, into the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from auditor.contacts.giving import reader_of
from auditor.contacts.templates import templates_of
from auditor.cursors import Past, is_as_left, is_due, is_older_copy, left_with, overlap
from auditor.errors import FolderError
from auditor.findings import Changed
from auditor.judging import Judge
from auditor.looked import Looked, Tools
from auditor.mailbox import folders
from auditor.mailbox.interface import Folder, FolderState, MailReader, MessageRef, Role, Trace
from auditor.own_mail import domains_of
from auditor.report import Incomplete
from auditor.sent import Replies, sweep_sent
from auditor.store.ledger import AccountStore
from auditor.store.rows import Cursor, LedgerRow
from auditor.sweep import Opened, judge_again, sweep

_TAKEN_LATELY = timedelta(days=60)  # after which no backup is put back
_NO_JUNK = (
    "the server marks none and none has a known name; show it to IMAP (in Gmail: Settings, Labels, `Show in IMAP`) "
    "or name it in the configuration: junk = [...]"
)
_NO_SENT = (
    "the server marks no folder for sent mail and none has a known name, so no reply is seen; name it in the "
    "configuration: sent = [...]"
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A folder that is to be looked at, and what it is for."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Looking:
    """What all looks of one run into one mailbox share."""

    reader: MailReader
    judge: Judge
    account: AccountStore
    tools: Tools


def spam_folders(listed: Sequence[Folder], looked: Looked, judge: Judge) -> tuple[Watched, ...]:
    """Raises FolderError for a configured name that is not there."""
    junk = folders.find(listed, Role.JUNK, configured=looked.mailbox.junk)
    if not junk:
        looked.incomplete.append(Incomplete("the spam folder", _NO_JUNK))
    looked.incomplete += [
        Incomplete("what IMAP does not show", unseen, standing=True) for unseen in judge.provider.unseen
    ]
    return tuple(Watched(found.folder.name, Role.JUNK) for found in junk)


def other_folders(listed: Sequence[Folder], looked: Looked, spam: Sequence[Watched]) -> tuple[Watched, ...]:
    """Inbox, further folders and sent, without those of spam: one folder has one role.

    Sent mail comes last: what it answers is known by then.
    One that the configuration names and that is not there is named unfinished.
    """
    mailbox = looked.mailbox
    wanted = [Watched(looked.inbox, Role.INBOX)]
    for role, configured in ((Role.WATCH, mailbox.watch), (Role.SENT, mailbox.sent)):
        try:
            found = folders.find(listed, role, configured=configured)
        except FolderError as error:
            looked.incomplete.append(Incomplete("a folder of the configuration", f"{error.message}; {error.hint}"))
            continue
        wanted += [Watched(one.folder.name, role) for one in found]
        if role is Role.SENT and not found:
            looked.incomplete.append(Incomplete("the folder of sent mail", _NO_SENT, standing=True))
    roles: dict[str, Watched] = {}
    for each in (*spam, *wanted):
        roles.setdefault(each.name, each)
    return tuple(each for each in roles.values() if each.role is not Role.JUNK)


def look(looking: Looking, watched: Sequence[Watched], looked: Looked) -> None:
    """What the mailbox refuses of one folder is said and ends no other.

    Of one that is new, no STATUS could help; nor once another shows that the mailbox was restored, since in an older
    copy of a folder the numbers of STATUS may be those of the last run by chance.
    """
    cursors = looking.account.cursors()
    known = [each.name for each in watched if each.name in cursors]
    states = looking.reader.statuses(known) if known and not looked.was_restored else {}
    undecided = [row for row in looking.account.rows(undecided=True) if is_due(row, looking.tools.now())]
    for each in watched:
        due = [row for row in undecided if (row.ref.folder, row.role) == (each.name, each.role)]
        try:
            _look_into(looking, each, looked, _Before(cursors.get(each.name), due, states.get(each.name)))
        except FolderError as error:
            looked.incomplete.append(Incomplete(f"folder `{each.name}`", error.message))


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known of a folder before it is opened: `due` is undecided, `told` what STATUS says."""

    cursor: Cursor | None
    due: Sequence[LedgerRow]
    told: FolderState | None


def _look_into(looking: Looking, watched: Watched, looked: Looked, before: _Before) -> None:
    """Open it only where something came or left, or where an undecided message is due."""
    account, now = looking.account, looking.tools.now()
    cursor, due, told = before.cursor, before.due, before.told
    rules, role = looking.judge.rules, watched.role
    if cursor is not None and told is not None and is_as_left(told, cursor, rules, role) and not due:
        account.save_sweep(replace(cursor, swept_at=now, highestmodseq=told.highestmodseq), ())
        looked.swept.add(watched.name)
        looked.quiet.add(watched.name)
        _count(watched, looked, cursor.exists)
        return
    state = looking.reader.examine(watched.name)
    if state.highestmodseq is None and told is not None:  # Dovecot tells it in STATUS first
        state = replace(state, highestmodseq=told.highestmodseq)
    own = domains_of(looking.judge.context.own_addresses or ())
    opened = Opened(looking.reader, state, watched.role, looking.judge, now, looking.tools.progress, own)
    if cursor is not None and all(is_as_left(each, cursor, rules, role) for each in (told, state)):
        _judge_what_is_due(account, opened, looked, cursor=cursor, due=due)
    else:
        _sweep(looking, opened, looked)
    _count(watched, looked, state.exists)


def _count(watched: Watched, looked: Looked, exists: int) -> None:
    if watched.role is Role.JUNK:
        looked.spam[watched.name] = exists


def _judge_what_is_due(
    account: AccountStore, opened: Opened, looked: Looked, *, cursor: Cursor, due: Sequence[LedgerRow]
) -> None:
    found = judge_again(opened, cursor, due)
    account.save_sweep(found.cursor, found.rows, found.gone)
    looked.incomplete += found.incomplete
    looked.swept.add(opened.state.name)
    looked.quiet.add(opened.state.name)


def _sweep(looking: Looking, opened: Opened, looked: Looked) -> None:
    account = looking.account
    past, traces = _look_back(account, opened, looked)
    if opened.role is Role.SENT:
        _sweep_sent(looking, opened, looked, past=past, traces=traces)
        return
    found = sweep(opened, past, traces)
    account.save_sweep(found.cursor, found.rows, found.gone)
    account.on_file.keep_signatures(found.signatures)
    looked.incomplete += found.incomplete
    if not found.is_cut:
        looked.swept.add(opened.state.name)


def _sweep_sent(looking: Looking, opened: Opened, looked: Looked, *, past: Past, traces: Sequence[Trace]) -> None:
    account = looking.account
    mailbox, wrappers = looked.mailbox, looking.judge.provider.link_wrappers
    tools = looking.tools
    links = {one.name: (*one.domains, *one.link_domains, *one.link_hosts) for one in tools.catalogue.marketplaces}
    read = reader_of(
        tools.config.contact_of(mailbox),
        mailbox.marketplaces,
        wrappers=wrappers,
        links=links,
        templates=templates_of(tools.config.replies.templates),
    )
    sent = sweep_sent(opened, past, traces, Replies(account.whereabouts.marketplaces_of, read, account.replies.keep))
    account.replies.save_sweep(sent.cursor, ())
    account.on_file.keep_signatures(sent.signatures)
    looked.incomplete += sent.incomplete
    looked.swept.add(opened.state.name)


def _look_back(account: AccountStore, opened: Opened, looked: Looked) -> tuple[Past, tuple[Trace, ...]]:
    """What is still there of what the ledger knows; nothing is known of a folder that is not the one it was."""
    state = opened.state
    cursor = account.cursor(state.name)
    if cursor is None:
        return Past(), ()
    if cursor.uidvalidity != state.uidvalidity:
        account.forget_folder(state.name)
        was = f"its UIDVALIDITY was {cursor.uidvalidity} and is {state.uidvalidity}"
        looked.changed.append(Changed("folder-renumbered", state.name, was))
        return Past(), ()
    past = _past(account, opened, cursor)
    between = overlap(cursor)
    traces = opened.reader.traces(past.uids(), between=between) if past.uids() or between else ()
    if is_older_copy(state, past, traces):
        account.forget_folder(state.name)
        looked.changed.append(Changed("folder-renumbered", state.name, "an older copy of it was put in its place"))
        return Past(), ()
    return past, traces


def _past(account: AccountStore, opened: Opened, cursor: Cursor) -> Past:
    """Of spam everything that is known; of other folders, in which mail may lie for years, what is undecided."""
    watched = Watched(opened.state.name, opened.role)
    known = _known(account, watched, undecided=opened.role is not Role.JUNK)
    since = opened.now - _TAKEN_LATELY
    taken = account.whereabouts.taken(opened.state.name, opened.state.uidvalidity, since=since)
    return Past(cursor, known, taken)


def _known(account: AccountStore, watched: Watched, *, undecided: bool) -> tuple[LedgerRow, ...]:
    return account.rows(role=watched.role, folder=watched.name, undecided=undecided)


def note_moves(looking: Looking, moved: Sequence[MessageRef]) -> None:
    """These were moved out of their folders tonight: what the next night is to find there."""
    names = list(dict.fromkeys(ref.folder for ref in moved))
    states = looking.reader.statuses(names) if names else {}
    for name in names:
        cursor = looking.account.cursor(name)
        if cursor is not None:
            uids = {ref.uid for ref in moved if ref.folder == name}
            looking.account.save_sweep(left_with(cursor, uids, states.get(name)), ())


def changes(account: AccountStore, tools: Tools) -> Iterator[Changed]:
    """What the state itself tells to be no longer as the last run left it; asked before anything is looked at."""
    last = account.last_swept_at()
    if last is None:
        return
    behind = last - tools.now()
    if behind > _CLOCKS_DIFFER:
        yield Changed("clock-behind", "clock", f"the last run was at {last:%Y-%m-%d %H:%M} UTC, by the clock of then")
    if tools.store.moved_from:
        yield Changed("state-moved", str(tools.store.path), f"the last run left it at {tools.store.moved_from}")


_CLOCKS_DIFFER = timedelta(minutes=5)
