"""Tools that bring mail of one sender from Junk to INBOX: ours, and two in wide use, as their manuals have it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from tests.crash.trial import WAYS, Trial
from tests.servers.account import Account
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Fault

SENDER = "marketplace.amazon.de"  # of the small letters of tests.crash.scene
PATIENCE_S = 10

_IMAP_TOOLS = f"""
import sys
from imap_tools import AND, MailBoxUnencrypted
host, port, username, password = sys.argv[1:]
with MailBoxUnencrypted(host, int(port)).login(username, password, "Junk") as mailbox:
    found = mailbox.fetch(AND(from_="{SENDER}"), mark_seen=False, headers_only=True, bulk=True)
    mailbox.move([message.uid for message in found], "INBOX")
"""
_IMAPFILTER = f"""
options.starttls = false
account = IMAP {{ server = "%s", port = %d, username = "%s", password = "%s" }}
account["Junk"]:contain_from("{SENDER}"):move_messages(account["INBOX"])
"""


class Mover(Protocol):
    """A tool that can be run and killed."""

    @property
    def name(self) -> str: ...

    def unavailable(self) -> str:
        """Why it cannot be run here; empty where it can."""
        ...

    def night(self, trial: Trial, faults: Sequence[Fault]) -> FaultProxy:
        """One run by way of a proxy; ended after `PATIENCE_S` at the latest."""
        ...

    def kill(self) -> None:
        """While it runs; returns when it is dead."""
        ...


@dataclass(slots=True)
class Auditor:
    name: str = "auditor"
    _trial: Trial | None = None

    def unavailable(self) -> str:
        return ""

    def night(self, trial: Trial, faults: Sequence[Fault]) -> FaultProxy:
        self._trial = trial
        return trial.night(faults).proxy

    def kill(self) -> None:
        assert self._trial
        self._trial.bench.forks.send(signal.SIGKILL)


@dataclass(slots=True)
class Peer:
    """A program of others; `command` makes its command line, `missing` says what to install."""

    name: str
    missing: Callable[[], str]
    command: Callable[[Account, Path], list[str]]
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def unavailable(self) -> str:
        return self.missing()

    def night(self, trial: Trial, faults: Sequence[Fault]) -> FaultProxy:
        with FaultProxy(trial.account, faults, WAYS[trial.way]) as proxy:
            command = self.command(proxy.account, trial.shop.folder)
            self._process = subprocess.Popen(
                command,
                env=os.environ | {"HOME": str(trial.shop.folder)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        trial.nights += 1
        return proxy

    def kill(self) -> None:
        while self._process is None:  # it has said something to the server before its birth was noted here
            time.sleep(0.001)
        with suppress(ProcessLookupError):
            self._process.kill()
            self._process.wait()


def _imap_tools(account: Account, _folder: Path) -> list[str]:
    where = (account.host, str(account.port), account.username, account.password)
    return [sys.executable, "-c", _IMAP_TOOLS, *where]


def _imapfilter(account: Account, folder: Path) -> list[str]:
    written = folder / "imapfilter.lua"
    written.write_text(_IMAPFILTER % (account.host, account.port, account.username, account.password))
    return ["imapfilter", "-c", str(written)]


MOVERS: tuple[Mover, ...] = (
    Auditor(),
    Peer("imap-tools", lambda: "" if find_spec("imap_tools") else "pip install imap-tools", _imap_tools),
    Peer("imapfilter", lambda: "" if shutil.which("imapfilter") else "apt-get install imapfilter", _imapfilter),
)
