"""A swept header + the catalogue -> must the message be read whole, does its sender settle it, or is it other mail?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from auditor.evidence.lookalike import Imitations
from auditor.evidence.sender import TAGGED, Malformed, header_from
from auditor.marketplaces import Catalogue
from auditor.message import Message, read_header

SWEPT_FIELDS = ("FROM", "SUBJECT", "MESSAGE-ID")


class Look(Enum):
    """How far a message has to be looked at."""

    WHOLE = "whole"  # it bears a marketplace's domain: only its bytes can tell
    HEADER = "header"  # it imitates a marketplace from elsewhere: nothing in it could make it genuine
    NONE = "none"  # other mail


@dataclass(frozen=True, slots=True)
class Candidate:
    look: Look
    header: Message


def candidate(header: bytes, catalogue: Catalogue, imitations: Imitations) -> Candidate:
    """Decide by the sender alone. What a SpamAssassin wrapper holds bears the same From as the wrapper."""
    message = read_header(header)
    sender = header_from(message)
    if not isinstance(sender, Malformed) and catalogue.owner(sender.domain) is not None:
        return Candidate(Look.WHOLE, message)
    imitates = imitations.by_sender(sender) is not None
    if imitates and isinstance(sender, Malformed) and sender.reason == TAGGED:
        return Candidate(Look.WHOLE, message)  # the seller's own filter wrote it, and it may be a wrapper
    return Candidate(Look.HEADER if imitates else Look.NONE, message)
