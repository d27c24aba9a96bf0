"""Looking for a probe in all folders of an account in memory: what is found, what it costs, and what cannot be told."""

from __future__ import annotations

from typing import cast

import pytest

from auditor.errors import FolderError, MailboxError
from auditor.mailbox.interface import FolderState, MailReader
from auditor.probing.places import places_of
from auditor.probing.watching import Watch, now_in, wait_for
from tests.memory_mailbox import Fault, MemoryServer
from tests.probing.memory import GMAIL, OURS, PROBED, Mailbox, filled

NAMES = ("INBOX", "Junk", "Sent", "Trash")


class Account:
    """A mailbox, watched from now on."""

    def __init__(self, server: MemoryServer | None = None, fault: Fault | None = None) -> None:
        self.server = server or filled()
        self.mailbox = Mailbox(self.server, GMAIL, fault=fault)
        self.reader = cast(MailReader, self.mailbox)
        self.watch = Watch(self.reader, now_in(self.reader, tuple(self.server.folders)))

    def look(self) -> list[str]:
        return [each.ref.folder for each in self.watch.look(PROBED)]


def test_what_was_there_before_is_never_looked_at() -> None:
    account = Account()
    assert account.look() == []
    assert set(account.mailbox.verbs) == {"statuses"}


def test_it_is_found_once_in_each_folder_among_other_mail() -> None:
    account = Account()
    for name in ("Junk", "Sent"):
        account.server.deliver(name, b"Subject: other\r\n\r\n")
        account.server.deliver(name, OURS)
    assert account.look() == ["Junk", "Sent"]
    assert account.look() == []
    account.server.deliver("Sent", OURS)
    assert account.look() == ["Sent"]


def test_a_look_costs_one_status_and_one_examine_of_the_open_folder() -> None:
    account = Account()
    account.server.deliver("INBOX", OURS)
    account.look()
    before = len(account.mailbox.verbs)
    account.look()
    assert account.mailbox.verbs[before:] == ["statuses", "select"]  # of the reader: EXAMINE


def test_many_folders_are_asked_about_forty_at_a_time() -> None:
    account = Account(MemoryServer(*(f"folder {number}" for number in range(100))))
    account.look()
    assert account.mailbox.verbs == ["statuses"] * 6


def test_a_rebuilt_folder_is_blind_and_the_others_are_not() -> None:
    account = Account()
    account.server.rebuild("INBOX")
    account.server.deliver("INBOX", OURS)
    account.server.deliver("Junk", OURS)
    assert account.look() == ["Junk"]
    assert account.watch.blind == {"INBOX"}
    assert account.look() == []


def test_a_folder_without_uidnext_is_not_watched() -> None:
    class Silent(Mailbox):
        def _state(self, name: str) -> FolderState:
            state = super()._state(name)
            return FolderState(name, state.uidvalidity, None, state.exists) if name == "Junk" else state

    reader = cast(MailReader, Silent(filled(), GMAIL))
    assert set(now_in(reader, NAMES)) == {"INBOX", "Sent", "Trash"}


def test_a_folder_that_cannot_be_opened_now_is_tried_again() -> None:
    account = Account()
    account.server.deliver("Junk", OURS)
    examine = account.mailbox.examine

    def refused(name: str) -> FolderState:
        raise FolderError("in use")

    account.mailbox.examine = refused  # type: ignore[method-assign]
    assert account.look() == []
    assert account.watch.blind == {"Junk"}
    account.mailbox.examine = examine  # type: ignore[method-assign]
    assert account.look() == ["Junk"]
    assert account.watch.blind == frozenset()


def test_a_folder_of_which_nothing_is_told_any_more_is_blind() -> None:
    account = Account()
    statuses = account.mailbox.statuses
    account.mailbox.statuses = lambda names: statuses([each for each in names if each != "Trash"])  # type: ignore[method-assign]
    assert account.look() == []
    assert account.watch.blind == {"Trash"}


def test_a_server_that_tells_of_no_folder_is_an_error_and_not_an_empty_mailbox() -> None:
    """As a reader shows it whose connection is gone."""
    account = Account()
    account.mailbox.statuses = lambda names: {}  # type: ignore[method-assign]
    with pytest.raises(MailboxError, match="no longer tells of its folders"):
        account.look()
    with pytest.raises(MailboxError, match="no arrival could be seen"):
        now_in(account.reader, NAMES)


def test_a_line_that_breaks_is_no_answer() -> None:
    account = Account(fault=Fault(3, "before", "cut"))
    account.server.deliver("Junk", OURS)
    with pytest.raises(MailboxError):
        account.look()


@pytest.mark.thorough
def test_the_wait_ends_with_the_time_or_the_arrival() -> None:
    told: list[str] = []
    account = Account()
    places = places_of(account.mailbox.folders())

    def progress(what: str, done: int, total: int) -> None:
        told.append(what)
        account.server.deliver("Sent" if len(told) == 1 else "INBOX", OURS)

    seen = wait_for(PROBED, account.watch, places, wait_s=30, progress=progress)
    assert seen.folders == ("Sent", "INBOX")
    assert len(told) == 2

    nothing = wait_for(PROBED, account.watch, places, wait_s=0.1, progress=lambda *_: None)
    assert nothing.folders == ()
    assert nothing.seconds >= 0.1
