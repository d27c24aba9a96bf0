"""A profile in; every forgery of the set as that provider would deliver it out. One module a family of tricks."""

from functools import cache

from .. import Profile, Sample
from . import fields, links, lookalike, replay, sender, signatures, stamps, wrapped

FAMILIES = (sender, lookalike, stamps, signatures, replay, fields, links, wrapped)


@cache
def forged(profile: Profile) -> tuple[Sample, ...]:
    """None may be GENUINE; names are unique within a profile."""
    return tuple(sample for family in FAMILIES for sample in family.samples(profile))
