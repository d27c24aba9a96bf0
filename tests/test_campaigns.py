"""Imitations that belong together become one campaign; strangers' words decide nothing else."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auditor.campaigns import campaigns, keys_of
from auditor.judging import judge_header
from auditor.report import MessageLine
from auditor.report.json import render as render_json
from auditor.report.text import render
from auditor.tricks import TRICKS
from tests import corpus
from tests.contexts import context
from tests.mail import Profile
from tests.report import runs


def lure(uid: int, sender: str, subject: str = "Your reward 4711 waits", trick: str = "look-alike") -> MessageLine:
    line = runs.imitation(uid, trick)
    return replace(line, header_from=sender, subject=subject, received_at=runs.START - timedelta(hours=uid))


def sizes(*lines: MessageLine) -> list[int]:
    return [len(one.messages) for one in campaigns(lines)]


def test_one_domain_is_one_campaign_whatever_it_writes() -> None:
    first, second = (lure(uid, f"N{uid} <a{uid}@m{uid}.promo.example>", f"{uid} words alone") for uid in (1, 2))
    assert sizes(first, replace(second, subject="Quite another")) == [2]


def test_rotating_domains_are_one_campaign_while_name_and_subject_stay() -> None:
    lines = [lure(n, f'"Walmart Rewards" <x@site{n}.example>', f"Your reward {n}{n} waits, ID-{n}") for n in range(9)]
    (found,) = campaigns(lines)
    assert len(found.messages) == 9
    assert len(found.domains) == 9


def test_another_marketplace_or_trick_is_another_campaign() -> None:
    line = lure(1, "N <a@promo.example>")
    others = replace(line, ref=runs.ref(2), trick="subdomain"), replace(line, ref=runs.ref(3), marketplace="ebay")
    assert sizes(line, *others) == [1, 1, 1]


def test_the_marketplaces_own_domain_does_not_join_what_strangers_wrote_under_it() -> None:
    lines = [lure(n, f"N <a{n}@walmart.com>", word, "exact-domain") for n, word in enumerate(("Pay now", "You won"))]
    assert sizes(*lines) == [1, 1]


def test_what_imitates_nothing_belongs_to_no_campaign() -> None:
    assert keys_of([runs.customer(1), runs.notice(2), runs.unproven(3)]) == {}


def test_the_order_of_work_changes_nothing() -> None:
    lines = [lure(n, f"N{n % 4} <a@d{n % 7}.example>", f"subject {'abcde'[n % 5]}") for n in range(60)]
    shuffled = random.Random(7).sample(lines, len(lines))
    assert campaigns(shuffled) == campaigns(lines)


def test_a_newer_copy_leaves_the_key_as_it_was() -> None:
    old, new = lure(9, "N <a@promo.example>"), lure(1, "M <b@promo.example>", "Another text")
    assert {keys_of([old])[old.ref]} == set(keys_of([old, new]).values())


@pytest.mark.parametrize("sender", ["", "\x1b[2J", "a" * 9000, '"\u202e" <@>', "<<<>>>@@@", "=?utf-8?b?!!?= <x@y>"])
def test_no_sender_is_too_odd_to_be_grouped_and_shown(sender: str) -> None:
    lines = [lure(n, sender, "\x07\u202e" * n) for n in range(3)]
    text = render(runs.run(runs.mailbox("shop", *lines), exit_code=0))
    assert sum(sizes(*lines)) == 3
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_three_hundred_copies_are_two_lines() -> None:
    lines = [lure(n, f'"Walmart Rewards" <x@promo{n % 4}.example>') for n in range(300)]
    text = render(runs.run(runs.mailbox("shop", *lines), exit_code=0))
    assert "     300  walmart: a look-alike of its domain\n" in text
    assert '"Walmart Rewards" from promo0.example and 3 others, newest 20 Nov 2026' in text
    assert len(text.splitlines()) < 12


def test_a_doubtful_campaign_names_the_newest_message_that_waits() -> None:
    lines = [replace(lure(n, "Walmart <a@b.example>", trick="name-only"), standing="unverified") for n in (4, 5, 6)]
    lines[0] = replace(lines[0], acknowledged=True)
    text = render(runs.run(runs.mailbox("shop", *lines)))
    assert "Under a marketplace's name from elsewhere, left in spam: 3" in text
    assert "          shop:Junk/1700000000/5\n" in text


def test_the_json_names_trick_and_campaign() -> None:
    text = render_json(runs.run(runs.mailbox("shop", lure(1, "N <a@promo.example>"), runs.customer(2))))
    assert text.count('"trick": "look-alike"') == text.count('"campaign": "walmart:look-alike:') == 1
    assert text.count('"trick": null') == text.count('"campaign": null') == 1


@corpus.needs_corpus
@pytest.mark.thorough
def test_the_phish_of_the_corpus_form_campaigns_of_one_lure_each() -> None:
    lines = [line for number, real in enumerate(corpus.phish()) if (line := _of_corpus(number, real.raw)) is not None]
    found = campaigns(lines)
    print(f"{len(lines)} imitations in {len(found)} campaigns:", Counter(len(one.messages) for one in found))
    assert len(found) < len(lines) * 0.6
    assert max(len(one.messages) for one in found) < 20
    assert {one.trick for one in found} <= set(TRICKS)


def _of_corpus(number: int, raw: bytes) -> MessageLine | None:
    judged = judge_header(raw[:200_000], context(Profile.NONE))
    verdict, message = judged.verdict, judged.message
    if verdict.trick is None:
        return None
    return replace(
        runs.imitation(number, verdict.trick),
        header_from=message.first("from") or "",
        subject=message.first("subject") or "",
        marketplace=verdict.marketplace,
        standing=verdict.standing.value,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
