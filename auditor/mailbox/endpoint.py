"""Host, port and security in, a connected socket out: verified TLS, or clear text on loopback only."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Literal

from auditor.errors import AuditorError, ConfigError, MailboxError

Security = Literal["tls", "starttls", "none"]

_TRUST = "if it is signed by a private authority, give that authority's certificate as ca_file"
_CERTIFICATE_FAULTS = {  # OpenSSL's X509_V_ERR numbers -> cause, what to do
    9: ("is not valid yet", "check the clock of this machine"),
    10: ("has expired", "the mail provider has to renew it"),
    18: ("is signed by itself", _TRUST),
    19: ("comes from an unknown authority", _TRUST),
    20: ("comes from an unknown authority", _TRUST),
    21: ("comes from an unknown authority", _TRUST),
    26: ("is not for a server", "the mail provider has to replace it"),
    62: ("is for another name", "use the host name that the provider's help pages give"),
    64: ("is for another address", "use the server's name instead of its address"),
    66: ("has a key that is too short", "the mail provider has to replace it"),
    67: ("comes from an authority whose key is too short", "the mail provider has to replace it"),
    68: ("is signed by a method that is no longer safe", "the mail provider has to replace it"),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a mailbox is served. Raises ConfigError for clear text to another machine."""

    host: str
    port: int = 993
    security: Security = "tls"
    ca_file: str | None = None

    def __post_init__(self) -> None:
        if self.security not in ("tls", "starttls", "none"):
            raise ConfigError(f"security of {self.host} must be tls, starttls or none")
        if not self.host or not 1 <= self.port <= 65_535:
            raise ConfigError(f"{self.host!r} port {self.port} is no place where a server can be")
        if self.security == "none" and not _names_loopback(self.host):
            raise ConfigError(
                f'security = "none" would send the password of {self.host} in clear over the network',
                hint='use security = "tls"; "none" is for a server on this machine (127.0.0.1, ::1, localhost)',
            )


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """Certificate and host name are checked, TLS 1.2 is the least. Raises ConfigError for a bad `ca_file`."""
    try:
        context = ssl.create_default_context(cafile=endpoint.ca_file)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or "no PEM certificate in it"
        raise ConfigError(f"ca_file {endpoint.ca_file} cannot be used: {reason}") from exc
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False  # RFC 9525, section 2: the names are those of subjectAltName
    return context


def dial(endpoint: Endpoint, *, seconds: float) -> socket.socket:
    """A connection on which IMAP's greeting is next; with STARTTLS still in clear. Raises MailboxError."""
    ends = time.monotonic() + seconds
    try:
        sock = _connected(endpoint, ends)
    except (OSError, ValueError) as exc:
        raise _in_words(exc, endpoint) from exc
    if endpoint.security == "none" and not ipaddress.ip_address(sock.getpeername()[0]).is_loopback:
        sock.close()
        raise ConfigError(f"{endpoint.host} is not on this machine: its password is not sent in clear")
    if endpoint.security != "tls":
        return sock
    sock.settimeout(max(ends - time.monotonic(), 0.001))
    return secured(sock, endpoint)


def secured(sock: socket.socket, endpoint: Endpoint) -> ssl.SSLSocket:
    """The same connection under TLS; closed on failure. Raises MailboxError naming the cause."""
    try:
        return tls_context(endpoint).wrap_socket(sock, server_hostname=endpoint.host)
    except (OSError, ValueError) as exc:
        sock.close()
        raise _in_words(exc, endpoint) from exc
    except AuditorError:
        sock.close()
        raise


def _connected(endpoint: Endpoint, ends: float) -> socket.socket:
    failure: OSError = TimeoutError()
    for *_, address in socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM):
        left = ends - time.monotonic()
        if left <= 0:
            break
        try:
            sock = socket.create_connection((str(address[0]), endpoint.port), timeout=left)
        except OSError as exc:
            failure = exc
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    raise failure


def _names_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_words(exc: Exception, endpoint: Endpoint) -> MailboxError:
    where = f"{endpoint.host} port {endpoint.port}"
    match exc:
        case ssl.SSLCertVerificationError():
            return _certificate_fault(exc, endpoint)
        case ssl.SSLError():
            return _tls_fault(exc, where)
        case TimeoutError():
            return MailboxError(f"{where} did not answer in time", hint="check host and port, or a firewall in between")
        case socket.gaierror():
            return MailboxError(f"no server named {endpoint.host} was found in DNS", hint="check the spelling")
        case ConnectionRefusedError():
            return MailboxError(f"{where} refused the connection", hint="check host and port")
        case ValueError():
            return MailboxError(f"{endpoint.host!r} cannot be a host name", hint="check the spelling")
        case OSError():
            return MailboxError(f"cannot reach {where}: {exc.strerror or type(exc).__name__}")
        case _:
            return MailboxError(f"cannot reach {where}: {type(exc).__name__}")


def _certificate_fault(exc: ssl.SSLCertVerificationError, endpoint: Endpoint) -> MailboxError:
    cause, remedy = _CERTIFICATE_FAULTS.get(exc.verify_code, (f"is refused: {exc.verify_message}", _TRUST))
    return MailboxError(
        f"the certificate of {endpoint.host} {cause}; nothing was sent to it",
        hint=remedy,
    )


def _tls_fault(exc: ssl.SSLError, where: str) -> MailboxError:
    reason = exc.reason or type(exc).__name__
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"):
        return MailboxError(
            f"{where} does not start with TLS",
            hint='ports 143 and 587 want security = "starttls", ports 993 and 465 "tls"',
        )
    if "PROTOCOL" in reason:
        return MailboxError(f"{where} offers only TLS older than 1.2", hint="ask the provider for a newer host")
    return MailboxError(f"TLS with {where} failed: {reason.lower().replace('_', ' ')}")
