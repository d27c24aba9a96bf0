"""`MAILBOX:FOLDER/UIDVALIDITY/UID` <-> a mailbox name and a MessageRef."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from auditor.mailbox.interface import MessageRef

_REF = re.compile(
    r"(?P<mailbox>[A-Za-z0-9][A-Za-z0-9_.-]{0,63}):(?P<folder>.+)/(?P<uidvalidity>\d{1,10})/(?P<uid>\d{1,10})"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A message as reports name it."""

    mailbox: str
    ref: MessageRef

    def __str__(self) -> str:
        return f"{self.mailbox}:{self.ref.folder}/{self.ref.uidvalidity}/{self.ref.uid}"


def parse(text: str) -> Reference | None:
    """The reference that `text` is; None for anything else, which `explain` takes for a path."""
    found = _REF.fullmatch(text)
    if found is None:
        return None
    from auditor.mailbox.interface import MessageRef

    ref = MessageRef(found["folder"], int(found["uidvalidity"]), int(found["uid"]))
    return Reference(found["mailbox"], ref)


def required(text: str) -> Reference:
    """Raises ConfigError for what is no reference."""
    found = parse(text)
    if found is None:
        raise ConfigError(f"`{text[:80]}` is no reference to a message", hint="copy it from a report")
    return found
