"""Check-ups -> text for a terminal, or JSON; text from outside becomes safe to show here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from auditor.display import line, wrapped
from auditor.doctor.diagnosis import Checkup, Diagnosis, State, exit_code
from auditor.errors import ExitCode
from auditor.report.cards import WIDTH
from auditor.report.json import clean

_SCHEMA_VERSION = 1
_LONGEST_COPY = 1_000
_WORDS = {
    State.OK: "ok",
    State.NOTE: "note",
    State.WARNING: "warning",
    State.PROBLEM: "problem",
    State.UNKNOWN: "cannot tell",
}
_COLORS = {State.OK: "32", State.WARNING: "33", State.PROBLEM: "1;31"}
_STATE, _LINK = 13, 15  # columns
_INDENT = " " * (2 + _STATE + _LINK)
_CLOSING = {
    ExitCode.CLEAN: "Nothing needs attention.",
    ExitCode.ATTENTION: "Everything works today; what is marked `warning` needs attention.",
    ExitCode.USAGE: "The configuration has to be mended: see what is marked `problem`.",
    ExitCode.UNFINISHED: "The chain is broken where `problem` stands; what hangs on it was not tried.",
}


def text(checkups: Sequence[Checkup], *, color: bool = False) -> str:
    """One line a link, with the cause and what to try below it; 80 columns."""
    pages = ["\n".join(_page(checkup, color=color)) for checkup in checkups]
    return "\n\n".join([*pages, _CLOSING[exit_code(checkups)]]) + "\n"


def document(checkups: Sequence[Checkup]) -> str:
    """One JSON document."""
    found = [_checkup(checkup) for checkup in checkups]
    whole = {"schema": _SCHEMA_VERSION, "checkups": found, "exit_code": int(exit_code(checkups))}
    return json.dumps(clean(whole), indent=2) + "\n"


def lines(checkups: Sequence[Checkup]) -> str:
    """JSON Lines: one check-up a line, then the summary."""
    summary = {"schema": _SCHEMA_VERSION, "exit_code": int(exit_code(checkups))}
    return "".join(json.dumps(clean(each)) + "\n" for each in (*map(_checkup, checkups), summary))


def _page(checkup: Checkup, *, color: bool) -> Iterator[str]:
    yield line(checkup.name) if checkup.name else "for all mailboxes"
    for diagnosis in checkup.diagnoses:
        first, *more = wrapped(diagnosis.text, WIDTH - len(_INDENT))
        word = f"{_WORDS[diagnosis.state]:<{_STATE}}"
        if color and diagnosis.state in _COLORS:
            word = f"\x1b[{_COLORS[diagnosis.state]}m{word}\x1b[0m"
        yield f"  {word}{diagnosis.link.value:<{_LINK}}{first}"
        yield from (f"{_INDENT}{each}" for each in more)
        yield from _below(diagnosis)


def _below(diagnosis: Diagnosis) -> Iterator[str]:
    for heading, *lines_below in diagnosis.items:
        yield from _labelled("- ", heading)
        for each in lines_below:
            yield from _labelled("  - ", each)
    yield from _labelled("cause: ", diagnosis.cause)
    yield from _labelled("try:   ", diagnosis.remedy)
    if diagnosis.copy:  # never broken: it is there to be copied
        yield f"{_INDENT}{line(diagnosis.copy, _LONGEST_COPY)}"


def _labelled(label: str, words: str) -> Iterator[str]:
    """The words beside their label, further lines below them; nothing where there are none."""
    pieces = wrapped(words, WIDTH - len(_INDENT) - len(label)) if words else []
    for index, piece in enumerate(pieces):
        yield f"{_INDENT}{' ' * len(label) if index else label}{piece}"


def _checkup(checkup: Checkup) -> dict[str, Any]:
    return {"mailbox": checkup.name or None, "links": [_link(diagnosis) for diagnosis in checkup.diagnoses]}


def _link(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "link": diagnosis.link.value,
        "state": diagnosis.state.value,
        "text": diagnosis.text,
        "cause": diagnosis.cause or None,
        "try": diagnosis.remedy or None,
        "copy": diagnosis.copy or None,
        "figures": dict(diagnosis.figures) or None,
    }
