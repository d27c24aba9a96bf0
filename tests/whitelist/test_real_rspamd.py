"""rspamd with our rule: nothing that is forged hits it, all that is genuine does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor.whitelist.targets.rspamd import SYMBOL
from tests.mail import Profile
from tests.servers.mailpath import mail_path_unavailable
from tests.servers.nsd import running_nsd
from tests.servers.plugin import need
from tests.servers.rspamd import Rspamd, running_rspamd
from tests.whitelist.samples import names, planted_stamps, published, text_for, unsigned_forgeries, verifiable

pytestmark = [pytest.mark.server, pytest.mark.thorough]


@pytest.fixture(scope="module")
def rspamd() -> Iterator[Rspamd]:
    need(mail_path_unavailable())
    zone = published([*verifiable(), *unsigned_forgeries()])
    with running_nsd(zone) as nsd, running_rspamd(nsd.port, multimap=text_for("rspamd")) as server:
        yield server


def test_genuine_mail_is_let_in(rspamd: Rspamd) -> None:
    samples = verifiable()

    missed = [sample for sample in samples if SYMBOL not in rspamd.symbols(sample.raw)]

    print(f"genuine: {len(samples) - len(missed)} of {len(samples)}")
    assert len(samples) >= 100
    assert names(missed) == []


def test_forged_mail_is_not_let_in(rspamd: Rspamd) -> None:
    samples = unsigned_forgeries()
    more = planted_stamps(Profile.RSPAMD)

    let_in = [sample.name for sample in samples if SYMBOL in rspamd.symbols(sample.raw)]
    let_in += [name for name, raw in more if SYMBOL in rspamd.symbols(raw)]

    print(f"forged: {len(let_in)} of {len(samples) + len(more)}")
    assert len(samples) >= 400
    assert len(samples) + len(more) >= 900
    assert let_in == []
