"""A seller's mailbox on a real server, with a configuration file beside it, and the program run on it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mail import RECEIVED_AT, SELLER
from tests.mail.keys import zone as test_keys
from tests.servers.account import Account, StoredMessage, deliver_all, stored
from tests.servers.zone import DnsServer


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command left: exit code, answer, and what it said beside."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        return json.loads(self.stdout)

    @property
    def mailbox(self) -> Any:
        """The one mailbox of a JSON report."""
        return self.document["mailboxes"][0]


def auditor(*arguments: str, environment: Mapping[str, str] | None = None) -> Ran:
    """Run the command line in this process."""
    from auditor.cli import main

    out, err = io.StringIO(), io.StringIO()
    before = dict(os.environ)
    os.environ.update(environment or {})
    code = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main(arguments)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    finally:
        os.environ.clear()
        os.environ.update(before)
    return Ran(code, out.getvalue(), err.getvalue())


@dataclass(slots=True)
class Shop:
    """One account, its configuration in `folder`, and the DNS that the program asks."""

    account: Account
    folder: Path
    dns: DnsServer
    mailbox: dict[str, Any] = field(default_factory=dict)
    tables: str = ""
    dns_timeout_s: float = 2

    def run(self, *arguments: str) -> Ran:
        """Run a command with this shop's configuration."""
        return auditor(
            *arguments, "--config", str(self.configured()), environment={"SHOP_PASSWORD": self.account.password}
        )

    def start(self, *arguments: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
        """The same in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "auditor", *arguments, "--config", str(self.configured())],
            env=os.environ | {"SHOP_PASSWORD": self.account.password},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )

    def report(self, *arguments: str) -> Ran:
        return self.run(*arguments, "--format", "json")

    def configured(self) -> Path:
        """Write the configuration as it is now."""
        keys = {
            "address": SELLER,
            "host": self.account.host,
            "port": self.account.port,
            "security": "none",
            "username": self.account.username,
            "password_env": "SHOP_PASSWORD",
            **self.mailbox,
        }
        text = "\n".join(
            [
                "[mailbox.shop]",
                *(f"{key} = {json.dumps(value)}" for key, value in keys.items() if value is not None),
                "[dns]",
                f'nameservers = ["{self.dns.nameserver}"]',
                f"port = {self.dns.port}",
                f"timeout_s = {self.dns_timeout_s}",
                "[state]",
                f'url = "sqlite:///{self.folder / "auditor.db"}"',
                self.tables,
            ]
        )
        path = self.folder / "auditor.toml"
        path.write_text(text)
        return path

    def deliver(self, messages: Sequence[bytes], folder: str = "Junk") -> tuple[int, ...]:
        return deliver_all(self.account, messages, folder, internaldate=RECEIVED_AT)

    def junk(self) -> list[StoredMessage]:
        return list(stored(self.account, "Junk"))

    def inbox(self) -> list[StoredMessage]:
        return list(stored(self.account, "INBOX"))


def publish_test_keys(dns: DnsServer) -> None:
    """Put the keys of the sample mail into the zone."""
    for name, value in test_keys().items():
        dns.txt(name, value.decode("ascii"))


OpenShop = Callable[..., Shop]


def the_error(ran: Ran) -> str:
    """The one line that says what went wrong; beside it there may be a hint, and never a traceback."""
    lines = ran.stderr.splitlines()
    errors = [line for line in lines if line.startswith("error: ")]
    assert len(errors) == 1, ran.stderr
    assert all(line.startswith(("error: ", "try:   ")) for line in lines), ran.stderr
    return errors[0]
