"""Filters that are no filters: read to the end in the time of their length, and nothing but values comes of them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.whitelist import TARGETS, Present, Target
from auditor.whitelist.targets.sieve import MARK
from tests.whitelist.samples import text_for

pytestmark = pytest.mark.thorough

SIZE = 100_000
PROMISED_S = 1
PIECES = (
    *("X {", "X { a { ", "{}", 'X{"', '"', "[", "{", "}", "(", "\\", '\\"', "@", "*", "*a", " ", "\t", "\n", "\r\n"),
    *("if allof (", "if not ", "text:\n", "/*", "keep;", 'fileinto "', "if true {}", 'require "a";', f"{MARK}\n"),
    f'{MARK}\n  if allof (address :all :regex "From" ["a", ',
    *("whitelist_from ", "whitelist_from a\n", "EMAIL;", "EMAIL;a=b;", "EMAIL:a\n ", "a.b\n", "a OR "),
    *("<a>", "<entry>", '"/^', 'AUDITOR_MARKETPLACE {\n "/^a$/i",\n', 'score = -1 map = "a.b" ', 'require_symbols = "'),
    "New-TransportRule -Name 'auditor 1' `\n  -FromAddressMatchesPatterns '^",
)
each_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())


@each_target
def test_a_hostile_file_is_read_in_the_time_of_its_length(target: Target) -> None:
    slow = []
    for piece in PIECES:
        text = (piece * (SIZE // len(piece) + 1))[:SIZE]
        started = time.monotonic()
        assert isinstance(target.parse(text), Present)
        if time.monotonic() - started > 3 * PROMISED_S:
            slow.append(piece)

    assert slow == []


@each_target
@given(text=st.text(st.characters(codec="utf-8"), max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_into_values(target: Target, text: str) -> None:
    assert isinstance(target.parse(text), Present)


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.is_text])
@given(at=st.floats(0, 1), change=st.sampled_from(["", '"', "}", "\n", "^", "*", "]", "'", "<", "\x00", "keep; stop;"]))
@settings(max_examples=100, deadline=None)
def test_a_changed_export_is_read_into_values(name: str, at: float, change: str) -> None:
    text = text_for(name)
    place = int(at * len(text))

    assert isinstance(TARGETS[name].parse(text[:place] + change + text[place + 1 :]), Present)
