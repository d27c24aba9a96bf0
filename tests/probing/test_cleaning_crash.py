"""The end of a probe is cut at every command and at every write of the journal; the next run must bring it to its end.

Promised throughout: no message but the probe is gone, and the probe is gone or what became of it is said.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal, get_args

import pytest

from auditor.outcome import Outcome
from auditor.probing.cleaning import conclude, finish, has_leftovers
from auditor.probing.entries import PROBE
from auditor.store.journal import Journal
from auditor.store.opening import Store, open_store
from auditor.store.rows import ActionState
from tests.memory_mailbox import Fault, Killed
from tests.probing.memory import NOON, OURS, SERVERS, Mortal, Scene, filled, later, line, others, ours, said

pytestmark = pytest.mark.thorough

Happens = Literal["kill", "cut", "refuse"]
When = Literal["before", "after"]
ARRIVALS = [("INBOX",), ("Junk", "Sent"), ("INBOX", "Junk")]
GONE = {"uidplus"}  # elsewhere it lies in the trash at the end, or where it came
MOVED = {"gmail", "move"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One state for all; each case is an account of its own in it."""
    path: Path = tmp_path_factory.mktemp("crash") / "state.db"
    with open_store(f"sqlite:///{path}", now=lambda: NOON) as opened:
        with closing(opened._engine.raw_connection()) as connection:  # nobody cuts the power here
            connection.cursor().execute("PRAGMA synchronous = OFF")
        yield opened


def night(scene: Scene, journal: Journal, servers: str, fault: Fault | None = None) -> tuple[Outcome, ...]:
    """The first run, from the moment when it has seen the probe."""
    connection = line(scene.server, servers, fault)
    return conclude(
        scene.sent, scene.result, scene.found, complete=True, connection=connection, journal=journal, now=NOON
    )


def next_night(scene: Scene, servers: str, fault: Fault | None = None, *, days: float = 0.5) -> tuple[Outcome, ...]:
    return finish(line(scene.server, servers, fault), scene.places, scene.journal, now=later(days))


def assert_kept_its_promise(scene: Scene, servers: str, told: tuple[Outcome, ...], case: str) -> None:
    assert others(scene.server) == others(filled()), case
    states = {each.state for each in scene.journal.entries("r1") if each.kind == "discard"}
    details = [each.detail for each in scene.journal.entries("r1") if each.kind == "discard"]
    left = [name for name in ours(scene.server) if not (servers in MOVED and name == "Trash")]
    assert not left or all(details) or any(each.detail for each in told), case
    if servers in GONE and ActionState.FAILED not in states:
        assert left == [], case
    assert servers != "plain" or OURS not in _flagged(scene), case


def _flagged(scene: Scene) -> list[bytes]:
    folders = scene.server.folders.values()
    return [each.raw for folder in folders for each in folder.messages.values() if "\\Deleted" in each.flags]


def cases(store: Store, servers: str, arrivals: tuple[str, ...]) -> tuple[int, int]:
    """How many commands and how many writes of the journal there are."""
    scene = Scene(store.account("count", f"{servers}-{arrivals}").journal, arrivals)
    connection, mortal = line(scene.server, servers), Mortal(scene.journal)
    conclude(
        scene.sent, scene.result, scene.found, complete=True, connection=connection, journal=mortal.as_journal, now=NOON
    )
    return len(said(connection).verbs), mortal.writes


@pytest.mark.parametrize("when", get_args(When))
@pytest.mark.parametrize("happens", get_args(Happens))
@pytest.mark.parametrize("arrivals", ARRIVALS)
@pytest.mark.parametrize("servers", SERVERS)
def test_next_run_ends_what_was_cut_at_any_command(
    store: Store, servers: str, arrivals: tuple[str, ...], happens: Happens, when: When
) -> None:
    commands, _ = cases(store, servers, arrivals)
    assert commands >= 2
    for at in range(1, commands + 1):
        case = f"{servers} {arrivals} {happens} {when} command {at}"
        scene = Scene(store.account("imap.test", case).journal, arrivals)

        told: tuple[Outcome, ...] = ()
        with suppress(Killed):
            told = night(scene, scene.journal, servers, Fault(at, when, happens))
        told += next_night(scene, servers)

        assert_kept_its_promise(scene, servers, told, case)
        assert not has_leftovers(scene.journal), case


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("arrivals", ARRIVALS)
@pytest.mark.parametrize("servers", SERVERS)
def test_next_run_ends_what_was_killed_at_any_write_of_the_journal(
    store: Store, servers: str, arrivals: tuple[str, ...], after: bool
) -> None:
    _, writes = cases(store, servers, arrivals)
    assert writes >= 3
    for at in range(1, writes + 1):
        case = f"{servers} {arrivals} {'after' if after else 'before'} write {at}"
        scene = Scene(store.account("imap.test", case).journal, arrivals)
        mortal = Mortal(scene.journal, at, after)

        with pytest.raises(Killed):
            night(scene, mortal.as_journal, servers)
        told = next_night(scene, servers)
        quiet = line(scene.server, servers)
        finish(quiet, scene.places, scene.journal, now=later(0.6))

        assert_kept_its_promise(scene, servers, told, case)
        assert said(quiet).writes == [], case
        assert not has_leftovers(scene.journal), case


@pytest.mark.parametrize("when", get_args(When))
@pytest.mark.parametrize("happens", get_args(Happens))
@pytest.mark.parametrize("servers", SERVERS)
def test_a_finishing_run_that_was_cut_itself_is_finished(
    store: Store, servers: str, happens: Happens, when: When
) -> None:
    """The first died after it had sent; the second finds the message, and is cut at any command."""
    for at in range(1, 12):
        case = f"second {servers} {happens} {when} command {at}"
        scene = Scene(store.account("imap.test", case).journal, ("INBOX", "Junk"))

        told: tuple[Outcome, ...] = ()
        with suppress(Killed):
            told = next_night(scene, servers, Fault(at, when, happens))
        told += next_night(scene, servers)

        assert_kept_its_promise(scene, servers, told, case)
        assert not has_leftovers(scene.journal), case


@pytest.mark.parametrize("seed", range(40))
def test_random_faults_while_somebody_else_works_there(store: Store, seed: int) -> None:
    dice = random.Random(seed)
    servers = dice.choice(list(SERVERS))
    scene = Scene(store.account("imap.test", f"seed {seed}").journal, dice.choice(ARRIVALS))
    told: tuple[Outcome, ...] = ()
    for number in range(dice.randint(1, 4)):
        fault = Fault(dice.randint(1, 9), dice.choice(get_args(When)), dice.choice(get_args(Happens)))
        with suppress(Killed):
            if number:
                told += next_night(scene, servers, fault)
            else:
                told += night(scene, scene.journal, servers, fault)
    told += next_night(scene, servers)
    told += next_night(scene, servers, days=8)

    assert_kept_its_promise(scene, servers, told, f"seed {seed}")
    assert not has_leftovers(scene.journal)


@pytest.mark.parametrize("servers", SERVERS)
def test_a_late_one_is_removed_and_the_outcome_becomes_another(store: Store, servers: str) -> None:
    scene = Scene(store.account("imap.test", f"late {servers}").journal, ())
    assert night(scene, scene.journal, servers) == ()
    assert has_leftovers(scene.journal)

    scene.arrive("Junk")
    told = next_night(scene, servers, days=3)

    (probe,) = scene.journal.of_kind(PROBE)
    assert (probe.state, probe.payload["landing"]) == (ActionState.DONE, "spam")
    assert_kept_its_promise(scene, servers, told, servers)
    assert not has_leftovers(scene.journal)


def test_a_copy_where_nobody_could_look_is_removed_by_the_next_run(store: Store) -> None:
    scene = Scene(store.account("imap.test", "unseen copy").journal, ("INBOX",))
    seen = scene.found
    scene.arrive("Sent")

    conclude(
        scene.sent,
        scene.result,
        seen,
        complete=False,
        connection=line(scene.server, "uidplus"),
        journal=scene.journal,
        now=NOON,
    )
    assert ours(scene.server) == ["Sent"]
    next_night(scene, "uidplus")

    (probe,) = scene.journal.of_kind(PROBE)
    assert (probe.state, probe.payload["landing"]) == (ActionState.DONE, "inbox")
    assert probe.payload["seconds"] == 3.0
    assert ours(scene.server) == []


def test_what_never_comes_is_looked_for_a_week_and_then_given_up(store: Store) -> None:
    scene = Scene(store.account("imap.test", "never").journal, ())
    night(scene, scene.journal, "uidplus")

    next_night(scene, "uidplus", days=6.9)
    assert has_leftovers(scene.journal)
    next_night(scene, "uidplus", days=7.1)

    assert not has_leftovers(scene.journal)
    assert [each.state for each in scene.journal.of_kind(PROBE)] == [ActionState.FAILED]


def test_a_folder_that_is_gone_ends_a_removal_after_a_week(store: Store) -> None:
    scene = Scene(store.account("imap.test", "no folder").journal, ("Junk",))
    with suppress(Killed):
        night(scene, scene.journal, "uidplus", Fault(1, "before"))
    del scene.server.folders["Junk"]

    first = next_night(scene, "uidplus", days=6.9)
    assert [each.status.value for each in first] == ["failed"]
    assert has_leftovers(scene.journal)

    next_night(scene, "uidplus", days=7.1)
    assert not has_leftovers(scene.journal)


def test_a_copy_of_what_was_sent_that_cannot_be_removed_is_told_once(store: Store) -> None:
    """It shows no arrival, so that the probe is looked for further."""
    scene = Scene(store.account("imap.test", "only sent").journal, ("Sent",))

    first = night(scene, scene.journal, "plain")
    second = next_night(scene, "plain")

    assert ["left in `Sent`" in each.detail for each in first] == [True]
    assert second == ()
    assert has_leftovers(scene.journal)
