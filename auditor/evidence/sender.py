"""From, To, Cc and Reply-To -> addresses, by a grammar so strict that no two programs can differ about the answer.

The standard library reads `help@walmart.com <x@evil.test>` as help@walmart.com, and IDNA folds mathematical
letters into the real domain; so nothing here normalises before it has refused (RFC 5322 section 3.4, without
comments, groups, routes, quoted local parts and address literals).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.display import decoded
from auditor.message import Message

MAX_FROM = 4_096
MAX_LIST = 16_384
MAX_TEXT = 65_536
TAGGED = "a spam filter put its tag into the From (`rewrite_header From` in SpamAssassin)"

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LOCAL = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*\Z")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
# One character an alternative: nothing to backtrack into, so a hostile value costs one pass.
_NAME_ADDR = re.compile(rf'(?P<name>(?:{_QUOTED}|[^()<>\[\]:;@\\,"])*)<(?P<addr>[^<>]*)>\Z', re.DOTALL)
_FILTER_TAG = re.compile(r"[ \t]*\([*_ -]{0,20}(?:SPAM|JUNK)[*_ -]{0,20}\)[ \t]*\Z", re.IGNORECASE)
# A name whose comma, bracket or comment should stand in quotation marks: whoever reads it, the address is the same.
_NAME_UNQUOTED = re.compile(r"[^@<>:;\"\x00-\x1f\x7f]*<(?P<addr>[^<>]*)>\Z")
_LISTED = re.compile(rf',|(?:{_QUOTED}|[^,"])+')
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Sender:
    """One plain mailbox. `address` is in lower case; `display_name` is decoded and must be shown through `display`."""

    address: str
    display_name: str

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A From that is not exactly one plain mailbox: why, and everything that it says, decoded.

    `address`: where only the name is amiss and every program reads this one; else empty.
    """

    reason: str
    text: str
    address: str = ""


def header_from(message: Message) -> Sender | Malformed:
    """The one sender of a message, or why there is none that all programs agree on."""
    fields = message.all("from")
    if not fields:
        return Malformed("there is no From", "")
    text = " ".join(f.text for f in fields)[:MAX_TEXT]
    if len(fields) > 1:
        return Malformed("there is more than one From", _all_of(text))
    sender = one_mailbox(fields[0].text)
    if isinstance(sender, Sender):
        return sender
    untagged = one_mailbox(without_filter_tag(fields[0].text))
    return Malformed(sender if isinstance(untagged, str) else TAGGED, _all_of(text), _undisputed(_all_of(text)))


def _undisputed(text: str) -> str:
    found = _NAME_UNQUOTED.match(text) if len(text) <= MAX_FROM else None
    sender = one_mailbox(found["addr"]) if found else ""
    return sender.address if isinstance(sender, Sender) else ""


def without_filter_tag(value: str) -> str:
    """The From as it was before SpamAssassin's `rewrite_header From` put a comment behind it."""
    return _FILTER_TAG.sub("", value) if len(value) <= MAX_FROM else value


def _all_of(text: str) -> str:
    """What a malformed From says: decoded as far as that is cheap, the rest as it stands."""
    return decoded(text[:MAX_FROM]) + text[MAX_FROM:]


def one_mailbox(value: str) -> Sender | str:
    """The single mailbox that `value` is, or the reason why it is none."""
    if len(value) > MAX_FROM:
        return "the From is too long"
    if _CONTROL.search(value):
        return "the From holds a control character"
    found = _NAME_ADDR.match(value)
    name, addr = (found["name"].strip(), found["addr"]) if found else ("", value)
    if not found and re.search(r'[\s<>()\[\]:;\\,"]', value):
        return "the From is not exactly one plain mailbox"
    problem = _addr_spec_problem(addr)
    return problem or Sender(addr.lower(), decoded(_unquoted(name)))


def mailboxes(value: str) -> tuple[Sender, ...] | None:
    """All addresses of a To, Cc or Reply-To; None where any of them is not plain."""
    if len(value) > MAX_LIST:
        return None
    pieces, at = [], 0
    while at < len(value):
        piece = _LISTED.match(value, at)
        if piece is None:  # a quotation mark that nothing closes
            return None
        pieces.append(piece[0].strip())
        at = piece.end()
    read = tuple(one_mailbox(piece) for piece in pieces if piece not in ("", ","))
    good = tuple(sender for sender in read if isinstance(sender, Sender))
    return good if len(good) == len(read) else None


def _addr_spec_problem(addr: str) -> str:
    local, at, domain = addr.rpartition("@")
    if not at:
        return "the From holds no address"
    if not domain.isascii():
        return "the From domain is not written in plain ASCII"
    if not _LOCAL.match(local) or len(local) > 64:
        return "the From's local part is not plain"
    labels = domain.split(".")
    if len(domain) > 253 or len(labels) < 2 or not all(_LABEL.match(label) for label in labels):
        return "the From domain is not a plain host name"
    return ""


def _unquoted(name: str) -> str:
    return re.sub(_QUOTED, lambda quoted: re.sub(r"\\(.)", r"\1", quoted[0][1:-1]), name)
