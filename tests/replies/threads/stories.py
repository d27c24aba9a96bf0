"""What happens between a shop and its customers: each story writes its messages and what answers what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from .customers import ONE_ALIAS, new_customer
from .mailbox import Inquiry, Writing
from .programs import BY_NAME, HELP_DESKS, KEEPING, PROGRAMS
from .shapes import DIGITS, SHAPES, Customer, drawn

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Story = Callable[[Writing, str], None]


def plain(writing: Writing, case: str) -> None:
    """One inquiry, now and then before buying, and its answer."""
    asked = _asked(writing, new_customer(writing.rng, buying=writing.rng.random() < 0.85))
    writing.answer(
        writing.rng.choice(PROGRAMS), (asked,), writing.later(asked.answered.at, 5 * MINUTE, 40 * HOUR), case
    )


def two_orders(writing: Writing, case: str) -> None:
    """One customer, one relay address, two orders; the second is answered first."""
    first = new_customer(writing.rng, writing.rng.choice(ONE_ALIAS))
    one = _asked(writing, first)
    other = replace(first, order=SHAPES[first.marketplace].order(writing.rng))
    two = writing.inquiry(other, writing.later(one.answered.at, HOUR, 5 * HOUR))
    for asked, least in ((two, HOUR), (one, 3 * HOUR)):
        _answer_by_order(writing, asked, two.answered.at + least, case)


def similar_orders(writing: Writing, case: str) -> None:
    """Two customers whose order numbers differ in one digit, answered by a help desk that names the number only."""
    first = new_customer(writing.rng, "walmart")
    second = new_customer(writing.rng, "walmart")
    second = replace(second, order=first.order[:-1] + str((int(first.order[-1]) + 1) % 10))
    one = _asked(writing, first)
    two = writing.inquiry(second, writing.later(one.answered.at, MINUTE, 3 * HOUR))
    for asked in (two, one):
        _order_in_subject(writing, asked, writing.later(two.answered.at, HOUR, 20 * HOUR), case)


def relay_used_again(writing: Writing, case: str) -> None:
    """Two inquiries from one address days apart, each answered without a word on which."""
    asker = new_customer(writing.rng, writing.rng.choice(ONE_ALIAS))
    one = _asked(writing, asker)
    two = writing.inquiry(asker, writing.later(one.answered.at, 4 * DAY, 12 * DAY))
    for asked in (one, two):
        at = writing.later(asked.answered.at, HOUR, 30 * HOUR)
        writing.answer(BY_NAME["zendesk"], (asked,), at, case, subject="Your message")


def two_before_one_answer(writing: Writing, case: str) -> None:
    """The customer adds to his question hours later; one answer to the second mail settles both."""
    asker = new_customer(writing.rng)
    one = _asked(writing, asker)
    two = writing.inquiry(_again(writing.rng, asker), writing.later(one.answered.at, HOUR, 9 * HOUR))
    at = writing.later(two.answered.at, HOUR, 20 * HOUR)
    writing.answer(writing.rng.choice(KEEPING), (one, two), at, case)


def crossing(writing: Writing, case: str) -> None:
    """The customer writes again seconds before the answer to his first mail leaves; half get a second answer."""
    asker = new_customer(writing.rng)
    one = _asked(writing, asker)
    at = writing.later(one.answered.at, 2 * HOUR, 30 * HOUR)
    two = writing.inquiry(_again(writing.rng, asker), at - timedelta(seconds=writing.rng.randint(2, 20)))
    writing.answer(writing.rng.choice(KEEPING), (one,), at, case)
    if writing.rng.random() < 0.5:
        writing.answer(writing.rng.choice(KEEPING), (two,), writing.later(at, HOUR, 20 * HOUR), "after-crossing")


def stripped_references(writing: Writing, case: str) -> None:
    """No field names the inquiry; To has the relay address, and the subject is the inquiry's own."""
    asked = _asked(writing, new_customer(writing.rng))
    at = writing.later(asked.answered.at, HOUR, 40 * HOUR)
    writing.answer(writing.rng.choice(HELP_DESKS), (asked,), at, case)


def order_in_subject(writing: Writing, case: str) -> None:
    """A help desk writes to the relay address that the order came with, not to the one of the mail."""
    asked = _asked(writing, new_customer(writing.rng, "walmart"))
    _order_in_subject(writing, asked, writing.later(asked.answered.at, HOUR, 40 * HOUR), case)


def same_digits_elsewhere(writing: Writing, case: str) -> None:
    """Two marketplaces gave out the same ten digits; only the relay's domain tells whose order is meant."""
    number = "4" + drawn(writing.rng, DIGITS, 9)
    canadian = replace(
        new_customer(writing.rng, "walmart"), order=number
    )  # Walmart.ca: ten digits, as Etsy's and bol's
    other = replace(new_customer(writing.rng, writing.rng.choice(("etsy", "bol"))), order=number)
    one = _asked(writing, canadian)
    two = writing.inquiry(other, writing.later(one.answered.at, MINUTE, 3 * HOUR))
    for asked in writing.rng.sample((one, two), k=writing.rng.choice((1, 2))):
        _order_in_subject(writing, asked, writing.later(two.answered.at, HOUR, 20 * HOUR), case)


def supplier(writing: Writing, case: str) -> None:
    """While the customer waits, the shop asks its supplier about his order."""
    asked = _asked(writing, new_customer(writing.rng))
    order, at = asked.customer.order, writing.later(asked.answered.at, HOUR, 5 * HOUR)
    subject, body = f"Order {order}: replacement part", f"Please send one more {asked.customer.item} for {order}.\n"
    writing.other(BY_NAME["thunderbird"], "orders@supplier.test", at, case, subject=subject, body=body)


def forwarded(writing: Writing, case: str) -> None:
    """The inquiry goes to a colleague, with fields that name it, and is answered afterwards in half the stories."""
    asked = _asked(writing, new_customer(writing.rng))
    at = writing.later(asked.answered.at, 10 * MINUTE, 5 * HOUR)
    body = f"Can you answer this?\n\n-------- Forwarded Message --------\n{asked.answered.text}"
    subject = f"Fwd: {asked.answered.subject}"
    writing.other(BY_NAME["gmail"], "colleague@shop.test", at, case, subject=subject, body=body, about=asked)
    if writing.rng.random() < 0.5:
        writing.answer(writing.rng.choice(KEEPING), (asked,), writing.later(at, HOUR, 20 * HOUR), "after-forwarding")


def seller_wrote_first(writing: Writing, case: str) -> None:
    """The shop writes of its own accord; the customer's question comes later and is answered."""
    asker, at = new_customer(writing.rng), writing.moment()
    first = _unasked(writing, asker, asker.order, at, case)
    asked = writing.inquiry(asker, writing.later(at, HOUR, 2 * DAY), follows=(first,))
    writing.answer(
        writing.rng.choice(KEEPING), (asked,), writing.later(asked.answered.at, HOUR, DAY), "after-seller-wrote-first"
    )


def other_order_of_customer(writing: Writing, case: str) -> None:
    """A question about one order is open while the shop writes to the same address about another."""
    asked = _asked(writing, new_customer(writing.rng, writing.rng.choice(ONE_ALIAS)))
    other = SHAPES[asked.customer.marketplace].order(writing.rng)
    _unasked(writing, asked.customer, other, writing.later(asked.answered.at, HOUR, 20 * HOUR), case)


def only_the_relay(writing: Writing, case: str) -> None:
    """No reference, no order, no quoted text: nothing but the address in To."""
    asked = _asked(writing, new_customer(writing.rng))
    at = writing.later(asked.answered.at, HOUR, 40 * HOUR)
    writing.answer(BY_NAME["zendesk"], (asked,), at, case, subject="Reply from Example Shop")


def shared_sender(writing: Writing, case: str) -> None:
    """The answer goes to the address that all of Etsy's customers write from; only the fields tell which."""
    asked = _asked(writing, new_customer(writing.rng, "etsy"))
    at = writing.later(asked.answered.at, HOUR, 20 * HOUR)
    writing.answer(writing.rng.choice(KEEPING), (asked,), at, case, to="conversations@mail.etsy.com")


def long_after(writing: Writing, case: str) -> None:
    """Weeks later, in a program that says what it answers."""
    asked = _asked(writing, new_customer(writing.rng))
    writing.answer(writing.rng.choice(KEEPING), (asked,), writing.later(asked.answered.at, 15 * DAY, 45 * DAY), case)


def skewed_clock(writing: Writing, case: str) -> None:
    """The seller's computer is minutes off, so Date may lie before the inquiry itself."""
    asked = _asked(writing, new_customer(writing.rng))
    skew = MINUTE * writing.rng.choice((-14, -9, -6, 5, 8, 12))
    at = writing.later(asked.answered.at, MINUTE, 5 * MINUTE)
    writing.answer(writing.rng.choice(PROGRAMS), (asked,), at, case, skew=skew)


def notice_between(writing: Writing, case: str) -> None:
    """The marketplace sends a notice about the same order before the answer."""
    asked = _asked(writing, new_customer(writing.rng, writing.rng.choice(("walmart", "amazon", "ebay", "etsy", "bol"))))
    market, at = asked.customer.marketplace, writing.later(asked.answered.at, MINUTE, HOUR)
    writing.notice(market, SHAPES[market].notices[0], asked.customer.order, at)
    writing.answer(writing.rng.choice(PROGRAMS), (asked,), writing.later(at, HOUR, 20 * HOUR), case)


def never_answered(writing: Writing, case: str) -> None:
    """Nobody answered."""
    writing.cases[_asked(writing, new_customer(writing.rng)).answered.message_id] = case


def answered_in_seller_center(writing: Writing, case: str) -> None:
    """Somebody answered where no copy comes from."""
    writing.cases[_asked(writing, new_customer(writing.rng, "walmart")).answered.message_id] = case


def console_copy(writing: Writing, case: str) -> None:
    """Answered in Amazon's console or with its templates; the copy names the order where there is one."""
    asked = _asked(writing, new_customer(writing.rng, "amazon", buying=writing.rng.random() < 0.6))
    writing.console_copy(asked, writing.later(asked.answered.at, 10 * MINUTE, 22 * HOUR), case)


def console_copy_of_namesake(writing: Writing, case: str) -> None:
    """Two customers of one name wait, and the copy's order says which was answered."""
    first = new_customer(writing.rng, "amazon")
    namesake = replace(new_customer(writing.rng, "amazon"), name=first.name)
    one = _asked(writing, first)
    two = writing.inquiry(namesake, writing.later(one.answered.at, MINUTE, 2 * HOUR))
    writing.console_copy(writing.rng.choice((one, two)), writing.later(two.answered.at, HOUR, 20 * HOUR), case)


def forged_console_copy(writing: Writing, case: str) -> None:
    """A stranger sends what looks like Amazon's copy; the customer still waits."""
    asked = _asked(writing, new_customer(writing.rng, "amazon"))
    writing.console_copy(asked, writing.later(asked.answered.at, HOUR, 20 * HOUR), case, forger="evil.test")


HARD: Mapping[str, Story] = {
    story.__name__.replace("_", "-"): story
    for story in (
        *(two_orders, similar_orders, relay_used_again, two_before_one_answer, crossing, stripped_references),
        *(order_in_subject, same_digits_elsewhere, supplier, forwarded, seller_wrote_first, other_order_of_customer),
        *(only_the_relay, shared_sender, long_after, skewed_clock, never_answered, answered_in_seller_center),
        *(notice_between, console_copy, console_copy_of_namesake, forged_console_copy),
    )
}


def _asked(writing: Writing, asker: Customer) -> Inquiry:
    return writing.inquiry(asker, writing.moment())


def _again(rng: Random, asker: Customer) -> Customer:
    """The same customer as his next mail shows him."""
    shape = SHAPES[asker.marketplace]
    return replace(asker, relay=shape.relay(rng)) if shape.fresh_relay and rng.random() < 0.5 else asker


def _unasked(writing: Writing, to: Customer, order: str, at: datetime, case: str) -> str:
    subject = f"Your order {order}"
    body = f"Hello {to.name},\n\nis the address of order {order} complete? There is no house number.\n"
    return writing.other(writing.rng.choice(PROGRAMS), to.relay, at, case, subject=subject, body=body)


def _answer_by_order(writing: Writing, asked: Inquiry, at: datetime, case: str) -> None:
    """By fields that name the inquiry, or by a subject that names the order."""
    if writing.rng.random() < 0.5:
        writing.answer(writing.rng.choice(KEEPING), (asked,), at, case)
    else:
        writing.answer(BY_NAME["zendesk"], (asked,), at, case, subject=f"Order {asked.customer.order}")


def _order_in_subject(writing: Writing, asked: Inquiry, at: datetime, case: str) -> None:
    """To another address of the same customer, without a field that names what is answered."""
    elsewhere = SHAPES[asked.customer.marketplace].relay(writing.rng)
    subject = f"Your order {asked.customer.order}"
    writing.answer(BY_NAME["zendesk"], (asked,), at, case, subject=subject, to=elsewhere)
