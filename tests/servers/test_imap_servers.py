"""Every IMAP server greets, stores, shows and moves; and has the peculiarities that it is here for."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.servers.account import (
    ImapServer,
    RefusedError,
    create_folder,
    deliver_all,
    folders,
    signed_in,
    stored,
)
from tests.servers.dovecot import Dovecot
from tests.servers.pymap_server import Pymap

pytestmark = pytest.mark.server

RAW = b"From: Jane <jane@relay.walmart.com>\r\nTo: seller1@shop.test\r\nSubject: Where is it?\r\n\r\nHello\r\n"
WHEN = datetime(2026, 11, 21, 10, 30, 5, tzinfo=UTC)


def test_a_fresh_account_has_an_empty_inbox_and_an_empty_junk(imap_server: ImapServer) -> None:
    account = imap_server.account()
    assert {"INBOX", "Junk"} <= folders(account).keys()
    assert stored(account, "INBOX") == ()
    assert stored(account, "Junk") == ()


def test_a_message_is_stored_with_its_flags_and_date(imap_server: ImapServer, deliver: Callable[..., int]) -> None:
    account = imap_server.account()
    uid = deliver(account, RAW, internaldate=WHEN, flags=["\\Seen"])
    (message,) = stored(account)
    assert (message.uid, message.internaldate, message.raw) == (uid, WHEN, RAW)
    assert "\\Seen" in message.flags


def test_a_message_can_be_moved(imap_server: ImapServer, deliver: Callable[..., int]) -> None:
    account = imap_server.account()
    uid = deliver(account, RAW)
    with signed_in(account) as imap:
        imap.select("Junk")
        status, _ = imap.uid("MOVE", str(uid), "INBOX")
    assert status == "OK"
    assert stored(account, "Junk") == ()
    assert [message.raw for message in stored(account, "INBOX")] == [RAW]


def test_accounts_share_nothing(imap_server: ImapServer, deliver: Callable[..., int]) -> None:
    first, second = imap_server.account(), imap_server.account()
    deliver(first, RAW)
    assert first.username != second.username
    assert stored(second) == ()


def test_a_wrong_password_is_refused(imap_server: ImapServer) -> None:
    account = imap_server.account()
    with imaplib.IMAP4(account.host, account.port, timeout=10) as imap, pytest.raises(imaplib.IMAP4.error):
        imap.login(account.username, "wrong")


@pytest.mark.parametrize("name", ["Spam", "Courrier indésirable", 'a "b" c'], ids=["plain", "accents", "quotes"])
def test_a_folder_can_have_any_name(imap_server: ImapServer, deliver: Callable[..., int], name: str) -> None:
    account = imap_server.account()
    create_folder(account, name)
    deliver(account, RAW, name)
    assert [message.raw for message in stored(account, name)] == [RAW]


def test_many_messages_get_rising_uids(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uids = deliver_all(account, [RAW] * 5)
    assert list(uids) == sorted(set(uids))
    assert [message.uid for message in stored(account)] == list(uids)


def test_a_refusal_is_an_error(imap_server: ImapServer) -> None:
    with pytest.raises(RefusedError):
        stored(imap_server.account(), "No such folder")


def test_dovecot_keeps_keywords(dovecot: Dovecot, deliver: Callable[..., int]) -> None:
    account = dovecot.account()
    deliver(account, RAW, flags=["$Junk"])
    assert "$Junk" in stored(account)[0].flags


def test_dovecot_says_which_folder_is_junk(dovecot: Dovecot) -> None:
    assert "\\Junk" in folders(dovecot.account())["Junk"]


def test_pymap_does_not_say_which_folder_is_junk(pymap: Pymap) -> None:
    assert "\\Junk" not in folders(pymap.account())["Junk"]


def test_pymap_can_do_without_a_junk_folder(pymap: Pymap) -> None:
    assert set(folders(pymap.account(junk=""))) == {"INBOX"}


def test_dovecot_offers_tls_that_its_own_authority_vouches_for(dovecot: Dovecot) -> None:
    account = dovecot.account()
    trusting = ssl.create_default_context(cafile=dovecot.ca_file)
    with imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=trusting, timeout=10) as imap:
        assert imap.login(account.username, account.password)[0] == "OK"


def test_the_public_authorities_do_not_vouch_for_dovecot(dovecot: Dovecot) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=ssl.create_default_context(), timeout=10)


@pytest.mark.parametrize("port", ["sieve_port", "lmtp_port"])
def test_dovecot_speaks_the_other_protocols(dovecot: Dovecot, port: str) -> None:
    with socket.create_connection((dovecot.host, getattr(dovecot, port)), timeout=10) as connection:
        assert connection.recv(4096)


@pytest.mark.parametrize("storage, file", [("maildir", "Maildir/.Junk/*/*"), ("sdbox", "sdbox/mailboxes/Junk/*/u.*")])
def test_the_mail_of_dovecot_lies_in_files(
    dovecot: Dovecot, deliver: Callable[..., int], storage: str, file: str
) -> None:
    account = dovecot.account("sdbox" if storage == "sdbox" else "maildir")
    deliver(account, RAW)
    assert account.home
    assert any(b"jane@relay.walmart.com" in path.read_bytes() for path in account.home.glob(file))


def test_dovecot_takes_an_address_of_choice(dovecot: Dovecot) -> None:
    account = dovecot.account(address="support@brand.test")
    assert account.username == "support@brand.test"
    assert stored(account, "INBOX") == ()
