"""`auditor replies --draft FILE|-`: the words of an answer, before it is sent. No configuration is needed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from auditor.cli.options import Format, answer, refuse_unwritable
from auditor.contacts.giving import of_templates
from auditor.display import wrapped
from auditor.errors import ConfigError, ExitCode
from auditor.marketplaces import load
from auditor.replies.wording import Remark, Reply, remarks
from auditor.replies.wording.language import NOT_INSTALLED, is_installed
from auditor.rules import RULES

MAX_FILE = 100_000
_WIDTH = 80


def judge_draft(file: str, format: Format, output: Path | None) -> None:
    """Leaves with 10 where there is anything to say."""
    refuse_unwritable(output)
    text = _text(file)
    links = tuple(host for one in load({}).marketplaces for host in (*one.domains, *one.link_domains, *one.link_hosts))
    found = (*remarks(Reply("", text, link_domains=links), spelling=True), *of_templates(text, ()))
    if format is Format.TEXT:
        answer("\n".join(_page(found)) + "\n", output)
        if not is_installed():
            typer.echo(f"spelling was not looked at: {NOT_INSTALLED}", err=True)
    else:
        plain = [_plain(each) for each in found]
        answer(json.dumps({"schema": 1, "remarks": plain}, indent=2 if format is Format.JSON else None), output)
    raise typer.Exit(int(ExitCode.ATTENTION if found else ExitCode.CLEAN))


def _text(file: str) -> str:
    """Raises ConfigError for what cannot be read."""
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise ConfigError(f"{file} cannot be read: {reason}", hint="give a text file, or - for stdin") from None
    if len(raw) > MAX_FILE:
        raise ConfigError(f"{file} is longer than {MAX_FILE:,} bytes", hint="give the answer alone")
    return raw.decode("utf-8", "replace")


def _page(found: Sequence[Remark]) -> Iterator[str]:
    if not found:
        yield "Nothing to remark. Nobody but you can tell whether it answers the question."
    for each in found:
        yield from wrapped(f'"{each.quote}"', _WIDTH)
        yield from (f"  {line}" for line in wrapped(f"{RULES[each.rule].title} ({each.confidence.value}).", _WIDTH - 2))
        yield from (f"  {line}" for line in wrapped(each.advice, _WIDTH - 2))
        yield ""


def _plain(remark: Remark) -> dict[str, str]:
    return {
        "rule": remark.rule,
        "quote": remark.quote,
        "advice": remark.advice,
        "confidence": remark.confidence.value,
    }
