"""The folders of an account in, those for one role out, each with how it was found. No I/O."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditor.errors import FolderError
from auditor.mailbox import folder_names
from auditor.mailbox.interface import Folder, Role

_WITHOUT_MESSAGES = frozenset({"\\noselect", "\\nonexistent"})
_COMPARED = 1_000  # names that a missing one is compared with
_ATTRIBUTES = {
    Role.JUNK: frozenset({"\\junk", "\\spam"}),  # RFC 6154; Gmail's older XLIST
    Role.SENT: frozenset({"\\sent"}),
}


class How(StrEnum):
    """A guess by name is to be shown before it is acted on."""

    ATTRIBUTE = "attribute"
    NAME = "name"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Found:
    """A folder that can hold messages, and how it was found."""

    folder: Folder
    how: How


def find(folders: Sequence[Folder], role: Role, *, configured: Sequence[str] = ()) -> tuple[Found, ...]:
    """All folders for `role`: what the configuration names, else by attribute, else by name.

    An attribute counts on any LIST line, whether or not the server announces SPECIAL-USE (RFC 6154, section 2).
    Raises FolderError for a configured name that is not there.
    """
    if configured:
        return tuple(Found(_named(folders, name), How.CONFIGURATION) for name in configured)
    usable = [folder for folder in folders if not _attributes(folder) & _WITHOUT_MESSAGES]
    wanted = _ATTRIBUTES.get(role, frozenset())
    if marked := [folder for folder in usable if _attributes(folder) & wanted]:
        return tuple(Found(folder, How.ATTRIBUTE) for folder in marked)
    return tuple(Found(folder, How.NAME) for folder in usable if _is_called(folder, role))


def _is_called(folder: Folder, role: Role) -> bool:
    if role is Role.INBOX:
        return folder.name.upper() == "INBOX"
    last = folder.name.rsplit(folder.delimiter, 1)[-1] if folder.delimiter else folder.name
    return _folded(last) in _NAMES.get(role, frozenset())


def _named(folders: Sequence[Folder], name: str) -> Folder:
    for folder in folders:
        if folder.name == name or folder.name.upper() == name.upper() == "INBOX":
            if _attributes(folder) & _WITHOUT_MESSAGES:
                raise FolderError(f"folder {name!r} holds folders only, no messages")
            return folder
    near = difflib.get_close_matches(name, [folder.name for folder in folders[:_COMPARED]], n=3, cutoff=0.5)
    hint = f"there is {', '.join(repr(other) for other in near)}" if near else "no folder has a name like it"
    raise FolderError(f"there is no folder {name!r} in this mailbox", hint=hint)


def _attributes(folder: Folder) -> frozenset[str]:
    return frozenset(attribute.lower() for attribute in folder.attributes)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


_NAMES = {
    role: frozenset(_folded(name) for names in by_language.values() for name in names)
    for role, by_language in ((Role.JUNK, folder_names.JUNK), (Role.SENT, folder_names.SENT))
}
