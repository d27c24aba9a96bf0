"""The judge of the crash trials sees what is wrong, and nothing else; the forked runs end as they are made to."""

from __future__ import annotations

import copy
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.forks import Forks
from tests.crash.model import Model
from tests.crash.scene import ARCHIVE, BULK, INBOX, JUNK, Contents, Mail

OURS = (b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n")
ONE: Mail = (OURS[0], frozenset())
TWO: Mail = (OURS[1], frozenset({"\\Seen", "$Junk"}))
THEIRS: Mail = (b"Subject: theirs\r\n\r\n", frozenset({"\\Deleted"}))

Lying = dict[str, Counter[Mail]]


def lying(inbox: tuple[Mail, ...] = (), junk: tuple[Mail, ...] = (), archive: tuple[Mail, ...] = ()) -> Lying:
    return {INBOX: Counter(inbox), JUNK: Counter(junk), BULK: Counter(), ARCHIVE: Counter(archive)}


FIRST = lying(inbox=(THEIRS,), junk=(ONE, TWO, THEIRS))
RESCUED = lying(inbox=(ONE, (TWO[0], frozenset({"\\Seen", "$NotJunk"})), THEIRS), junk=(THEIRS,))


def model() -> Model:
    return Model.of(OURS, copy.deepcopy(FIRST))


def kinds(found: Iterator[str]) -> set[str]:
    return {each.partition(":")[0] for each in found}


@pytest.mark.parametrize("now", [FIRST, RESCUED], ids=["first", "rescued"])
def test_what_is_right_is_found_right(now: Contents) -> None:
    assert list(model().at_any_moment(now)) == []


def test_the_ends_are_told_apart() -> None:
    assert list(model().at_the_end(RESCUED)) == []
    assert list(model().put_back(FIRST)) == []
    assert kinds(model().at_the_end(FIRST)) == {"not completed"}
    assert kinds(model().put_back(RESCUED)) == {"not put back"}


def lose(now: Lying) -> None:
    del now[INBOX][ONE]


def double(now: Lying) -> None:
    now[INBOX][ONE] += 1


def touch(now: Lying) -> None:
    del now[JUNK][THEIRS]


def forget_a_flag(now: Lying) -> None:
    (two,) = (mail for mail in now[INBOX] if mail[0] == TWO[0])
    del now[INBOX][two]
    now[INBOX][two[0], frozenset({"$NotJunk"})] = 1


@pytest.mark.parametrize(
    ("breaks", "kind"), [(lose, "lost"), (double, "doubled"), (touch, "touched"), (forget_a_flag, "flags")]
)
def test_what_is_broken_is_found(breaks: Callable[[Lying], None], kind: str) -> None:
    now = copy.deepcopy(RESCUED)
    breaks(now)
    assert kind in kinds(model().at_the_end(now))


def test_one_in_both_folders_is_a_double_unless_it_is_being_copied() -> None:
    now = copy.deepcopy(RESCUED)
    now[JUNK][ONE] = 1
    assert kinds(model().at_any_moment(now)) == {"doubled"}
    assert list(model().at_any_moment(now, may_lie_in_both=True)) == []


def test_flags_and_copies_of_others_count() -> None:
    for change in ((THEIRS[0], frozenset[str]()), (b"Subject: nobody's\r\n\r\n", frozenset[str]())):
        now = copy.deepcopy(RESCUED)
        now[ARCHIVE][change] = 1
        assert kinds(model().at_any_moment(now)) == {"touched"}


def test_what_another_client_did_is_expected() -> None:
    now, expected = copy.deepcopy(RESCUED), model()
    now[ARCHIVE][THEIRS] += 1
    now[JUNK].pop(THEIRS)
    expected.arrived(ARCHIVE, THEIRS)
    expected.left(JUNK, THEIRS)
    assert list(expected.at_the_end(now)) == []


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    with Forks(tmp_path_factory.mktemp("forks")) as running:
        yield running


@pytest.mark.thorough
def test_a_forked_run_tells_its_answer_and_its_exit_code(forks: Forks) -> None:
    told = forks.run("--version", environment={})
    refused = forks.run("rescue", "--config", "/nowhere/at/all", environment={})

    assert (told.status, told.stderr) == (0, "")
    assert told.stdout.startswith("auditor ")
    assert refused.status == 2
    assert "error: " in refused.stderr


@pytest.mark.thorough
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_forked_run_is_killed_for_real(number: signal.Signals, forks: Forks, tmp_path: Path) -> None:
    silent = tmp_path / "silent.eml"
    os.mkfifo(silent)

    def kill_the_reader() -> None:
        with silent.open("wb"):  # waits until somebody reads
            forks.send(number)

    killer = threading.Thread(target=kill_the_reader)
    killer.start()
    ended = forks.run("explain", str(silent), environment={})
    killer.join()

    assert ended.status == -number
    assert forks.run("--version", environment={}).status == 0
