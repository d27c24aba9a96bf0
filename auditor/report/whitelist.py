"""What the whitelist wants, and what a target refuses -> text, 80 columns, and plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.display import line, wrapped
from auditor.errors import ExitCode
from auditor.report import RunReport
from auditor.report.cards import WIDTH, count, zone_of
from auditor.report.sections import SECTIONS, remarks
from auditor.report.view import View


@dataclass(frozen=True, slots=True)
class WantedLine:
    """One address or pattern that must reach the seller. `signers`: of which one must be authenticated."""

    marketplace: str
    title: str
    kind: str
    pattern: str
    signers: tuple[str, ...]
    but_not: tuple[str, ...]
    received: int
    last_received: datetime | None


def render(report: RunReport, target: str, *, verbose: bool = False, color: bool = False) -> str:
    """What the checks of one filter say."""
    return "\n".join(_checked(report, target, verbose=verbose, color=color)) + "\n"


def _checked(report: RunReport, target: str, *, verbose: bool, color: bool) -> Iterator[str]:
    (mailbox,) = report.mailboxes
    zone = zone_of(mailbox.timezone)
    view = View(mailbox, report.applied, report.finished_at, zone, verbose=verbose, color=color)
    waiting = sum(found.needs_attention for found in mailbox.findings)
    known = len(mailbox.findings) - waiting
    more = f" ({known:,} more of little weight, or that you know of)" if known else ""
    held = count(len(mailbox.right), "rule")
    yield from wrapped(f"{mailbox.name}: {target}: {count(waiting, 'finding')}{more}; {held} checked and right.", WIDTH)
    for section in (*SECTIONS, remarks):
        lines = list(section(view))
        if lines:
            yield from ("", *lines)
    if report.exit_code == ExitCode.CLEAN:
        yield "Nothing needs your attention."


def page(mailbox: str, lines: Sequence[WantedLine]) -> str:
    """By stream; `seen` is genuine mail that the ledger holds."""
    return "\n".join(map(line, _page(mailbox, lines))) + "\n"


def plain(mailbox: str, lines: Sequence[WantedLine]) -> Mapping[str, object]:
    """What JSON can hold."""
    return {"name": mailbox, "wanted": [_plain(each) for each in lines]}


def refusals(title: str, refused: Sequence[tuple[str, str]]) -> str:
    """`refused`: pattern and reason; each reason once."""
    by_reason: dict[str, list[str]] = {}
    for pattern, why in refused:
        by_reason.setdefault(why, []).append(pattern)
    return "\n".join(
        line(f"not written for {title}: {', '.join(patterns[:3])}{_more(patterns[3:])}: {why}")
        for why, patterns in by_reason.items()
    )


def _more(rest: Sequence[str]) -> str:
    return f" and {len(rest):,} more" if rest else ""


def _page(mailbox: str, lines: Sequence[WantedLine]) -> Iterator[str]:
    yield f"{mailbox}: {len(lines):,} addresses and patterns are wanted. Each counts only where its domain is proved."
    title = ""
    for each in sorted(lines, key=lambda one: one.title):
        if each.title != title:
            title = each.title
            yield from ("", f"{title} ({each.kind})")
        yield f"  {each.pattern}{_seen(each)}"
        yield f"      proved by {' or '.join(each.signers)}"
        if each.but_not:
            yield f"      but not {', '.join(each.but_not)}"


def _seen(each: WantedLine) -> str:
    if each.last_received is None:
        return ""
    return f"   {each.received:,} genuine, last {each.last_received:%Y-%m-%d}"


def _plain(each: WantedLine) -> Mapping[str, object]:
    last = each.last_received
    return {
        "marketplace": each.marketplace,
        "stream": each.title,
        "kind": each.kind,
        "pattern": each.pattern,
        "signers": list(each.signers),
        "but_not": list(each.but_not),
        "received": each.received,
        "last_received": last.strftime("%Y-%m-%dT%H:%M:%SZ") if last else None,
    }
