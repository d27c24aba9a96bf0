"""The removal of a probe's message, on a server in memory: what is removed, how, and what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from auditor.apply import undo
from auditor.apply.discarding import DISCARD, discard, planned
from auditor.mailbox.interface import MailReader
from auditor.outcome import Outcome
from auditor.store.journal import Journal
from auditor.store.opening import open_store
from auditor.store.rows import Action
from tests.memory_mailbox import Fault, Killed, MemoryServer
from tests.probing.memory import NOON, OURS, PROBED, SERVERS, Mailbox, Scene, filled, others, ours


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with open_store(f"sqlite:///{tmp_path}/state.db", now=lambda: NOON) as store:
        yield store.account("imap.shop.test", "shop").journal


def removed(scene: Scene, mailbox: Mailbox) -> Outcome:
    (found,) = scene.found
    entries = scene.journal.plan("r1", [Action(DISCARD, planned(found.ref, found.whole.identity, PROBED, now=NOON))])
    (outcome,) = discard(entries, mailbox, cast(MailReader, mailbox), scene.journal)
    return outcome


def ends(journal: Journal) -> list[tuple[str, str]]:
    return [(each.state.value, each.detail) for each in journal.of_kind(DISCARD)]


WAYS = [
    ("uidplus", ["store", "uid_expunge"], [], ""),
    ("gmail", ["move"], ["Trash"], "moved to `Trash`"),
    ("move", ["move"], ["Trash"], "moved to `Trash`"),
]


@pytest.mark.parametrize("servers, verbs, left, detail", WAYS)
def test_it_is_removed_and_nothing_else(
    journal: Journal, servers: str, verbs: list[str], left: list[str], detail: str
) -> None:
    scene = Scene(journal)
    mailbox = Mailbox(scene.server, SERVERS[servers])

    outcome = removed(scene, mailbox)

    assert (outcome.status.value, outcome.detail) == ("done", detail)
    assert mailbox.writes == verbs
    assert ours(scene.server) == left
    assert others(scene.server) == others(filled())
    assert ends(journal) == [("done", detail)]


@pytest.mark.parametrize("servers", ["plain", "move", "gmail"])
def test_where_one_message_cannot_be_removed_alone_it_is_left_unflagged_and_said(
    journal: Journal, servers: str
) -> None:
    scene = Scene(journal)
    del scene.server.folders["Trash"]
    mailbox = Mailbox(scene.server, SERVERS[servers])

    outcome = removed(scene, mailbox)

    assert outcome.status.value == "skipped"
    assert "left in `INBOX`" in outcome.detail
    assert "delete it by hand" in outcome.detail
    assert mailbox.writes == []
    assert ours(scene.server) == ["INBOX"]


def test_what_lies_in_the_trash_already_stays_there(journal: Journal) -> None:
    scene = Scene(journal, ["Trash"])
    mailbox = Mailbox(scene.server, SERVERS["gmail"])

    outcome = removed(scene, mailbox)

    assert (outcome.status.value, mailbox.writes) == ("done", [])
    assert ours(scene.server) == ["Trash"]


def swap(server: MemoryServer, uid: int, raw: bytes) -> None:
    """Another message under the number, with the date of ours."""
    messages = server.folders["INBOX"].messages
    messages[uid] = replace(messages[uid], raw=raw)


STRANGERS = [
    OURS.replace(PROBED.token.encode(), b"f" * 32),
    b"Subject: a customer\r\n\r\n" + OURS,
    OURS.replace(b"X-Auditor-Probe: ", b"X-Auditor-Probe: another\r\nX-Auditor-Probe: "),
    OURS.replace(b"Received:", b"Deceived:"),
]


@pytest.mark.parametrize("raw", STRANGERS, ids=["token", "quoted", "two tokens", "identity"])
@pytest.mark.parametrize("servers", SERVERS)
def test_a_message_that_took_its_number_is_left_alone(journal: Journal, servers: str, raw: bytes) -> None:
    scene = Scene(journal)
    swap(scene.server, scene.found[0].ref.uid, raw)
    mailbox = Mailbox(scene.server, SERVERS[servers])

    outcome = removed(scene, mailbox)

    assert outcome.status.value == "skipped"
    assert outcome.detail == "another message has its number in `INBOX` now"
    assert mailbox.writes == []
    assert raw in scene.server.contents("INBOX")


@pytest.mark.parametrize("raw", STRANGERS[:3], ids=["token", "quoted", "two tokens"])
def test_the_token_decides_too_where_the_identity_is_the_same(
    journal: Journal, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a server would show that gives the same EMAILID to two messages."""
    scene = Scene(journal)
    swap(scene.server, scene.found[0].ref.uid, raw)
    now = scene.server.folders["INBOX"].messages[scene.found[0].ref.uid].identity
    scene.found = (replace(scene.found[0], whole=replace(scene.found[0].whole, identity=now)),)
    mailbox = Mailbox(scene.server, SERVERS["uidplus"])

    assert removed(scene, mailbox).status.value == "skipped"
    assert mailbox.writes == []


def test_a_rebuilt_folder_is_left_alone(journal: Journal) -> None:
    scene = Scene(journal)
    scene.server.rebuild("INBOX")
    mailbox = Mailbox(scene.server, SERVERS["uidplus"])

    outcome = removed(scene, mailbox)

    assert (outcome.status.value, mailbox.writes) == ("skipped", [])
    assert "`INBOX` was rebuilt since" in outcome.detail


def test_a_folder_for_reading_only_is_left_alone(journal: Journal) -> None:
    scene = Scene(journal)
    scene.server.folders["INBOX"].read_only = True
    mailbox = Mailbox(scene.server, SERVERS["uidplus"])

    assert removed(scene, mailbox).status.value == "skipped"
    assert mailbox.writes == []


def test_one_that_somebody_removed_before_us_is_done(journal: Journal) -> None:
    scene = Scene(journal)
    del scene.server.folders["INBOX"].messages[scene.found[0].ref.uid]
    mailbox = Mailbox(scene.server, SERVERS["uidplus"])

    assert removed(scene, mailbox).status.value == "done"
    assert mailbox.writes == []


@pytest.mark.parametrize("flagged", [False, True])
def test_a_refusal_to_expunge_takes_our_flag_back_and_nobody_elses(journal: Journal, flagged: bool) -> None:
    scene = Scene(journal)
    uid = scene.found[0].ref.uid
    if flagged:
        messages = scene.server.folders["INBOX"].messages
        messages[uid] = replace(messages[uid], flags=frozenset({"\\Deleted"}))
    mailbox = Mailbox(scene.server, SERVERS["uidplus"], fault=Fault(4, "before", "refuse"))

    outcome = removed(scene, mailbox)

    assert mailbox.verbs[3] == "uid_expunge"
    assert outcome.status.value == "failed"
    assert "still in `INBOX`, delete it by hand: NO not now" in outcome.detail
    assert ("\\Deleted" in scene.server.folders["INBOX"].messages[uid].flags) is flagged


def test_undo_of_its_run_says_that_it_was_our_own(journal: Journal) -> None:
    scene = Scene(journal)
    mailbox = Mailbox(scene.server, SERVERS["uidplus"])
    removed(scene, mailbox)

    (outcome,) = undo("r1", mailbox, journal, new_run="r2")

    assert outcome.status.value == "skipped"
    assert "it was our own probe" in outcome.detail
    assert ours(scene.server) == []


def test_a_removal_costs_five_round_trips(journal: Journal) -> None:
    scene = Scene(journal)
    mailbox = Mailbox(scene.server, SERVERS["uidplus"])

    removed(scene, mailbox)

    assert mailbox.verbs == ["select", "whole", "store", "uid_expunge", "whole"]


@pytest.mark.parametrize("servers, verb", [("uidplus", "expunge"), ("move", "trash")])
def test_the_verb_is_in_the_journal_before_it_is_sent(journal: Journal, servers: str, verb: str) -> None:
    scene = Scene(journal)
    mailbox = Mailbox(scene.server, SERVERS[servers], fault=Fault(3 if servers == "uidplus" else 4, "before"))

    with pytest.raises(Killed):
        removed(scene, mailbox)

    assert mailbox.writes in (["store"], ["move"])
    assert [(each.state.value, each.payload["verb"]) for each in journal.of_kind(DISCARD)] == [("sent", verb)]
