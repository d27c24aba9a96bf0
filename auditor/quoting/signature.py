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
    """RFC 3676 section 4.3: `-- `; programs lose the blank, and some draw a longer line."""
    for number, line in enumerate(run):
        if line[:2] in ("--", "__", "==", "**", "—") and _MARK.fullmatch(line.strip()):
            exact = line.strip() in ("--", "—")
            if _count(run[number + 1 :]) <= (_MOST_MARKED_LINES if exact else _MOST_LINES):
                return number
    return None


def _closed(run: Sequence[str]) -> int | None:
    """The last closing of the run behind which only a signature can stand, or the closing right above it."""
    found: int | None = None
    behind = 0
    for number in range(_end(run) - 1, -1, -1):
        line = run[number].strip()
        if not line:
            continue
        if _is_closing(line):
            found = number
        elif found is not None or behind >= _MOST_LINES or len(_TARGET.sub("", line)) > _SHORT:
            break
        else:
            behind += 1
    return found


def _end(run: Sequence[str]) -> int:
    """Where the paragraphs begin that a company puts below every signature."""
    for number, line in enumerate(run):
        if len(line) > _SHORT and DISCLAIMER.match(line):
            return number
    return len(run)


def _count(lines: Sequence[str]) -> int:
    return sum(1 for line in lines if line.strip())


def _is_closing(line: str) -> bool:
    if len(line) > _CLOSING:
        return ADVERTISEMENT.match(line) is not None
    bare = line.strip(_ENDS).casefold()
    if bare.startswith(CLOSINGS):
        for closing in filter(bare.startswith, CLOSINGS):
            rest = bare[len(closing) :]
            return not rest or (rest[0] in " ,!.-、" and len(rest.split()) <= _FURTHER_WORDS) or line.endswith(",")
    return ADVERTISEMENT.match(line) is not None
