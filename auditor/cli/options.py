"""The options that commands share, and what they are read into."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.config import Config
    from auditor.config_dns import DnsConfig


class Format(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE|FOLDER",
        readable=False,  # looked at where it is read, and told in our words
        help="The configuration; else AUDITOR_CONFIG, ./auditor.toml, or the platform's configuration folder.",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the answer.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", readable=False, help="Write the answer there (mode 0600), not to stdout."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print nothing when nothing needs attention.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="List every message, and each check.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="No colours; as NO_COLOR in the environment.")]
LogFileOption = Annotated[
    Path | None,
    typer.Option(
        "--log-file", metavar="FILE", readable=False, help="Add what was done to this log (JSON lines, 0600)."
    ),
]
MailboxesArgument = Annotated[list[str] | None, typer.Argument(metavar="MAILBOX", help="All, if none is named.")]

NoMailboxOption = Annotated[
    bool, typer.Option("--no-mailbox", help="Open no mailbox: judge mail by what the last `auditor audit` saw.")
]


def now() -> datetime:
    return datetime.now(UTC)


def load_config(path: Path | None) -> Config:
    """Raises ConfigError."""
    from auditor.config import load

    return load(path, os.environ)


def load_dns_if_any(path: Path | None) -> tuple[DnsConfig | None, Mapping[str, Mapping[str, Any]]]:
    """[dns] and the additions to the catalogue, for what needs no mailbox; nothing where there is no configuration.

    Raises ConfigError for a file that is named and missing, or wrong in these tables.
    """
    from auditor.config_file import find, read

    try:
        source = find(path, os.environ)
    except ConfigError:  # nothing was named, and nothing lies where one looks
        return None, {}
    tables = read(source)
    additions = {table.name: table.values for table in tables if table.kind == "marketplace"}
    if not any(table.title == "dns" for table in tables):
        return None, additions
    from auditor.config_dns import dns_of

    return dns_of(tables), additions


def wants_color(*, no_color: bool, output: Path | None) -> bool:
    return not no_color and "NO_COLOR" not in os.environ and output is None and sys.stdout.isatty()


def answer(text: str, output: Path | None) -> None:
    """stdout is the answer and nothing else; a file is replaced whole or not at all."""
    if not text:
        return
    if output is None:
        try:
            typer.echo(text.rstrip("\n"))
        except BrokenPipeError:
            _stop_printing()
        return
    try:
        _replace(output, text)
    except OSError as exc:
        raise _unwritable(output, exc) from None


def refuse_unwritable(output: Path | None) -> None:
    """Find out before anything is done that there will be no place for the answer. Raises ConfigError."""
    if output is None:
        return
    try:
        beside = _beside(output)
        os.close(_created(beside))
        beside.unlink()
    except (OSError, ValueError) as exc:
        raise _unwritable(output, exc) from None


def _unwritable(output: Path, exc: Exception) -> ConfigError:
    reason = getattr(exc, "strerror", None) or "not a file name"
    return ConfigError(f"--output {output} cannot be written: {reason}", hint="name a file in a folder of your own")


def _stop_printing() -> None:
    """Whoever read the answer has gone (`| head`): the run was done all the same, and its exit code stays."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace(output: Path, text: str) -> None:
    beside = _beside(output)
    descriptor = _created(beside)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(output)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _beside(output: Path) -> Path:
    """What takes the place of `output` in the end; nothing but a file is replaced, /dev/null least of all."""
    with suppress(FileNotFoundError):
        mode = output.lstat().st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is a symbolic link" if stat.S_ISLNK(mode) else "it is no file")
    return output.with_name(f".{output.name}.{os.getpid()}")


def _created(beside: Path) -> int:
    return os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A line on stderr that is written over, only where a person watches."""
    shown = False

    def show(what: str, done: int, total: int) -> None:
        nonlocal shown
        shown = True
        typer.echo(f"\r\x1b[2K{what}: {done:,} of {total:,}", nl=False, err=True)

    def silent(_what: str, _done: int, _total: int) -> None:
        return

    yield silent if quiet or not sys.stderr.isatty() else show
    if shown:
        typer.echo("\r\x1b[2K", nl=False, err=True)
