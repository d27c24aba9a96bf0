"""`auditor contacts --probe` end to end: a real submission server, a real mailbox, and what was left in it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from tests.mail.build import sign
from tests.servers.account import Account, ImapServer, create_folder, deliver, deliver_all, folders, stored
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Before, Cut, Fault
from tests.servers.mailpath import MailPath
from tests.servers.recorder import Recorders
from tests.servers.submission import Behaviour, SubmissionServer, running_submission
from tests.servers.zone import DnsServer
from tests.shop import Ran, Shop, publish_test_keys, the_error

pytestmark = pytest.mark.server

THEIRS = (
    b"From: jane@example.test\r\nSubject: hello\r\n\r\nHello\r\n",
    b"From: jane@example.test\r\nX-Auditor-Probe: not ours\r\nSubject: a stranger's\r\n\r\nHello\r\n",
)
PROBE = ("contacts", "--probe", "--wait", "2")

Contents = Counter[tuple[str, bytes, frozenset[str]]]


class Bench:
    """A shop, its submission server, and the mail of others that must stay as it is."""

    def __init__(self, shop: Shop, server: SubmissionServer) -> None:
        self.shop = shop
        self.server = server
        self.account = shop.account
        for folder in ("INBOX", "Junk"):
            deliver_all(self.account, THEIRS, folder)
            deliver(self.account, b"Subject: deleted by somebody\r\n\r\n", folder, flags=["\\Deleted"])
        self.first = self.contents()

    @property
    def behaviour(self) -> Behaviour:
        return self.server.behaviour

    def lands_in(self, *names: str) -> None:
        self.behaviour.deliver = lambda raw: [deliver(self.account, raw, name) for name in names]

    def contents(self) -> Contents:
        return Counter(
            (name, each.raw, frozenset(each.flags) - {"\\Recent"})
            for name in folders(self.account)
            for each in stored(self.account, name)
        )

    def probe(self, *more: str) -> Ran:
        return self.shop.report(*PROBE, *more)


@contextmanager
def bench_on(account: Account, folder: Path, dns: DnsServer, behaviour: Behaviour | None = None) -> Iterator[Bench]:
    dns.mx("shop.test", "mx.shop.test")
    dns.a("mx.shop.test", "198.51.100.2")
    dns.txt("shop.test", "v=spf1 mx -all")
    dns.txt("_dmarc.shop.test", "v=DMARC1; p=reject")
    secret = folder / "smtp.password"
    secret.touch(mode=0o600)
    secret.write_text("secret\n")
    with running_submission(behaviour or Behaviour()) as server:
        tables = f'[mailbox.shop.smtp]\nhost = "{server.host}"\nport = {server.port}\nsecurity = "none"\n'
        tables += f'username = "seller"\npassword_file = "{secret}"\n'
        mailbox = {"address": "support@shop.test", "marketplaces": ["walmart"]}
        yield Bench(Shop(account, folder, dns, mailbox, tables, dns_timeout_s=0.5), server)


@pytest.fixture
def bench(dovecot: Dovecot, tmp_path: Path, dns_zone: DnsServer) -> Iterator[Bench]:
    with bench_on(dovecot.account(), tmp_path, dns_zone) as made:
        yield made


def probe_rules(ran: Ran) -> list[str]:
    return [each["rule"] for each in ran.mailbox["findings"] if each["rule"].startswith("contact-probe")]


def right(ran: Ran) -> set[str]:
    return {rule for rule in ran.mailbox["right"] if rule.startswith("contact-probe")}


def missed(ran: Ran) -> list[str]:
    return [each["why"] for each in ran.mailbox["incomplete"] if not each["standing"]]


BOTH = {"contact-probe-lost", "contact-probe-spam"}


@pytest.mark.parametrize("folder, rules, code", [("INBOX", [], 0), ("Junk", ["contact-probe-spam"], 10)])
def test_it_arrives_is_told_and_is_gone(
    any_server: ImapServer, tmp_path: Path, dns_zone: DnsServer, folder: str, rules: list[str], code: int
) -> None:
    with bench_on(any_server.account(), tmp_path, dns_zone) as bench:
        bench.lands_in(folder)

        ran = bench.probe()

        assert (probe_rules(ran), ran.exit_code, missed(ran)) == (rules, code, [])
        assert right(ran) == BOTH - set(rules)
        assert bench.contents() == bench.first
        assert [(each.mail_from, each.rcpt_to) for each in bench.server.taken] == [("support@shop.test",) * 2]


def test_one_that_does_not_arrive_is_lost_and_removed_when_it_comes_late(bench: Bench) -> None:
    ran = bench.probe()

    assert (probe_rules(ran), ran.exit_code) == (["contact-probe-lost"], 10)
    assert "has not arrived in any folder of this mailbox after 2 s" in ran.mailbox["findings"][0]["detail"]
    deliver(bench.account, bench.server.taken[0].raw, "Junk")

    again = bench.probe()

    assert probe_rules(again) == ["contact-probe-spam"]
    assert bench.contents() == bench.first
    assert len(bench.server.taken) == 1


def test_a_late_one_is_removed_by_the_next_rescue_too(bench: Bench) -> None:
    bench.probe()
    deliver(bench.account, bench.server.taken[0].raw, "INBOX")

    assert bench.shop.run("rescue").exit_code == 0
    assert bench.contents() != bench.first
    assert "unfinished-run" not in bench.shop.run("rescue").stdout
    ran = bench.shop.report("rescue", "--apply")

    assert (ran.exit_code, ran.mailbox["incomplete"]) == (0, [])
    assert bench.contents() == bench.first


def test_once_a_day_at_most_unless_forced(bench: Bench) -> None:
    bench.lands_in("Junk")
    first, second = bench.probe(), bench.probe()
    text = " ".join(bench.shop.run(*PROBE).stdout.split())
    assert len(bench.server.taken) == 1
    assert probe_rules(first) == probe_rules(second) == ["contact-probe-spam"]
    assert "one a day is enough; --force sends another" in text

    bench.lands_in("INBOX")
    forced = bench.probe("--force")

    assert len(bench.server.taken) == 2
    assert (probe_rules(forced), forced.exit_code) == ([], 0)
    assert bench.contents() == bench.first


def test_without_probe_nothing_is_sent(bench: Bench) -> None:
    ran = bench.shop.report("contacts")

    assert (ran.exit_code, probe_rules(ran), right(ran), bench.server.taken) == (0, [], set(), [])


@pytest.mark.parametrize("options", [["--force"], ["--wait", "5"]])
def test_its_options_go_with_it(bench: Bench, options: list[str]) -> None:
    ran = bench.shop.run("contacts", *options)

    assert (ran.exit_code, the_error(ran)) == (2, "error: --force and --wait go with --probe")


def test_a_mailbox_without_a_submission_server_is_a_wrong_configuration(bench: Bench) -> None:
    bench.shop.tables = ""
    ran = bench.shop.run(*PROBE)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "names no server to send the probe by" in the_error(ran)


def test_a_folder_of_the_sellers_own_is_named_and_nothing_is_wrong(bench: Bench) -> None:
    create_folder(bench.account, "From myself")
    bench.lands_in("From myself")

    ran = bench.shop.run(*PROBE)

    assert ran.exit_code == 0
    assert "arrived in `From myself`" in " ".join(ran.stdout.split())
    assert bench.contents() == bench.first


def test_a_copy_in_sent_is_no_arrival_and_removed_too(bench: Bench) -> None:
    bench.lands_in("Sent")
    ran = bench.probe()
    assert probe_rules(ran) == ["contact-probe-lost"]
    assert bench.contents() == bench.first


def test_copies_in_two_folders_are_both_removed(bench: Bench) -> None:
    bench.lands_in("Sent", "INBOX", "Junk")
    ran = bench.probe()
    assert (probe_rules(ran), right(ran)) == ([], BOTH)
    assert bench.contents() == bench.first


def test_it_goes_to_the_address_on_file(bench: Bench) -> None:
    bench.shop.tables += '[contact]\nemail = "help@büro.example"\n'
    bench.lands_in("INBOX")
    bench.probe()
    assert bench.server.taken[0].rcpt_to == "help@xn--bro-hoa.example"


@pytest.mark.parametrize("address", ["help at shop.test", "hülp@shop.test"])
def test_an_address_that_is_none_cannot_be_told(bench: Bench, address: str) -> None:
    bench.shop.tables += f'[contact]\nemail = "{address}"\n'
    ran = bench.probe()
    assert "is no address that" in " ".join(missed(ran))
    assert bench.server.taken == []


def later(seconds: float, deed: Callable[[], object]) -> None:
    threading.Timer(seconds, deed).start()


def test_one_that_takes_its_time(bench: Bench) -> None:
    bench.behaviour.deliver = lambda raw: later(1.5, partial(deliver, bench.account, raw, "INBOX"))
    ran = bench.shop.report("contacts", "--probe", "--wait", "20")
    assert (probe_rules(ran), right(ran)) == ([], BOTH)
    assert bench.contents() == bench.first


def test_greylisting_is_waited_out_and_one_message_sent(bench: Bench) -> None:
    bench.behaviour.puts_off = 3
    bench.lands_in("INBOX")
    ran = bench.probe()
    assert (probe_rules(ran), right(ran), len(bench.server.taken)) == ([], BOTH, 1)
    assert bench.server.sessions == 4


def test_greylisting_without_end_cannot_be_told_and_counts_for_no_day(bench: Bench) -> None:
    bench.behaviour.puts_off = 99
    ran = bench.probe()
    assert (probe_rules(ran), right(ran), ran.exit_code) == ([], set(), 3)
    assert missed(ran) == [
        "127.0.0.1 refused support@shop.test as recipient: 451 4.7.1 Greylisted, please come again (tried 5 times)"
    ]
    bench.behaviour.puts_off = 0
    bench.lands_in("INBOX")
    assert right(bench.probe()) == BOTH


@pytest.mark.parametrize("step", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_refusal_cannot_be_told(bench: Bench, step: str) -> None:
    bench.behaviour.refuse = {step: "550 5.7.1 not from you \x1b[2J"}  # type: ignore[dict-item]
    ran = bench.probe()
    text = bench.shop.run(*PROBE).stdout
    assert (probe_rules(ran), right(ran), ran.exit_code) == ([], set(), 3)
    assert "550 5.7.1 not from you" in missed(ran)[0]
    assert "\x1b" not in text
    assert bench.contents() == bench.first


def test_sign_in_is_as_for_imap_where_nothing_else_is_said(
    dovecot: Dovecot, tmp_path: Path, dns_zone: DnsServer
) -> None:
    """And the authority of the mailbox's `ca_file` is trusted here too."""
    account = dovecot.account()
    known = Behaviour(account.username, account.password)
    with (
        bench_on(account, tmp_path, dns_zone) as bench,
        running_submission(known, "starttls", dovecot.certificates) as server,
    ):
        known.deliver = partial(deliver, account, folder="INBOX")
        smtp = f'[mailbox.shop.smtp]\nhost = "{server.host}"\nport = {server.port}\nsecurity = "starttls"\n'
        bench.shop.tables = smtp
        bench.shop.mailbox["ca_file"] = str(dovecot.ca_file)
        ran = bench.probe()
        assert (missed(ran), right(ran)) == ([], BOTH)
        assert [each.in_tls for each in server.taken] == [True]
        assert bench.contents() == bench.first


def test_another_run_on_the_account_keeps_it_from_starting(bench: Bench) -> None:
    bench.probe()
    (lock,) = bench.shop.folder.glob("*.lock")
    with FileLock(lock):
        ran = bench.probe("--force")
    assert "another run holds" in missed(ran)[0]
    assert len(bench.server.taken) == 1


def test_a_mailbox_that_breaks_while_it_waits_cannot_be_told_and_is_finished_later(bench: Bench) -> None:
    bench.lands_in("INBOX")
    with FaultProxy(bench.account, [Fault(Before("UID FETCH"), Cut())]) as proxy:
        bench.shop.account = proxy.account
        ran = bench.probe()
    bench.shop.account = bench.account
    assert (probe_rules(ran), right(ran), ran.exit_code) == ([], set(), 3)
    assert bench.contents() != bench.first

    assert right(bench.probe()) == BOTH
    assert bench.contents() == bench.first
    assert len(bench.server.taken) == 1


def test_a_wrong_password_cannot_be_told_and_is_not_shown(bench: Bench) -> None:
    bench.behaviour.password = "another"
    ran = bench.probe()
    assert "refused to sign seller in" in missed(ran)[0]
    assert '"secret"' not in ran.stdout


@pytest.mark.parametrize("most", [10])
def test_round_trips_of_a_probe_are_few(dovecot: Dovecot, tmp_path: Path, dns_zone: DnsServer, most: int) -> None:
    recorders = Recorders()
    direct = dovecot.account()
    try:
        with bench_on(direct, tmp_path, dns_zone) as bench:
            for number in range(30):
                create_folder(direct, f"folder {number}")
            bench.lands_in("INBOX")
            bench.shop.account = recorders(direct)
            ran = bench.probe()
            verbs = recorders.verbs()
            verbs = verbs[: verbs.index("LOGOUT")]  # what follows is the look at what is new
    finally:
        recorders.stop()
    assert right(ran) == BOTH
    print(verbs)
    assert verbs.count("UID STORE") == verbs.count("UID EXPUNGE") == 1
    assert verbs.count("STATUS") == 0
    assert len([verb for verb in verbs if verb not in ("CAPABILITY", "LOGIN", "LOGOUT")]) <= most + 5


def test_who_signs_the_sellers_mail_is_learned_from_it(bench: Bench) -> None:
    publish_test_keys(bench.shop.dns)
    bench.shop.mailbox["address"] = "support@walmart.com"
    fields = ("From", "To", "Subject", "Date")
    bench.behaviour.deliver = lambda raw: deliver(
        bench.account, sign(raw, "walmart.com", fields, signed_at=None), "INBOX"
    )

    bench.probe()

    with closing(sqlite3.connect(bench.shop.folder / "auditor.db")) as state:
        kept = state.execute("SELECT domain, selector, seen_in FROM own_signature").fetchall()
    assert kept == [("walmart.com", "mail", "INBOX")]
    assert bench.contents() == bench.first


def test_undo_of_a_probes_run_says_what_it_was(bench: Bench) -> None:
    bench.lands_in("INBOX")
    bench.probe()
    assert "there is nothing to undo" in the_error(bench.shop.run("undo"))

    run = _runs(bench)[0]
    undone = bench.shop.run("undo", run)

    assert undone.exit_code == 4
    assert "it was our own probe, and is not put back" in undone.stdout
    assert bench.contents() == bench.first


def _runs(bench: Bench) -> list[str]:
    with closing(sqlite3.connect(bench.shop.folder / "auditor.db")) as state:
        return [run for (run,) in state.execute("SELECT DISTINCT run FROM action WHERE kind = 'probe'").fetchall()]


@pytest.mark.parametrize("spam", [False, True], ids=["inbox", "spam"])
def test_through_postfix_into_dovecot(mail_path: MailPath, tmp_path: Path, dns_zone: DnsServer, spam: bool) -> None:
    """Handed in at Postfix, looked at by rspamd, delivered by LMTP; for spam, a filter of Dovecot files it there."""
    account = mail_path.account()
    if spam:
        assert account.home
        _file_everything(account, "Junk")
    with bench_on(account, tmp_path, dns_zone) as bench:
        bench.shop.mailbox["address"] = account.username
        bench.shop.tables = (
            f'[mailbox.shop.smtp]\nhost = "127.0.0.1"\nport = {mail_path.postfix.port}\nsecurity = "none"\n'
        )
        began = time.monotonic()
        ran = bench.shop.report("contacts", "--probe", "--wait", "30")
        took = time.monotonic() - began

        assert probe_rules(ran) == (["contact-probe-spam"] if spam else [])
        assert missed(ran) == []
        assert bench.contents() == bench.first
        assert took < 3 * 30


def _file_everything(account: Account, folder: str) -> None:
    import os
    import pwd

    assert account.home
    owner = pwd.getpwnam("mail")
    account.home.mkdir(exist_ok=True)
    script = account.home / ".dovecot.sieve"
    script.write_text(f'require ["fileinto"];\nfileinto "{folder}";\n')
    for path in (account.home, script):
        os.chown(path, owner.pw_uid, owner.pw_gid)
