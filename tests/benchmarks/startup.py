"""How long a user waits for `auditor --help` and `auditor explain FILE`: `python -m tests.benchmarks.startup`.

Each command runs in fresh processes, in turn with floors: what the same job costs at least with the same libraries.
Exit code 1 where a median is over its limit. The limits are for a machine that does nothing else.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.mail import RECEIVED_AT, Profile
from tests.mail.genuine import genuine
from tests.mail.keys import zone as test_keys
from tests.servers.zone import running_dns
from tests.shop import publish_test_keys

RUNS = 11
ROOT = Path(__file__).parents[2]
MESSAGE, KEYS, CONFIGURATION = "message.eml", "keys.txt", "auditor.toml"

# A message read and its signature verified with a key that is at hand: no DNS, no policy, no catalogue.
VERIFY = f"""
import dkim, email
raw = open({MESSAGE!r}, "rb").read()
email.message_from_bytes(raw)
keys = dict(line.rstrip(b"\\n").split(b" ", 1) for line in open({KEYS!r}, "rb"))
assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: keys[name.rstrip(b".")])
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to time; `limit_ms` None for a floor."""

    name: str
    arguments: Sequence[str]
    limit_ms: int | None = None


ROWS = (
    Row("python -c pass", ("-c", "pass")),
    Row('python -c "import typer"', ("-c", "import typer")),
    Row("auditor --help", ("-m", "auditor", "--help"), 250),
    Row("email and dkimpy alone", ("-c", VERIFY)),
    Row(
        "auditor explain FILE",
        ("-m", "auditor", "explain", MESSAGE, "--received-at", RECEIVED_AT.isoformat()),
        500,
    ),
)


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of one run: on the clock on the wall, and of a processor, which a busy machine changes less."""

    wall: float
    cpu: float


@contextmanager
def prepared() -> Iterator[Path]:
    """A folder with a signed message, its key in a zone on this computer, and the configuration that asks there."""
    with TemporaryDirectory() as name, running_dns() as dns:
        publish_test_keys(dns)
        folder = Path(name)
        (folder / MESSAGE).write_bytes(genuine(Profile.NONE)[0].raw)
        (folder / KEYS).write_bytes(b"".join(b"%s %s\n" % (key.encode(), text) for key, text in test_keys().items()))
        (folder / CONFIGURATION).write_text(
            f"""\
[mailbox.shop]
address = "seller@shop.test"
host = "127.0.0.1"
security = "none"
password_env = "SHOP_PASSWORD"
[dns]
nameservers = ["{dns.nameserver}"]
port = {dns.port}
"""
        )
        yield folder


def run(row: Row, folder: Path, environment: Mapping[str, str]) -> Took:
    """One run of a row. Raises CalledProcessError where it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    # Without a timeout: with one, Popen.wait() sleeps in steps of up to 50 ms, and they would be measured.
    subprocess.run([sys.executable, *row.arguments], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Took(wall * 1_000, cpu * 1_000)


def measured(runs: int = RUNS) -> dict[str, list[Took]]:
    """Every run, by the row's name; one round before them fills the caches."""
    found: dict[str, list[Took]] = {row.name: [] for row in ROWS}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUDITOR_")}
    with prepared() as folder:
        environment |= {"PYTHONPATH": str(ROOT), "HOME": str(folder)}
        for number in range(runs + 1):
            for row in ROWS:
                took = run(row, folder, environment)
                if number:
                    found[row.name].append(took)
    return found


def table(found: Mapping[str, Sequence[Took]]) -> Iterator[str]:
    yield f"{'':<26}{'median':>10}{'fastest':>10}{'slowest':>10}{'cpu':>10}{'limit':>10}"
    for row in ROWS:
        walls = [took.wall for took in found[row.name]]
        times = (median(walls), min(walls), max(walls), median(took.cpu for took in found[row.name]))
        limit = f"{row.limit_ms} ms" if row.limit_ms else ""
        yield f"{row.name:<26}{''.join(f'{each:>7.0f} ms' for each in times)}{limit:>10}"


def over_limit(found: Mapping[str, Sequence[Took]]) -> list[str]:
    return [row.name for row in ROWS if row.limit_ms and median(took.wall for took in found[row.name]) > row.limit_ms]


def main() -> int:
    found = measured()
    print("\n".join(table(found)))
    for name in over_limit(found):
        print(f"{name}: over its limit", file=sys.stderr)
    return 1 if over_limit(found) else 0


if __name__ == "__main__":
    sys.exit(main())
