"""Rescued messages in, the same as they are now out: each folder that holds some is opened once, for reading."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from auditor.aftermath import Rescued, seen
from auditor.errors import FolderError
from auditor.mailbox.interface import MailReader


def follow(
    reader: MailReader, rescued: Sequence[Rescued], *, in_spam: Collection[str], now: datetime
) -> Iterator[Rescued]:
    """Two round trips a folder that holds open ones. What lies in a folder that cannot be opened stays as it was."""
    yield from (each for each in rescued if not each.is_open)
    still_open = sorted((each for each in rescued if each.is_open), key=lambda each: each.ref)
    for folder, those in groupby(still_open, key=lambda each: each.ref.folder):
        yield from _followed(reader, folder, list(those), in_spam=in_spam, now=now)


def _followed(
    reader: MailReader, folder: str, those: Sequence[Rescued], *, in_spam: Collection[str], now: datetime
) -> Iterator[Rescued]:
    try:
        state = reader.examine(folder)
    except FolderError:
        yield from those
        return
    same = [each.ref.uid for each in those if each.ref.uidvalidity == state.uidvalidity]
    flags = reader.present(same) if same else {}
    for each in those:
        readable = each.ref.uidvalidity == state.uidvalidity
        found = flags.get(each.ref.uid) if readable else None
        yield seen(each, found, in_spam=in_spam, readable=readable, now=now)
