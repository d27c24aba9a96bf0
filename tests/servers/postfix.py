"""Postfix: takes mail over SMTP, shows it to a milter and hands it to an LMTP server. Nothing leaves the machine."""

from __future__ import annotations

import grp
import os
import pwd
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import LOOPBACK, ServerProcess, greeting, on_free_ports, server_directory

# name, type, private, unprivileged, chroot, wakeup, maxproc, command
_SERVICES = """
pickup    unix       n - n 60  1 pickup
cleanup   unix       n - n -   0 cleanup
qmgr      unix       n - n 300 1 qmgr
rewrite   unix       - - n -   - trivial-rewrite
bounce    unix       - - n -   0 bounce
defer     unix       - - n -   0 bounce
trace     unix       - - n -   0 bounce
flush     unix       n - n 1000? 0 flush
proxymap  unix       - - n -   - proxymap
error     unix       - - n -   - error
retry     unix       - - n -   - error
lmtp      unix       - - n -   - lmtp
anvil     unix       - - n -   1 anvil
scache    unix       - - n -   1 scache
showq     unix       n - n -   - showq
postlog   unix-dgram n - n -   1 postlogd
"""

_PRIVATE = (
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "private",
    "saved",
    "trace",
)

# name, mode, whether it belongs to the group "postdrop"
_FOLDERS = (
    ("data", 0o700, False),
    ("queue", 0o755, False),
    ("queue/pid", 0o755, False),
    ("queue/public", 0o710, True),
    ("queue/maildrop", 0o730, True),
    *((f"queue/{name}", 0o700, False) for name in _PRIVATE),
)


class DeliveryError(Exception):
    """The message was taken and then bounced, deferred, or not seen again in time."""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running server. Ports: its own SMTP, the milters' in the order it asks them, the LMTP server's."""

    directory: Path
    port: int
    milter_ports: tuple[int, ...]
    lmtp_port: int
    hostname: str
    domain: str

    @property
    def log(self) -> Path:
        return self.directory / "mail.log"

    def wait_for_delivery(self, queue_id: str, *, timeout_s: float = 20) -> None:
        """Until the LMTP server has said that it stored the message; DeliveryError when it refuses."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            lines = [line for line in self.log.read_text().splitlines() if f" {queue_id}: " in line]
            if any("status=sent" in line for line in lines):
                return
            if any("status=bounced" in line or "status=deferred" in line for line in lines):
                break
            time.sleep(0.01)
        raise DeliveryError("\n".join(lines))


@contextmanager
def running_postfix(milter_ports: Sequence[int], lmtp_port: int, *, hostname: str, domain: str) -> Iterator[Postfix]:
    with server_directory("postfix") as directory:
        _make_folders(directory)

        def start(ports: Sequence[int]) -> tuple[ServerProcess, Postfix]:
            server = Postfix(directory, ports[0], tuple(milter_ports), lmtp_port, hostname, domain)
            return _start(server), server

        process, server = on_free_ports(1, start)
        try:
            yield server
        finally:
            process.stop()


def _make_folders(directory: Path) -> None:
    """What `postfix check` would make in two seconds."""
    mail_owner, drop_group = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    for name, mode, group in _FOLDERS:
        folder = directory / name
        folder.mkdir()
        os.chown(folder, mail_owner, drop_group if group else -1)
        folder.chmod(mode)
    for name in ("queue", "queue/pid"):
        os.chown(directory / name, 0, 0)


def _start(server: Postfix) -> ServerProcess:
    nonce = secrets.token_hex(8)
    at = server.directory
    _write(at / "main.cf", _configuration(server, nonce))
    _write(at / "master.cf", f"{LOOPBACK}:{server.port} inet n - n - - smtpd{_SERVICES}")
    server.log.touch()
    process = ServerProcess(["/usr/lib/postfix/sbin/master", "-d", "-c", str(at)], at / "log")
    try:
        process.wait_until(lambda: nonce.encode() in greeting(server.port))
    except BaseException:
        process.stop()
        raise
    return process


def _write(path: Path, text: str) -> None:
    """Dated back: Postfix waits 0.3 s each time it reads a file that has only just changed."""
    path.write_text(text)
    os.utime(path, (0, 0))


def _configuration(server: Postfix, nonce: str) -> str:
    at = server.directory
    milters = ", ".join(f"inet:{LOOPBACK}:{port}" for port in server.milter_ports)
    return f"""
compatibility_level = 3.6
queue_directory = {at}/queue
data_directory = {at}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = {LOOPBACK}
inet_protocols = ipv4
myhostname = {server.hostname}
smtpd_banner = $myhostname ESMTP {nonce}
enable_long_queue_ids = yes
mydestination =
virtual_mailbox_domains = {server.domain}
virtual_transport = lmtp:inet:{LOOPBACK}:{server.lmtp_port}
default_transport = error:no mail leaves this machine
smtpd_milters = {milters}
milter_default_action = tempfail
smtpd_peername_lookup = no
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_authorized_xclient_hosts = {LOOPBACK}
smtpd_client_connection_rate_limit = 0
maillog_file = {server.log}
maillog_file_prefixes = {at}
alias_maps =
local_recipient_maps =
"""
