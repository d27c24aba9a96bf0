"""One run of somebody's own lines -> what he says, and the signature below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.quoting.words import ADVERTISEMENT, CLOSINGS, DISCLAIMER

_MOST_LINES = 12
_MOST_MARKED_LINES = 40
_SHORT = 80  # characters, the targets of links not counted
_CLOSING = 50
_FURTHER_WORDS = 3
_SENTENCE = 4  # words
_MARKS = ("--", "__", "==", "**", "—")
_TARGET = re.compile(r"<(?:https?|mailto|tel):[^<>\s]{0,2000}>")
_MARK = re.compile(r"(?:--|__|—)\s*|_{3,}|-{3,}|={3,}|\*{3,}")
_ENDS = ",.!;:–—- \t，、。！"


def split_signature(run: Sequence[str]) -> tuple[list[str], list[str]]:
    """Body and signature. The signature begins at its mark, else at a closing with few short lines behind it."""
    at = _marked(run)
    if at is None:
        at = _closed(run)
    return (list(run), []) if at is None else (list(run[:at]), list(run[at:]))


def _marked(run: Sequence[str]) -> int | None:
    """RFC 3676 section 4.3: `-- `; programs lose the blank, and some draw a longer line. The first one counts."""
    found: int | None = None
    behind = 0
    for number in range(len(run) - 1, -1, -1):
        line = run[number].strip()
        if line[:2] in _MARKS and _MARK.fullmatch(line):
            exact = line in ("--", "—")
            found = number if 0 < behind <= (_MOST_MARKED_LINES if exact else _MOST_LINES) else found
        elif line:
            behind += 1
            if behind > _MOST_MARKED_LINES:
                break
    return found


def _closed(run: Sequence[str]) -> int | None:
    """The last closing of the run behind which only a signature can stand, or the closing right above it.

    Where there is none, what the program itself added at the end.
    """
    found: int | None = None
    added: int | None = None
    behind: list[str] = []
    for number in range(_end(run) - 1, -1, -1):
        line = run[number].strip()
        if not line:
            continue
        if _is_closing(line) and not (behind and _is_sentence(behind[-1])):
            found = number
        elif found is not None or len(behind) >= _MOST_LINES or len(_TARGET.sub("", line)) > _SHORT:
            break
        if ADVERTISEMENT.match(line):
            added = number
        behind.append(line)
    return added if found is None else found


def _end(run: Sequence[str]) -> int:
    """Where the paragraphs begin that a company puts below every signature."""
    for number, line in enumerate(run):
        if len(line) > _SHORT and DISCLAIMER.match(line):
            return number
    return len(run)


def _is_sentence(line: str) -> bool:
    return line.endswith((".", "!", "?")) and len(line.split()) >= _SENTENCE


def _is_closing(line: str) -> bool:
    if len(line) > _CLOSING:
        return False
    bare = line.strip(_ENDS).casefold()
    for closing in filter(bare.startswith, CLOSINGS) if bare.startswith(CLOSINGS) else ():
        rest = bare[len(closing) :]
        return not rest or (rest[0] in " ,!.-、" and len(rest.split()) <= _FURTHER_WORDS) or line.endswith(",")
    return False
