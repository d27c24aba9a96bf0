"""`auditor whitelist install` at Gmail: what it changes over the API, and that it all comes back; the API is ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditor import gmail_filters
from auditor.oauth import web
from auditor.oauth.tokens import Tokens, written
from auditor.store.journal import Journal
from auditor.whitelist.targets import gmail as target
from tests.forked import killed
from tests.oauth.scripted import CLIENT_SECRET, NOW, REFRESH, Script, google_granted
from tests.servers.account import Account
from tests.servers.zone import DnsServer
from tests.shop import Shop, the_error
from tests.whitelist.gmail_api import CLIENT, FAULTS, HIS, NO_SCOPE, TOKEN, Gmail

pytestmark = pytest.mark.server

INSTALL = ("whitelist", "install", "--no-mailbox")
FIRST = "help@walmart.com OR no-reply@walmart.com"
TAKEN_BACK = "changes of filters taken back\n"
OAUTH = f'[mailbox.shop.oauth]\nprovider = "google"\nclient_id = "{CLIENT.client_id}"\n'


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
