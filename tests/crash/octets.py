"""Every octet of what a server answers in a rescue -> one case each: there the connection ends.

There are tens of thousands of them, so the program runs in this process, with its catalogue, its DNS answers and its
state file kept from case to case, each case an account of its own in it. What a process leaves behind when it is
killed is the business of the other cases.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from auditor.audit import run_mailbox
from auditor.cli.resolving import resolver_of
from auditor.config import Config, load
from auditor.looked import Order, Tools
from auditor.marketplaces import Catalogue
from auditor.marketplaces import load as load_catalogue
from auditor.reporting import exit_code
from auditor.resolver import Resolver
from auditor.store.ledger import new_run_id
from auditor.store.opening import Store, open_store
from tests.crash.scene import Scene
from tests.crash.trial import WAYS, Bench, Trial, Way, begin, end
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Cut, Fault, Octet

_QUIET_EVERY = 10  # so often a third run shows that it writes nothing


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Inside:
    """The program as this process runs it."""

    bench: Bench
    config: Config
    catalogue: Catalogue
    resolver: Resolver
    store: Store

    def rescue(self, trial: Trial, *faults: Fault) -> tuple[int, FaultProxy]:
        """The exit code, and what was said to the server."""
        with FaultProxy(trial.account, faults, WAYS[trial.way]) as proxy:
            update = {"port": proxy.account.port, "username": trial.account.username}
            mailbox = self.config.mailbox("shop").model_copy(update=update)
            os.environ["SHOP_PASSWORD"] = trial.account.password
            tools = Tools(self.config, self.catalogue, self.resolver, self.store, now)
            order = Order("rescue", apply=True, max_moves=50, run=new_run_id(now()))
            report, _ = run_mailbox(mailbox, tools, order)
        trial.nights += 1
        return int(exit_code(report)), proxy

    def count(self, scene: Scene, way: Way) -> int:
        """Octets of the answers in an undisturbed rescue, the farewell included."""
        trial = begin(self.bench, scene, way)
        code, proxy = self.rescue(trial)
        trial.look(trial.model.at_the_end)
        end(trial)
        assert (code, trial.findings) == (0, [])
        return proxy.octets

    def attempt(self, scene: Scene, way: Way, octet: int) -> Trial:
        """Cut there; then the next run must complete."""
        trial = begin(self.bench, scene, way)
        try:
            self._expect(trial, self.rescue(trial, Fault(Octet(octet), Cut()))[0], 0, 3, 4)
            trial.look(trial.model.at_any_moment, may_lie_in_both=way == "copy")
            self._expect(trial, self.rescue(trial)[0], 0)
            trial.look(trial.model.at_the_end)
            if octet % _QUIET_EVERY == 0:
                trial.wrote_nothing(self.rescue(trial)[1])
        finally:
            end(trial)
        return trial

    def _expect(self, trial: Trial, code: int, *codes: int) -> None:
        if code not in codes:
            trial.findings.append(f"night {trial.nights} ended with {code}")


@contextmanager
def inside(bench: Bench, scene: Scene) -> Iterator[Inside]:
    trial = begin(bench, scene, "move")
    config = load(trial.shop.configured(), {})
    end(trial)
    with (
        resolver_of(config.dns) as resolver,
        TemporaryDirectory() as folder,
        open_store(f"sqlite:///{folder}/auditor.db", now=now) as store,
    ):
        with closing(store._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA synchronous = OFF")  # nobody cuts the power here
        yield Inside(bench, config, load_catalogue(config.marketplaces), resolver, store)
