"""`auditor whitelist install` on a real ManageSieve server: what it changes, and that it all comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from auditor.whitelist.targets.sieve import MARK, NAME
from tests.mail import Profile
from tests.mail.genuine import genuine
from tests.servers.dovecot import Dovecot, dovecot_unavailable, running_dovecot
from tests.servers.pigeonhole import pigeonhole_unavailable
from tests.servers.plugin import need
from tests.shop import OpenShop, Shop, publish_test_keys, the_error
from tests.whitelist.sieve_accounts import EXTENSIONS, OnDisk, killed, on_disk, put_on_disk, shop_on
from tests.whitelist.test_sieve_scripts import SCRIPTS

pytestmark = [pytest.mark.server, pytest.mark.thorough]

INSTALL = ("whitelist", "install", "--no-mailbox")
SEVERAL = OnDisk({"roundcube": SCRIPTS["roundcube-filing"].encode(), "old": b"keep;"}, "roundcube")


@pytest.fixture(scope="module")
def host() -> Iterator[Dovecot]:
    need(dovecot_unavailable())
    with running_dovecot(EXTENSIONS) as server:
        yield server


@pytest.fixture
def shop(host: Dovecot, open_shop: OpenShop) -> Shop:
    return opened(host, open_shop)


def opened(host: Dovecot, open_shop: OpenShop) -> Shop:
    account = host.account()
    return shop_on(host, account, open_shop(account))


def beginnings() -> dict[str, OnDisk]:
    """Scripts of webmails, with the line ends and at the place that they may have, and none at all."""
    found = {"nothing": OnDisk({}, None), "not active": OnDisk({"old": b"keep;"}, None), "several": SEVERAL}
    for name, text in SCRIPTS.items():
        if not text.strip():
            continue  # Pigeonhole takes no empty script back: `test_a_script_with_errors`
        lines = text.replace("\r\n", "\n")
        found[name] = OnDisk({"mine": lines.encode()}, "mine")
        found[f"{name}, CRLF"] = OnDisk({"mine": lines.replace("\n", "\r\n").encode()}, "mine")
        found[f"{name}, no end"] = OnDisk({"mine": lines.rstrip("\n").encode()}, "mine")
        found[f"{name}, odd"] = OnDisk(
            {"größer 'n": b"# caf\xc3\xa9 \t\r\n" + lines.encode() + b"\n\n\r\n"}, "größer 'n"
        )
    return found


BEGINNINGS = beginnings()
SOME = [name for at, name in enumerate(BEGINNINGS) if name in ("nothing", "not active", "several") or at % 12 == 5]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in SOME else pytest.mark.long) for name in BEGINNINGS]
)
def test_install_install_again_remove_leaves_what_was_there(name: str, shop: Shop) -> None:
    before = BEGINNINGS[name]
    put_on_disk(shop.account, before)

    first = shop.run(*INSTALL, "--apply")
    installed = on_disk(shop.account)
    again = shop.run(*INSTALL, "--apply")
    twice = on_disk(shop.account)
    removed = shop.run(*INSTALL, "--remove", "--apply")

    assert (first.exit_code, again.exit_code, removed.exit_code) == (0, 0, 0), first.stdout + removed.stdout
    assert installed.texts[NAME].startswith(MARK.encode())
    assert "nothing to change" in again.stdout
    assert twice == installed
    assert on_disk(shop.account) == before


def test_there_are_more_than_a_hundred_beginnings() -> None:
    assert len(BEGINNINGS) >= 100


def test_a_dry_run_shows_the_difference_and_changes_nothing(shop: Shop) -> None:
    put_on_disk(shop.account, SEVERAL)

    ran = shop.run(*INSTALL)

    assert ran.exit_code == 10
    assert "2 changes planned on 127.0.0.1; nothing was changed" in ran.stdout
    assert '+include :personal :optional "auditor"; # auditor whitelist' in ran.stdout
    assert "-" not in {text[2:3] for text in ran.stdout.splitlines() if text.startswith("  ")}
    assert on_disk(shop.account) == SEVERAL


def test_the_report_as_json(shop: Shop) -> None:
    put_on_disk(shop.account, SEVERAL)

    planned = shop.report(*INSTALL).document
    applied = shop.report(*INSTALL, "--apply").document

    assert [(each["script"], each["change"], each["status"]) for each in planned["mailboxes"][0]["scripts"]] == [
        (NAME, "add", None),
        ("roundcube", "change", None),
    ]
    assert [each["status"] for each in applied["mailboxes"][0]["scripts"]] == ["done", "done"]
    assert (planned["exit_code"], applied["exit_code"], applied["applied"]) == (10, 0, True)


def test_what_is_installed_is_checked_on_the_server_and_right(shop: Shop) -> None:
    put_on_disk(shop.account, SEVERAL)
    shop.run(*INSTALL, "--apply")

    checked = shop.run("whitelist", "check", "--no-mailbox")

    assert checked.exit_code == 0, checked.stdout
    assert "0 findings; 6 rules checked and right" in checked.stdout


def test_the_check_of_the_server_reads_what_is_included(shop: Shop) -> None:
    mine = b'require "include";\r\ninclude :personal "away";\r\ninclude :global "site";\r\n'
    away = b'require "vacation";\r\nvacation "I am away";\r\n'
    put_on_disk(shop.account, OnDisk({"mine": mine, "away": away}, "mine"))

    (found,) = (each for each in shop.report("whitelist", "check", "--no-mailbox").mailbox["incomplete"])
    rules = {each["rule"] for each in shop.report("whitelist", "check", "--no-mailbox").mailbox["findings"]}

    assert "the script `site`, which it includes" in found["what"] + found["why"]
    assert {"sieve-vacation", "whitelist-missing"} <= rules


def test_undo_brings_back_the_copy(shop: Shop) -> None:
    put_on_disk(shop.account, SEVERAL)
    run = shop.report(*INSTALL, "--apply").document["run"]

    undone = shop.run("undo", run)

    assert (undone.exit_code, undone.stdout) == (0, "shop: 2 of 2 changes of scripts taken back\n")
    assert on_disk(shop.account) == SEVERAL
    assert shop.run("undo", run).exit_code == 0
    assert on_disk(shop.account) == SEVERAL


def test_undo_leaves_a_script_that_was_changed_since(shop: Shop) -> None:
    put_on_disk(shop.account, SEVERAL)
    run = shop.report(*INSTALL, "--apply").document["run"]
    edited = on_disk(shop.account).texts["roundcube"] + b"# mine\r\n"
    put_on_disk(shop.account, OnDisk({"roundcube": edited}, None))

    undone = shop.run("undo", run)

    assert undone.exit_code == 4
    assert "changed by somebody else" in undone.stdout
    assert on_disk(shop.account).texts["roundcube"] == edited


def test_a_change_of_the_sellers_own_survives_the_removal(shop: Shop) -> None:
    put_on_disk(shop.account, SEVERAL)
    shop.run(*INSTALL, "--apply")
    edited = on_disk(shop.account).texts["roundcube"] + b"# mine\r\n"
    put_on_disk(shop.account, OnDisk({"roundcube": edited}, None))

    assert shop.run(*INSTALL, "--remove", "--apply").exit_code == 0
    assert on_disk(shop.account).texts["roundcube"] == SEVERAL.texts["roundcube"] + b"# mine\r\n"


PLACES = 30


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("command", [("--apply",), ("--remove", "--apply")], ids=["install", "remove"])
@pytest.mark.parametrize(
    "place", [pytest.param(each, marks=() if each % 5 == 0 else pytest.mark.long) for each in range(1, PLACES)]
)
def test_killed_at_any_step_all_comes_back(place: int, command: tuple[str, ...], after: bool, shop: Shop) -> None:
    before = (SEVERAL, OnDisk({"old": b"keep;"}, None))[place % 2]
    put_on_disk(shop.account, before)
    if "--remove" in command:
        shop.run(*INSTALL, "--apply")

    was_killed = killed(shop, (*INSTALL, *command), at=place, after=after)
    in_between = on_disk(shop.account)
    ran = shop.run(*INSTALL, "--apply")
    installed = on_disk(shop.account)
    removed = shop.run(*INSTALL, "--remove", "--apply")

    assert was_killed or place > 12
    assert in_between.texts.get("old") == b"keep;"
    assert (ran.exit_code, removed.exit_code) == (0, 0), ran.stderr + removed.stderr
    assert installed.texts[NAME].startswith(MARK.encode())
    assert on_disk(shop.account) == before


def test_what_cannot_be_is_one_clear_line_and_changes_nothing(host: Dovecot, open_shop: OpenShop) -> None:
    shop = opened(host, open_shop)
    put_on_disk(shop.account, OnDisk({NAME: b"keep;\n", "mine": b"keep;\n"}, "mine"))

    ran = shop.run(*INSTALL, "--apply")

    assert ran.exit_code == 2
    assert "there is a script called `auditor` that is not auditor's" in the_error(ran)
    assert on_disk(shop.account).texts == {NAME: b"keep;\n", "mine": b"keep;\n"}


def test_a_wrong_password(shop: Shop) -> None:
    put_on_disk(shop.account, SEVERAL)
    shop.account = replace(shop.account, password="wrong")

    ran = shop.run(*INSTALL, "--apply")

    assert ran.exit_code == 3
    assert "refused to sign seller" in the_error(ran)
    assert "wrong" not in the_error(ran)
    assert on_disk(shop.account) == SEVERAL


def test_no_manage_sieve_server(shop: Shop) -> None:
    shop.tables = '[mailbox.shop.sieve]\nhost = "127.0.0.1"\nport = 1\n'

    ran = shop.run(*INSTALL, "--apply")

    assert ran.exit_code == 3
    assert "no ManageSieve server: 127.0.0.1 port 1 refused the connection" in the_error(ran)


def test_a_server_of_another_kind(host: Dovecot, shop: Shop) -> None:
    shop.tables = f'[mailbox.shop.sieve]\nhost = "127.0.0.1"\nport = {host.port}\n'

    ran = shop.run(*INSTALL)

    assert ran.exit_code == 3
    assert "does not speak ManageSieve" in the_error(ran)


@pytest.mark.parametrize("text", [b"", b"if true { keep", b'require "nonsense";\r\nkeep;\r\n'])
def test_a_script_with_errors(text: bytes, shop: Shop) -> None:
    put_on_disk(shop.account, OnDisk({"mine": text}, "mine"))

    ran = shop.run(*INSTALL, "--apply")

    assert ran.exit_code in (2, 3)
    assert "`mine`" in the_error(ran)
    assert text or "as it is now, so it could not be put back: Cannot upload empty script" in the_error(ran)
    assert on_disk(shop.account) == OnDisk({"mine": text}, "mine")


def test_no_room(open_shop: OpenShop) -> None:
    need(dovecot_unavailable())
    with running_dovecot("plugin {\n  sieve_quota_max_storage = 4k\n}\n") as small:
        shop = opened(small, open_shop)
        put_on_disk(shop.account, SEVERAL)

        ran = shop.run(*INSTALL, "--apply")

        assert ran.exit_code == 3
        assert "nothing was changed" in the_error(ran)
        assert on_disk(shop.account) == SEVERAL


def test_a_host_whose_stamp_cannot_be_believed_gets_no_rule(shop: Shop) -> None:
    shop.mailbox["provider"] = "fastmail"

    ran = shop.run(*INSTALL)

    assert ran.exit_code == 2
    assert "not written for Sieve" in the_error(ran)


def test_the_nightly_run_says_what_the_installed_rules_lack(shop: Shop) -> None:
    shop.mailbox["marketplaces"] = ["amazon"]
    shop.run(*INSTALL, "--apply")
    shop.mailbox["marketplaces"] = ["amazon", "walmart"]
    publish_test_keys(shop.dns)
    letter = next(one for one in genuine(Profile.NONE) if one.stream.startswith("walmart/"))
    shop.deliver([letter.raw], "INBOX")

    findings = {each["rule"]: each for each in shop.report("audit").mailbox["findings"]}

    assert findings["whitelist-missing"]["subject"] == "sieve: walmart"
    assert "whitelist-missing" not in {each["rule"] for each in shop.report("rescue").mailbox["findings"]}


def test_the_nightly_run_says_which_filters_answer_customers_or_throw_their_mail_away(shop: Shop) -> None:
    hand = b'require "vacation";\r\nif address "from" "help@walmart.com" { discard; }\r\nvacation "I am away";\r\n'
    put_on_disk(shop.account, OnDisk({"mine": hand}, "mine"))

    mailbox = shop.report("audit").mailbox
    practice = mailbox["practices"][1]

    assert {"sieve-vacation", "whitelist-discards"} <= {each["rule"] for each in mailbox["findings"]}
    assert practice["state"] == "attention"
    assert practice["evidence"].startswith("a filter on the server answers by itself; no answer of the last 30 days")
    assert on_disk(shop.account).texts == {"mine": hand}


def test_the_nightly_run_says_when_the_filters_cannot_be_read(shop: Shop) -> None:
    shop.tables = '[mailbox.shop.sieve]\nhost = "127.0.0.1"\nport = 1\n'

    ran = shop.report("audit")

    assert ran.document["exit_code"] == 3
    assert "the filters on the server" in {each["what"] for each in ran.mailbox["incomplete"]}


def test_the_check_tries_our_script_where_the_program_is(shop: Shop) -> None:
    need(pigeonhole_unavailable())
    put_on_disk(shop.account, SEVERAL)
    shop.run(*INSTALL, "--apply")

    mailbox = shop.report("whitelist", "check", "--no-mailbox").mailbox

    assert [each["what"] for each in mailbox["incomplete"] if each["what"] == "sieve-test"] == []
    assert len(mailbox["remarks"]) == 1
    assert "is kept, a forged one is not" in mailbox["remarks"][0]
