"""One Authentication-Results field -> what it says; None where it cannot be read for certain (RFC 8601).

The strict grammar finds nothing at the biggest receiver: Microsoft writes no authserv-id, no space after `;`, and
may put a bare tenant domain between results. Those three are read; a field in RFC 2047 form, with 8-bit
characters, an open quotation or an open comment is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_FIELD = 16_384
MAX_RESULTS = 100

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<semicolon>;)
      | (?P<equals>=)
      | (?P<atom>[^\s;=()"\\]+)""",
    re.VERBOSE,
)
_IN_COMMENT = re.compile(r'["()]|\\.', re.DOTALL)
_DEEPER = {"(": 1, ")": -1}
_METHOD = re.compile(r"[a-z][a-z0-9-]*(?:/1)?\Z")  # another version of a method may mean something else
_PROPERTY = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+\Z|reason\Z|action\Z")


@dataclass(frozen=True, slots=True)
class Result:
    """One `method=result` with its properties (`header.d` and so on); names and result in lower case."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The one value of a property; None where it is absent or said twice with two meanings."""
        values = {value for key, value in self.properties if key == name}
        return values.pop() if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """A field as read. `authserv_id` is None where the field begins with a result, as Microsoft's does."""

    authserv_id: str | None
    results: tuple[Result, ...]


def parse(value: str, *, extra_words: Sequence[str] = ()) -> AuthenticationResults | None:
    """Read one field's value; None where any of it could be read in another way.

    `extra_words`: `name=value` words of one provider that are no property of RFC 8601 and change nothing.
    """
    if len(value) > MAX_FIELD or not value.isascii() or "=?" in value:
        return None
    segments = _segments(value)
    if segments is None or len(segments) > MAX_RESULTS:
        return None
    authserv_id, rest = None, segments
    if segments and "=" not in segments[0]:
        head = _words(segments[0])
        if not head or head[0].lower() == "none" or head[1:] not in ([], ["1"]):
            return None
        authserv_id, rest = _plain(head[0]).lower(), segments[1:]
    if [segment for segment in rest if _words(segment) == ["none"]] and len([s for s in rest if _words(s)]) > 1:
        return None  # no results, and some all the same (RFC 8601 section 2.2)
    results = [_result(segment, extra_words) for segment in rest if not _says_nothing(segment)]
    if any(result is None for result in results):
        return None
    return AuthenticationResults(authserv_id, tuple(r for r in results if r is not None))


def _segments(value: str) -> list[list[str]] | None:
    """Tokens between semicolons, comments gone, each run of space one ` `; None where the tokens do not close."""
    segments: list[list[str]] = [[]]
    at = 0
    while at < len(value):
        if value[at] == "(":
            at = _end_of_comment(value, at)
            if at < 0:
                return None
            segments[-1].append(" ")
            continue
        found = _TOKEN.match(value, at)
        if found is None:
            return None
        at = found.end()
        if found.lastgroup == "semicolon":
            segments.append([])
        else:
            segments[-1].append(" " if found.lastgroup == "space" else found[0])
    return segments


def _end_of_comment(value: str, at: int) -> int:
    depth = 0
    for mark in _IN_COMMENT.finditer(value, at):
        if mark[0] == '"':
            return -1  # a sender's quoted address may close a comment early, or keep one open
        depth += _DEEPER.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return -1


def _says_nothing(segment: list[str]) -> bool:
    """Empty, the word `none`, or a bare host name (Microsoft's tenant fragment)."""
    words = _words(segment)
    return not words or (len(words) == 1 and words[0] != "=" and not words[0].startswith('"'))


def _words(segment: list[str]) -> list[str]:
    return [token for token in segment if token != " "]


def _result(segment: list[str], extra_words: Sequence[str]) -> Result | None:
    pairs = _pairs(segment)
    if not pairs:
        return None
    (method, result), *properties = pairs
    method = method.lower()
    if not _METHOD.match(method) or not re.fullmatch(r"[A-Za-z]+", result):
        return None
    properties = [(name, value) for name, value in properties if f"{name}={value}" not in extra_words]
    if not all(_PROPERTY.match(name) for name, _ in properties):
        return None
    return Result(method.partition("/")[0], result.lower(), tuple(properties))


def _pairs(segment: list[str]) -> list[tuple[str, str]] | None:
    """`name = value` pairs; a value is a run of atoms and quoted strings without space between them."""
    pairs: list[tuple[str, str]] = []
    at, end = 0, len(segment)

    def skip_space(at: int) -> int:
        while at < end and segment[at] == " ":
            at += 1
        return at

    at = skip_space(0)
    while at < end:
        name, at = segment[at], skip_space(at + 1)
        if at >= end or segment[at] != "=" or name.startswith('"'):
            return None
        at = skip_space(at + 1)
        value = ""
        while at < end and segment[at] != " ":
            value += _plain(segment[at])
            at += 1
        pairs.append((name.lower(), value))
        at = skip_space(at)
    return pairs


def _plain(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token
