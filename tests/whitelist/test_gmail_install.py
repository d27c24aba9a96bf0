"""`auditor whitelist install` at Gmail: what it changes over the API, and that it all comes back; the API is ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor import gmail_filters
from auditor.config import MailboxConfig
from auditor.errors import FilterRefused, MailboxError
from auditor.filter_runs import is_for_gmail
from auditor.filters import PUT_FILTER, FilterChange, Listed, document, listed_in, never_spam, planned
from auditor.filters import ours as ours_of
from auditor.mailbox.signin import AccessToken
from auditor.oauth import web
from auditor.oauth.tokens import Client, Tokens, written
from auditor.store.journal import Journal
from auditor.store.rows import ActionState, Entry
from auditor.whitelist.filtering import installation, removal
from auditor.whitelist.targets import gmail as target
from tests.forked import killed
from tests.oauth.scripted import CLIENT_SECRET, NOW, REFRESH, Script, google_granted
from tests.servers.account import Account
from tests.servers.certificates import Certificates, issue_certificates
from tests.servers.zone import DnsServer
from tests.shop import Shop, the_error
from tests.whitelist.gmail_api import NO_SCOPE, PATH, TOKEN, Gmail, refusal, running_gmail

pytestmark = pytest.mark.server

INSTALL = ("whitelist", "install", "--no-mailbox")
FIRST = "help@walmart.com OR no-reply@walmart.com"
CLIENT = Client("google", "1-a.apps.googleusercontent.com", "seller@shop.test", mailbox="shop")
OAUTH = f'[mailbox.shop.oauth]\nprovider = "google"\nclient_id = "{CLIENT.client_id}"\n'
HIS = {
    "ANe1BmHis1": {"criteria": {"from": "mother@home.test"}, "action": {"addLabelIds": ["STARRED"]}},
    "ANe1BmHis2": {"criteria": {"query": "walmart", "excludeChats": True}, "action": {"removeLabelIds": ["SPAM"]}},
}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue_certificates(tmp_path_factory.mktemp("gmail"))


@pytest.fixture
def gmail(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gmail]:
    with running_gmail(certificates) as gmail:
        gmail.filters |= HIS
        monkeypatch.setattr(gmail_filters, "BASE", gmail.base)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca_file))
        yield gmail


@pytest.fixture
def shop(gmail: Gmail, tmp_path: Path, dns_zone: DnsServer, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Signed in at Google; filters of 40 characters, so that there are several."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(target, "MAX_CRITERION", 40)
    monkeypatch.setattr(web, "new_adapter", lambda: Script(google_granted(None, access_token=TOKEN)))
    dns_zone.txt("_dmarc.walmart.com", "v=DMARC1; p=reject")
    dns_zone.txt("_dmarc.wal-mart.com", "v=DMARC1; p=none")
    file = tmp_path / "state" / "auditor" / "sign-in" / f"{CLIENT.key}.json"
    file.parent.mkdir(parents=True, mode=0o700)
    kept = json.dumps({"refresh_token": REFRESH, "client_secret": CLIENT_SECRET, "settings": True})
    file.write_text(written(Tokens(kept, NOW), CLIENT))
    file.chmod(0o600)
    mailbox = {"marketplaces": ["walmart"], "gmail_filters": True, "password_env": None, "username": CLIENT.username}
    return Shop(Account(CLIENT.username, "", "127.0.0.1", 1), tmp_path, dns_zone, mailbox, OAUTH, dns_timeout_s=0.5)


def ours(gmail: Gmail) -> dict[str, dict[str, Any]]:
    """What is there beside the seller's."""
    assert HIS.items() <= gmail.filters.items()
    return {id: each for id, each in gmail.filters.items() if id not in HIS}


@pytest.mark.thorough
def test_install_install_again_remove_leaves_what_was_there(shop: Shop, gmail: Gmail) -> None:
    first = shop.run(*INSTALL, "--apply")
    installed = dict(ours(gmail))
    again = shop.run(*INSTALL, "--apply")
    twice = dict(ours(gmail))
    removed = shop.run(*INSTALL, "--remove", "--apply")

    assert (first.exit_code, again.exit_code, removed.exit_code) == (0, 0, 0), first.stderr + removed.stderr
    assert len(installed) > 1
    assert {"from": FIRST} in [each["criteria"] for each in installed.values()]
    assert all(each["action"] == {"removeLabelIds": ["SPAM"]} for each in installed.values())
    assert "wal-mart.com" not in json.dumps(installed)
    assert "wal-mart.com" in first.stderr
    assert "have forged mail refused" in first.stderr
    assert "Gmail looks for these addresses also in the name" in first.stdout
    assert "nothing to change" in again.stdout
    assert twice == installed
    assert gmail.filters == HIS
    assert gmail.count("POST") == gmail.count("DELETE") == len(installed)
    assert TOKEN not in first.stdout + first.stderr


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
    assert ours_of([entry(made, state)], there) == (there if is_ours else ())


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


@pytest.mark.thorough
def test_a_dry_run_shows_the_difference_and_changes_nothing(shop: Shop, gmail: Gmail) -> None:
    ran = shop.run(*INSTALL)
    planned = shop.report(*INSTALL).document

    assert ran.exit_code == planned["exit_code"] == 10
    assert "planned at Gmail; nothing was changed" in ran.stdout
    assert f"  {FIRST}\n" in ran.stdout
    assert {each["change"] for each in planned["mailboxes"][0]["filters"]} == {"add"}
    assert {each["status"] for each in planned["mailboxes"][0]["filters"]} == {None}
    assert {method for method, _ in gmail.heard} == {"GET"}
    assert gmail.filters == HIS


def test_nothing_is_made_unless_the_seller_accepts_what_gmail_cannot_ask(shop: Shop, gmail: Gmail) -> None:
    shop.mailbox["gmail_filters"] = None

    ran = shop.run(*INSTALL, "--apply")

    assert ran.exit_code == 2
    assert "in the name, too, that a sender gives himself" in the_error(ran)
    assert "gmail_filters = true" in ran.stderr
    assert gmail.heard == []


@pytest.mark.thorough
def test_ours_can_be_removed_after_the_seller_changed_his_mind(shop: Shop, gmail: Gmail) -> None:
    shop.run(*INSTALL, "--apply")
    shop.mailbox["gmail_filters"] = None
    run = shop.report(*INSTALL, "--remove", "--apply").document["run"]

    assert gmail.filters == HIS
    assert "no filter is made" in the_error(shop.run("undo", run))
    assert gmail.filters == HIS


@pytest.mark.thorough
def test_a_filter_of_the_sellers_that_says_the_same_is_enough_and_stays(shop: Shop, gmail: Gmail) -> None:
    his = {"criteria": {"from": FIRST}, "action": {"removeLabelIds": ["SPAM"]}}
    gmail.filters["ANe1BmHis3"] = his

    shop.run(*INSTALL, "--apply")
    assert list(gmail.filters.values()).count(his) == 1
    shop.run(*INSTALL, "--remove", "--apply")

    assert gmail.filters == {**HIS, "ANe1BmHis3": his}


@pytest.mark.thorough
def test_a_filter_of_ours_that_the_seller_changed_or_made_anew_is_his(shop: Shop, gmail: Gmail) -> None:
    shop.run(*INSTALL, "--apply")
    (first, changed), (second, same) = list(ours(gmail).items())[:2]
    changed["action"] = {"removeLabelIds": ["SPAM"], "addLabelIds": ["STARRED"]}
    del gmail.filters[second]
    gmail.filters["ANe1BmHis3"] = same

    shop.run(*INSTALL, "--remove", "--apply")

    assert ours(gmail) == {first: changed, "ANe1BmHis3": same}


@pytest.mark.thorough
def test_what_is_wanted_no_more_goes_and_what_is_new_comes_first(shop: Shop, gmail: Gmail) -> None:
    shop.run(*INSTALL, "--apply")
    before = set(ours(gmail))
    target.MAX_CRITERION, gmail.heard[:] = 1_000, []
    planned = shop.report(*INSTALL, "--apply").document["mailboxes"][0]["filters"]

    methods = [method for method, _ in gmail.heard if method != "GET"]
    assert methods == ["POST", *["DELETE"] * (len(planned) - 1)]
    assert len(ours(gmail)) == 1
    assert not before & set(ours(gmail))


@pytest.mark.thorough
def test_undo_takes_an_installation_back_and_a_removal_too(shop: Shop, gmail: Gmail) -> None:
    run = shop.report(*INSTALL, "--apply").document["run"]
    installed = list(ours(gmail).values())
    removal = shop.report(*INSTALL, "--remove", "--apply").document["run"]

    again = shop.run("undo", removal)
    assert (again.exit_code, again.stdout) == (0, f"shop: {len(installed)} of {len(installed)} {TAKEN_BACK}")
    assert sorted(map(str, ours(gmail).values())) == sorted(map(str, installed))
    shop.run(*INSTALL, "--remove", "--apply")
    assert gmail.filters == HIS

    run = shop.report(*INSTALL, "--apply").document["run"]
    assert shop.run("undo", run).exit_code == 0
    assert gmail.filters == HIS
    assert shop.run("undo", run).exit_code == 0


TAKEN_BACK = "changes of filters taken back\n"


FAULTS = {
    "no scope": ("POST", NO_SCOPE, "no permission to change Gmail's settings"),
    "API not enabled": ("GET", refusal(403, "Gmail API has not been used", "SERVICE_DISABLED"), "is not enabled"),
    "rate": ("POST", refusal(403, "Quota exceeded", "rateLimitExceeded"), "it wants fewer requests"),
    "401": ("GET", refusal(401, "Invalid Credentials", "authError"), "does not take the sign-in"),
    "429": ("GET", (429, b"slow down"), "it wants fewer requests (status 429)"),
    "500": ("GET", (500, b"oops"), "it has trouble of its own (status 500)"),
    "503": ("POST", (503, b"oops"), "it has trouble of its own (status 503)"),
    "too many": (
        "POST",
        refusal(400, f"Filters: {TOKEN}", "failedPrecondition"),
        "it refused (status 400): Filters: ***",
    ),
    "no JSON": ("GET", (200, b"<html>"), "its answer cannot be read"),
    "another JSON": ("GET", (200, b'{"filter": [{"id": 7}]}'), "its answer cannot be read"),
    "deep": ("GET", (200, b"[" * 100_000), "its answer cannot be read"),
    "elsewhere": ("GET", (302, b""), "it points elsewhere"),
    "vast": ("GET", (200, b" " * 1_000_001), "more than a megabyte"),
}


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


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["no scope", "503", "429", "deep"])
def test_a_refusal_ends_the_run_and_changes_nothing(name: str, shop: Shop, gmail: Gmail) -> None:
    method, answer, said = FAULTS[name]
    gmail.faults[method] = answer

    ran = shop.run(*INSTALL, "--apply", "--quiet")
    errors = [each for each in ran.stderr.splitlines() if each.startswith("error: ")]

    assert ran.exit_code == 3
    assert len(errors) == 1
    assert said in errors[0]
    assert TOKEN not in ran.stderr
    assert gmail.filters == HIS
    gmail.faults.clear()
    assert shop.run(*INSTALL, "--apply").exit_code == 0
    assert shop.run(*INSTALL, "--remove", "--apply").exit_code == 0
    assert gmail.filters == HIS


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


@pytest.mark.thorough
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_answer_that_is_lost_is_made_up_for_by_asking(method: str, shop: Shop, gmail: Gmail) -> None:
    """What was carried out all the same is neither doubled nor lost."""
    gmail.faults[method], gmail.after = (503, b"lost"), True

    installed = shop.run(*INSTALL, "--apply")
    there = len(ours(gmail))
    removed = shop.run(*INSTALL, "--remove", "--apply")

    assert (installed.exit_code, removed.exit_code) == (0, 0)
    assert gmail.made == there > 1
    assert gmail.filters == HIS


@pytest.mark.thorough
def test_what_gmail_makes_otherwise_than_it_was_asked_is_removed_again(
    shop: Shop, gmail: Gmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wider(self: Gmail, wanted: dict[str, Any]) -> str:
        self.filters["ANe1BmOther"] = {**wanted, "criteria": {"from": "walmart"}}
        return "ANe1BmOther"

    monkeypatch.setattr(Gmail, "add", wider)
    ran = shop.run(*INSTALL, "--apply")

    assert ran.exit_code == 3
    assert "made something else of the filter" in ran.stderr
    assert gmail.filters == HIS


@pytest.mark.thorough
def test_the_second_that_is_refused_leaves_the_first(shop: Shop, gmail: Gmail, monkeypatch: pytest.MonkeyPatch) -> None:
    add = Gmail.add

    def once(self: Gmail, wanted: dict[str, Any]) -> str:
        id = add(self, wanted)
        self.faults["POST"] = NO_SCOPE
        return id

    monkeypatch.setattr(Gmail, "add", once)
    ran = shop.run(*INSTALL, "--apply")

    assert ran.exit_code == 4
    assert "(done):" in ran.stdout
    assert "(not done, the sign-in has no permission" in " ".join(ran.stdout.split())
    assert "(left as it was, not begun):" in ran.stdout
    assert len(ours(gmail)) == 1


PLACES = 24
CALLS = ((gmail_filters.Filters, "_asked"), (Journal, "plan"), (Journal, "mark"))


@pytest.mark.thorough
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("command", [("--apply",), ("--remove", "--apply")], ids=["install", "remove"])
@pytest.mark.parametrize(
    "place", [pytest.param(each, marks=() if each % 5 == 0 else pytest.mark.long) for each in range(1, PLACES)]
)
def test_killed_at_any_step_all_comes_back(
    place: int, command: tuple[str, ...], after: bool, shop: Shop, gmail: Gmail
) -> None:
    target.MAX_CRITERION = 60
    if "--remove" in command:
        shop.run(*INSTALL, "--apply")

    argv = [*INSTALL, *command, "--config", str(shop.configured())]
    was_killed = killed(argv, {}, CALLS, at=place, after=after)
    ran = shop.run(*INSTALL, "--apply")
    installed = list(ours(gmail).values())
    removed = shop.run(*INSTALL, "--remove", "--apply")

    assert was_killed or place > 12
    assert (ran.exit_code, removed.exit_code) == (0, 0), ran.stderr + removed.stderr
    assert len({str(each) for each in installed}) == len(installed) > 1
    assert gmail.filters == HIS
