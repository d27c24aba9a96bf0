"""What a sender writes below the provider's own fields never makes his message more than it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.verdict import Standing
from tests.properties.additions import ALIGNED, added, additions
from tests.properties.case import RANK, Case, cases, judged

pytestmark = pytest.mark.thorough

EVERY = {"genuine": 37, "unprovable": 11, "forged": 113}


def raised(case: Case) -> list[str]:
    """The added fields with which this message stands higher than before."""
    rank = RANK.get(judged(case).verdict.standing, 0)
    return [
        f"{case.name}, {lines[:60]!r}"
        for lines in additions(case.profile)
        if RANK.get(judged(added(case, lines)).verdict.standing, 0) > rank
    ]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_field_below_the_providers_own_raises_the_standing(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(cases(data.draw(st.sampled_from(sorted(EVERY))))))
    lines = data.draw(st.sampled_from(additions(case.profile)))
    depth = data.draw(st.sampled_from([0, 1, 3, 99]))

    after = judged(added(case, lines, depth=depth)).verdict.standing

    assert RANK.get(after, 0) <= RANK.get(judged(case).verdict.standing, 0), (case.name, lines)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_number_of_fields_makes_a_message_genuine(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(cases("unprovable") + cases("forged", 7)))
    chosen = data.draw(st.lists(st.sampled_from(additions(case.profile)), min_size=1, max_size=5))

    after = judged(added(case, b"".join(chosen), depth=data.draw(st.integers(0, 9))))

    assert after.verdict.standing is not Standing.GENUINE, (case.name, chosen)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_no_field_of_any_name_makes_a_message_genuine(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(cases("unprovable") + cases("forged", 7)))
    name = data.draw(st.from_regex(r"\A[!-9;-~]{1,20}\Z").filter(lambda text: text.lower() not in ("from", "date")))
    value = data.draw(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60))

    after = judged(added(case, f"{name}: {value}\r\n".encode()))

    assert after.verdict.standing is not Standing.GENUINE, case.name


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_no_known_field_raises_the_standing(kind: str) -> None:
    assert [line for case in cases(kind, EVERY[kind]) for line in raised(case)] == []


def test_a_signature_that_nobody_can_check_makes_nothing_genuine() -> None:
    doubted = cases("unprovable") + cases("forged", 9)
    trusted = [c.name for c in doubted if judged(added(c, ALIGNED)).verdict.standing is Standing.GENUINE]

    assert trusted == []
