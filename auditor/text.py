"""HTML and plain text -> what a reader could follow or see: link targets and words. No network, no rendering."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_LINKS = 2_000
TOO_MANY_LINKS = "the message holds more than 2,000 links"

# What a tree may cost. Real mail has under 5,000 tags and is nested some 60 deep; a few kilobytes of unclosed
# formatting tags make a parser that follows the standard build millions of nodes.
MAX_TAGS = 20_000
MAX_OPEN = 1_000
MAX_REBUILT = 300_000
MAX_ATTRIBUTES = 10_000
MAX_COMPARED = MAX_ATTRIBUTES**2
SHORT = 40  # characters, which cannot be more attributes: the sum of their squares is at most 40 times their sum

_URL = re.compile(r"(?:https?:|www\.)[^\s<>\"'\u00a0]{1,2000}", re.IGNORECASE)
_OF_URLS = re.compile("[.:]")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)  # keeps every place where it is, as lower() does not
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,40})([^>]{0,200})")
_BETWEEN_ATTRIBUTES = re.compile(r"[\s/\"']+")
_LONG_STRETCH = re.compile(r"[^>]{40,}")
_QUOTED_END = re.compile(r"=\s*(?:\"[^\">]*|'[^'>]*)>")  # a `>` within the value of an attribute
_FORMATTING = frozenset({"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
_NEED_NO_END = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        "body", "dd", "dt", "head", "html", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {"href", "xlink:href", "xml:base", "action", "action-xhr", "formaction", "ping", "cite", "longdesc"}
)
_SHOWN = frozenset({"alt", "title", "value", "placeholder", "label", "aria-label"})  # words, pictures being blocked
_RAW_TEXT = (
    "script", "style", "template", "noscript", "noframes", "noembed", "iframe", "plaintext", "textarea", "title", "xmp",
)  # fmt: skip
_FRAMES = frozenset({"iframe", "frame", "embed", "object", "portal"})
_ANIMATIONS = frozenset({"animate", "set"})  # SVG: they may give a link its target when it is clicked
_RAW_TARGET = re.compile(
    r"""(?=\b(?:href|action(?:-xhr)?|formaction|src|data)\s*=\s*("[^"]{1,2000}|'[^']{1,2000}|[^\s>"']{1,2000}))""",
    re.IGNORECASE,
)
_REFRESH = re.compile(r"[\d.+;,-]*(?:url=)?['\"]?([^'\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text part offers: link targets as written (at most 2,000), and its words.

    `unread` says why it was not looked through; empty where all of it was.
    """

    targets: tuple[str, ...]
    words: str
    unread: str = ""


def read_plain(text: str) -> Reading:
    """Mail programs turn addresses in plain text into links, so they count as such."""
    return _reading(_urls(text), text)


def read_html(text: str) -> Reading:
    """Targets of links, forms and frames; pictures, style sheets and the DOCTYPE are not links.

    Comments, scripts and templates are read too: Outlook shows what stands in a conditional comment.
    """
    costly = too_costly(text)
    if costly:
        return Reading((), "", costly)
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    stretches: list[str] = []
    words: list[str] = [tree.body.text(separator=" ")] if tree.body is not None else []
    targets: dict[str, None] = {}
    for node in tree.css("*"):
        targets |= dict.fromkeys(_targets(node))
        if len(targets) > MAX_LINKS:
            return Reading((), "", TOO_MANY_LINKS)
        words += [value for name, value in node.attributes.items() if value and name.lower() in _SHOWN]
        stretches += [value for name, value in node.attributes.items() if value and name.lower() == "srcdoc"]
    hidden = list(islice(_raw_targets(chain(stretches, _hidden(text))), MAX_LINKS + 1))
    if len(hidden) > MAX_LINKS:
        return Reading((), "", TOO_MANY_LINKS)
    seen = " ".join(words)
    return _reading(targets | dict.fromkeys(hidden) | _urls(seen), seen)


def looks_like_html(text: str) -> bool:
    """Some programs render a part as HTML whatever its type says."""
    return re.search(r"<[a-z]{1,12}[\s>/][^<]{0,2000}>", text, re.IGNORECASE) is not None


def words_with(sign: re.Pattern[str], text: str) -> Iterator[str]:
    """Every word that holds such a sign, in order. Most words hold none, and are not even cut out."""
    line = " ".join(text.split()) + " "
    end = 0
    for found in sign.finditer(line):
        if found.start() >= end:
            start, end = line.rfind(" ", end, found.start()) + 1, line.find(" ", found.start())
            yield line[start:end]


def _urls(text: str) -> dict[str, None]:
    return dict.fromkeys(match[0] for word in words_with(_OF_URLS, text) for match in _URL.finditer(word))


def _reading(targets: dict[str, None], words: str) -> Reading:
    return Reading(tuple(targets)[:MAX_LINKS], words, TOO_MANY_LINKS if len(targets) > MAX_LINKS else "")


def _targets(node: LexborNode) -> Iterator[str]:
    tag, attributes = node.tag or "", node.attributes
    for name, value in attributes.items():
        if value and _leads_somewhere(tag, name.lower()):
            yield value
        elif value and tag in _ANIMATIONS and name.lower() in ("to", "from", "by", "values"):
            yield from (match[0] for match in re.finditer("[^;]+", value))
    if tag == "meta" and (attributes.get("http-equiv") or "").strip().lower() == "refresh":
        refresh = _REFRESH.match("".join((attributes.get("content") or "")[:4_000].split()))
        yield from (refresh[1],) if refresh else ()


def _leads_somewhere(tag: str, attribute: str) -> bool:
    if tag in ("link", "image", "feimage", "use", "blockquote", "q", "ins", "del", "img"):
        return attribute in ("action", "formaction")
    return attribute in _ATTRIBUTES or (tag in _FRAMES and attribute in ("src", "data"))


def _hidden(text: str) -> Iterator[str]:
    """What a parser keeps out of the tree, or in a place that a program may show all the same."""
    lowered = text.translate(_LOWER)
    yield from _between(text, lowered, "<!--", "-->")
    for tag in _RAW_TEXT:
        yield from _between(text, lowered, f"<{tag}", f"</{tag}")


def _between(text: str, lowered: str, opening: str, closing: str) -> Iterator[str]:
    """Each stretch from an opening to its closing, or to the end; one pass."""
    start = lowered.find(opening)
    while start >= 0:
        end = lowered.find(closing, start + len(opening))
        yield text[start + len(opening) : end if end >= 0 else None]
        start = lowered.find(opening, end) if end >= 0 else -1


def _raw_targets(stretches: Iterable[str]) -> Iterator[str]:
    """Targets of all that looks like an attribute, wherever it stands; each costs up to 2,000 characters."""
    for stretch in stretches:
        for found in _RAW_TARGET.finditer(stretch):
            yield html.unescape(found[1].strip("\"'"))


def too_costly(text: str) -> str:
    """Why a parser must not be given this page; empty where it may."""
    if text.count("<") ** 2 > MAX_REBUILT and (why := _too_many_tags(text)):
        return why
    if _compared(text) > MAX_COMPARED:
        return "a tag of the text has too many attributes to be looked through"
    return ""


def _too_many_tags(text: str) -> str:
    names: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    formatting: set[tuple[str, str]] = set()
    for number, found in enumerate(_TAG.finditer(text)):
        if number >= MAX_TAGS:
            return "the text has too many tags to be looked through"
        name = found[2].lower()
        (ends if found[1] else names)[name] += 1
        if name in _FORMATTING and not found[1]:
            formatting.add((name, found[3]))
    left_open = sum(max(0, count - ends[name]) for name, count in names.items() if name not in _NEED_NO_END)
    if left_open > MAX_OPEN:
        return "the text leaves too many tags open to be looked through"
    if len(formatting) * names.total() > MAX_REBUILT:
        return "the text mixes too many kinds of tags to be looked through"
    return ""


def _compared(text: str) -> int:
    """At most how many attributes a parser compares, which it does with each and all before it in the same tag.

    Whether a `>` ends a tag only a parser knows. So every stretch between two of them counts as attributes, and those
    that an attribute's value could hide bind as many stretches together: the square of a sum of n numbers is at most n
    times the sum of their squares.
    """
    bound = sum(map(text.count, " \t\r\n\f\v/\"'")) + 1
    if bound * bound <= MAX_COMPARED:
        return bound * bound
    hidden = sum(1 for _ in islice(_QUOTED_END.finditer(text), MAX_ATTRIBUTES))
    short, squares = len(text), 0
    for stretch in _LONG_STRETCH.finditer(text):
        count = 1 + sum(1 for _ in islice(_BETWEEN_ATTRIBUTES.finditer(stretch[0]), MAX_ATTRIBUTES))
        short, squares = short - len(stretch[0]), squares + count * count
        if squares > MAX_COMPARED:
            break
    return (hidden + 1) * (squares + SHORT * short)
