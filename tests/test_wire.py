"""What a dry run says on the wire: reading verbs only, few round trips; and what the server shows for it after."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.mail import RECEIVED_AT, Profile
from tests.mail.forged import forged
from tests.mail.genuine import genuine
from tests.servers.account import Account, ImapServer, create_folder, deliver_all, folders, signed_in, stored
from tests.servers.dovecot import Dovecot
from tests.servers.pymap_server import Pymap
from tests.servers.recorder import Recorders
from tests.shop import OpenShop, Shop

pytestmark = pytest.mark.server

# Every verb that a dry run may send; EXAMINE opens a folder for reading, and BODY.PEEK leaves \Seen alone.
READING = {"CAPABILITY", "LOGIN", "AUTHENTICATE", "LIST", "STATUS", "EXAMINE", "FETCH", "UID FETCH", "LOGOUT"}
READING |= {"UID SEARCH"}

LETTERS = [sample.raw for sample in genuine(Profile.NONE)]
OTHER = b"From: friend%d@example.test\r\nSubject: hello\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n\r\nHello\r\n"


def snapshot(account: Account) -> dict[str, object]:
    """All that a client could have changed: every message with its flags, and each folder's counters."""
    seen: dict[str, object] = {}
    for name in folders(account):
        seen[name] = stored(account, name)
    with signed_in(account) as imap:
        modified = " HIGHESTMODSEQ" if b"CONDSTORE" in imap.capability()[1][0] else ""
        for name in list(seen):
            answer = imap.status(f'"{name}"', f"(MESSAGES UIDNEXT UIDVALIDITY UNSEEN{modified})")[1][0]
            seen[f"status of {name}"] = sorted(re.findall(rb"[A-Z]+ \d+", answer.rpartition(b"(")[2]))
        seen["subscribed"] = sorted(imap.lsub()[1], key=repr)
    return seen


@pytest.mark.parametrize("command", ["rescue", "audit"])
def test_a_dry_run_sends_no_verb_that_writes_and_changes_nothing(
    command: str, imap_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    direct = imap_server.account()
    create_folder(direct, "Archive")
    deliver_all(direct, LETTERS[:3], "INBOX", internaldate=RECEIVED_AT, flags=["\\Flagged"])
    deliver_all(direct, [*LETTERS[3:6], *[one.raw for one in forged(Profile.NONE)[:5]]], internaldate=RECEIVED_AT)
    deliver_all(direct, LETTERS[6:7], internaldate=RECEIVED_AT, flags=["\\Seen", "$Junk"])
    before = snapshot(direct)
    shop = open_shop(recorder(direct))

    first, second = shop.report(command), shop.report(command)

    assert (first.exit_code, second.exit_code) == (10, 10)
    assert first.mailbox["counts"]["genuine"] == 4
    assert set(recorder.verbs()) <= READING
    assert not [line for line in recorder.commands() if re.search(rb"\b(RFC822|BODY\[)(?!\.SIZE)", line)]
    assert snapshot(direct) == before


def test_explain_sends_no_verb_that_writes_and_changes_nothing(
    imap_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    direct = imap_server.account()
    deliver_all(direct, LETTERS[:1], internaldate=RECEIVED_AT)
    shop = open_shop(recorder(direct))
    ref = shop.report("rescue").mailbox["messages"][0]["ref"]
    before = snapshot(direct)

    ran = shop.run("explain", f"shop:Junk/{ref['uidvalidity']}/{ref['uid']}")

    assert ran.exit_code == 0
    assert set(recorder.verbs()) <= READING
    assert snapshot(direct) == before


def test_the_recorder_sees_the_verbs_that_write(pymap: Pymap, open_shop: OpenShop, recorder: Recorders) -> None:
    """Without this the tests above could not fail."""
    direct = pymap.account()
    deliver_all(direct, LETTERS[:1], internaldate=RECEIVED_AT)
    before = snapshot(direct)

    open_shop(recorder(direct)).run("rescue", "--apply")

    assert {"SELECT", "UID MOVE"} <= set(recorder.verbs()) - READING
    assert snapshot(direct) != before


def allowed(messages: int, candidates: int) -> float:
    return 12 + messages / 500 + candidates / 20


def fill(account: Account, messages: int, candidates: int) -> None:
    """Candidates among other mail, spread over the folder."""
    wanted: Sequence[bytes] = [LETTERS[number % len(LETTERS)] for number in range(candidates)]
    other = [OTHER % number for number in range(messages - candidates)]
    step = max(1, len(other) // max(1, candidates))
    mixed: list[bytes] = []
    for number, raw in enumerate(wanted):
        mixed += [*other[number * step : (number + 1) * step], raw]
    mixed += other[candidates * step :]
    assert len(mixed) == messages
    deliver_all(account, mixed, internaldate=RECEIVED_AT)


SIZES = [(0, 0), (1, 1), (40, 40), (600, 60), (1_200, 0)]


@pytest.mark.parametrize(
    "server, messages, candidates",
    [*(("pymap", *size) for size in SIZES), *(("dovecot", *size) for size in [*SIZES, (510, 255)])],
)
def test_round_trips_of_a_dry_run_are_few(
    server: str,
    messages: int,
    candidates: int,
    *,
    request: pytest.FixtureRequest,
    open_shop: OpenShop,
    recorder: Recorders,
) -> None:
    running: Dovecot | Pymap = request.getfixturevalue(server)
    direct = running.account()
    fill(direct, messages, candidates)
    shop: Shop = open_shop(recorder(direct))

    first = shop.report("rescue")
    trips = recorder.round_trips
    second = shop.report("rescue")
    quiet_trips = recorder.round_trips - trips

    print(f"{server} N={messages} C={candidates}: {trips}, then {quiet_trips}; allowed {allowed(messages, candidates)}")
    assert first.mailbox["counts"]["seen"] == second.mailbox["counts"]["seen"] == messages
    assert first.mailbox["counts"]["genuine"] == second.mailbox["counts"]["genuine"] == candidates
    assert trips <= allowed(messages, candidates)
    assert quiet_trips <= allowed(0, 0)
