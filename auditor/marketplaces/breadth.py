"""A marketplace with additions of the seller -> nothing, or a ConfigError for what lets strangers in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from publicsuffixlist import PublicSuffixList

from auditor.errors import ConfigError
from auditor.marketplaces.catalogue import Kind, Marketplace, Stream
from auditor.marketplaces.pattern import expand, literal_end


@dataclass(frozen=True, slots=True)
class _Known:
    suffixes: PublicSuffixList
    shared: frozenset[str]


def check(marketplace: Marketplace, *, suffixes: PublicSuffixList | None = None) -> None:
    """Raise ConfigError for the first entry that is too wide, naming marketplace, stream and key."""
    known = _Known(suffixes or _suffixes(), _shared())
    place = f"marketplace `{marketplace.name}`"
    for domain in marketplace.domains:
        _refuse_shared(domain, f"{place}: `domains`", known)
    for domain in marketplace.link_domains:
        _refuse_shared(domain, f"{place}: `link_domains`", known)
    for host in marketplace.link_hosts:
        _refuse_shared(host, f"{place}: `link_hosts`", known)
    for stream in marketplace.streams:
        _check_stream(stream, marketplace.tld, f"{place}, stream `{stream.name}`", known)
        if stream.kind is not Kind.NEVER:
            _refuse_foreign(stream, marketplace)


@cache  # a seller adds to several marketplaces, and the list takes long to load
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


def _shared() -> frozenset[str]:
    lines = files("auditor.marketplaces").joinpath("shared.txt").read_text("ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _check_stream(stream: Stream, tld: tuple[str, ...], place: str, known: _Known) -> None:
    for domain in _domains(stream.patterns, tld):
        if stream.kind is Kind.NEVER:
            _refuse_suffix(domain, f"{place}: `patterns`", known)
        else:
            _refuse_shared(domain, f"{place}: `patterns`", known)
    for domain in _domains(stream.reply_to, tld):
        _refuse_shared(domain, f"{place}: `reply_to`", known)
    for domain in (concrete for text in stream.auth for concrete, _ in expand(text, tld)):
        _refuse_shared(domain, f"{place}: `auth`", known)


def _domains(patterns: Iterable[str], tld: tuple[str, ...]) -> Iterable[str]:
    return (literal_end(concrete) for text in patterns for concrete, _ in expand(text, tld))


def _refuse_foreign(stream: Stream, marketplace: Marketplace) -> None:
    for domain in _domains(stream.patterns, marketplace.tld):
        if not any(f".{domain}".endswith(f".{own}") for own in marketplace.domains):
            raise ConfigError(
                f"marketplace `{marketplace.name}`, stream `{stream.name}`: `patterns` holds an address of "
                f"`{domain}`, which lies outside the marketplace's `domains`",
                hint=f"list the marketplace's own domain in `domains` of [marketplace.{marketplace.name}]",
            )


def _refuse_suffix(domain: str, place: str, known: _Known) -> None:
    if not domain or known.suffixes.privatesuffix(domain) is None:
        what = f"ends in `{domain}`, which" if domain else "has a domain part that"
        raise ConfigError(
            f"{place}: too wide: {what} is no one's own domain",
            hint="write out at least the domain that the marketplace registered: `*@mail.example.com`",
        )


def _refuse_shared(domain: str, place: str, known: _Known) -> None:
    labels = domain.split(".")
    endings = {".".join(labels[start:]) for start in range(len(labels))}
    if found := endings & known.shared:
        raise ConfigError(f"{place}: too wide: `{found.pop()}` is open to anyone")
    _refuse_suffix(domain, place, known)
