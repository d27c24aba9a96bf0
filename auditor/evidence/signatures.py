"""DKIM-Signature fields -> their tags, and why the form of one proves nothing even where it verifies.

Anyone may put such a field on a message. What it covers, and by which rules, is read here; whether it is true is for
`dkim` to find out (RFC 6376, RFC 8301).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.evidence.alignment import is_within
from auditor.message import Message

MAX_SIGNATURES = 50
MAX_SIGNATURE = 4_096
"""Characters of one field; dkimpy takes the square of the length of its white space."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}\Z")
_ENCODED = re.compile(r"=([0-9A-Fa-f]{2})")
_SPACE = re.compile(r"\s")
_WORD = re.compile(r"[^\x00-\x20\x7f-\xff;()\"\\]*\Z")


@dataclass(frozen=True, slots=True)
class Signature:
    """The tags of one DKIM-Signature, in lower case where case says nothing. `problem`: why its form is no proof."""

    index: int
    domain: str
    selector: str
    covered: frozenset[str]
    signed_at: int | None
    expires_at: int | None
    value: str
    problem: str = ""
    identity: str = ""
    """The domain for which it speaks (i=): its own, or one below."""
    algorithm: str = ""

    @property
    def key_kind(self) -> str:
        return self.algorithm.partition("-")[0]

    @property
    def key_name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    def covers(self, *names: str) -> bool:
        return all(name in self.covered for name in names)


def signatures(message: Message) -> tuple[Signature, ...]:
    """Every DKIM-Signature of the message, in order, as far as its tags can be read."""
    return tuple(_signature(i, f.value) for i, f in enumerate(message.all("dkim-signature")[: MAX_SIGNATURES + 1]))


def _signature(index: int, value: str) -> Signature:
    from dkim.util import InvalidTagValueList, parse_tag_value

    try:
        tags = {
            name.decode("ascii"): text
            for name, text in parse_tag_value(value.encode("ascii", "surrogateescape")).items()
        }
    except (InvalidTagValueList, UnicodeError, ValueError):
        return Signature(index, "", "", frozenset(), None, None, "", "the signature cannot be read")
    text = {name: "".join(raw.decode("latin-1").split()) for name, raw in tags.items()}
    domain, selector = text.get("d", "").lower(), text.get("s", "").lower()
    named = text.get("i", "@" + domain)
    identity = named.lower().rpartition("@")[2]
    covered = _covered(tags.get("h", b"").decode("latin-1"))
    problems = _form_problems(text, domain, selector, covered=covered, identity=identity)
    return Signature(
        index,
        domain if _HOST.match(domain) and _is_one_word(named) else "",
        selector,
        covered,
        _seconds(text.get("t")),
        _seconds(text.get("x")),
        text.get("b", ""),
        "the signature is too long to be verified" if len(value) > MAX_SIGNATURE else next(problems, ""),
        identity,
        text.get("a", ""),
    )


def _is_one_word(identity: str) -> bool:
    """Whether i= stays one word where a receiver repeats it decoded (RFC 6376 section 2.11).

    OpenDKIM and Exim do so, and do not quote it: `i=x=3Bdkim=3Dpass=20header.d=3D...@evil.test` becomes a result.
    """
    return _WORD.match(_ENCODED.sub(lambda one: chr(int(one[1], 16)), identity)) is not None


def _covered(names: str) -> frozenset[str]:
    """The names of h=. One with white space inside stays so: dkimpy would look for just that, and find nothing."""
    return frozenset(name.strip(" \t\r\n").lower() for name in names.split(":"))


def _form_problems(
    tags: dict[str, str], domain: str, selector: str, *, covered: frozenset[str], identity: str
) -> Iterator[str]:
    """Reasons, gravest first, why a signature of this form proves nothing even where it verifies."""
    if not _HOST.match(domain) or not _HOST.match(f"{selector}.{domain}"):
        yield "the signature names no plain domain"
    if tags.get("v") != "1":
        yield "the signature has no version 1"
    if tags.get("a") == "rsa-sha1":
        yield "the signature uses SHA-1, which no longer proves anything (RFC 8301)"
    if tags.get("a") not in ("rsa-sha256", "ed25519-sha256"):
        yield "the signature's algorithm is unknown"
    if not all(_BASE64.match(tags.get(name, "")) for name in ("b", "bh")):
        yield "the signature is malformed"
    if "l" in tags:
        yield "the signature covers only a part of the text (l=)"
    if _SPACE.search("".join(covered)):
        yield "the signature's list of fields cannot be read"
    if "from" not in covered:
        yield "the signature does not cover the From"
    if "subject" not in covered:
        yield "the signature does not cover the Subject"
    if not is_within(identity, domain):
        yield "the signature's identity lies outside its domain"
    for name in ("t", "x"):
        if name in tags and _seconds(tags[name]) is None:
            yield "the signature's time cannot be read"


def _seconds(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,10}", text) else None
