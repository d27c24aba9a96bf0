"""Sign-in and renewal at Microsoft, through msal, over a scripted host."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auditor.errors import SignInError
from auditor.mailbox.signin import AccessToken
from auditor.oauth import microsoft
from auditor.oauth.tokens import Tokens
from auditor.oauth.web import session_over
from tests.oauth.scripted import (
    ACCESS,
    DEVICE_CODE,
    MICROSOFT,
    NEWER,
    NOW,
    REFRESH,
    Reply,
    Script,
    granted,
    microsoft_refused,
    refused,
)

pytestmark = pytest.mark.thorough

LATER = NOW + timedelta(days=1)


def sign_in(script: Script, told: list[tuple[str, str]] | None = None) -> tuple[AccessToken, Tokens]:
    told = [] if told is None else told
    session = session_over(script)
    return microsoft.sign_in(MICROSOFT, lambda *each: told.append(each), session=session, now=lambda: NOW)


def renew(script: Script, tokens: Tokens) -> tuple[AccessToken, Tokens]:
    return microsoft.renew(tokens, MICROSOFT, session=session_over(script), now=lambda: LATER)


def expired(tokens: Tokens) -> Tokens:
    """As the tokens are the next night: the access token has run out."""
    return Tokens(
        tokens.kept.replace(ACCESS, "old").replace('"expires_on": "', '"expires_on": "-'), NOW, tokens.ends_at
    )


def test_the_code_is_shown_and_the_tokens_come() -> None:
    script, told = Script(refused("authorization_pending"), granted()), list[tuple[str, str]]()
    token, tokens = sign_in(script, told)

    assert told == [("https://microsoft.com/devicelogin", "ABCD1234")]
    assert (token.value, tokens.received_at, tokens.ends_at) == (ACCESS, NOW, None)
    assert REFRESH in tokens.kept
    assert microsoft.signed_in_as(tokens) == "seller@shop.test"
    asked = script.asked[1:]
    assert [each.form["client_id"] for each in asked] == [MICROSOFT.client_id] * 3
    assert set(asked[0].form["scope"].split()) >= {microsoft.SCOPE, "offline_access"}
    assert asked[1].form["device_code"] == DEVICE_CODE


def test_only_the_organisation_that_is_configured_is_asked() -> None:
    script = Script(granted())
    sign_in(script)
    assert script.asked[0].address.startswith("https://login.microsoftonline.com/common/v2.0/")
    assert len(script.asked) == 3


def test_a_renewal_keeps_the_refresh_token_that_replaces_the_old_one() -> None:
    tokens = expired(sign_in(Script(granted()))[1])
    script = Script(granted(NEWER))
    token, renewed = renew(script, tokens)

    assert token.value == ACCESS
    assert script.asked[-1].form["refresh_token"] == REFRESH
    assert NEWER in renewed.kept
    assert REFRESH not in renewed.kept
    assert renewed.received_at == LATER


def test_a_refresh_token_that_was_not_replaced_keeps_its_age() -> None:
    tokens = expired(sign_in(Script(granted()))[1])
    renewed = renew(Script(granted(None)), tokens)[1]

    assert REFRESH in renewed.kept
    assert renewed.received_at == NOW


def test_a_token_that_is_still_good_costs_no_question_of_the_token_endpoint() -> None:
    tokens = sign_in(Script(granted()))[1]
    script = Script()
    token, renewed = renew(script, tokens)

    assert token.value == ACCESS
    assert renewed is tokens
    assert len(script.asked) == 1  # the organisation's endpoints, which msal always asks for


def test_an_end_that_microsoft_names_is_kept() -> None:
    tokens = sign_in(Script(granted(refresh_token_expires_in=86_400)))[1]
    assert tokens.ends_at == NOW + timedelta(days=1)


def test_what_microsoft_repeats_is_hidden() -> None:
    tokens = expired(sign_in(Script(granted()))[1])
    with pytest.raises(SignInError) as caught:
        renew(Script(refused("strange_error", f"your token {REFRESH} is bad")), tokens)

    assert "your token *** is bad" in caught.value.message


def test_the_library_logs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SignInError, match="cannot be read"):
        sign_in(Script(Reply(f"<html>{DEVICE_CODE}")))
    with pytest.raises(SignInError):
        sign_in(Script(microsoft_refused(50076)))

    assert capfd.readouterr() == ("", "")
