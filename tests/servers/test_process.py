"""What the starter promises: a server that is ready when it says so, and none that outlives its owner."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.process import ServerProcess, StartError, free_ports, on_free_ports, server_directory

ROOT = Path(__file__).parents[2]

OWNER = """
import sys, time
from pathlib import Path
from tests.servers.process import ServerProcess
process = ServerProcess(["sleep", "600"], Path(sys.argv[1]))
print(process._guard.pid, flush=True)
time.sleep(600)
"""


def living_members(group: int) -> list[int]:
    """Processes of the group that are more than an entry waiting to be collected."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgrp = stat.read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(pgrp) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_server_dies_when_its_owner_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path / "log")], stdout=subprocess.PIPE, cwd=ROOT)
    with owner:
        try:
            assert owner.stdout
            group = int(owner.stdout.readline())
            wait_for(lambda: len(living_members(group)) >= 2)
        finally:
            owner.kill()
    wait_for(lambda: not living_members(group))


def test_stopping_reaches_children_that_ignore_the_request(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; sleep 600 & echo started; wait"
    process = ServerProcess(["/bin/sh", "-c", stubborn], tmp_path / "log")
    process.wait_until(lambda: b"started" in (tmp_path / "log").read_bytes())
    process.stop(grace_s=0.1)
    wait_for(lambda: not living_members(process._guard.pid))


def test_a_server_that_ends_by_itself_is_reported_with_its_log(tmp_path: Path) -> None:
    process = ServerProcess(["/bin/sh", "-c", "echo no such option; exit 3"], tmp_path / "log")
    with pytest.raises(StartError, match="no such option"):
        process.wait_until(lambda: False)
    process.stop()


def test_a_server_that_never_gets_ready_is_reported(tmp_path: Path) -> None:
    process = ServerProcess(["sleep", "600"], tmp_path / "log")
    with pytest.raises(StartError, match="not ready"):
        process.wait_until(lambda: False, timeout_s=0.1)
    process.stop()


def test_a_lost_port_leads_to_another_try() -> None:
    tried: list[Sequence[int]] = []

    def start(ports: Sequence[int]) -> str:
        tried.append(ports)
        if len(tried) < 3:
            raise StartError("address already in use")
        return "running"

    assert on_free_ports(2, start) == "running"
    assert [len(ports) for ports in tried] == [2, 2, 2]


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(20))) == 20


def test_a_server_directory_is_open_to_other_users_and_gone_afterwards() -> None:
    with server_directory("test") as path:
        assert path.stat().st_mode & 0o777 == 0o755
        with closing((path / "file").open("w")) as file:
            file.write("x")
    assert not path.exists()
