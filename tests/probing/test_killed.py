"""A probe in a process of its own, killed for real at a command to a real server; the next run must finish it.

Promised throughout: the mail of others stays, the probe is gone after the next run, and no second one is sent that
day.
"""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crash.forks import Ended, Forks
from tests.servers.account import deliver
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import After, Before, Call, Cut, Fault, Place
from tests.servers.zone import DnsServer
from tests.test_probe import Bench, bench_on

pytestmark = [pytest.mark.server, pytest.mark.thorough]

PROBE = ("contacts", "--probe", "--wait", "3")
RESCUE = ("rescue", "--apply")


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    with Forks(tmp_path_factory.mktemp("forks")) as made:
        yield made


@dataclass(slots=True)
class World:
    """What a trial needs."""

    dovecot: Dovecot
    folder: Path
    dns: DnsServer
    forks: Forks

    def run(self, bench: Bench, *arguments: str) -> Ended:
        config = str(bench.shop.configured())
        environment = {"SHOP_PASSWORD": bench.account.password}
        ended = self.forks.run(*arguments, "--config", config, environment=environment)
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    def kill(self) -> None:
        self.forks.send(signal.SIGKILL)

    def places(self) -> list[Place]:
        """Before and after each command of a probe that nobody kills, but for its LOGOUT."""
        folder = self.folder / "counted"
        folder.mkdir()
        with bench_on(self.dovecot.account(), folder, self.dns) as bench:
            bench.lands_in("Sent", "INBOX")
            with FaultProxy(bench.account) as proxy:
                bench.shop.account = proxy.account
                assert self.run(bench, *PROBE).status == 0
        commands = [each.verb for each in proxy.commands].index("LOGOUT")
        return [place(at) for at in range(1, commands + 1) for place in (Before, After)]

    def trial(self, place: Place, finishing: tuple[str, ...], *, killed: bool = True) -> None:
        """The process is killed there, or only its connection cut; another run; a third that must change nothing."""
        folder = self.folder / str(place).replace("/", "")
        folder.mkdir()
        with bench_on(self.dovecot.account(), folder, self.dns) as bench:
            bench.lands_in("Sent", "INBOX")
            faults = [*([Fault(place, Call(self.kill))] if killed else []), Fault(place, Cut())]
            with FaultProxy(bench.account, faults) as proxy:
                bench.shop.account = proxy.account
                first = self.run(bench, *PROBE)
            bench.shop.account = bench.account
            assert first.status in ((-signal.SIGKILL,) if killed else (0, 3)), (place, first.stdout)

            ended = self.run(bench, *finishing)
            assert ended.status in (0, 3), (place, ended.stdout, ended.stderr)
            self.run(bench, *PROBE)

            assert bench.contents() == bench.first, place
            assert len(bench.server.taken) <= 1, place


@pytest.fixture
def world(dovecot: Dovecot, tmp_path: Path, dns_zone: DnsServer, forks: Forks) -> World:
    return World(dovecot, tmp_path, dns_zone, forks)


def test_a_sample_of_the_places_where_it_can_be_killed(world: World) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    for place in random.Random(seed).sample(world.places(), 2):
        world.trial(place, random.Random(seed).choice((PROBE, RESCUE)))


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("finishing", [PROBE, RESCUE], ids=["probe", "rescue"])
def test_wherever_it_is_killed_the_next_run_finishes(world: World, finishing: tuple[str, ...]) -> None:
    places = world.places()
    print(f"{len(places)} places")
    for place in places:
        world.trial(place, finishing)


def test_a_sample_of_the_places_where_its_connection_can_break(world: World) -> None:
    """Never is what nobody could see told as lost."""
    for place in random.SystemRandom().sample(world.places(), 2):
        world.trial(place, RESCUE, killed=False)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_wherever_its_connection_breaks_nothing_is_called_lost_and_the_next_run_finishes(world: World) -> None:
    for place in world.places():
        world.trial(place, RESCUE, killed=False)


def test_killed_when_the_server_has_just_taken_it(world: World) -> None:
    with bench_on(world.dovecot.account(), world.folder, world.dns) as bench:

        def taken(raw: bytes) -> None:
            deliver(bench.account, raw, "Junk")
            world.kill()

        bench.behaviour.deliver = taken
        assert world.run(bench, *PROBE).status == -signal.SIGKILL
        assert bench.contents() != bench.first

        ended = world.run(bench, *PROBE)

        assert ended.status == 10
        assert "was put into `Junk`" in ended.stdout
        assert bench.contents() == bench.first
        assert len(bench.server.taken) == 1


def test_a_signal_while_it_waits_ends_it_and_the_next_run_finishes(world: World) -> None:
    with bench_on(world.dovecot.account(), world.folder, world.dns) as bench:
        bench.behaviour.deliver = lambda raw: world.forks.send_later(signal.SIGTERM, 1)
        ended = world.run(bench, "contacts", "--probe", "--wait", "60")
        assert ended.status == 130
        assert "interrupted" in ended.stderr
        deliver(bench.account, bench.server.taken[0].raw, "INBOX")

        assert world.run(bench, *PROBE).status == 0
        assert bench.contents() == bench.first
