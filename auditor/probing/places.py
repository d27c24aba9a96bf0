"""The folders of an account -> which of them is the inbox, which are spam, and where mail lies without having arrived.

Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from auditor.mailbox import folders
from auditor.mailbox.interface import Folder, Role
from auditor.probing.entries import Landing

_UNUSABLE = {"\\noselect", "\\nonexistent"}
_ALL = "\\all"  # Gmail's: what was sent lies in it too, so that it shows no arrival, and hides one
_OF_SENT = {"\\sent", "\\drafts"}


@dataclass(frozen=True, slots=True)
class Places:
    """`names`: every folder that can hold messages, the inbox and spam first."""

    names: tuple[str, ...]
    inbox: frozenset[str]
    spam: frozenset[str]
    sent: frozenset[str]
    everything: frozenset[str]

    def landing(self, seen_in: Collection[str]) -> Landing:
        """The inbox counts before spam: what lies in both has reached the seller."""
        arrived = set(seen_in) - self.sent - self.everything
        if arrived & self.inbox:
            return Landing.INBOX
        if arrived & self.spam:
            return Landing.SPAM
        if arrived:
            return Landing.ELSEWHERE
        return Landing.UNKNOWN if self.everything & set(seen_in) else Landing.LOST


def places_of(
    listed: Sequence[Folder], *, inbox: str | None = None, junk: Sequence[str] = (), sent: Sequence[str] = ()
) -> Places:
    """`inbox`, `junk` and `sent` are what the configuration names. Raises FolderError for one that is not there."""
    usable = [each for each in listed if not _attributes(each) & _UNUSABLE]
    inboxes = _named(usable, Role.INBOX, (inbox,) if inbox else ())
    spam = _named(usable, Role.JUNK, junk) - inboxes
    copies = {each.name for each in usable if _attributes(each) & _OF_SENT} | _named(usable, Role.SENT, sent)
    everything = frozenset(each.name for each in usable if _ALL in _attributes(each)) - inboxes - spam
    first = [*sorted(inboxes), *sorted(spam)]
    names = (*first, *(each.name for each in usable if each.name not in first))
    return Places(names, inboxes, spam, frozenset(copies - inboxes - spam), everything)


def _named(listed: Sequence[Folder], role: Role, configured: Sequence[str]) -> frozenset[str]:
    return frozenset(each.folder.name for each in folders.find(listed, role, configured=configured))


def _attributes(folder: Folder) -> set[str]:
    return {attribute.lower() for attribute in folder.attributes}
