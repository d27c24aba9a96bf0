"""A wish goes in; the certificate that was wished for comes out, good or bad in exactly that, made by openssl."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from tests.servers.process import run

EC = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA_1024 = ("rsa:1024",)

_CONFIGURATION = """
[ca]
default_ca = here
[here]
database = {0}/index.txt
new_certs_dir = {0}
rand_serial = yes
unique_subject = no
policy = any
[any]
commonName = supplied
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """As it stands, a good certificate for a server on loopback. `begins` and `ends` are days from now."""

    names: str = "DNS:localhost,IP:127.0.0.1"
    common_name: str = "localhost"
    key: tuple[str, ...] = EC
    digest: str = "sha256"
    begins: int = -1
    ends: int = 7
    extensions: str = "extendedKeyUsage = serverAuth\nbasicConstraints = CA:FALSE"


AUTHORITY = Wish(
    "", "Test CA", extensions="basicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign"
)


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority; `certificate` is what those who trust it need."""

    directory: Path
    certificate: Path
    key: Path

    @classmethod
    def new(cls, directory: Path) -> Self:
        """One that nobody vouches for."""
        made = cls(directory, directory / "ca.pem", directory / "ca.key")
        made._prepare()
        usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
        new_key = ("-newkey", *EC, "-nodes", "-keyout", made.key)
        run("openssl", "req", "-x509", *new_key, "-out", made.certificate, "-days", "7", "-subj", "/CN=Test CA", *usage)
        return made

    def below(self, directory: Path, wish: Wish = AUTHORITY) -> Authority:
        """An authority for which this one vouches, if the wish lets it be one."""
        made = Authority(directory, directory / "ca.pem", directory / "ca.key")
        made._prepare()
        both = self.issue(wish)
        for path in (made.certificate, made.key):
            path.write_bytes(both.read_bytes())
        return made

    def issue(self, wish: Wish) -> Path:
        """Certificate and key in one file, as a server loads them."""
        stem = self.directory / secrets.token_hex(6)
        request, key, extensions, issued = (stem.with_suffix(f".{part}") for part in ("csr", "key", "ext", "pem"))
        names = f"subjectAltName = {wish.names}\n" if wish.names else ""
        identifiers = "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n"
        extensions.write_text(f"{names}{identifiers}{wish.extensions}\n")
        subject = ("-subj", f"/CN={wish.common_name}")
        run("openssl", "req", "-newkey", *wish.key, "-nodes", "-keyout", key, "-out", request, *subject)
        span = ("-startdate", _moment(wish.begins), "-enddate", _moment(wish.ends), "-md", wish.digest)
        signing = ("-cert", self.certificate, "-keyfile", self.key, "-extfile", extensions, "-in", request)
        config = ("-config", self.directory / "ca.conf", "-batch", "-notext")
        run("openssl", "ca", *config, *span, *signing, "-out", issued)
        issued.write_bytes(issued.read_bytes() + key.read_bytes())
        return issued

    def _prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "index.txt").touch()
        (self.directory / "ca.conf").write_text(_CONFIGURATION.format(self.directory))


def self_signed(directory: Path) -> Path:
    """Certificate and key in one file; it is its own authority and that of nobody."""
    both, key = directory / "self.pem", directory / "self.key"
    new_key = ("-newkey", *EC, "-nodes", "-keyout", key)
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    run("openssl", "req", "-x509", *new_key, "-out", both, "-days", "7", *names)
    both.write_bytes(both.read_bytes() + key.read_bytes())
    return both


def _moment(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y%m%d%H%M%SZ}"
