"""No regular expression of the program takes long, whatever it is given (C.18)."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from auditor import quoting
from auditor.contacts import given_addresses, given_phones
from auditor.evidence import lookalike, sender, signatures
from auditor.mailbox import hiding
from auditor.marketplaces import load, pattern
from auditor.mime import MAX_TEXT
from tests.sweeps.patterns import Expression, Unread, expressions, recipes
from tests.sweeps.scorecard import Row, Score

pytestmark = pytest.mark.thorough

SIZE = 100_000
PROMISE_S = 0.05
ALLOWED_S = 3 * PROMISE_S  # of the processor's time: what else runs on this machine does not count

# Expressions that take the square of their input, and the most that the code in front of them lets through.
BOUNDED = {
    "auditor.evidence.dkim:": ("\\s*:\\s*", signatures.MAX_SIGNATURE),
    "auditor.evidence.lookalike._DOMAIN": ("", lookalike._LONGEST_NAME),
    "auditor.evidence.sender._FILTER_TAG": ("", sender.MAX_FROM),
    "auditor.evidence.sender:": ('"(?:[^"\\\\]|\\\\.)*"', sender.MAX_FROM),
    "auditor.resolver.resolver._SERVICE": ("", 254),  # only what _NAME has let pass
    # Replies are read line by line, and of a line only so much.
    "auditor.contacts.given_addresses": ("", quoting.MAX_LINE),
    "auditor.contacts.given_phones": ("", given_phones.MAX_LINE + 100),
    "auditor.contacts.given.": ("", quoting.MAX_LINE),
    "auditor.quoting.words": ("", quoting.MAX_LINE),
    "auditor.quoting.lines": ("", quoting.MAX_LINE),
    "auditor.quoting.signature": ("", quoting.MAX_LINE),
    "auditor.doctor.causes._KNOWN": ("refused to sign .* in: ", 4_000),  # an error's one sentence: a user name at most
}


def display_names() -> set[str]:
    return {form for one in load().marketplaces for stream in one.streams for form in stream.display_names}


def brands() -> set[str]:
    return {brand for one in load().marketplaces for brand in one.brands}


def as_display_name(form: str) -> Expression:
    made = re.escape(form).replace(re.escape("<x>"), "(.*)")
    return Expression(f"display name {form}", re.compile(made, re.IGNORECASE | re.DOTALL), frozenset({"fullmatch"}))


def as_word(brand: str) -> Expression:
    made = rf"(?<![a-z0-9]){re.escape(brand)}(?![a-z0-9])"
    return Expression(f"brand {brand}", re.compile(made), frozenset({"search"}))


SECRETS = ("aaaaaaaa", "\\\\\\\\", 'a"\\a"\\', "é\\é\\", "correct horse")


def as_secret(secret: str) -> Expression:
    made = re.compile("".join(map(hiding._spelled, secret)), re.IGNORECASE)
    return Expression(f"secret {secret}", made, frozenset({"sub"}))


def address_patterns() -> Iterator[Expression]:
    texts = {text for one in load().marketplaces for stream in one.streams for text in stream.patterns}
    for text in sorted(texts):
        for concrete, _ in pattern.expand(text, ("com",)):
            made = re.compile(pattern.parse(concrete).regex)
            yield Expression(f"address {concrete}", made, frozenset({"fullmatch"}))


def address_forms() -> Iterator[Expression]:
    for country in ("US", "CA", "GB", "DE", "FR", "IT", "ES", "NL", "PL", "JP", "CN", "IN", "BR", "AU", "MX", "KR"):
        form = given_addresses._form(country)
        assert form is not None
        for made in filter(None, (form.code, form.region)):
            yield Expression(f"auditor.contacts.given_addresses: {country}", made, frozenset({"search"}))


# Expressions that are made while the program runs, and what is tried in their place.
MADE_AT_RUN_TIME: dict[Unread, Callable[[], Iterable[Expression]]] = {
    Unread("auditor.evidence.staff", "pattern"): lambda: map(as_display_name, display_names()),
    Unread("auditor.doctor.causes", "said"): list,  # each is found in _KNOWN
    Unread("auditor.evidence.lookalike", "f'(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])'"): lambda: map(
        as_word, brands()
    ),
    Unread("auditor.mailbox.hiding", "''.join(map(_spelled, secret))"): lambda: map(as_secret, SECRETS),
    Unread(
        "auditor.contacts.given_addresses",
        "f\"(?<![0-9A-Za-z/-])(?<!\\\\d\\\\d\\\\d )(?:[A-Z]{{1,2}}-)?(?P<code>{'|'.join(codes)})(?![0-9A-Za-z/-])\"",
    ): address_forms,
    Unread(
        "auditor.contacts.given_addresses", "'|'.join(patterns)"
    ): list,  # the regions of a country, in address_forms
    Unread("auditor.marketplaces.pattern", "self.regex"): address_patterns,
}


class TooSlow(Exception):
    """The processor's time is over."""


@contextmanager
def limited() -> Iterator[None]:
    """Ends a search that takes too long: the matcher looks for signals now and then."""

    def ring(_number: int, _frame: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, ALLOWED_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def use(compiled: re.Pattern[Any], method: str, text: Any) -> None:
    match method:
        case "sub":
            compiled.sub(text[:0], text)
        case "finditer":
            for _ in compiled.finditer(text):
                pass
        case _:
            getattr(compiled, method)(text)


def slow(each: Expression, share: float, chance: random.Random) -> Iterator[str]:
    """A line for every string that takes longer than it may."""
    for recipe in recipes(each):
        if chance.random() >= share:
            continue
        text = recipe.made(bound(each), each.compiled.pattern)
        for method in sorted(each.methods):
            try:
                with limited():
                    use(each.compiled, method, text)
            except TooSlow:
                yield f"{each}: {method} of {len(text):,}: {recipe}"


def bound(each: Expression) -> int:
    for where, (says, most) in BOUNDED.items():
        text = each.compiled.pattern
        text = text.decode() if isinstance(text, bytes) else text
        if each.where.startswith(where) and (not says or says == text):
            return most
    return pattern.MAX_ADDRESS if each.where.startswith("address ") else SIZE


def everything() -> list[Expression]:
    found, _ = expressions()
    return [*found, *(each for made in MADE_AT_RUN_TIME.values() for each in made())]


def test_every_expression_of_the_source_is_tried() -> None:
    found, unread = expressions()

    assert len(found) > 150
    assert set(unread) == set(MADE_AT_RUN_TIME)
    assert {each.where for each in found} >= {"auditor.display._ENCODED_WORDS", "auditor.mime._OTHER_BASE64"}


def test_a_sample_of_the_strings_that_make_matching_slow(seed: int) -> None:
    chance = random.Random(seed)

    assert [line for each in everything() for line in slow(each, 0.015, chance)] == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_string_that_makes_matching_slow(score: Score) -> None:
    found = everything()
    strings = sum(len(recipes(each)) * len(each.methods) for each in found)
    findings = [line for each in found for line in slow(each, 1, random.Random(0))]

    score(Row("C.18", "regular expressions", f"{len(found)} x their strings of 100 kB", strings, findings))


def test_a_quadratic_expression_is_seen() -> None:
    """Without this the tests above could not fail."""
    planted = Expression("planted", re.compile(r"=[^a-z]*[a-z]"), frozenset({"search"}))

    assert list(slow(planted, 0.2, random.Random(1)))


@pytest.mark.parametrize("unit", [b"=", b"= ", b"=\r\n", b"=\t"], ids=repr)
def test_a_part_of_nothing_but_padding_is_read_at_once(unit: bytes) -> None:
    """100 kB of it once took 92 seconds, and one such letter in the spam folder the whole night."""
    from auditor.message import read

    head = b"From: a@b.example\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"

    with limited():
        message = read(head + unit * (500_000 // len(unit)))

    assert MAX_TEXT > 500_000
    assert message.parts or message.overruns
