"""A sender + the catalogue -> which marketplace it imitates, and by which trick; None where it imitates none.

A list of genuine domains decides what is genuine. Likeness only ever lowers trust, so it may be generous; it names
a domain only where the borders of the word leave no innocent reading (`lotto.de` is not `otto.de`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from auditor.display import decoded
from auditor.evidence.alignment import is_within, registrable_domain
from auditor.evidence.letters import shown_domain, skeleton, unaccented, unmasked
from auditor.evidence.likeness import MIN_LONG, Brand, Label, resembles
from auditor.evidence.sender import TAGGED, Malformed, Sender
from auditor.marketplaces import Catalogue, Marketplace

_WORD = re.compile(r"[a-z0-9.-]{4,}")
_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}")
_LONGEST_NAME = 200  # what is searched of one word, from its end: the search takes the square of it
_MAX_COMPARED = 50
# Registries sell names below these, and the public suffix list does not know all of them (`com.be`).
_GENERIC = frozenset({"co", "com", "net", "org"})
MAX_REMEMBERED = 50_000
_MIN_OTHER_ENDING = 4
_MIN_SPLIT = 6
_MAX_LABELS = 20
_MAX_NEAR = 3  # labels in front of a stranger's domain that are read with care; of the others only exact names


@dataclass(frozen=True, slots=True)
class Imitation:
    """`certain`: evidence of imitation. Otherwise only a name that anyone may use, said but not accused."""

    marketplace: Marketplace
    trick: str
    certain: bool
    detail: str


class Imitations:
    """Names imitations of one catalogue; keeps what it found of each domain, since spam repeats itself."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._genuine = {domain: m for m in catalogue.marketplaces for domain in m.domains}
        self._endings = tuple(self._genuine)
        owners = {domain.partition(".")[0]: owner for domain, owner in reversed(self._genuine.items())}
        self._brands = tuple(Brand.of(label, owner) for label, owner in owners.items())
        self._of_domain: dict[str, Imitation | None] = {}
        self._like: dict[str, tuple[str, ...]] = {}

    def by_sender(self, sender: Sender | Malformed) -> Imitation | None:
        """What a sender pretends to be. A sender inside a catalogue domain imitates nothing."""
        if isinstance(sender, Malformed):
            return self._in_malformed(sender)
        if self._catalogue.owner(sender.domain) or self._catalogue.match(sender.address):
            return None
        return (
            self.by_host(sender.domain)
            or _in_name(decoded(sender.display_name), self._catalogue)  # some programs decode twice
            or _in_local_part(sender.local_part, self._catalogue)
        )

    def _in_malformed(self, sender: Malformed) -> Imitation | None:
        # The seller's own filter may have done it; or the marketplace, to a customer who calls himself `John (Jack)`.
        certain = sender.reason != TAGGED and self._catalogue.owner(sender.address.rpartition("@")[2]) is None
        for text, trick in ((sender.text.lower(), "malformed-from"), (unmasked(sender.text), "homoglyph")):
            for domain in _domains(text):
                if owner := self._catalogue.owner(domain):
                    return Imitation(owner, trick, certain, f"{sender.reason}, and it names {domain}")
        for domain in _domains(f"{sender.text.lower()} {unmasked(sender.text)}")[:_MAX_COMPARED]:
            if (alike := self.by_host(domain)) is not None:
                return replace(alike, certain=certain, detail=f"{sender.reason}, and {alike.detail}")
        owner = claims(sender.text, self._catalogue)
        return Imitation(owner, "name-only", False, f"not an address of {owner.title}") if owner else None

    def by_host(self, host: str) -> Imitation | None:
        """Whether a host is made to pass for one of the catalogue's domains."""
        if host not in self._of_domain:
            if len(self._of_domain) >= MAX_REMEMBERED:
                self._of_domain.clear()
            self._of_domain[host] = None if self._catalogue.owner(host) else self._examine(host)
        return self._of_domain[host]

    def _examine(self, host: str) -> Imitation | None:
        for owner, trick, genuine in self._tricks(_Place.of(host)):
            if not _is_innocent(host, owner, self._catalogue):
                return Imitation(owner, trick, True, f"{host} is made to look like {genuine}")
        return None

    def _tricks(self, place: _Place) -> Iterator[tuple[Marketplace, str, str]]:
        for genuine in place.names_inside():
            if owner := self._genuine.get(genuine):
                yield owner, "subdomain", genuine
        if place.host.endswith(self._endings):
            genuine = max((ending for ending in self._endings if place.host.endswith(ending)), key=len)
            if _is_suffix_trick(place.host, genuine):
                yield self._genuine[genuine], "suffix", genuine
        in_front = self._in_front(place)
        for brand in self._brands:
            if trick := _label_trick(place.label, brand, in_front):
                yield brand.owner, trick, brand.label

    def _in_front(self, place: _Place) -> set[str]:
        """What stands in front of the registered label: each label, and the names that the nearest resemble."""
        alike = (name for label in place.hidden[-_MAX_NEAR:] for name in self._names_like(label))
        return {*alike, *(label.shown for label in place.hidden), *place.split()}

    def _names_like(self, label: Label) -> tuple[str, ...]:
        """Remembered, since the labels in front are few and common: `mail`, `news`."""
        if label.shown not in self._like:
            if len(self._like) >= MAX_REMEMBERED:
                self._like.clear()
            alike = (one for one in self._brands if one.is_long and resembles(label, one))
            self._like[label.shown] = tuple(one.label for one in alike if label.shown not in one.owner.innocent)
        return self._like[label.shown]


@dataclass(frozen=True, slots=True)
class _Place:
    """A host taken apart: the label that somebody registered, and those in front of it."""

    host: str
    label: Label
    hidden: tuple[Label, ...]

    @classmethod
    def of(cls, host: str) -> _Place:
        registrable = registrable_domain(host) or ".".join(host.split(".")[-2:])
        hidden = [one for one in host.removesuffix(registrable).split(".") if one][-_MAX_LABELS:]
        label = registrable.partition(".")[0]
        if label in _GENERIC and hidden:
            label = hidden.pop()
        return cls(host, _label(label, host), tuple(_label(one, host) for one in hidden))

    def names_inside(self) -> Iterator[str]:
        """Every run of two or more labels that begins in front of the label and ends in front of the host's end."""
        labels = self.host.split(".")[-_MAX_LABELS:]
        for start in range(min(len(self.hidden), len(labels))):
            for end in range(start + 2, len(labels)):
                yield ".".join(labels[start:end])

    def split(self) -> Iterator[str]:
        """The last labels read as one word: `ama.zon.com`."""
        for number in range(1, min(len(self.hidden), 2) + 1):
            word = "".join(one.shown for one in (*self.hidden[-number:], self.label))
            if len(word) >= _MIN_SPLIT:
                yield word


def claims(text: str, catalogue: Catalogue) -> Marketplace | None:
    """The marketplace whose name stands in `text` as a word, in whatever letters it is disguised."""
    words = set(re.split(r"[^a-z0-9]+", text.lower()))
    folded = skeleton(text)
    for brand, folded_brand, marketplace in _named(catalogue, plain=text.isascii()):
        if brand in words or (folded_brand in folded and _stands_alone(folded_brand, folded)):
            return marketplace
    return None


@lru_cache(maxsize=16)
def _named(catalogue: Catalogue, *, plain: bool) -> tuple[tuple[str, str, Marketplace], ...]:
    """Every brand, as it is and folded. In plain text one in another alphabet cannot stand, and is not folded: that
    spares loading the table of look-alikes."""
    return tuple(
        (brand, skeleton(brand), marketplace)
        for marketplace in catalogue.marketplaces
        for brand in marketplace.brands
        if not plain or unaccented(brand).isascii()
    )


def _domains(text: str) -> tuple[str, ...]:
    """Names of hosts in a text of small letters."""
    words = (word[-_LONGEST_NAME:] for word in _WORD.findall(text) if "." in word)
    return tuple(dict.fromkeys(name for word in words for name in _DOMAIN.findall(word)))


def _label(text: str, host: str) -> Label:
    """As a reader is shown it. A name wholly in the letters of its own ending (`отто.рф`) is no disguise."""
    shown = shown_domain(text)
    native = shown != text and host.rpartition(".")[2].startswith("xn--") and not re.search("[a-z]", shown)
    return Label.of(text if native else shown)


def _is_innocent(host: str, owner: Marketplace, catalogue: Catalogue) -> bool:
    """Whether the host is the marketplace's own site, or lies in a domain that is known to be no imitation of it."""
    return catalogue.is_link(owner, host) or any("." in one and is_within(host, one) for one in owner.innocent)


def _is_suffix_trick(host: str, genuine: str) -> bool:
    before = host[: -len(genuine)]
    return len(genuine.partition(".")[0]) >= MIN_LONG or before.endswith(("-", *"0123456789"))


def _label_trick(label: Label, brand: Brand, in_front: Collection[str]) -> str | None:
    if label.shown in brand.owner.innocent:
        return None
    if label.shown == brand.label:
        return "other-ending" if len(brand.label) >= _MIN_OTHER_ENDING else None
    if not label.shown.isascii() and label.flat == brand.flat:
        return "homoglyph"
    if resembles(label, brand):
        return "look-alike"
    return "subdomain" if brand.is_long and brand.label in in_front else None


def _in_name(name: str, catalogue: Catalogue) -> Imitation | None:
    for domain in _domains(unmasked(name)):
        if owner := catalogue.owner(domain):
            return Imitation(owner, "name-is-address", True, f"the sender's name shows {domain}")
    owner = claims(name, catalogue)
    return Imitation(owner, "name-only", False, f"not an address of {owner.title}") if owner else None


def _in_local_part(local_part: str, catalogue: Catalogue) -> Imitation | None:
    for domain in _domains(local_part):
        if owner := catalogue.owner(domain):
            return Imitation(owner, "local-part-is-address", True, f"the address hides {domain} before the @")
    return None


def _stands_alone(word: str, text: str) -> bool:
    return len(word) >= 3 and re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
