"""Message + DNS answers -> what each DKIM-Signature is worth: dkimpy's verification under a stricter policy.

dkimpy says True to rsa-sha1, to test keys and to `l=` with text appended, and False to what it cannot check. So
every such case is decided here first (RFC 6376, RFC 8301), and a pass is only what nothing speaks against. The
clock is the time at which the message was received, never the present.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from auditor.evidence.alignment import is_within
from auditor.message import Message
from auditor.mime import MAX_LINES
from auditor.resolver import NOT_ASKED, Answer, Answers, Found

MAX_VERIFIED = 10
MAX_SIGNATURES = 50
MIN_KEY_BITS = 1024
MAX_KEY_BITS = 8192

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}\Z")
_SUBJECT_TAG = re.compile(
    rb"^(\s*)(?:\*{3,}\s*SPAM\s*\*{3,}|\[\*{0,3}(?:SPAM|JUNK|SUSPECTED SPAM)\*{0,3}\]|\{SPAM\??\}|SPAM:)\s?",
    re.IGNORECASE,
)


class Outcome(StrEnum):
    """What the verification of one signature came to."""

    PASS = "pass"
    FAIL = "fail"
    BODY_CHANGED = "body-changed"
    REFUSED = "refused"  # it may verify, but its form is not proof
    KEY_ABSENT = "key-absent"
    TEMPERROR = "temperror"
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Signature:
    """The tags of one DKIM-Signature, in lower case where case says nothing. `problem`: why its form is no proof."""

    index: int
    domain: str
    selector: str
    covered: frozenset[str]
    signed_at: int | None
    expires_at: int | None
    value: str
    problem: str = ""

    @property
    def key_name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    def covers(self, *names: str) -> bool:
        return all(name in self.covered for name in names)


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature and what came of it; `note` tells what had to be undone first."""

    signature: Signature
    outcome: Outcome
    detail: str = ""
    note: str = ""


def signatures(message: Message) -> tuple[Signature, ...]:
    """Every DKIM-Signature of the message, in order, as far as its tags can be read."""
    return tuple(_signature(i, f.value) for i, f in enumerate(message.all("dkim-signature")[: MAX_SIGNATURES + 1]))


def verify(message: Message, signature: Signature, answers: Answers, *, received_at: datetime | None) -> Verified:
    """Verify one signature over the message's bytes; never raises."""
    if signature.problem:
        return Verified(signature, Outcome.REFUSED, signature.problem)
    if not message.complete or message.raw.count(b"\n") > MAX_LINES:
        return Verified(signature, Outcome.TOO_LARGE, "the message is too large for its signature to be verified")
    key = answers.get(signature.key_name, NOT_ASKED)
    unusable = _key_problem(key, signature)
    if unusable is not None:
        return Verified(signature, *unusable)
    expiry = _expiry_problem(signature, received_at)
    if expiry is not None:
        return Verified(signature, *expiry)
    verified = _cryptographic(message.raw, signature, key.texts[0])
    if verified.outcome is Outcome.FAIL and (untagged := _without_subject_tag(message.raw)) is not None:
        again = _cryptographic(untagged, signature, key.texts[0])
        if again.outcome is Outcome.PASS:
            return replace(again, note="a spam tag was taken off the Subject first")
    return verified


def _signature(index: int, value: str) -> Signature:
    from dkim.util import InvalidTagValueList, parse_tag_value

    try:
        tags = {
            name.decode("ascii"): text
            for name, text in parse_tag_value(value.encode("ascii", "surrogateescape")).items()
        }
    except (InvalidTagValueList, UnicodeError, ValueError):
        return Signature(index, "", "", frozenset(), None, None, "", "the signature cannot be read")
    text = {name: re.sub(r"\s+", "", raw.decode("latin-1")) for name, raw in tags.items()}
    domain, selector = text.get("d", "").lower(), text.get("s", "").lower()
    covered = _covered(tags.get("h", b"").decode("latin-1"))
    return Signature(
        index,
        domain if _HOST.match(domain) else "",
        selector,
        covered,
        _seconds(text.get("t")),
        _seconds(text.get("x")),
        text.get("b", ""),
        next(_form_problems(text, domain, selector, covered), ""),
    )


def _covered(names: str) -> frozenset[str]:
    """The names of h=. One with white space inside stays so: dkimpy would look for just that, and find nothing."""
    return frozenset(name.strip(" \t\r\n").lower() for name in names.split(":"))


def _form_problems(tags: dict[str, str], domain: str, selector: str, covered: frozenset[str]) -> Iterator[str]:
    """Reasons, gravest first, why a signature of this form proves nothing even where it verifies."""
    if not _HOST.match(domain) or not _HOST.match(f"{selector}.{domain}"):
        yield "the signature names no plain domain"
    if tags.get("v") != "1":
        yield "the signature has no version 1"
    if tags.get("a") == "rsa-sha1":
        yield "the signature uses SHA-1, which no longer proves anything (RFC 8301)"
    if tags.get("a") not in ("rsa-sha256", "ed25519-sha256"):
        yield "the signature's algorithm is unknown"
    if "l" in tags:
        yield "the signature covers only a part of the text (l=)"
    if any(re.search(r"\s", name) for name in covered):
        yield "the signature's list of fields cannot be read"
    if "from" not in covered:
        yield "the signature does not cover the From"
    if "subject" not in covered:
        yield "the signature does not cover the Subject"
    identity = tags.get("i", "@" + domain).lower().rpartition("@")[2]
    if not is_within(identity, domain):
        yield "the signature's identity lies outside its domain"
    for name in ("t", "x"):
        if name in tags and _seconds(tags[name]) is None:
            yield "the signature's time cannot be read"


def _seconds(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,10}", text) else None


def _key_problem(key: Answer, signature: Signature) -> tuple[Outcome, str] | None:
    if key.found is Found.TEMPERROR:
        return Outcome.TEMPERROR, f"DNS gave no answer about the key of {signature.domain}"
    if key.found is Found.ABSENT or not key.texts:
        return Outcome.KEY_ABSENT, f"the key that {signature.domain} signed with is no longer published"
    if len(key.texts) > 1:
        return Outcome.KEY_ABSENT, f"{signature.domain} publishes several keys under one name"
    tags = _key_tags(key.texts[0])
    if not tags.get("p"):
        return Outcome.KEY_ABSENT, f"{signature.domain} has revoked the key"
    flags = tags.get("t", "").split(":")
    if "y" in flags:
        return Outcome.REFUSED, f"{signature.domain} marks the key as a test"
    if tags.get("s", "*") not in ("*", "") and not {"*", "email"} & set(tags["s"].split(":")):
        return Outcome.REFUSED, f"the key of {signature.domain} is not for mail"
    if "h" in tags and "sha256" not in tags["h"].split(":"):
        return Outcome.REFUSED, f"the key of {signature.domain} does not allow SHA-256"
    return None


def _key_tags(record: bytes) -> dict[str, str]:
    pairs = (tag.partition(b"=") for tag in record.split(b";"))
    return {
        name.strip().decode("latin-1"): re.sub(rb"\s+", b"", value).decode("latin-1")
        for name, _, value in pairs
        if name.strip()
    }


def _expiry_problem(signature: Signature, received_at: datetime | None) -> tuple[Outcome, str] | None:
    if signature.expires_at is None:
        return None
    if signature.signed_at is not None and signature.expires_at < signature.signed_at:
        return Outcome.REFUSED, "the signature ends before it begins"
    if received_at is None:
        return Outcome.TEMPERROR, "the signature has an end, and when the message was received is not known"
    if received_at.timestamp() > signature.expires_at:
        return Outcome.REFUSED, "the signature had run out when the message was received"
    return None


def _cryptographic(raw: bytes, signature: Signature, key: bytes) -> Verified:
    import dkim

    try:
        verifier = dkim.DKIM(raw, minkey=MIN_KEY_BITS)
        fields = [(name, value) for name, value in verifier.headers if name.lower() == b"dkim-signature"]
        tags = dkim.util.parse_tag_value(fields[signature.index][1])
        timeless = {name: value for name, value in tags.items() if name not in (b"t", b"x")}
        dkim.validate_signature_fields(timeless)
        bits = dkim.evaluate_pk(signature.key_name, key)[1]
        if not MIN_KEY_BITS <= bits <= MAX_KEY_BITS and tags[b"a"].startswith(b"rsa"):
            return Verified(signature, Outcome.REFUSED, f"the key has {bits} bits; proof needs 1024 or more")
        covered = [name.lower() for name in re.split(rb"\s*:\s*", tags[b"h"])]
        if b"/relaxed" in tags.get(b"c", b""):
            # What relaxed canonicalization does anyway; dkimpy takes the square of the length of a blank run for it.
            verifier.body = re.sub(rb"[ \t]+", b" ", verifier.body)
        good = verifier.verify_sig(tags, covered, fields[signature.index], lambda *_, **__: key)
    except dkim.NaClNotFoundError:
        return Verified(signature, Outcome.TEMPERROR, "an Ed25519 signature cannot be checked here")
    except dkim.KeyFormatError:
        return Verified(signature, Outcome.KEY_ABSENT, f"the key of {signature.domain} cannot be read")
    except dkim.ValidationError as exc:
        if "body hash" in str(exc):
            return Verified(signature, Outcome.BODY_CHANGED, "the text was changed after it was signed")
        return Verified(signature, Outcome.UNREADABLE, "the signature is malformed")
    except Exception:  # dkimpy raises a dozen kinds on hostile input, IndexError and binascii.Error among them
        return Verified(signature, Outcome.UNREADABLE, "the signature is malformed")
    if good:
        return Verified(signature, Outcome.PASS)
    return Verified(signature, Outcome.FAIL, "the signature does not fit the message")


def _without_subject_tag(raw: bytes) -> bytes | None:
    """The message as it was before the seller's own filter put a word in front of the Subject."""
    header, blank, body = raw.partition(b"\r\n\r\n")
    lines = header.split(b"\r\n")
    for number, line in enumerate(lines):
        if line[:8].lower() == b"subject:":
            rest = _SUBJECT_TAG.sub(rb"\1", line[8:], count=1)
            lines[number] = line[:8] + rest
            return b"\r\n".join(lines) + blank + body if rest != line[8:] else None
    return None
