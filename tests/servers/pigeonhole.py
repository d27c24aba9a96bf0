"""Pigeonhole's own `sieve-test`: a script and messages go in, the folders into which it would file them come out."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import SYSTEM_PATH, StartError, missing_programs, server_directory

# What a seller's own script does after ours: whatever it did not keep is spam.
_AFTER = 'require ["include", "fileinto"];\ninclude :personal "auditor";\nfileinto "Junk";\n'
_FILED = re.compile(r"store message in folder: (\S+)")


@dataclass(frozen=True, slots=True)
class Pigeonhole:
    """A configuration of its own for the tool; no server runs."""

    directory: Path

    def install(self, script: str, name: str = "auditor") -> None:
        """Make this a script that can be included. Raises StartError where it does not compile."""
        (self.directory / "sieve" / f"{name}.sieve").write_text(script)
        self.compile(script)

    def compile(self, script: str) -> None:
        """Raises StartError with what the compiler says."""
        tried = self.directory / "tried.sieve"
        tried.write_text(script)
        done = self._run("sievec", str(tried), str(self.directory / "tried.svbin"))
        if done.returncode:
            raise StartError(f"sievec: {done.stderr[-2000:]}")

    def folders_of(self, script: str, raw: bytes) -> list[str]:
        """Where this script, as the active one, would file the message."""
        (self.directory / "other.sieve").write_text(script, newline="")
        (self.directory / "message").write_bytes(raw)
        done = self._run("sieve-test", str(self.directory / "other.sieve"), str(self.directory / "message"))
        if done.returncode:
            raise StartError(f"sieve-test: {done.stderr[-2000:]}")
        return _FILED.findall(done.stdout)

    def folder_of(self, raw: bytes) -> str:
        """Where the message would lie: INBOX only where the included script kept it."""
        (self.directory / "message").write_bytes(raw)
        done = self._run("sieve-test", str(self.directory / "active.sieve"), str(self.directory / "message"))
        found = _FILED.findall(done.stdout)
        if done.returncode or len(found) != 1:
            raise StartError(f"sieve-test: {done.stdout[-1000:]} {done.stderr[-1000:]}")
        return str(found[0])

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [program, "-c", str(self.directory / "dovecot.conf"), *arguments]
        return subprocess.run(
            argv,
            capture_output=True,
            env={**os.environ, "PATH": SYSTEM_PATH, "HOME": str(self.directory)},
            timeout=60,
            check=False,
            encoding="utf-8",
            errors="replace",
        )


def pigeonhole_unavailable() -> str:
    """Why the tool cannot be used here; empty when it can."""
    if missing := missing_programs("sieve-test", "sievec"):
        return f"not installed: {', '.join(missing)} (scripts/install-test-servers)"
    return "" if os.geteuid() == 0 else "sieve-test switches to the user `mail`, which needs root"


@contextmanager
def running_pigeonhole() -> Iterator[Pigeonhole]:
    with server_directory("pigeonhole") as directory:
        owner = pwd.getpwnam("mail")
        for name in ("mail", "sieve", "global"):
            (directory / name).mkdir()
        (directory / "active.sieve").write_text(_AFTER)
        (directory / "dovecot.conf").write_text(_configuration(directory, owner.pw_name))
        for path in (directory, directory / "mail", directory / "sieve"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        yield Pigeonhole(directory)


def _configuration(directory: Path, user: str) -> str:
    return f"""
base_dir = {directory}/run
state_dir = {directory}
mail_home = {directory}
mail_location = maildir:{directory}/mail
mail_uid = {user}
mail_gid = {user}
first_valid_uid = 1
ssl = no
log_path = /dev/stderr
plugin {{
  sieve_global = {directory}/global
  sieve_extensions = +editheader +spamtest +spamtestplus
  sieve_spamtest_status_type = score
  sieve_spamtest_status_header = X-Spam-Score: (-?[0-9.]+)
  sieve_spamtest_max_value = 10
  sieve = file:{directory}/sieve;active={directory}/active.sieve
}}
"""
