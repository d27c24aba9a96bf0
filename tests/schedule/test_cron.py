"""Our line, started by cron itself: the program gets the arguments that were meant."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auditor.schedule.crontab import crontab_line
from auditor.schedule.job import Job
from tests.schedule.conftest import REAL_CRONTAB, cron_unavailable
from tests.servers.plugin import need

CRON = "/usr/sbin/cron"
pytestmark = [
    pytest.mark.server,
    pytest.mark.long,
    pytest.mark.timeout(300),
]

# Only the crontab of the test is left: what else this computer's cron would start is out of sight.
_ALONE = f"""\
mount -t tmpfs tmpfs /etc/cron.d && mount --bind /dev/null /etc/crontab || exit 77
mount -t tmpfs tmpfs /run
cp -p "$1" /run/kept && mount -t tmpfs tmpfs /var/spool/cron/crontabs && cp -p /run/kept "$1" || exit 77
exec {CRON} -f
"""


@pytest.fixture
def user() -> Iterator[str]:
    need(cron_unavailable())
    name = f"auditor-{secrets.token_hex(4)}"
    subprocess.run(["/usr/sbin/useradd", "--no-create-home", "--shell", "/bin/sh", name], check=True)
    try:
        yield name
    finally:
        subprocess.run([REAL_CRONTAB, "-u", name, "-r"], capture_output=True, check=False)
        subprocess.run(["/usr/sbin/userdel", name], check=True)


@pytest.fixture
def folder(user: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="auditor-cron-") as made:
        shutil.chown(made, user)
        yield Path(made)


def started_by_cron(user: str, told: Path) -> None:
    cron = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", _ALONE, "sh", f"/var/spool/cron/crontabs/{user}"],
        stdin=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 200
        while not told.exists() and time.monotonic() < deadline:
            if cron.poll() == 77:
                pytest.skip("nothing can be mounted here")
            time.sleep(0.5)
    finally:
        cron.terminate()
        cron.wait(30)


def test_cron_starts_exactly_what_was_meant(user: str, folder: Path) -> None:
    odd = folder / "a b%c$d'e\"f"
    odd.mkdir()
    folder.chmod(0o755)
    told = folder / "told"
    program = odd / "python"
    program.write_text(f'#!/bin/sh\nprintf "%s\\0" "$@" > {folder}/half && mv {folder}/half {told}\n')
    program.chmod(0o755)
    soon = datetime.now() + timedelta(seconds=75)  # noqa: DTZ005 - cron goes by the computer's clock
    job = Job(program, Path('/c/100% "é" `id` $HOME %%h # ;.toml'), Path("/l/%'\u00a0\U0001f4ec"), soon.time())
    subprocess.run([REAL_CRONTAB, "-u", user, "-"], input=crontab_line(job), check=True)

    started_by_cron(user, told)

    assert told.exists(), "cron did not start it"
    assert told.read_text().split("\0")[:-1] == list(job.argv[1:])
