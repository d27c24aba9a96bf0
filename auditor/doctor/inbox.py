"""The open inbox -> the newest headers, and its newest marketplace mail with verdicts; each within a bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from auditor.candidates import Look, candidate
from auditor.doctor import stamps
from auditor.judging import Judge, Judged, Letter, judge_header
from auditor.mailbox.interface import FolderState, MailReader, MessageRef, Swept
from auditor.message import Message, read_header
from auditor.sweep import judge_each

NEWEST = 100  # messages whose headers are read for stamps and addresses
REACH = 2_000  # newest UIDs, or all messages of a smaller inbox, whose From is read
MOST_WHOLE = 50  # messages of marketplaces that are read whole
MOST_OCTETS = 8 * 1024 * 1024  # of all of these together, by the sizes that the server announces
LONGEST = 2 * 1024 * 1024  # octets of one of them; a longer one is left out

_ENOUGH = 20  # with so many headers, no further back is looked
_REACHES = (150, 500, 2_000)  # UIDs that are looked back over for them; at most 500 a round trip
_CHUNKS = REACH // 500


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of the inbox with its verdict, and where it lies."""

    ref: MessageRef
    judged: Judged


@dataclass(frozen=True, slots=True)
class MarketplaceMail:
    """What was found among `swept` messages: mail of marketplaces, and mail that only imitates their addresses.

    `left_out`: how many messages of marketplaces were not read, being older, too long, or not handed out.
    """

    swept: int
    whole: tuple[Seen, ...] = ()
    imitating: tuple[Seen, ...] = ()
    left_out: int = 0


def newest(reader: MailReader, inbox: FolderState) -> tuple[Message, ...]:
    """The headers of the newest messages; further back where the last UIDs are sparse."""
    swept: list[Swept] = []
    for reach in _REACHES:
        first_uid = max(1, (inbox.uidnext or 1) - reach)
        swept = _swept(reader, inbox, stamps.FIELDS, first_uid=first_uid)
        if len(swept) >= min(_ENOUGH, inbox.exists) or first_uid == 1:
            break
    return tuple(read_header(one.header) for one in swept[-NEWEST:])


def marketplace_mail(reader: MailReader, inbox: FolderState, judge: Judge) -> MarketplaceMail:
    """The verdicts on the newest marketplace mail of the open inbox. DNS is asked once for all of it."""
    first_uid = 1 if inbox.exists <= REACH else max(1, (inbox.uidnext or 1) - REACH)
    swept = _swept(reader, inbox, ("FROM",), first_uid=first_uid)
    looks = [(one, candidate(one.header, judge.context.catalogue, judge.context.imitations).look) for one in swept]
    theirs = [one for one, look in reversed(looks) if look is Look.WHOLE]
    whole = tuple(_judged(reader, inbox, judge, wanted=list(_affordable(theirs))))
    imitating = tuple(
        Seen(_ref(inbox, one.uid), judge_header(one.header, judge.context))
        for one, look in reversed(looks)
        if look is Look.HEADER
    )
    return MarketplaceMail(len(swept), whole, imitating, left_out=len(theirs) - len(whole))


def _swept(reader: MailReader, inbox: FolderState, fields: Sequence[str], *, first_uid: int) -> list[Swept]:
    chunks = reader.sweep(fields, first_uid=first_uid) if inbox.exists else iter(())
    return [one for chunk in islice(chunks, _CHUNKS) for one in chunk]


def _affordable(newest_first: Sequence[Swept]) -> Iterator[tuple[int, int]]:
    octets = count = 0
    for one in newest_first:
        if count < MOST_WHOLE and one.size <= LONGEST and octets + one.size <= MOST_OCTETS:
            octets, count = octets + one.size, count + 1
            yield one.uid, one.size


def _judged(
    reader: MailReader, inbox: FolderState, judge: Judge, *, wanted: Sequence[tuple[int, int]]
) -> Iterator[Seen]:
    """What is gone by now is left out, and what makes auditor fail: the run that meets that reports it."""
    read = [one for one in reader.whole(wanted, limit=LONGEST) if one.complete and one.raw]
    letters = [Letter(one.raw, one.received_at) for one in read]
    for one, judged in zip(read, judge_each(letters, judge), strict=True):
        if not isinstance(judged, Exception):
            yield Seen(_ref(inbox, one.uid), judged)


def _ref(inbox: FolderState, uid: int) -> MessageRef:
    return MessageRef(inbox.name, inbox.uidvalidity, uid)
