"""Message + DNS answers + context -> Evidence: everything the verdict looks at, gathered in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from auditor.evidence import alignment
from auditor.evidence.dkim import MAX_VERIFIED, Verified, verify
from auditor.evidence.links import Contents, read_contents
from auditor.evidence.lookalike import Imitation, Imitations
from auditor.evidence.sender import Malformed, Sender, header_from
from auditor.evidence.signatures import Signature, signatures
from auditor.evidence.staff import claims_staff
from auditor.evidence.stamp import Stamp, StampRule, read_stamp
from auditor.marketplaces import Catalogue, Kind, Marketplace, Match
from auditor.message import Message
from auditor.resolver import Answers


@dataclass(frozen=True, slots=True)
class Context:
    """What is known apart from the message. `own_addresses` is None where no mailbox is known."""

    catalogue: Catalogue
    imitations: Imitations
    own_addresses: tuple[str, ...] | None
    stamp_rule: StampRule
    bodies_rerendered: bool = False
    link_wrappers: tuple[str, ...] = ()
    received_at: datetime | None = None
    arc_forwarders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a message shows. `speaks_for`: signing domain -> whether it may sign for the From domain."""

    message: Message
    sender: Sender | Malformed
    owner: Marketplace | None
    match: Match | None
    imitation: Imitation | None
    signatures: tuple[Signature, ...] = ()
    verified: tuple[Verified, ...] = ()
    speaks_for: dict[str, bool | None] = field(default_factory=dict)
    stamp: Stamp = field(default_factory=Stamp)
    contents: Contents = field(default_factory=Contents)
    wrapped: bool = False
    staff_claim: bool = False
    """A customer, by the address, calls himself the marketplace's staff."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a message says it is from, and who signed it: what the questions and the evidence both begin with."""

    message: Message
    sender: Sender | Malformed
    owner: Marketplace | None
    match: Match | None = None
    signatures: tuple[Signature, ...] = ()

    @property
    def auth(self) -> tuple[str, ...]:
        return self.match.auth if self.match is not None else ()

    @property
    def related(self) -> tuple[Signature, ...]:
        return () if isinstance(self.sender, Malformed) else _related(self.signatures, self.sender, self.auth)


def origin(message: Message, context: Context) -> Origin:
    """Read once for each message; the signatures only where a marketplace is named."""
    sender = header_from(message)
    owner = None if isinstance(sender, Malformed) else context.catalogue.owner(sender.domain)
    if isinstance(sender, Malformed) or owner is None:
        return Origin(message, sender, None)
    return Origin(message, sender, owner, context.catalogue.match(sender.address), signatures(message))


def questions(origin: Origin) -> frozenset[str]:
    """The DNS names (all TXT) that must be asked before this message can be judged; none for most mail."""
    if isinstance(origin.sender, Malformed):
        return frozenset()
    names: set[str] = set()
    for signature in origin.related:
        names.add(signature.key_name)
        if signature.domain not in origin.auth:
            names.update(alignment.questions(origin.sender.domain, signature.domain))
    return frozenset(names)


def collect(origin: Origin, answers: Answers, context: Context, *, wrapped: bool = False) -> Evidence:
    """Gather all evidence. A stamp inside a `report_safe` wrapper is no stamp: the text may be a stranger's."""
    message, sender, owner, match = origin.message, origin.sender, origin.owner, origin.match
    imitation = context.imitations.by_sender(sender)
    if isinstance(sender, Malformed) or owner is None:
        return Evidence(message, sender, None, None, imitation, wrapped=wrapped)
    return Evidence(
        message,
        sender,
        owner,
        match,
        imitation,
        origin.signatures,
        verify(message, origin.related, answers, received_at=context.received_at),
        {
            signer: _speaks_for(signer, sender.domain, origin, answers=answers, context=context)
            for signer in dict.fromkeys(one.domain for one in origin.signatures if one.domain)
        },
        Stamp(why="the message lies inside a wrapper") if wrapped else read_stamp(message, context.stamp_rule),
        read_contents(message, wrappers=context.link_wrappers, phones=_phones_matter(match)),
        wrapped,
        _claims_staff(sender, match, context.catalogue),
    )


def _speaks_for(signer: str, from_domain: str, origin: Origin, *, answers: Answers, context: Context) -> bool | None:
    """A parent above every domain of the marketplace never speaks for it, whatever the public suffix list says."""
    if signer in origin.auth:
        return True
    if context.catalogue.owner(signer) is not origin.owner:
        return False
    return alignment.signs_for(signer, from_domain, answers)


def _related(signed: tuple[Signature, ...], sender: Sender, auth: tuple[str, ...]) -> tuple[Signature, ...]:
    """The first ten signatures whose domain could speak for the sender's."""
    return tuple(
        one for one in signed if one.domain and (one.domain in auth or alignment.is_within(sender.domain, one.domain))
    )[:MAX_VERIFIED]


def _phones_matter(match: Match | None) -> bool:
    return match is not None and match.stream.third_party_text and match.stream.kind is not Kind.CUSTOMER


def _claims_staff(sender: Sender, match: Match | None, catalogue: Catalogue) -> bool:
    """Of customers alone: the marketplace's own notices may well say so."""
    if match is None or match.stream.kind is not Kind.CUSTOMER:
        return False
    return claims_staff(sender.display_name, match.stream.display_names, catalogue)
