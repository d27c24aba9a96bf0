"""More than a hundred and fifty spellings of From against the verdict: none is GENUINE, and most are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from auditor.verdict import Standing, Verdict
from tests.contexts import judged
from tests.mail import Profile, Sample
from tests.mail.forged.from_forms import FORGED, Form, as_reply_to, by_brand, by_forger, forms
from tests.mail.forged.from_values import NAMED

FORMS = forms()

pytestmark = pytest.mark.thorough
each_profile = pytest.mark.parametrize("profile", list(Profile), ids=lambda profile: profile.value)
each_maker = pytest.mark.parametrize("made", [by_forger, by_brand], ids=["by-forger", "by-brand"])
Maker = Callable[[Form, Profile], Sample]


def verdicts(made: Maker, profile: Profile) -> list[tuple[Form, Verdict]]:
    return [(form, judged(made(form, profile)).verdict) for form in FORMS]


def test_there_are_enough_and_no_two_are_alike() -> None:
    assert len({form.field for form in FORMS}) == len(FORMS) >= 150
    assert Counter(form.standing for form in FORMS)[FORGED] >= 100


@each_profile
@each_maker
def test_no_form_is_genuine(profile: Profile, made: Maker) -> None:
    assert [form.name for form, verdict in verdicts(made, profile) if verdict.standing is Standing.GENUINE] == []


@each_profile
def test_every_form_has_the_standing_of_the_table(profile: Profile) -> None:
    wrong = [
        f"{form.name}: {verdict.standing.value}, not {form.standing}"
        for form, verdict in verdicts(by_forger, profile)
        if verdict.standing.value not in form.standing.split("|")
    ]
    assert wrong == []


@each_profile
def test_what_is_called_forged_names_the_marketplace(profile: Profile) -> None:
    """A form is made of one brand, and one of them of Amazon."""
    named = [(form, verdict) for form, verdict in verdicts(by_forger, profile) if verdict.standing is Standing.FORGED]

    assert len(named) > len(FORMS) // 2
    assert [form.name for form, verdict in named if verdict.marketplace not in ("walmart", "amazon")] == []


@each_profile
def test_no_spelling_of_reply_to_is_taken_for_the_sender(profile: Profile) -> None:
    """The same values where the answer would go, but for two that name the customer and nobody else."""
    values = [value for value in NAMED if value not in (",{b}", "{b},")]
    judgements = [(value, judged(as_reply_to(value, profile)).verdict) for value in values]

    assert [value for value, verdict in judgements if verdict.standing is not Standing.UNVERIFIED] == []
