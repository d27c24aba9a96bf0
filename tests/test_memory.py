"""Peak memory of a run on a full folder, against the same run on an empty one: it must not grow with the folder."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import DEVNULL, run
from typing import Any

import pytest

from tests.benchmarks.answers import answers
from tests.corpus import needs_corpus, phish
from tests.mail import RECEIVED_AT, Profile
from tests.mail.build import FULL, Letter, signed
from tests.mail.genuine import genuine
from tests.mail.honest import walmart_relay
from tests.servers.dovecot import Dovecot
from tests.servers.maildir import put
from tests.shop import OpenShop, Shop

MAY_GROW_MB = 60

# The peak of this very process: what resource.getrusage tells of a child holds what its parent weighed before exec.
_PROBE = """
import json, sys
from auditor.cli import main
report, *arguments = sys.argv[1:]
try:
    main(arguments)
except SystemExit as leaving:
    code = leaving.code
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
json.dump([code, peak / 1024], open(report, "w"))
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="peak memory is read from /proc")


def peak_mb(shop: Shop, *arguments: str) -> tuple[float, int]:
    """The peak of a run in megabytes, and its exit code."""
    told = shop.folder / "peak.json"
    config = ("--config", str(shop.configured()), "--output", str(shop.folder / "report.json"), "--format", "json")
    run(
        [sys.executable, "-c", _PROBE, str(told), *arguments, *config],
        env=os.environ | {"SHOP_PASSWORD": shop.account.password},
        stdin=DEVNULL,
        check=True,
        timeout=240,
    )
    code, peak = json.loads(told.read_text())
    return peak, code


def growth(shop: Shop, empty: Shop, *arguments: str) -> tuple[float, int]:
    """How much higher the peak is than on an empty folder. The first run anywhere makes the state; both do."""
    (nothing, _), (full, code) = peak_mb(empty, *arguments), peak_mb(shop, *arguments)
    print(f"peak {nothing:.1f} MB on an empty folder, {full:.1f} MB on the full one: +{full - nothing:.1f}")
    return full - nothing, code


def counts(shop: Shop) -> Any:
    return json.loads((shop.folder / "report.json").read_text())["mailboxes"][0]["counts"]


@pytest.fixture
def shops(dovecot: Dovecot, open_shop: OpenShop, tmp_path: Path) -> tuple[Shop, Shop]:
    """A shop to fill, and one with an empty folder."""
    full, empty = open_shop(dovecot.account()), open_shop(dovecot.account())
    empty.folder = tmp_path / "empty"
    empty.folder.mkdir()
    return full, empty


def other(number: int, size: int) -> bytes:
    head = f"From: friend{number}@example.test\r\nSubject: hello\r\nMessage-ID: <{number}@example.test>\r\n\r\n"
    return head.encode() + b"All work and no play makes Jack a dull boy.\r\n" * (size // 45)


def candidate(number: int, size: int) -> bytes:
    line = f"{number} is the number of my order, which has not arrived yet.\n"
    letter = Letter(f"Kim <{walmart_relay(str(number))}>", body=line * (size // len(line)))
    return signed(letter, "walmart.com", headers=FULL)


def test_a_folder_of_sixty_megabytes_does_not_show_in_memory(shops: tuple[Shop, Shop]) -> None:
    full, empty = shops
    put(
        full.account,
        (
            (candidate(number, 100_000) if number % 33 == 0 else other(number, 30_000), RECEIVED_AT)
            for number in range(2_000)
        ),
    )

    grown, code = growth(full, empty, "rescue", "--max-moves", "100", "--apply")

    assert (code, counts(full)["genuine"], counts(full)["unrelated"]) == (0, 61, 1_939)
    assert grown < MAY_GROW_MB


def test_a_folder_of_sent_answers_does_not_show_in_memory(shops: tuple[Shop, Shop]) -> None:
    full, empty = shops
    put(full.account, answers(3_000), folder="Sent")

    grown, code = growth(full, empty, "contacts")

    assert code != 1
    assert grown < MAY_GROW_MB


@pytest.mark.long
def test_a_folder_of_twenty_thousand_messages_does_not_show_in_memory(shops: tuple[Shop, Shop]) -> None:
    full, empty = shops
    put(full.account, ((other(number, 100), RECEIVED_AT) for number in range(20_000)))

    grown, code = growth(full, empty, "rescue")

    assert (code, counts(full)["unrelated"]) == (0, 20_000)
    assert grown < MAY_GROW_MB


def test_a_message_of_40_mb_is_cut_before_it_fills_the_memory(shops: tuple[Shop, Shop]) -> None:
    """What is read of it is held a few times for a moment; a message of a gigabyte costs no more."""
    full, empty = shops
    put(full.account, [(candidate(1, 1_000) + b"and so on\r\n" * 4_000_000, RECEIVED_AT)])

    grown, code = growth(full, empty, "rescue")

    assert (code, counts(full)["unverified"]) == (3, 1)
    assert grown < MAY_GROW_MB


@needs_corpus
@pytest.mark.long
def test_the_corpus_of_real_phish_does_not_show_in_memory(shops: tuple[Shop, Shop]) -> None:
    full, empty = shops
    honest = [sample.raw for sample in genuine(Profile.NONE)[:40]]
    mixed = [(real.raw, real.claimed_date or RECEIVED_AT) for real in phish()]
    for number, raw in enumerate(honest):
        mixed.insert(number * 95, (raw, RECEIVED_AT))
    usable = [(raw, moment if 1990 < moment.year < 2037 else RECEIVED_AT) for raw, moment in mixed]
    total = put(full.account, usable)

    grown, code = growth(full, empty, "rescue")

    assert (code, counts(full)["seen"]) == (10, total)
    assert counts(full)["genuine"] == len(honest)
    assert grown < MAY_GROW_MB
