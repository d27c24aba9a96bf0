"""A Sieve script -> its commands, whatever they are called (RFC 5228 section 8.2).

sievelib refuses whole scripts for one command that it does not know (variables, include, spamtest, editheader), as
webmails write them. Its lexer knows no commands, and Sieve has one grammar for all of them: so the words are sievelib's
and the reading is generic. Nothing is ever written back from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

MAX_SCRIPT = 1_000_000
MAX_DEPTH = 50

Argument: TypeAlias = "str | Tag | tuple[str, ...] | Command"


@dataclass(frozen=True, slots=True)
class Tag:
    """`:contains` and its like."""

    name: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command or a test, with what follows it."""

    name: str
    arguments: tuple[Argument, ...] = ()
    block: tuple[Command, ...] = ()
    line: int = 0

    @property
    def tags(self) -> frozenset[str]:
        return frozenset(each.name for each in self.arguments if isinstance(each, Tag))

    @property
    def tests(self) -> tuple[Command, ...]:
        return tuple(each for each in self.arguments if isinstance(each, Command))

    @property
    def lists(self) -> tuple[tuple[str, ...], ...]:
        """Strings and lists of strings, in their order."""
        texts = (each for each in self.arguments if isinstance(each, str | tuple))
        return tuple((each,) if isinstance(each, str) else each for each in texts)


class UnreadableScript(Exception):
    """It does not follow the grammar; the message says where."""


@dataclass(slots=True)
class _Tokens:
    found: list[tuple[str, str, int]]
    at: int = 0

    def next(self) -> tuple[str, str, int]:
        if self.at >= len(self.found):
            raise UnreadableScript("it ends in the middle of a command")
        self.at += 1
        return self.found[self.at - 1]

    def peek(self) -> str:
        return self.found[self.at][0] if self.at < len(self.found) else ""


def commands(text: str) -> tuple[Command, ...]:
    """The commands of a script. Raises UnreadableScript."""
    tokens = _Tokens(list(_tokens(text)))
    found: list[Command] = []
    while tokens.peek():
        found.append(_command(tokens, 0))
    return tuple(found)


def words(text: str) -> Iterator[tuple[str, str, int]]:
    """(kind, text, where it begins in characters) of each word but comments. Raises UnreadableScript."""
    from sievelib.parser import Lexer, ParseError, Parser

    if len(text) > MAX_SCRIPT:
        raise UnreadableScript(f"it is longer than {MAX_SCRIPT:,} characters")
    lexer = Lexer(Parser.lrules)
    data = text.encode("utf-8", "replace")
    at, counted = 0, 0
    try:
        for kind, value in lexer.scan(data):
            at, counted = at + len(data[counted : lexer.pos].decode()), lexer.pos
            if not kind.endswith("comment"):
                yield kind, value.decode(), at
    except ParseError as error:
        line = text.count("\n", 0, at) + 1
        raise UnreadableScript(f"line {line}: {error}") from None


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """The same with the number of the line."""
    line, counted = 1, 0
    for kind, value, at in words(text):
        line, counted = line + text.count("\n", counted, at), at
        yield kind, value, line


def _command(tokens: _Tokens, depth: int) -> Command:
    """One command with its block or its semicolon."""
    found = _called(tokens, depth)
    kind, value, line = tokens.next()
    if kind == "semicolon":
        return found
    if kind != "left_cbracket":
        raise UnreadableScript(f"line {line}: `{value}` where a command should end")
    block: list[Command] = []
    while tokens.peek() != "right_cbracket":
        block.append(_command(tokens, depth + 1))
    tokens.next()
    return replace(found, block=tuple(block))


def _called(tokens: _Tokens, depth: int) -> Command:
    """A name with its arguments and tests."""
    kind, name, line = tokens.next()
    if kind != "identifier" or depth > MAX_DEPTH:
        raise UnreadableScript(f"line {line}: `{name}` where a command should begin")
    arguments: list[Argument] = []
    while (kind := tokens.peek()) not in ("semicolon", "left_cbracket", "comma", "right_parenthesis", ""):
        arguments.extend(_arguments(tokens, depth + 1))
    return Command(name.lower(), tuple(arguments), line=line)


def _arguments(tokens: _Tokens, depth: int) -> Iterator[Argument]:
    if tokens.peek() == "identifier":
        yield _called(tokens, depth)
        return
    kind, value, line = tokens.next()
    if kind == "tag":
        yield Tag(value[1:].lower())
    elif kind in ("string", "multiline"):
        yield _text(kind, value)
    elif kind == "left_bracket":
        yield tuple(_listed(tokens))
    elif kind == "left_parenthesis":
        yield from _tested(tokens, depth)
    elif kind != "number":
        raise UnreadableScript(f"line {line}: `{value}` is no argument")


def _listed(tokens: _Tokens) -> Iterator[str]:
    while (token := tokens.next())[0] != "right_bracket":
        if token[0] in ("string", "multiline"):
            yield _text(token[0], token[1])
        elif token[0] != "comma":
            raise UnreadableScript(f"line {token[2]}: `{token[1]}` in a list of texts")


def _tested(tokens: _Tokens, depth: int) -> Iterator[Command]:
    while tokens.peek() != "right_parenthesis":
        if depth > MAX_DEPTH:
            raise UnreadableScript("tests lie too deep in one another")
        yield _called(tokens, depth + 1)
        if tokens.peek() == "comma":
            tokens.next()
    tokens.next()


def _text(kind: str, value: str) -> str:
    if kind == "multiline":
        return value.partition("\n")[2].rpartition("\n")[0]
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
