"""`auditor marketplaces`: what the catalogue knows."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import ConfigOption, Format, FormatOption, OutputOption, answer, load_dns_if_any
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.marketplaces import Catalogue, Marketplace, ReplyWindow, Stream

_SURE = {3: "sure", 2: "likely", 1: "weak"}


def marketplaces(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One marketplace, in full.")] = None,
    config: ConfigOption = None,
    format: FormatOption = Format.TEXT,
    output: OutputOption = None,
) -> None:
    """Show the marketplaces, their streams of mail, and where each fact comes from.

    The additions of your own configuration are among them.

    Examples:  auditor marketplaces    auditor marketplaces walmart

    Exit codes: 0, or 2 for a name or a configuration that is wrong.
    """
    from auditor.display import line
    from auditor.marketplaces import load

    catalogue = load(load_dns_if_any(config)[1])
    chosen = catalogue.marketplaces if name is None else (_named(catalogue, name),)
    if format is Format.TEXT:
        lines = _overview(chosen) if name is None else _in_full(chosen[0])
        answer("\n".join(map(line, lines)), output)  # additions are the seller's, and may be copied from anywhere
    elif format is Format.JSON:
        answer(json.dumps([_plain(one) for one in chosen], indent=2, default=str), output)
    else:
        answer("\n".join(json.dumps(_plain(one), default=str) for one in chosen), output)


def _named(catalogue: Catalogue, name: str) -> Marketplace:
    for one in catalogue.marketplaces:
        if one.name == name.lower():
            return one
    known = ", ".join(one.name for one in catalogue.marketplaces)
    raise ConfigError(f"marketplace `{name}` is not known", hint=f"one of: {known}")


def _plain(marketplace: Marketplace) -> dict[str, object]:
    return asdict(marketplace)


def _overview(marketplaces: tuple[Marketplace, ...]) -> Iterator[str]:
    yield f"{'name':<14}{'marketplace':<28}{'streams':>7}  answer a customer within"
    for one in marketplaces:
        yield f"{one.name:<14}{one.title:<28}{len(one.streams):>7}  {_window(one.reply_window)}"
    yield ""
    yield "In full, with sources: auditor marketplaces NAME. Your own: [marketplace.NAME] in the configuration."


def _window(window: ReplyWindow | None) -> str:
    if window is None:
        return "no time on record"
    return f"{window.hours} hours" + (", business days only" if window.calendar == "business" else "")


def _in_full(marketplace: Marketplace) -> Iterator[str]:
    yield f"{marketplace.title} ({marketplace.name})"
    yield f"  its domains      {', '.join(marketplace.domains)}"
    yield f"  may link to      {', '.join((*marketplace.link_domains, *marketplace.link_hosts)) or 'nothing'}"
    yield f"  answer within    {_window(marketplace.reply_window)}"
    if marketplace.reply_window:
        yield f"                   source: {marketplace.reply_window.source}"
    yield f"  source           {marketplace.source}"
    for stream in marketplace.streams:
        yield from _stream(stream)
    if not marketplace.streams:
        yield ""
        yield "  No address of it is on record: its mail is never moved, and imitations of it are named."


def _stream(stream: Stream) -> Iterator[str]:
    sure = "confirmed by you" if stream.confirmed else _SURE[stream.confidence]
    yield ""
    yield f"  {stream.name}: {stream.title} ({stream.kind}, {sure})"
    for pattern in stream.patterns:
        yield f"    from     {pattern}"
    if stream.auth:
        yield f"    signed   also by {', '.join(stream.auth)}"
    yield f"    source   {stream.source} ({stream.seen:%Y-%m-%d})"
    if stream.confidence == 1 and not stream.confirmed and stream.kind != "never":
        yield f'    Not moved until you confirm it: confirmed = ["{stream.name}"] in [marketplace.NAME]'
