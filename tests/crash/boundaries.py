"""Every command of a rescue, and of its undo, x everything that can happen there -> one case each."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from tests.crash.scene import INBOX, JUNK, Scene, contents
from tests.crash.trial import Bench, Night, OtherClient, Trial, Way, begin, come_to_an_end, end
from tests.servers.faults import After, Before, Call, Cut, Fault, Sent

CUT, KILLED, TOLD = (0, 3, 4), (-signal.SIGKILL,), (130,)
FULL = (0, 2, 3, 4)


def _killing(trial: Trial) -> Call:
    return Call(partial(trial.bench.forks.send, signal.SIGKILL))


HAPPENS: Mapping[str, Callable[[Trial, int], tuple[Fault, ...]]] = {
    "cut before": lambda trial, k: (Fault(Before(k), Cut()),),
    "cut at once": lambda trial, k: (Fault(Sent(k), Cut()),),
    "cut after": lambda trial, k: (Fault(After(k), Cut()),),
    "SIGKILL before": lambda trial, k: (Fault(Before(k), _killing(trial)), Fault(Before(k), Cut())),
    "SIGKILL after": lambda trial, k: (Fault(After(k), _killing(trial)), Fault(After(k), Cut())),
    "SIGTERM": lambda trial, k: (Fault(Before(k), Call(partial(trial.bench.forks.send, signal.SIGTERM))),),
    "disk full": lambda trial, k: (Fault(Before(k), Call(trial.bench.disk.fill)),),
}
ENDS = {
    "cut before": CUT,
    "cut at once": CUT,
    "cut after": CUT,
    "SIGKILL before": KILLED,
    "SIGKILL after": KILLED,
    "SIGTERM": TOLD,
    "disk full": FULL,
}


@dataclass(frozen=True, slots=True)
class Case:
    way: Way
    happens: str
    command: int


def count_commands(bench: Bench, scene: Scene, way: Way) -> tuple[int, int]:
    """How many commands the undisturbed rescue sends, and how many its undo."""
    trial = begin(bench, scene, way)
    try:
        rescue = trial.night()
        trial.look(trial.model.at_the_end)
        undo = trial.night((), "undo")
        trial.look(trial.model.put_back)
        assert (rescue.ended.status, undo.ended.status, trial.findings) == (0, 0, [])
        return len(rescue.proxy.commands), len(undo.proxy.commands)
    finally:
        end(trial)


def cases(way: Way, commands: int) -> Iterator[Case]:
    for command in range(1, commands + 1):
        for happens in HAPPENS:
            yield Case(way, happens, command)


def attempt(bench: Bench, scene: Scene, case: Case) -> Trial:
    """Break a rescue there, while another client is at work; then let it be finished and taken back."""
    trial = begin(bench, scene, case.way)
    try:
        other = OtherClient(trial)
        at_work = [
            Fault(Before(case.command), Call(act)) for act in (other.bring(INBOX), other.bring(JUNK, "\\Deleted"))
        ]
        night = trial.night([*at_work, *HAPPENS[case.happens](trial, case.command)])
        trial.expect(night, *_ends(case, night))
        if case.happens == "disk full":
            trial.findings += _sent_without_journal(night.proxy.verbs()[case.command :])
        if case.happens == "SIGTERM":
            trial.findings += _told_wrongly(trial, night.ended.stderr)
        trial.look(trial.model.at_any_moment, may_lie_in_both=case.way == "copy")
        come_to_an_end(trial)
    finally:
        end(trial)
    return trial


def attempt_undo(bench: Bench, scene: Scene, case: Case) -> Trial:
    """Break the undo of a whole rescue there; the next undo of it must complete."""
    trial = begin(bench, scene, case.way)
    try:
        trial.expect(trial.night(), 0)
        (run,) = trial.moving_runs()
        night = trial.night(HAPPENS[case.happens](trial, case.command), "undo", run)
        trial.expect(night, *_ends(case, night))
        trial.look(trial.model.at_any_moment, may_lie_in_both=case.way == "copy")
        trial.bench.disk.free()
        trial.expect(trial.night((), "undo", run), 0)
        trial.look(trial.model.put_back)
        quiet = trial.night()
        trial.expect(quiet, 0)
        trial.wrote_nothing(quiet.proxy)
        trial.look(trial.model.put_back)
    finally:
        end(trial)
    return trial


def _ends(case: Case, night: Night) -> tuple[int, ...]:
    """Whoever has heard the BYE of a farewell may be gone before a signal comes."""
    farewell = night.proxy.verbs()[case.command - 1 :] == ["LOGOUT"]
    return (*ENDS[case.happens], 0) if farewell else ENDS[case.happens]


def _told_wrongly(trial: Trial, said: str) -> Iterator[str]:
    """What an interrupted run says of its moves may be too little, and never too much."""
    arrived = sum(mail[0] in trial.model.ours for mail in contents(trial.account, [INBOX])[INBOX])
    made = re.search(r"(\d+) of \d+ moves are made", said)
    if not made and "nothing was moved" not in said:
        yield f"does not tell what was moved: {said}"
    if (int(made[1]) > arrived) if made else arrived:
        yield f"{arrived} have arrived, but it says: {said}"


def _sent_without_journal(verbs: list[str]) -> Iterator[str]:
    yield from (
        f"{verb} was sent although the journal could not be written"
        for verb in verbs
        if "MOVE" in verb or "COPY" in verb
    )
