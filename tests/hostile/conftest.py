"""The bench on which the program meets hostile servers, and the seed of a sample."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.forks import Forks
from tests.hostile.bench import Bench
from tests.hostile.securing import Cabinet, filled_cabinet
from tests.servers.plugin import need
from tests.servers.process import missing_programs
from tests.servers.zone import running_dns
from tests.shop import publish_test_keys


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    with running_dns() as dns, Forks(folder) as forks:
        publish_test_keys(dns)
        made = Bench(forks, dns, folder)
        made.rehearse()
        yield made


@pytest.fixture(scope="session")
def cabinet(tmp_path_factory: pytest.TempPathFactory) -> Cabinet:
    missing = missing_programs("openssl")
    need(f"not installed: {missing[0]}" if missing else "")
    return filled_cabinet(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def seed() -> int:
    """Another one in each run; AUDITOR_HOSTILE_SEED repeats one that was printed."""
    chosen = int(os.environ.get("AUDITOR_HOSTILE_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"AUDITOR_HOSTILE_SEED={chosen}")
    return chosen
