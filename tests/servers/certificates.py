"""A directory goes in; a private certificate authority and a certificate for loopback come out, made by openssl."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.servers.process import run

# Python 3.13 refuses an authority without keyUsage and a certificate without the identifiers of both keys.
_LOOPBACK = "DNS:localhost,IP:127.0.0.1"
_EXTENSIONS = """
subjectAltName = {names}
extendedKeyUsage = serverAuth
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
_AUTHORITY = ("-subj", "/CN=Test CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True, slots=True)
class Certificates:
    ca_file: Path
    certificate: Path
    key: Path


def issue_certificates(directory: Path, *, names: str = _LOOPBACK, days: int = 7) -> Certificates:
    """Valid for "localhost" and 127.0.0.1, for a week; with no days it has run out."""
    ca, ca_key, request, extensions = (directory / name for name in ("ca.pem", "ca.key", "csr.pem", "ext"))
    issued = Certificates(ca, directory / "server.pem", directory / "server.key")
    extensions.write_text(_EXTENSIONS.format(names=names))
    run("openssl", "req", "-x509", *_NEW_KEY, "-keyout", ca_key, "-out", ca, "-days", "7", *_AUTHORITY)
    run("openssl", "req", *_NEW_KEY, "-keyout", issued.key, "-out", request, "-subj", "/CN=localhost")
    signing = ("-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", str(days), "-extfile", extensions)
    run("openssl", "x509", "-req", "-in", request, *signing, "-out", issued.certificate)
    return issued
