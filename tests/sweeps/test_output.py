"""Whatever a stranger writes is shown as text (C.16, C.17): in every form of every answer, and in no other way."""

from __future__ import annotations

import base64
import io
import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auditor.cli import complain
from auditor.config import load
from auditor.display import line
from auditor.doctor import showing
from auditor.doctor.diagnosis import Checkup, Diagnosis, Link, State
from auditor.errors import AuditorError, ConfigError
from auditor.report import RunReport, text
from auditor.report import json as json_report
from auditor.report.schema import schema
from tests.report import runs
from tests.servers.pymap_server import Pymap
from tests.shop import OpenShop, Shop
from tests.sweeps.program import Program
from tests.sweeps.scorecard import Row, Score
from tests.sweeps.screens import FORMULAS, HEADERS, MARKUP, poisoned, strings, table, unsafe, unsafe_octets

pytestmark = pytest.mark.thorough

VALID = jsonschema.Draft202012Validator(schema())
DIAGNOSES = tuple(
    Diagnosis(
        Link.FOLDERS, state, "text", "cause", "remedy", "copy", (("heading", "below", "below"),), {"key": "value"}
    )
    for state in State
)


def reports() -> list[RunReport]:
    """One with everything that a report can hold, and one with a mailbox that failed."""
    whole, moved, many = runs.everything(), runs.applied(), runs.two_planned()
    boxes = [replace(box, messages=box.messages[:6]) for each in (whole, moved, many) for box in each.mailboxes]
    return [replace(moved, mailboxes=tuple(boxes)), runs.many()]


REPORTS = reports()


def complaint(words: str) -> str:
    said = io.StringIO()
    with redirect_stderr(said):
        complain(AuditorError(words, hint=words), before="nothing was judged: ")
    return said.getvalue()


# Every way in which an answer is written, from values that hold a stranger's text.
SINKS: Mapping[str, Callable[[str], str]] = {
    "report": lambda words: "".join(text.render(poisoned(each, words)) for each in REPORTS),
    "report with everything": lambda words: "".join(
        text.render(poisoned(each, words), verbose=True) for each in REPORTS
    ),
    "report in colour": lambda words: "".join(text.render(poisoned(each, words), color=True) for each in REPORTS),
    "report as JSON": lambda words: json_report.render(poisoned(REPORTS[0], words)),
    "report as JSON lines": lambda words: "".join(json_report.render_lines(poisoned(REPORTS[0], words))),
    "check-up": lambda words: showing.text([poisoned(Checkup("shop", DIAGNOSES), words)]),
    "check-up in colour": lambda words: showing.text([poisoned(Checkup("shop", DIAGNOSES), words)], color=True),
    "check-up as JSON": lambda words: showing.document([poisoned(Checkup("shop", DIAGNOSES), words)]),
    "check-up as JSON lines": lambda words: showing.lines([poisoned(Checkup("shop", DIAGNOSES), words)]),
    "error": complaint,
}


def wrong_with(name: str, words: str) -> Iterator[str]:
    shown = SINKS[name](words)
    for finding in unsafe(shown, colours="colour" in name):
        yield f"{name}: {finding} for {words[:60]!r}"
    if name == "error" and shown.count("\n") > 2:
        yield f"an error and its hint of more than two lines for {words[:60]!r}"
    if "JSON" in name:
        yield from wrong_json(name, shown, words)


def wrong_json(name: str, shown: str, words: str) -> Iterator[str]:
    if not shown.isascii():
        yield f"{name} is more than ASCII for {words[:60]!r}"
    documents = [json.loads(each) for each in (shown.splitlines() if "lines" in name else [shown])]
    if any("\ud800" <= character <= "\udfff" for each in documents for text in texts_of(each) for character in text):
        yield f"{name} holds half a character for {words[:60]!r}"
    if name == "report as JSON" and (error := next(VALID.iter_errors(documents[0]), None)):
        yield f"{name} is not as published for {words[:60]!r}: {error.message[:100]}"


def texts_of(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, each in value.items():
                yield from (key, *texts_of(each))
        case list():
            for each in value:
                yield from texts_of(each)


def test_a_sample_of_strings_is_safe_in_every_answer(seed: int) -> None:
    chosen = random.Random(seed).sample(strings(seed, 400), 12)

    assert [finding for words in chosen for name in SINKS for finding in wrong_with(name, words)] == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_thousand_strings_are_safe_in_every_answer(seed: int, score: Score) -> None:
    chosen = strings(seed, 2000)
    findings = [finding for words in chosen for name in SINKS for finding in wrong_with(name, words)]

    of = f"2,000 strings x {len(SINKS)} answers"
    score(Row("C.16", "what is shown", of, len(chosen) * len(SINKS), findings, seed))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.text(st.characters(), max_size=60))
def test_any_text_is_safe_in_every_answer(words: str) -> None:
    assert [finding for name in SINKS for finding in wrong_with(name, words)] == []


CELLS = [*FORMULAS, *MARKUP, *HEADERS]


def cells(seed: int, count: int) -> list[str]:
    """Formulas, markup and headers, alone and behind one another."""
    chance = random.Random(seed)
    mixed = ("".join(chance.choices(CELLS, k=2)) for _ in range(count))
    return [*CELLS, *mixed][:count]


def changed_cells(words: str) -> Iterator[str]:
    """Where a cell is taken for more than text: it comes out of JSON as it went in, and stands in a line as it is."""
    box = runs.mailbox("shop", replace(runs.customer(), message_id=words, checks=()))
    report = runs.run(replace(box, junk_folders=(words,)))
    document = json.loads(json_report.render(report))["mailboxes"][0]
    if (document["messages"][0]["message_id"], document["junk_folders"]) != (words, [words]):
        yield f"JSON changes {words!r}"
    if "".join(line(words).split()) not in "".join(text.render(report).split()):
        yield f"text changes {words!r}"


def test_a_sample_of_cells_stays_text(seed: int) -> None:
    assert [finding for words in cells(seed, 60) for finding in changed_cells(words)] == []


@pytest.mark.long
def test_five_hundred_cells_stay_text(seed: int, score: Score) -> None:
    findings = [finding for words in cells(seed, 500) for finding in changed_cells(words)]

    score(Row("C.17", "cells", "500 formulas, markups and headers x text and JSON", 1000, findings, seed))


def letter(words: str) -> bytes:
    """Mail under a marketplace's name with the words in every field that is shown."""
    raw = words.encode("utf-8", "surrogatepass").replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
    encoded = b"=?utf-8?b?" + base64.b64encode(words.encode("utf-8", "surrogatepass")[:500]) + b"?="
    fields = (
        (b"From", b'"Walmart ' + raw[:400].replace(b'"', b"") + b'" <x@evil.example>'),
        (b"To", b"<" + raw[:200] + b"@shop.test>"),
        (b"Subject", encoded + b" " + raw[:2000]),
        (b"Message-ID", b"<" + raw[:300] + b"@evil.example>"),
        (b"Date", b"Fri, 20 Nov 2026 11:00:00 +0000"),
        (b"Content-Type", b'text/html; name="' + raw[:100].replace(b'"', b"") + b'"'),
    )
    head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    link = b'<a href="http://walmart.com.' + raw[:60].replace(b'"', b"") + b'.evil.example/">x</a>'
    return head + b"\r\n" + link + raw[:500] + b"\r\n"


def shown_of_mail(chosen: list[str], shop: Shop) -> Iterator[str]:
    """The whole program on a mailbox of such mail: a finding for each answer that shows more than text."""
    shop.deliver([letter(words) for words in chosen])
    listed = shop.report("rescue")
    ref = listed.mailbox["messages"][0]["ref"] if listed.mailbox["messages"] else {"uidvalidity": 1, "uid": 1}
    named = f"shop:Junk/{ref['uidvalidity']}/{ref['uid']}"
    for command in (
        ("rescue", "--verbose"),
        ("rescue", "--format", "json"),
        ("audit", "--format", "jsonl"),
        ("explain", named),
        ("explain", named, "--format", "json"),
        ("doctor",),
        ("ack", named),
    ):
        ran = shop.run(*command)
        for stream in (ran.stdout, ran.stderr):
            yield from (f"{' '.join(command)}: {finding}" for finding in unsafe(stream))
        if ran.exit_code not in (0, 3, 10):
            yield f"{' '.join(command)} ended with {ran.exit_code}: {ran.stderr[-300:]}"


def test_a_mailbox_of_hostile_mail_is_shown_as_text(pymap: Pymap, open_shop: OpenShop, seed: int) -> None:
    shop = open_shop(pymap.account())
    shop.dns_timeout_s = 0.2

    assert list(shown_of_mail(random.Random(seed).sample(strings(seed, 300), 25), shop)) == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_mailboxes_of_hostile_mail_are_shown_as_text(
    pymap: Pymap, open_shop: OpenShop, seed: int, score: Score
) -> None:
    chosen, findings = strings(seed, 1000), list[str]()
    for start in range(0, len(chosen), 250):
        shop = open_shop(pymap.account())
        shop.dns_timeout_s = 0.2
        findings += shown_of_mail(chosen[start : start + 250], shop)

    score(Row("C.16", "mail that is shown", "1,000 letters x 7 commands", 7000, findings, seed))


def first_configuration(words: str, program: Program, folder: Path) -> Iterator[str]:
    """`auditor init` with the words as user name, as file and as program."""
    usable = words.replace("\0", "")
    for option in ("--username", "--password-file", "--password-command", "--ca-file"):
        path = folder / "new.toml"
        given = ("init", "--address", "a@shop.test", "--host", "imap.shop.test", "--config", str(path), option, usable)
        ended = program.run(*given, *(() if "password" in option else ("--password-env", "SHOP_PASSWORD")))
        for stream in (ended.stdout, ended.stderr):
            yield from (f"{option} {words[:60]!r}: {finding}" for finding in unsafe_octets(stream))
        if ended.status not in (0, 2) or path.exists() != (ended.status == 0):
            yield f"{option} {words[:60]!r} ended with {ended.status}: {ended.said}"
        if path.exists():
            yield from unsafe_configuration(path, option, usable)
            path.unlink()


def unsafe_configuration(path: Path, option: str, words: str) -> Iterator[str]:
    """What was written must be read back as one mailbox with just this in it."""
    try:
        (mailbox,) = load(path, {}).mailboxes
    except (ConfigError, ValueError) as error:
        yield f"{option} {words[:60]!r} cannot be read back: {error}"
        return
    if option == "--username" and words and mailbox.username != words:
        yield f"{option} {words[:60]!r} is read back as {mailbox.username!r}"


def test_a_sample_of_first_configurations(program: Program, tmp_path: Path, seed: int) -> None:
    chosen = random.Random(seed).sample(table(), 3)

    assert [finding for words in chosen for finding in first_configuration(words, program, tmp_path)] == []


@pytest.mark.long
@pytest.mark.timeout(600)
def test_first_configurations(program: Program, tmp_path: Path, score: Score) -> None:
    findings = [finding for words in table() for finding in first_configuration(words, program, tmp_path)]

    score(Row("C.17", "the configuration of init", f"{len(table())} strings x 4 options", len(table()) * 4, findings))


ADDITION = """[marketplace.{name}]
title = {words}
brands = ["evilshop"]
source = {words}
domains = ["evilshop.com"]
"""


@pytest.mark.parametrize("words", ["\x1b[2J", "\u202ex", "a\nb", "\x9b31m"], ids=ascii)
def test_the_catalogues_additions_are_shown_as_text(words: str, program: Program, tmp_path: Path) -> None:
    """They are often copied from somewhere."""
    config = tmp_path / "auditor.toml"
    config.write_text(ADDITION.format(name="evilshop", words=json.dumps(words)))
    for command in (("marketplaces",), ("marketplaces", "evilshop"), ("marketplaces", "--format", "json")):
        ended = program.run(*command, "--config", str(config))

        assert ended.status == 0, ended.said
        assert [*unsafe_octets(ended.stdout), *unsafe_octets(ended.stderr)] == []


@pytest.mark.parametrize("words", ["\x1b[2J", "\x9b31m", "\u202e", "a\r\nb"], ids=ascii)
def test_a_wrong_command_line_is_repeated_as_text(words: str, program: Program) -> None:
    for argv in (
        (words,),
        ("rescue", f"--{words}"),
        ("rescue", "--format", words),
        ("rescue", words),
        ("undo", words),
    ):
        ended = program.run(*argv)

        assert ended.status == 2
        assert list(unsafe_octets(ended.stderr)) == [], argv


def test_what_is_not_safe_is_seen() -> None:
    """Without this the sweeps could not fail."""
    for words in (*"\x00\x07\x1b\x7f\x80\x9b\u202e\u200b\ufeff\u2028\ue000", "\ud800"):
        assert list(unsafe(f"a{words}b"))
    assert not list(unsafe("a\nb é 品"))
    assert poisoned(runs.hostile(), "!").mailboxes[0].messages[0].subject == "!"
