"""The mailbox that the threads make up, and the hand that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import formataddr, parseaddr
from random import Random
from typing import Literal

from tests.mail.build import Letter, compose, sign

from .programs import LANGUAGES, TEXT, Answered, Program, Written, folded, made_id, written
from .shapes import AMAZON_ID, QUESTIONS, SHAPES, WORDS, Customer, Notice

SHOP = "Example Shop <seller@shop.test>"
START = datetime(2026, 8, 3, 6, 0, tzinfo=UTC)
CONSOLE_COPY = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"


@dataclass(frozen=True, slots=True)
class Received:
    """A message that came; `at` is INTERNALDATE."""

    message_id: str
    raw: bytes
    at: datetime
    folder: Literal["inbox", "junk"]
    kind: Literal["inquiry", "notice", "console-copy"]
    marketplace: str
    signer: str

    def signed(self) -> bytes:
        """The message with the signature of its marketplace, made with the tests' own keys."""
        return sign(self.raw, self.signer, signed_at=self.at)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message in Sent; `at` is INTERNALDATE, `date` what the seller's computer claimed."""

    message_id: str
    raw: bytes
    at: datetime
    date: datetime
    program: str
    marketplace: str  # empty where it goes to no customer
    folder: Literal["sent"] = "sent"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`truth`: each sent message and each console copy, by Message-ID, to the inquiries that it answers, none if none.

    `cases`: the same messages, and the inquiries that have no answer here, to the name of what makes them hard.
    """

    received: tuple[Received, ...]
    sent: tuple[Sent, ...]
    truth: Mapping[str, tuple[str, ...]]
    cases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A customer's mail as it was delivered."""

    customer: Customer
    answered: Answered
    reply_to: str


@dataclass(slots=True)
class Writing:
    """A mailbox being written, one draw after the other from `rng`."""

    rng: Random
    received: list[Received] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    truth: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def moment(self) -> datetime:
        """Some second of the ninety days."""
        return START + timedelta(seconds=self.rng.randrange(90 * 86_400))

    def later(self, at: datetime, least: timedelta, most: timedelta) -> datetime:
        return at + timedelta(seconds=self.rng.randint(int(least.total_seconds()), int(most.total_seconds())))

    def inquiry(self, customer: Customer, at: datetime, *, follows: tuple[str, ...] = ()) -> Inquiry:
        """Deliver a customer's mail; `follows` are the messages that it continues."""
        shape = SHAPES[customer.marketplace]
        said = self.rng.choice(WORDS if customer.order else QUESTIONS)
        values = {"name": customer.name, "relay": customer.relay, "order": customer.order, "item": customer.item}
        subject = self.rng.choice(shape.about_order if customer.order else shape.before_buying).format(**values)
        text = _without_order(shape.body, customer.order).format(**values, words=f"Hello, {said}")
        sender, reply_to = shape.sender.format(**values), shape.reply_to.format(**values)
        names = (("References", folded(follows)),) if follows and shape.keeps_references else ()
        letter = Letter(
            sender=sender,
            subject=subject,
            body=text,
            date=at,
            message_id=shape.message_id(self.rng),
            extra=(*((("Reply-To", reply_to),) if reply_to else ()), *names),
        )
        self._take_in(letter, "inquiry", customer.marketplace)
        referred = follows if names else ()
        answered = Answered(letter.message_id, referred, subject, sender, text, at)
        return Inquiry(customer, answered, reply_to or customer.relay)

    def notice(self, marketplace: str, notice: Notice, order: str, at: datetime) -> None:
        """Deliver mail of the marketplace that is no inquiry."""
        subject = notice.subject.format(order=order, item="Desk lamp, black")
        number = SHAPES[marketplace].message_id(self.rng)
        letter = Letter(notice.sender, subject, f"{subject}\n", date=at, message_id=number, extra=notice.extra)
        self._take_in(letter, "notice", marketplace)

    def console_copy(self, inquiry: Inquiry, at: datetime, case: str, *, forger: str = "") -> None:
        """Amazon's copy of an answer given in Seller Central: a page with the buyer's name, no relay, no reference.

        One that a `forger` signed answers nothing.
        """
        who = inquiry.customer
        about = f"<p>Order: {who.order}</p>" if who.order else ""
        letter = Letter(
            sender='"Amazon.com" <donotreply@amazon.com>',
            subject=f"Your e-mail to {who.name}",
            body=f"<html><body><p>Here is a copy of the e-mail that you sent to {who.name}.</p>{about}</body></html>\n",
            date=at,
            content_type="text/html; charset=utf-8",
            message_id=AMAZON_ID(self.rng),
            extra=(
                ("Reply-To", "donotreply@amazon.com"),
                ("X-Marketplace-ID", "ATVPDKIKX0DER"),
                ("X-Space-Notification-Type", CONSOLE_COPY),
            ),
        )
        self._take_in(letter, "console-copy", "amazon", signer=forger)
        self._note(letter.message_id, () if forger else (inquiry,), case)

    def answer(
        self,
        program: Program,
        inquiries: tuple[Inquiry, ...],
        at: datetime,
        case: str,
        *,
        subject: str | None = None,
        to: str = "",
        skew: timedelta = timedelta(),
    ) -> str:
        """Answer the last of `inquiries`, and with it the others; returns the Message-ID.

        `subject` and `to` stand in for what the program would write; the computer's clock is `skew` ahead.
        """
        last = inquiries[-1]
        made = written(program, last.answered, self.rng.choice(tuple(LANGUAGES)), self.rng)
        made = made if subject is None else replace(made, subject=subject)
        self._send(made, to or last.reply_to, at, program=program.name, skew=skew, market=last.customer.marketplace)
        self._note(made.message_id, inquiries, case)
        return made.message_id

    def other(
        self,
        program: Program,
        to: str,
        at: datetime,
        case: str,
        *,
        subject: str,
        body: str,
        about: Inquiry | None = None,
    ) -> str:
        """Send what answers no inquiry; `about` is one that its fields name all the same. Returns the Message-ID."""
        names: tuple[tuple[str, str], ...] = ()
        if about:
            number = about.answered.message_id
            names = (("In-Reply-To", number), ("References", number))
        made = Written(subject, names, body, TEXT, made_id(program, self.rng))
        self._send(made, to, at, program=program.name, skew=timedelta(), market="")
        self._note(made.message_id, (), case)
        return made.message_id

    def finished(self) -> Mailbox:
        received = tuple(sorted(self.received, key=lambda message: (message.at, message.message_id)))
        sent = tuple(sorted(self.sent, key=lambda message: (message.at, message.message_id)))
        return Mailbox(received, sent, dict(self.truth), dict(self.cases))

    def _note(self, message_id: str, inquiries: tuple[Inquiry, ...], case: str) -> None:
        self.truth[message_id] = tuple(inquiry.answered.message_id for inquiry in inquiries)
        self.cases[message_id] = case

    def _take_in(
        self, letter: Letter, kind: Literal["inquiry", "notice", "console-copy"], marketplace: str, *, signer: str = ""
    ) -> None:
        assert letter.date
        folder: Literal["inbox", "junk"] = "junk" if self.rng.random() < 0.1 else "inbox"
        raw = compose(_encoded(letter))
        signer = signer or SHAPES[marketplace].signer
        self.received.append(Received(letter.message_id, raw, letter.date, folder, kind, marketplace, signer))

    def _send(self, made: Written, to: str, at: datetime, *, program: str, skew: timedelta, market: str) -> None:
        letter = Letter(
            sender=SHOP,
            subject=made.subject,
            body=made.body,
            to=to,
            date=at + skew,
            content_type=made.content_type,
            message_id=made.message_id,
            extra=made.fields,
        )
        self.sent.append(Sent(made.message_id, compose(_encoded(letter)), at, at + skew, program, market))


def _encoded(letter: Letter) -> Letter:
    """The letter with a subject and a display name that a header may hold."""
    subject, sender = letter.subject, letter.sender
    return replace(
        letter,
        subject=subject if subject.isascii() else Header(subject, "utf-8").encode(),
        sender=sender if sender.isascii() else formataddr(parseaddr(sender)),
    )


def _without_order(body: str, order: str) -> str:
    """A pre-sale question has no line about an order."""
    return body if order else "".join(line for line in body.splitlines(keepends=True) if "{order}" not in line)
