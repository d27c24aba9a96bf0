"""Header fields -> who forwarded a message before it came here, as far as they tell.

Anyone can write these fields, so they prove nothing and change no answer of a check: they only make for a better
sentence about a signature that broke on the way (RFC 8617 for ARC; SRS: the Sender Rewriting Scheme of 2004).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.evidence.alignment import is_within
from auditor.evidence.authres import parse
from auditor.evidence.sender import Sender, mailboxes, one_mailbox
from auditor.message import Message

MAX_INSTANCE = 50  # RFC 8617 section 4.2.1

_INSTANCE = re.compile(r"\s*i\s*=\s*([0-9]{1,2})\s*;(.*)", re.DOTALL)
_SEAL_DOMAIN = re.compile(r"(?:\A|;)\s*d\s*=\s*([A-Za-z0-9.-]{1,253})\s*(?:;|\Z)")
_GMAIL = re.compile(r"(.+)\+caf_=.+\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Forwarding:
    """`by`: the mailbox or server that is named; `saw_pass`: its ARC fields say that the From's DMARC passed there."""

    by: str
    saw_pass: bool = False

    @property
    def sentence(self) -> str:
        if self.saw_pass:
            said = f"{self.by} forwarded it, and its ARC fields say that it passed there; that is no proof to us"
        else:
            said = f"it seems to have been forwarded by {self.by}, and forwarding can change what was signed"
        return f"{said}: let auditor read that mailbox itself, or have the mail forwarded unchanged"


def forwarding(message: Message, from_domain: str, forwarders: Sequence[str]) -> Forwarding | None:
    """By a listed forwarder's ARC, else by what mail servers write; None where nothing tells of it."""
    return _by_arc(message, from_domain, forwarders) or next(map(Forwarding, _named(message)), None)


def _by_arc(message: Message, from_domain: str, forwarders: Sequence[str]) -> Forwarding | None:
    """The outermost instance that one of the listed forwarders sealed."""
    sealed = [
        (number, domain)
        for number, text in _instances(message, "arc-seal")
        if (domain := _seal_domain(text)) and any(is_within(domain, one.lower()) for one in forwarders)
    ]
    if not sealed:
        return None
    number, domain = max(sealed)
    said = [text for instance, text in _instances(message, "arc-authentication-results") if instance == number]
    return Forwarding(domain, saw_pass=len(said) == 1 and _says_pass(said[0], from_domain))


def _instances(message: Message, name: str) -> Iterator[tuple[int, str]]:
    for field in message.all(name)[:MAX_INSTANCE]:
        if found := _INSTANCE.match(field.text):
            yield int(found[1]), found[2]


def _seal_domain(text: str) -> str:
    found = _SEAL_DOMAIN.search(text)
    return found[1].lower() if found else ""


def _says_pass(text: str, from_domain: str) -> bool:
    read = parse(text)
    about = [result for result in read.results if result.method == "dmarc"] if read else []
    return [(one.result, one.get("header.from")) for one in about] == [("pass", from_domain)]


def _named(message: Message) -> Iterator[str]:
    """Who is named as the forwarder, the surest sign first; only plain addresses and domains."""
    yield from _plain((message.first("x-forwarded-for") or "").split(" ")[0])
    sender = next(_plain((message.first("return-path") or "").strip("<> ")), "")
    local_part, _, domain = sender.rpartition("@")
    if found := _GMAIL.match(local_part):
        yield f"{found[1]}@{domain}"
    if local_part.startswith(("srs0=", "srs0-", "srs0+", "srs1=", "srs1-", "srs1+")):
        yield domain
    delivered = [one for field in message.all("delivered-to")[:MAX_INSTANCE] for one in _plain(field.text)]
    yield from (one for one in delivered[:0:-1] if one != delivered[0])
    for resent in mailboxes(message.first("resent-from") or "") or ():
        yield resent.address


def _plain(text: str) -> Iterator[str]:
    sender = one_mailbox(text)
    if isinstance(sender, Sender):
        yield sender.address
