"""Header fields + what is known of the seller's provider -> the stamp: results that only the provider can have written.

Anyone can send an Authentication-Results field. What he cannot do is write above the Received field with which the
provider's border took his message. So the walk begins at the top, passes the provider's own hops, and ends at that
border; a field further down proves nothing, whatever id it bears.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from auditor.evidence.alignment import registrable_domain
from auditor.evidence.authres import Result, parse
from auditor.message import Field, Message

MAX_HOPS = 20
MAX_NESTED = 20

# `from name (name [127.0.0.1]) by`, the address last and alone: a greeting may pose as one, as in `(EHLO [127.0.0.1])`.
_FROM_LOOPBACK = re.compile(
    r"from\s+[A-Za-z0-9.-]+\s+\((?:(?!(?:EHLO|HELO)\s)[A-Za-z0-9.-]+\s+)?"
    r"\[(?:127(?:\.\d{1,3}){3}|(?:IPv6:)?::1)\]\)\s+by\s",
    re.IGNORECASE,
)
_FROM = re.compile(r"from\s", re.IGNORECASE)
_FROM_ADDRESS = re.compile(r"from\s+[^\s()]+\s+\(([0-9A-Fa-f.:]+)(?:%\w+)?\)\s+by\s", re.IGNORECASE)
_LMTP = re.compile(r"LMTPS?A?\Z", re.IGNORECASE)
_SMTP = re.compile(r"(?:E?SMTPS?A?|LMTPS?A?)\Z", re.IGNORECASE)
# Postfix writes so of a certificate; any other quotation mark could hide where a comment ends.
_CERTIFICATE = re.compile(r'\(Client CN "[^"()\\]*", Issuer "[^"()\\]*" \((?:not )?verified[^"()]*\)\)')


_COMMENT = re.compile(r"\([^()]*\)")
_BY = re.compile(r"(?:^|\s)by\s")
_BY_HOST = re.compile(r"(?:^|\s)by\s+([^\s;]+)")
_WITH = re.compile(r"\swith\s")
_WITH_PROTOCOL = re.compile(r"\swith\s+([^\s;]+)")
# Only the id is needed of a field to know whose it is; a field of ours that cannot be read must count as ours, to be
# refused.
_ID = re.compile(r'\s*(?:\([^()]*\)\s*)*"?([A-Za-z0-9._-]+)"?\s*(?:\s[0-9]+\s*)?(?:\(|;|$)')


class Witness(StrEnum):
    """What shows that the first field below the border is the provider's, and not the first that the sender brought."""

    NONE = ""
    ARC_COPY = "arc-copy"
    """The same results stand above the border too, in an ARC-Authentication-Results (RFC 8617 section 4.1.1)."""
    QUEUE_ID = "queue-id"
    """X-Rspamd-Queue-Id names the id under which the border took the message in: nobody could know it before."""


_UNWITNESSED = {
    Witness.NONE: "the stamp stands where a sender could have put it",
    Witness.ARC_COPY: "the stamp is not the one that the provider wrote above: the sender may have brought it",
    Witness.QUEUE_ID: "nothing shows that rspamd wrote the stamp; let it write x-rspamd-queue-id too (milter_headers)",
}


@dataclass(frozen=True, slots=True)
class StampRule:
    """How the seller's provider marks what it checked. Host and id patterns know one wildcard, `*`."""

    authserv_ids: tuple[str, ...] = ()
    anonymous: bool = False
    """The provider writes no authserv-id; its field stands directly above the border's Received."""
    internal_hosts: tuple[str, ...] = ()
    internal_sources: tuple[str, ...] = ()
    """Addresses from which its internal hosts take mail over, where that is known; others submit from outside."""
    border_hosts: tuple[str, ...] = ()
    below_border: bool = False
    """The provider writes its field directly below the border's Received. Believed where `witness` bears it out."""
    witness: Witness = Witness.NONE
    extra_words: tuple[str, ...] = ()
    """`name=value` words behind a result that are no property of RFC 8601 and change nothing."""

    @property
    def stamps(self) -> bool:
        return self.anonymous or bool(self.authserv_ids)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Every result of the trusted block; `why` says why there is none."""

    results: tuple[Result, ...] = ()
    why: str = ""


def pinned(authserv_ids: Sequence[str], own_hosts: Sequence[str], like: StampRule | None = None) -> StampRule:
    """The rule for ids that the seller pinned: the border is a host of the same organization.

    `own_hosts`: the IMAP server and the domains of the seller's addresses. `like`: a way of setting up a server, for
    where it writes its field.
    """
    domains = {registrable_domain(host) or host for host in (*authserv_ids, *own_hosts)}
    hosts = tuple(sorted(pattern for domain in domains for pattern in (domain, f"*.{domain}")))
    ids = tuple(each.lower() for each in authserv_ids)
    return replace(like or StampRule(), authserv_ids=ids, border_hosts=hosts)


def read_stamp(message: Message, rule: StampRule) -> Stamp:
    """The provider's own results on this message, or none and the reason."""
    if not rule.stamps:
        return Stamp(why="no stamp of this mailbox's provider can be trusted")
    border = _border(message.fields, rule)
    if border is None:
        return Stamp(why="the provider's own Received line was not found, so no stamp can be told from a planted one")
    block = _block_at(message.fields, border, rule)
    if not block:
        return Stamp(why="the provider wrote no stamp on this message")
    if rule.below_border and not _is_witnessed(block[0], message.fields, border, rule=rule):
        return Stamp(why=_UNWITNESSED[rule.witness])
    parsed = [parse(field.value, extra_words=rule.extra_words) for field in block]
    if any(one is None for one in parsed):
        return Stamp(why="the provider's stamp cannot be read for certain")
    results = tuple(result for one in parsed if one is not None for result in one.results)
    if sum(result.method == "dmarc" for result in results) > 1:
        return Stamp(why="the stamp holds two DMARC results")
    return Stamp(results)


def _border(fields: Sequence[Field], rule: StampRule) -> int | None:
    """Index of the Received with which the provider took the message from outside."""
    hops = [index for index, field in enumerate(fields) if field.key == "received"][:MAX_HOPS]
    for index in hops:
        hop = _hop(fields[index].text)
        if hop is None:
            return None
        if not _is_inner(hop, rule):
            return index if hop.has_source and _matches(hop.by, rule.border_hosts) else None
    return None


def _is_inner(hop: _Hop, rule: StampRule) -> bool:
    """Handed over inside the provider: by LMTP (RFC 2033), from a loopback address, or between its own hosts."""
    if not hop.has_source:
        # Without a protocol it began there; POP3 fetched it from another provider, and what follows is that one's.
        own = _matches(hop.by, (*rule.internal_hosts, *rule.border_hosts))
        return own and _SMTP.match(hop.protocol) is not None
    if hop.from_loopback or _LMTP.match(hop.protocol):
        return True
    known = not rule.internal_sources or _matches(hop.address, rule.internal_sources)
    return _matches(hop.by, rule.internal_hosts) and known


def _block_at(fields: Sequence[Field], border: int, rule: StampRule) -> list[Field]:
    """The contiguous Authentication-Results fields of the provider beside its border, none where any lies astray."""
    above, below = fields[:border], fields[border + 1 :]
    if rule.below_border:
        # What follows the provider's field is the sender's, and may pose as more of it: so the first, and no other.
        return _run(below, rule)[:1] if not any(_is_stamp(field, rule) for field in above) else []
    block = _run(above[::-1], rule)
    trusted = [field for field in above if _is_stamp(field, rule)]
    return block[::-1] if len(trusted) == len(block) else []


def _is_witnessed(stamp: Field, fields: Sequence[Field], border: int, *, rule: StampRule) -> bool:
    if rule.witness is Witness.ARC_COPY:
        copies = (field.text for field in fields[:border] if field.key == "arc-authentication-results")
        return any(_squeezed(re.sub(r"\A\s*i=\d{1,2}\s*;", "", copy)) == _squeezed(stamp.text) for copy in copies)
    if rule.witness is Witness.QUEUE_ID:
        named = re.findall(r"\sid\s+([^\s;]+)", _without_comments(fields[border].text) or "")
        written = [f.text for f in fields if f.key == "x-rspamd-queue-id"]  # by rspamd last; a sender may guess often
        return len(named) == 1 and named == written[-1:]
    return False


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _run(fields: Sequence[Field], rule: StampRule) -> list[Field]:
    """The first run of trusted fields; what the provider wrote beside it may stand between it and the border.

    Above the border that is Received-SPF and, where fields have ids, X- fields and the logo (BIMI); below it only
    Received-SPF, since everything else there may be the sender's.
    """
    run: list[Field] = []
    beside = ("received-spf",) if rule.anonymous or rule.below_border else ("received-spf", "x-", "bimi-")
    for field in fields:
        if _is_stamp(field, rule):
            run.append(field)
        elif run or not field.key.startswith(beside):
            break
    return run


def _is_stamp(field: Field, rule: StampRule) -> bool:
    if field.key != "authentication-results":
        return False
    if rule.anonymous:
        return True
    found = _ID.match(field.text)
    return found is not None and _matches(found[1].lower(), rule.authserv_ids)


@dataclass(frozen=True, slots=True)
class _Hop:
    by: str
    protocol: str
    has_source: bool
    from_loopback: bool
    address: str
    """Of the source, where it stands alone in brackets as Exchange writes it."""


def _hop(received: str) -> _Hop | None:
    """One Received field (RFC 5321 section 4.4); None where a greeting name could make it say two things."""
    bare = _without_comments(received)
    if bare is None or len(_BY.findall(bare)) != 1 or len(_WITH.findall(bare)) > 1:
        return None
    by = _BY_HOST.search(bare)
    protocol = _WITH_PROTOCOL.search(bare.partition(";")[0])  # what follows is the date
    if by is None:
        return None
    address = _FROM_ADDRESS.match(received)
    return _Hop(
        by[1].lower(),
        protocol[1] if protocol else "",
        has_source=_FROM.match(received) is not None,
        from_loopback=_FROM_LOOPBACK.match(received) is not None,
        address=address[1].lower() if address else "",
    )


def _without_comments(text: str) -> str | None:
    """None where comments do not close or lie too deep, or a quotation mark leaves open where they end."""
    text = _CERTIFICATE.sub("", text)
    if '"' in text and "(" in text:
        return None
    for _ in range(MAX_NESTED):
        if "(" not in text:
            break
        text = _COMMENT.sub("", text)
    return None if "(" in text or ")" in text else text


def _matches(host: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(host, pattern) for pattern in patterns)
