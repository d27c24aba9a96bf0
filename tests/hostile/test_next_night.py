"""A server that hides mail one night and is honest the next: what was hidden is found then."""

from __future__ import annotations

import pytest

from tests.hostile.bench import HONEST, LETTERS, Bench
from tests.hostile.row import Hostile
from tests.hostile.table import SERVERS
from tests.hostile.test_servers import findings

pytestmark = pytest.mark.server

HIDING = [
    "sweep: OK without data",
    "sweep: UID 0",
    "sweep: no UID",
    "sweep: the same UID for all",
    "sweep: throttled",
    "folder: EXISTS more than there is",
    "message: OK without data",
    "message: NIL",
    "message: empty",
    "message: under another UID",
]


@pytest.mark.parametrize("name", HIDING)
def test_what_was_hidden_is_found_the_next_night(name: str, bench: Bench) -> None:
    (hidden, found), mailbox = bench.nights(("rescue", SERVERS[name]), ("rescue", HONEST))

    assert (hidden.ended.status, found.ended.status) == (3, 0), found.said
    assert (hidden.broken, found.broken) == ((), ())
    assert len(mailbox.folders[b"INBOX"]) == 1 + LETTERS


def test_a_night_without_new_mail_is_no_lie(bench: Bench) -> None:
    (first, second), _ = bench.nights(("rescue", HONEST), ("rescue", HONEST))

    assert (first.ended.status, second.ended.status, second.ended.stderr) == (0, 0, "")


IMPOSSIBLE = [
    "folder: UIDNEXT too low",
    "folder: UIDNEXT of 65 bits",
    "message: of the last moment of all time",
    "message: of the first moment of all time",
    "sweep: a size of 64 bits",
]


@pytest.mark.parametrize("server", [SERVERS[name] for name in IMPOSSIBLE], ids=lambda server: server.name)
def test_numbers_and_moments_that_cannot_be_are_not_believed(server: Hostile, bench: Bench) -> None:
    assert [each for command in ("audit", "rescue") for each in findings(bench, server, command)] == []
