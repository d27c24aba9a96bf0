"""What is read out of sent answers, against a table that was written before by someone who had not seen the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from auditor.contacts.given import Given, given_in
from auditor.contacts.given_addresses import address_value, is_same_place
from tests.contacts.replies import Address, Detail, Reply, read

pytestmark = pytest.mark.thorough


def is_it(found: Given, detail: Detail) -> bool:
    if found.kind.value != detail.kind:
        return False
    if isinstance(detail.value, Address):
        wanted = address_value(detail.value.country, detail.value.postal_code, [detail.value.street])
        return is_same_place(found.value, wanted)
    return found.value == detail.value


def misread(reply: Reply) -> Iterator[str]:
    """Whether a detail stands in the text or in the signature is not judged: a closing line alone may divide them."""
    found = given_in(reply.raw, region=reply.country, country=reply.country)
    for wanted in sorted(reply.given, key=str):
        if not any(is_it(each, wanted) for each in found):
            yield f"does not see {wanted}"
    for each in found:
        if not any(is_it(each, one) for one in (*reply.given, *reply.either)):
            yield f"takes {each}"


BEYOND_US = {
    "held-004": "letters of the keypad in place of digits",
    "held-009": "a quotation in Finnish that nothing marks as one",
}


def each_reply() -> Iterator[Any]:
    for reply in (*read("open"), *read("held")):
        why = BEYOND_US.get(reply.id)
        marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
        yield pytest.param(reply, id=reply.id, marks=marks)


@pytest.mark.parametrize("reply", each_reply())
def test_each_is_read_as_it_was_written(reply: Reply) -> None:
    assert list(misread(reply)) == []
