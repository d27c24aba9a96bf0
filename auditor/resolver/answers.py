"""What DNS can say of a name. Three outcomes, never two: a timeout is not an absence, and neither is a lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Found(StrEnum):
    FOUND = "found"
    ABSENT = "absent"  # known not to exist
    TEMPERROR = "temperror"  # could not tell


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of one name and type; `why` for people.

    A TXT record is its strings joined (RFC 6376 section 3.6.2.2); an MX or SRV record is its text as in a zone file.
    """

    found: Found
    texts: tuple[bytes, ...] = ()
    why: str = ""


Answers = Mapping[str, Answer]

NOT_ASKED = Answer(Found.TEMPERROR, why="was not asked")
