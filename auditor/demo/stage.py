"""Nothing goes in; a mailbox full of samples, its DNS and a configuration that leads there stand until a block ends."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from auditor.config import Config, load
from auditor.demo import mail
from auditor.demo.imap import Account, fill, running_imap
from auditor.demo.key import make_key
from auditor.demo.letter import PROVIDER, SELLER
from auditor.demo.zone import LOOPBACK, running_zone

INBOX, JUNK = "INBOX", "Junk"
_PASSWORD_FILE = "password"


@dataclass(frozen=True, slots=True)
class Stage:
    """`folder` holds the configuration, the password and whatever is written there; it goes when the block ends."""

    folder: Path
    config: Config
    account: Account
    spam: Sequence[mail.Sample]
    inbox: Sequence[mail.Sample]


@contextmanager
def stage() -> Iterator[Stage]:
    """Servers on free loopback ports, and a temporary folder of mode 0700. Takes about a second."""
    key, now = make_key(), datetime.now(UTC)
    spam, inbox = mail.spam_folder(key, now), mail.inbox(key, now)
    with (
        TemporaryDirectory(prefix="auditor-demo-", ignore_cleanup_errors=True) as folder,
        running_zone(mail.records(key)) as dns_port,
        running_imap(SELLER, secrets.token_urlsafe(9)) as account,
    ):
        fill(account, INBOX, [(sample.raw, sample.received_at) for sample in inbox])
        fill(account, JUNK, [(sample.raw, sample.received_at) for sample in spam])
        config = _configured(Path(folder), account, dns_port)
        yield Stage(Path(folder), config, account, spam, inbox)


def _configured(folder: Path, account: Account, dns_port: int) -> Config:
    """The environment stays outside: it may name another state."""
    secret = folder / _PASSWORD_FILE
    secret.touch(mode=0o600)
    secret.write_text(account.password, encoding="utf-8")
    file = folder / "auditor.toml"
    file.write_text(_toml(account, dns_port), encoding="utf-8")
    return load(file, {})


def _toml(account: Account, dns_port: int) -> str:
    return f"""\
[mailbox.shop]
address = "{SELLER}"
host = "{account.host}"
port = {account.port}
security = "none"
username = "{account.username}"
password_file = "{_PASSWORD_FILE}"
authserv_ids = ["{PROVIDER}"]

[dns]
nameservers = ["{LOOPBACK}"]
port = {dns_port}

[state]
url = "sqlite:///auditor.db"
"""
