"""What a whitelist is made of: what is wanted, what stands in a filter, and why a filter refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from auditor.marketplaces import Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """Mail that must reach the seller. `pattern` is concrete, in the language of the catalogue.

    `signers`: the domains of which one must be authenticated, the From domain first, then its parents up to the one
    that the marketplace registered, then what the stream names.
    """

    marketplace: str
    stream: str
    title: str
    kind: Kind
    pattern: str
    signers: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    """Narrower patterns within it that are not wanted, such as the addresses of other sellers."""
    received: int = 0
    """How many genuine messages the ledger holds."""
    last_received: datetime | None = None


class Proof(StrEnum):
    """What an entry demands besides the address."""

    STAMP = "stamp"
    """dmarc=pass in the stamp of the seller's own host."""
    CHECKED = "checked"
    """SPF, DKIM or DMARC, which the filter checks itself."""
    POLICY = "policy"
    """Nothing; but the domain's own DMARC policy has receivers refuse what is forged."""
    NONE = "none"


class Effect(StrEnum):
    """What becomes of the mail that an entry fits."""

    ADMIT = "admit"
    DISCARD = "discard"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a filter. `pattern`: a glob; the catalogue's language in filters of ours that can say as much."""

    pattern: str
    proof: Proof
    signers: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    effect: Effect = Effect.ADMIT
    is_ours: bool = field(default=True, compare=False)
    text: str = field(default="", compare=False)
    """As it stands there, for the seller to find it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What a target does not write, and why."""

    pattern: str
    why: str


@dataclass(frozen=True, slots=True)
class Present:
    """What was read out of a filter. `unread`: parts of which nothing is known; `ids`: whose stamps ours believe."""

    entries: tuple[Entry, ...] = ()
    unread: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamping:
    """How the topmost Authentication-Results field of a host is read by a filter that knows no more than patterns."""

    ids: tuple[str, ...]
    quotes: bool = False
    """It quotes whatever a sender could make ambiguous, so that the DMARC result may stand behind other results."""
    names_parent: bool = False
    """header.from may be the domain above the From domain that published the policy."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a target needs to know beyond the wanted mail.

    `stamping`: a reason where no stamp can be believed. `policies`: From domain -> whether its DMARC policy has
    forged mail refused; None where DNS could not tell.
    """

    stamping: Stamping | str = "no host is known"
    policies: Mapping[str, bool | None] = field(default_factory=lambda: MappingProxyType({}))
    unwanted: tuple[str, ...] = ()
    """Every pattern of the catalogue that is not wanted, for targets that can only name whole domains."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a target would hold, and what it refuses."""

    entries: tuple[Entry, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a genuine and a forged message from an address. `failed`: why it could not be tried."""

    address: str
    keeps_genuine: bool = False
    keeps_forged: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of filter, as three pure functions."""

    name: str
    title: str
    plan: Callable[[Sequence[Wanted], Means], Plan]
    render: Callable[[Sequence[Entry], Means], str]
    parse: Callable[[str], Present]
    steps: str
    """What the seller does with the file."""
    needs_policies: bool = False
    is_text: bool = True
    """False where there is no file to export, only steps."""
