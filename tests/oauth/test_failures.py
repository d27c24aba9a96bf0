"""Every scripted failure of a sign-in is one sentence with what to do, the documented exit code, and no secret."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from auditor.errors import AuditorError, ConfigError, SignInError
from auditor.oauth import google, microsoft
from auditor.oauth.tokens import Tokens
from auditor.oauth.web import session_over
from tests.oauth import scripted
from tests.oauth.failures import CODES, FAILURES, Failure
from tests.oauth.scripted import NOW, Script, google_tokens, granted

pytestmark = pytest.mark.thorough

NIGHT = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def microsoft_tokens() -> Tokens:
    """A sign-in whose access token has run out."""
    session = session_over(Script(granted()))
    tokens = microsoft.sign_in(scripted.MICROSOFT, lambda *_: None, session=session, now=lambda: NOW)[1]
    return Tokens(tokens.kept.replace('"expires_on": "', '"expires_on": "-'), NOW)


def error_of(failure: Failure, tokens: Tokens) -> AuditorError:
    script = Script(failure.step) if failure.at == "tokens" else Script(granted(), **{failure.at: failure.step})
    with session_over(script) as session, pytest.raises(AuditorError) as caught:
        _ask(failure, tokens, session)
    return caught.value


def _ask(failure: Failure, tokens: Tokens, session: requests.Session) -> None:
    if failure.provider == "google":
        google.renew(google_tokens(), scripted.GOOGLE, session=session, now=lambda: NIGHT)
    elif failure.when == "sign-in":
        microsoft.sign_in(scripted.MICROSOFT, lambda *_: None, session=session, now=lambda: NIGHT)
    else:
        microsoft.renew(tokens, scripted.MICROSOFT, session=session, now=lambda: NIGHT)


@pytest.mark.parametrize("failure", FAILURES, ids=str)
def test_a_failure_is_named(failure: Failure, microsoft_tokens: Tokens, capfd: pytest.CaptureFixture[str]) -> None:
    error = error_of(failure, microsoft_tokens)

    assert failure.said in error.message
    assert failure.to_do in error.hint
    assert error.exit_code == failure.code
    assert isinstance(error, SignInError | ConfigError)
    assert failure.provider in error.message.lower()
    assert "\n" not in error.message + error.hint
    assert scripted.shown([error.message, error.hint, repr(error), repr(error.__cause__)]) == []
    assert error.__suppress_context__ or error.__context__ is None or not isinstance(error.__context__, OSError)
    assert capfd.readouterr() == ("", "")


def test_there_are_many_and_no_two_alike() -> None:
    assert len(FAILURES) >= 60
    assert len({str(failure) for failure in FAILURES}) == len(FAILURES)


def test_a_code_is_named_in_the_error(microsoft_tokens: Tokens) -> None:
    for failure in CODES:
        assert failure.name in error_of(failure, microsoft_tokens).message
