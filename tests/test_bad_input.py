"""A bad configuration, state, output or moment to stop: one clear line, the right exit code, and nothing moved."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from tests.mail import Profile
from tests.mail.genuine import genuine
from tests.servers.account import Account
from tests.servers.process import LOOPBACK
from tests.servers.pymap_server import Pymap
from tests.servers.recorder import Direction, Recorders, Relay
from tests.shop import OpenShop, Ran, Shop, auditor, the_error

NOTHING = "error: nothing was judged and nothing was moved"
SECOND_MAILBOX = """
[mailbox.another]
address = "another@shop.test"
host = "127.0.0.1"
port = {port}
security = "none"
password_env = "SHOP_PASSWORD"
"""
LETTERS = [sample.raw for sample in genuine(Profile.NONE)[:2]]


@pytest.fixture
def shop(pymap: Pymap, open_shop: OpenShop) -> Shop:
    opened = open_shop(pymap.account())
    opened.deliver(LETTERS)
    return opened


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "auditor.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


BOX = '[mailbox.shop]\naddress = "seller@shop.test"\nhost = "127.0.0.1"\nsecurity = "none"\npassword_env = "NOWHERE"\n'


@pytest.mark.parametrize(
    "text, said",
    [
        pytest.param("[mailbox.shop\n", "line 1", id="bad-toml"),
        pytest.param("[rescue]\nmax_moves = 5\n" * 2, "the same table is there twice", id="table-twice"),
        pytest.param(b"[rescue]\nmax_moves = '\xff'\n", "line 2: not UTF-8", id="not-utf-8"),
        pytest.param(BOX + "pasword_file = 'x'\n", "[mailbox.shop] pasword_file: unknown key", id="unknown-key"),
        pytest.param(BOX + "[resque]\n", "[resque]: unknown table", id="unknown-table"),
        pytest.param(BOX + "[rescue]\nmax_moves = 'many'\n", "[rescue] max_moves", id="wrong-type"),
        pytest.param("", "has no mailbox", id="empty"),
        pytest.param(BOX.replace("127.0.0.1", "imap.shop.test"), "security", id="password-in-clear"),
    ],
)
def test_a_bad_configuration_is_named_with_its_place(text: str | bytes, said: str, tmp_path: Path) -> None:
    state = {"AUDITOR_STATE_URL": f"sqlite:///{tmp_path / 'state' / 'auditor.db'}"}

    ran = auditor("rescue", "--apply", "--config", str(written(tmp_path, text)), environment=state)

    assert ran.exit_code == 2
    assert the_error(ran).startswith(f"{NOTHING}: {tmp_path / 'auditor.toml'}")
    assert said in the_error(ran)
    assert ran.stdout == ""


@pytest.mark.parametrize(
    "command", [("rescue",), ("audit",), ("undo",), ("ack", "shop:Junk/1/1"), ("explain", "shop:Junk/1/1")], ids=str
)
def test_a_missing_configuration_file_is_named(command: tuple[str, ...], tmp_path: Path) -> None:
    ran = auditor(*command, "--config", str(tmp_path / "nowhere.toml"))

    assert ran.exit_code == 2
    assert "nowhere.toml: there is no such file" in the_error(ran)
    assert "auditor init" in ran.stderr


def test_no_configuration_anywhere_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("AUDITOR_CONFIG", raising=False)

    ran = auditor("rescue")

    assert ran.exit_code == 2
    assert "auditor.toml" in the_error(ran)
    assert str(tmp_path / "config") in the_error(ran)


def test_a_configuration_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    loop = tmp_path / "auditor.toml"  # root may read every file, but nobody a link to itself
    loop.symlink_to(loop)

    ran = auditor("rescue", "--config", str(loop))

    assert ran.exit_code == 2
    assert f"{loop}: cannot be read" in the_error(ran)


@pytest.mark.parametrize("command", ["rescue", "audit"])
def test_an_unknown_mailbox_is_named_with_those_there_are(command: str, shop: Shop) -> None:
    ran = shop.run(command, "shpo", "--apply")

    assert ran.exit_code == 2
    assert "no mailbox is called shpo" in the_error(ran)
    assert "shop" in the_error(ran).partition("shpo")[2]


def test_an_unknown_marketplace_is_named(shop: Shop) -> None:
    shop.mailbox["marketplaces"] = ["wallmart"]

    ran = shop.run("rescue", "--apply")

    assert ran.exit_code == 2
    assert "`wallmart` is not known" in the_error(ran)
    assert len(shop.junk()) == len(LETTERS)


def test_an_unset_variable_is_named(shop: Shop) -> None:
    shop.mailbox["password_env"] = "NO_SUCH_VARIABLE"

    ran = shop.report("rescue")

    assert ran.exit_code == 2
    assert the_error(ran).startswith(NOTHING)
    assert "NO_SUCH_VARIABLE is not set" in the_error(ran)
    assert ran.mailbox["incomplete"][0]["what"] == "mailbox `shop`"


def below_a_file(folder: Path) -> Path:
    (folder / "file").write_text("in the way")
    return folder / "file" / "state" / "auditor.db"


def on_a_read_only_file_system(_folder: Path) -> Path:
    return Path("/proc/auditor/auditor.db")


def damaged(folder: Path) -> Path:
    path = folder / "damaged.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xa5" * 8000)
    return path


def no_database(folder: Path) -> Path:
    path = folder / "letter.db"
    path.write_text("Dear database,\n" * 500)
    return path


def a_folder(folder: Path) -> Path:
    (folder / "dir.db").mkdir()
    return folder / "dir.db"


@pytest.mark.parametrize("place", [below_a_file, on_a_read_only_file_system, damaged, no_database, a_folder])
def test_a_state_that_cannot_be_used_stops_before_anything_is_done(
    place: object, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place(tmp_path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    monkeypatch.setenv("AUDITOR_STATE_URL", f"sqlite:///{path}")

    ran = shop.run("rescue", "--apply")

    assert ran.exit_code == 2
    assert the_error(ran).startswith(NOTHING)
    assert str(path) in the_error(ran) or str(path.parent) in the_error(ran)
    assert len(shop.junk()) == len(LETTERS)
    assert not before or path.read_bytes() == before


def test_a_page_of_the_state_that_is_damaged_later_moves_nothing(shop: Shop) -> None:
    shop.run("rescue")
    path = shop.folder / "auditor.db"
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xa5" * (len(raw) - 4096)
    path.write_bytes(raw)

    ran = shop.run("rescue", "--apply")

    assert ran.exit_code == 2
    assert the_error(ran).startswith(NOTHING)
    assert "damaged" in the_error(ran)
    assert len(shop.junk()) == len(LETTERS)


class LoseTheJournal(Relay):
    """Takes the journal away at the moment when the move is on its way."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def passed(self, direction: Direction, data: bytes) -> Iterable[bytes]:
        if direction is Direction.TO_SERVER and b"UID MOVE" in data:
            with closing(sqlite3.connect(self._state)) as connection:
                connection.execute("ALTER TABLE action RENAME TO lost")
        return (data,)


def test_a_journal_that_is_lost_while_moving_is_not_called_nothing_was_moved(shop: Shop, recorder: Recorders) -> None:
    direct, state = shop.account, shop.folder / "auditor.db"
    shop.account = recorder(direct, relay=lambda: LoseTheJournal(state))

    broken = shop.run("rescue", "--apply")
    with closing(sqlite3.connect(state)) as connection:
        connection.execute("ALTER TABLE lost RENAME TO action")
    shop.account = direct
    after = shop.run("rescue", "--apply")

    assert broken.exit_code == 4, broken
    assert the_error(broken).startswith("error: it stopped while moving in `shop`: ")
    assert "nothing was moved" not in broken.stderr
    assert "nothing was judged" not in broken.stdout
    assert after.exit_code == 0
    assert sorted(message.raw for message in shop.inbox()) == sorted(LETTERS)
    assert shop.junk() == []


@pytest.mark.parametrize("name", ["nowhere/report.json", "folder", "auditor.toml/report.json"])
def test_an_output_that_cannot_be_written_stops_before_anything_is_moved(name: str, shop: Shop) -> None:
    (shop.folder / "folder").mkdir()

    ran = shop.run("rescue", "--apply", "--output", str(shop.folder / name))

    assert ran.exit_code == 2
    assert the_error(ran).startswith(f"{NOTHING}: --output {shop.folder / name} cannot be written")
    assert len(shop.junk()) == len(LETTERS)
    assert not [path for path in shop.folder.iterdir() if path.name.startswith(".")]


def test_output_is_the_whole_report_in_a_private_file(shop: Shop) -> None:
    report = shop.folder / "report.json"

    ran = shop.run("rescue", "--format", "json", "--output", str(report))

    assert ran.exit_code == 10
    assert ran.stdout == ""
    assert Ran(0, report.read_text(), "").mailbox["counts"]["genuine"] == len(LETTERS)
    assert report.stat().st_mode & 0o777 == 0o600


def test_a_reader_that_has_gone_changes_neither_the_work_nor_the_exit_code(shop: Shop) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = shop.start("rescue", "--apply", stdout=writing)
    os.close(writing)

    _, stderr = process.communicate(timeout=30)

    assert process.returncode == 0
    assert stderr == ""
    assert len(shop.inbox()) == len(LETTERS)


def test_a_mailbox_that_fails_does_not_keep_the_others_from_theirs(shop: Shop) -> None:
    shop.tables = SECOND_MAILBOX.format(port=shop.account.port)

    ran = shop.report("rescue", "--apply", "another", "shop")

    assert ran.exit_code == 3
    assert the_error(ran).startswith(f"{NOTHING} in `another`: ")
    by_name = {mailbox["name"]: mailbox for mailbox in ran.document["mailboxes"]}
    assert by_name["another"]["incomplete"]
    assert [one["status"] for one in by_name["shop"]["outcomes"]] == ["done"] * len(LETTERS)
    assert len(shop.inbox()) == len(LETTERS)


def test_a_mailbox_that_another_run_holds_is_left_alone(shop: Shop) -> None:
    shop.run("rescue")
    (lock,) = shop.folder.glob("auditor.db.*.lock")

    with FileLock(lock):
        busy = shop.report("rescue", "--apply")
    after = shop.report("rescue", "--apply")

    assert busy.exit_code == 5
    assert "another run holds" in the_error(busy)
    assert "nothing was judged and nothing was moved" in the_error(busy)
    assert busy.mailbox["incomplete"]
    assert after.exit_code == 0


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """It accepts, greets, and says no more."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(60)
        yield listener


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_ends_with_one_line_while_a_server_is_silent(
    number: signal.Signals, silent_server: socket.socket, open_shop: OpenShop
) -> None:
    shop = open_shop(Account("seller@shop.test", "x", LOOPBACK, silent_server.getsockname()[1]))
    shop.tables = SECOND_MAILBOX.format(port=shop.account.port)
    process = shop.start("rescue", "--apply", "--format", "json", "shop", "another")
    connection, _ = silent_server.accept()
    with closing(connection):
        connection.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        assert b"LOGIN" in connection.recv(4096)
        process.send_signal(number)
        assert b"LOGOUT" in connection.recv(4096)
        connection.shutdown(socket.SHUT_RDWR)
        stdout, stderr = process.communicate(timeout=30)

    assert process.returncode == 130
    assert stderr.splitlines() == [
        f"{NOTHING} in `shop`: interrupted",
        f"{NOTHING} in `another`: interrupted before its turn",
    ]
    incomplete = {mailbox["name"]: mailbox["incomplete"][0]["why"] for mailbox in json.loads(stdout)["mailboxes"]}
    assert incomplete == {"shop": "interrupted", "another": "interrupted before its turn"}


def test_a_bad_option_is_refused_before_anything_is_read(shop: Shop) -> None:
    ran = shop.run("rescue", "--max-moves", "-1")

    assert ran.exit_code == 2
    assert "--max-moves" in ran.stderr
    assert "Traceback" not in ran.stderr
