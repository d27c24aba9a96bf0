"""Rescued messages in, the same as they are now out: each folder that may hold some is opened, for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from auditor.aftermath import Rescued, Surroundings, seen
from auditor.errors import FolderError
from auditor.mailbox.interface import MailReader, MessageRef
from auditor.report import Incomplete


def follow(
    reader: MailReader,
    rescued: Sequence[Rescued],
    surroundings: Surroundings,
    *,
    now: datetime,
    incomplete: list[Incomplete],
) -> Iterator[Rescued]:
    """Two round trips a folder that holds open ones. In one that cannot be read all stays as it was; that is said."""
    yield from (each for each in rescued if not each.is_open)
    still_open = [each for each in rescued if each.is_open]
    looked = _Flags(reader, incomplete)
    looked.ask([each.ref for each in still_open])
    missing = [each for each in still_open if looked.where(each.ref) is None and each.ref.folder not in looked.refused]
    looked.ask([ref for each in missing for ref in surroundings.elsewhere(each)])
    for each in still_open:
        places = (each.ref, *reversed(surroundings.elsewhere(each)))
        found = next((place for ref in places if (place := looked.where(ref))), None)
        if found is None and any(ref.folder in looked.refused for ref in places):
            yield each
            continue
        readable = each.ref.folder in surroundings.swept or each.ref in looked.asked
        yield seen(each, found, surroundings, readable=readable, now=now)


@dataclass(slots=True)
class _Flags:
    """What the server says of places: `asked` had a meaning, as their folder is still the same one."""

    reader: MailReader
    incomplete: list[Incomplete]
    flags: dict[MessageRef, frozenset[str]] = field(default_factory=dict)
    asked: set[MessageRef] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def where(self, ref: MessageRef) -> tuple[MessageRef, frozenset[str]] | None:
        return (ref, self.flags[ref]) if ref in self.flags else None

    def ask(self, refs: Sequence[MessageRef]) -> None:
        for folder, those in groupby(sorted(set(refs)), key=lambda ref: ref.folder):
            try:
                self._ask_in(folder, list(those))
            except FolderError as error:
                self.refused.add(folder)
                self.incomplete.append(Incomplete(f"folder `{folder}`", error.message))

    def _ask_in(self, folder: str, refs: Sequence[MessageRef]) -> None:
        state = self.reader.examine(folder)
        same = {ref.uid: ref for ref in refs if ref.uidvalidity == state.uidvalidity}
        there = self.reader.present(sorted(same)) if same else {}
        self.asked |= set(same.values())
        self.flags |= {same[uid]: flags for uid, flags in there.items()}
