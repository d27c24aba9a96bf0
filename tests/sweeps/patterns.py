"""The program's source in; every regular expression in it, with the ways in which it is used, out.

Also the strings that make a backtracking matcher slow, made from what the expression itself is made of.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tests.imports import sources

_METHODS = frozenset({"search", "match", "fullmatch", "sub", "split", "findall", "finditer"})
_REPEATED = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
_MOST_ATOMS = 12
_ENDS = ("", "\x01")  # hardly an expression takes the second: what was matched so far fails there


@dataclass(frozen=True, slots=True)
class Expression:
    """One regular expression; `where` is its module and name, or the line of a call that holds it."""

    where: str
    compiled: re.Pattern[Any]
    methods: frozenset[str]

    def __str__(self) -> str:
        return self.where


@dataclass(frozen=True, slots=True)
class Unread:
    """A call whose expression is made at run time: where, and how."""

    module: str
    source: str


def expressions() -> tuple[list[Expression], list[Unread]]:
    """Those with a name in their module, those written inside a call, and those that only the run makes."""
    found: list[Expression] = []
    unread: list[Unread] = []
    for name, source in sources().items():
        if name == "auditor.__main__" or ".demo" in name:
            continue
        module, tree = import_module(name), ast.parse(source)
        found += _named(name, vars(module), tree)
        for each in _inline(name, vars(module), tree):
            (found if isinstance(each, Expression) else unread).append(each)  # type: ignore[arg-type]
    return found, unread


def _named(module: str, namespace: Mapping[str, Any], tree: ast.AST) -> Iterator[Expression]:
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _METHODS and isinstance(node.value, ast.Name):
            used.setdefault(node.value.id, set()).add(node.attr)
    for name, value in namespace.items():
        for inner, pattern in _within(name, value):
            if _is_home(module, namespace, name):
                yield Expression(f"{module}.{inner}", pattern, frozenset(used.get(name) or {"search", "fullmatch"}))


def _within(name: str, value: object) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """A pattern itself, and those in tables of them."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _within(f"{name}[{key}]", each)
    elif isinstance(value, tuple | list | frozenset | set):
        for number, each in enumerate(value):
            yield from _within(f"{name}[{number}]", each)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for field in value.__dataclass_fields__:
            yield from _within(f"{name}.{field}", getattr(value, field, None))


def _is_home(module: str, namespace: Mapping[str, Any], name: str) -> bool:
    """Not where it was imported: there it would be tried twice."""
    return name in _assigned(module) and not hasattr(namespace[name], "__file__")


def _assigned(module: str) -> set[str]:
    targets: set[str] = set()
    for node in ast.parse(sources()[module]).body:
        for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
            if isinstance(target, ast.Name):
                targets.add(target.id)
    return targets


def _inline(module: str, namespace: Mapping[str, Any], tree: ast.AST) -> Iterator[Expression | Unread]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=attr), args=[first, *_]):
                pass
            case _:
                continue
        if attr not in _METHODS and not (attr == "compile" and _is_in_function(tree, node)):
            continue
        where = f"{module}:{node.lineno}"
        flags = next((each.value for each in node.keywords if each.arg == "flags"), None) or _flags_of(node)
        try:
            pattern = eval(ast.unparse(first), dict(namespace))
            with_flags = eval(ast.unparse(flags), dict(namespace)) if flags else 0
            compiled = pattern if isinstance(pattern, re.Pattern) else re.compile(pattern, with_flags)
        except NameError:
            yield Unread(module, ast.unparse(first))
            continue
        yield Expression(where, compiled, frozenset({attr} if attr in _METHODS else {"search"}))


def _is_in_function(tree: ast.AST, wanted: ast.AST) -> bool:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return any(wanted in ast.walk(function) for function in functions)


def _flags_of(node: ast.Call) -> ast.expr | None:
    """Flags given by position are always written `re.NAME` here."""
    return next((each for each in node.args[1:] if ast.unparse(each).startswith("re.")), None)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A string that is not made yet: `unit` again and again, between a start and an end."""

    start: str
    unit: str
    end: str

    def made(self, size: int, like: str | bytes) -> str | bytes:
        """About `size` characters, or octets where `like` is of octets."""
        text = self.start + self.unit * (size // len(self.unit)) + self.end
        return text.encode("latin-1", "replace") if isinstance(like, bytes) else text


def recipes(expression: Expression) -> list[Recipe]:
    """By families: one atom, two atoms in turn, the prefixes of a match, a prefix of a match and one atom."""
    atoms, sample = _atoms(expression.compiled), _sample(expression.compiled)
    prefixes = sorted({sample[:cut] for cut in _cuts(len(sample))} - {""}, key=len)
    found = [Recipe("", atom, end) for atom in atoms for end in _ENDS]
    found += [Recipe("", one + other, "") for one, other in product(atoms, atoms) if one != other]
    found += [Recipe("", prefix, "") for prefix in prefixes]
    found += [Recipe(prefix, atom, end) for prefix in prefixes for atom in atoms for end in _ENDS]
    return list(dict.fromkeys(found))


def _cuts(length: int) -> Iterator[int]:
    """Places to cut a sample, at most twenty."""
    step = max(1, length // 20)
    yield from range(1, length + 1, step)
    yield length


def _atoms(pattern: re.Pattern[Any]) -> list[str]:
    """A character of each set and literal of the expression, those that are repeated in front."""
    repeated: list[str] = []
    others: list[str] = []
    _collect(parser.parse(pattern.pattern, 0), repeated, others, inside=False)
    return list(dict.fromkeys([*repeated, *others, " ", "a"]))[:_MOST_ATOMS]


def _collect(parsed: Any, repeated: list[str], others: list[str], *, inside: bool) -> None:
    for op, argument in parsed:
        if op in _REPEATED:
            _collect(argument[2], repeated, others, inside=inside or argument[1] > 1)
        elif op is codes.SUBPATTERN:
            _collect(argument[3], repeated, others, inside=inside)
        elif op is codes.BRANCH:
            for branch in argument[1]:
                _collect(branch, repeated, others, inside=inside)
        elif op in (codes.ASSERT, codes.ASSERT_NOT):
            _collect(argument[1], repeated, others, inside=inside)
        elif op is codes.ATOMIC_GROUP:
            _collect(argument, repeated, others, inside=inside)
        elif character := _one_of(op, argument):
            (repeated if inside else others).append(character)


def _one_of(op: Any, argument: Any) -> str:
    """A character that this single step takes."""
    if op is codes.LITERAL:
        return chr(argument)
    if op is codes.NOT_LITERAL:
        return "a" if argument != ord("a") else "b"
    if op is codes.ANY:
        return "a"
    if op is not codes.IN:
        return ""
    taken = re.compile(_class_of(argument))
    return next((each for each in 'a0 .-<@=(;"\tA_:/\u00e9\x02' if taken.fullmatch(each)), _first(argument))


def _first(members: Any) -> str:
    for op, argument in members:
        if op is codes.LITERAL:
            return chr(argument)
        if op is codes.RANGE:
            return chr(argument[0])
    return "a"


_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def _class_of(members: Any) -> str:
    inside = ""
    for op, argument in members:
        if op is codes.NEGATE:
            inside = "^" + inside
        elif op is codes.LITERAL:
            inside += re.escape(chr(argument))
        elif op is codes.RANGE:
            inside += f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
        elif op is codes.CATEGORY:
            inside += _CATEGORIES[argument]
    return f"[{inside}]"


def _sample(pattern: re.Pattern[Any]) -> str:
    """A short text that the expression takes, or nearly: assertions are not looked at."""
    return _text_of(parser.parse(pattern.pattern, 0))


def _text_of(parsed: Any) -> str:
    text = ""
    for op, argument in parsed:
        if op in _REPEATED:
            low, high, inner = argument
            text += _text_of(inner) * max(low, min(int(high), 2))
        elif op is codes.SUBPATTERN:
            text += _text_of(argument[3])
        elif op is codes.BRANCH:
            text += _text_of(argument[1][0])
        elif op is codes.ATOMIC_GROUP:
            text += _text_of(argument)
        else:
            text += _one_of(op, argument)
    return text
