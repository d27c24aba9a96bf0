"""What the seller himself did with a message is never undone: row 66 of the table of attacks."""

from __future__ import annotations

import pytest

from tests.mail import Profile
from tests.mail.build import swap
from tests.mail.genuine import genuine
from tests.servers.account import deliver, signed_in
from tests.servers.dovecot import Dovecot
from tests.shop import OpenShop, Shop

pytestmark = pytest.mark.server

MESSAGE = genuine(Profile.NONE)[0].raw
AT_MICROSOFT = genuine(Profile.MICROSOFT)[0].raw


@pytest.fixture
def shop(dovecot: Dovecot, open_shop: OpenShop) -> Shop:
    return open_shop(dovecot.account())


def put_back(shop: Shop) -> None:
    """The seller moves the one message of his inbox into spam."""
    with signed_in(shop.account) as imap:
        imap.select("INBOX")
        assert imap.uid("MOVE", "1:*", "Junk")[0] == "OK"


def left_alone(shop: Shop) -> str:
    """Why the one message stays in spam; raises AssertionError where it does not."""
    ran = shop.report("rescue", "--apply")
    (message,) = ran.mailbox["messages"]
    assert (message["standing"], message["planned"], ran.mailbox["outcomes"]) == ("genuine", "leave", [])
    assert shop.inbox() == []
    return str(message["reason"])


def test_what_the_seller_put_back_into_spam_stays_there(shop: Shop) -> None:
    shop.deliver([MESSAGE])
    assert shop.run("rescue", "--apply").exit_code == 0
    put_back(shop)

    assert "spam" in left_alone(shop)


def test_what_the_seller_marked_as_deleted_stays_there(shop: Shop) -> None:
    deliver(shop.account, MESSAGE, flags=("\\Deleted",))

    assert "deleted" in left_alone(shop).lower()


def test_what_the_provider_had_put_into_the_inbox_stays_where_the_seller_put_it(shop: Shop) -> None:
    shop.mailbox["provider"] = "microsoft"
    shop.deliver([swap(AT_MICROSOFT, b"dest:J;", b"dest:I;")])

    assert "inbox" in left_alone(shop).lower()
