"""Any Sieve script -> its rules that touch senders: what they admit, throw away or answer.

sievelib refuses whole scripts for one command that it does not know (variables, include, spamtest, editheader), as
webmails write them. Its lexer knows no commands, and Sieve has one grammar for all of them (RFC 5228 section 8.2): so
the words are sievelib's and the reading is generic. Nothing is ever written back from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from auditor.whitelist.values import Effect, Entry, Present, Proof

MAX_SCRIPT = 1_000_000
MAX_DEPTH = 50

_SENDERS = frozenset({"from", "sender", "reply-to", "return-path"})
_THROWN = frozenset({"discard", "reject", "ereject"})
# As mail programs name them: what a rule files there is out of sight.
_BINS = frozenset(
    {
        *("trash", "bin", "deleted", "deleted items", "deleted messages"),
        *("papierkorb", "corbeille", "papelera", "cestino", "prullenbak", "lixeira", "kosz"),
    }
)
_JUNK = frozenset({"junk", "spam", "bulk", "junk mail", "junk e-mail", "junk email"})

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


def read_script(text: str) -> Present:
    """The entries that are not ours; of a script that cannot be read nothing is known."""
    try:
        found = commands(text)
    except UnreadableScript as error:
        return Present(unread=(f"the script could not be read: {error}",))
    return Present(tuple(_of_block(found, _EVERYTHING)), tuple(_unread(found)))


@dataclass(frozen=True, slots=True)
class _Condition:
    """Which senders come into a block. `others`: they are named by something else, such as a subject."""

    globs: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    proof: Proof = Proof.NONE
    others: bool = False
    spam: bool = False

    @property
    def patterns(self) -> tuple[str, ...]:
        return self.globs or ("*",)


_EVERYTHING = _Condition()


def _of_block(found: Sequence[Command], condition: _Condition) -> Iterator[Entry]:
    before: _Condition = condition
    ends = any(each.name == "stop" for each in found)
    for command in found:
        if command.name in ("if", "elsif") and command.tests:
            before = _condition(command.tests[0])
            yield from _of_block(command.block, _both(condition, before))
        elif command.name == "else":
            turned = replace(before, globs=(), but_not=before.globs, proof=Proof.NONE)
            yield from _of_block(command.block, _both(condition, turned))
        elif effect := _effect(command, ends=ends, by_sender=bool(condition.globs)):
            yield from _entries(effect, condition, command)


def _entries(effect: Effect, condition: _Condition, command: Command) -> Iterator[Entry]:
    """A rule about subjects alone admits and throws away nobody by name; an answer goes to whoever writes."""
    if effect is not Effect.REPLY and condition.others and not condition.globs and not condition.spam:
        return
    for pattern in condition.patterns:
        text = f"line {command.line}: {command.name}"
        yield Entry(pattern, condition.proof, (), condition.but_not, effect, is_ours=False, text=text)


def _effect(command: Command, *, ends: bool, by_sender: bool) -> Effect | None:
    """What is marked as spam belongs into the spam folder; a sender does not. `ends`: the block says stop."""
    folders = [_leaf(each[-1]) for each in command.lists[-1:]] if command.name == "fileinto" else []
    bins = _BINS | _JUNK if by_sender else _BINS
    if command.name in _THROWN or (folders and folders[0] in bins):
        return Effect.DISCARD
    if command.name == "vacation":
        return Effect.REPLY
    is_kept = command.name == "keep" or (folders and folders[0] == "inbox")
    return Effect.ADMIT if is_kept and ends else None


def _leaf(folder: str) -> str:
    return folder.replace(".", "/").rpartition("/")[2].lower()


def _condition(test: Command) -> _Condition:
    if test.name == "not" and test.tests:
        inner = _condition(test.tests[0])
        return _Condition(but_not=inner.globs, others=inner.others)
    if test.name == "allof":
        found = _EVERYTHING
        for each in test.tests:
            found = _both(found, _condition(each))
        return found
    if test.name == "anyof":
        return _any([_condition(each) for each in test.tests])
    return _of_test(test)


def _both(one: _Condition, other: _Condition) -> _Condition:
    proof = one.proof if one.proof is not Proof.NONE else other.proof
    return _Condition(
        other.globs or one.globs,
        (*one.but_not, *other.but_not),
        proof,
        one.others or other.others,
        one.spam or other.spam,
    )


def _any(those: Sequence[_Condition]) -> _Condition:
    proofs = {each.proof for each in those}
    return _Condition(
        tuple(glob for each in those for glob in each.globs),
        proof=proofs.pop() if len(proofs) == 1 else Proof.NONE,
        others=any(each.others for each in those),
        spam=any(each.spam for each in those),
    )


def _of_test(test: Command) -> _Condition:
    if test.name == "true":
        return _EVERYTHING
    if test.name not in ("address", "header", "envelope") or len(test.lists) < 2:
        return _Condition(others=True, spam=test.name in ("spamtest", "spamtestplus"))
    names, values = {each.lower() for each in test.lists[-2]}, test.lists[-1]
    if names & _SENDERS:
        return _Condition(tuple(_glob(value.lower(), test) for value in values))
    if "authentication-results" in names and "index" in test.tags:
        proves = any("dmarc=pass" in value for value in values)
        return _Condition(proof=Proof.STAMP if proves else Proof.NONE)
    return _Condition(others=True, spam=any("spam" in name for name in names))


def _glob(value: str, test: Command) -> str:
    if "regex" in test.tags:
        return "*"
    if "contains" in test.tags:
        value = f"*{value}*"
    if "domain" in test.tags:
        return f"*@{value}"
    return f"{value}@*" if "localpart" in test.tags else value


def _unread(found: Sequence[Command]) -> Iterator[str]:
    for command in found:
        if command.name == "include" and command.lists:
            yield f"line {command.line}: the script `{command.lists[-1][-1]}`, which it includes"
        yield from _unread(command.block)


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
