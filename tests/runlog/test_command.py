"""`--log-file` on a real server: what ran, what was moved, what failed, and with which exit code it ended."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.mail import Profile
from tests.mail.genuine import genuine
from tests.runlog.test_events import VALIDATOR
from tests.servers.account import Account
from tests.servers.process import LOOPBACK
from tests.shop import OpenShop, Shop, auditor

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("soon_after")]

GENUINE = [sample.raw for sample in genuine(Profile.NONE)[:3]]


def lines_of(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        VALIDATOR.validate(line)
    return lines


@pytest.mark.parametrize("command", ["audit", "rescue"])
def test_a_night_is_told_in_whole(shop: Shop, command: str) -> None:
    shop.deliver(GENUINE)
    log = shop.folder / "log.jsonl"

    ran = shop.run(command, "--apply", "--quiet", "--log-file", str(log))

    lines = lines_of(log)
    assert [line["event"] for line in lines] == ["run-began", "action", "action", "action", "mailbox", "run-ended"]
    assert (lines[0]["command"], lines[0]["applied"]) == (command, True)
    assert {line["status"] for line in lines[1:4]} == {"done"}
    assert lines[4]["counts"]["genuine"] == 3
    assert lines[5]["exit_code"] == lines[4]["exit_code"] == ran.exit_code == 0
    assert len({line["run"] for line in lines}) == 1
    assert ran.stdout == ""
    assert shop.account.password not in log.read_text()

    shop.run(command, "--apply", "--quiet", "--log-file", str(log))
    assert [line["event"] for line in lines_of(log)[6:]] == ["run-began", "mailbox", "run-ended"]


def test_a_mailbox_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text(
        '[mailbox.shop]\naddress = "s@shop.test"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\n'
        'password_env = "SHOP_PASSWORD"\n[dns]\nnameservers = ["127.0.0.1"]\nport = 9\ntimeout_s = 0.1\n'
        f'[state]\nurl = "sqlite:///{tmp_path}/auditor.db"\n'
    )
    log = tmp_path / "log.jsonl"
    ran = auditor(
        *("audit", "--config", str(tmp_path / "auditor.toml"), "--log-file", str(log)),
        environment={"SHOP_PASSWORD": "secret-of-the-shop"},
    )

    lines = lines_of(log)
    assert [line["event"] for line in lines] == ["run-began", "incomplete", "mailbox", "run-ended"]
    assert lines[-1]["exit_code"] == ran.exit_code == 3
    assert "secret-of-the-shop" not in log.read_text()


def test_a_run_that_never_began_is_told_with_its_reason(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    ran = auditor("audit", "--config", str(tmp_path / "none.toml"), "--log-file", str(log))

    began, ended = lines_of(log)
    assert began["event"] == "run-began"
    assert ended["exit_code"] == ran.exit_code == 2
    assert "there is no such file" in ended["error"]


def test_a_log_that_cannot_be_written_ends_it_before_anything_is_done(shop: Shop) -> None:
    shop.deliver(GENUINE)
    ran = shop.run("audit", "--apply", "--log-file", str(shop.folder))

    assert ran.exit_code == 2
    assert ran.stderr.startswith("error: nothing was judged and nothing was moved: --log-file ")
    assert shop.inbox() == []


@pytest.mark.parametrize("number, last", [(signal.SIGTERM, 130), (signal.SIGKILL, None)])
def test_a_run_that_is_ended_has_told_what_it_could(
    number: signal.Signals, last: int | None, open_shop: OpenShop
) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(30)
        shop = open_shop(Account("seller@shop.test", "x", LOOPBACK, listener.getsockname()[1]))
        log = shop.folder / "log.jsonl"
        process = shop.start("audit", "--log-file", str(log))
        connection, _ = listener.accept()
        with connection:
            process.send_signal(number)
            process.communicate(timeout=30)

    began, *others = lines_of(log)
    assert began["event"] == "run-began"
    assert [line["exit_code"] for line in others if line["event"] == "run-ended"] == ([last] if last else [])
