"""The judging table of the wording rules: replies as sellers write them, and the findings that are right for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RULES = frozenset(
    {
        "reply-outside-contact",
        "reply-outside-link",
        "reply-overpromise",
        "reply-no-empathy",
        "reply-unprofessional",
        "reply-marketing",
        "reply-review-begging",
        "reply-automated",
        "reply-template-unchanged",
    }
)
HALVES = ("open", "held")
_HERE = Path(__file__).parent
_LISTS = ("expect", "quotes", "seller_domains")


@dataclass(frozen=True, slots=True)
class Row:
    """One reply with what it answers. README.md says what each field means; an absent field says nothing is known."""

    id: str
    marketplace: str
    inquiry: str
    reply: str
    expect: tuple[str, ...]
    note: str
    quotes: tuple[str, ...] = ()
    order: str | None = None
    seller_domains: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds_after: int | None = None
    sent_same_to: int | None = None
    template: str | None = None
    sample: str | None = None

    @property
    def good(self) -> bool:
        """Nothing is to be found in it."""
        return not self.expect


def load(half: str) -> tuple[Row, ...]:
    """The rows of one half, `open` or `held`, in the order of the file; TypeError if a key is unknown."""
    table = tomllib.loads((_HERE / f"{half}.toml").read_text(encoding="utf-8"))
    return tuple(_row(raw) for raw in table["reply"])


def _row(raw: Mapping[str, Any]) -> Row:
    fields: dict[str, Any] = {key: tuple(value) if key in _LISTS else value for key, value in raw.items()}
    return Row(**fields)
