"""The promises, one function each: a night goes in, a line for each way in which it was broken comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from tests.year.ending import exit_code, failures_are_named
from tests.year.knowledge import Tonight, due, fight, is_settled, undecided, unproved
from tests.year.night import DnsDown, Standing
from tests.year.observation import FINAL, Look, Place, Said, became
from tests.year.world import (
    IS_JUNK,
    IS_NOT_JUNK,
    OUTSIDE_SPAM,
    WATCHED,
    Actor,
    Folder,
    Lying,
    Truth,
)

LOOKED_FOR = timedelta(days=14)
AN_HOUR_EACH_WAY = timedelta(hours=2)
"""Summer time and the start's jitter: the fourteenth night after the rescue may begin after the fourteen days."""
DATABASE_BYTES = 50_000_000

Promise = Callable[[Tonight], Iterator[str]]


def nothing_lost(tonight: Tonight) -> Iterator[str]:
    """Each letter lies where it lay, once, or was moved once from spam to the inbox; its flags are its own."""
    for name, was in tonight.before.lying.items():
        match tonight.seen.lying.get(name, ()):
            case ():
                yield f"lost: {name}"
            case (place,):
                yield from _touched(tonight, was, place)
            case several:
                yield f"doubled: {name} lies in {', '.join(sorted(place.folder for place in several))}"
    yield from (f"appeared: {name}" for name in sorted(tonight.seen.lying.keys() - tonight.before.lying.keys()))


def _touched(tonight: Tonight, was: Lying, now: Place) -> Iterator[str]:
    is_rescue = was.folder is Folder.JUNK and now.folder is Folder.INBOX
    if now.folder is not was.folder and not is_rescue:
        yield f"touched: {was.letter.name} went from {was.folder} to {now.folder}"
    expected = _marks(tonight, was, is_rescue=is_rescue)
    if now.flags not in expected:
        yield f"flags: {was.letter.name} has {sorted(now.flags)}, not {sorted(expected[0])}"


def _marks(tonight: Tonight, was: Lying, *, is_rescue: bool) -> Sequence[frozenset[str]]:
    """What a letter may bear. A rescue that was broken off behind the move is finished by a later night."""
    turned = (was.flags - {IS_JUNK}) | {IS_NOT_JUNK}
    if is_rescue:
        return (turned, was.flags) if tonight.night.sees is None else (turned,)
    if was.letter.name not in tonight.facts.unsaid:
        return (was.flags,)
    return (turned,) if _must_finish(tonight, was) else (was.flags, turned)


def _must_finish(tonight: Tonight, was: Lying) -> bool:
    """The program knows of the move, and the letter still lies where it was put."""
    is_known = was.letter.name in tonight.memory.perhaps_rescued and tonight.memory.upheavals == tonight.facts.upheavals
    return is_known and tonight.night.sees is True and was.folder is Folder.INBOX and was.by is Actor.PROGRAM


def only_what_may_be_rescued(tonight: Tonight) -> Iterator[str]:
    for name in sorted(tonight.moved()):
        lying = tonight.before.lying[name]
        for why in (unproved(tonight, lying), fight(tonight, lying)):
            if why:
                yield f"{why}: {name}"


def rescues_are_reported(tonight: Tonight) -> Iterator[str]:
    """A state that was put back may hold as unfinished what was finished and said since."""
    moved, said = tonight.moved(), tonight.seen.rescued
    again = tonight.facts.rescued if tonight.memory.is_backup else frozenset()
    yield from (f"report: says that it moved {name}" for name in sorted(said - moved - tonight.facts.unsaid - again))
    if tonight.night.sees is True:
        yield from (f"report: is silent on moving {name}" for name in sorted(moved - said))


def every_letter_in_spam_is_listed(tonight: Tonight) -> Iterator[str]:
    """The first full night that finds it names it, unless it is of no marketplace or the seller's own choice."""
    if tonight.night.sees is not True or isinstance(tonight.night.trouble, DnsDown):
        return
    for each in tonight.before.within([Folder.JUNK]):
        is_told = each.letter.name in tonight.facts.listed or each.letter.name in tonight.seen.standings
        if not is_told and each.letter.truth is not Truth.STRANGER and not is_settled(tonight, each):
            yield f"not listed: {each.letter.name}, {each.letter.truth}"


def standings_are_true(tonight: Tonight) -> Iterator[str]:
    owed = due(tonight)
    for name, standing in sorted(tonight.seen.standings.items()):
        lying = tonight.before.lying.get(name)
        if lying is None and tonight.night.sees is None and name in tonight.facts.listed:
            continue  # it was in a part that this night did not see, and an earlier one did
        if lying is None:
            yield f"standing: {name} lies nowhere"
        elif standing not in _standings(tonight, lying, is_due=name in owed):
            yield f"standing: {name}, {lying.letter.truth}, is called {standing}"


def _standings(tonight: Tonight, lying: Lying, *, is_due: bool) -> Iterator[Standing]:
    letter = lying.letter
    if letter.truth is Truth.STRANGER:
        return
    if letter.truth is Truth.IMITATION:
        yield Standing.FORGED
        return
    if tonight.night.proves(letter) or letter.name in tonight.facts.proved:
        yield Standing.GENUINE
    if not is_due:
        yield Standing.UNVERIFIED


def looks(tonight: Tonight) -> Iterator[str]:
    """What was rescued is looked for; what is said of it is true, or was said before by a night that saw it."""
    ever_rescued = tonight.facts.rescued | tonight.moved()
    for name, look in sorted(tonight.seen.looks.items()):
        if name not in ever_rescued:
            yield f"look: {name} was never rescued"
        elif tonight.night.sees is False and look != tonight.memory.looks.get(name):
            yield f"look: concluded in a night that could see nothing: {name}"
        elif not _is_true(tonight, name, look) and not _is_old(tonight, name, look):
            truth = became(tonight.after, name)
            yield f"look: {name} is {truth.became} by {truth.by}, not {look.became} by {look.by}"
    missing = (name for name in sorted(tonight.memory.rescued) if _must_look(tonight, name))
    yield from (f"look: none for {name}" for name in missing if name not in tonight.seen.looks)


def _is_true(tonight: Tonight, name: str, look: Look) -> bool:
    truth = became(tonight.after, name)
    is_right_actor = look.by is None or look.became not in FINAL or look.by is truth.by
    return look.became is truth.became and is_right_actor


def _is_old(tonight: Tonight, name: str, look: Look) -> bool:
    return look == tonight.memory.looks.get(name) and not _must_look(tonight, name)


def _must_look(tonight: Tonight, name: str) -> bool:
    """Tonight falls in the fourteen days, by a right clock, and nothing final was said yet."""
    rescue, night, said = tonight.memory.rescued.get(name), tonight.night, tonight.memory.looks.get(name)
    if rescue is None or night.sees is not True or (said and said.became in FINAL):
        return False
    age = night.at - rescue.at
    return night.is_clock_right and rescue.is_clock_right and age <= LOOKED_FOR - AN_HOUR_EACH_WAY


def changes_are_said(tonight: Tonight) -> Iterator[str]:
    owed = frozenset(_owed(tonight))
    if tonight.night.sees is True:
        yield from (f"not said: {what}" for what in sorted(owed - tonight.memory.told - tonight.seen.said))
    allowed = owed | frozenset(_allowed(tonight))
    yield from (f"said, and it is not so: {what}" for what in sorted(tonight.seen.said - allowed))


def _owed(tonight: Tonight) -> Iterator[Said]:
    """What a full night can see when it compares with what the last one left in the state."""
    memory = tonight.memory
    if memory.clock and tonight.night.clock < memory.clock:
        yield Said.CLOCK
    if memory.clock and memory.path != tonight.facts.path:
        yield Said.STATE
    for folder in memory.holding & set(WATCHED):
        was, now = memory.numbering[folder], tonight.before.numbering[folder]
        if now.uidvalidity != was.uidvalidity or now.uidnext < was.uidnext:
            yield Said.NUMBERING


def _allowed(tonight: Tonight) -> Iterator[Said]:
    memory = tonight.memory
    if memory.is_backup:
        yield from Said
    if memory.upheavals != tonight.facts.upheavals and tonight.night.sees is not False:
        yield Said.NUMBERING
    if memory.path != tonight.facts.path:
        yield Said.STATE
    if memory.latest_clock and tonight.night.clock < memory.latest_clock:
        yield Said.CLOCK


def undecided_stays_open(tonight: Tonight) -> Iterator[str]:
    """Until it is decided, or lies where nobody can act on it."""
    still = tonight.seen.open
    if still is None or not tonight.night.runs:
        return
    if tonight.night.sees is False:
        yield from (f"open: {name} was closed unseen" for name in sorted(tonight.memory.open - still))
    if tonight.night.sees is True:
        waiting = {each.letter.name for each in undecided(tonight)}
        yield from (f"open: {name} is forgotten" for name in sorted(waiting - still - tonight.facts.proved))
        yield from (f"open: {name} should be closed" for name in sorted(still) if _is_closed(tonight, name))


def _is_closed(tonight: Tonight, name: str) -> bool:
    lying = tonight.after.lying.get(name)
    if lying is None or lying.letter.truth in (Truth.IMITATION, Truth.STRANGER):
        return True
    return lying.folder in OUTSIDE_SPAM and tonight.night.proves(lying.letter)


def the_database_stays_small(tonight: Tonight) -> Iterator[str]:
    if tonight.seen.database_bytes >= DATABASE_BYTES:
        yield f"database: {tonight.seen.database_bytes} bytes"


PROMISES: tuple[Promise, ...] = (
    nothing_lost,
    only_what_may_be_rescued,
    rescues_are_reported,
    failures_are_named,
    exit_code,
    every_letter_in_spam_is_listed,
    standings_are_true,
    looks,
    changes_are_said,
    undecided_stays_open,
    the_database_stays_small,
)
