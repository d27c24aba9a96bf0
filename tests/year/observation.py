"""What can be seen of one night from outside, after the program ran: the only thing by which it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tests.year.night import Failure, Standing
from tests.year.world import ANSWERED, OUTSIDE_SPAM, SEEN, Actor, Folder, Mailbox


class Became(StrEnum):
    """What became of a rescued letter; where several hold, the last one."""

    THERE = "still there"
    READ = "read"
    ANSWERED = "answered"
    PUT_BACK = "put back"
    GONE = "gone"


FINAL = (Became.PUT_BACK, Became.GONE)
"""Once said, nobody need look again."""


@dataclass(frozen=True, slots=True)
class Look:
    """`by`: who put it back or took it away, where the program dares to say so; None: it does not."""

    became: Became
    by: Actor | None = None


class Said(StrEnum):
    """What has to be said when it happened, wherever the report says it."""

    NUMBERING = "a folder was numbered anew, or an older copy of it was put back"
    STATE = "the state file is not where, or not what, the last run left"
    CLOCK = "the clock is behind the last run"


@dataclass(frozen=True, slots=True)
class Place:
    """`flags`: without `\\Recent`, and without `Junk` and `NonJunk`, which only repeat the keywords of RFC 9051."""

    folder: Folder
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Observation:
    """After one night. Letters are named by their names, found again in bytes and references.

    `exit_code`: None where nothing ran. `lying`: every place of every letter in the mailbox. `rescued`: what the report
    says was moved tonight. `standings`: of the messages that it lists. `looks`: what the program holds to have become
    of what it rescued. `open`: what it is going to judge again; None where the adapter cannot tell.
    """

    exit_code: int | None
    lying: Mapping[str, tuple[Place, ...]]
    rescued: frozenset[str] = frozenset()
    standings: Mapping[str, Standing] = field(default_factory=dict)
    looks: Mapping[str, Look] = field(default_factory=dict)
    incomplete: frozenset[Failure] = frozenset()
    said: frozenset[Said] = frozenset()
    open: frozenset[str] | None = None
    database_bytes: int = 0


def places(mailbox: Mailbox) -> dict[str, tuple[Place, ...]]:
    """A mailbox in which every letter lies once, as it is observed."""
    return {name: (Place(each.folder, each.flags),) for name, each in mailbox.lying.items()}


def became(mailbox: Mailbox, name: str) -> Look:
    """What is true of a letter that was rescued."""
    lying = mailbox.lying.get(name)
    if lying is None:
        return Look(Became.GONE, mailbox.gone.get(name))
    if lying.folder not in OUTSIDE_SPAM:
        return Look(Became.PUT_BACK if lying.folder is Folder.JUNK else Became.GONE, lying.by)
    if ANSWERED in lying.flags:
        return Look(Became.ANSWERED)
    return Look(Became.READ if SEEN in lying.flags else Became.THERE)
