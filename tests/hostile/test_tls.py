"""TLS and STARTTLS, good and bad: what the program says of each, and that no bad server hears the password."""

from __future__ import annotations

import pytest

from auditor.errors import MailboxError
from auditor.mailbox.endpoint import Endpoint, secured
from tests.hostile.bench import PROMISED_MB, PROMISED_S, Bench
from tests.hostile.securing import Cabinet, broken, offering, shaking_hands
from tests.hostile.test_servers import SCORECARD
from tests.hostile.tls import CASES, Case
from tests.long.results import record
from tests.servers.authority import Wish

pytestmark = [pytest.mark.server, pytest.mark.thorough, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_has_its_answer(case: Case, cabinet: Cabinet, bench: Bench) -> None:
    assert list(broken(case, cabinet, bench)) == []


@pytest.mark.long
def test_all_cases_for_the_scorecard(cabinet: Cabinet, bench: Bench) -> None:
    bench.slowest_s = bench.peak_mb = 0
    found = [f"{case.name}: {each}" for case in CASES for each in broken(case, cabinet, bench)]
    refused = sum(not case.after_sign_in for case in CASES)
    lines = [
        f"- {len(CASES)} cases, {refused} of them refused without a word of the password: {len(found)} findings",
        f"- slowest {bench.slowest_s:.2f} s ({PROMISED_S} s promised), peak {bench.peak_mb:.0f} MB ({PROMISED_MB})",
        *(f"- {each}" for each in found),
    ]
    record("TLS and STARTTLS", lines, seed=0, into=SCORECARD)

    assert found == []


def test_there_are_as_many_cases_as_were_promised() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 28


NAMES = [
    ("DNS:imap.shop.test", "imap.shop.test", True),
    ("DNS:IMAP.Shop.TEST", "imap.shop.test", True),
    ("DNS:imap.shop.test", "IMAP.SHOP.TEST", True),
    ("DNS:other.test,DNS:imap.shop.test", "imap.shop.test", True),
    ("DNS:*.shop.test", "imap.shop.test", True),
    ("DNS:*.shop.test", "shop.test", False),
    ("DNS:*.shop.test", "a.imap.shop.test", False),
    ("DNS:*.*.test", "imap.shop.test", False),
    ("DNS:imap.*.test", "imap.shop.test", False),
    ("DNS:i*.shop.test", "imap.shop.test", False),
    ("DNS:*", "imap.shop.test", False),
    ("DNS:shop.test", "imap.shop.test", False),
    ("DNS:imap.shop.test.evil.test", "imap.shop.test", False),
    ("email:imap.shop.test@x.test", "imap.shop.test", False),
    ("URI:imaps://imap.shop.test", "imap.shop.test", False),
    ("IP:192.0.2.1", "192.0.2.1", True),
    ("DNS:192.0.2.1", "192.0.2.1", False),
    ("IP:192.0.2.2", "192.0.2.1", False),
    ("IP:2001:db8::1", "2001:db8::1", True),
]


@pytest.mark.parametrize("names, host, accepted", NAMES)
def test_a_certificate_is_for_the_names_that_it_bears(names: str, host: str, accepted: bool, cabinet: Cabinet) -> None:
    context = offering(cabinet.ours.issue(Wish(names, common_name="imap.shop.test")))
    endpoint = Endpoint(host, 993, "tls", str(cabinet.ours.certificate))
    with shaking_hands(context) as client:
        if accepted:
            secured(client, endpoint).close()
        else:
            with pytest.raises(MailboxError, match=r"is for another (name|address); nothing was sent to it"):
                secured(client, endpoint)


def test_the_server_is_told_the_name_and_no_other_protocol(cabinet: Cabinet) -> None:
    asked: list[object] = []
    context = offering(cabinet.certificates["good"])
    context.sni_callback = lambda sock, name, context: asked.append(name)
    context.set_alpn_protocols(["imap", "http/1.1"])
    with shaking_hands(context) as client:
        found = secured(client, Endpoint("localhost", 993, "tls", str(cabinet.ours.certificate)))

        assert found.selected_alpn_protocol() is None
        found.close()
    assert asked == ["localhost"]
