"""Rows of the ledger -> customers' inquiries, the seller's answers, and how each thread stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.display import decoded
from auditor.evidence.sender import Sender, one_mailbox
from auditor.mailbox.interface import Role
from auditor.marketplaces import Catalogue, Kind
from auditor.marketplaces.pattern import expand
from auditor.replies.automatic import is_automatic
from auditor.replies.clock import Clock, Mail, clocks, rule_of
from auditor.replies.matching import Answer, Inquiry, settled
from auditor.replies.threads import threads
from auditor.store.rows import LedgerRow, SentReply

_CONSOLE = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_WHERE = (Role.INBOX, Role.WATCH, Role.JUNK)  # of a message in several folders, the first of these counts
_CALLED = re.compile(r"(?:e-?mail|message|reply|answer) to ([^:(\r\n]{2,100})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standing:
    """One clock, and the messages that it is about, the first of them the one that counts."""

    clock: Clock
    marketplace: str
    rows: tuple[LedgerRow, ...]
    answers: tuple[Answer | None, ...] = ()
    """The first to each of them."""

    @property
    def row(self) -> LedgerRow:
        return self.rows[0]

    @property
    def settled(self) -> tuple[tuple[LedgerRow, Answer], ...]:
        """The messages that were answered, with what answered them first."""
        pairs = zip(self.rows, self.answers, strict=True)
        return tuple((row, answer) for row, answer in pairs if answer is not None)

    @property
    def in_junk(self) -> bool:
        """Whether a message of it lies in spam still."""
        return any(row.role is Role.JUNK and row.gone_at is None for row in self.rows)

    @property
    def is_proved(self) -> bool:
        """Unproved ones count too: for the clock, dropping them would hide the harm."""
        return all(row.standing == "genuine" for row in self.rows)


def standings(
    rows: Iterable[LedgerRow],
    replies: Iterable[SentReply],
    catalogue: Catalogue,
    *,
    done: Collection[str],
    now: datetime,
) -> tuple[Standing, ...]:
    """By the time of the message; `rows` hold all folders, also what is gone, and `done` keys of messages."""
    every = tuple(rows)
    asked = {key_of(row): row for row in asking(every)}
    inquiries = [inquiry_of(row, catalogue) for row in asked.values()]
    answers = [*(_answer(reply, catalogue) for reply in _counting(replies, catalogue)), *_confirmed(every)]
    found = settled(inquiries, answers)
    standing = [
        each
        for thread in threads(inquiries, found)
        for each in _of_thread(thread, asked, found, catalogue=catalogue, done=done, now=now)
    ]
    return tuple(sorted(standing, key=lambda each: (each.clock.received_at, key_of(each.row))))


def key_of(row: LedgerRow) -> str:
    """By which a message is the same in whatever folder it lies."""
    return row.message_id or row.identity


def asking(rows: Sequence[LedgerRow]) -> Iterator[LedgerRow]:
    """Each inquiry once, as it lies now: what we moved, or somebody else, is one message all the same."""
    best: dict[str, LedgerRow] = {}
    for row in rows:
        if row.kind == Kind.CUSTOMER.value and row.standing != "forged":
            known = best.get(key_of(row))
            if known is None or _order(row) < _order(known):
                best[key_of(row)] = row
    yield from best.values()


def _order(row: LedgerRow) -> tuple[bool, int]:
    return row.gone_at is not None, _WHERE.index(row.role) if row.role in _WHERE else len(_WHERE)


def inquiry_of(row: LedgerRow, catalogue: Catalogue) -> Inquiry:
    sender = one_mailbox(row.header_from)
    address, name = (sender.address.lower(), sender.display_name) if isinstance(sender, Sender) else ("", "")
    return Inquiry(
        key=key_of(row),
        marketplace=row.marketplace,
        received_at=row.received_at,
        sender=address,
        message_id=row.message_id or "",
        name=_customer(name),
        reply_to=tuple(each.lower() for each in row.thread.reply_to),
        references=_references(row.thread.in_reply_to, row.thread.references),
        orders=frozenset(row.orders),
        subject=decoded(row.subject),
        is_shared=_is_shared(address, catalogue),
    )


def _is_shared(address: str, catalogue: Catalogue) -> bool:
    """Whether every customer writes from it: the catalogue has it as it is, without a part that differs."""
    match = catalogue.match(address)
    if match is None:
        return True
    written = (one for text in match.stream.patterns for one, _ in expand(text, match.marketplace.tld))
    return address in written


def _customer(name: str) -> str:
    """Amazon writes `Anna - Amazon Marketplace`."""
    return decoded(name).partition(" - ")[0].strip()


def _counting(replies: Iterable[SentReply], catalogue: Catalogue) -> Iterator[SentReply]:
    """Without automatic ones, where the marketplace does not take them for an answer."""
    counts = {one.name for one in catalogue.marketplaces if one.reply_window and one.reply_window.automatic_counts}
    return (each for each in replies if each.marketplace in counts or not is_automatic(each.automatic))


def _answer(reply: SentReply, catalogue: Catalogue) -> Answer:
    to = frozenset(each.lower() for each in reply.recipients)
    return Answer(
        key=f"sent:{reply.ref.folder}/{reply.ref.uidvalidity}/{reply.ref.uid}",
        marketplace=reply.marketplace,
        at=reply.sent_at,
        to=to,
        relays=frozenset(each for each in to if _leads_to_customer(each, reply.marketplace, catalogue)),
        references=_references(reply.thread.in_reply_to, reply.thread.references),
        orders=frozenset(reply.orders),
        message_id=reply.message_id or "",
    )


def _leads_to_customer(address: str, marketplace: str, catalogue: Catalogue) -> bool:
    match = catalogue.match(address)
    return match is not None and match.marketplace.name == marketplace and match.stream.kind is Kind.CUSTOMER


def _confirmed(rows: Sequence[LedgerRow]) -> Iterator[Answer]:
    """Answers given in Amazon's console, which Amazon confirms by mail; only what is proved to be Amazon's counts."""
    for row in rows:
        if row.notification == _CONSOLE and row.standing == "genuine":
            called = _CALLED.search(decoded(row.subject))
            yield Answer(
                key=f"console:{key_of(row)}",
                marketplace=row.marketplace,
                at=row.received_at,
                orders=frozenset(row.orders),
                name=called[1].strip() if called else "",
                is_console=True,
            )


def _references(in_reply_to: str | None, references: Sequence[str]) -> tuple[str, ...]:
    """Message-IDs, the nearest first; whatever else stands in those fields names nothing."""
    near = _MESSAGE_ID.findall(in_reply_to or "")
    far = (each for text in reversed(references) for each in _MESSAGE_ID.findall(text))
    return tuple(dict.fromkeys((*near, *far)))


def _of_thread(
    thread: Sequence[Inquiry],
    asked: Mapping[str, LedgerRow],
    found: Mapping[str, Answer],
    *,
    catalogue: Catalogue,
    done: Collection[str],
    now: datetime,
) -> Iterator[Standing]:
    owner = next((one for one in catalogue.marketplaces if one.name == thread[0].marketplace), None)
    rule = rule_of(owner.reply_window if owner else None)
    mails = [
        Mail(each.received_at, found[each.key].at if each.key in found else None, done=each.key in done)
        for each in thread
    ]
    for clock in clocks(mails, rule, now):
        own = [thread[number] for number in clock.mails]
        yield Standing(
            clock,
            own[0].marketplace,
            tuple(asked[each.key] for each in own),
            tuple(found.get(each.key) for each in own),
        )
