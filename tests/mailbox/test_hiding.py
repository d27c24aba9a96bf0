"""A secret in some spelling goes in; `***` comes out, and every other word stays."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.mailbox.hiding import HIDDEN, hider

SECRETS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=4, max_size=40)


@given(SECRETS, st.binary(max_size=5), st.binary(max_size=5))
def test_a_secret_is_hidden_in_every_spelling(secret: str, before: bytes, behind: bytes) -> None:
    hide = hider(secret)
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    spelled = (
        secret,
        quoted,
        repr(secret)[1:-1],
        repr(quoted)[1:-1],
        repr(secret.encode())[2:-1],
        repr(quoted.encode())[2:-1],
        base64.b64encode(before + secret.encode() + behind + b"....").decode(),
    )
    for each in spelled:
        assert hide(f'NO cannot do "{each}" today') == f'NO cannot do "{HIDDEN}" today'


@pytest.mark.parametrize("secret, text", [("Tiger7", "TIGER7"), ("Tiger7", "tiger7")])
def test_letter_case_does_not_help(secret: str, text: str) -> None:
    assert hider(secret)(text) == HIDDEN


@pytest.mark.parametrize("text", ["", "[AUTHENTICATIONFAILED] no", "abcdefgh", "AAAAAAAAA", "=" * 9, "\\" * 50])
def test_other_words_stay(text: str) -> None:
    assert hider("correct horse")(text) == text
    assert hider("")(text) == text
