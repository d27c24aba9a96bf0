"""Message -> the hosts it points to, with the provider's own link wrapper undone, and what else invites an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from auditor.message import Message
from auditor.text import Reading, looks_like_html, read_html, read_plain

UNREADABLE = "(a link that cannot be read)"

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}\.?\Z")
_IGNORED = re.compile(r"(?:cid|mid):|#|\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contents:
    """What the text of a message holds. `hosts`: link targets' hosts in lower case, `UNREADABLE` among them."""

    hosts: tuple[str, ...]
    phone_numbers: tuple[str, ...]
    attachments: int
    unread: str = ""
    """Why a part of the message was not looked through; empty where all was."""


def read_contents(message: Message, *, wrappers: Sequence[str] = (), phones: bool = False) -> Contents:
    """Look through every text part. `phones`: also look for telephone numbers (slow, so only where it matters)."""
    readings = [reading for part in message.parts if part.text is not None for reading in _readings(part.text)]
    hosts = dict.fromkeys(
        host for reading in readings for target in reading.targets if (host := _host(target, wrappers))
    )
    unread = next(iter(message.overruns), "") or _unread(message, readings)
    numbers = _phone_numbers(reading.words for reading in readings) if phones else ()
    return Contents(tuple(hosts), numbers, sum(part.attached for part in message.parts), unread)


def _readings(text: str) -> Iterable[Reading]:
    yield read_plain(text) if not looks_like_html(text) else read_html(text)


def _unread(message: Message, readings: Sequence[Reading]) -> str:
    if any(part.text is None and part.content_type.startswith("text/") for part in message.parts):
        return "a part of the text cannot be decoded"
    if any(reading.too_many for reading in readings):
        return "the message holds more than 2,000 links"
    return ""


def _host(target: str, wrappers: Sequence[str], depth: int = 3) -> str | None:
    """The host a browser would go to; None for what leads nowhere (`#top`, `cid:`)."""
    url = re.sub(r"[\x00-\x20\x7f-\xa0]", "", target).replace("\\", "/")
    if _IGNORED.match(url):
        return None
    if url.lower().startswith("www."):
        url = "https://" + url
    scheme, colon, rest = url.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        if not url.startswith("//"):
            return None  # relative: leads nowhere without a base, and a base is a target of its own
        scheme, rest = "https", url
    match scheme.lower():
        case "http" | "https" | "ftp":
            return _web_host(scheme + "://" + rest.lstrip("/"), wrappers, depth)
        case "mailto":
            return _checked(rest.partition("?")[0].rpartition("@")[2].lower())
        case "tel" | "sms" | "callto":
            return "tel:" + rest[:40]
    return UNREADABLE


def _web_host(url: str, wrappers: Sequence[str], depth: int) -> str:
    try:
        split = urlsplit(url)
        host = (split.hostname or "").lower()
    except ValueError:
        return UNREADABLE
    if depth and any(host == wrapper or host.endswith("." + wrapper) for wrapper in wrappers):
        inner = parse_qs(split.query).get("url", [])
        return (_host(inner[0], wrappers, depth - 1) or UNREADABLE) if len(inner) == 1 else UNREADABLE
    return _checked(host)


def _checked(host: str) -> str:
    """A host that is a plain name; addresses and other alphabets are links that no list can know."""
    return host.rstrip(".") if _HOST.match(host) else (host if host.isascii() and host else UNREADABLE)


def _phone_numbers(texts: Iterable[str]) -> tuple[str, ...]:
    from phonenumbers import Leniency, PhoneNumberMatcher

    found: dict[str, None] = {}
    for text in texts:
        for line in text.splitlines()[:5_000]:
            if sum(character.isdigit() for character in line) >= 7:
                for match in PhoneNumberMatcher(line[:2_000], "US", leniency=Leniency.VALID):
                    found[match.raw_string] = None
    return tuple(found)
