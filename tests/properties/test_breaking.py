"""Less proof is never more trust: whatever speaks for a message is broken, its standing does not rise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.verdict import Standing
from tests.mail import Profile
from tests.properties.breaks import BREAKS, SIGNATURE_BREAKS, broken
from tests.properties.case import RANK, Case, cases, judged

pytestmark = pytest.mark.thorough

EVERY = {"genuine": 23, "unprovable": 7, "forged": 89}  # of how many messages one is taken; -m long takes all


def raised(case: Case) -> list[str]:
    """The breaks after which this message stands higher than before."""
    before = judged(case)
    rank = RANK.get(before.verdict.standing, 0)
    return [
        f"{case.name}, {name}: {before.verdict.standing.value} -> {after.value}"
        for name, changed in broken(case, before)
        if RANK.get(after := judged(changed).verdict.standing, 0) > rank
    ]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_breaking_one_proof_never_raises_the_standing(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(EVERY)))
    case = data.draw(st.sampled_from(cases(kind)))
    before = judged(case)
    name, changed = data.draw(st.sampled_from(list(broken(case, before))))

    after = judged(changed).verdict.standing

    assert RANK.get(after, 0) <= RANK.get(before.verdict.standing, 0), (case.name, name)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", sorted(EVERY))
def test_no_break_of_any_kind_raises_the_standing(kind: str) -> None:
    assert [line for case in cases(kind, EVERY[kind]) for line in raised(case)] == []


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("kind", sorted(EVERY))
def test_no_break_raises_the_standing_of_any_message_of_the_table(kind: str) -> None:
    assert [line for case in cases(kind) for line in raised(case)] == []


ONLY_PROOF = tuple(case for case in cases("genuine") if case.profile is Profile.NONE)
HARMLESS = {
    # What a signature need not have, or what says the same in another way.
    *("signer-is-child", "date-not-covered", "type-not-covered", "signed-in-future", "signed-long-ago"),
}


@pytest.mark.parametrize("name", sorted(set(SIGNATURE_BREAKS) - HARMLESS - {"policy-unanswered"}))
def test_where_the_signature_is_the_only_proof_breaking_it_ends_the_trust(name: str) -> None:
    """So that each of the breaks is known to break something."""
    changed = [SIGNATURE_BREAKS[name](case) for case in ONLY_PROOF[::5]]

    standings = {judged(one).verdict.standing for one in changed if one is not None}

    assert standings
    assert Standing.GENUINE not in standings


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_every_break_changes_some_genuine_message(name: str) -> None:
    assert any(BREAKS[name](case) is not None for case in cases("genuine", 7))
