"""How long the first look at 10,000 sent answers takes, beside its floor: `python -m tests.benchmarks.answers`.

Ours is `auditor contacts` on a local Dovecot, in a process of its own: the answers' headers and texts read, the
contact details found in them kept in the state, and judged. The floor is what any program must do at least: sign in,
fetch the same octets with imaplib, and parse them with `email.message_from_bytes`. A later night reads only what is
new. Exit code 1 where the first look takes longer than 30 seconds; `--write` puts the table into ANSWERS.md.
"""

from __future__ import annotations

import email
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.sent import TEXT_LIMIT
from tests.benchmarks.judging import text
from tests.mail.build import Letter, alternative, compose
from tests.servers.account import Account, signed_in
from tests.servers.dovecot import running_dovecot
from tests.servers.maildir import put
from tests.servers.zone import running_dns
from tests.shop import Shop

LIMIT_S = 30
MESSAGES = 10_000
TABLE = Path(__file__).with_name("ANSWERS.md")
CONTACT = '[contact]\nphone = "+1 479 273 4000"\ncustomer_service_phone = "+1 800 925 6278"\n'
_HEAD = (
    "# The first look at a folder of sent answers",
    "",
    "Written by `python -m tests.benchmarks.answers --write` on 2 shared cores, Python 3.11. Wall clock; the",
    f"limit is {LIMIT_S} s. The floor fetches the same octets with imaplib and parses them.",
    "",
)
_SIGNATURE = "Kind regards,\nAna\nExample Shop\nPhone: (479) 273-4000\n1 Example Street\nBentonville, AR 72712\n"


def answers(count: int) -> Iterator[tuple[bytes, datetime]]:
    """About 12 kB each: a few sentences, a signature, the customer's message below; every second as a page too."""
    now, rng = datetime.now(UTC), random.Random(1)
    quotes = [text(8_000, rng) for _ in range(20)]
    for number in range(count):
        own = f"Hello Mary,\n\nyour order {rng.randrange(10**14):015} has left.\n{text(600, rng)}\n{_SIGNATURE}"
        quote = "".join(f"> {line}\n" for line in quotes[number % 20].splitlines())
        plain = f"{own}\nOn Monday Mary wrote:\n{quote}"
        page = f'<div>{own}</div><div class="gmail_quote">On Monday<blockquote>{quotes[number % 20]}</blockquote></div>'
        kind, body = ("text/plain; charset=utf-8", plain) if number % 2 else alternative(plain[:2_000], page)
        then = now - timedelta(minutes=number * 10)
        relay = f"{number % 4_000:032x}@relay.walmart.com"
        yield compose(Letter("support@shop.test", "Re: order", body, to=relay, date=then, content_type=kind)), then


def floor_s(account: Account) -> float:
    """Fetch and parse the same, fifty messages a round trip."""
    began = time.monotonic()
    with signed_in(account) as imap:
        imap.select("Sent", readonly=True)
        for start in range(1, MESSAGES + 1, 50):
            _, found = imap.fetch(f"{start}:{start + 49}", f"(UID BODY.PEEK[]<0.{TEXT_LIMIT}>)")
            for each in found:
                if isinstance(each, tuple):
                    email.message_from_bytes(each[1])
    return time.monotonic() - began


def look_s(shop: Shop) -> float:
    began = time.monotonic()
    command = [sys.executable, "-m", "auditor", "contacts", "--format", "json", "--config", str(shop.configured())]
    environment = os.environ | {"SHOP_PASSWORD": shop.account.password}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    took = time.monotonic() - began
    mailbox = json.loads(ran.stdout)["mailboxes"][0]
    assert "contact-signature-differs" in mailbox["right"], ran.stdout
    return took


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_dovecot() as dovecot, running_dns() as dns:
        shop = Shop(dovecot.account(), Path(folder), dns, {"address": "support@shop.test"}, CONTACT)
        put(shop.account, answers(MESSAGES), folder="Sent")
        floor_s(shop.account)  # the server's own caches are filled for both
        least, first = floor_s(shop.account), look_s(shop)
        later = look_s(shop)
    rows = (("the floor: imaplib and email", least), ("the first look", first), ("the next one", later))
    lines = [
        "| 10,000 sent answers of 12 kB | seconds |",
        "| --- | ---: |",
        *(f"| {what} | {s:.1f} |" for what, s in rows),
    ]
    print("\n".join(lines))
    if "--write" in sys.argv[1:]:
        TABLE.write_text("\n".join([*_HEAD, *lines, ""]), encoding="utf-8")
    return 1 if first > LIMIT_S else 0


if __name__ == "__main__":
    raise SystemExit(main())
