"""Accounts of a real Dovecot with scripts on the disk, and the program run on them, or killed in the middle."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor import managesieve
from auditor.store.journal import Journal
from tests import forked
from tests.servers.account import Account
from tests.servers.dovecot import Dovecot
from tests.shop import Shop

EXTENSIONS = """
plugin {
  sieve_extensions = +editheader +spamtest +spamtestplus
  sieve_spamtest_status_type = score
  sieve_spamtest_status_header = X-Spam-Score: (-?[0-9.]+)
  sieve_spamtest_max_value = 10
}
"""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """The scripts of an account, octet for octet, and which is active."""

    texts: Mapping[str, bytes]
    active: str | None


def put_on_disk(account: Account, there: OnDisk) -> None:
    """As a webmail left them."""
    home = _home(account)
    for folder in (home, home / "sieve"):
        folder.mkdir(exist_ok=True)
        _give_away(folder)
    for name, text in there.texts.items():
        path = home / "sieve" / f"{name}.sieve"
        path.write_bytes(text)
        _give_away(path)
    if there.active is not None:
        (home / ".dovecot.sieve").symlink_to(f"sieve/{there.active}.sieve")


def on_disk(account: Account) -> OnDisk:
    """As it is now."""
    link = _home(account) / ".dovecot.sieve"
    active = link.readlink().stem if link.is_symlink() else None
    return OnDisk({path.stem: path.read_bytes() for path in (_home(account) / "sieve").glob("*.sieve")}, active)


def shop_on(dovecot: Dovecot, account: Account, shop: Shop) -> Shop:
    """The shop of a seller whose own server runs rspamd, so that a Sieve rule may go by its stamp."""
    shop.mailbox |= {
        "ca_file": str(dovecot.ca_file),
        "marketplaces": ["walmart", "amazon"],
        "provider": "rspamd",
        "authserv_ids": ["mx.shop.test"],
    }
    shop.tables = f'[mailbox.shop.sieve]\nhost = "{dovecot.host}"\nport = {dovecot.sieve_port}\n'
    return shop


def killed(shop: Shop, arguments: Sequence[str], *, at: int, after: bool) -> bool:
    """At the nth command or note in the journal, as `forked.killed` says."""
    calls = ((managesieve.Scripts, "_ask"), (Journal, "plan"), (Journal, "mark"))
    argv = [*arguments, "--config", str(shop.configured())]
    return forked.killed(argv, {"SHOP_PASSWORD": shop.account.password}, calls, at=at, after=after)


def _home(account: Account) -> Path:
    assert account.home is not None
    return account.home


def _give_away(path: Path) -> None:
    owner = pwd.getpwnam("mail")
    os.chown(path, owner.pw_uid, owner.pw_gid)
