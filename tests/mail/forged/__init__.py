"""A profile in; every forgery of the set as that provider would deliver it out. One module a family of tricks."""

from functools import cache

from .. import Profile, Sample
from . import (
    alike_links,
    altered,
    blocks,
    border,
    enclosed,
    fields,
    hidden,
    injection,
    lines,
    links,
    lookalike,
    lures,
    pages,
    places,
    recipients,
    repeated,
    replay,
    results,
    review,
    sender,
    signatures,
    staff,
    stamps,
    strangers,
    tags,
    timing,
    words,
    wrapped,
    wrapped_links,
)

PROOF = (stamps, signatures, tags, hidden, review, blocks, results, repeated, injection, border)
WHO = (sender, lookalike, lures, staff)
WHOLE = (replay, recipients, timing, fields, lines, altered, wrapped)
CONTENT = (links, wrapped_links, words, pages, strangers, places, alike_links, enclosed)
FAMILIES = (*PROOF, *WHO, *WHOLE, *CONTENT)


@cache
def forged(profile: Profile) -> tuple[Sample, ...]:
    """None may be GENUINE; names are unique within a profile."""
    return tuple(sample for family in FAMILIES for sample in family.samples(profile))
