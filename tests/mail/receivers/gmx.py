"""GMX: header blocks of 2022-12 and 2023-01 in public archives; order and wording alone are used."""

from .. import SELLER
from ..results import ARRIVED, Stamp
from .base import Arriving, Receiver


class Gmx(Receiver):
    """One field of DKIM results above the border's Received."""

    id = "gmx.net"

    def border(self, host: str) -> str:
        return (
            f"Received: from {host} ([192.0.2.25]) by mx-ha.gmx.net (mxgmx114\n [212.227.17.5]) with ESMTPS (Nemesis)"
            f" id 1MaJKP-1pWHuy2AM9-00WQcz for\n <{SELLER}>; {ARRIVED}"
        )

    def text(self, stamp: Stamp, raw: bytes) -> str:
        del raw
        return "; ".join(f"dkim={result} header.i=@{domain}" for result, domain in stamp.dkim) or "dkim=none"

    def above(self, mail: Arriving) -> tuple[str, ...]:
        return (f"Return-Path: <bounce@{mail.mailfrom}>", *self.stamps(mail))
