"""Rescued messages in, the same as they are now out: each folder that may hold some is opened, for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from auditor.aftermath import Rescued, Surroundings, seen
from auditor.errors import FolderError
from auditor.mailbox.interface import Identity, MailReader, MessageRef
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
    looked = _Places(reader, incomplete)
    looked.ask([each.ref for each in still_open])
    missing = [each for each in still_open if not looked.at(each.ref, each) and each.ref.folder not in looked.refused]
    looked.ask([ref for each in missing for ref in surroundings.elsewhere(each)])
    for each in still_open:
        places = (each.ref, *reversed(surroundings.elsewhere(each)))
        found = next((place for ref in places if (place := looked.at(ref, each))), None)
        if found is None and (surroundings.may_hide(each) or any(ref.folder in looked.refused for ref in places)):
            yield each
            continue
        readable = each.ref.folder in surroundings.swept or each.ref in looked.asked
        yield seen(each, found, surroundings, readable=readable, now=now)


@dataclass(slots=True)
class _Places:
    """What the server says of places: `asked` had a meaning, as their folder is still the same one.

    A UID is not believed alone: an older copy of the folder may have given it to another message.
    """

    reader: MailReader
    incomplete: list[Incomplete]
    asked: set[MessageRef] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    _found: dict[MessageRef, Identity] = field(default_factory=dict)

    def at(self, ref: MessageRef, each: Rescued) -> tuple[MessageRef, frozenset[str]] | None:
        found = self._found.get(ref)
        return (ref, found.flags) if found and found.value == each.identity else None

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
        there = self.reader.identify(sorted(same)) if same else {}
        self.asked |= set(same.values())
        self._found |= {same[uid]: found for uid, found in there.items()}
