"""One account and its state, from the first night to the last; every look at it is held against the model."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Literal

from tests.crash.disk import Disk
from tests.crash.forks import Ended, Forks
from tests.crash.model import Model
from tests.crash.scene import Scene, contents, forget, of_others
from tests.servers.account import Account, signed_in
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Fault, hiding
from tests.servers.zone import DnsServer
from tests.shop import Shop

Way = Literal["move", "copy"]
WAYS: Mapping[Way, Callable[[bytes], bytes]] = {"move": bytes, "copy": hiding("MOVE")}
"""How mail is carried over, and what the server's capabilities are made to say for that."""

RESCUE = ("rescue", "--apply", "--quiet")

_STILL_AT_WORK_S = 0.3  # a server whose connection was cut finishes its command


@dataclass(slots=True)
class Bench:
    """What trials are made with. `disk` holds their states."""

    forks: Forks
    dns: DnsServer
    disk: Disk
    trials: int = 0

    def rehearse(self, scene: Scene) -> None:
        """Once: a rescue ahead of all others, one that finds it done, and an undo."""
        if self.forks.rehearsed:
            return
        trial = begin(self, scene, "move")
        config, environment = str(trial.shop.configured()), {"SHOP_PASSWORD": trial.account.password}
        for command in (RESCUE, RESCUE, ("undo",)):
            self.forks.rehearse(*command, "--config", config, environment=environment)
        end(trial)


@dataclass(slots=True)
class Night:
    """One run, and what it said to the server."""

    ended: Ended
    proxy: FaultProxy


@dataclass(slots=True)
class Trial:
    """`findings` are the broken promises, each a line."""

    bench: Bench
    way: Way
    account: Account
    model: Model
    shop: Shop
    folders: Sequence[str]
    findings: list[str] = field(default_factory=list)
    nights: int = 0
    quiet: int = 0  # runs after success that wrote nothing

    def night(self, faults: Sequence[Fault] = (), *arguments: str) -> Night:
        """A run of the program by way of the proxy: `rescue --apply` where nothing else is said."""
        with FaultProxy(self.account, faults, WAYS[self.way]) as proxy:
            self.shop.account = proxy.account
            config = str(self.shop.configured())
            given = arguments or RESCUE
            environment = {"SHOP_PASSWORD": self.account.password}
            ended = self.bench.forks.run(*given, "--config", config, environment=environment)
        self.nights += 1
        if "Traceback" in ended.stderr:
            self.findings.append(f"night {self.nights}: {ended.stderr}")
        return Night(ended, proxy)

    def look(self, by: Callable[..., Iterator[str]], **given: bool) -> None:
        """Hold what is there now against the model; once more where it does not fit, as servers finish late."""
        if list(by(contents(self.account, self.folders), **given)):
            time.sleep(_STILL_AT_WORK_S)
            found = by(contents(self.account, self.folders), **given)
            self.findings += (f"after night {self.nights}: {each}" for each in found)

    def expect(self, night: Night, *statuses: int) -> None:
        """How the run had to end."""
        if night.ended.status not in statuses:
            said = f"{night.ended.stderr or night.ended.stdout}"[-600:]
            self.findings.append(f"night {self.nights} ended with {night.ended.status}, not with {statuses}: {said}")

    def wrote_nothing(self, proxy: FaultProxy) -> None:
        """As it must be in a second run after success."""
        self.quiet += not proxy.writes()
        self.findings += (f"second run after success wrote: {line!r}" for line in proxy.writes())

    def moving_runs(self) -> list[str]:
        """The runs that moved or tried to, newest first, from the journal."""
        with closing(sqlite3.connect(self.shop.folder / "auditor.db")) as state:
            rows = state.execute("SELECT DISTINCT run FROM action WHERE kind = 'move' ORDER BY run DESC").fetchall()
        return [run for (run,) in rows]


def begin(bench: Bench, scene: Scene, way: Way) -> Trial:
    """A fresh account and a fresh state."""
    account = scene.account()
    bench.trials += 1
    folder = bench.disk.path / str(bench.trials)
    folder.mkdir()
    shop = Shop(account, folder, bench.dns, {"junk": list(scene.spam)})
    return Trial(bench, way, account, Model.of(scene.ours, scene.first(account)), shop, scene.folders)


def end(trial: Trial) -> None:
    trial.bench.disk.free()
    shutil.rmtree(trial.shop.folder)
    forget(trial.account)


def come_to_an_end(trial: Trial, *, refused: bool = False) -> None:
    """The next run completes, the one after that writes nothing, and undo restores the first state.

    `refused`: the server once refused to remove an original, and such a one is kept rather than tried again.
    """
    trial.bench.disk.free()
    kept = refused and trial.way == "copy"
    trial.expect(trial.night(), 0, *([4, 10] if kept else []))
    trial.look(trial.model.at_the_end, may_lie_in_both=kept)
    quiet = trial.night()
    trial.expect(quiet, 0, *([10] if kept else []))
    trial.wrote_nothing(quiet.proxy)
    if kept:
        return
    for run in trial.moving_runs():
        trial.expect(trial.night((), "undo", run), 0)
    trial.look(trial.model.put_back)


@dataclass(slots=True)
class OtherClient:
    """Somebody else who is signed in to the same account, and whose mail is none of ours."""

    trial: Trial
    acts: int = 0

    def bring(self, folder: str, *flags: str) -> Callable[[], None]:
        """Put a new message into the folder."""

        def brought() -> None:
            self.acts += 1
            raw = of_others(f"new {self.acts} in {folder}")
            with signed_in(self.trial.account) as imap:
                assert imap.append(folder, f"({' '.join(flags)})", "", raw)[0] == "OK"
            self.trial.model.arrived(folder, (raw, frozenset(flags)))

        return brought

    def expunge_own(self, folder: str) -> Callable[[], None]:
        """Remove one of the messages of others that are marked as deleted, and no other."""

        def expunged() -> None:
            marked = [
                mail for mail, count in self.trial.model.theirs[folder].items() if "\\Deleted" in mail[1] and count
            ]
            if not marked:
                return
            subject = marked[0][0].split(b"Subject: ")[1].split(b"\r\n")[0].decode()
            with signed_in(self.trial.account) as imap:
                imap.select(folder)
                found = imap.uid("SEARCH", "DELETED", "SUBJECT", f'"{subject}"')[1][0].split()
                assert len(found) == 1, (folder, subject, found)
                assert imap.uid("EXPUNGE", found[0].decode())[0] == "OK"
            self.trial.model.left(folder, marked[0])

        return expunged
