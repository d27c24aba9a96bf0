"""A profile in; every forgery of the set as that provider would deliver it out. One module a family of tricks."""

from functools import cache

from .. import Profile, Sample
from . import (
    altered,
    border,
    fields,
    injection,
    links,
    lookalike,
    pages,
    replay,
    sender,
    signatures,
    staff,
    stamps,
    strangers,
    wrapped,
)

RECORDED = (sender, lookalike, stamps, signatures, replay, fields, links, wrapped)
FOUND_LATER = (border, injection, altered, staff, strangers, pages)
FAMILIES = (*RECORDED, *FOUND_LATER)


@cache
def forged(profile: Profile) -> tuple[Sample, ...]:
    """None may be GENUINE; names are unique within a profile."""
    return tuple(sample for family in FAMILIES for sample in family.samples(profile))
