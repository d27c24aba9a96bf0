"""A key and a moment go in; a seller's spam folder and inbox come out: sample mail of every standing, just arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from auditor.demo.key import Key
from auditor.demo.letter import PROVIDER, SELECTOR, Letter, delivered
from auditor.verdict import Standing

_AMAZON = ("amazon.com", "amazonses.com")  # Amazon signs twice; only the first speaks for it
_WITH_CYRILLIC_A = "xn--wlmart-3nf.example"  # shown as "walmart", its first a being Cyrillic

_GENUINE = (
    Letter(
        "Mary Miller <5f3a9c0d7be14826a1d0c9e8f7b6a532@relay.walmart.com>",
        "Where is my order 200014756467686?",
        "Hello,\n\ntracking has not moved since Monday. Is my parcel lost?\n\nMary\n",
        ("walmart.com",),
    ),
    Letter(
        "Walmart Marketplace <mp-payments@relay.walmart.com>",
        "Your Walmart Marketplace payment was sent",
        "Your payment is on its way. The statement is in Seller Center under Payments.\n",
        ("walmart.com",),
    ),
    Letter(
        '"Pat - Amazon Marketplace" <a3kq9x7m2p5tz8@marketplace.amazon.com>',
        "Inquiry about order 112-1234567-7654321",
        "Hi, the lamp came with the wrong plug. Can I exchange it?\n\nPat\n",
        _AMAZON,
    ),
    Letter(
        "Amazon <atoz-guarantee-no-reply@amazon.com>",
        "A-to-z claim on order 112-7654321-1234567",
        "A customer has filed a claim. Please answer within three days in Seller Central.\n",
        _AMAZON,
    ),
    Letter(
        '"eBay - lampfan_42" <0f1e2d3c4b5a69788796@members.ebay.com>',
        "lampfan_42 asked about Desk lamp, brass",
        "Does it come with a bulb?\n",
        ("ebay.com",),
    ),
    Letter(
        "Etsy Conversations <conversations@mail.etsy.com>",
        "New message from Robin about a custom order",
        "Robin wrote: could you engrave a name on it by Friday?\n",
        ("mail.etsy.com",),
    ),
)

_UNVERIFIED = (
    Letter(
        "Sam Jones <c0ffee5a1b2c3d4e5f60718293a4b5c6@relay.walmart.com>",
        "Can I still cancel?",
        "Hello, I ordered twice by mistake. Can you cancel one of them?\n\nSam\n",
        dmarc="",
    ),
    Letter(
        "Walmart Sourcing <sourcing-events@walmart.com>",
        "Invitation to an online event",
        "Meet our buyers online.\n",
        ("walmart.com",),
    ),
)

_FORGED = (
    Letter(
        '"help@walmart.com" <noreply@bulk-sender.example>',
        "Your seller account will be closed",
        "Confirm your bank details within 24 hours.\n",
        ("bulk-sender.example",),
    ),
    Letter(
        "Amazon Seller Support <verify@arnazon.example>",
        "Unusual sign-in: verify your account",
        "Sign in here to keep selling.\n",
        ("arnazon.example",),
    ),
    Letter(
        "Walmart Marketplace <mp-payments@relay.walmart.com>",
        "Payment on hold: update your bank details",
        "Your payment could not be sent. Update your details today.\n",
        dmarc="fail",
        planted=f"{PROVIDER}; dkim=pass header.d=walmart.com; dmarc=pass header.from=relay.walmart.com",
    ),
    Letter(
        f"Walmart Partner Help <support@{_WITH_CYRILLIC_A}>",
        "Policy violation on 3 listings",
        "Open the attached form to appeal.\n",
        (_WITH_CYRILLIC_A,),
    ),
)

_UNRELATED = (
    Letter("Shoe Outlet <news@shoe-outlet.example>", "48 hours: everything 70 % off", "Boots!\n"),
    Letter("International Lottery <claims@big-win.example>", "You have won 4,500,000 USD", "Write us.\n"),
    Letter("Dr. Vital <offers@vital-pills.example>", "Sleep well again", "One pill a day.\n"),
    Letter("SEO Experts <hello@rank-first.example>", "We can bring your shop to page 1", "Call us.\n"),
)

_INBOX = (
    Letter("Parcel Depot <invoices@parcel-depot.example>", "Invoice 2291", "Thank you.\n"),
    Letter("Alex <alex@friends.example>", "Lunch on Friday?", "The usual place?\n"),
)

KINDS = (
    (Standing.GENUINE, _GENUINE),
    (Standing.UNRELATED, _UNRELATED),
    (Standing.FORGED, _FORGED),
    (Standing.UNVERIFIED, _UNVERIFIED),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One message, and what it has to be found to be."""

    standing: Standing
    subject: str
    message_id: str
    received_at: datetime
    raw: bytes


def spam_folder(key: Key, now: datetime) -> tuple[Sample, ...]:
    """Oldest first, over the last 20 hours, the standings mixed as they come in."""
    marked = [[(standing, letter) for letter in letters] for standing, letters in KINDS]
    mixed = [each for row in zip_longest(*marked) for each in row if each is not None]
    return tuple(_samples(mixed, key, now))


def inbox(key: Key, now: datetime) -> tuple[Sample, ...]:
    """Ordinary mail."""
    return tuple(_samples([(Standing.UNRELATED, letter) for letter in _INBOX], key, now))


def records(key: Key) -> dict[str, bytes]:
    """The zone in which the senders of the samples publish their key and their DMARC policy; forgers do so too."""
    signers = {signer for _, letters in KINDS for letter in letters for signer in letter.signers}
    keys = {f"{SELECTOR}._domainkey.{signer}": key.record for signer in signers}
    return keys | {f"_dmarc.{signer}": b"v=DMARC1; p=reject" for signer in signers}


def _samples(letters: Sequence[tuple[Standing, Letter]], key: Key, now: datetime) -> Iterator[Sample]:
    step = timedelta(hours=20) / len(letters)
    for number, (standing, letter) in enumerate(letters):
        received_at = (now - step * (len(letters) - number)).replace(microsecond=0)
        message_id = f"<demo-{now:%Y%m%d%H%M%S}-{number}@{letter.domain}>"
        raw = delivered(letter, key, message_id=message_id, received_at=received_at)
        yield Sample(standing, letter.subject, message_id, received_at, raw)
