"""[dns] of a configuration, apart from the rest for the commands that need no mailbox and are to start at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from auditor import config_values as values
from auditor.config_file import Table
from auditor.config_model import Many, Port, Section, Text, validated

_DNS_PORTS = {"udp": 53, "tls": 853, "https": 443}

Nameserver = Annotated[Text, AfterValidator(values.nameserver)]


class DnsConfig(Section):
    """Which resolver to ask; the system's where none is named."""

    nameservers: Many[Nameserver] = ()
    protocol: Literal["udp", "tls", "https"] = "udp"
    port: Port = Field(default_factory=lambda done: _DNS_PORTS[done["protocol"]])
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0


def dns_of(tables: Sequence[Table]) -> DnsConfig:
    """[dns] of these tables; other tables are not looked at. Raises ConfigError."""
    return next((validated(DnsConfig, table, table.values) for table in tables if table.title == "dns"), DnsConfig())
