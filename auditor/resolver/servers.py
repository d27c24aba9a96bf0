"""Which servers are asked, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Servers:
    """`protocol`: udp, tls or https; `port` is not for addresses given as https://... No address: the system's own.

    `name`: what the certificate must bear; the address where None. `ca_file`: more authorities to believe.
    """

    addresses: tuple[str, ...] = ()
    port: int = 53
    protocol: str = "udp"
    name: str | None = None
    ca_file: Path | None = None
