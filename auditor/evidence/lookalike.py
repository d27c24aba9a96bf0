"""A sender + the catalogue -> which marketplace it imitates, and by which trick; None where it imitates none.

A list of genuine domains decides what is genuine. Likeness only ever lowers trust, so it may be generous; it names
a domain only where the borders of the word leave no innocent reading (`lotto.de` is not `otto.de`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from auditor.evidence.alignment import registrable_domain
from auditor.evidence.sender import Malformed, Sender
from auditor.marketplaces import Catalogue, Marketplace

_DOMAIN_IN_TEXT = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SINGLES = str.maketrans({"1": "l", "i": "l", "0": "o", "3": "e", "5": "s", "|": "l", "4": "a", "7": "t"})
MAX_REMEMBERED = 50_000
_INVISIBLE = ("Cf", "Mn", "Cc", "Cs")
_MIN_FUZZY = 5
_MIN_OTHER_ENDING = 4
_MIN_CONTAINED = 6


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
        self._labels = {domain.partition(".")[0]: owner for domain, owner in reversed(self._genuine.items())}
        self._of_domain: dict[str, Imitation | None] = {}

    def by_sender(self, sender: Sender | Malformed) -> Imitation | None:
        """What a sender pretends to be. A sender inside a catalogue domain imitates nothing."""
        if isinstance(sender, Malformed):
            return _in_malformed(sender, self._catalogue)
        if self._catalogue.owner(sender.domain) or self._catalogue.match(sender.address):
            return None
        return (
            self.by_host(sender.domain)
            or _in_name(sender.display_name, self._catalogue)
            or _in_local_part(sender.local_part, self._catalogue)
        )

    def by_host(self, host: str) -> Imitation | None:
        """Whether a host is made to pass for one of the catalogue's domains."""
        if host not in self._of_domain:
            if len(self._of_domain) >= MAX_REMEMBERED:
                self._of_domain.clear()
            self._of_domain[host] = None if self._catalogue.owner(host) else self._examine(host)
        return self._of_domain[host]

    def _examine(self, host: str) -> Imitation | None:
        inside = _names_inside(host)
        for genuine in inside:
            if owner := self._genuine.get(genuine):
                return _certain(owner, "subdomain", host, genuine)
        if host.endswith(self._endings):
            genuine = max((e for e in self._endings if host.endswith(e)), key=len)
            if _is_suffix_trick(host, genuine):
                return _certain(self._genuine[genuine], "suffix", host, genuine)
        registrable = registrable_domain(host) or host
        label = _unicode(registrable.partition(".")[0])
        hidden = host.removesuffix(registrable).strip(".").split(".")
        for brand, owner in self._labels.items():
            if label in owner.innocent or registrable in owner.innocent:
                continue
            if trick := _label_trick(label, brand, hidden):
                return _certain(owner, trick, host, brand)
        return None


def claims(text: str, catalogue: Catalogue) -> Marketplace | None:
    """The marketplace whose name stands in `text` as a word, in whatever letters it is disguised."""
    words = set(re.split(r"[^a-z0-9]+", text.lower()))
    folded = skeleton(text)
    for marketplace in catalogue.marketplaces:
        for brand in marketplace.brands:
            if brand in words or (_could_stand(brand, text) and _stands_alone(skeleton(brand), folded)):
                return marketplace
    return None


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """`text` as a hurried reader sees it: compatibility letters, look-alikes and tricks folded to ASCII."""
    text = unmasked(text)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text.translate(_SINGLES)


def unmasked(text: str) -> str:
    """`text` in small letters with invisible characters gone and foreign look-alikes as the ASCII that they mimic."""
    shown = "".join(one for one in text[:20_000] if unicodedata.category(one) not in _INVISIBLE)[:2_000]
    folded = unicodedata.normalize("NFKC", shown).casefold().replace("\u3002", ".")
    plain = "".join(one for one in folded if unicodedata.category(one) not in _INVISIBLE)
    if (unaccented := _unaccented(plain)).isascii():
        return unaccented
    table = _confusables()
    return _unaccented("".join(table.get(character, character) for character in plain)).casefold()


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _in_malformed(sender: Malformed, catalogue: Catalogue) -> Imitation | None:
    for text, trick in ((sender.text.lower(), "malformed-from"), (unmasked(sender.text), "homoglyph")):
        for domain in _DOMAIN_IN_TEXT.findall(text):
            if owner := catalogue.owner(domain):
                return Imitation(owner, trick, True, f"{sender.reason}, and it names {domain}")
    owner = claims(sender.text, catalogue)
    return Imitation(owner, "name-only", False, f"not an address of {owner.title}") if owner else None


def _certain(owner: Marketplace, trick: str, host: str, genuine: str) -> Imitation:
    return Imitation(owner, trick, True, f"{host} is made to look like {genuine}")


def _names_inside(host: str) -> list[str]:
    """Every run of two or more labels that is not the end of the host: `walmart.com` in `walmart.com.evil.test`."""
    labels = host.split(".")[-20:]
    return [".".join(labels[i:j]) for i in range(len(labels)) for j in range(i + 2, len(labels))]


def _is_suffix_trick(host: str, genuine: str) -> bool:
    before = host[: -len(genuine)]
    return len(genuine.partition(".")[0]) >= _MIN_FUZZY or before.endswith(("-", *"0123456789"))


def _label_trick(label: str, brand: str, hidden: list[str]) -> str | None:
    if label == brand:
        return "other-ending" if len(brand) >= _MIN_OTHER_ENDING else None
    if not label.isascii() and skeleton(label) == skeleton(brand):
        return "homoglyph"
    if _resembles(label, brand):
        return "look-alike"
    return "subdomain" if len(brand) >= _MIN_FUZZY and brand in hidden else None


def is_nearly(word: str, brand: str) -> bool:
    """One slip away from a brand that is long enough for that to be no accident."""
    # One slip changes two letters of the set at most: most words need no library to be told apart.
    if len(word) < _MIN_CONTAINED or abs(len(word) - len(brand)) > 1 or len(set(word) ^ set(brand)) > 2:
        return False
    from rapidfuzz.distance import OSA

    return bool(OSA.distance(word, brand, score_cutoff=1) <= 1)


def _resembles(label: str, brand: str) -> bool:
    from rapidfuzz.distance import OSA

    if len(brand) < _MIN_FUZZY:
        return label != brand and (skeleton(label) == skeleton(brand) or brand in label.split("-"))
    flat, wanted = skeleton(label), skeleton(brand)
    if flat == wanted or wanted in flat.split("-") or (len(brand) >= _MIN_CONTAINED and wanted in flat):
        return True
    allowed = 1 if len(brand) < 8 else 2
    return any(OSA.distance(part, wanted, score_cutoff=allowed) <= allowed for part in {flat, *flat.split("-")})


def _in_name(name: str, catalogue: Catalogue) -> Imitation | None:
    for domain in _DOMAIN_IN_TEXT.findall(unmasked(name)):
        if owner := catalogue.owner(domain):
            return Imitation(owner, "name-is-address", True, f"the sender's name shows {domain}")
    owner = claims(name, catalogue)
    return Imitation(owner, "name-only", False, f"not an address of {owner.title}") if owner else None


def _in_local_part(local_part: str, catalogue: Catalogue) -> Imitation | None:
    for domain in _DOMAIN_IN_TEXT.findall(local_part):
        if owner := catalogue.owner(domain):
            return Imitation(owner, "local-part-is-address", True, f"the address hides {domain} before the @")
    return None


def _could_stand(brand: str, text: str) -> bool:
    """A brand in another alphabet cannot stand in plain text; not to ask saves loading the table of look-alikes."""
    return not text.isascii() or _unaccented(brand).isascii()


def _stands_alone(word: str, text: str) -> bool:
    return len(word) >= 3 and re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


def _unicode(domain: str) -> str:
    """The form that a reader is shown; the domain itself where it is plain or not decodable."""
    if "xn--" not in domain:
        return domain
    import idna

    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


@lru_cache(maxsize=1)
def _confusables() -> dict[str, str]:
    """One character -> the ASCII letter that the Unicode confusables table gives for it."""
    from confusable_homoglyphs.confusables import confusables_data

    table: dict[str, str] = {}
    for character, alike in confusables_data.items():
        plain = [
            entry["c"] for entry in alike if entry["c"].isascii() and entry["c"].isalnum() and len(entry["c"]) == 1
        ]
        if plain and not character.isascii():
            table[character] = min(plain, key=lambda letter: (not letter.islower(), letter))
    return table
