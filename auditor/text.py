"""HTML and plain text -> what a reader could follow or see: link targets and words. No network, no rendering."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

MAX_LINKS = 2_000

_URL = re.compile(r"(?:https?:|www\.)[^\s<>\"'\u00a0]{1,2000}", re.IGNORECASE)
_TARGETS = {
    "a": ("href", "xlink:href"),
    "area": ("href",),
    "base": ("href",),
    "form": ("action",),
    "button": ("formaction",),
    "input": ("formaction",),
    "iframe": ("src",),
    "frame": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "link": (),
}
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\";]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text part offers: link targets as written (at most 2,000), and its visible words."""

    targets: tuple[str, ...]
    words: str
    too_many: bool = False


def read_plain(text: str) -> Reading:
    """Mail programs turn addresses in plain text into links, so they count as such."""
    targets = tuple(dict.fromkeys(match[0] for match in _URL.finditer(text)))
    return Reading(targets[:MAX_LINKS], text, len(targets) > MAX_LINKS)


def read_html(text: str) -> Reading:
    """Targets of links and forms; pictures, style sheets and the DOCTYPE are not links."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    targets: dict[str, None] = {}
    for node in tree.css(",".join([*_TARGETS, "meta"])):
        tag = node.tag or ""
        for name in _TARGETS.get(tag, ()):
            if value := node.attributes.get(name):
                targets[value] = None
        if tag == "meta" and (content := node.attributes.get("content")):
            equiv = (node.attributes.get("http-equiv") or "").strip().lower()
            if equiv == "refresh" and (found := _REFRESH.search(content)):
                targets[found[1]] = None
    body = tree.body
    words = body.text(separator=" ") if body is not None else ""
    for match in _URL.finditer(words):
        targets[match[0]] = None
    listed = tuple(targets)
    return Reading(listed[:MAX_LINKS], words, len(listed) > MAX_LINKS)


def looks_like_html(text: str) -> bool:
    """Some programs render a part as HTML whatever its type says."""
    return re.search(r"<(?:a|form|html|body|meta|base|iframe)\b", text[:200_000], re.IGNORECASE) is not None


def unescaped(text: str) -> str:
    return html.unescape(text)
