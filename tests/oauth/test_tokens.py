"""A sign-in to text and back, when it ends, and where it is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auditor.errors import AuditorError, ConfigError
from auditor.oauth import signing
from auditor.oauth.keeping import KeptInFile, KeptInKeyring, Place, place_of
from auditor.oauth.signing import kept, token_for_run
from auditor.oauth.tokens import Client, Tokens, end_of, parsed, warning, written
from tests.imports import ROOT
from tests.oauth.scripted import GOOGLE, MICROSOFT, NOW, REFRESH, google_tokens

pytestmark = pytest.mark.thorough

ENDS_AT = NOW + timedelta(days=30)
TOKENS = Tokens("what the library keeps", NOW, ENDS_AT)


def test_what_is_written_is_read_back() -> None:
    for client in (MICROSOFT, GOOGLE):
        for tokens in (TOKENS, replace(TOKENS, ends_at=None)):
            assert parsed(written(tokens, client), client) == tokens


def test_tokens_do_not_show_themselves() -> None:
    assert REFRESH not in repr(google_tokens())


@pytest.mark.parametrize(
    "change, said",
    [
        ({"client_id": "another"}, "another client id"),
        ({"username": "other@shop.test"}, "another username"),
        ({"tenant": "consumers"}, "another tenant"),
        ({"provider": "google"}, "another provider"),
    ],
)
def test_a_sign_in_is_for_one_client_and_one_account(change: dict[str, str], said: str) -> None:
    other = replace(MICROSOFT, **change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=said):
        parsed(written(TOKENS, MICROSOFT), other)
    assert other.key != MICROSOFT.key


def test_the_case_of_a_user_name_makes_no_other_account() -> None:
    shouted = replace(MICROSOFT, username=MICROSOFT.username.upper())
    assert shouted.key == MICROSOFT.key
    assert parsed(written(TOKENS, MICROSOFT), shouted) == TOKENS


@pytest.mark.parametrize(
    "key, value",
    [
        ("auditor", 2),
        ("client", None),
        ("client", []),
        ("received_at", "yesterday"),
        ("received_at", "2026-11-23T02:00:00"),
        ("received_at", 5),
        ("received_at", None),
        ("ends_at", 5),
        ("kept", None),
        ("kept", {}),
    ],
)
def test_what_is_no_sign_in_is_refused(key: str, value: object) -> None:
    document = {**json.loads(written(TOKENS, MICROSOFT)), key: value}
    with pytest.raises(ValueError, match=r"it holds no sign-in of auditor|it is of another"):
        parsed(json.dumps(document), MICROSOFT)
    del document[key]
    with pytest.raises(ValueError, match="it holds no sign-in"):
        parsed(json.dumps(document), MICROSOFT)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "client, ends_at, expected",
    [
        (MICROSOFT, None, NOW + 90 * DAY),
        (MICROSOFT, NOW + 30 * DAY, NOW + 30 * DAY),
        (MICROSOFT, NOW + 300 * DAY, NOW + 90 * DAY),
        (GOOGLE, None, None),
        (GOOGLE, NOW + 7 * DAY, NOW + 7 * DAY),
    ],
)
def test_when_a_sign_in_ends(client: object, ends_at: datetime | None, expected: datetime | None) -> None:
    assert end_of(replace(TOKENS, ends_at=ends_at), client) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("left, warned", [(14.1, False), (14, True), (1, True), (-1, True)])
def test_the_warning_comes_two_weeks_before(left: float, warned: bool) -> None:
    said = warning(TOKENS, MICROSOFT, ENDS_AT - left * DAY)
    assert bool(said) == warned
    if warned:
        assert said == (
            "the sign-in of `shop` at Microsoft ends on 2026-12-23: sign in again before, auditor login shop"
        )


def test_the_seven_days_of_google_are_explained() -> None:
    assert "`Testing`" in warning(google_tokens(NOW + 7 * DAY), GOOGLE, NOW)
    assert "`Testing`" not in warning(google_tokens(NOW + 13 * DAY), GOOGLE, NOW)
    assert warning(google_tokens(), GOOGLE, NOW) == ""


def test_the_file_lies_in_the_platforms_folder_for_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    place = place_of(MICROSOFT, keyring=False)

    assert place.read() is None
    place.write("text")
    assert place.read() == "text"
    assert [path.name for path in tmp_path.rglob("*.json")] == [f"{MICROSOFT.key}.json"]


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    keyring = pytest.importorskip("keyring")
    from tests.sweeps.keyring_of_tests import Kept

    monkeypatch.setenv("AUDITOR_TEST_KEYRING", str(tmp_path / "keyring"))
    monkeypatch.setattr(keyring.core, "_keyring_backend", Kept())  # type: ignore[no-untyped-call]
    return place_of(MICROSOFT, keyring=True)


def test_the_keyring_keeps_it_in_place_of_a_file(keyring: Place) -> None:
    keyring.write("text")
    assert keyring.read() == "text"
    assert keyring.said == "in the keyring"


def test_a_keyring_without_its_package_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    place = KeptInKeyring("x")
    with pytest.raises(ConfigError) as reading:
        place.read()
    with pytest.raises(ConfigError) as writing:
        place.write("y")
    assert reading.value.hint == writing.value.hint == "pip install 'auditor[keyring]'"


_WITHOUT = """
import sys
sys.modules[{library!r}] = None
from datetime import UTC, datetime
from auditor.oauth.signing import renew
from auditor.oauth.tokens import Client, Tokens
now = datetime(2026, 11, 23, tzinfo=UTC)
renew(Tokens("kept", now), Client({provider!r}, "id", "seller@shop.test", mailbox="shop"), lambda: now)
"""


@pytest.mark.parametrize(
    "library, provider", [("msal", "microsoft"), ("requests", "google"), ("google_auth_oauthlib.flow", "google")]
)
def test_the_packages_of_oauth_are_asked_for_by_name(library: str, provider: str) -> None:
    code = _WITHOUT.format(library=library, provider=provider)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "ConfigError: mailbox `shop` signs in with OAuth2, and the packages for it are not installed" in done.stderr


@pytest.mark.parametrize("client", [MICROSOFT, GOOGLE], ids=["microsoft", "google"])
@pytest.mark.parametrize("damaged", ["", "{", "[]", "{}", '"x"', "5", "[" * 100_000], ids=ascii)
def test_a_librarys_part_that_is_damaged_asks_for_a_new_sign_in(client: Client, damaged: str) -> None:
    with pytest.raises(AuditorError) as caught:
        signing.renew(Tokens(damaged, NOW), client, lambda: NOW)
    assert "auditor login shop" in caught.value.hint


class Full:
    """A place on a disk that is full."""

    said = "in the file"

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self) -> str | None:
        return self._text

    def write(self, text: str) -> None:
        raise ConfigError("the file with the sign-in x cannot be written: No space left on device")


def test_a_sign_in_that_cannot_be_kept_is_good_for_tonight(monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.oauth import web
    from tests.oauth.scripted import ACCESS, NEWER, Script, google_granted

    monkeypatch.setattr(web, "new_adapter", lambda: Script(google_granted(NEWER)))
    warned: list[str] = []
    token = token_for_run(GOOGLE, Full(written(google_tokens(), GOOGLE)), now=lambda: NOW, warn=warned.append)

    assert token.value == ACCESS
    assert warned == [
        "the renewed sign-in of `shop` is not kept: "
        "the file with the sign-in x cannot be written: No space left on device"
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_no_sign_in(tmp_path: Path) -> None:
    path = tmp_path / "sign-in"
    path.write_text(written(TOKENS, MICROSOFT))
    path.chmod(0o600)
    os.chown(path, 65534, 65534)
    with pytest.raises(ConfigError, match="belongs to another user"):
        kept(MICROSOFT, KeptInFile(path))
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="symbolic link"):
        kept(MICROSOFT, KeptInFile(path))
