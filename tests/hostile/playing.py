"""A transcript goes in; the program runs on it in this process, and what it broke of its promises comes out."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from auditor.audit import run_mailbox
from auditor.cli.resolving import resolver_of
from auditor.config import Config, load
from auditor.errors import AuditorError
from auditor.looked import Order, Tools
from auditor.mailbox.bounded import Limits
from auditor.marketplaces import Catalogue
from auditor.marketplaces import load as load_catalogue
from auditor.report import MailboxReport, RunReport, json, text
from auditor.reporting import exit_code
from auditor.resolver import Resolver
from auditor.store.ledger import new_run_id
from auditor.store.opening import Store, open_store
from auditor.transfer import MOVE, read
from tests.hostile.bench import PROMISED_S, RUN_S, SECRET, TIMES, contents, unplanned_writes, unprintable
from tests.hostile.transcript import Transcript, played_back
from tests.mail import RECEIVED_AT
from tests.servers.account import Account, deliver_all
from tests.servers.process import LOOPBACK
from tests.servers.zone import DnsServer
from tests.shop import Shop

PATIENT = Limits(command_s=10, run_s=30)
QUICK = Limits(command_s=0.3, run_s=RUN_S)  # what comes late is another mutant, and as welcome
DOCUMENTED = (0, 3, 4, 10)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Played:
    """`code` None: the program ended with an exception that is none of ours."""

    code: int | None
    seconds: float
    broken: tuple[str, ...]


@dataclass(slots=True)
class Program:
    """The program as this process runs it; each run has an account of its own in one state file."""

    config: Config
    catalogue: Catalogue
    resolver: Resolver
    store: Store
    runs: int = 0

    def run(self, account: Account, *, apply: bool, limits: Limits = PATIENT) -> MailboxReport:
        """Raises only what would be a traceback."""
        update = {"host": account.host, "port": account.port, "username": account.username}
        mailbox = self.config.mailbox("shop").model_copy(update=update)
        os.environ["SHOP_PASSWORD"] = account.password
        tools = Tools(self.config, self.catalogue, self.resolver, self.store, now, limits)
        order = Order("rescue", apply=apply, max_moves=50, run=new_run_id(now()))
        report, error = run_mailbox(mailbox, tools, order)
        assert error is None or isinstance(error, AuditorError)
        return report

    def on_a_server(self, account: Account, *, apply: bool) -> None:
        """An undisturbed run, for a recording."""
        assert exit_code(self.run(account, apply=apply)) in (0, 10)

    def play(self, transcript: Transcript, *, apply: bool, limits: Limits = PATIENT) -> Played:
        """A run on the transcript, each time for a user who was never here before."""
        self.runs += 1
        with played_back(transcript) as server:
            account = Account(f"seller{self.runs}", SECRET, LOOPBACK, server.port)
            started = time.monotonic()
            try:
                report = self.run(account, apply=apply, limits=limits)
                code, found = int(exit_code(report)), list(_shown(report))
            except Exception:
                code, found = None, [traceback.format_exc()]
            seconds = time.monotonic() - started
        found += unplanned_writes(server, self._planned(account) if apply else None)
        if code is not None and code not in DOCUMENTED:
            found.append(f"ended with {code}")
        if seconds > PROMISED_S * TIMES:
            found.append(f"took {seconds:.1f} s")
        return Played(code, seconds, tuple(found))

    def _planned(self, account: Account) -> set[int]:
        journal = self.store.account(account.host, account.username).journal
        return {read(entry.payload).ref.uid for entry in journal.of_kind(MOVE)}


def _shown(report: MailboxReport) -> Iterator[str]:
    """What is wrong with the report, in all its forms."""
    run = RunReport("run", now(), now(), False, (report,), int(exit_code(report)))
    printed = text.render(run, verbose=True)
    json.render(run)
    yield from unprintable(printed)
    if "which is a bug" in printed:
        yield printed


def filled(account: Account) -> Account:
    for folder, messages in contents().items():
        deliver_all(account, messages, folder, internaldate=RECEIVED_AT)
    return account


@contextmanager
def program(dns: DnsServer, folder: Path) -> Iterator[Program]:
    shop = Shop(Account("seller", SECRET, LOOPBACK, 1), folder, dns)
    config = load(shop.configured(), {})
    with (
        resolver_of(config.dns) as resolver,
        TemporaryDirectory() as kept,
        open_store(f"sqlite:///{kept}/auditor.db", now=now) as store,
    ):
        with closing(store._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA synchronous = OFF")  # nobody cuts the power here
        yield Program(config, load_catalogue(config.marketplaces), resolver, store)
