"""Cyrus: a third IMAP server that is neither Dovecot's nor pymap's kin, and the one here that has OBJECTID.

Its Debian package refuses to be installed beside Dovecot, so `scripts/install-test-servers` only unpacks it.
"""

from __future__ import annotations

import itertools
import os
import pwd
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.account import Account, signed_in
from tests.servers.process import LOOPBACK, ServerProcess, greeting, on_free_ports, server_directory

UNPACKED = Path("/usr/local/lib/auditor-tests/cyrus")

_BIN = UNPACKED / "usr/lib/cyrus/bin"
_LIBRARIES = ":".join(map(str, UNPACKED.glob("usr/lib/*-linux-gnu"))) + f":{UNPACKED}/lib/x86_64-linux-gnu"


@dataclass(frozen=True, slots=True)
class Cyrus:
    """A running server."""

    port: int
    host: str = LOOPBACK
    name: str = "cyrus"
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    def account(self) -> Account:
        """A fresh account with INBOX and Junk (with its SPECIAL-USE), made at its first sign-in."""
        account = Account(f"seller{next(self._numbers)}", secrets.token_hex(8), self.host, self.port)
        with signed_in(account):
            return account


def cyrus_unavailable() -> str:
    """Why Cyrus cannot be started here; empty when it can."""
    if not (_BIN / "imapd").exists():
        return "not unpacked: cyrus (scripts/install-test-servers)"
    return "" if os.geteuid() == 0 else "Cyrus changes users, which needs root"


@contextmanager
def running_cyrus() -> Iterator[Cyrus]:
    with server_directory("cyrus") as directory:
        owner = pwd.getpwnam("mail")
        for name in ("conf", "spool", "run"):
            (directory / name).mkdir()
            os.chown(directory / name, owner.pw_uid, owner.pw_gid)

        def start(ports: Sequence[int]) -> tuple[ServerProcess, Cyrus]:
            return _start(directory, ports[0]), Cyrus(ports[0])

        process, server = on_free_ports(1, start)
        try:
            yield server
        finally:
            process.stop()


def _start(directory: Path, port: int) -> ServerProcess:
    nonce = secrets.token_hex(8)
    (directory / "imapd.conf").write_text(_configuration(directory, nonce))
    (directory / "cyrus.conf").write_text(_services(directory, port))
    master = [str(UNPACKED / "usr/sbin/cyrmaster"), "-D", "-p", str(directory / "run/master.pid")]
    files = ["-C", str(directory / "imapd.conf"), "-M", str(directory / "cyrus.conf")]
    argv = ["env", f"LD_LIBRARY_PATH={_LIBRARIES}", *master, *files]
    process = ServerProcess(argv, directory / "log")
    try:
        process.wait_until(lambda: nonce.encode() in greeting(port))
    except BaseException:
        process.stop()
        raise
    return process


def _configuration(at: Path, nonce: str) -> str:
    """Any password signs in: who somebody is, is not what these tests ask."""
    return f"""
configdirectory: {at}/conf
defaultpartition: default
partition-default: {at}/spool
temp_path: {at}/run
master_pid_file: {at}/run/master.pid
cyrus_user: mail
servername: {nonce}.localhost
sasl_pwcheck_method: alwaystrue
sasl_mech_list: PLAIN
allowplaintext: yes
unixhierarchysep: yes
altnamespace: yes
autocreate_quota: 0
autocreate_inbox_folders: Junk
xlist-junk: Junk
"""


def _services(at: Path, port: int) -> str:
    configured = f"-C {at}/imapd.conf"
    return f"""
START {{
  recover cmd="{_BIN}/ctl_cyrusdb {configured} -r"
}}
SERVICES {{
  imap cmd="{_BIN}/imapd {configured}" listen="{LOOPBACK}:{port}" prefork=1
}}
EVENTS {{
}}
"""
