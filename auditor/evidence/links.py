"""Message -> the hosts it points to, with the provider's own link wrapper undone, and what else invites an answer."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from auditor.display import decoded
from auditor.evidence.alignment import registrable_domain
from auditor.evidence.names import named_places
from auditor.message import Message
from auditor.mime import Part
from auditor.text import Reading, looks_like_html, read_html, read_plain

UNREADABLE = "(a link that cannot be read)"

_MAX_FIELDS = 200
_MAX_HOST = 253
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}\.?\Z")
_NEARLY_A_HOST = re.compile(r"[a-z0-9._:-]{1,253}\Z")
_ON_TO = re.compile(r"[/\\:]|%(?:2f|5c|3a)", re.IGNORECASE)
_IGNORED = re.compile(r"(?:cid|mid):|#|\Z", re.IGNORECASE)
# Places on well-known hosts that lead wherever their sender wants, or show what he put there.
_ANYWHERE = re.compile(
    r"(?:.*\.)?(?:linkedin\.com/(?:slink|redir|safety/go)|youtube\.com/(?:redirect|attribution_link)"
    r"|facebook\.com/(?:l\.php|flx/warn)|google\.com/url|pinterest\.com/offsite|(?:twitter|x)\.com/i/redirect"
    r"|tiktok\.com/@|v[mt]\.tiktok\.com/|amazon\.[a-z.]{2,6}/(?:photos|clouddrive)/share)"
)
# Hosts on which anybody has a page, and what may stand before its name.
_SOCIAL = re.compile(r"(?:.*\.)?(?:facebook|instagram|youtube|twitter|x|pinterest|linkedin)\.com\Z")
_STOPS = ".,;:!?)'"  # of the sentence around an address
_BEFORE_A_NAME = frozenset({"", "company", "showcase", "school", "user", "c", "channel", "pages", "pg"})


@dataclass(frozen=True, slots=True)
class Contents:
    """What the text of a message holds, hosts in lower case.

    `hosts`: where links lead; a host that is not written plainly has `UNREADABLE` behind it, and a link that is
    unreadable as a whole is that alone. `named_hosts`: names of hosts in the words, which programs turn into links
    too. `profiles`: whose pages of social networks links lead to. `pages`: attachments that open as a page.
    `unread`: why not all was looked through.
    """

    hosts: tuple[str, ...] = ()
    named_hosts: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    phone_numbers: tuple[str, ...] = ()
    attachments: int = 0
    pages: int = 0
    unread: str = ""


def read_contents(message: Message, *, wrappers: Sequence[str] = (), phones: bool = False) -> Contents:
    """Look through every text part. `phones`: also for telephone numbers, which costs time."""
    readings = [reading for part in message.parts if part.text is not None for reading in _readings(part, part.text)]
    words = " ".join([decoded(message.first("subject") or ""), *(reading.words for reading in readings)])
    linked = dict.fromkeys(place for reading in readings for t in reading.targets for place in _places(t, wrappers))
    names = named_places(words)
    named = dict.fromkeys(place for name in names or () for place in _web_places("https://" + name, wrappers, 1))
    numbers = _phone_numbers(words) if phones else ()
    unread = next((why for why in (*message.overruns, *(reading.unread for reading in readings)) if why), "")
    if not unread and (names is None or numbers is None):
        unread = "the text holds too many names and numbers to be looked through"
    return Contents(
        tuple(place for place in linked if "/" not in place),
        tuple(place for place in named if "/" not in place and place not in linked),
        tuple(place for place in linked | named if "/" in place),
        numbers or (),
        sum(part.attached for part in message.parts),
        sum(part.page for part in message.parts),
        unread,
    )


def host_led_to(target: str, wrappers: Sequence[str] = ()) -> str | None:
    """The first plainly written host to which one link leads; None where it has none."""
    return next((place for place in _places(target, wrappers) if _HOST.match(place)), None)


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


def _places(target: str, wrappers: Sequence[str], depth: int = 3) -> Iterator[str]:
    """The host a browser would go to, and those in its query that it may be sent on to; none for `#top`.

    A page of a social network follows its host as `host/name`.
    """
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
            yield from _web_places(scheme + "://" + rest.lstrip("/"), wrappers, depth)
        case "mailto":
            yield from _mail_hosts(rest)
        case "tel" | "sms" | "callto":
            yield "tel:" + rest[:40].replace("/", "")
        case _:  # `intent://`, `view-source:https://`: of another program, and on to a host all the same
            yield UNREADABLE
            if "//" in rest and depth:
                yield from _web_places("https://" + rest.partition("//")[2].lstrip("/"), wrappers, depth - 1)


def _without_scheme(url: str) -> Iterator[str]:
    """A relative link leads nowhere, a base being a target of its own; but programs mend `shop.example/path`."""
    first = re.split(r"[/?#]", url, maxsplit=1)[0].lower().rpartition("@")[2]
    if _HOST.match(first) and registrable_domain(first):
        yield _checked(first)


def _mail_hosts(rest: str) -> Iterator[str]:
    """Whom an answer would reach: RFC 6068 lets both the path and the query name several."""
    path, _, query = rest.partition("?")
    try:
        fields = parse_qsl(query, max_num_fields=_MAX_FIELDS)
    except ValueError:
        yield UNREADABLE
        return
    named = [value for name, value in fields if name.strip().lower() in ("to", "cc", "bcc")]
    addresses = [one for text in (unquote(path), *named) for one in re.split("[,;]", text) if one.strip()]
    yield from (_checked(address.rpartition("@")[2].strip().lower()) for address in addresses or [""])


def _web_places(url: str, wrappers: Sequence[str], depth: int) -> Iterator[str]:
    try:
        split = urlsplit(url)
        host = (split.hostname or "").lower()
        query = parse_qsl(split.query, max_num_fields=_MAX_FIELDS) if _ON_TO.search(split.query) else []
    except ValueError:
        yield _marked(re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0].rpartition("@")[2].lower())
        return
    if depth and any(host == wrapper or host.endswith("." + wrapper) for wrapper in wrappers):
        inner = [value for name, value in parse_qsl(split.query) if name.lower() == "url"]
        if len(inner) != 1 or not re.match(r"(?:https?://|mailto:)", inner[0], re.IGNORECASE):
            yield UNREADABLE
        for target in inner[:2]:
            yield from _places(target, wrappers, depth - 1)
        return
    yield _checked(host)
    if split.username:
        yield f"{split.username[:100].lower().replace('/', '')}@{_checked(host)}"  # shown, and not where the link leads
    path = _resolved(split.path)
    if _ANYWHERE.match(host + path):
        yield UNREADABLE
    yield from _profile(host, path)
    for _, value in query if depth else ():
        if re.match(r"\s*(?:https?:|[/\\]{2})", value, re.IGNORECASE):
            yield from _places(value, wrappers, depth - 1)


def _resolved(path: str) -> str:
    """A path as the server sees it, in small letters: `/a/..//%73link` is `/slink`."""
    return posixpath.normpath("/" + unquote(path).replace("\\", "/").lstrip("/")).casefold()


def _profile(host: str, path: str) -> Iterator[str]:
    """Whose page of a social network this is: `www.facebook.com/etsy`."""
    if _SOCIAL.match(host):
        names = [name for name in path.split("/") if name not in _BEFORE_A_NAME]
        yield from (f"{host}/{name.removeprefix('@').rstrip(_STOPS)[:100]}" for name in names[:1])


def _checked(host: str) -> str:
    """A host that is a plain name, or nearly; the rest are links that no list can know."""
    return host.rstrip(".") if _HOST.match(host) else (host if _NEARLY_A_HOST.match(host) else _marked(host))


def _marked(written: str) -> str:
    """What is written where a host should be, such that it stands in no list."""
    return f"{written[-_MAX_HOST:].replace('/', '')} {UNREADABLE}".strip()
