"""DNS on real servers: three outcomes, one query a name, and an end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from auditor.resolver import Answer, Found, Resolver
from tests.mail import RECEIVED_AT, Profile
from tests.mail.genuine import genuine
from tests.servers.nsd import Nsd
from tests.servers.zone import DnsServer


def resolver(dns: DnsServer, timeout_s: float = 1.0) -> Resolver:
    return Resolver([dns.nameserver], port=dns.port, timeout_s=timeout_s)


def asking() -> bool:
    return any(thread.name == "dns" for thread in threading.enumerate())


def test_found_absent_and_silent_are_three_answers(dns_zone: DnsServer) -> None:
    dns_zone.txt("here.walmart.com", "v=DKIM1; p=abc")
    dns_zone.silent("silent.walmart.com")
    dns_zone.servfail("broken.walmart.com")
    names = [f"{name}.walmart.com" for name in ("here", "gone", "silent", "broken")]

    with resolver(dns_zone) as dns:
        answers = dns.ask(names)

    assert answers["here.walmart.com"] == Answer(Found.FOUND, (b"v=DKIM1; p=abc",))
    assert answers["gone.walmart.com"].found is Found.ABSENT
    assert answers["silent.walmart.com"].found is Found.TEMPERROR
    assert answers["broken.walmart.com"].found is Found.TEMPERROR


def test_a_name_is_asked_once_in_a_run(dns_zone: DnsServer) -> None:
    dns_zone.txt("a.walmart.com", "x")

    with resolver(dns_zone) as dns:
        for _ in range(3):
            dns.ask(["a.walmart.com", "b.walmart.com"])

    assert dns_zone.asked("a.walmart.com", "TXT") == 1
    assert dns_zone.asked("b.walmart.com", "TXT") == 1


def test_many_silent_names_cost_no_more_than_one(dns_zone: DnsServer) -> None:
    names = [f"n{number}.walmart.com" for number in range(30)]
    for name in names:
        dns_zone.silent(name)
    started = time.monotonic()

    with resolver(dns_zone) as dns:
        answers = dns.ask(names)

    assert {answer.found for answer in answers.values()} == {Found.TEMPERROR}
    assert time.monotonic() - started < 3 * 3  # three time-outs of a second are the promise


def test_the_budget_ends_what_the_timeout_would_not(dns_zone: DnsServer) -> None:
    dns_zone.silent("silent.walmart.com")
    started = time.monotonic()

    with resolver(dns_zone, timeout_s=30) as dns:
        answer = dns.ask(["silent.walmart.com"], budget_s=0.5)["silent.walmart.com"]

    assert answer.found is Found.TEMPERROR
    assert time.monotonic() - started < 3 * 0.5 + 1
    while asking() and time.monotonic() - started < 5:
        time.sleep(0.05)
    assert not asking()  # nor is it asked on behind our back


def test_a_truncated_answer_is_asked_for_again_over_tcp(dns_zone: DnsServer) -> None:
    dns_zone.txt("long.walmart.com", "v=DKIM1; p=" + "a" * 3_000)
    dns_zone.truncated("long.walmart.com")

    with resolver(dns_zone) as dns:
        answer = dns.ask(["long.walmart.com"])["long.walmart.com"]

    assert len(answer.texts[0]) == 3_011


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "x" * 300, "walmart。com", "𝐰𝐚𝐥𝐦𝐚𝐫𝐭.com", "a b.example", "a\0.example"]
)
def test_what_is_no_plain_name_is_absent_and_never_asked(name: str, dns_zone: DnsServer) -> None:
    with resolver(dns_zone) as dns:
        assert dns.ask([name])[name].found is not Found.FOUND

    assert dns_zone.queries() == {} or not any("walmart" in str(query) for query in dns_zone.queries())


def test_a_second_server_of_another_make_says_the_same(nsd_zone: Nsd) -> None:
    nsd_zone.zone.txt("s1._domainkey.walmart.com", "v=DKIM1; p=" + "b" * 600)
    nsd_zone.publish()

    with Resolver([nsd_zone.nameserver], port=nsd_zone.port, timeout_s=2) as dns:
        answers = dns.ask(["s1._domainkey.walmart.com", "s2._domainkey.walmart.com"])

    assert len(answers["s1._domainkey.walmart.com"].texts[0]) == 611
    assert answers["s2._domainkey.walmart.com"].found is Found.ABSENT


@pytest.mark.thorough
def test_a_command_ends_though_dns_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "message.eml").write_bytes(genuine(Profile.NONE)[0].raw)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silence:
        silence.bind(("127.0.0.1", 0))
        dns = f'[dns]\nnameservers = ["127.0.0.1"]\nport = {silence.getsockname()[1]}\ntimeout_s = 0.3\n'
        (tmp_path / "auditor.toml").write_text(dns)
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "auditor", "explain", "message.eml", "--received-at", RECEIVED_AT.isoformat()],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert "DNS gave no answer about the key of" in " ".join(done.stdout.split())
    assert time.monotonic() - started < 20  # mostly Python's own start
