"""Results planted below a border that the forger dresses up as an inner hop: rows 52, 92 and 93."""

from collections.abc import Iterator

from .. import PINNED_ID, SELLER, Profile, Sample
from ..build import CRLF, on_top, swap
from ..delivery import ARRIVED, Stamp, deliver, microsoft_text
from .bait import forge, relay_signed_by, uncheckable
from .stamps import FAKE_BORDER, FAKE_EXCHANGE, GOOD, PASSES

BY = "domain-proof"
FAILS = relay_signed_by("walmart.com", "fail")
PLANTED_STAMP = f"Authentication-Results: {PINNED_ID};\n\t{PASSES}"
HOST = "mail.evil.test (mail.evil.test [192.0.2.25])"
EXCHANGE_HOST = b"from mail.evil.test (192.0.2.25) by"

# (name, what follows "Received: from"): the greeting is the forger's, and so is the reverse name of his address.
GREETINGS = (
    ("greeting-is-loopback-literal", "[127.0.0.1] (mail.evil.test [192.0.2.25])"),
    ("greeting-is-loopback-address", "127.0.0.1 (mail.evil.test [192.0.2.25])"),
    ("greeting-is-localhost", "localhost (mail.evil.test [192.0.2.25])"),
    ("greeting-is-ipv6-loopback", "[IPv6:::1] (mail.evil.test [192.0.2.25])"),
    ("greeting-beside-port", "[127.0.0.1] (mail.evil.test [192.0.2.25:4422])"),
    ("greeting-without-address", "[127.0.0.1] (mail.evil.test)"),
    ("greeting-after-ident", "unknown (HELO [127.0.0.1]) (root@192.0.2.25)"),
    ("greeting-brings-its-own-comment", "a (localhost [127.0.0.1]) (mail.evil.test [192.0.2.25])"),
    ("greeting-brings-comment-and-hop", f"a (b [127.0.0.1]) by {PINNED_ID} (mail.evil.test [192.0.2.25])"),
    ("greeting-ends-with-a-whole-hop", f"a (b [127.0.0.1]) by {PINNED_ID} with ESMTP id 1; x (evil.test [192.0.2.25])"),
    ("greeting-opens-a-comment", "a (b [127.0.0.1] (mail.evil.test [192.0.2.25])"),
    ("greeting-with-lmtp", "x with LMTP (mail.evil.test [192.0.2.25])"),
    ("greeting-with-lmtps", "x with LMTPS id 1 (mail.evil.test [192.0.2.25])"),
    ("greeting-by-own-host-with-lmtp", f"x by {PINNED_ID} with LMTP id 1 (mail.evil.test [192.0.2.25])"),
    ("greeting-by-another-host", "x by y (mail.evil.test [192.0.2.25])"),
    ("greeting-is-own-host", f"{PINNED_ID} (mail.evil.test [192.0.2.25])"),
    ("reverse-name-is-localhost", "mail.evil.test (localhost [192.0.2.25])"),
    ("reverse-name-is-loopback-literal", "mail.evil.test ([127.0.0.1] [192.0.2.25])"),
)

# (name, the whole field that the provider wrote): a hop that names no source, or names it in an odd way.
HOPS = (
    ("picked-up-by-a-script", f"Received: by {PINNED_ID} (Postfix, from userid 33)\n\tid 4KKxHw2Zz1; {ARRIVED}"),
    ("picked-up-by-a-bare-line", f"Received: by {PINNED_ID}; {ARRIVED}"),
    ("handed-in-locally", f"Received: from www by {PINNED_ID} with local (Exim 4.96)\n\tid 1qL3xF; {ARRIVED}"),
    (
        "source-folded-behind-a-tab",
        f"Received: from\n\tmail.evil.test ([192.0.2.25])\n\tby {PINNED_ID} (Postfix) with ESMTP id 4K; {ARRIVED}",
    ),
    (
        "source-folded-before-loopback-greeting",
        f"Received: from\n\t[127.0.0.1] (mail.evil.test [192.0.2.25])\n\tby {PINNED_ID} with ESMTP id 4K; {ARRIVED}",
    ),
    (
        "source-in-upper-case",
        f"Received: FROM mail.evil.test ([192.0.2.25])\n\tBY {PINNED_ID} WITH ESMTP ID 4K; {ARRIVED}",
    ),
    (
        "two-hosts-took-it",
        f"Received: from x by y.{PINNED_ID} by {PINNED_ID} with LMTP id 1\n\tfor <{SELLER}>; {ARRIVED}",
    ),
)

# (name, what replaces "from mail.evil.test (192.0.2.25) by" at Exchange).
AT_EXCHANGE = (
    ("greeting-is-loopback-literal", "from [127.0.0.1] (192.0.2.25) by"),
    ("greeting-is-ipv6-loopback", "from [IPv6:::1] (192.0.2.25) by"),
    ("greeting-with-lmtp", "from x with LMTP (192.0.2.25) by"),
    ("greeting-by-another-host", "from x by y (192.0.2.25) by"),
    ("greeting-by-own-host-with-lmtp", "from x by a.prod.outlook.com with LMTP id 1 (192.0.2.25) by"),
    ("greeting-is-own-host", "from a.prod.outlook.com (192.0.2.25) by"),
    ("greeting-brings-its-own-comment", "from a (::1) by b.prod.outlook.com (192.0.2.25) by"),
    ("source-folded-behind-a-tab", "from\n\tmail.evil.test (192.0.2.25) by"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Where no provider stamps, there is no border to pose as."""
    if profile is Profile.PINNED:
        yield from _pinned()
    if profile is Profile.MICROSOFT:
        yield from _exchange()


def _pinned() -> Iterator[Sample]:
    for name, source in GREETINGS:
        field = f"Received: from {source}\n\tby {PINNED_ID} (Postfix) with ESMTP id 4KqX\n\tfor <{SELLER}>; {ARRIVED}"
        for suffix, stamp in (("", FAILS), ("-and-no-stamp", "")):
            why = "the border took it from the forger, whatever he called himself; the pass below it came with the mail"
            yield _walk(f"{name}{suffix}", field, stamp, why=why, row=92)
    for name, field in HOPS:
        why = "a hop without a source of its own is no inner hop: whoever wrote below it may be anybody"
        yield _walk(name, field, "", why=why, row=93)
    raw = on_top(uncheckable(), *_crlf(FAKE_BORDER, PLANTED_STAMP, FAKE_BORDER))
    why = "a planted border below the true one, with a planted pass between two more"
    yield _made("border-planted-twice", deliver(raw, Profile.PINNED, FAILS), Profile.PINNED, why=why, row=52)


def _walk(name: str, field: str, stamp: Stamp | str, *, why: str, row: int) -> Sample:
    """The provider's border is `field`; below it the forger's pass, and a border of the provider's look."""
    raw = deliver(on_top(uncheckable(), *_crlf(PLANTED_STAMP, FAKE_BORDER)), Profile.PINNED, stamp)
    start = raw.index(f"Received: from {HOST}".encode())
    end = raw.index(b"Authentication-Results:", start)
    return _made(name, raw[:start] + _crlf(field)[0] + CRLF + raw[end:], Profile.PINNED, why=why, row=row)


def _exchange() -> Iterator[Sample]:
    planted = b"".join(line + CRLF for line in _crlf(f"Authentication-Results: {microsoft_text(GOOD)}", FAKE_EXCHANGE))
    for name, source in AT_EXCHANGE:
        for suffix, stamp in (("", FAILS), ("-and-no-stamp", "")):
            raw = deliver(uncheckable(), Profile.MICROSOFT, stamp)
            raw = swap(raw, EXCHANGE_HOST, _crlf(source)[0])
            raw = swap(raw, b"DKIM-Signature:", planted + b"DKIM-Signature:")
            why = "the border took it from the forger, whatever he called himself"
            yield _made(f"{name}{suffix}", raw, Profile.MICROSOFT, why=why, row=92)


def _made(name: str, raw: bytes, profile: Profile, *, why: str, row: int) -> Sample:
    return forge(profile, name, raw, by=BY, why=why, row=row)


def _crlf(*fields: str) -> tuple[bytes, ...]:
    return tuple(field.encode().replace(b"\n", CRLF) for field in fields)
