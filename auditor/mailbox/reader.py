"""A session in, folders and messages out: EXAMINE and BODY.PEEK only, in chunks of one round trip each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from auditor.errors import MailboxError
from auditor.mailbox import wire
from auditor.mailbox.answers import UNDATED, Fetched
from auditor.mailbox.identity import HEADER_LIMIT, identify, identity_items, identity_of
from auditor.mailbox.imap import Session
from auditor.mailbox.interface import Folder, FolderState, Identity, Swept, Trace, Whole

CHUNK = 500  # messages a round trip while sweeping
FIELDS_LIMIT = 65_536  # octets of one message's header fields that a sweep reads; the server cuts there

_BATCH = 50
_BATCH_BYTES = 4_000_000
_FLAGS_CHUNK = 1_000  # the least that a server with MESSAGELIMIT should answer for at once (RFC 9738, section 3)
_AROUND = 50  # of those, left for what lies between two UIDs
_ALLOWANCE = 9_000  # octets beside the literal: flags, dates, the echoed list of fields


class Reader:
    """The MailReader of one session. It has no method that writes, and sends no command that does."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def capabilities(self) -> frozenset[str]:
        return self._session.capabilities

    def folders(self) -> tuple[Folder, ...]:
        return self._session.folders()

    def status(self, name: str) -> FolderState:
        return self._session.status(name)

    def statuses(self, names: Sequence[str]) -> dict[str, FolderState]:
        return self._session.statuses(names)

    def first_since(self, day: date) -> int | None:
        return self._session.first_since(day)

    def examine(self, name: str) -> FolderState:
        return self._session.open(name, readonly=True)

    def sweep(self, fields: Sequence[str], *, first_uid: int = 1) -> Iterator[tuple[Swept, ...]]:
        """By message numbers for a first visit, by UID ranges later, unless a gap in the UIDs made that slower."""
        opened = _opened(self._session)
        items = (
            "(UID FLAGS INTERNALDATE RFC822.SIZE "
            f"BODY.PEEK[HEADER.FIELDS {wire.header_fields(fields)}]<0.{FIELDS_LIMIT}>)"
        )
        new_uids = None if opened.uidnext is None else opened.uidnext - first_uid
        if first_uid > 1 and new_uids is not None and new_uids <= max(opened.exists, CHUNK):
            chunks = self._by_uid(items, opened, first_uid)
        else:
            chunks = self._by_number(items, opened)
        last = first_uid - 1
        for chunk in chunks:
            _still_open(self._session, opened)
            swept = tuple(_swept(message) for message in chunk if message.size is not None and message.uid > last)
            if swept:
                last = swept[-1].uid
                yield swept

    def whole(self, wanted: Sequence[tuple[int, int]], *, limit: int) -> Iterator[Whole]:
        """What is gone by now is left out. `limit` + 1 octets are asked for, so no announced size is believed."""
        session, opened = self._session, _opened(self._session)
        items = (
            f"(UID FLAGS INTERNALDATE RFC822.SIZE {identity_items(session.capabilities)} BODY.PEEK[]<0.{limit + 1}>)"
        )
        for batch in _batches(wanted, limit):
            _still_open(session, opened)
            for numbers, uids in wire.uid_sets(uid for uid, _ in batch):
                expected = 2 * sum(min(size, limit) for _, size in batch)
                found = session.fetch(
                    numbers,
                    items,
                    literal=max(limit + 1, HEADER_LIMIT),
                    answer=expected + limit + len(batch) * (HEADER_LIMIT + _ALLOWANCE),
                )
                yield from (_whole(each, limit) for each in _asked(found, uids) if each.body is not None)

    def identify(self, uids: Sequence[int]) -> dict[int, Identity]:
        return identify(self._session, uids)

    def present(self, uids: Sequence[int]) -> dict[int, frozenset[str]]:
        there: dict[int, frozenset[str]] = {}
        for numbers, asked in wire.uid_sets(uids, most=_FLAGS_CHUNK):
            found = self._session.fetch(numbers, "(UID FLAGS)")
            there |= {each.uid: each.flags for each in _asked(found, asked) if each.flags is not None}
        return there

    def traces(self, uids: Sequence[int], *, between: tuple[int, int] | None = None) -> tuple[Trace, ...]:
        sets = [numbers for numbers, _ in wire.uid_sets(uids, most=_FLAGS_CHUNK - _AROUND)]
        if between is not None:
            sets[:1] = [",".join((wire.uid_range(*between), *sets[:1]))]
        asked, (low, high) = frozenset(uids), between or (1, 0)
        found = [each for numbers in sets for each in self._session.fetch(numbers, "(UID INTERNALDATE)")]
        there = {each.uid: each.received_at for each in found if each.received_at is not None}
        return tuple(Trace(uid, there[uid]) for uid in sorted(there) if uid in asked or low <= uid <= high)

    def _by_number(self, items: str, opened: FolderState) -> Iterator[tuple[Fetched, ...]]:
        start, gone = 1, 0
        while True:
            # Numbers slide down when messages leave, which a server may tell between two commands of FETCH.
            start, gone = max(1, start - (self._session.expunged - gone)), self._session.expunged
            stop = min(start + CHUNK - 1, opened.exists - gone)
            if start > stop:
                return
            chunk = _sorted(self._fetch_fields(f"{start}:{stop}", items, by_uid=False))
            if not chunk and self._session.expunged == gone:
                return  # each number has a message: this server counts what it does not have
            yield chunk
            start = stop + 1

    def _by_uid(self, items: str, opened: FolderState, first_uid: int) -> Iterator[tuple[Fetched, ...]]:
        end = opened.uidnext or first_uid
        for low in range(first_uid, end, CHUNK):
            high = min(low + CHUNK, end) - 1
            found = self._fetch_fields(wire.uid_range(low, high), items, by_uid=True)
            yield _sorted(each for each in found if low <= each.uid <= high)

    def _fetch_fields(self, messages: str, items: str, *, by_uid: bool) -> tuple[Fetched, ...]:
        return self._session.fetch(
            messages, items, by_uid=by_uid, literal=FIELDS_LIMIT, answer=CHUNK * (FIELDS_LIMIT + _ALLOWANCE)
        )


def _opened(session: Session) -> FolderState:
    if session.opened is None:
        raise MailboxError("no folder is open")
    return session.opened


def _still_open(session: Session, opened: FolderState) -> None:
    if session.opened is not opened:
        raise MailboxError(f"folder {opened.name!r} was left before it was read to its end")


def _swept(message: Fetched) -> Swept:
    return Swept(
        uid=message.uid,
        received_at=message.received_at or UNDATED,
        size=message.size or 0,
        flags=message.flags or frozenset(),
        header=message.header or b"",
    )


def _whole(message: Fetched, limit: int) -> Whole:
    raw = message.body or b""
    return Whole(
        uid=message.uid,
        received_at=message.received_at or UNDATED,
        size=len(raw) if message.size is None else message.size,
        flags=message.flags or frozenset(),
        raw=raw[:limit],
        complete=len(raw) <= limit and bool(raw or not message.size),  # NIL is how some servers give up on a message
        identity=identity_of(message),
    )


def _batches(wanted: Sequence[tuple[int, int]], limit: int) -> Iterator[list[tuple[int, int]]]:
    batch: list[tuple[int, int]] = []
    total = 0
    for uid, size in wanted:
        cost = min(size, limit)
        if batch and (total + cost > _BATCH_BYTES or len(batch) == _BATCH):
            yield batch
            batch, total = [], 0
        batch.append((uid, size))
        total += cost
    if batch:
        yield batch


def _asked(found: Iterable[Fetched], uids: frozenset[int]) -> Iterator[Fetched]:
    return (each for each in found if each.uid in uids)


def _sorted(found: Iterable[Fetched]) -> tuple[Fetched, ...]:
    return tuple(sorted(found, key=lambda each: each.uid))
