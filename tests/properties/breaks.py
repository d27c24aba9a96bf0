"""A case in; the same case with one proof broken out. None where the case has nothing of the kind to break."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from auditor.evidence.sender import Malformed
from auditor.judging import Judged
from auditor.proof import own_verification, stamp_proof
from tests.contexts import context
from tests.properties.case import Case, is_field, joined, split

Break = Callable[[Case], Case | None]

SIGNATURE, STAMP, ADDRESS = b"dkim-signature", b"authentication-results", b"from"


def _edited(case: Case, name: bytes, edit: Callable[[bytes], bytes | None]) -> Case | None:
    """Every field of that name edited; taken out where `edit` gives None."""
    fields, rest = split(case.raw)
    edited = [edit(one) if is_field(name, one) else one for one in fields]
    raw = joined([one for one in edited if one is not None], rest)
    return None if raw == case.raw else case.with_raw(raw)


def _replaced(name: bytes, pattern: bytes, new: bytes) -> Break:
    return lambda case: _edited(case, name, lambda one: re.sub(pattern, new, one, flags=re.IGNORECASE))


def _removed(name: bytes) -> Break:
    return lambda case: _edited(case, name, lambda _: None)


def _body_changed(case: Case) -> Case | None:
    start = case.raw.find(b"\r\n\r\n") + 4
    found = re.compile(rb"[a-z]").search(case.raw, start)
    if start < 4 or found is None:
        return None
    letter = b"q" if found[0] != b"q" else b"z"
    return case.with_raw(case.raw[: found.start()] + letter + case.raw[found.end() :])


def _keys(case: Case) -> list[str]:
    return [name for name in case.records if "._domainkey." in name]


def _without_keys(case: Case) -> Case:
    return replace(case, records={name: text for name, text in case.records.items() if "._domainkey." not in name})


def _keys_revoked(case: Case) -> Case:
    return replace(case, records={**case.records, **dict.fromkeys(_keys(case), b"v=DKIM1; p=")})


def _keys_for_tests(case: Case) -> Case:
    test = {name: case.records[name].replace(b"v=DKIM1;", b"v=DKIM1; t=y;") for name in _keys(case)}
    return replace(case, records={**case.records, **test})


def _keys_unanswered(case: Case) -> Case:
    return replace(case, unanswered=frozenset(_keys(case)))


def _all_unanswered(case: Case) -> Case:
    return replace(case, unanswered=frozenset(case.records))


def _policies_unanswered(case: Case) -> Case:
    return replace(case, unanswered=frozenset(name for name in case.records if name.startswith("_dmarc.")))


def _received(days: float | None) -> Break:
    def moved(case: Case) -> Case | None:
        if case.received_at is None:
            return None
        return replace(case, received_at=None if days is None else case.received_at + timedelta(days=days))

    return moved


def _without_covered(name: bytes) -> Break:
    def dropped(one: bytes) -> bytes:
        return re.sub(rb"(?i)([\s:=]h=|[:\s])" + name + rb"\s*(?=[:;])", rb"\1x-gone", one)

    return lambda case: _edited(case, SIGNATURE, dropped)


SIGNATURE_BREAKS: dict[str, Break] = {
    "signature-removed": _removed(SIGNATURE),
    "signature-altered": _replaced(SIGNATURE, rb"([\s;]b=\s*)([A-Za-z0-9+/])", rb"\1x\2"),
    "body-hash-altered": _replaced(SIGNATURE, rb"([\s;]bh=\s*)([A-Za-z0-9+/])", rb"\1x\2"),
    "body-changed": _body_changed,
    "signer-is-stranger": _replaced(SIGNATURE, rb"([\s;]d=\s*)[^;\s]+", rb"\1evil.test"),
    "signer-is-child": _replaced(SIGNATURE, rb"([\s;]d=\s*)", rb"\1promo."),
    "selector-changed": _replaced(SIGNATURE, rb"([\s;]s=\s*)", rb"\1other-"),
    "identity-elsewhere": _replaced(SIGNATURE, rb"([\s;])(i=[^;]*;)?(\s*s=)", rb"\1i=@evil.test;\3"),
    "length-tag-added": _replaced(SIGNATURE, rb"([\s;])(s=)", rb"\1l=0; \2"),
    "sha1": _replaced(SIGNATURE, rb"rsa-sha256", b"rsa-sha1"),
    "other-version": _replaced(SIGNATURE, rb"([\s;:])v=1", rb"\1v=2"),
    "expired": _replaced(SIGNATURE, rb"([\s;])(s=)", rb"\1x=1; \2"),
    "signed-long-ago": _replaced(SIGNATURE, rb"([\s;]t=)[0-9]+", rb"\g<1>1500000000"),
    "signed-in-future": _replaced(SIGNATURE, rb"([\s;]t=)[0-9]+", rb"\g<1>1999999999"),
    "sender-not-covered": _without_covered(b"from"),
    "recipient-not-covered": _without_covered(b"to"),
    "subject-not-covered": _without_covered(b"subject"),
    "date-not-covered": _without_covered(b"date"),
    "type-not-covered": _without_covered(b"content-type"),
    "key-gone": _without_keys,
    "key-revoked": _keys_revoked,
    "key-is-test": _keys_for_tests,
    "key-unanswered": _keys_unanswered,
    "dns-unanswered": _all_unanswered,
    "policy-unanswered": _policies_unanswered,
}

FOUND_BY_DNS = ("selector-changed", *(name for name in SIGNATURE_BREAKS if name.startswith(("key-", "dns-"))))
"""Where our own verification speaks against a message, these leave it without an opinion."""

STAMP_BREAKS: dict[str, Break] = {
    "stamp-removed": _removed(STAMP),
    "stamp-renamed": _replaced(STAMP, rb"\AAuthentication-Results", b"Authentication-Results-Original"),
    **{f"dmarc-{word}": _replaced(STAMP, rb"dmarc=pass", b"dmarc=" + word.encode()) for word in ("fail", "none")},
    **{f"dkim-{word}": _replaced(STAMP, rb"dkim=pass", b"dkim=" + word.encode()) for word in ("fail", "temperror")},
    "dmarc-bestguesspass": _replaced(STAMP, rb"dmarc=pass", b"dmarc=bestguesspass"),
    "stamp-for-another-sender": _replaced(STAMP, rb"(header\.from=)[^\s;]+", rb"\1evil.test"),
    "stamp-for-the-parent": _replaced(STAMP, rb"(header\.from=)[^.\s;]+\.", rb"\1"),
    "stamp-without-sender": _replaced(STAMP, rb"\s*header\.from=[^\s;]+", b""),
    "stamp-of-a-stranger": _replaced(STAMP, rb"(header\.[di]=)[^\s;]+", rb"\1evil.test"),
    "stamp-of-another-signature": _replaced(STAMP, rb"(header\.d=[^\s;]+)( header\.b=[^\s;]+)?", rb"\1 header.b=AAAA"),
    "stamp-of-another-host": _replaced(STAMP, rb"mx\.shop\.test", b"mx.evil.test"),
    "stamp-encoded": _replaced(STAMP, rb"dmarc=pass", b"=?utf-8?q?dmarc=3Dpass?="),
    "stamp-unclosed": _replaced(STAMP, rb"dmarc=pass", b"dmarc=pass ("),
    "stamp-doubled": lambda case: _edited(case, STAMP, lambda one: one + one),
    "stamp-doubled-with-fail": lambda case: _edited(case, STAMP, lambda one: one + one.replace(b"=pass", b"=fail")),
}

MEANING_BREAKS: dict[str, Break] = {
    "recipient-removed": _removed(b"to"),
    "recipient-is-another": _replaced(b"to", rb"[^\s<]+@[^\s>,]+", b"other@elsewhere.test"),
    "recipient-twice": lambda case: _edited(case, b"to", lambda one: one + one),
    "subject-changed": _replaced(b"subject", rb"\A(Subject: )", rb"\1Urgent: "),
    "date-removed": _removed(b"date"),
    "date-is-last-year": _replaced(b"date", rb"2026", b"2025"),
    "date-is-next-year": _replaced(b"date", rb"2026", b"2027"),
    "date-unreadable": _replaced(b"date", rb"\ADate: .*", b"Date: soon"),
    "date-twice": lambda case: _edited(case, b"date", lambda one: one + one),
    "received-later": _received(6),
    "received-earlier": _received(-2),
    "received-never": _received(None),
    "sender-twice": lambda case: _edited(case, ADDRESS, lambda one: one + one),
    "sender-and-another": _replaced(ADDRESS, rb"(\r\n)\Z", rb", x@evil.test\1"),
    "sender-before-another": _replaced(ADDRESS, rb"(\r\n)\Z", rb" <x@evil.test>\1"),
    "sender-in-longer-domain": _replaced(ADDRESS, rb"(@[A-Za-z0-9.-]+)", rb"\1.evil.test"),
    "sender-in-strange-letters": _replaced(ADDRESS, rb"(@[A-Za-z0-9-]+)", b"\\1\xd0\xb0"),
    "type-twice": lambda case: _edited(case, b"content-type", lambda one: one + one),
    "answer-elsewhere": lambda case: _edited(case, b"subject", lambda one: one + b"Reply-To: x@evil.test\r\n"),
    "nul-in-header": _replaced(b"subject", rb"\A(Subject: )", b"\\1\0"),
}

BREAKS = SIGNATURE_BREAKS | STAMP_BREAKS | MEANING_BREAKS


def broken(case: Case, before: Judged) -> Iterator[tuple[str, Case]]:
    """Every break of what speaks for this message. What speaks against it is no proof: to lose that may raise it."""
    for name, change in BREAKS.items():
        if not _speaks_against(name, before, case) and (after := change(case)) is not None:
            yield name, after


def _speaks_against(name: str, before: Judged, case: Case) -> bool:
    evidence = before.evidence
    if isinstance(evidence.sender, Malformed) or evidence.owner is None:
        return name.startswith("sender-")
    if name in STAMP_BREAKS or name.startswith("sender-"):  # of another sender the stamp says nothing
        return stamp_proof(evidence, evidence.sender).passed is False
    if name in FOUND_BY_DNS:
        return own_verification(evidence, context(case.profile)).passed is False
    refused = {check.rule for check in before.verdict.checks if check.passed is False}
    # Another time of receipt, or another text, may cure what was refused for that.
    return (name == "body-changed" and "clean" in refused) or (name.startswith("received-") and "fresh" in refused)
