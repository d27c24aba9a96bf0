"""Whose words are they? Answers as mail programs write them, bottom-posted, interleaved, in ten languages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.message import Message, read
from auditor.quoting import OwnWords, own_words
from tests.contacts.programs import ATTRIBUTIONS, CLOSINGS, OWN, PAGES, PLAIN, QUOTED, SIGN, page, plain, sent

pytestmark = pytest.mark.thorough

PROMISE = 0.5  # seconds for any message of a megabyte


def said(text: str = "", page: str = "") -> OwnWords:
    return own_words(read(sent(text, page)))


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("program", PLAIN)
def test_plain_text_of_a_program(program: str) -> None:
    found = said(plain(program))
    assert found.body == OWN
    assert SIGN in found.signature
    assert "Jane <" not in found.signature
    assert "212" not in found.signature


@pytest.mark.parametrize("program", PAGES)
def test_page_of_a_program(program: str) -> None:
    found = said(page=page(program))
    assert found.body == OWN
    assert words(SIGN) == [word for word in words(found.signature) if word != "--"]


@pytest.mark.parametrize("introduction", ATTRIBUTIONS)
def test_what_introduces_a_quotation_without_marks(introduction: str) -> None:
    assert said(f"{OWN}\n\n{introduction}\n\n{QUOTED}") == OwnWords(OWN, "")


@pytest.mark.parametrize("introduction", ATTRIBUTIONS)
def test_own_words_stand_below_a_quotation_with_marks(introduction: str) -> None:
    marked = "\n".join(f"> {line}" for line in QUOTED.split("\n"))
    assert said(f"{introduction}\n\n{marked}\n\n{OWN}") == OwnWords(OWN, "")


@pytest.mark.parametrize("introduction", ATTRIBUTIONS)
def test_an_introduction_right_below_the_words(introduction: str) -> None:
    assert said(f"{OWN}\n{introduction}\n> x") == OwnWords(OWN, "")


@pytest.mark.parametrize("closing", CLOSINGS)
def test_a_signature_begins_at_its_closing(closing: str) -> None:
    found = said(f"{OWN}\n\n{closing}\nJohn Miller\nExample Shop LLC")
    assert found.body == OWN
    assert found.signature.split("\n")[1:] == ["John Miller", "Example Shop LLC"]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for your message.\n\nOn Monday you wrote: no.\nThat was right.",
        "As I wrote on Monday:\nit is on its way.",
        "From: our warehouse\nit goes out daily.",
        "Best regards are one thing, but a parcel that never arrives is another, and so we send a new one.",
        "It left.\n\nSent your phone case with UPS: https://www.ups.com/",
        "On sale now:\nblue, red, green.",
        "Thank you for waiting.\n"
        + "A long line of words that says more than any signature would say in one line of it. " * 2,
    ],
)
def test_ordinary_words_are_neither_quotation_nor_signature(text: str) -> None:
    assert said(text) == OwnWords(text.strip(), "")


def test_answers_between_quoted_lines_are_own() -> None:
    text = "On 11/2/26 15:04, Jane wrote:\n> Is it blue?\nYes.\n> When does it come?\nTomorrow.\n> Bye\n\n-- \nJohn"
    assert said(text) == OwnWords("Yes.\n\nTomorrow.", "-- \nJohn".replace("-- ", "--"))


def test_the_end_of_a_quoted_line_that_was_broken_is_quoted() -> None:
    long = "> " + "my number at work, where I am all day until six in the evening, is this:"
    assert said(f"{OWN}\n\nOn 11/2/26 15:04, Jane wrote:\n{long}\n212 736 5000\n> Bye") == OwnWords(OWN, "")


def test_answers_between_the_quotations_of_a_page_are_own() -> None:
    quoted = '<blockquote class="gmail_quote">Call 212 736 5000</blockquote>'
    answers = f'<div class="gmail_attr">On x Jane wrote:</div>{quoted}<div>Yes.</div>{quoted}<p>Soon.</p>'
    text = f'<div class="gmail_quote">{answers}</div>'
    assert said(page=text) == OwnWords("Yes.\n\nSoon.", "")


def test_a_paragraph_indented_by_webmail_is_own() -> None:
    indented = '<blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>our address</div></blockquote>'
    assert said(page=f"<div>See</div>{indented}").body == "See\nour address"


def test_a_page_is_read_where_the_plain_part_only_points_to_it() -> None:
    stub = "This message is a page; please open it with a program that can show pages."
    assert said(stub, page("gmail")).body == OWN


def test_plain_text_is_preferred_where_it_says_all() -> None:
    assert said(plain("gmail") + "> more\n" * 50, "<p>Something else</p>").body == OWN


def test_a_link_of_a_page_shows_where_it_leads() -> None:
    text = (
        '<p>our <a href="https://shop.example/x">shop</a>, <a href="https://shop.example/">https://shop.example</a></p>'
    )
    assert said(page=text).body == "our shop <https://shop.example/x> , https://shop.example"


def test_a_help_desks_own_letter_begins_with_the_line_for_answers() -> None:
    assert said(f"##- Please type your reply above this line -##\n\n{OWN}") == OwnWords(OWN, "")


def test_a_confidentiality_notice_goes_with_the_signature() -> None:
    notice = "CONFIDENTIALITY NOTICE: this message is for its recipient only. " * 5
    found = said(f"{OWN}\n\n{SIGN}\n\n{notice}")
    assert found.body == OWN
    assert found.signature.startswith(SIGN)


def test_a_message_that_cannot_be_read_has_no_words() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n"
    assert own_words(read(raw)) == OwnWords("", "")


LINES = st.lists(
    st.one_of(
        st.sampled_from([OWN, SIGN, QUOTED, "-- ", ">", "> x", "", *ATTRIBUTIONS, *CLOSINGS, *PLAIN.values()]),
        st.text(max_size=80),
    ),
    max_size=20,
).map("\n".join)


def inline(text: str, kind: str = "plain") -> Message:
    """Whatever the text: not all of it goes through a writer of mail."""
    head = f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return read((head + text).encode("utf-8", "replace"))


@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from(["plain", "html"]))
def test_any_text_can_be_read(text: str, kind: str) -> None:
    found = own_words(inline(text, kind))
    assert len(found.body) + len(found.signature) <= 20 * len(text) + 1_000


@settings(max_examples=300, deadline=None)
@given(LINES.filter(lambda text: "\r" not in text))  # alone it makes a message unreadable, before a line feed not
def test_a_further_quotation_adds_nothing(text: str) -> None:
    once = own_words(inline(text))
    quoted = "".join(f"> {line}\n" for line in text.splitlines())
    again = own_words(inline(f"{text}\n\nOn Mon, Nov 2, 2026 at 3:04 PM Jane <j@x.example> wrote:\n{quoted or '> '}"))
    assert again == once


HOSTILE = {
    "nested quotations": "<blockquote>" * 9_000 + "x" + "</blockquote>" * 9_000,
    "more nested quotations": "<blockquote>" * 10_000 + "x" + "</blockquote>" * 10_000,
    "quotations left open": "<blockquote>" * 100_000,
    "quotations in a row": "<blockquote>x</blockquote>y" * 9_000,
    "links": "<a href=//a.test>x</a>" * 9_000,
    "signatures": "<i class=gmail_signature>x</i>" * 9_000,
    "preformatted left open": "<pre>\n" * 100_000,
    "blocks": "<div>" * 9_000 + "x" + "</div>" * 9_000,
    "a line of marks": ">" * 1_000_000,
    "lines of marks": ">\n" * 250_000,
    "digits": "1" * 1_000_000,
    "blank lines": "\n" * 290_000,
    "blanks": " " * 1_000_000,
    "prepositions": "On " * 300_000,
    "lines of prepositions": "On 15:04 x\n" * 90_000,
    "half an attribution": ("On 15:04 " + "wrote " * 10 + "\n") * 10_000,
    "fields": "From: a\n" * 120_000,
    "fields in turn": "From: a\nTo: b\n" * 70_000,
    "dashes": "-" * 1_000_000,
    "lines of dashes": "--\n" * 290_000,
    "closings": "Thanks,\n" * 120_000,
    "targets": "<https://" * 100_000,
    "Japanese dates": "2026年11月2日 <" * 30_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_hostile_text_is_read_in_bounded_time(shape: str, kind: str) -> None:
    message = inline(HOSTILE[shape], kind)
    begun = time.process_time()
    own_words(message)
    assert time.process_time() - begun < 3 * PROMISE
