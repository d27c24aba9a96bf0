"""Our Sieve script -> what Pigeonhole's `sieve-test` does with a genuine and a forged message, where it is installed.

Both are made here, with the stamp that the seller's host writes; nothing is sent, and no mailbox is opened.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from auditor.whitelist.shapes import domain_of, example
from auditor.whitelist.targets.sieve import NAME
from auditor.whitelist.values import Entry, Stamping, Tried

_TIMEOUT_S = 30
_KEPT, _NOT_KEPT = "INBOX", "Junk"
_FILED = re.compile(r"store message in folder: (\S{1,200})")
# What stands behind ours: whatever it does not keep is spam.
_AFTER = f'require ["include", "fileinto"];\ninclude :personal "{NAME}";\nfileinto "{_NOT_KEPT}";\n'
_SYSTEM = "/usr/sbin:/usr/local/sbin"  # where it lies on hosts whose users do not look there


def sieve_test() -> str | None:
    """Where the program is."""
    return shutil.which("sieve-test") or shutil.which("sieve-test", path=_SYSTEM)


def tried(script: str, entries: Sequence[Entry], stamping: Stamping, *, program: str, now: datetime) -> Tried | None:
    """None where there is nothing of ours to try. `now`: the date of the messages."""
    entry = next(iter(entries), None)
    if entry is None:
        return None
    sender = example(entry.pattern)
    genuine = message(sender, stamping, result="pass", now=now)
    forged = message(sender, stamping, result="fail", now=now)
    with TemporaryDirectory(prefix="auditor-sieve-") as folder:
        try:
            bench = _Bench(Path(folder), program, script)
            return Tried(sender, bench.keeps(genuine), bench.keeps(forged))
        except (OSError, subprocess.SubprocessError, KeyError) as error:
            said = (str(error).splitlines() or [type(error).__name__])[0]
            return Tried(sender, failed=said[:300])


def message(sender: str, stamping: Stamping, *, result: str, now: datetime) -> bytes:
    """As the seller's host delivers it: Postfix took it, its filter stamped it, LMTP brought it here."""
    host, domain, date = stamping.ids[0], domain_of(sender), format_datetime(now)
    results = f"dmarc={result} header.from={domain}"
    planted = f"Authentication-Results: {host}; dmarc=pass header.from={domain}\r\n" if result != "pass" else ""
    witness = "X-Rspamd-Queue-Id: 4KqXHw2Zz1z9tvw\r\n" if stamping.quotes else ""
    return (
        f"Received: from {host}\r\n\tby {host} with LMTP\r\n\tid a; {date}\r\n"
        f"Received: from mail.invalid (mail.invalid [192.0.2.1])\r\n"
        f"\tby {host} (Postfix) with ESMTPS id 4KqXHw2Zz1z9tvw\r\n\tfor <seller@{host}>; {date}\r\n"
        f"Authentication-Results: {host}; {results}\r\n{planted}{witness}"
        f"From: {sender}\r\nTo: seller@{host}\r\nSubject: A question\r\nDate: {date}\r\n"
        "Message-ID: <question@mail.invalid>\r\n\r\nIs it still to be had?\r\n"
    ).encode()


class _Bench:
    """A configuration of its own for the program, in a folder that is gone afterwards."""

    def __init__(self, folder: Path, program: str, script: str) -> None:
        self._folder = folder
        self._program = program
        # As root it turns into the owner of the mail, who has to be somebody else.
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        for name in ("mail", "sieve"):
            (folder / name).mkdir()
        (folder / "sieve" / f"{NAME}.sieve").write_text(script, newline="")
        (folder / "active.sieve").write_text(_AFTER)
        (folder / "dovecot.conf").write_text(_configuration(folder, owner))
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid)

    def keeps(self, raw: bytes) -> bool:
        """Raises SubprocessError or OSError where the program does not do what it is for."""
        (self._folder / "message").write_bytes(raw)
        arguments = ["-c", "dovecot.conf", "active.sieve", "message"]
        done = subprocess.run(
            [self._program, *(str(self._folder / each) if each[0] != "-" else each for each in arguments)],
            capture_output=True,
            cwd=self._folder,
            env=os.environ | {"HOME": str(self._folder)},
            timeout=_TIMEOUT_S,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
        filed = _FILED.findall(done.stdout)
        if done.returncode or len(filed) != 1:
            raise subprocess.SubprocessError(done.stderr.strip() or f"it ended with {done.returncode}")
        return bool(filed[0].strip("'") == _KEPT)


def _configuration(folder: Path, owner: pwd.struct_passwd) -> str:
    return f"""
base_dir = {folder}/run
state_dir = {folder}
mail_home = {folder}
mail_location = maildir:{folder}/mail
mail_uid = {owner.pw_uid}
mail_gid = {owner.pw_gid}
first_valid_uid = 1
ssl = no
log_path = /dev/stderr
plugin {{
  sieve = file:{folder}/sieve;active={folder}/active.sieve
}}
"""
