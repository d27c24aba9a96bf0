"""[dns] of a configuration, apart from the rest for the commands that need no mailbox and are to start at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from auditor import config_values as values
from auditor.config_file import Table
from auditor.config_model import File, Many, Port, Section, Text, validated

_DNS_PORTS = {"udp": 53, "tls": 853, "https": 443}

Nameserver = Annotated[Text, AfterValidator(values.nameserver)]


Host = Annotated[Text, AfterValidator(values.host)]


class DnsConfig(Section):
    """Which resolver to ask; the system's where none is named.

    Over TLS and HTTPS its certificate must be for the address or name by which it is asked here, or for `server_name`.
    """

    nameservers: Many[Nameserver] = ()
    protocol: Literal["udp", "tls", "https"] = "udp"
    port: Port = Field(default_factory=lambda done: _DNS_PORTS[done["protocol"]])
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    server_name: Host | None = None
    ca_file: File | None = None

    @model_validator(mode="after")
    def _consistent(self) -> DnsConfig:
        if self.protocol != "udp" and not self.nameservers:
            raise ValueError(f'nameservers: protocol = "{self.protocol}" needs the servers to be named')
        if self.protocol != "https" and any(each.startswith("https:") for each in self.nameservers):
            raise ValueError('nameservers: an address with https:// needs protocol = "https"')
        if self.protocol != "tls" and self.server_name:
            raise ValueError('server_name: is for protocol = "tls"; over HTTPS write nameservers = ["https://..."]')
        if self.protocol == "udp" and self.ca_file:
            raise ValueError('ca_file: is for protocol = "tls" or "https"')
        return self


def dns_of(tables: Sequence[Table]) -> DnsConfig:
    """[dns] of these tables; other tables are not looked at. Raises ConfigError."""
    return next((validated(DnsConfig, table, table.values) for table in tables if table.title == "dns"), DnsConfig())
