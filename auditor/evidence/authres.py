"""One Authentication-Results field -> what it says; None where it cannot be read for certain (RFC 8601).

The strict grammar finds nothing at the biggest receiver: Microsoft writes no authserv-id, no space after `;`, and
may put a bare tenant domain between results. Those three are read; a field in RFC 2047 form, with 8-bit
characters, an open quotation or an open comment is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_FIELD = 16_384
MAX_RESULTS = 100
MAX_DEPTH = 5
"""Comments within comments."""

_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|\((?:[^()"\\]|\\.)*\)', re.DOTALL)
# A quoted string that is not closed is a token too, the last one: tried anew at each quote in it, it would take long.
_TOKEN = re.compile(r'[ \t\r\n]+|"(?:[^"\\]|\\.)*"?|[;=]|[^\s;=()"\\]+')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
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
    bare = _without_comments(value)
    tokens = _TOKEN.findall(bare)
    if "".join(tokens) != bare or (bare and tokens[-1][0] == '"' and not _QUOTED.fullmatch(tokens[-1])):
        return None
    segments: list[list[str]] = [[]]
    for token in tokens:
        if token == ";":
            segments.append([])
        else:
            segments[-1].append(" " if token.isspace() else token)
    return segments


def _without_comments(value: str) -> str:
    """Each comment a space, the innermost first; one that holds a quotation mark stays, and cannot be read.

    A sender's quoted address may close a comment early, or keep one open.
    """
    for _ in range(MAX_DEPTH):
        if "(" not in value:
            break
        value = _COMMENT.sub(lambda found: " " if found[0][0] == "(" else found[0], value)
    return value


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
    if not _METHOD.match(method) or not result.isalpha():
        return None
    if extra_words:
        properties = [(name, value) for name, value in properties if f"{name}={value}" not in extra_words]
    if not all(_PROPERTY.match(name) for name, _ in properties):
        return None
    return Result(method.partition("/")[0], result.lower(), tuple(properties))


def _pairs(segment: list[str]) -> list[tuple[str, str]] | None:
    """`name = value` pairs; a value is a run of atoms and quoted strings without space between them."""
    pairs: list[tuple[str, str]] = []
    tokens = iter(segment)
    for name in tokens:
        if name == " ":
            continue
        if name.startswith('"') or _after_space(tokens) != "=":
            return None
        value, token = "", _after_space(tokens)
        while token not in ("", " "):
            value, token = value + _plain(token), next(tokens, "")
        pairs.append((name.lower(), value))
    return pairs


def _after_space(tokens: Iterator[str]) -> str:
    """The next token that is no space; empty at the end."""
    token = next(tokens, "")
    return next(tokens, "") if token == " " else token


def _plain(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token
