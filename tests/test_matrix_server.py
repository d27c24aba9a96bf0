"""The whole table of attacks once more, out of a spam folder on a real server, with real look-ups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from auditor.providers import by_name
from tests.contexts import SELF_HOSTED
from tests.mail import PINNED_ID, Profile, Sample, half
from tests.mail.forged import forged
from tests.mail.forged.from_forms import by_forger, forms
from tests.mail.forged.honest_rows import genuine_rows
from tests.mail.forged.wrapped import around_true_mail
from tests.servers.dovecot import Dovecot
from tests.shop import OpenShop, Shop
from tests.test_verdict import HALVES

pytestmark = pytest.mark.server

Settings = Mapping[str, object]
Told = Mapping[str, Any]

# Each costs as much as this one; the table itself is judged for all of them in test_verdict.
each_profile = pytest.mark.parametrize(
    "profile",
    [pytest.param(p, marks=() if p is Profile.PINNED else pytest.mark.long, id=p.value) for p in Profile],
)


each_half = pytest.mark.parametrize("part", list(HALVES))


def settings(profile: Profile) -> Settings:
    """What the seller configures for that provider; where it does not say whose stamps are its own, he says it."""
    named: Settings = {} if profile in SELF_HOSTED else {"provider": profile.value}
    is_told = profile in SELF_HOSTED or not by_name(profile.value).stamp.stamps
    return {**named, "authserv_ids": [PINNED_ID]} if is_told and profile.is_believed else named


def reported(shop: Shop, samples: Sequence[Sample]) -> dict[str, Told]:
    """What a dry run says of each sample, by its name; unrelated mail is only counted, and is not there."""
    publish(shop, samples)
    uids = shop.deliver([sample.raw for sample in samples])
    ran = shop.report("rescue", "--max-moves", "10000")
    missed = [one for one in ran.mailbox["incomplete"] if not one["standing"]]
    assert [one for one in missed if "longer than 256 kB" not in one["why"]] == []
    assert ran.mailbox["counts"]["seen"] == len(samples)
    by_uid = {message["ref"]["uid"]: message for message in ran.mailbox["messages"]}
    return {sample.name: by_uid[uid] for uid, sample in zip(uids, samples, strict=True) if uid in by_uid}


def publish(shop: Shop, samples: Sequence[Sample]) -> None:
    """The samples' own records beside the test keys; no two of them may need different ones under a name."""
    records = {record for sample in samples for record in sample.zone}
    assert len({name for name, _ in records}) == len(records)
    for name, value in records:
        shop.dns.txt(name, value)


def wrong(samples: Sequence[Sample], told: Mapping[str, Told], right: Callable[[Sample, Told], bool]) -> list[str]:
    """Each sample of which the report says something else than the table."""
    nothing: Told = {"standing": "unrelated", "planned": "leave", "checks": [], "reason": ""}
    return [
        f"{sample.name}: {message['standing']}, {message['planned']}, {message['reason']}"
        for sample in samples
        if not right(sample, message := told.get(sample.name, nothing))
    ]


def is_refused_rightly(sample: Sample, message: Told) -> bool:
    failed = {check["rule"] for check in message["checks"] if check["passed"] is not True}
    caught = not message["checks"] or sample.caught_by in failed
    return message["planned"] == "leave" and message["standing"] in sample.standing.split("|") and caught


def is_rescued_rightly(sample: Sample, message: Told) -> bool:
    marketplace = sample.stream.partition("/")[0]
    found = (message["standing"], message["planned"], message.get("marketplace"))
    return found == ("genuine", "move", marketplace) and (sample.row != 41 or bool(message["warnings"]))


def has_standing(sample: Sample, message: Told) -> bool:
    return message["planned"] == "leave" and message["standing"] in sample.standing.split("|")


@each_profile
@each_half
def test_a_spam_folder_with_the_table_in_it_is_judged_as_the_table_says(
    profile: Profile, part: str, dovecot: Dovecot, open_shop: OpenShop
) -> None:
    shop = open_shop(dovecot.account())
    shop.mailbox |= settings(profile)
    attacks = [sample for sample in forged(profile) if half(sample) == part]
    honest = [sample for sample in genuine_rows(profile) if half(sample) == part and profile.proves]

    told = reported(shop, [*attacks, *honest])

    assert wrong(attacks, told, is_refused_rightly) == []
    assert wrong(honest, told, is_rescued_rightly) == []


@each_profile
def test_a_spam_folder_with_every_spelling_of_from_holds_nothing_to_rescue(
    profile: Profile, dovecot: Dovecot, open_shop: OpenShop
) -> None:
    shop = open_shop(dovecot.account())
    shop.mailbox |= settings(profile)
    samples = [by_forger(form, profile) for form in forms()]

    assert wrong(samples, reported(shop, samples), has_standing) == []


@each_profile
def test_true_mail_in_a_strangers_wrapper_is_never_moved(
    profile: Profile, dovecot: Dovecot, open_shop: OpenShop
) -> None:
    """The row of fake wrappers: the words around the true message are the stranger's."""
    shop = open_shop(dovecot.account())
    shop.mailbox |= settings(profile)
    shop.deliver(around_true_mail(profile))

    ran = shop.report("rescue", "--apply")

    assert ran.mailbox["outcomes"] == []
    assert shop.inbox() == []
