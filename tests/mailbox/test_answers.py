"""FETCH lines as imaplib gives them in; messages out."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from auditor.errors import FolderError, MailboxMisbehaved
from auditor.mailbox.answers import UNDATED, Fetched, Line, copied, fetched, folder_state, received_at
from auditor.mailbox.interface import Copied

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
MESSAGE = Fetched(7, frozenset({"\\Seen"}), NOON, 512, b"From: a\r\n\r\n", None)


@pytest.mark.parametrize(
    "lines",
    [
        [
            (
                b'3 (UID 7 FLAGS (\\Seen) INTERNALDATE "22-Nov-2026 12:00:00 +0000" RFC822.SIZE 512 '
                b"BODY[HEADER.FIELDS (FROM)] {11}",
                b"From: a\r\n\r\n",
            ),
            b")",
        ],
        [
            (b"3 (BODY[HEADER.FIELDS (FROM)]<0> {11}", b"From: a\r\n\r\n"),
            b' RFC822.SIZE 512 INTERNALDATE "22-Nov-2026 06:00:00 -0600" FLAGS (\\Seen) UID 7)',
        ],
        [
            b"3 (UID 7 FLAGS (\\Seen))",
            (b"3 (UID 7 BODY[HEADER.FIELDS (FROM)] {11}", b"From: a\r\n\r\n"),
            b")",
            b'3 (UID 7 INTERNALDATE "22-Nov-2026 12:00:00 +0000" RFC822.SIZE 512)',
        ],
        [
            b"1 (FLAGS (\\Deleted))",
            b"3 (UID 7 MODSEQ (99) FLAGS ())",
            (
                b'3 (uid 7 flags (\\Seen \\Recent) modseq (12) X-NEW "a b" internaldate "22-NOV-2026 12:00:00 +0000" '
                b"rfc822.size 512 body[header.fields (from)] {11}",
                b"From: a\r\n\r\n",
            ),
            b")",
        ],
    ],
    ids=["usual", "attributes after the literal", "split in three", "news in between"],
)
def test_an_answer_reads_the_same_in_any_order(lines: list[Line]) -> None:
    found = {message.uid: message for message in fetched(lines)}

    assert found[7] == MESSAGE


def test_two_literals_in_one_answer_are_kept_apart() -> None:
    lines: list[Line] = [(b"1 (UID 5 BODY[HEADER]<0> {4}", b"A: b"), (b" BODY[]<0> {9}", b"A: b\n\nbod"), b")"]

    assert fetched(lines) == (Fetched(5, header=b"A: b", body=b"A: b\n\nbod"),)


def test_a_quoted_value_is_no_attribute() -> None:
    lines: list[Line] = [b'1 (UID 5 BODY[HEADER.FIELDS (SUBJECT)] "Subject: \\" UID 6 FLAGS (\\\\Seen)" RFC822.SIZE 9)']

    assert fetched(lines) == (Fetched(5, size=9, header=b'Subject: " UID 6 FLAGS (\\Seen)'),)


def test_nil_is_an_empty_header() -> None:
    assert fetched([b"1 (UID 5 BODY[HEADER] NIL)"]) == (Fetched(5, header=b""),)


@pytest.mark.parametrize(
    "line",
    [
        b"1 (UID " + b"9" * 5_000 + b")",
        b"1 (" + b"(" * 100_000,
        b"1 (UID 5 FLAGS (" + b"(" * 100_000,
        b"1 (UID 5 BODY[" + b"[" * 100_000,
        b'1 (UID 5 BODY[HEADER] "' + b"\\" * 100_001,
        b"1 (UID 5 " + b"FLAGS () " * 20_000 + b"!",
        b"1 (UID 5 " + b"A " * 50_000 + b"!",
        b"1 (UID 5 RFC822.SIZE " + b"1" * 5_000 + b")",
    ],
    ids=["long uid", "parens", "open flags", "brackets", "backslashes", "repeated", "atoms", "long size"],
)
def test_nonsense_is_refused_at_once(line: bytes) -> None:
    started = time.perf_counter()

    with pytest.raises(MailboxMisbehaved, match="cannot be read"):
        fetched([line])

    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("line", [b"5", b"", None, b"1 (FLAGS (\\Seen))", b"1 (UID 0 FLAGS ())", b"1 (UID 4294967296)"])
def test_an_answer_without_a_uid_is_no_message(line: Line) -> None:
    assert fetched([line]) == ()


@pytest.mark.parametrize(
    "raw, expected",
    [
        (b"22-Nov-2026 12:00:00 +0000", NOON),
        (b" 2-Jan-2026 00:30:00 +0100", datetime(2026, 1, 1, 23, 30, tzinfo=UTC)),
        (b"31-Dec-2025 20:00:00 -0530", datetime(2026, 1, 1, 1, 30, tzinfo=UTC)),
        (b"30-Feb-2026 12:00:00 +0000", UNDATED),
        (b"22-Nob-2026 12:00:00 +0000", UNDATED),
        (b"22-Nov-2026 12:00:60 +0000", UNDATED),
        (b"22-Nov-2026 12:00:00 +9900", UNDATED),
        (b"01-Jan-0001 00:00:00 +0100", UNDATED),
        (b"", UNDATED),
        (b"31-Dec-9999 23:59:59 +0000", UNDATED),
        (b"31-Dec-1969 23:59:59 +0000", UNDATED),
    ],
    ids=[
        "utc",
        "space for zero",
        "west",
        "no day",
        "no month",
        "leap second",
        "no zone",
        "first",
        "empty",
        "last",
        "early",
    ],
)
def test_internaldate_becomes_utc(raw: bytes, expected: datetime) -> None:
    assert received_at(raw) == expected


@pytest.mark.parametrize(
    "code, asked, expected",
    [
        (b"38505 304,319:320 3956:3958", [304, 319, 320], Copied(38505, ((304, 3956), (319, 3957), (320, 3958)))),
        (b"9 320:319 8:7] Done [x", [319, 320], Copied(9, ((319, 7), (320, 8)))),
        (b"9 1,2 7:8", [2, 1, 5], Copied(9, ((2, 8), (1, 7)))),
        (b"9 1:2 7", [1, 2], None),
        (b"9 1:4000000000 1:4000000000", [1, 2], None),
        (b"9 3 7", [1, 2], None),
        (b"9 1,1 7,8", [1, 2], None),
        (b"9 * 7", [1], None),
        (b"", [1], None),
    ],
    ids=["rfc 4315", "backwards", "as given", "uneven", "huge", "not asked for", "twice", "star", "absent"],
)
def test_copyuid_pairs_source_and_destination(code: bytes, asked: list[int], expected: Copied | None) -> None:
    assert copied(code, asked) == expected


def test_a_size_beyond_63_bits_is_the_longest_that_there_is() -> None:
    (found,) = fetched([b"1 (UID 5 RFC822.SIZE 9999999999999999999)"])

    assert found.size == 2**63 - 1


@pytest.mark.parametrize(
    "uidnext, believed",
    [
        (6, 6),
        (4_294_967_295, 4_294_967_295),
        (5, None),
        (0, None),
        (-1, None),
        (2**32, None),
        (2**64, None),
        ("6", None),
    ],
)
def test_an_uidnext_that_cannot_be_is_none(uidnext: object, believed: int | None) -> None:
    answer = {b"UIDVALIDITY": 7, b"EXISTS": 5, b"UIDNEXT": uidnext}

    assert folder_state("Junk", answer, host="imap.test", exists=b"EXISTS").uidnext == believed


@pytest.mark.parametrize("modseq, believed", [(2**63 - 1, 2**63 - 1), (2**63, None), (-1, None)])
def test_a_modseq_beyond_63_bits_is_none(modseq: int, believed: int | None) -> None:
    answer = {b"UIDVALIDITY": 7, b"EXISTS": 5, b"HIGHESTMODSEQ": modseq}

    assert folder_state("Junk", answer, host="imap.test", exists=b"EXISTS").highestmodseq == believed


@pytest.mark.parametrize("key", [b"UIDVALIDITY", b"EXISTS"])
@pytest.mark.parametrize("value", [None, -1, 2**32, b"7"])
def test_a_folder_without_validity_or_number_of_messages_is_not_opened(key: bytes, value: object) -> None:
    answer = {b"UIDVALIDITY": 7, b"EXISTS": 5, key: value}

    with pytest.raises(FolderError, match="neither number nor validity"):
        folder_state("Junk", answer, host="imap.test", exists=b"EXISTS")
