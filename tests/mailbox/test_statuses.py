"""The answers of LIST-STATUS and of SEARCH in, numbers out; whatever a server writes, nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.mailbox.answers import least_found, statuses

NUMBERS = b"(MESSAGES 3 UIDNEXT 8 UIDVALIDITY 5)"
TOLD = {b"MESSAGES": 3, b"UIDNEXT": 8, b"UIDVALIDITY": 5}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"Junk", b"Junk"),
        (b'"Junk E-mail"', b"Junk E-mail"),
        (b'"quo\\"te"', b'quo"te'),
        (b'"back\\\\slash"', b"back\\slash"),
        (b"2026", b"2026"),
        (b"inbox", b"INBOX"),
        (b'"Courrier ind&AOk-sirable"', b"Courrier ind&AOk-sirable"),
        (b'"a (b) {c}"', b"a (b) {c}"),
    ],
)
def test_a_name_is_read_however_it_is_written(written: bytes, name: bytes) -> None:
    assert statuses([written + b" " + NUMBERS]) == {name: TOLD}


@pytest.mark.parametrize(
    "line",
    [b"Junk", b"", b"Junk (MESSAGES 3", b'"Junk (MESSAGES 3)', b"(MESSAGES 3)", b"Junk ((MESSAGES 3))", None],
)
def test_what_cannot_be_read_is_left_out(line: bytes | None) -> None:
    assert statuses([line, b"Junk " + NUMBERS, (b"{4}", b"Sent"), b" " + NUMBERS]) == {b"Junk": TOLD}


def test_numbers_too_long_to_be_any_are_left_out() -> None:
    assert statuses([b"Junk (MESSAGES " + b"9" * 5_000 + b" UIDNEXT 8)"]) == {b"Junk": {b"UIDNEXT": 8}}


@pytest.mark.parametrize(
    ("lines", "least"),
    [
        ([b"7 3 12"], 3),
        ([b"7", b"3"], 3),
        ([b""], None),
        ([None], None),
        ([b"0 4294967296 x -1"], None),
        ([b'(TAG "A1") UID MIN 5 MAX 9'], 5),
        ([b'(TAG "A1") UID'], None),
    ],
)
def test_the_least_uid_is_found(lines: list[bytes | None], least: int | None) -> None:
    assert least_found(lines) == least


@given(st.lists(st.none() | st.binary(max_size=60) | st.tuples(st.binary(max_size=9), st.binary(max_size=9))))
def test_nothing_that_a_server_writes_raises(lines: list[bytes | tuple[bytes, bytes] | None]) -> None:
    assert all(isinstance(numbers, dict) for numbers in statuses(lines).values())
    assert least_found(lines) is None or 1 <= (least_found(lines) or 0) < 2**32
