"""Dovecot: the IMAP server with every extension, on Maildir or sdbox; also LMTP with Sieve, and ManageSieve."""

from __future__ import annotations

import itertools
import os
import pwd
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.servers.account import Account
from tests.servers.certificates import Certificates, issue_certificates
from tests.servers.process import (
    LOOPBACK,
    ServerProcess,
    greeting,
    missing_programs,
    on_free_ports,
    run,
    server_directory,
)

Storage = Literal["maildir", "sdbox"]

_LOCATION: dict[Storage, str] = {"maildir": "maildir:~/Maildir", "sdbox": "sdbox:~/sdbox"}

# What a filter marked as spam is filed where a seller would have to look for it.
_FILE_SPAM = 'require ["fileinto"];\nif header :is "X-Spam" "Yes" { fileinto "Junk"; stop; }\n'


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server. Ports: IMAP in the clear, IMAP over TLS, ManageSieve, LMTP."""

    directory: Path
    port: int
    tls_port: int
    sieve_port: int
    lmtp_port: int
    certificates: Certificates
    host: str = LOOPBACK
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    @property
    def ca_file(self) -> Path:
        """The authority that vouches for "localhost" and 127.0.0.1 on `tls_port`."""
        return self.certificates.ca_file

    def account(self, storage: Storage = "maildir", *, address: str = "") -> Account:
        """A fresh account with INBOX, Junk and Sent (both with their SPECIAL-USE), receiving mail at its username.

        `address` is the username to use, `sellerN@shop.test` when left out; it must be new.
        """
        username = address or f"seller{next(self._numbers)}@shop.test"
        password = secrets.token_hex(8)
        home = self.directory / "home" / username
        owner = pwd.getpwnam("mail")
        entry = f"{username}:{{PLAIN}}{password}:{owner.pw_uid}:{owner.pw_gid}::{home}::"
        # One file a user: Dovecot looks for changes in a known file only once a second.
        with (self.directory / "users" / username).open("x") as file:
            file.write(f"{entry}userdb_mail={_LOCATION[storage]}\n")
        return Account(username, password, self.host, self.port, home=home)


@dataclass(frozen=True, slots=True)
class DovecotStorage:
    """One storage format of a Dovecot, as a server of the contract suite."""

    dovecot: Dovecot
    storage: Storage

    @property
    def name(self) -> str:
        return f"dovecot-{self.storage}"

    def account(self) -> Account:
        return self.dovecot.account(self.storage)


def dovecot_unavailable() -> str:
    """Why Dovecot cannot be started here; empty when it can."""
    if missing := missing_programs("dovecot", "doveadm", "sievec", "openssl"):
        return f"not installed: {', '.join(missing)} (scripts/install-test-servers)"
    return "" if os.geteuid() == 0 else "Dovecot's test set-up switches users, which needs root"


@contextmanager
def running_dovecot(more: Callable[[Dovecot], str] | str = "") -> Iterator[Dovecot]:
    """`more` is added to the configuration: a text, or what makes it and the files that it names."""
    with server_directory("dovecot") as directory:
        certificates = issue_certificates(directory)
        _prepare(directory)

        def start(ports: Sequence[int]) -> tuple[ServerProcess, Dovecot]:
            imap, imaps, sieve, lmtp = ports
            server = Dovecot(directory, imap, imaps, sieve, lmtp, certificates)
            return _start(server, more if isinstance(more, str) else more(server)), server

        process, server = on_free_ports(4, start)
        try:
            yield server
        finally:
            process.stop()


def _prepare(directory: Path) -> None:
    for name in ("home", "users", "run", "state", "sieve", "sieve/global"):
        (directory / name).mkdir()
    owner = pwd.getpwnam("mail")
    os.chown(directory / "home", owner.pw_uid, owner.pw_gid)
    (directory / "sieve" / "spam.sieve").write_text(_FILE_SPAM)


def _start(server: Dovecot, more: str) -> ServerProcess:
    nonce = secrets.token_hex(8)
    config = server.directory / "dovecot.conf"
    config.write_text(_configuration(server, nonce) + more)
    run("sievec", "-c", config, server.directory / "sieve" / "spam.sieve")
    process = ServerProcess(["dovecot", "-F", "-c", str(config)], server.directory / "log")
    try:
        process.wait_until(lambda: nonce.encode() in greeting(server.port))
    except BaseException:
        process.stop()
        raise
    return process


def _configuration(server: Dovecot, nonce: str) -> str:
    at = server.directory
    return f"""
base_dir = {at}/run
state_dir = {at}/state
log_path = {at}/log
instance_name = {at.name}
hostname = mx.shop.test
login_greeting = Ready {nonce}
protocols = imap lmtp sieve
listen = {server.host}
first_valid_uid = 1
ssl = yes
ssl_cert = <{server.certificates.certificate}
ssl_key = <{server.certificates.key}
auth_mechanisms = plain login
auth_failure_delay = 0
disable_plaintext_auth = no
mail_max_userip_connections = 2000
default_vsz_limit = 2G
passdb {{
  driver = passwd-file
  args = username_format=%u {at}/users/%u
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {at}/users/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
  }}
}}
service imap-login {{
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port}
  }}
}}
service imap {{
  service_count = 500
  process_limit = 1000
}}
service managesieve-login {{
  inet_listener sieve {{
    port = {server.sieve_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = {server.host}
    port = {server.lmtp_port}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
protocol lmtp {{
  mail_plugins = sieve
  postmaster_address = postmaster@shop.test
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_before = {at}/sieve/spam.sieve
  sieve_global = {at}/sieve/global
}}
"""
