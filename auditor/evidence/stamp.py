"""Header fields + what is known of the seller's provider -> the stamp: results that only the provider can have written.

Anyone can send an Authentication-Results field. What he cannot do is write above the Received field with which the
provider's border took his message. So the walk begins at the top, passes the provider's own hops, and ends at that
border; a field further down proves nothing, whatever id it bears.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_address

from auditor.evidence.alignment import registrable_domain
from auditor.evidence.authres import Result, parse
from auditor.message import Field, Message

MAX_HOPS = 20


@dataclass(frozen=True, slots=True)
class StampRule:
    """How the seller's provider marks what it checked. Host and id patterns know one wildcard, a leading `*`."""

    authserv_ids: tuple[str, ...] = ()
    anonymous: bool = False
    """The provider writes no authserv-id; its field stands directly above the border's Received."""
    internal_hosts: tuple[str, ...] = ()
    border_hosts: tuple[str, ...] = ()
    below_border: bool = False
    """The provider writes its fields directly below the border's Received, and always does."""

    @property
    def stamps(self) -> bool:
        return self.anonymous or bool(self.authserv_ids)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Every result of the trusted block; `why` says why there is none."""

    results: tuple[Result, ...] = ()
    why: str = ""


def pinned(authserv_ids: Sequence[str], own_hosts: Sequence[str]) -> StampRule:
    """The rule for ids that the seller pinned: the border is a host of the same organization.

    `own_hosts`: the IMAP server and the domains of the seller's addresses.
    """
    domains = {registrable_domain(host) or host for host in (*authserv_ids, *own_hosts)}
    hosts = tuple(sorted(pattern for domain in domains for pattern in (domain, f"*.{domain}")))
    return StampRule(authserv_ids=tuple(i.lower() for i in authserv_ids), border_hosts=hosts)


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
    parsed = [parse(field.value) for field in block]
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
        if _matches(hop.by, rule.border_hosts) and not hop.local:
            return index
        if not hop.local and not _matches(hop.by, rule.internal_hosts):
            return None
    return None


def _block_at(fields: Sequence[Field], border: int, rule: StampRule) -> list[Field]:
    """The contiguous Authentication-Results fields of the provider beside its border, none where any lies astray."""
    if rule.below_border:
        return _run(fields[border + 1 :], rule)
    above = fields[:border]
    block = _run(above[::-1], rule)
    trusted = [field for field in above if _is_stamp(field, rule)]
    return block[::-1] if len(trusted) == len(block) else []


def _run(fields: Sequence[Field], rule: StampRule) -> list[Field]:
    """The first run of trusted fields; only Received-SPF and X- fields may stand between it and the border."""
    run: list[Field] = []
    for field in fields:
        if _is_stamp(field, rule):
            run.append(field)
        elif run or not (field.key == "received-spf" or (field.key.startswith("x-") and not rule.anonymous)):
            break
    return run


def _is_stamp(field: Field, rule: StampRule) -> bool:
    if field.key != "authentication-results":
        return False
    if rule.anonymous:
        return True
    # Only the id is needed here; a field of ours that cannot be read must count as ours, to be refused.
    found = re.match(r'\s*(?:\([^()]*\)\s*)*"?([A-Za-z0-9._-]+)"?\s*(?:\s[0-9]+\s*)?(?:\(|;|$)', field.text)
    return found is not None and _matches(found[1].lower(), rule.authserv_ids)


@dataclass(frozen=True, slots=True)
class _Hop:
    by: str
    local: bool
    """Handed over inside one machine: by LMTP (RFC 2033), from a loopback address, or from nowhere."""


def _hop(received: str) -> _Hop | None:
    bare = _without_comments(received)
    if bare is None:
        return None
    by = re.search(r"(?:^|\s)by\s+([^\s;]+)", bare)
    protocol = re.search(r"\swith\s+([^\s;]+)", bare)
    came_from_nowhere = not received.lower().startswith("from ")
    by_lmtp = protocol is not None and protocol[1].upper().startswith("LMTP")
    return _Hop(by[1].lower() if by else "", came_from_nowhere or by_lmtp or _only_loopback(received))


def _without_comments(text: str) -> str | None:
    depth, kept = 0, []
    for character in text:
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0:
            kept.append(character)
    return "".join(kept) if depth == 0 else None


def _only_loopback(received: str) -> bool:
    """Every address that the hop names is a loopback one; a greeting name may pose as one, so one other refuses."""
    addresses = []
    for word in re.split(r"[\s()\[\],;=]+", received):
        try:
            addresses.append(ip_address(word.removeprefix("IPv6:")))
        except ValueError:
            continue
    return bool(addresses) and all(address.is_loopback for address in addresses)


def _matches(host: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(host, pattern) for pattern in patterns)
