"""A night on which nothing came: what it costs on the wire, and what ends the quiet."""

from __future__ import annotations

import pytest

from tests.mail import RECEIVED_AT, Profile
from tests.mail.forged import forged
from tests.mail.genuine import genuine
from tests.mail.unprovable import unprovable
from tests.servers.account import Account, ImapServer, deliver_all, signed_in
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Before, Fault, Reply
from tests.servers.pymap_server import Pymap
from tests.servers.recorder import Recorders
from tests.shop import OpenShop, Shop

pytestmark = pytest.mark.server

LETTERS = [sample.raw for sample in genuine(Profile.NONE)]
FAKES = [sample.raw for sample in forged(Profile.NONE) if sample.standing == "forged"][:3]
DOUBTED = [sample.raw for sample in unprovable(Profile.NONE)[:3]]
OTHER = b"From: friend%d@example.test\r\nSubject: hello\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n\r\nHello\r\n"
MORE_THAN_THE_FLOOR = 2


def floor(account: Account) -> None:
    """What any client needs to learn that nothing came."""
    with signed_in(account) as imap:
        assert imap.status("Junk", "(MESSAGES UIDNEXT UIDVALIDITY)")[0] == "OK"


def verbs_of(recorder: Recorders, shop: Shop) -> list[str]:
    before = len(recorder.verbs())
    shop.run("rescue")
    return recorder.verbs()[before:]


def remove(account: Account, which: str) -> None:
    with signed_in(account) as imap:
        imap.select("Junk")
        assert imap.store(which, "+FLAGS", "\\Deleted")[0] == "OK"
        assert imap.expunge()[0] == "OK"


def quiet(account: Account, open_shop: OpenShop, recorder: Recorders) -> Shop:
    """A shop whose next night is quiet."""
    deliver_all(account, [*FAKES, *DOUBTED], internaldate=RECEIVED_AT)
    shop = open_shop(recorder(account))
    shop.run("rescue")
    assert "EXAMINE" not in verbs_of(recorder, shop)
    return shop


@pytest.mark.parametrize("others", [0, 250])
def test_a_quiet_night_costs_two_round_trips_more_than_the_floor(
    others: int, any_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    direct = any_server.account()
    deliver_all(direct, [*FAKES, *DOUBTED, *(OTHER % n for n in range(others))], internaldate=RECEIVED_AT)
    shop = open_shop(recorder(direct))
    first = shop.report("rescue")
    trips = recorder.round_trips
    night = shop.report("rescue")
    trips, least = recorder.round_trips - trips, Recorders()
    try:
        floor(least(direct))
    finally:
        least.stop()

    print(f"{any_server.name}, {others} others: {trips} round trips, the floor {least.round_trips}")
    assert trips <= least.round_trips + MORE_THAN_THE_FLOOR
    assert night.mailbox["counts"] == first.mailbox["counts"]
    assert night.mailbox["messages"] == first.mailbox["messages"]
    assert night.exit_code == first.exit_code


def test_what_came_ends_the_quiet(any_server: ImapServer, open_shop: OpenShop, recorder: Recorders) -> None:
    direct = any_server.account()
    shop = quiet(direct, open_shop, recorder)
    deliver_all(direct, LETTERS[:1], internaldate=RECEIVED_AT)

    assert shop.report("rescue").mailbox["counts"]["genuine"] == 1


def test_what_left_ends_the_quiet(any_server: ImapServer, open_shop: OpenShop, recorder: Recorders) -> None:
    direct = any_server.account()
    shop = quiet(direct, open_shop, recorder)
    remove(direct, "1")

    left = shop.report("rescue").mailbox

    assert left["counts"]["seen"] == len(FAKES) + len(DOUBTED) - 1
    assert left["counts"]["forged"] == len(FAKES) - 1


def test_one_that_came_for_one_that_left_ends_the_quiet(
    any_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    direct = any_server.account()
    shop = quiet(direct, open_shop, recorder)
    remove(direct, "1")
    deliver_all(direct, LETTERS[:1], internaldate=RECEIVED_AT)

    counts = shop.report("rescue").mailbox["counts"]

    assert (counts["genuine"], counts["forged"]) == (1, len(FAKES) - 1)


def test_a_folder_made_anew_ends_the_quiet(imap_server: ImapServer, open_shop: OpenShop, recorder: Recorders) -> None:
    """As many messages as ever, and another UIDVALIDITY. Cyrus lets nobody delete its Junk."""
    direct = imap_server.account()
    shop = quiet(direct, open_shop, recorder)
    with signed_in(direct) as imap:
        assert imap.delete("Junk")[0] == "OK"
        assert imap.create("Junk")[0] == "OK"
    deliver_all(direct, [*LETTERS[:3], *DOUBTED], internaldate=RECEIVED_AT)

    assert shop.report("rescue").mailbox["counts"]["genuine"] == 3


def test_an_open_item_is_looked_at_on_a_quiet_night(
    any_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    direct = any_server.account()
    deliver_all(direct, LETTERS[:1], internaldate=RECEIVED_AT)
    shop = open_shop(recorder(direct))
    names = {str(record.rname) for record in shop.dns.all_records()}
    for name in names:
        shop.dns.servfail(name)
    assert shop.run("rescue").exit_code == 3
    for name in names:
        shop.dns.healthy(name)

    assert shop.report("rescue").mailbox["counts"]["genuine"] == 1
    assert "EXAMINE" not in verbs_of(recorder, shop)


def test_other_rules_end_the_quiet(any_server: ImapServer, open_shop: OpenShop, recorder: Recorders) -> None:
    direct = any_server.account()
    shop = quiet(direct, open_shop, recorder)

    shop.mailbox["aliases"] = ["another@shop.test"]

    assert "EXAMINE" in verbs_of(recorder, shop)


def test_what_a_dry_run_found_is_moved_on_a_quiet_night(
    any_server: ImapServer, open_shop: OpenShop, recorder: Recorders
) -> None:
    direct = any_server.account()
    deliver_all(direct, LETTERS[:2], internaldate=RECEIVED_AT)
    shop = open_shop(recorder(direct))
    shop.run("rescue")

    assert shop.run("rescue", "--apply").exit_code == 0
    assert sorted(message.raw for message in shop.inbox()) == sorted(LETTERS[:2])


def test_a_server_that_tells_no_status_is_looked_into(pymap: Pymap, open_shop: OpenShop, recorder: Recorders) -> None:
    account = pymap.account()
    shop = quiet(account, open_shop, recorder)
    deliver_all(account, LETTERS[:1], internaldate=RECEIVED_AT)

    with FaultProxy(account, [Fault(Before("STATUS"), Reply(b"%T NO not of an open folder\r\n"))]) as proxy:
        shop.account = proxy.account
        night = shop.report("rescue")

    assert "STATUS" in proxy.verbs()
    assert (night.mailbox["counts"]["genuine"], night.mailbox["incomplete"]) == (1, [])
