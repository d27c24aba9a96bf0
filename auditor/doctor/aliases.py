"""Addresses that a miss is due to + the configuration -> the line of aliases to copy.

A line that is copied unread must not help a fraud: who has genuine mail of his own sent again to the seller needs
nothing but to have his address among the seller's. So only those are offered that a stranger cannot have.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from auditor.config import MailboxConfig
from auditor.config_values import alias
from auditor.providers import by_address

_LONGEST = 900  # characters of the line: a screen does not cut what is shorter
_MOST = 10


def offer(addresses: Sequence[str], mailbox: MailboxConfig, own: Sequence[str]) -> str:
    """`aliases = [...]` with those that are there and those of the seller's own domains; empty where none is."""
    chosen = [one for one in addresses if _is_sayable(one) and any(_only_the_owner_of(mine, one) for mine in own)]
    lines = (_line([*mailbox.aliases, *chosen[:count]]) for count in range(min(len(chosen), _MOST), 0, -1))
    return next((line for line in lines if len(line) <= _LONGEST), "")


def _line(aliases: Sequence[str]) -> str:
    return f"aliases = {json.dumps(aliases)}"


def _is_sayable(address: str) -> bool:
    """Whether the configuration takes it."""
    try:
        return alias(address).lower() == address
    except ValueError:
        return False


def _only_the_owner_of(mine: str, address: str) -> bool:
    """Whether `address` is a part of the mailbox `mine` (`me+shop@`), or lies in a domain that is not shared."""
    local, _, domain = mine.rpartition("@")
    if address.rpartition("@")[2] != domain:
        return False
    return address.startswith(f"{local}+") or not _is_shared(domain)


def _is_shared(domain: str) -> bool:
    try:
        return alias(f"*@{domain}") != f"*@{domain}" or by_address(f"x@{domain}") is not None
    except ValueError:
        return True
