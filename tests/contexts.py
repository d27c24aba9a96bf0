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


def context(profile: Profile) -> Context:
    """The context of the sample seller's mailbox at a provider that stamps in this way."""
    microsoft = providers.by_name("microsoft")
    is_microsoft = profile is Profile.MICROSOFT
    rules = {
        Profile.NONE: StampRule(),
        Profile.PINNED: pinned([PINNED_ID], ["shop.test"]),
        Profile.MICROSOFT: microsoft.stamp,
    }
    return Context(
        catalogue(),
        imitations(),
        (SELLER,),
        rules[profile],
        bodies_rerendered=is_microsoft,
        link_wrappers=microsoft.link_wrappers if is_microsoft else (),
    )


def judged(sample: Sample) -> Judged:
    """The verdict on one sample, DNS being the test zone."""
    records = zone() | dict(sample.zone)
    return judge_all([Letter(sample.raw, RECEIVED_AT)], context(sample.profile), ZoneResolver(records))[0]
