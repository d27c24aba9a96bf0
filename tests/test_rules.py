from __future__ import annotations

import re

import pytest

from auditor.rules import PRACTICE_TITLES, RULES, Practice, Rule, Severity, finding


def test_every_practice_has_its_number_and_title() -> None:
    assert [int(practice) for practice in PRACTICE_TITLES] == list(range(1, 9))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_says_what_is_wrong_and_what_to_do(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert rule.title
    assert rule.remedy
    assert rule.practice in Practice


def test_a_key_is_rule_mailbox_subject() -> None:
    assert finding("stream-unknown", "shop", "a@walmart.com", detail="").key == "stream-unknown:shop:a@walmart.com"


def test_a_key_can_be_typed_in_a_shell() -> None:
    assert finding("stream-unknown", "shop", "a\x1b\u202e\n", detail="").key.isprintable()


def test_an_acknowledged_finding_needs_no_attention() -> None:
    open_one = finding("max-moves", "shop", "spam", detail="")
    dealt_with = finding("max-moves", "shop", "spam", detail="", acknowledged={open_one.key})
    assert open_one.needs_attention
    assert not dealt_with.needs_attention


def test_low_severity_needs_no_attention() -> None:
    found = finding("stream-unknown", "shop", "a@walmart.com", detail="")
    assert found.severity is Severity.LOW
    assert not found.needs_attention


def test_a_finding_may_know_a_better_remedy() -> None:
    assert finding("max-moves", "shop", "spam", detail="", remedy="look").remedy == "look"
    assert finding("max-moves", "shop", "spam", detail="").remedy == RULES["max-moves"].remedy
