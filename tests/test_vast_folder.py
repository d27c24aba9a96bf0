"""A folder of a million messages costs what one of ten thousand costs, once it was read: counted at the server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from auditor.store.opening import open_store
from tests.mail import RECEIVED_AT, Profile
from tests.mail.genuine import genuine
from tests.mail.unprovable import unprovable
from tests.servers.account import Account
from tests.servers.honest_imap import HonestMailbox, Stored
from tests.servers.hostile_imap import HostileImap, hostile_imap
from tests.shop import OpenShop, Shop

pytestmark = pytest.mark.server

LETTERS = [sample.raw for sample in genuine(Profile.NONE)]
DOUBTED = [sample.raw for sample in unprovable(Profile.NONE)[:3]]
OTHER = b"From: friend@example.test\r\nSubject: hello\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n\r\nHello\r\n"
SIZES = (10_000, 1_000_000)


@dataclass(slots=True)
class Vast(HonestMailbox):
    """`older`: how many more messages lie in each folder, with lower UIDs, that no command may have to name."""

    older: int = 0

    def _status(self, words: list[bytes]) -> Iterator[bytes]:
        count = len(self.folders[words[0]]) + self.older
        state = b"MESSAGES %d UIDNEXT %d UIDVALIDITY %d" % (count, self.uidnext, self.uidvalidity)
        yield b'* STATUS "%b" (%b)\r\n' % (words[0], state)

    def _open(self, words: list[bytes]) -> Iterator[bytes]:
        for line in HonestMailbox._open(self, words):
            yield line.replace(b"* %d EXISTS" % len(self._mail), b"* %d EXISTS" % (len(self._mail) + self.older))


@dataclass(slots=True)
class Night:
    """What one run asked: its commands, and their lines without the tags."""

    verbs: list[str]
    lines: list[bytes]


@dataclass(slots=True)
class Bench:
    shop: Shop
    server: HostileImap
    mailbox: Vast

    def night(self, command: str) -> Night:
        before = len(self.server.received)
        self.shop.run(command)
        lines = self.server.received[before:]
        return Night(self.server.verbs()[before:], [line.partition(b" ")[2] for line in lines])

    def grow(self, older: int) -> None:
        """As if the folders had held so many more messages when they were read last."""
        more, self.mailbox.older = older - self.mailbox.older, older
        with open_store(f"sqlite:///{self.shop.folder / 'auditor.db'}", now=lambda: RECEIVED_AT) as store:
            account = store.account(self.shop.account.host, self.shop.account.username)
            for folder in ("INBOX", "Junk"):
                cursor = account.cursor(folder)
                assert cursor is not None
                account.save_sweep(replace(cursor, exists=cursor.exists + more), ())


@pytest.fixture
def bench(open_shop: OpenShop, tmp_path: Path) -> Iterator[Bench]:
    uids = itertools.count(2_000_001)
    mail = {b"INBOX": [OTHER] * 30, b"Junk": [*DOUBTED, *[OTHER] * 30]}
    mailbox = Vast({name: [Stored(next(uids), raw) for raw in raws] for name, raws in mail.items()})
    with hostile_imap({}, otherwise=mailbox.answer) as server:
        shop = open_shop(Account("seller@shop.test", "secret", "127.0.0.1", server.port))
        bench = Bench(shop, server, mailbox)
        bench.night("audit")
        yield bench


@pytest.mark.parametrize("command", ["rescue", "audit"])
def test_a_quiet_night_asks_the_same_of_a_million(bench: Bench, command: str) -> None:
    nights = []
    for size in SIZES:
        bench.grow(size)
        nights.append(bench.night(command))

    assert nights[0] == nights[1]
    statuses = {"rescue": 1, "audit": 2}[command]
    assert nights[1].verbs.count("STATUS") == statuses
    assert not {"EXAMINE", "FETCH", "UID FETCH"} & set(nights[1].verbs)


def test_a_new_message_costs_the_same_among_a_million(bench: Bench) -> None:
    nights = []
    for size, raw in zip(SIZES, LETTERS, strict=False):
        bench.grow(size)
        bench.mailbox.folders[b"Junk"].append(Stored(bench.mailbox.uidnext, raw))
        nights.append(bench.night("rescue"))

    assert nights[0].verbs == nights[1].verbs
    assert nights[1].verbs.count("UID FETCH") == 3  # the end of the folder, what is new, and that whole


def test_an_open_item_costs_two_round_trips_among_a_million(bench: Bench) -> None:
    bench.mailbox.folders[b"Junk"].append(Stored(bench.mailbox.uidnext, LETTERS[0]))
    names = {str(record.rname) for record in bench.shop.dns.all_records()}
    for name in names:
        bench.shop.dns.servfail(name)
    bench.night("rescue")
    nights = []
    for size in SIZES:
        bench.grow(size)
        nights.append(bench.night("rescue"))
    for name in names:
        bench.shop.dns.healthy(name)

    assert nights[0] == nights[1]
    assert [verb for verb in nights[1].verbs if verb not in ("LOGIN", "CAPABILITY", "LIST", "LOGOUT")] == [
        "STATUS",
        "EXAMINE",
        "UID FETCH",
    ]
    bench.night("rescue")
    assert bench.shop.report("rescue").mailbox["counts"]["genuine"] == 1


def test_old_messages_that_the_server_shows_only_now_are_read(bench: Bench) -> None:
    """As Gmail does when its limit on the size of folders is raised: their UIDs lie below all that was seen."""
    bench.mailbox.folders[b"Junk"].insert(0, Stored(1_999_990, LETTERS[0]))

    night = bench.shop.report("rescue")

    assert night.mailbox["counts"]["genuine"] == 1
    assert night.mailbox["incomplete"] == []
    assert not {"EXAMINE", "FETCH"} & set(bench.night("rescue").verbs)
