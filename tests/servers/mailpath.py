"""The whole way of a message: SMTP -> Postfix -> rspamd -> Dovecot LMTP -> Sieve -> INBOX or Junk.

From the top, a delivered message's header holds:

 1. Return-Path, Delivered-To                  Dovecot LMTP
 2. Received: from mx.shop.test ... with LMTP  Dovecot LMTP, of the hop from Postfix
 3. Received: from <helo> (<name> [<source_ip>]) by mx.shop.test (Postfix)  the border's own
 4. Authentication-Results: mx.shop.test; ...  rspamd, one field: directly BELOW the border's Received
 5. what the sender wrote, in its order, without any Authentication-Results of whatever id and without X-Spam
 6. X-Spam-Status, X-Rspamd-Queue-Id, and for spam X-Spam: Yes    rspamd, in any order, at the very end

So the stamp stands below both Received fields of the receiver and above everything that the sender could write,
and what the filter says last stands in a place where a sender could have written it too.
"""

from __future__ import annotations

import os
import re
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.servers.account import Account
from tests.servers.dovecot import Dovecot, dovecot_unavailable
from tests.servers.nsd import Nsd, nsd_unavailable, running_nsd
from tests.servers.opendmarc import opendmarc_unavailable, running_opendmarc
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.process import LOOPBACK, missing_programs
from tests.servers.rspamd import AUTHSERV_ID, SPAM_ON_DEMAND, running_rspamd
from tests.servers.sender_domain import SenderDomain, sender_domain
from tests.servers.zone import Zone

SELLER_DOMAIN = "shop.test"

# Documentation addresses: rspamd checks neither SPF nor DKIM of what comes from loopback.
_SENDERS = {"walmart.com": "192.0.2.53", "evil.test": "203.0.113.66"}


@dataclass(frozen=True, slots=True)
class MailPath:
    """The running servers. Senders known from the start: walmart.com and evil.test."""

    dovecot: Dovecot
    postfix: Postfix
    nsd: Nsd

    def account(self) -> Account:
        """A fresh account; its username is the address to send to."""
        return self.dovecot.account()

    def sender(self, domain: str, source_ip: str = "192.0.2.77") -> SenderDomain:
        """A domain that can sign; one that is not known yet is published first, for which nsd reads its zone anew."""
        sender = sender_domain(domain, _SENDERS.get(domain, source_ip))
        if self.nsd.zone.answer(f"_dmarc.{domain}", "TXT") is None:
            sender.publish(self.nsd.zone)
            self.nsd.publish()
        return sender

    def send(
        self, raw: bytes, mail_from: str, rcpt: str, *, source_ip: str, helo: str = "out.test", spam: bool = False
    ) -> str:
        """Submit as if from `source_ip`, and wait until it is stored; the queue id.

        With `spam` the filter takes the message for spam. Raises smtplib.SMTPException when Postfix or rspamd refuses.
        """
        marked = f"{SPAM_ON_DEMAND}: yes\r\n".encode() + raw if spam else raw
        with smtplib.SMTP(LOOPBACK, self.postfix.port, timeout=30) as smtp:
            smtp.ehlo(helo)
            _expect_taken(smtp.docmd("XCLIENT", f"ADDR={source_ip} NAME={helo} HELO={helo}"))
            smtp.ehlo(helo)
            _expect_taken(smtp.mail(mail_from))
            _expect_taken(smtp.rcpt(rcpt))
            answer = smtp.data(marked)
        _expect_taken(answer)
        queue_id = re.search(rb"queued as (\w+)", answer[1])
        assert queue_id, answer
        self.postfix.wait_for_delivery(queue_id[1].decode())
        return queue_id[1].decode()


def mail_path_unavailable() -> str:
    """Why the path cannot be started here; empty when it can."""
    if missing := missing_programs("postfix", "rspamd"):
        return f"not installed: {', '.join(missing)} (scripts/install-test-servers)"
    return dovecot_unavailable() or nsd_unavailable()


def opendmarc_path_unavailable() -> str:
    """Why the path with OpenDKIM and OpenDMARC cannot be started here; empty when it can."""
    if missing := missing_programs("postfix"):
        return f"not installed: {', '.join(missing)} (scripts/install-test-servers)"
    return dovecot_unavailable() or nsd_unavailable() or opendmarc_unavailable()


@contextmanager
def running_mail_path(dovecot: Dovecot) -> Iterator[MailPath]:
    """In front of a Dovecot that is running already."""
    with ExitStack() as running:
        nsd = running.enter_context(running_nsd(_senders_zone()))
        rspamd = running.enter_context(running_rspamd(nsd.port))
        postfix = running.enter_context(
            running_postfix([rspamd.milter_port], dovecot.lmtp_port, hostname=AUTHSERV_ID, domain=SELLER_DOMAIN)
        )
        yield MailPath(dovecot, postfix, nsd)


@contextmanager
def running_opendmarc_path(dovecot: Dovecot) -> Iterator[MailPath]:
    """The same with OpenDKIM and OpenDMARC in the place of rspamd. `spam` marks nothing there."""
    nameserver = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"  # one for each process of a test run
    with ExitStack() as running:
        nsd = running.enter_context(running_nsd(_senders_zone(), also=f"{nameserver}@53"))
        filters = running.enter_context(running_opendmarc(nameserver, nsd.port))
        postfix = running.enter_context(
            running_postfix(filters.ports, dovecot.lmtp_port, hostname=AUTHSERV_ID, domain=SELLER_DOMAIN)
        )
        yield MailPath(dovecot, postfix, nsd)


def _senders_zone() -> Zone:
    zone = Zone()
    for domain, source_ip in _SENDERS.items():
        sender_domain(domain, source_ip).publish(zone)
    return zone


def _expect_taken(answer: tuple[int, bytes]) -> None:
    if answer[0] not in (220, 250):
        raise smtplib.SMTPResponseException(answer[0], answer[1].decode(errors="replace"))
