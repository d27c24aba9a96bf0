"""A letter of the model and the moment of its arrival -> bytes as its marketplace would send them, or a forger."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.mail import SELLER
from tests.mail.build import FULL, compose, sign, swap
from tests.mail.build import Letter as Text
from tests.mail.honest import amazon_relay, hexes, walmart_relay
from tests.mail.keys import SIGNERS, key_name, public_record
from tests.year.events import Arrives
from tests.year.world import Letter, Truth

_ON_ITS_WAY = timedelta(minutes=5)
_NEVER_PUBLISHED = "retired2026"
_BODY = "Hello,\n\nwhen will my order arrive?\n\nThank you\n"


@dataclass(frozen=True, slots=True)
class _Marketplace:
    """`relay`: the address of the customer of this seed. `domain`: who signs."""

    relay: Callable[[str], str]
    domain: str


_MARKETPLACES = {
    "amazon": _Marketplace(lambda seed: amazon_relay(seed, "com"), "amazon.com"),
    "ebay": _Marketplace(lambda seed: f"{hexes(seed, 20)}@members.ebay.com", "ebay.com"),
    "etsy": _Marketplace(lambda _seed: "conversations@mail.etsy.com", "etsy.com"),
    "walmart": _Marketplace(walmart_relay, "walmart.com"),
}


def letter_bytes(arrival: Arrives) -> bytes:
    """The whole message; `name_in` finds its name again."""
    letter, sent_at = arrival.letter, arrival.at - _ON_ITS_WAY
    raw = compose(
        Text(
            _sender(letter),
            f"About order {letter.name}",
            _BODY,
            date=sent_at,
            message_id=f"<{letter.name}@mail.test>",
        )
    )
    return _signed(raw, letter, sent_at)


def reply_bytes(name: str, at: datetime) -> bytes:
    """The seller's answer to the letter of this name, as it lies in Sent."""
    original = f"<{name}@mail.test>"
    text = Text(
        SELLER,
        f"Re: About order {name}",
        "Hello,\n\nit arrives tomorrow.\n",
        to="customer@mail.test",
        date=at,
        message_id=f"<re-{name}@shop.test>",
        extra=(("In-Reply-To", original), ("References", original)),
    )
    return compose(text)


def name_in(text: str) -> str | None:
    """The name of the letter whose Message-ID stands in the text."""
    found = re.search(r"<(n\d+-\d+)@mail\.test>", text)
    return found[1] if found else None


def keys_of(marketplaces: frozenset[str]) -> dict[str, bytes]:
    """The TXT records of their keys, by name."""
    domains = [_MARKETPLACES[name].domain for name in sorted(marketplaces)]
    return {key_name(SIGNERS[domain].selector, domain): public_record(SIGNERS[domain].key) for domain in domains}


def keys_never_published() -> list[str]:
    return [key_name(_NEVER_PUBLISHED, each.domain) for each in _MARKETPLACES.values()]


def catalogue_of(rules: int) -> str:
    """What the configuration adds to the catalogue, so that the streams of this version are known."""
    tables = [
        f"[marketplace.{name}.stream.of-version-{version}]\n"
        f'title = "a notice"\nkind = "order"\npatterns = ["{_notice(name, version)}"]\n'
        for name in sorted(_MARKETPLACES)
        for version in range(2, rules + 1)
    ]
    return "\n".join(tables)


def _sender(letter: Letter) -> str:
    if letter.truth is Truth.STRANGER:
        return "Garden club <news@garden-club.test>"
    marketplace = _MARKETPLACES[letter.marketplace]
    if letter.truth is Truth.IMITATION:
        return f"help@{marketplace.domain}.evil.com"
    if letter.rules > 1:
        return _notice(letter.marketplace, letter.rules)
    return marketplace.relay(letter.name)


def _notice(marketplace: str, version: int) -> str:
    return f"notice-of-version-{version}@{_MARKETPLACES[marketplace].domain}"


def _signed(raw: bytes, letter: Letter, at: datetime) -> bytes:
    domain = _MARKETPLACES[letter.marketplace].domain
    match letter.truth:
        case Truth.PROVABLE:
            return sign(raw, domain, FULL, signed_at=at)
        case Truth.UNDECIDABLE:
            return sign(raw, domain, FULL, signed_at=at, selector=_NEVER_PUBLISHED)
        case Truth.BROKEN:
            return swap(sign(raw, domain, FULL, signed_at=at), b"Thank you", b"Thank you. Scanned by the gateway")
        case _:
            return raw
