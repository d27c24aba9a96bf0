"""Changes to the Sieve scripts of an account, as values and as the journal keeps them; texts are octets throughout."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.outcome import Status

PUT_SCRIPT = "put-script"  # the kind of journal entry


class Part(StrEnum):
    """What is changed: the text of a script, or which script the server runs."""

    TEXT = "text"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Change:
    """One command's worth. None: there is no such script, before or after.

    Of `Part.ACTIVE`, `name` is empty, and `before` and `after` are the names of scripts.
    """

    part: Part
    name: str
    before: bytes | None
    after: bytes | None

    def reversed(self) -> Change:
        return Change(self.part, self.name, self.after, self.before)

    @property
    def title(self) -> str:
        """For the seller: what is changed."""
        return f"script `{self.name}`" if self.part is Part.TEXT else "the active script"


@dataclass(frozen=True, slots=True)
class ScriptOutcome:
    """What became of one change; `detail` says why where it was not done."""

    change: Change
    status: Status
    detail: str = ""


def planned(change: Change) -> dict[str, object]:
    """The payload of the change: Base64, since a script may hold octets that no text of a database can."""
    return {
        "part": change.part.value,
        "name": change.name,
        "before": _kept(change.before),
        "after": _kept(change.after),
    }


def read(payload: Mapping[str, Any]) -> Change:
    """What `planned` wrote."""
    before, after = payload["before"], payload["after"]
    return Change(
        Part(payload["part"]),
        payload["name"],
        None if before is None else b64decode(before),
        None if after is None else b64decode(after),
    )


def _kept(octets: bytes | None) -> str | None:
    return None if octets is None else b64encode(octets).decode("ascii")
