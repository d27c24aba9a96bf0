"""Headers of the inbox + the rule in force -> whose stamps are there, who could have written them, what to do."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase

from auditor.doctor.diagnosis import Diagnosis, Link, State
from auditor.evidence.alignment import registrable_domain
from auditor.evidence.authres import parse
from auditor.evidence.sender import Malformed, header_from
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
_FEWEST_ORIGINS = 2  # one sender can write what he likes, as often as he likes
_SHOWN = 3
_MAX_IDS = 30  # a message can hold a thousand stamps that its sender wrote
_MAX_FIELDS = 20

RuleFor = Callable[[tuple[str, ...]], StampRule]


@dataclass(frozen=True, slots=True)
class Signer:
    """The authserv-ids of one organization: on how many messages, and on how many only the server can have put them.

    `origins`: over how many sender domains that was seen; of the messages above the border, where there are any.
    """

    ids: tuple[str, ...]
    seen: int
    above: int
    origins: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What the messages show. `believed`: stamps that the rule in force takes; `why` it takes no others.

    `origins`: how many sender domains (registrable ones) the messages come from; `believed_origins`: those believed.
    """

    messages: int
    believed: int
    why: str
    signers: tuple[Signer, ...]
    origins: int
    believed_origins: int

    @property
    def tells(self) -> bool:
        """Whether more than one sender is heard: what one alone writes says nothing of the others' mail."""
        return self.origins >= _FEWEST_ORIGINS


@dataclass(frozen=True, slots=True)
class _Looked:
    """One message: the ids that it bears, its sender's registrable domain (empty for an odd From), and why the rule in
    force takes no stamp of it."""

    message: Message
    ids: frozenset[str]
    origin: str
    refused: str


def survey(messages: Sequence[Message], rule: StampRule, rule_for: RuleFor) -> Survey:
    """`rule_for` gives the rule that would be in force if the given ids were pinned."""
    looked = [_looked(message, rule) for message in messages]
    believed = [one for one in looked if not one.refused]
    refusals = Counter(one.refused for one in looked if one.refused)
    groups: dict[str, set[str]] = {}
    for each, _ in Counter(each for one in looked for each in sorted(one.ids)).most_common(_MAX_IDS):
        groups.setdefault(registrable_domain(each) or each, set()).add(each)
    signers = (_signer(tuple(sorted(ids)), looked, rule_for) for ids in groups.values())
    return Survey(
        messages=len(looked),
        believed=len(believed),
        why=refusals.most_common(1)[0][0] if refusals else "",
        signers=tuple(sorted(signers, key=lambda one: (-one.above, -one.seen, one.ids))),
        origins=_origins(looked),
        believed_origins=_origins(believed),
    )


def _looked(message: Message, rule: StampRule) -> _Looked:
    sender = header_from(message)
    origin = "" if isinstance(sender, Malformed) else registrable_domain(sender.domain) or sender.domain
    return _Looked(message, frozenset(_named(message)), origin, read_stamp(message, rule).why)


def diagnose(found: Survey, rule: StampRule, provider: Provider) -> Diagnosis:
    """Whether stamps can be believed here, and the line to copy where pinning an id would help."""
    return replace(_diagnosis(found, rule, provider), figures=asdict(found))


def _diagnosis(found: Survey, rule: StampRule, provider: Provider) -> Diagnosis:
    if not found.messages:
        return Diagnosis(Link.STAMPS, State.UNKNOWN, "the inbox is empty, so no stamp can be looked at")
    offer = _offer(found)
    if not rule.stamps:
        return _without_rule(found, provider, offer)
    whose = ", ".join(rule.authserv_ids) or provider.title
    if not found.tells:
        text = f"fewer than {_FEWEST_ORIGINS} sender domains wrote {_newest(found)}, so nothing is concluded from them"
        return Diagnosis(Link.STAMPS, State.UNKNOWN, text, cause=f"seen: {_listed(found)}" if found.signers else "")
    if found.believed:
        return _believed(found, whose)
    if found.messages < _FEWEST:
        text = f"too few messages in the inbox ({found.messages}) to tell whether {whose} writes any"
        return Diagnosis(Link.STAMPS, State.UNKNOWN, text)
    return _never_believed(found, rule, provider, offer=offer, whose=whose)


def _believed(found: Survey, whose: str) -> Diagnosis:
    share = f"{_share(found.believed, found)}, from {_domains(found.believed_origins)}"
    state = State.OK if found.believed_origins >= _FEWEST_ORIGINS else State.NOTE
    others = f"on the others: {found.why}" if found.why else ""
    return Diagnosis(Link.STAMPS, state, f"those of {whose} are believed, and are on {share}", cause=others)


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
    """The line to copy: ids on at least half of the messages, of several senders and out of the reach of all."""
    if not found.signers or found.messages < _FEWEST:
        return ""
    best = found.signers[0]
    if best.above < _FEWEST or best.above * 2 < found.messages or best.origins < _FEWEST_ORIGINS:
        return ""
    return f"authserv_ids = {json.dumps(best.ids)}"


def _signer(ids: tuple[str, ...], looked: Sequence[_Looked], rule_for: RuleFor) -> Signer:
    """Only ids that were seen out of a sender's reach at least once stay in a group that has such."""
    above = tuple(each for each in ids if _above((each,), looked, rule_for))
    bearing = [one for one in looked if not one.ids.isdisjoint(above or ids)]
    out_of_reach = _above(above, looked, rule_for) if above else []
    return Signer(above or ids, len(bearing), len(out_of_reach), _origins(out_of_reach or bearing))


def _above(ids: tuple[str, ...], looked: Sequence[_Looked], rule_for: RuleFor) -> list[_Looked]:
    rule = rule_for(ids)
    return [one for one in looked if not one.ids.isdisjoint(ids) and not read_stamp(one.message, rule).why]


def _origins(looked: Iterable[_Looked]) -> int:
    return len({one.origin for one in looked} - {""})


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
    over = _domains(signer.origins)
    if not signer.above:
        where = "where a sender could have put it"
        return f'{names} on {signer.seen} from {over}, {where} (is that rspamd? see provider = "rspamd")'
    share = f"{signer.above} of {found.messages}, from {over}"
    return f"{names} on {share}, above your server's own line" + (
        f" (on {signer.seen - signer.above} below it)" if signer.seen > signer.above else ""
    )


def _domains(origins: int) -> str:
    return "one sender domain" if origins == 1 else f"{origins} sender domains"


def _share(count: int, found: Survey) -> str:
    return f"{count} of {_newest(found)}"


def _newest(found: Survey) -> str:
    return f"the newest {found.messages} messages" if found.messages > 1 else "the one message"
