"""Accounts of a real Dovecot with scripts on the disk, and the program run on them, or killed in the middle."""

from __future__ import annotations

import os
import pwd
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from auditor import managesieve
from auditor.store.journal import Journal
from tests.forked import run_and_leave
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
    """Run in a process of its own that kills itself at the nth command or note in the journal; False: it came to none.

    `after`: when it was carried out, and its answer not yet read by anybody.
    """
    argv = [*arguments, "--config", str(shop.configured())]
    child = os.fork()
    if child == 0:
        os.environ["SHOP_PASSWORD"] = shop.account.password
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        _die_at(at, after=after)
        run_and_leave(argv)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _die_at(place: int, *, after: bool) -> None:
    """Count what is told to the server and to the journal, and end at one of them."""
    counted = 0

    def dying(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def called(*arguments: Any, **named: Any) -> Any:
            nonlocal counted
            counted += 1
            is_here = counted == place
            if is_here and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = method(*arguments, **named)
            if is_here:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return called

    managesieve.Scripts._ask = dying(managesieve.Scripts._ask)  # type: ignore[method-assign]
    Journal.plan = dying(Journal.plan)  # type: ignore[method-assign]
    Journal.mark = dying(Journal.mark)  # type: ignore[method-assign]


def _home(account: Account) -> Path:
    assert account.home is not None
    return account.home


def _give_away(path: Path) -> None:
    owner = pwd.getpwnam("mail")
    os.chown(path, owner.pw_uid, owner.pw_gid)
