"""Headers of the inbox + the rule in force -> whose stamps are there, who could have written them, what to do."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from auditor.doctor.diagnosis import Diagnosis, Link, State
from auditor.evidence.alignment import registrable_domain
from auditor.evidence.authres import parse
from auditor.evidence.stamp import StampRule, read_stamp
from auditor.message import Message
from auditor.providers import Provider

# What may stand between a stamp and the border, or hide a stamp, has to be read too: without it a stamp looks trusted
# here that a run refuses.
FIELDS = (
    *("RETURN-PATH", "DELIVERED-TO", "RECEIVED", "AUTHENTICATION-RESULTS", "RECEIVED-SPF", "DKIM-SIGNATURE"),
    *("ARC-SEAL", "ARC-MESSAGE-SIGNATURE", "ARC-AUTHENTICATION-RESULTS", "FROM", "TO", "CC"),
)
_ID = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9])?")
_FEWEST = 5  # messages from which something may be concluded
_SHOWN = 3
_MAX_IDS = 30  # a message can hold a thousand stamps that its sender wrote
_MAX_FIELDS = 20

RuleFor = Callable[[tuple[str, ...]], StampRule]


@dataclass(frozen=True, slots=True)
class Signer:
    """The authserv-ids of one organization: on how many messages, and on how many only the server can have put them."""

    ids: tuple[str, ...]
    seen: int
    above: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What the messages show. `believed`: stamps that the rule in force takes; `why` it takes no others."""

    messages: int
    believed: int
    why: str
    signers: tuple[Signer, ...]


def survey(messages: Sequence[Message], rule: StampRule, rule_for: RuleFor) -> Survey:
    """`rule_for` gives the rule that would be in force if the given ids were pinned."""
    refusals = Counter(why for why in (read_stamp(message, rule).why for message in messages) if why)
    why = refusals.most_common(1)[0][0] if refusals else ""
    ids_of = [_ids(message) for message in messages]
    groups: dict[str, set[str]] = {}
    for each, _ in Counter(each for ids in ids_of for each in sorted(ids)).most_common(_MAX_IDS):
        groups.setdefault(registrable_domain(each) or each, set()).add(each)
    signers = (_signer(tuple(sorted(ids)), messages, ids_of, rule_for) for ids in groups.values())
    ranked = sorted(signers, key=lambda one: (-one.above, -one.seen, one.ids))
    return Survey(len(messages), len(messages) - refusals.total(), why, tuple(ranked))


def diagnose(found: Survey, rule: StampRule, provider: Provider) -> Diagnosis:
    """Whether stamps can be believed here, and the line to copy where pinning an id would help."""
    if not found.messages:
        return Diagnosis(Link.STAMPS, State.UNKNOWN, "the inbox is empty, so no stamp can be looked at")
    offer = _offer(found)
    if not rule.stamps:
        return _without_rule(found, provider, offer)
    whose = ", ".join(rule.authserv_ids) or provider.title
    if found.believed:
        text = f"those of {whose} are believed, and are on {_share(found.believed, found)}"
        return Diagnosis(Link.STAMPS, State.OK, text)
    if found.messages < _FEWEST:
        text = f"too few messages in the inbox ({found.messages}) to tell whether {whose} writes any"
        return Diagnosis(Link.STAMPS, State.UNKNOWN, text)
    return _never_believed(found, rule, provider, offer=offer, whose=whose)


def _never_believed(found: Survey, rule: StampRule, provider: Provider, *, offer: str, whose: str) -> Diagnosis:
    ids = [each for signer in found.signers for each in signer.ids]
    seen = any(fnmatchcase(each, pattern) for each in ids for pattern in rule.authserv_ids)
    where = "stand only where a sender could have put them" if seen else f"are on none of {_newest(found)}"
    remedy = "write this instead" if offer else "take authserv_ids out of the configuration, or correct it"
    if rule == provider.stamp:
        remedy, offer = "check that mail arrives at this mailbox directly, and is not forwarded to it", ""
    cause = found.why + (f"; seen: {_listed(found)}" if found.signers else "")
    return Diagnosis(Link.STAMPS, State.WARNING, f"those of {whose} {where}", cause=cause, remedy=remedy, copy=offer)


def _without_rule(found: Survey, provider: Provider, offer: str) -> Diagnosis:
    seen = f"seen: {_listed(found)}" if found.signers else f"there is none on {_newest(found)}"
    if offer:
        text = "none is believed yet, and your server's can be: they stand where nobody else can write"
        remedy = "to let them count beside our own check of signatures, add this to the mailbox's table"
        return Diagnosis(Link.STAMPS, State.NOTE, text, cause=seen, remedy=remedy, copy=offer)
    if provider.bodies_rerendered:
        text = "none can be believed, and signatures do not survive here: nothing will be proved genuine"
        return Diagnosis(Link.STAMPS, State.WARNING, text, cause=seen)
    text = f"none is believed; the signature of each message is checked instead ({seen})"
    return Diagnosis(Link.STAMPS, State.OK, text)


def _offer(found: Survey) -> str:
    """The line to copy: ids on at least half of the messages, all of them out of a sender's reach."""
    if not found.signers or found.messages < _FEWEST:
        return ""
    best = found.signers[0]
    if best.above < _FEWEST or best.above * 2 < found.messages:
        return ""
    return f"authserv_ids = {json.dumps(best.ids)}"


def _signer(
    ids: tuple[str, ...], messages: Sequence[Message], ids_of: Sequence[frozenset[str]], rule_for: RuleFor
) -> Signer:
    """Only ids that were seen out of a sender's reach at least once stay in a group that has such."""
    above = tuple(each for each in ids if _count_above((each,), messages, ids_of, rule_for))
    kept = above or ids
    seen = sum(not found.isdisjoint(kept) for found in ids_of)
    return Signer(kept, seen, _count_above(above, messages, ids_of, rule_for) if above else 0)


def _count_above(
    ids: tuple[str, ...], messages: Sequence[Message], ids_of: Sequence[frozenset[str]], rule_for: RuleFor
) -> int:
    rule = rule_for(ids)
    return sum(
        not found.isdisjoint(ids) and not read_stamp(message, rule).why
        for message, found in zip(messages, ids_of, strict=True)
    )


def _ids(message: Message) -> frozenset[str]:
    return frozenset(_named(message))


def _named(message: Message) -> Iterator[str]:
    for field in message.all("authentication-results")[:_MAX_FIELDS]:
        read = parse(field.value)
        if read is not None and read.authserv_id is not None and _ID.fullmatch(read.authserv_id):
            yield read.authserv_id


def _listed(found: Survey) -> str:
    shown = [_placed(signer, found) for signer in found.signers[:_SHOWN]]
    more = len(found.signers) - _SHOWN
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def _placed(signer: Signer, found: Survey) -> str:
    names = ", ".join(signer.ids[:_SHOWN]) + (" and others" if len(signer.ids) > _SHOWN else "")
    if not signer.above:
        return f'{names} on {signer.seen}, where a sender could have put it (is that rspamd? see provider = "rspamd")'
    return f"{names} on {signer.above}, above your server's own line" + (
        f" (on {signer.seen - signer.above} below it)" if signer.seen > signer.above else ""
    )


def _share(count: int, found: Survey) -> str:
    return f"{count} of {_newest(found)}"


def _newest(found: Survey) -> str:
    return f"the newest {found.messages} messages" if found.messages > 1 else "the one message"
