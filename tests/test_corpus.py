"""A spam folder with 3,845 real phish and 40 genuine messages among them: exactly the 40 are planned, and moved."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import islice, zip_longest

import pytest

from tests.contexts import ZoneResolver, context
from tests.corpus import fixtures, needs_corpus, phish
from tests.mail import PINNED_ID, RECEIVED_AT, Profile, Sample
from tests.mail.genuine import genuine
from tests.mail.keys import zone
from tests.profiles import each
from tests.servers.account import deliver_dated
from tests.servers.dovecot import Dovecot
from tests.shop import OpenShop, Shop

pytestmark = pytest.mark.thorough

GENUINE = 40

SETTINGS: dict[Profile, dict[str, object]] = {
    Profile.NONE: {},
    Profile.PINNED: {"authserv_ids": [PINNED_ID]},
    Profile.MICROSOFT: {"provider": "microsoft"},
}


def chosen(profile: Profile) -> list[Sample]:
    """Forty genuine messages, every stream among them."""
    by_stream: dict[str, list[Sample]] = {}
    for sample in genuine(profile):
        by_stream.setdefault(sample.stream, []).append(sample)
    in_turn = (sample for turn in zip_longest(*by_stream.values()) for sample in turn if sample is not None)
    return list(islice(in_turn, GENUINE))


def fill(shop: Shop, profile: Profile) -> None:
    """Mix them, each received when it says it was sent, so that no phish is refused for its age alone."""
    honest = iter(chosen(profile))
    messages: list[tuple[bytes, datetime]] = []
    for number, real in enumerate(phish()):
        if number % 90 == 0 and (sample := next(honest, None)) is not None:
            messages.append((sample.raw, RECEIVED_AT))
        moment = real.claimed_date
        usable = moment is not None and datetime(1990, 1, 1, tzinfo=UTC) < moment < datetime(2037, 1, 1, tzinfo=UTC)
        messages.append((real.raw, moment if moment is not None and usable else RECEIVED_AT))
    messages += [(sample.raw, RECEIVED_AT) for sample in honest]
    deliver_dated(shop.account, messages)


@needs_corpus
@pytest.mark.timeout(300)
@pytest.mark.parametrize("profile", list(SETTINGS))
def test_exactly_the_genuine_are_moved(profile: Profile, dovecot: Dovecot, open_shop: OpenShop) -> None:
    shop = open_shop(dovecot.account())
    shop.mailbox |= SETTINGS[profile]
    fill(shop, profile)
    streams = {sample.stream for sample in chosen(profile)}

    planned = shop.report("rescue")
    done = shop.report("rescue", "--apply")

    counts = planned.mailbox["counts"]
    print(profile.value, counts, Counter(m["standing"] for m in planned.mailbox["messages"]))
    assert len(streams) >= 10
    assert len({stream.partition("/")[0] for stream in streams}) >= 4
    assert counts["seen"] == len(phish()) + GENUINE
    assert [m["standing"] for m in planned.mailbox["messages"] if m["planned"] == "move"] == ["genuine"] * GENUINE
    assert Counter(o["status"] for o in done.mailbox["outcomes"]) == {"done": GENUINE}
    assert sorted(m.raw for m in shop.inbox()) == sorted(sample.raw for sample in chosen(profile))
    assert len(shop.junk()) == len(phish())


@needs_corpus
@each()
def test_nothing_of_the_test_suites_is_genuine(profile: Profile) -> None:
    """DNS answers with the test keys only; what the receiver recorded is all that speaks for these messages."""
    from auditor.judging import Letter, judge_all

    letters = [Letter(real.raw, real.claimed_date) for real in fixtures()]

    verdicts = [one.verdict.standing for one in judge_all(letters, context(profile), ZoneResolver(zone()))]

    assert "genuine" not in verdicts
