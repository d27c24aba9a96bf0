"""From, To and Reply-To under a grammar that leaves nothing to differ about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.evidence.sender import (
    MAX_FROM,
    MAX_LIST,
    Malformed,
    Sender,
    header_from,
    mailboxes,
    one_mailbox,
    without_filter_tag,
)
from auditor.message import read_header

PLAIN = {
    "help@walmart.com": ("help@walmart.com", ""),
    "<help@walmart.com>": ("help@walmart.com", ""),
    "Help <HELP@Walmart.COM>": ("help@walmart.com", "Help"),
    '"Doe, Jane" <a@b.example>': ("a@b.example", "Doe, Jane"),
    "J. R. Doe <a@b.example>": ("a@b.example", "J. R. Doe"),
    '"a \\"b\\" c" <a@b.example>': ("a@b.example", 'a "b" c'),
    "=?utf-8?Q?J=C3=BCrgen?= <a@b.example>": ("a@b.example", "Jürgen"),
    "x+y=z@b-c.example": ("x+y=z@b-c.example", ""),
}

REFUSED = [
    "",
    "help",
    "help@walmart",
    "help@walmart.com.",
    "help@.walmart.com",
    "help@walmart..com",
    "help@-walmart.com",
    ".help@walmart.com",
    "help.@walmart.com",
    "help@walmart.com <x@evil.test>",
    "<help@walmart.com> <x@evil.test>",
    "help@walmart.com, x@evil.test",
    "Walmart, <x@evil.test>",
    "Walmart ,_<x@evil.test>",
    "Walmart: x@evil.test;",
    "x@evil.test (help@walmart.com)",
    "(help@walmart.com) x@evil.test",
    "<@walmart.com:x@evil.test>",
    '<"help@walmart.com"@evil.test>',
    '"help"@walmart.com',
    "help@[192.0.2.1]",
    "help@wаlmart.com",  # a Cyrillic letter
    "help@𝐰𝐚𝐥𝐦𝐚𝐫𝐭.𝐜𝐨𝐦",
    "help@walmart。com",
    "help@wal\u200bmart.com",
    "help@walmart.com\0@evil.test",
    "help@walmart.com\x7f",
    "< help@walmart.com>",
    "<help@walmart.com",
    "help@walmart.com>",
    'Jane" <a@b.example>',
    "a" * 65 + "@b.example",
    "a@" + "b" * 64 + ".example",
    "a@" + "b." * 130 + "example",
    "Jane " * 2_000 + "<a@b.example>",
]


@pytest.mark.parametrize(("value", "read"), PLAIN.items(), ids=list(PLAIN))
def test_one_plain_mailbox_is_read(value: str, read: tuple[str, str]) -> None:
    assert one_mailbox(value) == Sender(*read)


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: repr(value)[:40])
def test_anything_else_is_refused_with_a_reason(value: str) -> None:
    reason = one_mailbox(value)

    assert isinstance(reason, str)
    assert reason


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200) | st.from_regex(r'[a-z<>@",.:;() \\]{0,60}'))
def test_no_text_raises_and_what_is_read_is_plain(value: str) -> None:
    sender = one_mailbox(value)

    if isinstance(sender, Sender):
        assert sender.address.isascii()
        assert sender.address.count("@") == 1
        assert value.lower().count(sender.address) >= 1
        assert value.count("@") == 1 or '"' in value


def test_two_from_fields_are_malformed_in_either_order() -> None:
    for header in (
        b"From: help@walmart.com\r\nFrom: x@evil.test\r\n",
        b"From: x@evil.test\r\nFROM: help@walmart.com\r\n",
    ):
        assert isinstance(header_from(read_header(header)), Malformed)


def test_a_folded_from_is_read_as_one_line() -> None:
    assert header_from(read_header(b"From: Help\r\n <help@walmart.com>\r\n")) == Sender("help@walmart.com", "Help")


LISTS = {
    "a@b.example, c@d.example": ("a@b.example", "c@d.example"),
    '"Doe, Jane" <a@b.example>, <c@d.example>': ("a@b.example", "c@d.example"),
    "A@B.example": ("a@b.example",),
}


@pytest.mark.parametrize(("value", "addresses"), LISTS.items(), ids=list(LISTS))
def test_a_list_of_mailboxes_is_read(value: str, addresses: tuple[str, ...]) -> None:
    read = mailboxes(value)

    assert read is not None
    assert tuple(sender.address for sender in read) == addresses


@pytest.mark.parametrize(
    "value",
    ["undisclosed-recipients:;", '"seller@shop.test" x@evil.test', 'a@b.example, "open', "a@b.example (c@d.example)"],
)
def test_a_list_that_is_not_plain_is_not_read(value: str) -> None:
    assert mailboxes(value) is None


LONGEST_DOMAIN = ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61))


@pytest.mark.parametrize(
    ("address", "is_plain"),
    [
        *((f"{'a' * 64}@b.example", True), (f"{'a' * 65}@b.example", False)),
        *((f"a@{LONGEST_DOMAIN}", True), (f"a@{LONGEST_DOMAIN}d", False)),
    ],
)
def test_an_address_may_be_as_long_as_smtp_lets_it_be(address: str, is_plain: bool) -> None:
    assert len(LONGEST_DOMAIN) == 253
    assert isinstance(one_mailbox(address), Sender) is is_plain


def test_what_is_longer_than_the_bounds_is_not_read() -> None:
    name = "<a@b.example>".rjust(MAX_FROM, "x")
    several = "a@b.example".rjust(MAX_LIST, ",")

    assert isinstance(one_mailbox(name), Sender)
    assert one_mailbox("x" + name) == "the From is too long"
    assert mailboxes(several) is not None
    assert mailboxes("," + several) is None


def test_nothing_between_two_commas_is_nobody() -> None:
    assert [one.address for one in mailboxes("a@b.example, ,,c@d.example,") or ()] == ["a@b.example", "c@d.example"]


def test_without_a_from_there_is_nobody() -> None:
    assert header_from(read_header(b"To: x@y.example\r\n")) == Malformed("there is no From", "")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("John (Jack) Smith <a@relay.walmart.com>", "a@relay.walmart.com"),
        ("Smith, John <a@relay.walmart.com>", "a@relay.walmart.com"),
        ("help@walmart.com, <a@evil.test>", ""),
        ("John (Jack) Smith <a@relay.walmart.com", ""),
        ("John (Jack) Smith <a @relay.walmart.com>", ""),
        ("x" * MAX_FROM + " (y) <a@relay.walmart.com>", ""),
    ],
)
def test_an_address_that_every_program_reads_behind_a_bad_name_is_kept(written: str, address: str) -> None:
    sender = header_from(read_header(f"From: {written}\r\n".encode()))

    assert isinstance(sender, Malformed)
    assert sender.address == address


def test_the_tag_of_a_spam_filter_is_taken_off_what_is_not_too_long() -> None:
    assert without_filter_tag("a@b.example (*SPAM*)") == "a@b.example"
    longest = "(SPAM)".rjust(MAX_FROM, "x")
    assert without_filter_tag(longest) == longest.removesuffix("(SPAM)")
    assert without_filter_tag("x" + longest) == "x" + longest
    tagged = header_from(read_header(b"From: a@b.example (*SPAM*)\r\n"))
    assert isinstance(tagged, Malformed)
    assert "spam filter" in tagged.reason
