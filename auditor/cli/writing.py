"""A report and how it is to look -> the answer of a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from auditor.cli.options import Format, wants_color
from auditor.report import RunReport


@dataclass(frozen=True, slots=True)
class Style:
    """How the answer is to look."""

    format: Format
    output: Path | None
    quiet: bool
    verbose: bool
    no_color: bool


def written(report: RunReport, style: Style, page: Callable[[bool], str]) -> str:
    """`page`: colour or not -> the text of this command. Empty where nothing needs attention and --quiet is given."""
    from auditor.report import json

    if style.quiet and report.exit_code == 0:
        return ""
    match style.format:
        case Format.JSON:
            return json.render(report)
        case Format.JSONL:
            return "".join(json.render_lines(report))
        case Format.TEXT:
            return page(wants_color(no_color=style.no_color, output=style.output))
