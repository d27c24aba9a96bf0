"""Messages of a report -> the campaigns among them: what one sender, or one letter from rotating senders, sent.

A hundred copies of one lure are one thing to a seller. Two imitations belong together where the marketplace and the
trick are the same, and so is the domain that they come from, or both the shown name and the words of the subject.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from auditor.display import decoded
from auditor.evidence.alignment import registrable_domain
from auditor.evidence.letters import unmasked
from auditor.evidence.sender import Sender, one_mailbox
from auditor.mailbox.interface import MessageRef
from auditor.report import MessageLine
from auditor.tricks import BEARS_OWN_DOMAIN

_WORDS = 8  # of a subject: behind them come names, numbers and padding
_MAX_NAME = 60
_ADDRESS_END = re.compile(r"@((?:[A-Za-z0-9-]{1,63}\.){1,10}[A-Za-z]{2,24})")


@dataclass(frozen=True, slots=True)
class Campaign:
    """Imitations that belong together, newest first. `domains`: where they come from, the most frequent first."""

    key: str  # the same from run to run while its oldest message is there
    marketplace: str
    trick: str
    name: str  # that of the newest message, as a stranger wrote it; may be empty
    domains: tuple[str, ...]
    messages: tuple[MessageLine, ...]


def campaigns(messages: Iterable[MessageLine]) -> tuple[Campaign, ...]:
    """The campaigns of one mailbox, largest first; what imitates nothing is left out. Pure, and blind to order."""
    marks = {line.ref: _Marks.of(line) for line in messages if line.trick and line.standing in ("unverified", "forged")}
    found = [_campaign([marks[ref] for ref in refs]) for refs in _joined({ref: m.keys() for ref, m in marks.items()})]
    return tuple(sorted(found, key=lambda one: (-len(one.messages), one.key)))


def keys_of(messages: Iterable[MessageLine]) -> dict[MessageRef, str]:
    """The key of its campaign for each message that belongs to one."""
    return {line.ref: found.key for found in campaigns(messages) for line in found.messages}


@dataclass(frozen=True, slots=True)
class _Marks:
    """By what a message is known again; `domain` may be empty."""

    line: MessageLine
    name: str
    domain: str
    letter: tuple[str, ...]

    @classmethod
    def of(cls, line: MessageLine) -> _Marks:
        name, domain = _sender(line.header_from)
        letter = (*_words(name), "|", *_words(decoded(line.subject)))
        return cls(line, name[:_MAX_NAME], registrable_domain(domain) or ".".join(domain.split(".")[-2:]), letter)

    def keys(self) -> Iterator[Hashable]:
        """Two messages that share one of these belong together."""
        kind = (self.line.marketplace, self.line.trick)
        yield (*kind, self.letter)
        if self.domain and self.line.trick not in BEARS_OWN_DOMAIN:
            yield (*kind, self.domain)


def _sender(header_from: str) -> tuple[str, str]:
    """Name and domain; of a malformed From what most programs would show, which is good enough to group by."""
    sender = one_mailbox(header_from)
    if isinstance(sender, Sender):
        return sender.display_name, sender.domain
    domains = _ADDRESS_END.findall(header_from)
    return decoded(header_from).partition("<")[0].strip(' "'), domains[-1].lower() if domains else ""


def _words(text: str) -> tuple[str, ...]:
    """The first words without what changes from copy to copy: numbers, codes, addresses and ornaments."""
    words = (word for word in re.split(r"[^\w@]+", unmasked(text)) if word)
    return tuple(word for word in words if not re.search(r"[\d@_]", word))[:_WORDS]


def _joined(keys: Mapping[MessageRef, Iterable[Hashable]]) -> list[list[MessageRef]]:
    """Messages connected by shared keys, over any number of steps."""
    head: dict[Hashable, Hashable] = {}

    def root(one: Hashable) -> Hashable:
        while head.setdefault(one, one) != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    for ref, shared in keys.items():
        for key in shared:
            head[root(key)] = root(ref)
    groups: dict[Hashable, list[MessageRef]] = {}
    for ref in sorted(keys):
        groups.setdefault(root(ref), []).append(ref)
    return list(groups.values())


def _campaign(members: Sequence[_Marks]) -> Campaign:
    newest_first = sorted(members, key=lambda one: (one.line.received_at, one.line.ref), reverse=True)
    newest, oldest = newest_first[0], newest_first[-1]
    domains = [one.domain for one in members if one.domain]
    often = sorted(set(domains), key=lambda domain: (-domains.count(domain), domain))
    return Campaign(
        _key(oldest),
        newest.line.marketplace or "",
        newest.line.trick,
        newest.name,
        tuple(often),
        tuple(one.line for one in newest_first),
    )


def _key(oldest: _Marks) -> str:
    """Marketplace and trick, then a digest: a stranger's words have no place in a key."""
    letter = sha256(repr((oldest.domain, oldest.letter)).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{oldest.line.marketplace or 'unknown'}:{oldest.line.trick}:{letter}"
