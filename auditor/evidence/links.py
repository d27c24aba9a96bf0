"""Message -> the hosts it points to, with the provider's own link wrapper undone, and what else invites an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlsplit

from auditor.display import decoded
from auditor.evidence.alignment import registrable_domain
from auditor.message import Message
from auditor.mime import Part
from auditor.text import Reading, looks_like_html, read_html, read_plain

UNREADABLE = "(a link that cannot be read)"
MAX_NAMED = 500

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}\.?\Z")
_NAMED = re.compile(r"(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
_SLASHES = re.compile(r"[/\\]|%(?:2f|5c)", re.IGNORECASE)
_IGNORED = re.compile(r"(?:cid|mid):|#|\Z", re.IGNORECASE)
# Paths of well-known hosts that lead wherever their sender wants.
_REDIRECTORS = (
    ("linkedin.com", "/slink"),
    ("youtube.com", "/redirect"),
    ("facebook.com", "/l.php"),
    ("google.com", "/url"),
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What the text of a message holds, hosts in lower case.

    `hosts`: where links lead, `UNREADABLE` among them. `named_hosts`: names of hosts in the words, which programs
    turn into links too. `pages`: attachments that open as a page. `unread`: why not all was looked through.
    """

    hosts: tuple[str, ...] = ()
    named_hosts: tuple[str, ...] = ()
    phone_numbers: tuple[str, ...] = ()
    attachments: int = 0
    pages: int = 0
    unread: str = ""


def read_contents(message: Message, *, wrappers: Sequence[str] = (), phones: bool = False) -> Contents:
    """Look through every text part. `phones`: also for telephone numbers, which costs time."""
    readings = [reading for part in message.parts if part.text is not None for reading in _readings(part, part.text)]
    words = " ".join([decoded(message.first("subject") or ""), *(reading.words for reading in readings)])
    hosts = dict.fromkeys(host for reading in readings for t in reading.targets for host in _hosts(t, wrappers))
    # No name holds white space, and most words hold no dot: to sort those out first is cheaper than to search them.
    dotted = " ".join(word for word in words.split() if "." in word)
    named = dict.fromkeys(name.lower() for name in _NAMED.findall(dotted))
    numbers = _phone_numbers(words) if phones else ()
    unread = next((why for why in (*message.overruns, *(reading.unread for reading in readings)) if why), "")
    if not unread and (len(named) > MAX_NAMED or numbers is None):
        unread = "the text holds too many names and numbers to be looked through"
    return Contents(
        tuple(hosts),
        () if unread else tuple(name for name in named if name not in hosts and registrable_domain(name)),
        numbers or (),
        sum(part.attached for part in message.parts),
        sum(part.page for part in message.parts),
        unread,
    )


def _phone_numbers(words: str) -> tuple[str, ...] | None:
    from auditor.evidence.phones import find_phone_numbers

    return find_phone_numbers(words)


def _readings(part: Part, text: str) -> Iterable[Reading]:
    if not part.content_type.startswith("text/") or part.content_type in ("text/html", "text/x-amp-html"):
        yield read_html(text)
        return
    yield read_plain(text)
    if looks_like_html(text):
        yield read_html(text)


def _hosts(target: str, wrappers: Sequence[str], depth: int = 3) -> Iterator[str]:
    """The host a browser would go to, and those in its query that it may be sent on to; none for `#top`."""
    url = re.sub(r"[\x00-\x20\x7f-\xa0]", "", target).replace("\\", "/")
    if _IGNORED.match(url):
        return
    if url.lower().startswith("www."):
        url = "https://" + url
    scheme, colon, rest = url.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        if not url.startswith("//"):
            yield from _without_scheme(url)
            return
        scheme, rest = "https", url
    match scheme.lower():
        case "http" | "https" | "ftp":
            yield from _web_hosts(scheme + "://" + rest.lstrip("/"), wrappers, depth)
        case "mailto":
            yield _checked(rest.partition("?")[0].rpartition("@")[2].lower())
        case "tel" | "sms" | "callto":
            yield "tel:" + rest[:40]
        case _:
            yield UNREADABLE


def _without_scheme(url: str) -> Iterator[str]:
    """A relative link leads nowhere, a base being a target of its own; but programs mend `shop.example/path`."""
    first = re.split(r"[/?#]", url, maxsplit=1)[0].lower().rpartition("@")[2]
    if _HOST.match(first) and registrable_domain(first):
        yield _checked(first)


def _web_hosts(url: str, wrappers: Sequence[str], depth: int) -> Iterator[str]:
    try:
        split = urlsplit(url)
        host = (split.hostname or "").lower()
        query = parse_qsl(split.query, max_num_fields=200) if _SLASHES.search(split.query) else []
    except ValueError:
        yield UNREADABLE
        return
    if depth and any(host == wrapper or host.endswith("." + wrapper) for wrapper in wrappers):
        inner = parse_qs(split.query).get("url", [])
        yield from _hosts(inner[0], wrappers, depth - 1) if len(inner) == 1 else (UNREADABLE,)
        return
    yield _checked(host)
    if split.username:
        yield f"{split.username[:100].lower()}@{_checked(host)}"  # shown first, and not where the link leads
    if any((host == site or host.endswith("." + site)) and split.path.startswith(path) for site, path in _REDIRECTORS):
        yield UNREADABLE
    for _, value in query if depth else ():
        if re.match(r"\s*(?:https?:)?[/\\]{2}", value, re.IGNORECASE):
            yield from _hosts(value, wrappers, depth - 1)


def _checked(host: str) -> str:
    """A host that is a plain name; addresses and other alphabets are links that no list can know."""
    return host.rstrip(".") if _HOST.match(host) else (host if host.isascii() and host else UNREADABLE)
