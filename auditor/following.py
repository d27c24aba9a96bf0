"""Rescued messages in, the same as they are now out: each folder that holds some is opened once, for reading."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from auditor.aftermath import Rescued, seen
from auditor.errors import FolderError
from auditor.mailbox.interface import MailReader
from auditor.report import Incomplete


def follow(
    reader: MailReader,
    rescued: Sequence[Rescued],
    *,
    in_spam: Collection[str],
    now: datetime,
    incomplete: list[Incomplete],
) -> Iterator[Rescued]:
    """Two round trips a folder that holds open ones. In one that cannot be read all stays as it was; that is said."""
    yield from (each for each in rescued if not each.is_open)
    still_open = sorted((each for each in rescued if each.is_open), key=lambda each: each.ref)
    for folder, those in groupby(still_open, key=lambda each: each.ref.folder):
        following = list(those)
        try:
            yield from _followed(reader, folder, following, in_spam=in_spam, now=now)
        except FolderError as error:
            incomplete.append(Incomplete(f"folder `{folder}`", error.message))
            yield from following


def _followed(
    reader: MailReader, folder: str, those: Sequence[Rescued], *, in_spam: Collection[str], now: datetime
) -> list[Rescued]:
    state = reader.examine(folder)
    same = [each.ref.uid for each in those if each.ref.uidvalidity == state.uidvalidity]
    flags = reader.present(same) if same else {}
    now_there = []
    for each in those:
        readable = each.ref.uidvalidity == state.uidvalidity
        found = flags.get(each.ref.uid) if readable else None
        now_there.append(seen(each, found, in_spam=in_spam, readable=readable, now=now))
    return now_there
