"""Journal entries of transfers go in; batches that one command can carry come out.

Pure, as are the endings that such a batch comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from auditor import transfer
from auditor.mailbox.interface import Identity, MessageRef
from auditor.outcome import Outcome, Status
from auditor.store.rows import ActionState, Entry
from auditor.transfer import Transfer

BATCH = 50  # what a server that stops half-way through one command can leave undecided


@dataclass(frozen=True, slots=True)
class Item:
    """A journal entry and the transfer that its payload means."""

    entry: Entry
    transfer: Transfer

    @property
    def uid(self) -> int:
        return self.transfer.ref.uid

    @property
    def same(self) -> tuple[str, str]:
        """Equal for what may be the same message, even where the folder was rebuilt in between."""
        return self.transfer.ref.folder, self.transfer.identity

    def marked(self, state: ActionState, more: Mapping[str, object]) -> Item:
        return item(self.entry.marked(state, more=more))


def item(entry: Entry) -> Item:
    return Item(entry, transfer.read(entry.payload))


@dataclass(frozen=True, slots=True)
class Ending:
    """How an item ends; `to` is where it was seen."""

    item: Item
    status: Status
    detail: str = ""
    to: MessageRef | None = None
    shared: str = ""  # what another program did to it at the same time

    def entry(self) -> Entry:
        landed = {"landed": transfer.ref_json(self.to)} if self.to else {}
        return self.item.entry.marked(ActionState(self.status.value), self._said, more=landed)

    def unfinished(self) -> Entry:
        """The message is where `to` says, and its original is still to be removed."""
        return replace(self.entry(), state=ActionState.SENT)

    def kept(self, why: str) -> Ending:
        """The same, but the original could not be removed."""
        return replace(self, status=Status.COPIED, detail="; ".join(filter(None, (why, self.detail))))

    def noting(self, complaint: str) -> Ending:
        """What went wrong beside, where it has arrived at all."""
        return replace(self, detail="; ".join(filter(None, (self.detail, complaint)))) if self.to else self

    def sharing(self, more: str) -> Ending:
        return replace(self, shared="; ".join(filter(None, (self.shared, more))))

    @property
    def _said(self) -> str:
        return "; ".join(filter(None, (self.detail, self.shared)))

    def outcome(self) -> Outcome:
        return Outcome(self.item.transfer.ref, self.status, self.to, self._said, shared=bool(self.shared))


def to_carry(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """Batches of one source folder and one destination."""
    return _batches(items, lambda each: (*_folder(each), each.transfer.to))


def to_resume(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """Batches of what one command carried, or two that began alike."""
    return _batches(
        items,
        lambda each: (
            *_folder(each),
            each.transfer.to,
            each.transfer.verb,
            each.transfer.uidvalidity,
            each.transfer.uidnext,
        ),
    )


def _folder(each: Item) -> tuple[str, int]:
    return each.transfer.ref.folder, each.transfer.ref.uidvalidity


def _batches(items: Sequence[Item], key: Callable[[Item], Hashable]) -> Iterator[tuple[Item, ...]]:
    groups: dict[Hashable, list[Item]] = {}
    for each in items:
        groups.setdefault(key(each), []).append(each)
    for group in groups.values():
        for start in range(0, len(group), BATCH):
            yield tuple(group[start : start + BATCH])


def why_not(wanted: Item, found: Identity | None) -> str:
    """Why the message under this UID must not be moved; empty where it may be."""
    folder = wanted.transfer.ref.folder
    if found is None:
        return f"it is no longer in `{folder}`"
    if found.value != wanted.transfer.identity:
        return f"another message has its number in `{folder}` now"
    if "\\deleted" in {flag.lower() for flag in found.flags}:
        return f"it was marked as deleted in `{folder}`"
    return ""


def by_flags(changes: Mapping[int, frozenset[str]]) -> Iterator[tuple[list[str], list[int]]]:
    """UID -> flags, turned into one (flags, UIDs) for each STORE that is needed."""
    groups: dict[frozenset[str], list[int]] = {}
    for uid, flags in changes.items():
        if flags:
            groups.setdefault(flags, []).append(uid)
    for flags, uids in groups.items():
        yield sorted(flags), uids
