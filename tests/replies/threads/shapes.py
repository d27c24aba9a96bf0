"""How a customer's mail looks at six marketplaces, and which of their mail is no inquiry.

Addresses and senders are those of the catalogue. Recorded: Amazon's subjects, notices and Message-IDs, Etsy's subjects,
the order numbers of Walmart, Amazon, eBay and Etsy. Not recorded, so varied here: the subjects of Walmart, eBay, Newegg
and bol, their Message-IDs, and what References a relay lets through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

HEX = "0123456789abcdef"
ALNUM = "abcdefghijklmnopqrstuvwxyz0123456789"
DIGITS = "0123456789"


def drawn(rng: Random, letters: str, count: int) -> str:
    """`count` letters, each drawn by itself."""
    return "".join(rng.choices(letters, k=count))


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer and the one thing that he asks about; `order` is empty before he has bought."""

    marketplace: str
    name: str
    relay: str
    order: str
    item: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Mail of a marketplace that nobody need answer."""

    sender: str
    subject: str
    signer: str
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One marketplace: where its mail comes from and what stands in it.

    `sender` and `reply_to` hold {name} and {relay}; subjects and bodies {name}, {order}, {item} and {words}.
    """

    title: str
    signer: str
    relay: Callable[[Random], str]
    question: Callable[[Random], str]  # the relay address of somebody who has not bought
    order: Callable[[Random], str]
    sender: str
    reply_to: str
    about_order: tuple[str, ...]
    before_buying: tuple[str, ...]
    body: str
    message_id: Callable[[Random], str]
    notices: tuple[Notice, ...]
    fresh_relay: bool = False  # each mail may come from an address of its own
    keeps_references: bool = False  # a customer's next mail names the answer it follows


def _ses(region: str) -> Callable[[Random], str]:
    def made(rng: Random) -> str:
        head = f"010{rng.choice('12')}01a{drawn(rng, HEX, 9)}-{drawn(rng, HEX, 8)}"
        tail = "-".join(drawn(rng, HEX, 4) for _ in range(3))
        return f"<{head}-{tail}-{drawn(rng, HEX, 12)}-000000@{region}.amazonses.com>"

    return made


def _plain_id(form: str) -> Callable[[Random], str]:
    return lambda rng: f"<{form.format(number=drawn(rng, DIGITS, 10), hex=drawn(rng, HEX, 16))}>"


def _walmart_order(rng: Random) -> str:
    """15 digits as of 2026, now and then the 13 of the older purchase orders."""
    return "2000" + drawn(rng, DIGITS, 11) if rng.random() < 0.8 else "1" + drawn(rng, DIGITS, 12)


def _amazon_order(rng: Random) -> str:
    return f"{rng.choice(('111', '112', '113', '114'))}-{drawn(rng, DIGITS, 7)}-{drawn(rng, DIGITS, 7)}"


def _space(kind: str) -> tuple[tuple[str, str], ...]:
    return (("X-Marketplace-ID", "ATVPDKIKX0DER"), ("X-Space-Notification-Type", kind))


AMAZON_ID = _ses("us-east-1")

SHAPES = {
    "walmart": Shape(
        title="Walmart",
        signer="walmart.com",
        relay=lambda rng: drawn(rng, HEX, 32).upper() + "@relay.walmart.com",
        question=lambda rng: f"pc-{drawn(rng, HEX, 32).upper()}@relay.walmart.com",
        order=_walmart_order,
        sender="{name} <{relay}>",
        reply_to="",
        about_order=("Question about order {order}", "Order #{order}: {item}", "{item}", "Where is my order?"),
        before_buying=("Question about {item}", "Product question"),
        body=(
            "Hello Example Shop,\n\n{name} wants to connect with you regarding the following order.\n\n"
            "Sales Order ID: {order}\nItem: {item}\n\nMessage:\n{words}\n\nWalmart Customer Service Team\n"
        ),
        message_id=_plain_id("{number}.{hex}@relay.walmart.com"),
        notices=(
            Notice("Walmart Marketplace <mp-payments@relay.walmart.com>", "Payment for order {order}", "walmart.com"),
            Notice("Seller Center <no-reply@es.relay.walmart.com>", "Action: order {order} ships today", "walmart.com"),
        ),
        fresh_relay=True,
    ),
    "amazon": Shape(
        title="Amazon",
        signer="amazon.com",
        relay=lambda rng: drawn(rng, ALNUM, rng.choice((15, 20))) + "@marketplace.amazon.com",
        question=lambda rng: drawn(rng, ALNUM, 20) + "@marketplace.amazon.com",
        order=_amazon_order,
        sender='"{name} - Amazon Marketplace" <{relay}>',
        reply_to="{relay}",
        about_order=(
            "Order delivery inquiry from Amazon customer {name} (Order: {order})",
            "Return policy inquiry from Amazon customer {name} (Order: {order})",
            "Inquiry from Amazon customer {name} (Order: {order})",
        ),
        before_buying=("Product details inquiry from Amazon customer {name}",),
        body=(
            "You have received a message.\n\nOrder ID: {order}\n{item}\n\n------------- Begin message -------------\n\n"
            "{words}\n\n------------- End message -------------\n"
        ),
        message_id=AMAZON_ID,
        notices=(
            Notice(
                "Seller Central <donotreply@amazon.com>",
                "Cancellation request for order: {order}",
                "amazon.com",
                _space("BRC_SELLER_NOTIFICATION"),
            ),
            Notice(
                "Seller Central <donotreply@amazon.com>",
                "Return authorisation for order {order}",
                "amazon.com",
                _space("RETURN_REQUEST"),
            ),
            Notice(
                "Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.com>",
                "Claim received for order {order}",
                "amazon.com",
                _space("A_Z_CLAIM_RESPONDENT_NOTIFY"),
            ),
        ),
    ),
    "ebay": Shape(
        title="eBay",
        signer="ebay.com",
        relay=lambda rng: drawn(rng, HEX, 20) + "@members.ebay.com",
        question=lambda rng: drawn(rng, HEX, 20) + "@members.ebay.com",
        order=lambda rng: f"{drawn(rng, '123456789', 2)}-{drawn(rng, DIGITS, 5)}-{drawn(rng, DIGITS, 5)}",
        sender='"eBay - {name}" <{relay}>',
        reply_to="{relay}",
        about_order=("{name} sent a message about {item}", "Order {order}: message from {name}"),
        before_buying=("{name} has a question about {item}",),
        body="New message from: {name}\n\n{words}\n\n{item}\nOrder number: {order}\n",
        message_id=_plain_id("{number}.{hex}@starship"),
        notices=(
            Notice("eBay <ebay@ebay.com>", "You made the sale for {item} ({order})", "ebay.com"),
            Notice("eBay <ebay@reply.ebay.com>", "Sell more this week", "ebay.com"),
        ),
    ),
    "etsy": Shape(
        title="Etsy",
        signer="etsy.com",
        relay=lambda rng: drawn(rng, ALNUM, 16) + "@convos.etsy.com",
        question=lambda rng: drawn(rng, ALNUM, 16) + "@convos.etsy.com",
        order=lambda rng: "4" + drawn(rng, DIGITS, 9),
        sender="Etsy Conversations <conversations@mail.etsy.com>",  # one address for all customers
        reply_to="{relay}",
        about_order=(
            "Help Request: Order #{order}",
            "{name} needs help with an order they placed",
            "Re: Etsy Conversation with {name} about Order #{order}",
        ),
        before_buying=("Etsy Conversation with {name}",),
        body="{name}\nsent you a message\n\n{words}\n\nOrder #{order}\n{item}\n",
        message_id=_plain_id("{hex}-{number}@mail.etsy.com"),
        notices=(
            Notice(
                "Etsy Transactions <transaction@etsy.com>",
                "You made a sale on Etsy - [US$39.40, Order #{order}]",
                "etsy.com",
            ),
            Notice("Etsy <emails@mail.etsy.com>", "Your shop this month", "etsy.com"),
        ),
    ),
    "newegg": Shape(
        title="Newegg",
        signer="newegg.com",
        relay=lambda rng: drawn(rng, ALNUM, 16) + "@marketplace.newegg.com",
        question=lambda rng: f"cusa.{drawn(rng, ALNUM, 16)}@marketplace.newegg.com",
        order=lambda rng: drawn(rng, "123456789", 9),
        sender="{name} <{relay}>",
        reply_to="",
        about_order=("Order {order}", "Question on order #{order}"),
        before_buying=("Question on {item}",),
        body="{words}\n\nOrder number: {order}\nItem: {item}\n",
        message_id=_plain_id("{hex}.{number}@marketplace.newegg.com"),
        notices=(),
        keeps_references=True,
    ),
    "bol": Shape(
        title="bol",
        signer="bol.com",
        relay=lambda rng: drawn(rng, ALNUM, 30) + "@verkopen.bol.com",
        question=lambda rng: drawn(rng, ALNUM, 30) + "@verkopen.bol.com",
        order=lambda rng: "1" + drawn(rng, DIGITS, 9),
        sender="{name} <{relay}>",
        reply_to="",
        about_order=("Vraag over bestelling {order}", "Bestelnummer {order}"),
        before_buying=("Vraag over {item}",),
        body="{words}\n\nBestelnummer: {order}\nArtikel: {item}\n",
        message_id=_plain_id("{number}-{hex}@verkopen.bol.com"),
        notices=(Notice("bol <noreply@verkopen.bol.com>", "Nieuwe bestelling {order}", "bol.com"),),
        keeps_references=True,
    ),
}

WORDS = (
    "my parcel has not come yet. Tracking shows nothing since Monday.",
    "one part was broken when I opened the box. What can you do?",
    "you sent the wrong colour. How do I send it back?",
    "please change my address before it ships.",
    "can I still cancel?",
)
QUESTIONS = ("does it fit a 40 mm pipe?", "is a plug for Europe in the box?", "when will it be in stock again?")
