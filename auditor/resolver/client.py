"""The only dnspython: one name to the configured servers -> one Answer. Never raises but for the configuration.

What a server says is believed where it is an answer to the question. A reply that speaks of other names, sends us
on to other servers, or is too large is no answer; and where there is no answer, nothing is known to be absent.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.flags
import dns.message
import dns.nameserver
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from auditor.errors import ConfigError
from auditor.resolver.answers import Answer, Found
from auditor.resolver.servers import Servers

if TYPE_CHECKING:
    from auditor.resolver.https import Exchange

MAX_ANSWER_BYTES = 32 * 1024  # of all records of a name together; the longest key in use has 3,000

# What dnspython's resolver raises, for those who stand in for it.
NoAnswer = dns.resolver.NoAnswer
Timeout = dns.exception.Timeout

_ALIASES = (dns.rdatatype.CNAME, dns.rdatatype.DNAME)
_ABSENT = Answer(Found.ABSENT)
_CUT = "the server cuts its answer short"


class Client:
    """The configured servers; the system's where none is named. May be used from several threads."""

    def __init__(self, servers: Servers) -> None:
        """Raises ConfigError where there is no server, or what the protocol needs is missing."""
        try:
            self._resolver = dns.resolver.Resolver(configure=not servers.addresses)
        except dns.resolver.NoResolverConfiguration as exc:
            raise ConfigError(
                "this machine names no DNS server", hint="set nameservers in the [dns] table of the configuration"
            ) from exc
        self._close: Callable[[], None] | None = None
        addresses = list(servers.addresses) or [str(server) for server in self._resolver.nameservers]
        self._resolver.port = port = servers.port
        if servers.protocol == "tls":
            context, name = _tls_context(servers.ca_file), servers.name
            self._resolver.nameservers = [_TlsServer(each, port, name or each, context) for each in addresses]
        elif servers.protocol == "https":
            exchange = _exchange(servers.ca_file)
            self._close = exchange.close
            self._resolver.nameservers = [_HttpsServer(_url(each, port), exchange) for each in addresses]
        else:
            self._resolver.nameservers = addresses

    def close(self) -> None:
        if self._close is not None:
            self._close()

    def query(self, name: str, rdtype: str, *, timeout_s: float) -> Answer:
        """One question, asked for at most `timeout_s` seconds. Never raises."""
        try:
            return self._answer(name, rdtype, timeout_s)
        except (dns.resolver.NoNameservers, dns.exception.Timeout) as exc:
            return _unknown(_last_failure(exc) or "no answer in time")
        except Exception as exc:  # hostile bytes bring out more kinds than dnspython's own
            return _unknown(_in_words(exc))

    def _answer(self, name: str, rdtype: str, timeout_s: float) -> Answer:
        try:
            found = self._resolver.resolve(name, rdtype, lifetime=timeout_s, search=False)
        except dns.resolver.NXDOMAIN as exc:
            return _absent(exc.kwargs["responses"][exc.kwargs["qnames"][0]])
        except dns.resolver.NoAnswer as exc:
            return _absent(exc.kwargs["response"])
        texts = tuple(_bytes(record) for record in found)
        if found.response.flags & dns.flags.TC:
            return _unknown(_CUT)
        if sum(map(len, texts)) > MAX_ANSWER_BYTES:
            return _unknown("the answer is too large to be one")
        return Answer(Found.FOUND, texts)


def _bytes(record: Any) -> bytes:
    if record.rdtype == dns.rdatatype.TXT:
        return b"".join(record.strings)
    return bytes(record.to_text(), "ascii", "replace")


def _unknown(why: str) -> Answer:
    return Answer(Found.TEMPERROR, why=why)


def _absent(response: dns.message.QueryMessage) -> Answer:
    """ABSENT where the reply says so of the name that was asked for (RFC 2308 section 2)."""
    if response.flags & dns.flags.TC:
        return _unknown(_CUT)
    aliases = [rrset for rrset in response.answer if rrset.rdtype in _ALIASES]
    followed = response.resolve_chaining().cnames
    strangers = len(response.answer) > len(aliases) or any(
        rrset not in followed for rrset in aliases if rrset.rdtype == dns.rdatatype.CNAME
    )
    if strangers:
        return _unknown("the answer is about something else")
    if response.rcode() == dns.rcode.NXDOMAIN:
        return _ABSENT
    authority = {rrset.rdtype for rrset in response.authority}
    if dns.rdatatype.SOA in authority:
        return _ABSENT
    if dns.rdatatype.NS in authority or (aliases and not response.flags & dns.flags.RA):
        return _unknown("the server only names others that might know")
    return _ABSENT


def _last_failure(exc: Any) -> str:
    """Why the last server that was tried is no use: dnspython keeps an rcode's name or an exception of each."""
    errors = exc.kwargs.get("errors") or []
    return _in_words(errors[-1][3]) if errors else ""


def _in_words(failure: object) -> str:
    if isinstance(failure, str):
        return f"the server says {failure}"
    if isinstance(failure, ssl.SSLCertVerificationError):
        return f"the server's certificate is not to be trusted: {failure.verify_message}"
    if isinstance(failure, dns.exception.Timeout | TimeoutError):
        return "no answer in time"
    if isinstance(failure, EOFError):
        return "the server hung up"
    if isinstance(failure, OSError) and not isinstance(failure, ssl.SSLError):
        return failure.strerror or str(failure) or "the connection failed"
    return f"the answer is unusable ({type(failure).__name__})"


def _tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies, against the system's authorities or those of the file alone. Raises ConfigError."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as exc:
        raise ConfigError(f"{ca_file}: holds no certificate that can be read ([dns] ca_file)") from exc


class _TlsServer(dns.nameserver.DoTNameserver):
    """DNS over TLS (RFC 7858). dnspython's own checks no name unless given one, and reads all roots each time."""

    def __init__(self, address: str, port: int, name: str, context: ssl.SSLContext) -> None:
        super().__init__(address, port, name)
        self._context = context

    def query(self, request: Any, timeout: float, *args: Any, **kwargs: Any) -> dns.message.Message:
        return dns.query.tls(
            request,
            self.address,
            timeout,
            self.port,
            ssl_context=self._context,
            server_hostname=self.hostname,
        )


class _HttpsServer(dns.nameserver.DoHNameserver):
    """DNS over HTTPS (RFC 8484) by our own exchange: dnspython's bounds neither the size nor the whole time."""

    def __init__(self, url: str, exchange: Exchange) -> None:
        super().__init__(url)
        self._exchange = exchange

    def query(self, request: Any, timeout: float, *args: Any, **kwargs: Any) -> dns.message.Message:
        response = dns.message.from_wire(self._exchange.send(self.url, request.to_wire(), timeout_s=timeout))
        if not request.is_response(response):
            raise dns.query.BadResponse
        return response


def _exchange(ca_file: Path | None) -> Exchange:
    try:
        from auditor.resolver.https import Exchange
    except ImportError as exc:
        raise ConfigError(
            'protocol = "https" in [dns] needs a package that is not installed', hint="pip install 'auditor[doh]'"
        ) from exc
    return Exchange(_tls_context(ca_file))


def _url(server: str, port: int) -> str:
    """An address of its own is asked at the path that RFC 8484 uses."""
    if server.startswith("https://"):
        return server
    return f"https://{f'[{server}]' if ':' in server else server}:{port}/dns-query"
