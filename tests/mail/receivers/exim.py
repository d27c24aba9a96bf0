"""cPanel: Exim takes the mail in and writes no results."""

from .. import SELLER
from ..results import ARRIVED, Stamp
from .base import Arriving, Receiver
from .milters import rspamd_text

HOST = "server.shop.test"


class CPanel(Receiver):
    """No field at all, whatever was found; what a sender brings is left as it is."""

    id = HOST

    def border(self, host: str) -> str:
        return (
            f"Received: from {host} ([192.0.2.25]:40862)\n\tby {HOST} with esmtps  (TLS1.3) tls"
            f" TLS_AES_256_GCM_SHA384\n\t(Exim 4.98.2)\n\t(envelope-from <bounce@sender.test>)\n"
            f"\tid 1qL3xF-00000001abc-2Xyz\n\tfor {SELLER};\n\t{ARRIVED}"
        )

    def text(self, stamp: Stamp, raw: bytes) -> str:
        return rspamd_text(stamp, raw)

    def above(self, mail: Arriving) -> tuple[str, ...]:
        return (
            f"Return-Path: <bounce@{mail.mailfrom}>",
            f"Delivered-To: {SELLER}",
            f"Received: from {HOST}\n\tby {HOST} with LMTP\n\tid mJzYEz0kX2f1OQAAvK3abw\n"
            f"\t(envelope-from <bounce@{mail.mailfrom}>)\n\tfor <{SELLER}>; {ARRIVED}",
            f"Return-path: <bounce@{mail.mailfrom}>",
            f"Envelope-to: {SELLER}",
            f"Delivery-date: {ARRIVED}",
        )
