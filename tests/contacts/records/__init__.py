"""Contact records with the right answer, written from the sources before the checks: see README.md beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

Half = Literal["open", "held"]
Outcome = Literal["wrong", "unknown"]
# A name's records by type, in presentation form; or what every question about the name comes to.
Answers = Mapping[str, list[str]] | Literal["nxdomain", "timeout", "servfail"]

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Expected:
    """The one thing that is to be said of a record. `suggestion` is the whole corrected address of a typing slip."""

    rule: str
    outcome: Outcome
    field: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One seller's details and the DNS around them. `expected` is empty where every detail is right.

    `contact` has the keys of the `[contact]` table; a key that is not there is a detail that is not on file.
    A name that is not in `zone` does not exist. A TXT stands as the joined text, whatever its length.
    """

    id: str
    about: str
    source: str
    marketplaces: tuple[str, ...]
    mailbox: str
    contact: Mapping[str, Any]
    zone: Mapping[str, Answers]
    now: datetime
    expected: tuple[Expected, ...]

    @property
    def outcome(self) -> Literal["right", "wrong", "unknown"]:
        return self.expected[0].outcome if self.expected else "right"


def read(half: Half) -> tuple[Record, ...]:
    """The records of one half, in the order of the file. Raises ValueError for a line that is no record."""
    lines = (_FOLDER / f"{half}.jsonl").read_text("utf-8").splitlines()
    return tuple(_record(json.loads(line)) for line in lines)


def _record(line: dict[str, Any]) -> Record:
    return Record(
        id=line["id"],
        about=line["about"],
        source=line["source"],
        marketplaces=tuple(line["marketplaces"]),
        mailbox=line["mailbox"],
        contact=line["contact"],
        zone=cast("Mapping[str, Answers]", line["zone"]),
        now=datetime.fromisoformat(line["now"]),
        expected=tuple(Expected(**entry) for entry in line["expected"]),
    )
