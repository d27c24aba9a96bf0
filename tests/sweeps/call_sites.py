"""The program's source in; every call that can put a value into an IMAP command out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.imports import sources

_CLIENT = ("self._client.", "self._imap.", "super()._get_capabilities")
_OWN = {"self._command", "self._simple_command"}
_SILENT = ("self._imap.untagged_responses.", "self._imap.said.", "self._client._proc_folder_list")  # nothing is sent
_SESSION = ("self._session.", "session.")
_SAID_TO_A_SESSION = {"start_tls", "sign_in", "folders", "status", "open", "fetch", "change", "close"}


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One callee in one function, however often it stands there."""

    function: str
    callee: str

    def __str__(self) -> str:
        return f"{self.function}: {self.callee}"


def call_sites() -> set[Site]:
    """In `auditor.mailbox`, which alone may import a client of IMAP, and wherever else a session is spoken to."""
    found: set[Site] = set()
    for name, source in sources().items():
        found |= set(_below(ast.parse(source), name, inside=name.startswith("auditor.mailbox.")))
    return found


def _below(node: ast.AST, where: str, *, inside: bool) -> Iterator[Site]:
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.ClassDef)
        if isinstance(child, ast.Call) and _speaks(callee := ast.unparse(child.func), inside=inside):
            yield Site(where.removeprefix("auditor."), callee)
        yield from _below(child, f"{where}.{child.name}" if named else where, inside=inside)  # type: ignore[attr-defined]


def _speaks(callee: str, *, inside: bool) -> bool:
    if callee.startswith(_SESSION) and callee.rpartition(".")[2] in _SAID_TO_A_SESSION:
        return True
    return inside and (callee.startswith(_CLIENT) or callee in _OWN) and not callee.startswith(_SILENT)


def words_of(module_prefix: str) -> Iterator[tuple[str, str]]:
    """Every word in capitals that stands in a text of these modules: the verbs of commands are among them."""
    for name, source in sources().items():
        if name.startswith(module_prefix):
            texts = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
            for text in texts:
                if isinstance(text, str) and "\n" not in text:
                    yield from ((name, word) for word in text.split() if word.isupper())
