"""Telephone numbers in a notice that can carry a stranger's words."""

from __future__ import annotations

import pytest

from auditor.evidence.phones import MAX_CANDIDATES, find_phone_numbers


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
