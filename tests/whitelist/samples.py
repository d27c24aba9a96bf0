"""The project's genuine and forged mail as a filter meets it, and what the filters are given."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable
from functools import cache

import dkim

from auditor import providers
from auditor.whitelist import TARGETS, Means, Wanted, unwanted, wanted
from auditor.whitelist.shapes import domain_of
from auditor.whitelist.stamping import stamping
from auditor.whitelist.values import Stamping
from tests.contexts import catalogue
from tests.mail import PINNED_ID, Profile, Sample
from tests.mail.delivery import deliver
from tests.mail.forged import forged
from tests.mail.forged.from_forms import by_forger, forms
from tests.mail.genuine import genuine
from tests.mail.keys import zone as test_keys
from tests.servers.zone import Zone
from tests.test_forged_stamps import forged as planted

_SILENT = logging.Logger("signatures of forgers", logging.CRITICAL + 1)
# Signed by walmart.com in truth, and not for dkimpy: it asks what a key is for, which rspamd does not; and it refuses
# two From fields, of which the signature covers the lower.
_SIGNED_ALL_THE_SAME = ("key-is-for-another-service", "two-from-fields-brand-last")
KINDS = ("customer", "order", "account")
# Their signatures hold no more: they were true on the day that the provider wrote its stamp.
_BY_STAMP_ALONE = re.compile(r"key-gone-|stamp-alone|subject-tagged-by-sellers-own-filter")


@cache
def everything() -> tuple[Wanted, ...]:
    """Of all marketplaces."""
    return wanted(catalogue(), KINDS)


@cache
def means(profile: Profile = Profile.RSPAMD) -> Means:
    """What the targets need to know of a seller whose own server stamps so; every domain has forgeries refused."""
    found = stamping(providers.by_name(profile.value), [PINNED_ID])
    assert isinstance(found, Stamping)
    policies = {domain_of(one.pattern): True for one in everything()}
    return Means(found, policies, unwanted(catalogue(), KINDS))


def text_for(target: str, profile: Profile = Profile.RSPAMD) -> str:
    """What the target writes for a seller at every marketplace."""
    chosen, known = TARGETS[target], means(profile)
    return chosen.render(chosen.plan(everything(), known).entries, known)


def verifiable() -> list[Sample]:
    """Genuine mail that a filter which checks signatures itself must let in, as two hosts deliver it."""
    every = [*genuine(Profile.NONE), *genuine(Profile.OPENDMARC)]
    return [sample for sample in every if not _BY_STAMP_ALONE.search(sample.name)]


def unsigned_forgeries() -> list[Sample]:
    """Forgeries that no marketplace signed, as they come to a host that stamps nothing."""
    every = [*forged(Profile.NONE), *(by_forger(form, Profile.NONE) for form in forms())]
    return [sample for sample in every if not is_signed_by_a_marketplace(sample)]


def planted_stamps(profile: Profile) -> list[tuple[str, bytes]]:
    """Forgeries with every spelling of a planted stamp, on which the host wrote its own."""
    return [(one.name, deliver(one.raw, profile, one.real)) for one in planted(profile) if one.real != ""]


def is_signed_by_a_marketplace(sample: Sample) -> bool:
    """Whether some signature of a marketplace's domain holds, whatever it leaves open: DMARC passes then."""
    records = test_keys() | dict(sample.zone)
    if sample.name in _SIGNED_ALL_THE_SAME:
        return True

    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        del timeout
        return records.get(name.decode().rstrip(".").lower())

    count = len(re.findall(rb"(?im)^dkim-signature[ \t]*:", sample.raw))
    return any(_holds(sample.raw, index, look_up) for index in range(min(count, 100)))


def _holds(raw: bytes, index: int, look_up: object) -> bool:
    try:
        checked = dkim.DKIM(raw, logger=_SILENT, minkey=256)
        holds = checked.verify(idx=index, dnsfunc=look_up)
    except Exception:  # what the library cannot read is no signature
        return False
    return bool(holds) and catalogue().owner(checked.domain.decode()) is not None


def published(samples: Iterable[Sample]) -> Zone:
    """The test keys and what the samples need besides."""
    zone = Zone()
    records = test_keys() | {name: value for sample in samples for name, value in sample.zone}
    for name, value in records.items():
        zone.txt(name, value.decode("latin-1"))
    return zone


def names(samples: Collection[Sample]) -> list[str]:
    return [sample.name for sample in samples]
