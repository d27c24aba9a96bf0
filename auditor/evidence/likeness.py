"""One label of a domain beside one name of the catalogue: is it written to be taken for it?

A likeness counts only where the letters leave no innocent reading. A slip in a name of four letters is somebody
else's name (`etsi`, `eboy`), so short names are recognised by what is added to them, never by a letter in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.evidence.letters import skeleton
from auditor.marketplaces import Marketplace

MIN_LONG = 5
_MIN_ADDED_TO = 4
_MIN_PIECE = 3
_MIN_CONTAINED = 6
_MIN_TWO_SLIPS = 10

# What is written in front of or behind a name, without a hyphen, to make an address for fraud out of it.
_LURES = (
    "account|accounts|admin|alert|alerts|auth|billing|care|center|central|centre|com|contact|customer|customers|email"
    "|help|helpdesk|id|info|invoice|login|mail|mailer|members|message|messages|my|net|notice|notification|notify"
    "|official|online|order|orders|pay|payment|payments|payout|refund|returns|reward|rewards|safety|secure|security"
    "|seller|sellers|service|services|shop|signin|store|support|team|update|verification|verify|www"
)
_LURE_BEHIND = re.compile(rf"(?:{_LURES}|[0-9]{{1,4}}){{1,2}}\Z")


@dataclass(frozen=True, slots=True)
class Label:
    """A label as a reader is shown it, folded once for all names that it is held against."""

    shown: str
    flat: str
    joined: str  # folded, without its hyphens
    parts: frozenset[str]

    @classmethod
    def of(cls, shown: str) -> Label:
        flat = skeleton(shown)
        pieces = {shown, flat, *shown.split("-"), *flat.split("-")}
        return cls(shown, flat, flat.replace("-", ""), frozenset(piece for piece in pieces if len(piece) >= _MIN_PIECE))


@dataclass(frozen=True, slots=True)
class Brand:
    """The first label of a catalogue domain. `slips`: how many letters may be wrong; `distinct`: no common name.

    `stem`: the short name that a compound such as `temuemail` begins with, where no letter may be wrong.
    `folds`: its folded form is still its own; `clemarche` folds into a French word, `demarche`.
    """

    label: str
    owner: Marketplace
    flat: str
    slips: int
    distinct: bool
    stem: str
    folds: bool

    @classmethod
    def of(cls, label: str, owner: Marketplace) -> Brand:
        slips = 0 if len(label) < MIN_LONG else 1 if len(label) < _MIN_TWO_SLIPS else 2
        short = (name for name in owner.brands if len(name) < MIN_LONG and label.startswith(name))
        flat = skeleton(label)
        return cls(label, owner, flat, slips, label in owner.brands, next(short, ""), len(flat) == len(label))

    @property
    def is_long(self) -> bool:
        return len(self.label) >= MIN_LONG


def resembles(label: Label, brand: Brand) -> bool:
    """Whether the label is made to pass for the brand; the brand itself, spelt right, is no likeness."""
    if not brand.is_long:
        return label.shown != brand.label and _resembles_short(label, brand)
    if label.joined == brand.flat or _contains(label, brand):
        return True
    return any(
        (part == brand.flat or _is_slip(part, brand)) and part not in brand.owner.innocent for part in label.parts
    )


def _contains(label: Label, brand: Brand) -> bool:
    if len(brand.label) < _MIN_CONTAINED:
        return False
    return brand.label in label.shown or (brand.folds and brand.flat in label.flat)


def is_nearly(word: str, brand: str) -> bool:
    """One slip away from a brand that is long enough for that to be no accident."""
    return len(word) >= _MIN_CONTAINED and _within(word, brand, 1)


def _resembles_short(label: Label, brand: Brand) -> bool:
    if label.flat == brand.flat or brand.label in label.parts:
        return True
    if not brand.distinct or len(brand.label) < _MIN_ADDED_TO:
        return False
    return (
        label.joined == brand.flat
        or _single(label.shown) == _single(brand.label)
        or any(_is_name_with_lure(part, brand.label) for part in label.parts)
    )


def _single(text: str) -> str:
    """Doubled letters written once: `ebbay` is read as `ebay`."""
    return re.sub(r"(.)\1+", r"\1", text)


def _is_name_with_lure(text: str, name: str) -> bool:
    before, found, behind = text.partition(name)
    return bool(found) and all(not rest or _LURE_BEHIND.match(rest) for rest in (before, behind))


def _is_slip(part: str, brand: Brand) -> bool:
    if abs(len(part) - len(brand.label)) > brand.slips or not part.startswith(brand.stem):
        return False
    return _within(part, brand.label, brand.slips) or (brand.folds and _within(part, brand.flat, brand.slips))


def _within(word: str, wanted: str, slips: int) -> bool:
    # One slip changes two letters of the set at most: most words need no library to be told apart.
    if abs(len(word) - len(wanted)) > slips or len(set(word) ^ set(wanted)) > 2 * slips:
        return False
    from rapidfuzz.distance import OSA

    return bool(OSA.distance(word, wanted, score_cutoff=slips) <= slips)
