"""What we installed on a server, and the mail that came since -> what the whitelist did not do, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.evidence.sender import Sender, one_mailbox
from auditor.findings import Changed
from auditor.mailbox.interface import Role
from auditor.marketplaces.pattern import parse
from auditor.scripts import Part, read
from auditor.store.rows import ActionState, Entry, LedgerRow
from auditor.whitelist.targets import TARGETS
from auditor.whitelist.targets.sieve import MARK

LOOKED_BACK = timedelta(days=30)
"""How old mail may be that still tells how the whitelist works now."""

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Installed:
    """Our rules as they are in force. `at`: since when."""

    at: datetime
    patterns: tuple[str, ...]


def installed(entries: Iterable[Entry]) -> Installed | None:
    """From the journal's entries of scripts; None where ours is not on the server, as far as we know."""
    found: Installed | None = None
    done = (each for each in entries if each.state is ActionState.DONE)
    for entry in sorted(done, key=lambda each: (each.at, each.key)):
        change = read(entry.payload)
        if change.part is not Part.TEXT:
            continue
        if MARK.encode() in (change.after or b""):
            found = Installed(entry.at, _patterns(change.after or b""))
        elif MARK.encode() in (change.before or b""):
            found = None
    return found


def drift(
    rows: Sequence[LedgerRow], there: Installed | None, kinds: Iterable[str], *, now: datetime
) -> tuple[Changed, ...]:
    """`rows`: also those that we moved since. `kinds`: of the streams that the seller wants."""
    if there is None:
        return ()
    wanted, since = frozenset(kinds), now - LOOKED_BACK
    genuine = [row for row in rows if row.standing == "genuine" and row.kind in wanted and row.received_at > since]
    return (*_without_effect(genuine, there), *_lacking(genuine, there))


def _without_effect(genuine: Sequence[LedgerRow], there: Installed) -> Iterator[Changed]:
    """Mail that should have been kept, by stream."""
    junked: dict[str, list[str]] = {}
    for row in genuine:
        if row.role is Role.JUNK and row.received_at > there.at and _is_covered(address := _address(row), there):
            junked.setdefault(row.marketplace, []).append(address)
    for marketplace, addresses in junked.items():
        named = ", ".join(sorted(set(addresses))[:_SHOWN])
        detail = f"{len(addresses):,} genuine messages went to spam although the whitelist names their sender: {named}"
        yield Changed("whitelist-no-effect", f"sieve: {marketplace}", detail)


def _lacking(genuine: Sequence[LedgerRow], there: Installed) -> Iterator[Changed]:
    """Senders of genuine mail that the installed rules do not know."""
    new: dict[str, set[str]] = {}
    for row in genuine:
        if not _is_covered(address := _address(row), there):
            new.setdefault(row.marketplace, set()).add(address)
    for marketplace, addresses in new.items():
        named = ", ".join(sorted(addresses)[:_SHOWN])
        detail = f"genuine mail came from senders that the installed whitelist lacks: {named}"
        yield Changed("whitelist-missing", f"sieve: {marketplace}", detail)


def _is_covered(address: str, there: Installed) -> bool:
    return any(parse(pattern).matches(address) for pattern in there.patterns)


def _address(row: LedgerRow) -> str:
    sender = one_mailbox(row.header_from)
    return sender.address if isinstance(sender, Sender) else ""


def _patterns(script: bytes) -> tuple[str, ...]:
    present = TARGETS["sieve"].parse(script.decode("utf-8", "replace"))
    return tuple(dict.fromkeys(each.pattern for each in present.entries if each.is_ours))
