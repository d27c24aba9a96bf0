"""Message + DNS answers -> what each DKIM-Signature is worth: dkimpy's verification under a stricter policy.

dkimpy says True to rsa-sha1, to test keys and to `l=` with text appended, and False to what it cannot check. So
every such case is decided here first (RFC 6376, RFC 8301), and a pass is only what nothing speaks against. The
clock is the time at which the message was received, never the present.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from auditor.evidence import canonical
from auditor.evidence.keys import Unusable, usable_key
from auditor.evidence.signatures import Signature
from auditor.message import MAX_HEADER, Message
from auditor.mime import MAX_LINES
from auditor.resolver import NOT_ASKED, Answers, Found

if TYPE_CHECKING:
    import dkim

MAX_VERIFIED = 10
MIN_KEY_BITS = 1024
MAX_KEY_BITS = 8192

_SUBJECT_TAG = re.compile(
    rb"^(\s*)(?:\*{3,}\s*SPAM\s*\*{3,}|\[\*{0,3}(?:SPAM|JUNK|SUSPECTED SPAM)\*{0,3}\]|\{SPAM\??\}|SPAM:)\s?",
    re.IGNORECASE,
)


_NO_ED25519 = (
    "it is signed with Ed25519, which cannot be verified here; install it with: pip install 'auditor[ed25519]'"
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
class Verified:
    """A signature and what came of it; `note` tells what had to be undone first."""

    signature: Signature
    outcome: Outcome
    detail: str = ""
    note: str = ""


def verify(
    message: Message, signed: Sequence[Signature], answers: Answers, *, received_at: datetime | None
) -> tuple[Verified, ...]:
    """Verify these signatures over the message's bytes; never raises."""
    if not message.complete or message.raw.count(b"\n") > MAX_LINES or not canonical.ends_by(message.raw, MAX_HEADER):
        why = "the message is too large for its signature to be verified"
        return tuple(Verified(one, Outcome.TOO_LARGE, why) for one in signed)
    plain = Verifier(message.raw)
    untagged = _without_subject_tag(message.raw)
    tagless = Verifier(untagged) if untagged is not None else None
    return tuple(_verify_one(one, answers, received_at, plain=plain, tagless=tagless) for one in signed)


def _verify_one(
    signature: Signature,
    answers: Answers,
    received_at: datetime | None,
    *,
    plain: Verifier,
    tagless: Verifier | None,
) -> Verified:
    if signature.problem:
        return Verified(signature, Outcome.REFUSED, signature.problem)
    answer = answers.get(signature.key_name, NOT_ASKED)
    if answer.found is Found.TEMPERROR:
        return Verified(signature, Outcome.TEMPERROR, f"DNS gave no answer about the key of {signature.domain}")
    key = usable_key(answer.texts, signature)
    if isinstance(key, Unusable):
        return Verified(signature, Outcome.REFUSED if key.forbidden else Outcome.KEY_ABSENT, key.why)
    ended = _expiry_problem(signature, received_at)
    if ended is not None:
        return Verified(signature, *ended)
    verified = plain.run(signature, key)
    if verified.outcome is Outcome.FAIL and tagless is not None:
        again = tagless.run(signature, key)
        if again.outcome is Outcome.PASS:
            return replace(again, note="a spam tag was taken off the Subject first")
    return verified


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


class Verifier:
    """The bytes of one message, made ready once for all its signatures."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parsed: dkim.DKIM | None = None
        self._relaxed: bytes | None = None

    def run(self, signature: Signature, key: bytes) -> Verified:
        """Never raises."""
        import dkim

        try:
            return self._run(signature, key)
        except dkim.NaClNotFoundError:
            return Verified(signature, Outcome.TEMPERROR, _NO_ED25519)
        except dkim.ValidationError as exc:
            if "body hash" in str(exc):
                return Verified(signature, Outcome.BODY_CHANGED, "the text was changed after it was signed")
            return Verified(signature, Outcome.UNREADABLE, "the signature is malformed")
        except Exception:  # dkimpy raises a dozen kinds on hostile input, IndexError and binascii.Error among them
            return Verified(signature, Outcome.UNREADABLE, "the signature is malformed")

    def _run(self, signature: Signature, key: bytes) -> Verified:
        import dkim

        opened = _opened_key(signature, key)
        if isinstance(opened, Verified):
            return opened
        verifier = self._prepared()
        verifier.pk, verifier.keysize, verifier.ktag, verifier.seqtlsrpt = opened
        field = [field for field in verifier.headers if field[0].lower() == b"dkim-signature"][signature.index]
        tags = dkim.util.parse_tag_value(field[1])
        dkim.validate_signature_fields({name: value for name, value in tags.items() if name not in (b"t", b"x")})
        covered = [name.lower() for name in re.split(rb"\s*:\s*", tags[b"h"])]
        body = verifier.body
        try:
            verifier.body, tags[b"c"] = self._canonical(body, tags.get(b"c", b"simple/simple"))
            good = verifier.verify_sig_process(tags, covered, field, None)
        finally:
            verifier.body = body
        if good:
            return Verified(signature, Outcome.PASS)
        return Verified(signature, Outcome.FAIL, "the signature does not fit the message")

    def _prepared(self) -> dkim.DKIM:
        import dkim

        if self._parsed is None:
            header, body = canonical.split(self._raw)
            self._parsed = dkim.DKIM(header, minkey=MIN_KEY_BITS)
            self._parsed.body = body
        return self._parsed

    def _canonical(self, body: bytes, form: bytes) -> tuple[bytes, bytes]:
        """The body to hash, and the form that dkimpy must still bring it into (c=)."""
        head, _, of_body = form.partition(b"/")
        if of_body.strip() != b"relaxed":
            return body, form
        if self._relaxed is None:
            self._relaxed = canonical.relaxed(body)
        # Of the relaxed form an empty body is nothing, of the simple one an empty line.
        return self._relaxed, form if not self._relaxed.strip(b"\r\n") else head + b"/simple"


def _opened_key(signature: Signature, key: bytes) -> Verified | tuple[object, int, bytes, bool]:
    """The key as dkimpy holds it, with its size and kind; or why it is none to verify with.

    Raises dkim.NaClNotFoundError where the library for the key is missing.
    """
    import dkim

    try:
        opened = _evaluated(key)
    except dkim.NaClNotFoundError:
        raise
    except Exception:  # binascii.Error and IndexError among them
        return Verified(signature, Outcome.KEY_ABSENT, f"the key of {signature.domain} cannot be read")
    bits = opened[1]
    if signature.key_kind == "rsa" and bits < MIN_KEY_BITS:
        return Verified(signature, Outcome.REFUSED, f"the key has {bits} bits; proof needs {MIN_KEY_BITS} or more")
    if bits > MAX_KEY_BITS:
        return Verified(signature, Outcome.REFUSED, f"the key has {bits} bits; more than {MAX_KEY_BITS} are not tried")
    return opened


@lru_cache(maxsize=256)  # a marketplace signs all its mail with a few keys
def _evaluated(key: bytes) -> tuple[object, int, bytes, bool]:
    import dkim

    evaluated: tuple[object, int, bytes, bool] = dkim.evaluate_pk("", key)
    return evaluated


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
