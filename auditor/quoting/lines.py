"""Lines of plain text -> the runs of them that the writer wrote himself, without quotations and what introduces them.

A quotation is marked line by line (`>`), or it is introduced: by a sentence ("On ... wrote:"), by a line
("-----Original Message-----") or by the fields of the message quoted. What is introduced and not marked reaches to the
end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from auditor.quoting.words import (
    BEGINS_A_DATE,
    FIELDS,
    FROM,
    JAPANESE_DATE,
    ORIGINAL_MESSAGE,
    REPLY_ABOVE,
    SAYS_WHEN,
    WROTE,
)

MAX_INTRODUCTION = 4  # lines into which programs break one sentence
_MAX_SENTENCE = 600  # characters
_MAX_FIELDS = 12  # lines of fields, with their folds
_LEAST_FIELDS = 3
_FULL_LINE = 65  # characters: near where programs break quoted lines
_QUOTE_MARKS = (">", "＞", "&gt;")
_DASHES = "-_=*–— \t"
_BEFORE_REPLY_ABOVE = ("-", "_", "=", "*", "#", " ", "P", "p")  # looked at first: most lines begin otherwise
_FIELD = re.compile(r"[\s*_]{0,4}([^\W\d_][^:：*\n]{0,20}?)\s{0,2}\*?\s{0,2}[:：]")
_RULE = re.compile(r"-{20,200}")
_COMMENT_HEAD = re.compile(r"[^,\n]{1,80}, [^\n]{3,20}20\d\d,? (?:at )?\d{1,2}[:.]\d{2}[^\n]{0,12}")

Run = list[str]


def own_runs(lines: Sequence[str]) -> list[Run]:
    """The writer's own lines, a run for each stretch between quotations; empty runs left out."""
    runs: list[Run] = [[]]
    at = 0
    while at < len(lines):
        if is_quoted(lines[at]) or _is_left_over(lines, at):
            if runs[-1]:
                runs.append([])
            at += 1
        elif (end := _introduced(lines, at)) > at:
            if not _is_marked(lines, end):
                break
            runs.append([])
            at = end
        elif (end := _behind_comment_head(lines, at)) > at:
            if any(map(_has_words, runs)):
                break
            at = end  # the newest comment, which is the letter itself
        elif not _asks_to_reply_above(lines[at]):
            runs[-1].append(lines[at])
            at += 1
        elif any(map(_has_words, runs)):
            break
        else:  # a help desk's own letter begins with it
            at += 1
    return [run for run in runs if _has_words(run)]


def is_quoted(line: str) -> bool:
    return line.lstrip().startswith(_QUOTE_MARKS)


def _asks_to_reply_above(line: str) -> bool:
    """The line by which a help desk knows where an answer ends."""
    if len(line) > _MAX_SENTENCE or (line.isascii() and not line.startswith(_BEFORE_REPLY_ABOVE)):
        return False
    return REPLY_ABOVE.search(line) is not None


def _behind_comment_head(lines: Sequence[str], at: int) -> int:
    """Help desks draw a line above each comment of a case and write who wrote it when; `at` where none begins."""
    if not _RULE.fullmatch(lines[at].strip()):
        return at
    for number, line in enumerate(lines[at + 1 : at + 4], start=at + 2):
        if line.strip():
            return number if _COMMENT_HEAD.fullmatch(line.strip()) else at
    return at


def _has_words(run: Run) -> bool:
    return any(line and not line.isspace() for line in run)


def _is_left_over(lines: Sequence[str], at: int) -> bool:
    """The end of a quoted line that was too long, pushed into a line of its own without a mark."""
    line = lines[at].strip()
    if not line or line[0].isupper() or at == 0 or at + 1 >= len(lines):
        return False
    before = lines[at - 1]
    return is_quoted(before) and len(before.rstrip()) >= _FULL_LINE and is_quoted(lines[at + 1])


def _introduced(lines: Sequence[str], at: int) -> int:
    """Where the introduction of a quotation that begins in this line ends; `at` where none begins."""
    line = lines[at].strip()
    if not line:
        return at
    if _is_separator(line):
        return _behind_fields(lines, at + 1)
    if _FIELD.match(line) and _are_fields(lines, at):
        return _behind_fields(lines, at)
    return _behind_sentence(lines, at)


def _is_separator(line: str) -> bool:
    bare = line.strip(_DASHES + ">:").lower()
    return bare in ORIGINAL_MESSAGE and (line[0] in _DASHES or line.endswith(":"))


def _kind(line: str) -> str:
    found = _FIELD.match(line)
    return FIELDS.get(found[1].strip().lower(), "") if found else ""


def _are_fields(lines: Sequence[str], at: int) -> bool:
    if _kind(lines[at]) != FROM:
        return False
    kinds = {_kind(line) for line in lines[at : at + _MAX_FIELDS] if line.strip()} - {""}
    return len(kinds) >= _LEAST_FIELDS


def _behind_fields(lines: Sequence[str], at: int) -> int:
    """Behind the fields that stand here, with blank lines among them; `at` where there are none."""
    end = at
    for number, line in enumerate(lines[at : at + _MAX_FIELDS], start=at + 1):
        if _kind(line):
            end = number
        elif line.strip() and (end == at or is_quoted(line)):
            break
    return end


def _behind_sentence(lines: Sequence[str], at: int) -> int:
    sentence = ""
    for number, line in enumerate(lines[at : at + MAX_INTRODUCTION], start=at + 1):
        stripped = line.strip()
        if not stripped or is_quoted(stripped):
            break
        sentence = f"{sentence} {stripped}" if sentence else stripped
        if len(sentence) > _MAX_SENTENCE:
            break
        if sentence[-1] in ":：-" and _says_who_wrote(sentence, lines=number - at):
            return number
    return at


def _says_who_wrote(sentence: str, *, lines: int) -> bool:
    """A name may stand first only where the sentence is one line: else a line of the writer's own would be taken in."""
    if JAPANESE_DATE.match(sentence):
        return True
    bare = sentence.strip(_DASHES)
    if bare == sentence and sentence[-1] not in ":：":
        return False
    if WROTE.search(bare) is None or SAYS_WHEN.search(bare) is None:
        return False
    return lines == 1 or BEGINS_A_DATE.match(bare) is not None


def _is_marked(lines: Sequence[str], at: int) -> bool:
    """Whether the next line with words is marked as quoted."""
    blank = sum(1 for _ in takewhile(lambda line: not line.strip(), lines[at : at + 20]))
    return at + blank < len(lines) and is_quoted(lines[at + blank])
