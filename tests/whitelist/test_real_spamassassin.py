"""SpamAssassin with our lines: nothing that is forged is welcomed, all that is genuine is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail import Profile
from tests.servers.nsd import running_nsd
from tests.servers.plugin import need
from tests.servers.spamassassin import SpamAssassin, running_spamassassin, spamassassin_unavailable
from tests.whitelist.samples import names, planted_stamps, published, text_for, unsigned_forgeries, verifiable

pytestmark = [pytest.mark.server, pytest.mark.thorough]

BARE = b"From: help@walmart.com\r\nTo: seller@shop.test\r\nSubject: Your account\r\n\r\nVerify it.\r\n"


@pytest.fixture(scope="module")
def spamassassin() -> Iterator[SpamAssassin]:
    need(spamassassin_unavailable())
    zone = published([*verifiable(), *unsigned_forgeries()])
    with running_nsd(zone) as nsd, running_spamassassin(nsd.port, text_for("spamassassin")) as server:
        yield server


def test_genuine_mail_is_welcomed(spamassassin: SpamAssassin) -> None:
    samples = verifiable()

    missed = [sample for sample in samples if not spamassassin.welcomes(sample.raw)]

    print(f"genuine: {len(samples) - len(missed)} of {len(samples)}")
    assert len(samples) >= 100
    assert names(missed) == []


def test_forged_mail_is_not_welcomed(spamassassin: SpamAssassin) -> None:
    samples = unsigned_forgeries()
    more = planted_stamps(Profile.RSPAMD)[::16]

    let_in = [sample.name for sample in samples if spamassassin.welcomes(sample.raw)]
    let_in += [name for name, raw in more if spamassassin.welcomes(raw)]

    print(f"forged: {len(let_in)} of {len(samples) + len(more)}")
    assert len(samples) + len(more) >= 500
    assert let_in == []


@pytest.mark.parametrize(
    "planted",
    [
        b"Received-SPF: pass (shop.test: 203.0.113.66) envelope-from=help@walmart.com\r\n",
        b"Authentication-Results: mx.shop.test; spf=pass smtp.mailfrom=help@walmart.com; dkim=pass\r\n",
    ],
)
def test_planted_results_welcome_nobody(spamassassin: SpamAssassin, planted: bytes) -> None:
    border = (
        b"Return-Path: <help@walmart.com>\r\n"
        b"Received: from out.test (out.test [203.0.113.66])\r\n\tby mx.shop.test (Postfix) with ESMTPS id 4K;"
        b" Fri, 20 Nov 2026 12:00:00 +0000\r\n"
    )

    assert not spamassassin.welcomes(border + planted + BARE)


def test_what_is_never_written_would_welcome_whoever_claims_the_address() -> None:
    """So that a pass of the tests above means something."""
    need(spamassassin_unavailable())
    with (
        running_nsd(published([])) as nsd,
        running_spamassassin(nsd.port, "welcomelist_from *@walmart.com\n") as server,
    ):
        assert server.welcomes(BARE)
