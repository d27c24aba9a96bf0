"""`auditor explain` of a reference, a file and stdin: it tells, and leaves mailbox and state as they were."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.mail import Profile
from tests.mail.genuine import genuine
from tests.servers.pymap_server import Pymap
from tests.shop import OpenShop, Shop, auditor, the_error

LETTER = genuine(Profile.NONE)[0].raw
WHEN = ("--received-at", "2026-11-20T12:00Z")


@pytest.fixture
def shop(pymap: Pymap, open_shop: OpenShop) -> Shop:
    opened = open_shop(pymap.account())
    opened.deliver([LETTER])
    return opened


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "mail.eml"
    path.write_bytes(LETTER)
    return str(path)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any configuration, and no DNS needed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("AUDITOR_CONFIG", raising=False)
    return tmp_path


def reference(shop: Shop) -> str:
    ref = shop.report("rescue").mailbox["messages"][0]["ref"]
    return f"shop:{ref['folder']}/{ref['uidvalidity']}/{ref['uid']}"


def passed(document: str) -> dict[str, bool | None]:
    return {check["rule"]: check["passed"] for check in json.loads(document)["checks"]}


def test_a_reference_is_explained_and_nothing_is_changed_or_remembered(shop: Shop) -> None:
    ref = reference(shop)
    state, mail = (shop.folder / "auditor.db").read_bytes(), shop.junk()

    ran = shop.run("explain", ref)

    assert ran.exit_code == 0, ran.stderr
    assert "genuine" in ran.stdout.lower()
    assert (shop.folder / "auditor.db").read_bytes() == state
    assert shop.junk() == mail
    assert shop.inbox() == []


def test_a_reference_is_explained_without_any_state(shop: Shop) -> None:
    ref = reference(shop)
    for path in shop.folder.glob("auditor.db*"):
        path.unlink()

    assert shop.run("explain", ref).exit_code == 0
    assert list(shop.folder.glob("auditor.db*")) == []


@pytest.mark.parametrize(
    "change, said",
    [
        pytest.param(lambda ref: ref + "77", "is there", id="gone"),
        pytest.param(lambda ref: f"shop:Junk/7/{ref.rpartition('/')[2]}", "is there", id="folder-rebuilt"),
        pytest.param(lambda ref: ref.rpartition("/")[0] + "/0", "is there", id="zero"),
        pytest.param(lambda ref: ref.rpartition("/")[0] + "/9999999999", "is there", id="beyond-32-bits"),
        pytest.param(lambda ref: ref.replace("shop:", "books:"), "no mailbox is called books", id="other-mailbox"),
    ],
)
def test_a_reference_to_nothing_is_said(change: object, said: str, shop: Shop) -> None:
    ran = shop.run("explain", change(reference(shop)))  # type: ignore[operator]

    assert ran.exit_code == 2
    assert said in the_error(ran)


def test_a_reference_into_a_missing_folder_is_the_mailboxs_failure(shop: Shop) -> None:
    ran = shop.run("explain", "shop:Gone/1/1")

    assert ran.exit_code == 3
    assert "Gone" in the_error(ran)


def test_a_file_is_judged_as_if_it_lay_in_the_mailbox(shop: Shop, file: str) -> None:
    ran = shop.run("explain", file, "--mailbox", "shop", *WHEN, "--format", "json")

    assert ran.exit_code == 0, ran.stderr
    assert set(passed(ran.stdout).values()) == {True}


def test_without_a_mailbox_its_checks_stay_undecided(shop: Shop, file: str) -> None:
    ran = shop.run("explain", file, *WHEN, "--format", "json")

    assert ran.exit_code == 0, ran.stderr
    assert passed(ran.stdout)["one-sender"] is True
    assert passed(ran.stdout)["meant-for-seller"] is None


def test_without_the_time_of_receipt_freshness_stays_undecided(shop: Shop, file: str) -> None:
    ran = shop.run("explain", file, "--mailbox", "shop", "--format", "json")

    assert ran.exit_code == 0, ran.stderr
    assert passed(ran.stdout)["fresh"] is None


def test_stdin_is_judged_like_a_file(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LETTER)))

    ran = shop.run("explain", "-", "--mailbox", "shop", *WHEN, "--format", "json")

    assert ran.exit_code == 0, ran.stderr
    assert set(passed(ran.stdout).values()) == {True}


def test_an_empty_stdin_is_other_mail(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))

    ran = shop.run("explain", "-")

    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout


def test_a_file_needs_no_configuration_and_leaves_no_state(nowhere: Path) -> None:
    (nowhere / "other.eml").write_bytes(b"From: friend@example.test\r\n\r\nHello\r\n")

    ran = auditor("explain", "other.eml")

    assert ran.exit_code == 0, ran.stderr
    assert not (nowhere / "state").exists()


@pytest.mark.parametrize(
    "what, said",
    [
        pytest.param("missing.eml", "missing.eml cannot be read: No such file", id="missing"),
        pytest.param(".", ". cannot be read: Is a directory", id="directory"),
        pytest.param("a\0b", "cannot be read: not a file name", id="nul"),
        pytest.param("x" * 300, "cannot be read: File name too long", id="too-long"),
        pytest.param("red\x1b[31m", "cannot be read", id="control-characters"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(what: str, said: str, nowhere: Path) -> None:
    ran = auditor("explain", what)

    assert ran.exit_code == 2
    assert said in the_error(ran)
    assert "\x1b" not in ran.stderr


@pytest.mark.parametrize("time", ["yesterday", "2026-13-01", "9999999999"])
def test_a_time_that_is_none_is_said(time: str, shop: Shop, file: str) -> None:
    ran = shop.run("explain", file, "--mailbox", "shop", "--received-at", time)

    assert ran.exit_code == 2
    assert f"--received-at {time} is no time" in the_error(ran)


def test_an_output_that_cannot_be_written_is_said(shop: Shop, file: str) -> None:
    ran = shop.run("explain", file, "--output", str(shop.folder / "nowhere" / "told.txt"))

    assert ran.exit_code == 2
    assert "told.txt cannot be written: No such file or directory" in the_error(ran)
