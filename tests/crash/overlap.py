"""Another program, or another host with a state of its own, takes the same messages at the same time as we do.

What it does is its user's right, so a message may end in more than one place. But nothing may be lost, nothing of
ours may be called done that is not there, and what lies in two places must be said.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from tests.crash.forks import Forks
from tests.crash.scene import ARCHIVE, FOLDERS, INBOX, JUNK, Contents, Scene, contents
from tests.crash.trial import Bench, Night, Trial, Way, begin, end
from tests.servers.account import Account, signed_in, stored_in
from tests.servers.faults import Before, Call, Fault, Wait

PAIRS = 40  # of hosts, for each server and way
JSON = ("rescue", "--apply", "--format", "json")

_TAKEN = 2  # of our messages in Junk, by the other program


def _move_to(folder: str) -> Callable[[Any, str], None]:
    def move(imap: Any, uids: str) -> None:
        imap.uid("MOVE", uids, folder)

    return move


def _flag(flag: str) -> Callable[[Any, str], None]:
    def store(imap: Any, uids: str) -> None:
        imap.uid("STORE", uids, "+FLAGS", f"({flag})")

    return store


def _expunge(imap: Any, uids: str) -> None:
    imap.uid("STORE", uids, "+FLAGS", "(\\Deleted)")
    imap.uid("EXPUNGE", uids)


ACTS: Mapping[str, Callable[[Any, str], None]] = {
    "moved to INBOX": _move_to(INBOX),
    "moved to Archive": _move_to(ARCHIVE),
    "expunged": _expunge,
    "flagged \\Deleted": _flag("\\Deleted"),
    "flagged \\Seen": _flag("\\Seen"),
}
_AT_ONCE = ("moved to INBOX", "expunged")  # also done while the server is working on our command


@dataclass(frozen=True, slots=True)
class Case:
    """`during`: while the server is working on the command."""

    way: Way
    act: str
    command: int
    when: str


def cases(way: Way, commands: int) -> Iterator[Case]:
    for command in range(1, commands + 1):
        yield from (Case(way, act, command, "before") for act in ACTS)
        yield from (Case(way, act, command, "during") for act in _AT_ONCE)


@dataclass(slots=True)
class OtherProgram:
    """Signed in and with Junk open before it acts; it takes two of our messages if they are there."""

    account: Account
    ours: frozenset[bytes]
    uids: str = ""
    taken: frozenset[bytes] = frozenset()
    _imap: Any = None

    @contextmanager
    def ready(self) -> Iterator[OtherProgram]:
        with signed_in(self.account) as imap:
            taken = [each for each in stored_in(imap, JUNK) if each.raw in self.ours][:_TAKEN]
            self.uids = ",".join(str(each.uid) for each in taken)
            self.taken = frozenset(each.raw for each in taken)
            imap.select(JUNK)
            self._imap = imap
            yield self

    def act(self, how: str) -> None:
        ACTS[how](self._imap, self.uids)


def attempt(bench: Bench, scene: Scene, case: Case) -> Trial:
    """Let the other program act there, then let a night pass in which nothing happens, and one more."""
    trial = begin(bench, scene, case.way)
    try:
        with OtherProgram(trial.account, trial.model.ours).ready() as other:
            acting = threading.Thread(target=other.act, args=(case.act,))

            def act() -> None:
                acting.start()
                if case.when == "before":
                    acting.join()

            night = trial.night([Fault(Before(case.command), Call(act))], *JSON)
            if acting.ident:  # the night came that far
                acting.join()
            trial.expect(night, 0, 3, 4, 10)
            trial.findings += _judged(trial, other.taken, case, [night])
            after = trial.night((), *JSON)
            trial.expect(after, 0, 4, 10)
            trial.findings += _judged(trial, other.taken, case, [night, after])
        quiet = trial.night()
        trial.expect(quiet, 0, 10)
        trial.wrote_nothing(quiet.proxy)
    finally:
        end(trial)
    return trial


def _judged(trial: Trial, taken: frozenset[bytes], case: Case, nights: Sequence[Night]) -> Iterator[str]:
    now = contents(trial.account)
    said = [outcome for night in nights for outcome in _outcomes(night)]
    details = " | ".join(outcome["detail"] for outcome in said)
    for raw in trial.model.ours - taken:
        lying = _lying(raw, now)
        waits = len(nights) == 1 and sum(lying.values()) == 1
        if lying != {INBOX: 1} and not waits:
            yield f"{lying} of a message that only we took: {details}"
    for raw in taken:
        wrong = _wrong(_lying(raw, now), case, details, removing=_removing(nights[0], case))
        yield from (f"{each}: {_lying(raw, now)}: {details}" for each in wrong)
    yield from trial.model.touched({folder: now[folder] for folder in FOLDERS})


def _removing(night: Night, case: Case) -> bool:
    """Whether we had opened the folder to remove originals: who takes one away then, cannot be noticed."""
    removal = ["UID FETCH", "UID STORE", "UID EXPUNGE"]
    coming = night.proxy.verbs()[case.command - 1 :]
    return any(coming[: len(removal) - step] == removal[step:] for step in range(len(removal)))


def _wrong(lying: Mapping[str, int], case: Case, details: str, *, removing: bool) -> Iterator[str]:
    """Of a message that the other program took as well."""
    copies = sum(lying.values())
    if not copies and case.act != "expunged":
        yield "lost"
    if copies > 1 and not _tells_of_a_double(details) and not (removing and case.act == "moved to Archive"):
        yield "doubled and not said"
    if lying.get(JUNK) and not case.act.startswith("flagged"):
        yield "still in spam"


def _tells_of_a_double(details: str) -> bool:
    return any(words in details for words in ("more than once", "another program", "still in `"))


def _outcomes(night: Night) -> list[dict[str, Any]]:
    if not night.ended.stdout.startswith("{"):
        return []
    return [outcome for mailbox in night.ended.document["mailboxes"] for outcome in mailbox["outcomes"]]


def _lying(raw: bytes, now: Contents) -> dict[str, int]:
    """Folder -> how often, where it lies at all."""
    found = {folder: sum(many for mail, many in now[folder].items() if mail[0] == raw) for folder in FOLDERS}
    return {folder: many for folder, many in found.items() if many}


@dataclass(slots=True)
class Hosts:
    """Two that know nothing of each other; the second has its own processes and its own state."""

    bench: Bench
    second: Forks
    doubled: int = 0
    pairs_with_doubles: int = 0
    unsaid: int = 0

    def told(self) -> str:
        return f"{self.pairs_with_doubles} pairs doubled {self.doubled} messages, {self.unsaid} of them unsaid"

    def meet(self, scene: Scene, way: Way, seed: int) -> Trial:
        """Both are let go at the same moment before the command that carries over, or by chance."""
        dice = random.Random(f"two hosts {seed}")
        trial = begin(self.bench, scene, way)
        folder = trial.shop.folder / "other"
        folder.mkdir()
        bench = replace(self.bench, forks=self.second)
        bench.rehearse(scene)
        other = replace(trial, bench=bench, shop=replace(trial.shop, folder=folder))
        try:
            nights = self._both(trial, other, _meeting(dice, way))
            trial.findings += self._judged(trial, nights)
            for each in (trial, other):
                each.night((), *JSON)
            for each in (trial, other):
                trial.wrote_nothing(each.night().proxy)
            trial.findings += (each for each in self._lost(trial, contents(trial.account)))
        finally:
            end(trial)
        return trial

    def _both(self, trial: Trial, other: Trial, faults: tuple[Sequence[Fault], Sequence[Fault]]) -> list[Night]:
        nights: list[Night] = []
        threads = [
            threading.Thread(target=lambda which, given: nights.append(which.night(given, *JSON)), args=pair)
            for pair in zip((trial, other), faults, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return nights

    def _judged(self, trial: Trial, nights: Sequence[Night]) -> Iterator[str]:
        now = contents(trial.account)
        yield from self._lost(trial, now)
        doubles = [raw for raw in trial.model.ours if sum(_lying(raw, now).values()) > 1]
        details = [outcome["detail"] for night in nights for outcome in _outcomes(night)]
        said = max(sum(map(_tells_of_a_double, _details(night))) for night in nights)
        self.doubled += len(doubles)
        self.pairs_with_doubles += bool(doubles)
        self.unsaid += max(0, len(doubles) - said)
        if doubles and not said:
            yield f"{len(doubles)} doubled, and neither host says so: {details}"

    def _lost(self, trial: Trial, now: Contents) -> Iterator[str]:
        yield from (f"lost: {raw[:60]!r}" for raw in trial.model.ours if not _lying(raw, now))
        yield from trial.model.touched(now)


def _details(night: Night) -> list[str]:
    return [outcome["detail"] for outcome in _outcomes(night)]


def _meeting(dice: random.Random, way: Way) -> tuple[Sequence[Fault], Sequence[Fault]]:
    verb = "UID MOVE" if way == "move" else "UID COPY"
    if dice.random() < 0.5:
        gate = threading.Barrier(2)
        return ([Fault(Before(verb), Call(_together(gate)))], [Fault(Before(verb), Call(_together(gate)))])
    return ([], [Fault(Before(1), Wait(dice.uniform(0, 0.15)))])


def _together(gate: threading.Barrier) -> Callable[[], None]:
    def wait() -> None:
        try:
            gate.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            return  # the other one found nothing to move

    return wait
