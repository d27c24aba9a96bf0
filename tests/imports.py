"""A Python package in; every import in its source out, also those inside functions and those only for types."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "auditor"


class When(StrEnum):
    """When the import happens."""

    LOADED = "loaded"  # with the module
    CALLED = "called"  # inside a function
    TYPED = "typed"  # under TYPE_CHECKING: never at run time


@dataclass(frozen=True, slots=True)
class Import:
    """`target` is the deepest module that is named, with dots in front where it is relative; `names`: what of it."""

    module: str
    target: str
    names: tuple[str, ...]
    when: When
    line: int

    @property
    def top(self) -> str:
        return self.target.partition(".")[0]

    @property
    def is_third_party(self) -> bool:
        return self.top not in {*sys.stdlib_module_names, "auditor", "tests", ""}

    def __str__(self) -> str:
        return f"{self.module}, line {self.line}: {self.target}"


@cache
def sources() -> dict[str, str]:
    """Dotted module name -> source, for every module of the package."""
    return {module_name(path): path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def imports() -> tuple[Import, ...]:
    """Every import of the package."""
    found = sources()
    return tuple(each for name, source in found.items() for each in imports_of(name, source, found))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(module: str, source: str, modules: Collection[str] = ()) -> Iterator[Import]:
    """`modules` tells `from package import module` from `from package import name`."""
    yield from _below(ast.parse(source), When.LOADED, module, modules)


def is_in(module: str, places: Collection[str]) -> bool:
    """Whether it is one of the places or lies below one."""
    return any(module == place or module.startswith(f"{place}.") for place in places)


def _below(node: ast.AST, when: When, module: str, modules: Collection[str]) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import(names=names):
                yield from (Import(module, each.name, (), when, child.lineno) for each in names)
            case ast.ImportFrom(level=0, module=str(source), names=names):
                yield from _from(source, [each.name for each in names], when, module=module, modules=modules, at=child)
            case ast.ImportFrom(level=level, module=source, names=names):
                yield Import(module, "." * level + (source or ""), tuple(e.name for e in names), when, child.lineno)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                yield from _below(child, When.TYPED if when is When.TYPED else When.CALLED, module, modules)
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=otherwise):
                yield from _below(ast.Module(body, []), When.TYPED, module, modules)
                yield from _below(ast.Module(otherwise, []), when, module, modules)
            case _:
                yield from _below(child, when, module, modules)


def _from(
    source: str, names: list[str], when: When, *, module: str, modules: Collection[str], at: ast.ImportFrom
) -> Iterator[Import]:
    inner = [name for name in names if f"{source}.{name}" in modules]
    yield from (Import(module, f"{source}.{name}", (), when, at.lineno) for name in inner)
    if rest := tuple(name for name in names if name not in inner):
        yield Import(module, source, rest, when, at.lineno)
