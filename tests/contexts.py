"""What the sample mail is judged with, under each way in which a provider stamps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from auditor import providers
from auditor.evidence.collect import Context
from auditor.evidence.lookalike import Imitations
from auditor.evidence.stamp import StampRule, pinned
from auditor.judging import Judged, Letter, judge_all
from auditor.marketplaces import Catalogue, load
from auditor.providers import Provider
from auditor.resolver import Answer, Found, Resolver
from tests.mail import PINNED_ID, RECEIVED_AT, SELLER, Profile, Sample
from tests.mail.keys import zone


class ZoneResolver(Resolver):
    """A resolver whose answers are written down: a name that is not among them does not exist."""

    def __init__(self, records: Mapping[str, bytes]) -> None:
        super().__init__()
        self._records = records

    def ask(self, names: Collection[str], rdtype: str = "TXT", *, budget_s: float | None = None) -> dict[str, Answer]:
        return {
            name: Answer(Found.FOUND, (self._records[name],)) if name in self._records else Answer(Found.ABSENT)
            for name in names
        }


@cache
def catalogue() -> Catalogue:
    return load()


@cache
def imitations() -> Imitations:
    return Imitations(catalogue())


SELF_HOSTED = (Profile.NONE, Profile.PINNED)


def context(profile: Profile) -> Context:
    """The context of the sample seller's mailbox at a provider that stamps in this way."""
    provider = providers.SELF_HOSTED if profile in SELF_HOSTED else providers.by_name(profile.value)
    return Context(
        catalogue(),
        imitations(),
        (SELLER,),
        stamp_rule(profile, provider),
        bodies_rerendered=provider.bodies_rerendered,
        link_wrappers=provider.link_wrappers,
    )


def stamp_rule(profile: Profile, provider: Provider) -> StampRule:
    """The provider's own; where the seller has to name the ids himself, he names PINNED_ID."""
    if profile is Profile.PINNED or (profile.is_believed and not provider.stamp.stamps):
        return pinned([PINNED_ID], ["shop.test"], provider.stamp)
    return provider.stamp


def judged(sample: Sample) -> Judged:
    """The verdict on one sample, DNS being the test zone."""
    records = zone() | dict(sample.zone)
    return judge_all([Letter(sample.raw, RECEIVED_AT)], context(sample.profile), ZoneResolver(records))[0]
