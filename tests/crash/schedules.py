"""A seed goes in; a few nights with a few faults each come out, and the account on which they are lived through."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import get_args

from tests.crash.scene import ARCHIVE, BULK, INBOX, JUNK, Scene
from tests.crash.trial import Bench, OtherClient, Trial, Way, begin, come_to_an_end, end
from tests.servers.account import ImapServer
from tests.servers.faults import After, Before, Call, Cut, During, Fault, Octet, Place, Reply, Say, Shape, doubled, drip

SIZES = (1, 2, 5, 9, 20)

_LAST_COMMAND = 40  # of the longest rescue; what is never reached is a fault less
_LAST_OCTET = 125_000

Deeds = Callable[[Trial, Place], Iterator[Fault]]


def _cut(_: Trial, place: Place) -> Iterator[Fault]:
    yield Fault(place, Cut())


def _killed(trial: Trial, place: Place) -> Iterator[Fault]:
    yield Fault(place, Call(partial(trial.bench.forks.send, signal.SIGKILL)))
    yield Fault(place, Cut())


def _told_to_end(trial: Trial, place: Place) -> Iterator[Fault]:
    yield Fault(place, Call(partial(trial.bench.forks.send, signal.SIGTERM)))


def _killed_soon(trial: Trial, place: Place) -> Iterator[Fault]:
    """While it computes or writes to its state, not while it waits for the server: when, is left to chance."""
    seconds = random.SystemRandom().uniform(0, 0.05)
    yield Fault(place, Call(partial(trial.bench.forks.send_later, signal.SIGKILL, seconds)))


def _disk_full(trial: Trial, place: Place) -> Iterator[Fault]:
    yield Fault(place, Call(trial.bench.disk.fill))


def _refused(words: bytes) -> Deeds:
    def refused(_: Trial, place: Place) -> Iterator[Fault]:
        yield Fault(place, Reply(words) if isinstance(place, Before) else Cut())

    return refused


def _says(words: bytes) -> Deeds:
    def said(_: Trial, place: Place) -> Iterator[Fault]:
        if isinstance(place, Before | After):
            yield Fault(place, Say(words))

    return said


def _shaped(shape: Shape) -> Deeds:
    def shaped(_: Trial, place: Place) -> Iterator[Fault]:
        if isinstance(place, Before | After):
            yield Fault(During(place.command), shape)

    return shaped


HAPPENS: Mapping[str, Deeds] = {
    "cut": _cut,
    "SIGKILL": _killed,
    "SIGKILL soon": _killed_soon,
    "SIGTERM": _told_to_end,
    "disk full": _disk_full,
    "NO": _refused(b"%T NO [OVERQUOTA] not now\r\n"),
    "BAD": _refused(b"%T BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n"),
    "BYE": _refused(b"* BYE [UNAVAILABLE] shutting down\r\n"),
    "news": _says(b"* 3 RECENT\r\n* OK [ALERT] maintenance tonight\r\n"),
    "doubled": _shaped(doubled()),
    "dripped": _shaped(drip(0, octets=7)),
}
REFUSALS = {"NO", "BAD"}


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is one of HAPPENS; 0 stands for a place that is not used."""

    kind: str
    before: int = 0
    after: int = 0
    octet: int = 0

    @property
    def place(self) -> Place:
        if self.octet:
            return Octet(self.octet)
        return After(self.after) if self.after else Before(self.before)


@dataclass(frozen=True, slots=True)
class Act:
    """What another client does when the program sends its k-th command."""

    command: int
    folder: str
    expunges: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """Nights of events, and the acts of another client in them."""

    seed: int
    way: Way
    size: int
    nights: tuple[tuple[Event | Act, ...], ...]

    @property
    def refuses(self) -> bool:
        return any(isinstance(each, Event) and each.kind in REFUSALS for night in self.nights for each in night)


def schedule(seed: int) -> Schedule:
    """One to four faults over one to three nights."""
    dice = random.Random(seed)
    nights: list[list[Event | Act]] = [[] for _ in range(dice.randint(1, 3))]
    for _ in range(dice.randint(1, 4)):
        dice.choice(nights).append(_event(dice))
    for night in nights:
        night.extend(_act(dice) for _ in range(dice.randint(0, 3)))
    return Schedule(seed, dice.choice(get_args(Way)), dice.choice(SIZES), tuple(map(tuple, nights)))


def _event(dice: random.Random) -> Event:
    kind, number = dice.choice(list(HAPPENS)), dice.randint(1, _LAST_COMMAND)
    where = "before" if kind in REFUSALS else dice.choice(("before", "after", "octet"))
    return Event(kind, **{where: dice.randrange(1, _LAST_OCTET) if where == "octet" else number})


def _act(dice: random.Random) -> Act:
    return Act(dice.randint(1, _LAST_COMMAND), dice.choice((INBOX, JUNK, BULK, ARCHIVE)), dice.random() < 0.4)


@dataclass(slots=True)
class Theatre:
    """The scenes of one server, one for each size of mailbox."""

    bench: Bench
    scenes: Mapping[int, Scene]

    @classmethod
    def on(cls, bench: Bench, server: ImapServer) -> Theatre:
        return cls(bench, {size: Scene(server, size) for size in SIZES})

    def live_through(self, given: Schedule) -> Trial:
        """Its nights one after the other, each with a look after it; then the end that all trials come to."""
        trial = begin(self.bench, self.scenes[given.size], given.way)
        try:
            for night in given.nights:
                trial.night(_faults(night, trial))
                trial.bench.disk.free()
                trial.look(trial.model.at_any_moment, may_lie_in_both=given.way == "copy")
            come_to_an_end(trial, refused=given.refuses)
        finally:
            end(trial)
        return trial

    def shrunk(self, given: Schedule) -> Schedule:
        """The same with everything left out that is not needed for it to fail."""
        for smaller in _smaller(given):
            if self.live_through(smaller).findings:
                return self.shrunk(smaller)
        return given


def _faults(night: tuple[Event | Act, ...], trial: Trial) -> list[Fault]:
    other = OtherClient(trial)
    faults: list[Fault] = []
    for each in sorted(night, key=lambda one: one.octet if isinstance(one, Event) else 0):
        if isinstance(each, Event):
            faults.extend(HAPPENS[each.kind](trial, each.place))
        else:
            act = other.expunge_own(each.folder) if each.expunges else other.bring(each.folder)
            faults.insert(0, Fault(Before(each.command), Call(act)))
    return faults


def _smaller(given: Schedule) -> Iterator[Schedule]:
    nights = given.nights
    for n in range(len(nights)):
        if len(nights) > 1:
            yield replace(given, nights=nights[:n] + nights[n + 1 :])
        for k in range(len(nights[n])):
            yield replace(given, nights=(*nights[:n], nights[n][:k] + nights[n][k + 1 :], *nights[n + 1 :]))
    for size in (size for size in SIZES if size < given.size):
        yield replace(given, size=size)
