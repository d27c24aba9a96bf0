"""What a program can know after a night, and what that obliges it to: to rescue, never to rescue, or neither.

What it knew is rolled back with its state file. So the model never asks for what nobody could know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.year.night import Night
from tests.year.observation import Look, Observation, Said
from tests.year.world import (
    DELETED,
    HONEST,
    IS_NOT_JUNK,
    OUTSIDE_SPAM,
    WATCHED,
    Actor,
    Folder,
    Lying,
    Mailbox,
    Numbering,
    Truth,
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the state file can hold after a night.

    `looks`: what was said of each letter last, in whatever night. `rescued`: and in which night.
    `perhaps_rescued`: in a night that broke off before it could tell; for all the
    program knows, such a letter in spam was never moved. `outside`: seen outside spam; `perhaps_outside`: by a night
    that saw a part only.
    `clock`: of the last night that saw everything; `latest_clock`: the latest of any run since. `numbering`: as that
    night saw it. `holding`: the folders that held anything then. `path`: how often the file had been moved.
    `upheavals`: how often the mailbox had been numbered anew or restored. `is_backup`: no full night since. `told`:
    since that night.
    """

    rescued: Mapping[str, Night] = field(default_factory=dict)
    perhaps_rescued: Mapping[str, Night] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    perhaps_outside: frozenset[str] = frozenset()
    looks: Mapping[str, Look] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    clock: datetime | None = None
    latest_clock: datetime | None = None
    numbering: Mapping[Folder, Numbering] = field(default_factory=dict)
    holding: frozenset[Folder] = frozenset()
    path: int = 0
    upheavals: int = 0
    is_backup: bool = False
    told: frozenset[Said] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true, whoever knows it, and never rolled back.

    `unsaid`: moved by the program, and no report said so yet. `proved`: provable in a night that could read it; proof
    holds, wherever it is kept. `unwanted`: deleted in spam by the seller, or marked so.
    `listed`: by some report. `missed`: on how many nights of service it lay in spam though it was due.
    """

    rescued: frozenset[str] = frozenset()
    unsaid: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    proved: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    missed: Mapping[str, int] = field(default_factory=dict)
    path: int = 0
    upheavals: int = 0


@dataclass(frozen=True, slots=True)
class Tonight:
    """All that a promise is judged by. `before`: the mailbox as the program found it; `after`: as it left it."""

    night: Night
    before: Mailbox
    after: Mailbox
    memory: Memory
    facts: Facts
    seen: Observation

    def moved(self) -> frozenset[str]:
        """What the program moved out of spam."""
        in_spam = (each.letter.name for each in self.before.within([Folder.JUNK]))
        return frozenset(name for name in in_spam if self._lies_outside(name))

    def _lies_outside(self, name: str) -> bool:
        return any(place.folder is not Folder.JUNK for place in self.seen.lying.get(name, ()))


def fight(tonight: Tonight, lying: Lying) -> str | None:
    """Why a letter in spam must never be moved, however genuine, as far as a program can know."""
    name, memory = lying.letter.name, tonight.memory
    if name in memory.rescued or IS_NOT_JUNK in lying.flags:
        return "rescued twice"
    if name in memory.outside:
        return "fought over, it was seen outside spam"
    return "fought over, the seller marked it deleted" if DELETED in lying.flags else None


def doubt(tonight: Tonight, lying: Lying) -> bool:
    """Whether it need not be moved, and may be: the seller chose, or it was rescued, and nothing can show that."""
    name, facts = lying.letter.name, tonight.facts
    known = (facts.rescued, facts.outside, facts.unwanted, tonight.memory.perhaps_outside)
    return lying.by is Actor.SELLER or any(name in names for names in known)


def unproved(tonight: Tonight, lying: Lying) -> str | None:
    """Why nobody can have proved it by tonight."""
    if lying.letter.truth not in HONEST:
        return (
            f"an {lying.letter.truth} was rescued" if lying.letter.truth is Truth.IMITATION else "not marketplace mail"
        )
    if tonight.night.sees is False:
        return "rescued in a night that could see nothing"
    is_proved = tonight.night.proves(lying.letter) or lying.letter.name in tonight.facts.proved
    return None if is_proved else "rescued without proof"


def is_due(tonight: Tonight, lying: Lying) -> bool:
    """Whether this night of service is one that must not pass over the letter in spam more than once."""
    is_owed = tonight.night.sees is True and tonight.night.proves(lying.letter)
    return is_owed and fight(tonight, lying) is None and not doubt(tonight, lying)


def due(tonight: Tonight) -> frozenset[str]:
    in_spam = tonight.before.within([Folder.JUNK])
    return frozenset(each.letter.name for each in in_spam if is_due(tonight, each))


def undecided(tonight: Tonight) -> Iterator[Lying]:
    """What is left in spam, could not be decided, and is nobody's choice. What is broken was decided when read."""
    for each in tonight.after.within([Folder.JUNK]):
        isundecided = tonight.night.judge(each.letter).undecided and each.letter.truth is not Truth.BROKEN
        if isundecided and not is_settled(tonight, each):
            yield each


def is_settled(tonight: Tonight, each: Lying) -> bool:
    return fight(tonight, each) is not None or doubt(tonight, each)


def remembered(tonight: Tonight) -> Memory:
    """What the state file can hold after the night."""
    night, seen, memory = tonight.night, tonight.seen, tonight.memory
    if not night.runs:
        return memory
    ran = replace(
        memory,
        looks={**memory.looks, **seen.looks},
        open=seen.open if seen.open is not None else memory.open,
        latest_clock=max(memory.latest_clock or night.clock, night.clock),
        told=memory.told | seen.said,
    )
    if night.sees is False:
        return ran
    rescued, perhaps = _rescued(tonight)
    read = replace(ran, rescued=rescued, perhaps_rescued=perhaps)
    outside = frozenset(each.letter.name for each in tonight.before.within(OUTSIDE_SPAM))
    if night.sees is None:
        return replace(read, perhaps_outside=memory.perhaps_outside | outside)
    return replace(
        read,
        outside=memory.outside | outside,
        clock=night.clock,
        latest_clock=night.clock,
        numbering=tonight.after.numbering,
        holding=frozenset(each.folder for each in tonight.after.lying.values()),
        path=tonight.facts.path,
        upheavals=tonight.facts.upheavals,
        is_backup=False,
        told=frozenset(),
    )


def _rescued(tonight: Tonight) -> tuple[Mapping[str, Night], Mapping[str, Night]]:
    """What is known to have been rescued after the night, and what perhaps was. A full night knows what it moved."""
    night, memory, moved = tonight.night, tonight.memory, tonight.moved()
    certain = moved if night.sees else moved & tonight.seen.rescued
    told = {name: when for name, when in memory.perhaps_rescued.items() if name in tonight.seen.rescued}
    open_still = {name: when for name, when in memory.perhaps_rescued.items() if name not in told}
    rescued = {**memory.rescued, **told, **dict.fromkeys(certain, night)}
    return rescued, {**open_still, **dict.fromkeys(moved - certain, night)}


def _proved(tonight: Tonight) -> Iterator[str]:
    if tonight.night.sees is False:
        return iter(())
    in_reach = tonight.before.within(WATCHED)
    return (each.letter.name for each in in_reach if tonight.night.proves(each.letter))


def learned(tonight: Tonight) -> Facts:
    """What is true after the night."""
    facts, moved = tonight.facts, tonight.moved()
    outside = frozenset(each.letter.name for each in tonight.before.within(OUTSIDE_SPAM))
    still = due(tonight) - moved
    return replace(
        facts,
        rescued=facts.rescued | moved,
        unsaid=(facts.unsaid | moved) - tonight.seen.rescued,
        outside=facts.outside | (outside if tonight.night.sees is not False else frozenset()),
        proved=facts.proved | frozenset(_proved(tonight)),
        listed=facts.listed | frozenset(tonight.seen.standings),
        missed={**facts.missed, **{name: facts.missed.get(name, 0) + 1 for name in still}},
    )
