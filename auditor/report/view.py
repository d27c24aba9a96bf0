"""What every section of the text report is made with: one mailbox, how it is shown, and how lines are laid out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from auditor.display import wrapped
from auditor.report import MailboxReport, MessageLine
from auditor.report.cards import WIDTH

EXAMPLES = 5
_CARDS = 50  # more in full would bury the rest


@dataclass(frozen=True, slots=True)
class View:
    """One mailbox and how it is to be shown."""

    mailbox: MailboxReport
    applied: bool
    now: datetime
    zone: tzinfo
    verbose: bool
    color: bool

    def heading(self, text: str, *, urgent: bool = False) -> str:
        return f"\x1b[1;{31 if urgent else 34}m{text}\x1b[0m" if self.color else text

    def cards(self) -> int | None:
        return None if self.verbose else _CARDS

    def examples(self) -> int | None:
        return None if self.verbose else EXAMPLES


def is_open(message: MessageLine) -> bool:
    """Whether it waits for the seller's eyes."""
    return message.standing == "unverified" and not message.acknowledged


def groups(messages: Iterable[MessageLine], key: Callable[[MessageLine], str]) -> list[tuple[str, list[MessageLine]]]:
    """Messages by what they share, the largest group first."""
    found: defaultdict[str, list[MessageLine]] = defaultdict(list)
    for message in messages:
        found[key(message)].append(message)
    return sorted(found.items(), key=lambda group: (-len(group[1]), group[0]))


def indented(text: str, indent: int) -> Iterator[str]:
    return (" " * indent + each for each in wrapped(text, WIDTH - indent))


def more(total: int, shown: int | None, *, indent: int) -> Iterator[str]:
    if shown is not None and total > shown:
        yield f"{' ' * indent}and {total - shown:,} more (--verbose lists all)"
