"""Header fields of a sent message -> whether no person wrote it (RFC 3834)."""

from __future__ import annotations

from collections.abc import Sequence

_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "bulk", "junk"})  # `list` is a mailing list's, written by people
_FLAGS = frozenset({"x-autoreply", "x-autorespond"})


def is_automatic(fields: Sequence[str]) -> bool:
    """`name: value`, as the ledger keeps them. X-Auto-Response-Suppress asks others to be silent and proves nothing."""
    return any(_says_so(*each.partition(":")[::2]) for each in fields)


def _says_so(name: str, value: str) -> bool:
    said = value.partition(";")[0].strip().lower()
    match name.strip().lower():
        case "auto-submitted":
            return said not in ("", "no")
        case "precedence":
            return said in _PRECEDENCE
        case flag if flag in _FLAGS:
            return said not in ("", "no", "false", "0")
        case _:
            return False
