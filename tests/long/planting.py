"""A real phish in; the same phish with its provider's stamp planted by the sender out, in one of many forms.

Everything that a sender can write is written as well as a forger who knows the verdict's rules would write it: for
half of the variants the From is an address of a known stream, the To the seller's, and a signature with the right
d= and fields stands where the planted stamp says it does. Only what the provider itself writes is left to it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from random import Random

from auditor.evidence.sender import Sender, header_from
from auditor.evidence.signatures import signatures
from auditor.message import read, read_header
from tests.contexts import context
from tests.corpus import Real
from tests.mail import RECEIVED_AT, SELLER, Profile
from tests.mail.build import CRLF
from tests.mail.delivery import Stamp, deliver, failed, passed
from tests.mail.genuine import genuine
from tests.properties.case import is_field, joined, split

STAMP, RECEIVED = b"authentication-results", b"received"
MARK = b"X-Mark: 1\r\n"
Fields = list[bytes]


@dataclass(frozen=True, slots=True)
class Variant:
    """`rewritten`: From, To and signature are the forger's choice, so that the first two checks pass."""

    form: str
    profile: Profile
    rewritten: bool
    raw: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Pose:
    """Whom the phish pretends to come from, and who would have to sign for him."""

    address: str
    signer: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def plant(real: Real, profile: Profile, rng: Random, *, rewritten: bool) -> Variant:
    """One variant; the same for the same state of `rng`."""
    moment = _moment(real)
    fields, rest = split(_with_crlf(real.raw))
    pose = rng.choice(poses()) if rewritten else _own_pose(real)
    if rewritten:
        fields = _rewritten(fields, pose, moment, rng)
    form = rng.choice(list(FORMS))
    block = _block(profile, pose, fields[0])
    raw = FORMS[form](fields, rest, block)
    told = _true_stamp(profile, pose, rng)
    host = rng.choice(("mail.evil.test", "out1.walmart.com", "localhost", "[127.0.0.1]"))
    return Variant(form, profile, rewritten, deliver(raw, profile, told, host), moment)


@cache
def poses() -> tuple[Pose, ...]:
    """Every address from which the sample seller gets genuine mail, with the domain that signs it."""
    found = set()
    for sample in genuine(Profile.NONE):
        message = read(sample.raw)
        sender, signed = header_from(message), signatures(message)
        if isinstance(sender, Sender):
            found.add(Pose(sender.address, signed[0].domain))
    return tuple(sorted(found, key=lambda pose: pose.address))


def _own_pose(real: Real) -> Pose:
    """The address that the phish bears anyway; its domain would sign."""
    sender = header_from(read_header(real.raw))
    address = sender.address if isinstance(sender, Sender) else "x@evil.test"
    return Pose(address, address.rpartition("@")[2])


def _moment(real: Real) -> datetime:
    """When it says it was sent, so that nothing is refused for its age alone."""
    moment = real.claimed_date
    usable = moment is not None and datetime(1990, 1, 1, tzinfo=UTC) < moment < datetime(2037, 1, 1, tzinfo=UTC)
    return moment if moment is not None and usable else RECEIVED_AT


def _with_crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", CRLF)


def _rewritten(fields: Fields, pose: Pose, moment: datetime, rng: Random) -> Fields:
    """The forger's own From, To, Date and signature; what else must stand once stands once."""
    theirs = (b"from", b"sender", b"to", b"cc", b"reply-to", b"date", b"dkim-signature", b"x-mozilla-status")
    kept, seen = [], set()
    for one in fields:
        name = one.partition(b":")[0].lower()
        is_single = name in (b"subject", b"message-id", b"mime-version", b"content-type", b"content-transfer-encoding")
        is_field_line = re.match(rb"[!-9;-~]+:", one) is not None
        if is_field_line and name not in theirs and not (is_single and name in seen):
            kept.append(one)
            seen.add(name)
    own = (
        _signature(pose, moment, rng),
        f"From: {pose.address}\r\nTo: {SELLER}\r\nDate: {format_datetime(moment)}\r\n".encode(),
    )
    return [own[0], *own[1].splitlines(keepends=True), *kept]


def _signature(pose: Pose, moment: datetime, rng: Random) -> bytes:
    """Of the right form; its key is in no DNS, so that nothing but a stamp could speak for or against it."""
    covered = "From:To:Cc:Subject:Date:Message-ID:Reply-To:MIME-Version:Content-Type:List-Unsubscribe:List-Help"
    return (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={pose.signer}; s=nowhere;\r\n"
        f" t={int(moment.timestamp())}; h={covered};\r\n"
        f" bh={rng.randbytes(32).hex()[:43]}=; b={rng.randbytes(96).hex()}\r\n"
    ).encode()


def _block(profile: Profile, pose: Pose, first: bytes) -> Fields:
    """What the provider would write on this very message, were it genuine; another's where it stamps nothing."""
    signature = first if is_field(b"dkim-signature", first) else b""
    fields, _ = split(deliver(signature + MARK + CRLF, profile, passed(pose.domain, pose.signer), "out1.walmart.com"))
    block = [one for one in fields if one not in (signature, MARK)]
    return block if _stamps(block) else _block(Profile.PINNED, pose, first)


def _true_stamp(profile: Profile, pose: Pose, rng: Random) -> Stamp | str:
    """What the provider found; nothing at all only where it may leave its stamp out."""
    choices: list[Stamp | str] = [
        failed(pose.domain),
        failed(pose.domain, ("fail", pose.signer)),
        Stamp("none", pose.domain, (("none", pose.signer),)),
        Stamp("temperror", pose.domain, (("temperror", pose.signer),)),
    ]
    if not context(profile).stamp_rule.below_border:
        choices.append("")
    return rng.choice(choices)


def _stamps(block: Fields) -> Fields:
    return [one for one in block if is_field(STAMP, one)]


def _border(block: Fields) -> Fields:
    return [one for one in block if is_field(RECEIVED, one)][-1:]


def _renamed(name: bytes) -> Callable[[Fields], Fields]:
    return lambda block: [re.sub(rb"(?i)\AAuthentication-Results", name, one) for one in _stamps(block)]


def _respelled(pattern: bytes, new: bytes) -> Callable[[Fields], Fields]:
    """The id in another spelling; a stamp without one gets the pinned one's form in front."""
    return lambda block: [re.sub(pattern, new, one, count=1) for one in _stamps(block)]


def _split_up(block: Fields) -> Fields:
    """Every result in a field of its own."""
    fields = []
    for one in _stamps(block):
        head, *results = one.rstrip(CRLF).split(b";")
        fields += [head + b";" + result + CRLF for result in results if result.strip()]
    return fields


def _joined_up(block: Fields) -> Fields:
    first, *others = _stamps(block)
    values = (one.partition(b":")[2].partition(b";")[2] for one in others)
    return [first.rstrip(b"\r\n;") + b"".join(b";" + value.rstrip(CRLF) for value in values) + CRLF]


def _arc(block: Fields) -> Fields:
    seal = b"ARC-Seal: i=1; a=rsa-sha256; t=1795175400; cv=none; d=evil.test; s=s1; b=c2VhbA==\r\n"
    return [
        seal,
        *(
            re.sub(rb"(?i)\AAuthentication-Results:", b"ARC-Authentication-Results: i=1;", one)
            for one in _stamps(block)
        ),
    ]


def _of_all(_: Fields) -> Fields:
    pose = poses()[0]
    return [one for profile in Profile for one in _stamps(_block(profile, pose, b""))]


def _in_capitals(found: re.Match[bytes]) -> bytes:
    return found[0].upper()


ID = rb"(?i)(:\s*)([a-z0-9.-]+)(?=\s*;)"

PLANTED: dict[str, Callable[[Fields], Fields]] = {
    "the-whole-block": lambda block: block,
    "stamp-alone": _stamps,
    "stamp-twice": lambda block: _stamps(block) * 2,
    "stamp-above-a-border": lambda block: [*_stamps(block), *_border(block)],
    "stamp-below-a-border": lambda block: [*_border(block), *_stamps(block)],
    "stamp-between-borders": lambda block: [*_border(block), *_stamps(block), *_border(block)],
    "all-but-the-stamp-then-the-stamp": lambda block: [o for o in block if o not in _stamps(block)] + _stamps(block),
    "stamps-of-every-provider": _of_all,
    "results-split-up": _split_up,
    "results-joined-up": _joined_up,
    "renamed-original": _renamed(b"Authentication-Results-Original"),
    "renamed-x": _renamed(b"X-Authentication-Results"),
    "renamed-x-exchange": _renamed(b"X-MS-Exchange-Authentication-Results"),
    "name-in-small-letters": _renamed(b"authentication-results"),
    "name-before-a-space": _renamed(b"Authentication-Results "),
    "value-on-next-line": _respelled(rb":\s*", b":\r\n "),
    "arc": _arc,
    "id-in-capitals": lambda block: [re.sub(ID, _in_capitals, one, count=1) for one in _stamps(block)],
    "id-quoted": _respelled(ID, rb'\1"\2"'),
    "id-with-version": _respelled(ID, rb"\1\2 1"),
    "id-before-a-comment": _respelled(ID, rb"\1\2 (checked)"),
    "id-behind-a-comment": _respelled(ID, rb"\1(checked) \2"),
    "id-with-a-dot": _respelled(ID, rb"\1\2."),
    "id-longer": _respelled(ID, rb"\1\2.evil.test"),
    "id-left-out": _respelled(ID, rb"\1"),
}  # fmt: skip


def _on_top(write: Callable[[Fields], Fields]) -> Callable[[Fields, bytes, Fields], bytes]:
    return lambda fields, rest, block: joined([*write(block), *fields], rest)


def _at_the_end(fields: Fields, rest: bytes, block: Fields) -> bytes:
    return joined([*fields, *_stamps(block)], rest)


def _in_the_middle(fields: Fields, rest: bytes, block: Fields) -> bytes:
    return joined([*fields[:2], *block, *fields[2:]], rest)


def _in_the_body(fields: Fields, rest: bytes, block: Fields) -> bytes:
    return joined(fields, CRLF + b"".join(_stamps(block)) + rest)


FORMS: dict[str, Callable[[Fields, bytes, Fields], bytes]] = {
    **{name: _on_top(write) for name, write in PLANTED.items()},
    "at-the-end-of-the-header": _at_the_end,
    "in-the-middle-of-the-header": _in_the_middle,
    "in-the-body": _in_the_body,
}


def pairs(reals: Sequence[Real], seed: int, at_least: int) -> list[tuple[Real, Profile, int]]:
    """Every message under every profile, as often as it takes; `random.Random` of the three gives the variant."""
    every = [(real, profile) for real in reals for profile in Profile]
    rounds = -(-at_least // len(every))
    found = [(real, profile, number) for number in range(rounds) for real, profile in every]
    random.Random(seed).shuffle(found)
    return found
