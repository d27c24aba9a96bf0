"""The ways in which providers deliver, as parameters of a test: three in every run, the others in the thorough one."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.mail import Profile

QUICK = (Profile.NONE, Profile.PINNED, Profile.MICROSOFT)


def each(profiles: Iterable[Profile] = Profile) -> pytest.MarkDecorator:
    """The argument `profile`, once for each of them."""
    marked = (
        pytest.param(profile, marks=() if profile in QUICK else pytest.mark.thorough, id=profile.value)
        for profile in profiles
    )
    return pytest.mark.parametrize("profile", list(marked))
