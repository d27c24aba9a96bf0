"""A hostile server and a command go in; the real program runs on it, and what it broke of its promises comes out."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from base64 import b64encode
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.crash.forks import Ended, Forks
from tests.crash.scene import imitations, letters, of_others
from tests.hostile.row import COMMAND_S, NOTHING_WRONG, Hostile
from tests.servers.account import Account
from tests.servers.fault_proxy import WRITES
from tests.servers.honest_imap import CAPABILITIES, HonestMailbox
from tests.servers.hostile_imap import HostileImap, hostile_imap
from tests.servers.process import LOOPBACK
from tests.servers.zone import DnsServer
from tests.shop import Shop

SECRET = "tiger-hush"
RUN_S = 3
PROMISED_S = RUN_S + 2
PROMISED_MB = 150
TIMES = 3  # a machine that is busy is no broken promise

COMMANDS = {
    "audit": ("audit",),
    "rescue": ("rescue", "--apply"),
    "doctor": ("doctor",),
    "explain": ("explain", "shop:Junk/7/102"),
    "undo": ("undo",),
}
HONEST = Hostile("honest", {}, "", NOTHING_WRONG)
LETTERS = 3  # UIDs 102 to 104; 101 lies in the inbox, 105 is an imitation, 106 somebody's

_LIMITS = f"[limits]\ncommand_s = {COMMAND_S}\nrun_s = {RUN_S}"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_UIDS = re.compile(rb"UID (?:MOVE|COPY|EXPUNGE) ([\d:,]+)")


@dataclass(frozen=True, slots=True)
class Run:
    """How one command ended, and what the server heard."""

    ended: Ended
    seconds: float
    server: HostileImap
    broken: tuple[str, ...]

    @property
    def said(self) -> str:
        """All of the output in one line, for looking a sentence up."""
        return " ".join(f"{self.ended.stderr} {self.ended.stdout}".split())


@cache
def contents() -> dict[str, Sequence[bytes]]:
    return {
        "INBOX": [of_others("here already")],
        "Junk": [*letters()[:LETTERS], imitations()[0], of_others("in spam")],
    }


@dataclass(slots=True)
class Bench:
    """What the runs are made with, and the worst that they came to."""

    forks: Forks
    dns: DnsServer
    folder: Path
    runs: int = 0
    slowest_s: float = 0
    peak_mb: float = 0

    def rehearse(self) -> None:
        """One run ahead of all others, so that they find every cache filled."""
        with hostile_imap({}, otherwise=HonestMailbox.of(contents()).answer) as server:
            shop = self._shop(server)
            arguments = (*COMMANDS["rescue"], "--config", str(shop.configured()))
            self.forks.rehearse(*arguments, environment={"SHOP_PASSWORD": SECRET})

    def run(self, hostile: Hostile, command: str) -> Run:
        """A fresh state and a fresh mailbox."""
        mailbox = HonestMailbox.of(contents(), capabilities=hostile.capabilities or CAPABILITIES)
        with hostile_imap(hostile.does, greeting=hostile.greeting, otherwise=mailbox.answer) as server:
            return self.run_on(server, *COMMANDS[command])

    def run_on(self, server: HostileImap, *arguments: str, **keys: object) -> Run:
        """Any command on any server; `keys` go into the [mailbox] of the configuration."""
        shop = self._shop(server, **keys)
        run = self._run(shop, server, *arguments)
        shutil.rmtree(shop.folder)
        return run

    def nights(self, *nights: tuple[str, Hostile]) -> tuple[list[Run], HonestMailbox]:
        """One command after the other on one mailbox with one state; each night its server misbehaves otherwise."""
        mailbox = HonestMailbox.of(contents(), capabilities=nights[-1][1].capabilities or CAPABILITIES)
        runs: list[Run] = []
        shop = None
        for command, hostile in nights:
            with hostile_imap(hostile.does, greeting=hostile.greeting, otherwise=mailbox.answer) as server:
                shop = shop or self._shop(server)
                shop.account = shop.account.through(LOOPBACK, server.port)
                runs.append(self._run(shop, server, *COMMANDS[command]))
        return runs, mailbox

    def _run(self, shop: Shop, server: HostileImap, *arguments: str) -> Run:
        started = time.monotonic()
        given = (*arguments, "--config", str(shop.configured()))
        ended = self.forks.run(*given, environment={"SHOP_PASSWORD": SECRET})
        seconds = time.monotonic() - started
        self.slowest_s, self.peak_mb = max(self.slowest_s, seconds), max(self.peak_mb, ended.peak_mb)
        broken = (
            *_out_of_bounds(ended, seconds),
            *_unclear(ended),
            *unplanned_writes(server, _planned(shop.folder) if {"--apply", "undo"} & {*arguments} else None),
            *_leaked(ended, server, shop.folder),
        )
        return Run(ended, seconds, server, broken)

    def _shop(self, server: HostileImap, **keys: object) -> Shop:
        self.runs += 1
        folder = self.folder / f"run{self.runs}"
        folder.mkdir()
        account = Account("seller", SECRET, LOOPBACK, server.port)
        return Shop(account, folder, self.dns, dict(keys), tables=_LIMITS)


def _out_of_bounds(ended: Ended, seconds: float) -> Iterator[str]:
    if seconds > PROMISED_S * TIMES:
        yield f"took {seconds:.1f} s where {PROMISED_S} s are promised"
    if ended.peak_mb > PROMISED_MB * TIMES:
        yield f"held {ended.peak_mb:.0f} MB where {PROMISED_MB} MB are promised"


def _unclear(ended: Ended) -> Iterator[str]:
    """At most one line that says what went wrong and one that says what to do; never a traceback or a raw control."""
    errors = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
    others = [line for line in ended.stderr.splitlines() if not line.startswith(("error: ", "try:   "))]
    if len(errors) > 1 or others or "Traceback" in ended.stdout:
        yield f"said on stderr: {ended.stderr[:3000]}"
    yield from unprintable(ended.stdout + ended.stderr)
    if "which is a bug" in ended.stdout:
        yield f"a bug in the judge: {ended.stdout[:2000]}"


def unprintable(printed: str) -> Iterator[str]:
    """What must never reach a terminal."""
    if found := _CONTROL.search(printed):
        yield f"printed {found.group()!r}"


def unplanned_writes(server: HostileImap, planned: Collection[int] | None) -> Iterator[str]:
    """Commands that write to other messages than those of the plan; without a plan any."""
    for line, verb in zip(server.received, server.verbs(), strict=True):
        if verb.removeprefix("UID ") in WRITES and (planned is None or not verb.startswith("UID ")):
            yield f"sent {line!r}"
        if (match := _UIDS.match(line.partition(b" ")[2])) and not uids(match[1]) <= set(planned or ()):
            yield f"sent {line!r} where {sorted(planned or ())} were planned"


def _planned(folder: Path) -> set[int]:
    with closing(sqlite3.connect(folder / "auditor.db")) as state:
        rows = state.execute("SELECT payload FROM action").fetchall()
    return {json.loads(payload)["from"]["uid"] for (payload,) in rows}


def uids(text: bytes) -> set[int]:
    """Those of a set such as `102:104,107`."""
    found: set[int] = set()
    for piece in text.split(b","):
        low, _, high = piece.partition(b":")
        found.update(range(int(low), int(high or low) + 1))
    return found


def secrets() -> tuple[bytes, ...]:
    """The password as it might travel."""
    return SECRET.encode(), b64encode(b"\0seller\0" + SECRET.encode()), b64encode(SECRET.encode())


def _leaked(ended: Ended, server: HostileImap, folder: Path) -> Iterator[str]:
    if SECRET in ended.stdout + ended.stderr:
        yield "printed the password"
    for path in folder.rglob("*"):
        if path.is_file() and SECRET.encode() in path.read_bytes():
            yield f"wrote the password to {path.name}"
    for line in server.received:
        if any(each in line for each in secrets()) and b" LOGIN " not in line:
            yield f"sent the password in {line!r}"
