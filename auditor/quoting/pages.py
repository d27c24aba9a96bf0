"""A page (HTML) -> plain text such as a careful mail program would have written beside it.

What the page marks as quoted becomes one line `>`, what it marks as a signature gets `-- ` above it, and a link whose
words do not show where it leads has its target behind it: `our shop <https://shop.example/>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.text import too_costly

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_LINKS = 500
_MAX_TARGET = 2_000

# Line breaks that are such, as white space in a page is none: between lines, and where blocks begin and end.
_BREAK, _BLOCK_END = "\ue000", "\ue001"
_NO_WORDS = ["script", "style", "head", "title", "template", "noscript", "svg", "select", "textarea", "iframe"]
_BLOCKS = "p,div,tr,li,ul,ol,table,h1,h2,h3,h4,h5,h6,hr,pre,center,address,section,article,header,footer,dl,dt,dd"
# Gmail and K-9, Apple Mail and iOS, Thunderbird, Yahoo, Proton, Zoho, GMX and WEB.DE, Spark, Freshdesk, Front, Outlook.
_QUOTED = (
    "blockquote,.yahoo_quoted,[id^=yahoo_quoted],.protonmail_quote,div[name=quote],[name=messageReplySection],.freshdesk_quote"
    ",.front-blockquote,.moz-forward-container,#mail-editor-reference-message-container,.sh-quoted-content,.zd-quoted"
    ",#isReplyContent,.mail-quote-collapse,.zmail_quote,.gorgias-quote,.tutanota_quote,.hs_reply blockquote"
)
_INTRODUCING = ".gmail_attr,.moz-cite-prefix,#reply-intro,.zmail_extra_hr,.ydp-quote-header"
# Everything behind them is quoted: Outlook on the web and on phones.
_BEFORE_QUOTED = "#divRplyFwdMsg,#appendonsend,[id^=divRplyFwdMsg]"
_OUTLOOK_BORDER = re.compile(r"border-top:\s*solid #?\w{3,20} 1\.0pt;\s*padding:\s*3\.0pt", re.IGNORECASE)
_SIGNATURES = (
    ".gmail_signature,[data-smartmail=gmail_signature],.moz-signature,#Signature,#signature,#ms-outlook-mobile-signature"
    ",[id^=AppleMailSignature],#lineBreakAtBeginningOfSignature,.protonmail_signature_block,[name=messageSignatureSection]"
    ",[class*=yahoo-signature],#_rc_sig,.zmail_signature,#composer_signature,.k9mail-signature,.fd-signature,#Zm-_Id_-Sgn"
    ",[id^=x-emclient-signature],[id^=signature_old],.signature"
)
_INDENTED = re.compile(r"border:\s*(?:none|0|medium none)\b", re.IGNORECASE)


def page_as_text(page: str) -> str | None:
    """Plain text of a page; None for one that costs too much to be read (auditor.text has the bounds)."""
    if too_costly(page):
        return None
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser("".join(_with_breaks(page.replace(_BREAK, " ").replace(_BLOCK_END, " "))))
    if tree.body is None:
        return ""
    tree.strip_tags(_NO_WORDS)
    _mark_quoted(tree)
    _mark_signatures(tree)
    _write_targets(tree)
    _break_lines(tree)
    *blocks, last = (block.strip() for block in tree.body.text().split(_BLOCK_END))
    ended = (block.removesuffix(_BREAK) for block in blocks if block)  # a break before the end of a block is none
    lines = (" ".join(line.split()) for block in (*ended, last) for line in block.split(_BREAK))
    return "\n".join(lines)


def _with_breaks(page: str) -> Iterator[str]:
    """The page, with the line ends of preformatted stretches as breaks; one pass."""
    lowered, at = page.lower() if page.isascii() else page, 0
    while (start := lowered.find("<pre", at)) >= 0:
        end = lowered.find("</pre", start)
        end = end if end >= 0 else len(page)
        yield page[at:start]
        yield page[start:end].replace("\n", _BREAK)
        at = end
    yield page[at:]


def _mark_quoted(tree: LexborHTMLParser) -> None:
    for node in tree.css(_BEFORE_QUOTED):
        node.insert_before(f"{_BREAK}-----Original Message-----{_BREAK}")
    for node in tree.css("div[style*=border-top]"):
        if _OUTLOOK_BORDER.search(node.attributes.get("style") or ""):
            node.insert_before(f"{_BREAK}-----Original Message-----{_BREAK}")
    for node in tree.css(_INTRODUCING):
        node.replace_with(_BREAK)
    for node in tree.css(_QUOTED):  # one inside another is gone from the page already, which does no harm
        if not _is_indented(node):
            node.replace_with(f"{_BREAK}>{_BREAK}")


def _is_indented(node: LexborNode) -> bool:
    """Webmail indents a paragraph by a blockquote without a border."""
    attributes = node.attributes
    if node.tag != "blockquote" or attributes.get("type") or attributes.get("cite") or attributes.get("class"):
        return False
    return _INDENTED.search(attributes.get("style") or "") is not None


def _mark_signatures(tree: LexborHTMLParser) -> None:
    for node in tree.css(_SIGNATURES):
        node.insert_before(f"{_BREAK}-- {_BREAK}")


def _write_targets(tree: LexborHTMLParser) -> None:
    for node in tree.css("a[href]")[:MAX_LINKS]:
        target = "".join((node.attributes.get("href") or "")[:_MAX_TARGET].split())
        if target.lower().startswith(("http:", "https:", "mailto:", "tel:")) and not _is_shown(target, node.text()):
            node.insert_after(f" <{target}> ")


def _is_shown(target: str, words: str) -> bool:
    return target.partition(":")[2].strip("/") == words.strip().removeprefix("https:").removeprefix("http:").strip("/")


def _break_lines(tree: LexborHTMLParser) -> None:
    for node in tree.css("br"):
        node.replace_with(_BREAK)
    for node in tree.css(_BLOCKS):
        node.insert_before(_BLOCK_END)
        node.insert_after(_BLOCK_END)
    for node in tree.css("td,th"):
        node.insert_after(" ")
