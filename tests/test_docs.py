"""The documents and the help against the program: what one names, the other has."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest
import typer

from auditor.cli import app
from auditor.errors import ExitCode
from tests.imports import PACKAGE, ROOT, sources

DOCUMENTS = tuple(sorted(path.name for path in ROOT.glob("*.md")))
SCRIPTS = ("scripts/test", "scripts/install-test-servers", ".ci/run")
COMMAND_LINE = typer.main.get_command(app)
COMMANDS: dict[str, typer.core.TyperCommand] = dict(COMMAND_LINE.commands)  # type: ignore[attr-defined]
WEB_HOSTS = {"keepachangelog.com", "semver.org"}
MACHINE_PATH = re.compile(r"(?<![\w.~:/-])/(?!usr/|etc/|proc/|dev/|bin/)[A-Za-z][\w.-]*/[\w./-]+")


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def help_of(*command: str) -> str:
    """As the program prints it, on one line."""
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *command, "--help"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return " ".join(done.stdout.split())


def code(document: str) -> Iterator[str]:
    """Every line of the code blocks, and every piece of code between backticks."""
    blocks = document.split("```")
    for inside in blocks[1::2]:
        yield from inside.splitlines()
    for outside in blocks[::2]:
        yield from re.findall(r"`([^`\n]+)`", outside)


def calls(document: str) -> Iterator[tuple[str, str]]:
    """`auditor WORD ...` in code: the word and the rest up to a comment."""
    for piece in code(document):
        if found := re.match(r"(?:\$ |== \d\. )?(?:\S*/)?auditor ([a-z]+)([^#:]*)", piece.strip()):
            yield found[1], found[2]


def options(command: str) -> set[str]:
    return {name for each in COMMANDS[command].params for name in (*each.opts, *each.secondary_opts)} | {"--help"}


def numbers(sentence: str) -> set[int]:
    return {int(number) for number in re.findall(r"\b\d+\b", sentence)}


def test_every_command_is_in_the_readme() -> None:
    assert set(COMMANDS) - {word for word, _ in calls(text("README.md"))} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_is_there(document: str) -> None:
    assert {word for word, _ in calls(text(document))} - set(COMMANDS) == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_option_that_a_document_names_is_there(document: str) -> None:
    unknown = [
        f"auditor {word} {option}"
        for word, rest in calls(text(document))
        for option in re.findall(r"--[a-z-]+", rest)
        if option not in options(word)
    ]
    assert unknown == []


def test_every_option_that_stands_alone_in_the_readme_is_one_of_some_command() -> None:
    alone = {piece.split()[0] for piece in code(text("README.md")) if piece.startswith("--")}
    assert alone - {option for command in COMMANDS for option in options(command)} == set()


def test_every_module_of_a_command_is_a_command() -> None:
    modules = {path.stem for path in (PACKAGE / "cli").glob("*.py")}
    shared = {"__init__", "options", "probing", "resolving", "running", "signals", "writing"}
    shared |= {"answering", "drafting", "exporting", "installing", "whitelisting"}  # what `replies` and `whitelist` do
    assert modules - shared == set(COMMANDS)


def test_the_readme_tells_each_exit_code() -> None:
    table = text("README.md").partition("## Exit codes")[2].partition("\n## ")[0]
    assert {int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == set(ExitCode)


def test_the_help_tells_each_exit_code() -> None:
    told = re.search(r"Exit codes: (.*?)\. Environment", help_of())
    assert told
    assert numbers(told[1]) == set(ExitCode)


@pytest.mark.thorough
@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_examples_and_exit_codes(command: str) -> None:
    examples = re.search(r"Examples: (.*?) Exit codes:", help_of(command))
    codes = re.search(r"Exit codes: (.*?)\. (?:Arguments|Options):", help_of(command))

    assert examples
    assert len(re.findall(rf"auditor {command}\b", examples[1])) == len(re.findall(r"\bauditor ", examples[1])) > 0
    assert set(re.findall(r" (--[a-z-]+)", examples[1])) <= options(command)
    assert codes
    assert {0} < numbers(codes[1]) <= set(ExitCode)


@cache
def environment_variables() -> frozenset[str]:
    """What the package looks up in an environment: by `[...]`, `.get(...)` or `in`."""
    return frozenset(name for source in sources().values() for name in looked_up(source))


def looked_up(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(value=where, slice=ast.Constant(value=str(name))):
                pass
            case ast.Call(func=ast.Attribute(value=where, attr="get"), args=[ast.Constant(value=str(name)), *_]):
                pass
            case ast.Compare(left=ast.Constant(value=str(name)), comparators=[where]):
                pass
            case ast.Call(func=ast.Attribute(attr="getenv") as where, args=[ast.Constant(value=str(name)), *_]):
                pass
            case _:
                continue
        if re.search(r"environ$|getenv$", ast.unparse(where)):
            yield name


def test_the_ways_to_look_into_the_environment_are_seen() -> None:
    source = "os.environ['A']; environ.get('B', ''); 'C' not in os.environ; os.getenv('D'); other.get('E')"
    assert set(looked_up(source)) == {"A", "B", "C", "D"}


def test_the_readme_and_the_help_tell_the_environment_variables() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", text("README.md"), re.MULTILINE))
    told = help_of().partition("Environment: ")[2].partition(" Options:")[0]

    assert table == environment_variables()
    assert set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", told)) == environment_variables()


def test_what_contributors_can_set_is_there() -> None:
    known = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")) + "".join(
        text(name) for name in SCRIPTS
    )
    named = set(re.findall(r"\bAUDITOR_[A-Z_]+", text("CONTRIBUTING.md")))
    assert named
    assert {name for name in named if name not in known} == set()


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_files_that_a_document_names_are_there(document: str) -> None:
    named = {*re.findall(r"\]\(([\w./-]+)\)", text(document)), *(p for p in code(text(document)) if is_file(p))}
    places = (ROOT, PACKAGE)
    assert {name for name in named if not any((place / name).exists() for place in places)} == set()


def is_file(piece: str) -> bool:
    """`tests/test_layers.py`, `store/`, and no name with a word in capitals, which stands for any."""
    return re.fullmatch(r"\.?[a-z_]+(?:/[a-z_.-]+)*(?:/|\.py|\.toml|\.json|/run|/test)", piece) is not None


def test_the_readme_is_short() -> None:
    assert len(text("README.md").splitlines()) < 200


@pytest.mark.parametrize("name", [*DOCUMENTS, "sample_config.toml", *SCRIPTS])
def test_a_document_names_no_place_of_one_machine(name: str) -> None:
    hosts = set(re.findall(r"https?://([^/\s)\"]+)", text(name)))

    assert {host for host in hosts if not host.endswith(".example")} <= WEB_HOSTS
    assert MACHINE_PATH.findall(text(name).replace("/path/to/", "")) == []


def plain(output: str) -> list[str]:
    """Without what differs from run to run: times, and the number that a server gives to a folder."""
    for pattern in (
        *(r"[A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC", r"(?<=newest )\d+ [A-Z][a-z]{2} \d{4}"),
        *(r"\(\d+ \w+ left\)", r"(?<=Junk/)\d{5,}"),
    ):
        output = re.sub(pattern, "*", output)
    return [line.rstrip() for line in output.strip().splitlines()]


def session() -> list[list[str]]:
    """The pieces of the session in README.md, between the marks of what is left out."""
    block = text("README.md").partition("```\n$ auditor demo\n")[2].partition("```")[0]
    return [plain(piece) for piece in block.split("[...]\n") if piece.strip()]


@pytest.mark.server
def test_the_session_in_the_readme_is_a_real_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "demo"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    whole, at = plain(done.stdout), 0
    assert len(session()) > 3
    for piece in session():
        starts = [i for i in range(at, len(whole)) if whole[i : i + len(piece)] == piece]
        assert starts, "the demo does not print this (any more):\n" + "\n".join(piece)
        at = starts[0] + len(piece)
