"""What a provider never shows over IMAP is said in every report, and leaves no run unfinished."""

from __future__ import annotations

import pytest

from auditor.providers import by_name, providers
from tests.mail import RECEIVED_AT, Profile
from tests.mail.genuine import genuine
from tests.servers.account import deliver_all
from tests.servers.pymap_server import Pymap
from tests.shop import OpenShop

pytestmark = pytest.mark.server

BLIND = sorted(name for name, provider in providers().items() if provider.unseen)


def test_the_providers_of_whom_it_is_known_are_these() -> None:
    assert {"google", "microsoft", "yahoo", "cpanel"} <= set(BLIND)


@pytest.mark.parametrize("name", BLIND)
def test_it_is_said_and_the_run_is_finished(name: str, pymap: Pymap, open_shop: OpenShop) -> None:
    shop = open_shop(pymap.account())
    shop.mailbox["provider"] = name

    ran = shop.report("rescue")

    assert [part["why"] for part in ran.mailbox["incomplete"]] == list(by_name(name).unseen)
    assert all(part["standing"] for part in ran.mailbox["incomplete"])
    assert ran.mailbox["right"]
    assert (ran.exit_code, ran.stderr) == (0, "")


def test_it_is_said_to_people_too_but_not_when_nothing_needs_attention(pymap: Pymap, open_shop: OpenShop) -> None:
    shop = open_shop(pymap.account())
    shop.mailbox["provider"] = "microsoft"

    assert "quarantine" in shop.run("rescue").stdout
    assert shop.run("rescue", "--quiet").stdout == ""


def test_what_could_not_be_looked_at_tonight_still_counts(pymap: Pymap, open_shop: OpenShop) -> None:
    account = pymap.account()
    deliver_all(account, [genuine(Profile.NONE)[0].raw], internaldate=RECEIVED_AT)
    shop = open_shop(account)
    shop.mailbox |= {"provider": "microsoft", "junk": ["Nowhere"]}

    ran = shop.report("rescue")

    assert [part["standing"] for part in ran.mailbox["incomplete"]].count(False) == 1
    assert ran.exit_code == 3
    assert "quarantine" not in ran.stderr
