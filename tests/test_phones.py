"""Telephone numbers in a notice that can carry a stranger's words."""

from __future__ import annotations

import pytest

from auditor.evidence.phones import MAX_CANDIDATES, MAX_LOOKED_AT, find_phone_numbers

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    "text",
    [
        "call (800) 925-6278 now",
        "call 800.925.6278",
        "call 8009256278",
        "ring 020 7946 0018",
        "Tel. 030 / 901820",
        "+49 30 901820",
        "call 1-800-ETSY-HELP",
        "415\u00b7555\u00b72671",
        "415\u200b-555-\u200b2671",
        "415\n555\n2671",
        "x " * 5_000 + "415 555 2671",
    ],
)
def test_a_number_that_can_be_dialled_is_found(text: str) -> None:
    assert find_phone_numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "Order #4059129411 was placed",
        "Case 09418277 has an answer",
        "A-to-z claim on order 112-7654321-1234567",
        "113-0001112-2223334 is late",
        "Sales Order ID: 1815367951431",
        "order 200014756467686",
        "1234567-12345678",
        "Tracking 9400111899223817428490",
        "US$39.40, 2 items, 20 Nov 2026 at 12:00",
        "Unit 7, 12 High Street, AR 72712",
        "",
    ],
)
def test_what_an_honest_notice_holds_is_no_number(text: str) -> None:
    assert find_phone_numbers(text) == ()


def test_a_flood_of_digits_is_not_looked_through() -> None:
    flood = " a ".join(f"{number:09d}" for number in range(MAX_CANDIDATES + 1))

    assert find_phone_numbers(flood) is None


@pytest.mark.parametrize(
    "text",
    [
        "Soporte, llame 912 345 678",
        "Soporte: 912 345 678",
        "llame al 912345678",
        "llame 900 123 456",
        "chiami 347 123 4567",
        "chiami 800 123 456",
        "zadzwon 22 123 45 67",
        "call 1800 123 456",
        "llame 55 5273 1234",
        "llame 55 5273 1234, 24 horas",
        "ligue (11) 2345-6789",
        "call 98765 43210",
        "call 02 9374 4000",
        "電話 03-1234-5678",
        "dial now. ID: 12069220880",
        "Dial the support, case number: 2069220880",
        "case number: 2069220880, call it",
        "call us: order #8009256278",
        "call 2O6 922 O88O",
        "call 2O6922O88O",
        "call ②⓪⑥ ⑨②② ⓪⑧⑧⓪",
        "call 2\ufe0f\u20e30\ufe0f\u20e36\ufe0f\u20e3 922 0880",
    ],
)
def test_a_number_of_another_country_or_in_disguise_is_found(text: str) -> None:
    assert find_phone_numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "Case ID: 12069220880",
        "Reference: 2069220880",
        "SKU: 9123456780",
        "Vintage watch dial [US$39.40, Order #4059129411]",
        "iPhone case, order number 4059129411",
        "Transaction ID: 3812345678",
        "Listing #1693456789",
        "Item 912345678",
        "Bestelling 912345678",
        "Sizes 10 12 14 16 18",
        "signed in from 91.234.56.78",
        "EAN 4006381333931, ISBN 978-3-16-148410-0",
        "SW1A 1AA, 28 x 40 x 120 mm",
        "00-950 Warszawa, 10115 Berlin",
    ],
)
def test_what_only_resembles_a_number_of_another_country_is_none(text: str) -> None:
    assert find_phone_numbers(text) == ()


def test_a_flood_of_labels_is_not_looked_through() -> None:
    assert find_phone_numbers("id: 1 " * MAX_LOOKED_AT) is None
    assert find_phone_numbers("id: 1 " * (MAX_LOOKED_AT - 1)) == ()
