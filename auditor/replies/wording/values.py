"""What the wording rules read, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.rules import Confidence


@dataclass(frozen=True, slots=True)
class Reply:
    """The seller's own words, without what he quotes. `inquiry`: the customer's, where they are known.

    `topic`: as `auditor.replies.topics` names it. `link_domains`: of the marketplace; `own_domains`: of the seller.
    """

    marketplace: str
    body: str
    signature: str = ""
    inquiry: str | None = None
    topic: str = ""
    link_domains: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence that should be otherwise. `advice`: what to write instead."""

    rule: str
    quote: str
    advice: str
    confidence: Confidence = Confidence.LIKELY
