"""Gmail's filters as values, whose they are, and a session with a server of its API: what it takes, its faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor import gmail_filters
from auditor.config import MailboxConfig
from auditor.errors import FilterRefused, MailboxError
from auditor.filter_runs import is_for_gmail
from auditor.filters import PUT_FILTER, FilterChange, Listed, document, listed_in, never_spam, ours, planned
from auditor.mailbox.signin import AccessToken
from auditor.oauth import web
from auditor.store.rows import ActionState, Entry
from auditor.whitelist.filtering import installation, removal
from tests.oauth.scripted import NOW
from tests.whitelist.gmail_api import CLIENT, FAULTS, HIS, NO_SCOPE, PATH, TOKEN, Gmail

pytestmark = pytest.mark.server


def entry(change: FilterChange, state: ActionState) -> Entry:
    return Entry("run", 1, PUT_FILTER, planned(change), state, "", NOW)


OURS, OTHER = never_spam("help@walmart.com"), never_spam("noreply@walmart.com")


@pytest.mark.parametrize(
    "made, state, is_ours",
    [
        (FilterChange(OURS, True, "1"), ActionState.DONE, True),
        (FilterChange(OURS, True), ActionState.SENT, True),
        (FilterChange(OURS, True), ActionState.PLANNED, False),
        (FilterChange(OURS, True), ActionState.SKIPPED, False),
        (FilterChange(OURS, True, "2"), ActionState.DONE, False),
        (FilterChange(OTHER, True, "1"), ActionState.DONE, False),
        (FilterChange(OURS, False, "1"), ActionState.DONE, False),
    ],
)
def test_only_what_the_journal_says_we_made_is_ours(made: FilterChange, state: ActionState, is_ours: bool) -> None:
    there = (Listed("1", OURS),)
    assert ours([entry(made, state)], there) == (there if is_ours else ())


def test_the_changes_are_decided_from_what_gmail_shows() -> None:
    stale, his = Listed("1", OTHER), Listed("2", never_spam("mother@home.test"))

    assert installation([], [], [OURS]) == (FilterChange(OURS, True),)
    assert installation([stale, his], [stale], [OURS]) == (FilterChange(OURS, True), FilterChange(OTHER, False, "1"))
    assert installation([Listed("3", OURS), stale], [], [OURS]) == ()
    assert removal([stale]) == (FilterChange(OTHER, False, "1"),)


def test_a_filter_is_the_same_however_it_is_written() -> None:
    written = b"""{"filter": [{"action": {"addLabelIds": [], "removeLabelIds": ["SPAM"]}, "id": "1", "criteria":
{"excludeChats": false, "from": "help@walmart.com"}}]}"""
    assert listed_in(written) == (Listed("1", OURS),)
    assert listed_in(b"{}") == ()
    assert document(OURS) == {"criteria": {"from": "help@walmart.com"}, "action": {"removeLabelIds": ["SPAM"]}}


@pytest.mark.parametrize(
    "more, at_gmail",
    [
        ({"oauth": {"provider": "google", "client_id": "c"}}, True),
        ({"oauth": {"provider": "google", "client_id": "c"}, "sieve": {"host": "imap.shop.test"}}, False),
        ({"oauth": {"provider": "microsoft", "client_id": "c"}}, False),
        ({"keyring": True}, False),
    ],
)
def test_a_sign_in_at_google_without_another_server_means_gmail(more: dict[str, Any], at_gmail: bool) -> None:
    assert is_for_gmail(MailboxConfig(name="shop", address="seller@shop.test", **more)) == at_gmail


@pytest.mark.parametrize("name", FAULTS)
def test_what_gmail_refuses_is_one_clear_line(name: str, gmail: Gmail) -> None:
    method, answer, said = FAULTS[name]
    gmail.faults[method] = answer

    with gmail_filters.signed_in(AccessToken(TOKEN), CLIENT.login) as session, pytest.raises(MailboxError) as caught:
        session.listed() if method == "GET" else session.add(never_spam("@walmart.com"))

    assert said in caught.value.message
    assert len(caught.value.message.splitlines()) == 1
    assert TOKEN not in caught.value.message + caught.value.hint
    assert gmail.filters == HIS
    assert gmail.count(method) == 1


def test_without_the_scope_the_hint_says_what_to_do(gmail: Gmail) -> None:
    gmail.faults["POST"] = NO_SCOPE
    with (
        pytest.raises(FilterRefused) as caught,
        gmail_filters.signed_in(AccessToken(TOKEN), CLIENT.login) as session,
    ):
        session.add(never_spam("@walmart.com"))
    assert "auditor login shop --settings --client-file FILE" in caught.value.hint


def test_one_that_does_not_answer_is_not_waited_for(gmail: Gmail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_SILENCE_S", 0.05)
    gmail.slow_s = 0.1
    with (
        pytest.raises(MailboxError, match="did not answer in time"),
        gmail_filters.signed_in(AccessToken(TOKEN), CLIENT.login) as session,
    ):
        session.listed()


def test_a_session_lists_makes_and_removes(gmail: Gmail, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The password of a .netrc does not go in the place of the token."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login he password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    wanted = never_spam("help@walmart.com")
    with gmail_filters.signed_in(AccessToken(TOKEN), CLIENT.login) as session:
        id = session.add(wanted)
        listed = {each.id: each.filter for each in session.listed()}
        session.remove(id)
        with pytest.raises(FilterRefused, match="status 404"):
            session.remove("../../labels")

    assert listed.keys() == {*HIS, id}
    assert listed[id] == wanted
    assert gmail.filters == HIS
    assert gmail.heard[-1] == ("DELETE", f"{PATH}/..%2F..%2Flabels")
