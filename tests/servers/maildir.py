"""Messages straight into the Maildir of an account, which is quicker than IMAP."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime

from tests.servers.account import Account, stored


def put(account: Account, messages: Iterable[tuple[bytes, datetime]], folder: str = "Junk") -> int:
    """How many there were."""
    assert account.home is not None
    stored(account, folder)  # makes it
    maildir = account.home / "Maildir" / ("" if folder == "INBOX" else f".{folder}") / "cur"
    owner, number = maildir.stat(), 0
    for number, (raw, moment) in enumerate(messages, start=1):
        path = maildir / f"1795000000.{number:06}.test:2,"
        path.write_bytes(raw.replace(b"\r\n", b"\n"))
        os.utime(path, (moment.timestamp(),) * 2)
        os.chown(path, owner.st_uid, owner.st_gid)
    return number
