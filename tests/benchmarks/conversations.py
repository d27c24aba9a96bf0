"""How long 10,000 received and 10,000 sent messages take at first: `python -m tests.benchmarks.conversations`.

Ours is `auditor replies` on a local Dovecot, each run a process of its own: customers' signed messages in the inbox,
proved and kept, the seller's answers matched with them, the clock of each computed. The first look reads the sent mail
whole and the newest part of the inbox; the runs after it read on, and the last finds nothing new. A tenth of the mail
in another account shows how memory grows. Exit code 1 where the first look takes longer than 60 seconds; `--write`
puts the table into CONVERSATIONS.md.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from tests.mail.build import sign
from tests.replies.threads.generator import pairs
from tests.replies.threads.mailbox import START
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.maildir import put
from tests.servers.zone import DnsServer, running_dns
from tests.shop import Shop, publish_test_keys

LIMIT_S = 60
MESSAGES = 10_000
TABLE = Path(__file__).with_name("CONVERSATIONS.md")
_HEAD = (
    "# The first look at a seller's conversations",
    "",
    "Written by `python -m tests.benchmarks.conversations --write` on 2 shared cores, Python 3.11. Wall clock and peak",
    f"memory of the whole process; the limit of the first look is {LIMIT_S} s.",
    "",
)
_DATE = re.compile(rb"^Date: (.+(?:\r?\n[ \t].+)*)", re.MULTILINE)
_PEAK = (
    "import resource, runpy, sys; sys.argv[0] = 'auditor'\n"
    "try: runpy.run_module('auditor', run_name='__main__')\n"
    "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)

_Stored = tuple[bytes, datetime]


class Run(NamedTuple):
    """`peak_mb`: of resident memory. `threads`: inquiries that the report lists."""

    seconds: float
    peak_mb: float
    threads: int


def received() -> Iterator[_Stored]:
    """Without end, seed after seed."""
    for seed in count(1):
        for each in pairs(seed, 500).received:
            then = _lately(each.at)
            if then < datetime.now(UTC):
                yield sign(_redated(each.raw), each.signer, signed_at=then), then


def sent() -> Iterator[_Stored]:
    for seed in count(1):
        for each in pairs(seed, 500).sent:
            then = _lately(each.at)
            if then < datetime.now(UTC):
                yield _redated(each.raw), then


def _lately(moment: datetime) -> datetime:
    """The threads begin 85 days ago."""
    return moment + (datetime.now(UTC) - timedelta(days=85) - START)


def _redated(raw: bytes) -> bytes:
    def moved(found: re.Match[bytes]) -> bytes:
        try:
            date = parsedate_to_datetime(found[1].decode("ascii"))
        except ValueError:
            return found[0]
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return b"Date: " + format_datetime(_lately(aware)).encode()

    return _DATE.sub(moved, raw, count=1)


def shop_with(dovecot: Dovecot, dns: DnsServer, folder: Path, messages: int) -> Shop:
    shop = Shop(dovecot.account(), folder, dns)
    put(shop.account, islice(received(), messages), folder="INBOX")
    put(shop.account, islice(sent(), messages), folder="Sent")
    return shop


def look(shop: Shop) -> Run:
    began = time.monotonic()
    command = [sys.executable, "-c", _PEAK, "replies", "--format", "json", "--config", str(shop.configured())]
    environment = os.environ | {"SHOP_PASSWORD": shop.account.password}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    took = time.monotonic() - began
    peak = int(ran.stderr.split()[-1]) / 1024
    return Run(took, peak, len(json.loads(ran.stdout)["mailboxes"][0]["replies"]))


def looks(shop: Shop) -> Iterator[Run]:
    """Until a run lists nothing that the one before it did not; that one is the last."""
    before = -1
    while True:
        run = look(shop)
        yield run
        if run.threads == before:
            return
        before = run.threads


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_dovecot() as dovecot, running_dns() as dns:
        publish_test_keys(dns)
        places = [Path(folder, name) for name in ("tenth", "whole")]
        for each in places:
            each.mkdir()
        tenth = look(shop_with(dovecot, dns, places[0], MESSAGES // 10))
        runs = list(looks(shop_with(dovecot, dns, places[1], MESSAGES)))
    between = runs[1:-1]
    rows = [
        ("a tenth of it, first look", tenth),
        ("first look", runs[0]),
        *((f"the {len(between)} that read on, in all", _together(between)) for _ in between[:1]),
        ("nothing new", runs[-1]),
    ]
    lines = [
        f"| {MESSAGES:,} received, {MESSAGES:,} sent | seconds | peak MB | inquiries known |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {what} | {run.seconds:.1f} | {run.peak_mb:.0f} | {run.threads:,} |" for what, run in rows),
    ]
    print("\n".join(lines))
    if "--write" in sys.argv[1:]:
        TABLE.write_text("\n".join([*_HEAD, *lines, ""]), encoding="utf-8")
    return 1 if runs[0].seconds > LIMIT_S else 0


def _together(runs: list[Run]) -> Run:
    return Run(sum(each.seconds for each in runs), max(each.peak_mb for each in runs), runs[-1].threads)


if __name__ == "__main__":
    raise SystemExit(main())
