"""The removal on real servers, by UID EXPUNGE, into the trash, or not at all; the standard library looks afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from auditor.apply.discarding import DISCARD, discard, planned
from auditor.mailbox.connection import Connection, connect
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.interface import MessageRef
from auditor.mailbox.signin import Password
from auditor.mailbox.writer import Writer
from auditor.outcome import Outcome
from auditor.probing.letter import letter
from auditor.store.journal import Journal
from auditor.store.opening import open_store
from auditor.store.rows import Action
from tests.probing.memory import NOON, PROBED
from tests.servers.account import Account, ImapServer, create_folder, deliver, deliver_all, signed_in, stored
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.server

OURS = letter(PROBED)
THEIRS = [b"Subject: question %d\r\n\r\nWhere is it?\r\n" % n for n in range(3)]
DELETED = b"Subject: deleted by somebody\r\n\r\n"


class WithoutUidplus(Writer):
    """A client that knows no UIDPLUS; the server is the real one."""

    @property
    def capabilities(self) -> frozenset[str]:
        return super().capabilities - {"UIDPLUS"}


class Plain(Writer):
    @property
    def capabilities(self) -> frozenset[str]:
        return super().capabilities - {"UIDPLUS", "MOVE"}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with open_store(f"sqlite:///{tmp_path}/state.db", now=lambda: NOON) as store:
        yield store.account("imap.shop.test", "shop").journal


@pytest.fixture
def account(any_server: ImapServer) -> Account:
    return filled(any_server.account())


def filled(account: Account) -> Account:
    deliver_all(account, THEIRS, "INBOX")
    deliver(account, DELETED, "INBOX", flags=["\\Deleted"])
    return account


@contextmanager
def connected(account: Account) -> Iterator[Connection]:
    with connect(Endpoint(account.host, account.port, "none"), account.username, Password(account.password)) as at:
        yield at


def removed(account: Account, uid: int, journal: Journal, kind: type[Writer] = Writer) -> Outcome:
    """Plan and remove what lies under the UID, whatever it is."""
    with connected(account) as at:
        state = at.reader().examine("INBOX")
        identity = at.reader().identify([uid])[uid].value
        ref = MessageRef("INBOX", state.uidvalidity, uid)
        entries = journal.plan("r1", [Action(DISCARD, planned(ref, identity, PROBED, now=NOON))])
        (outcome,) = discard(entries, kind(at._session), at.reader(), journal)
        return outcome


def lying(account: Account, folder: str = "INBOX") -> list[tuple[bytes, bool]]:
    return sorted((each.raw, "\\Deleted" in each.flags) for each in stored(account, folder))


BEFORE = sorted([*((raw, False) for raw in THEIRS), (DELETED, True)])


def test_it_alone_is_expunged(account: Account, journal: Journal) -> None:
    outcome = removed(account, deliver(account, OURS, "INBOX"), journal)

    assert (outcome.status.value, outcome.detail) == ("done", "")
    assert lying(account) == BEFORE


def test_a_customers_message_is_not(account: Account, journal: Journal) -> None:
    """Planned by whatever error, under its own number and identity: it has not our token."""
    uid = stored(account, "INBOX")[0].uid

    outcome = removed(account, uid, journal)

    assert (outcome.status.value, outcome.detail) == ("skipped", "another message has its number in `INBOX` now")
    assert lying(account) == BEFORE


def test_without_uidplus_it_is_moved_into_the_trash(dovecot: Dovecot, journal: Journal) -> None:
    account = filled(dovecot.account())
    create_folder(account, "Trash")

    outcome = removed(account, deliver(account, OURS, "INBOX"), journal, WithoutUidplus)

    assert (outcome.status.value, outcome.detail) == ("done", "moved to `Trash`")
    assert lying(account) == BEFORE
    assert [raw for raw, _ in lying(account, "Trash")] == [OURS]


@pytest.mark.parametrize("kind", [WithoutUidplus, Plain])
def test_where_there_is_no_trash_it_is_left_unflagged(account: Account, journal: Journal, kind: type[Writer]) -> None:
    outcome = removed(account, deliver(account, OURS, "INBOX"), journal, kind)

    assert outcome.status.value == "skipped"
    assert "delete it by hand" in outcome.detail
    assert lying(account) == sorted([*BEFORE, (OURS, False)])


def test_a_folder_that_was_made_anew_is_left_alone(any_server: ImapServer, journal: Journal) -> None:
    account = any_server.account()
    create_folder(account, "Shop")
    uid = deliver(account, OURS, "Shop")
    with connected(account) as at:
        state = at.reader().examine("Shop")
        ref, identity = MessageRef("Shop", state.uidvalidity, uid), at.reader().identify([uid])[uid].value
    with signed_in(account) as imap:
        assert imap.delete("Shop")[0] == "OK"
    with connected(account):
        pass  # some servers number by the second
    create_folder(account, "Shop")
    deliver(account, OURS, "Shop")

    with connected(account) as at:
        is_new = at.reader().examine("Shop").uidvalidity != ref.uidvalidity
        entries = journal.plan("r1", [Action(DISCARD, planned(ref, identity, PROBED, now=NOON))])
        (outcome,) = discard(entries, at.writer(), at.reader(), journal)

    assert is_new
    assert (outcome.status.value, len(lying(account, "Shop"))) == ("skipped", 1)
