"""`auditor whitelist` end to end, in this process: no mailbox is opened, for nothing listens there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.mailbox.interface import Role
from auditor.store.opening import open_store
from auditor.store.rows import Cursor
from tests.servers.account import Account
from tests.servers.zone import DnsServer
from tests.shop import Shop
from tests.whitelist.test_wanted import row

pytestmark = pytest.mark.server

RELAY = "[0-9a-f]{32}@relay.walmart.com"


@pytest.fixture
def shop(tmp_path: Path, dns_zone: DnsServer) -> Shop:
    dns_zone.txt("_dmarc.walmart.com", "v=DMARC1; p=reject")
    dns_zone.txt("_dmarc.wal-mart.com", "v=DMARC1; p=none")
    nowhere = Account("shop", "secret", "127.0.0.1", 1)
    mailbox = {
        "address": "support@shop.test",
        "marketplaces": ["walmart"],
        "provider": "rspamd",
        "authserv_ids": ["mx.shop.test"],
    }
    return Shop(nowhere, tmp_path, dns_zone, mailbox, dns_timeout_s=0.5)


def test_show_lists_what_is_wanted_and_what_proves_it(shop: Shop) -> None:
    ran = shop.run("whitelist", "show", "--no-mailbox")

    assert ran.exit_code == 0
    assert f"  {RELAY}\n      proved by relay.walmart.com or walmart.com\n" in ran.stdout
    assert "s-[0-9a-f]" not in ran.stdout
    assert not (shop.folder / "auditor.db").exists()


def test_show_tells_what_was_received(shop: Shop) -> None:
    with open_store(f"sqlite:///{shop.folder / 'auditor.db'}", now=lambda: datetime(2026, 11, 20, tzinfo=UTC)) as store:
        account = store.account("127.0.0.1", "shop")
        cursor = Cursor("INBOX", Role.INBOX, 1, 2, 1, "rules", datetime(2026, 11, 1, tzinfo=UTC))
        account.save_sweep(cursor, [row("help@walmart.com")])

    (found,) = (
        each
        for each in shop.report("whitelist", "show", "--no-mailbox").mailbox["wanted"]
        if each["pattern"] == "help@walmart.com"
    )

    assert found == {
        "marketplace": "walmart",
        "stream": "Walmart Marketplace: a notice about something the seller bought",
        "kind": "order",
        "pattern": "help@walmart.com",
        "signers": ["walmart.com"],
        "but_not": [],
        "received": 1,
        "last_received": "2026-11-01T00:00:00Z",
    }


@pytest.mark.parametrize("target", ["sieve", "gmail", "spamassassin", "rspamd", "microsoft365"])
def test_what_is_exported_is_checked_and_right(shop: Shop, target: str) -> None:
    file = shop.folder / "filter"

    exported = shop.run("whitelist", "export", target, "--output", str(file))
    checked = shop.run("whitelist", "check", target, str(file), "--no-mailbox")

    assert (exported.exit_code, exported.stdout) == (0, "")
    assert checked.exit_code == 0, checked.stdout
    assert "0 findings; 6 rules checked and right" in checked.stdout
    assert shop.run("whitelist", "check", target, str(file), "--no-mailbox", "--quiet").stdout == ""


def test_gmail_says_what_it_does_not_write_and_why(shop: Shop) -> None:
    ran = shop.run("whitelist", "export", "gmail")

    assert ran.exit_code == 0
    assert "help@walmart.com" in ran.stdout
    assert "wal-mart.com" not in ran.stdout
    assert "partnerhelp@wal-mart.com: the domain does not have forged mail refused (DMARC)" in ran.stderr
    assert "Gmail could only let in the whole domain" in ran.stderr


@pytest.mark.parametrize("target", ["outlook", "vcard"])
def test_a_target_that_cannot_ask_for_proof_says_so(shop: Shop, target: str) -> None:
    ran = shop.run("whitelist", "export", target)

    assert ran.exit_code == 0
    assert ran.stdout.startswith("Nothing is written")


def test_sieve_is_refused_at_a_host_whose_stamp_cannot_be_told(shop: Shop) -> None:
    shop.mailbox |= {"provider": "microsoft", "authserv_ids": None}

    ran = shop.run("whitelist", "export", "sieve")

    assert (ran.exit_code, ran.stdout) == (10, "")
    assert "writes no name of its own into its stamp" in ran.stderr


@pytest.mark.parametrize("provider", [None, "opendmarc"])
def test_sieve_is_refused_at_a_host_that_may_leave_a_message_unstamped(shop: Shop, provider: str | None) -> None:
    shop.mailbox["provider"] = provider

    ran = shop.run("whitelist", "export", "sieve")

    assert (ran.exit_code, ran.stdout) == (10, "")
    assert "left unstamped could bring its own stamp" in ran.stderr


def test_a_hole_needs_attention(shop: Shop) -> None:
    file = shop.folder / "user_prefs"
    file.write_text("whitelist_from *@walmart.com\n")

    ran = shop.report("whitelist", "check", "spamassassin", str(file), "--no-mailbox")

    assert ran.exit_code == 10
    assert {each["rule"] for each in ran.mailbox["findings"]} == {
        *("whitelist-missing", "whitelist-too-wide", "whitelist-unauthenticated")
    }
    assert set(ran.mailbox["right"]) == {"whitelist-discards", "whitelist-stale", "sieve-vacation"}


def test_without_dns_gmail_writes_nothing(shop: Shop) -> None:
    shop.dns.clear()
    shop.tables = ""

    ran = shop.run("whitelist", "export", "gmail")

    assert (ran.exit_code, ran.stdout) == (10, "")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("show", "sieve"), "takes no `sieve`"),
        (("export",), "needs a target"),
        (("export", "sieve", "file"), "takes no `file`"),
        (("check", "gmail"), "needs a file"),
        (("show", "--apply"), "takes no `--apply`"),
        (("export", "sieve", "--remove"), "takes no `--remove`"),
        (("install", "gmail"), "takes no `gmail`"),
        (("check", "sieve", "nowhere\x1b[2J"), "cannot be read"),
        (("check", "sieve", "/"), "cannot be read"),
        (("show", "--mailbox", "other"), "no mailbox is called other"),
        (("export", "sieve", "--format", "json"), "the filter's own format"),
    ],
)
def test_wrong_usage_is_one_clear_line(shop: Shop, arguments: tuple[str, ...], said: str) -> None:
    ran = shop.run("whitelist", *arguments)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "\x1b" not in ran.stderr


def test_of_several_mailboxes_one_must_be_named(shop: Shop) -> None:
    shop.tables = '[mailbox.two]\naddress = "two@shop.test"\nhost = "127.0.0.1"\npassword_env = "X"\n'

    assert "say which: --mailbox NAME" in shop.run("whitelist", "show", "--no-mailbox").stderr
    assert shop.run("whitelist", "show", "--mailbox", "shop", "--no-mailbox").exit_code == 0
