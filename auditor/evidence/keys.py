"""What DNS holds under a key's name -> the key to verify with, or why there is none (RFC 6376 3.6.1 and 6.1.2).

A key that is gone, withdrawn or unreadable says nothing of a message that came while it may have been there: what
came of it cannot be told, and the provider, which looked on arrival, may know. A withdrawn key is one of these, for
signers withdraw keys as a matter of routine. What the key's owner says that it is not for is another matter: such a
signature proves nothing, now or then, neither to us nor to a provider that looked away. A test key is one of those:
a message so signed must be treated as unsigned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.evidence.signatures import Signature


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why no key can be verified with. `forbidden`: its owner says so, or the standard does; else nothing is known."""

    why: str
    forbidden: bool = False


def usable_key(texts: Sequence[bytes], signature: Signature) -> bytes | Unusable:
    """The record as `dkimpy` is to read it, holding nothing but what was judged here."""
    domain = signature.domain
    if not texts:
        return Unusable(f"{domain} publishes no such key: it was changed since then, or was never there")
    if len(texts) > 1:
        return Unusable(f"{domain} publishes several keys under one name, and which one is meant cannot be told")
    tags = _tags(texts[0])
    if tags is None or "p" not in tags:
        return Unusable(f"the key of {domain} cannot be read")
    if tags.get("v", "DKIM1") != "DKIM1" or "v" in list(tags)[1:]:
        return Unusable(f"the key of {domain} is of a version that is not known")
    if not tags["p"]:
        return Unusable(f"{domain} has withdrawn the key, so what was signed with it can no longer be verified")
    if why := _forbidden(tags, signature):
        return Unusable(why, forbidden=True)
    return f"v=DKIM1; k={signature.key_kind}; p={tags['p']}".encode("latin-1")


def _forbidden(tags: dict[str, str], signature: Signature) -> str:
    domain, flags = signature.domain, _words(tags.get("t", ""))
    if tags.get("k", "rsa").lower() != signature.key_kind:
        return f"the key of {domain} is of another kind than the signature"
    if "y" in flags:
        return f"{domain} marks the key as a test, which counts as no signature"
    if "s" in flags and signature.identity != domain:
        return f"the key of {domain} is for that very domain, and the signature speaks for one below it"
    if not {"*", "email"} & _words(tags.get("s", "*")):
        return f"the key of {domain} is not for mail"
    if "sha256" not in _words(tags.get("h", "sha256")):
        return f"the key of {domain} does not allow the signature's way of hashing (SHA-256)"
    return ""


def _words(text: str) -> set[str]:
    return set(text.lower().split(":"))


def _tags(record: bytes) -> dict[str, str] | None:
    """In order, without white space; None for what is no list of tags (RFC 6376 section 3.2)."""
    tags: dict[str, str] = {}
    for tag in filter(bytes.strip, record.split(b";")):
        name, equals, value = (part.decode("latin-1") for part in tag.partition(b"="))
        name = name.strip(" \t\r\n")
        if not equals or not name or name in tags:
            return None
        tags[name] = re.sub(r"[ \t\r\n]+", "", value)
    return tags
