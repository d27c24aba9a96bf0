"""A display name -> whether its writer poses as a marketplace's staff. Customers do not; phishers in the relay do."""

from __future__ import annotations

import re
import unicodedata

from auditor.evidence.letters import unmasked
from auditor.evidence.likeness import is_nearly
from auditor.evidence.lookalike import claims
from auditor.marketplaces import Catalogue

_LONG_BRAND = 6

# Words by which staff sign, in the languages of the catalogue's marketplaces, accents taken off. One is enough: a
# customer whose own name holds one is reported first, with the deadline, and can be looked up in the message centre.
_WORDS = re.compile(
    r"\b(?:support|admin|administrator|moderator|dept|account review|helpdesk|help desk|help cent(?:er|re)|billing"
    r"|compliance|verification"
    r"|(?:seller|merchant|partner|marketplace|account|buyer|customer|security|trust|safety|fraud|risk|performance"
    r"|payments?|payouts?|finance|legal)"
    r" (?:service|services|care|team|health|central|cent(?:er|re)|department|desk|performance|safety|help|relations)"
    r"|trust safety|(?:the|your) marketplace|no ?reply|do not reply"
    r"|kundendienst|kundenservice|verkauferservice|sicherheitsteam|handlerservice"
    r"|atencion al (?:cliente|vendedor)|servicio al cliente|soporte|atendimento|suporte|assistencia"
    r"|service client|support vendeur|assistance|servizio clienti|assistenza|supporto"
    r"|klantenservice|klantendienst|ondersteuning|obsluga klienta|dzial pomocy|kundtjanst|kundeservice)\b"
)
_OTHER_ALPHABETS = re.compile("沃尔玛|亚马逊|客服|支持团队|サポート|カスタマー|アマゾン|고객센터|служба|поддержка")


_RUN_TOGETHER = re.compile(
    r"(?:seller|merchant|partner|marketplace|account|customer|buyer)"
    r"(?:support|service|care|team|help|desk|central|review)"
)


_AFTER_BRAND = re.compile(
    r"support|securit|team|service|help|care|billing|account|cent(?:er|re)|desk|admin|kunden|seller"
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LEFT_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?")

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNFOLDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i"})  # letters that no decomposition makes plain


def poses_as_staff(name: str, catalogue: Catalogue) -> bool:
    """In whatever letters, separators and spacing the claim is disguised."""
    if _LEFT_ENCODED.search(name) or _BIDI.search(name) or any(_mixes_alphabets(word) for word in name.split()):
        return True
    plain = unmasked(_HUMP.sub(" ", name)).translate(_UNFOLDED)
    spaced = " ".join(re.split(r"[^a-z0-9]+", plain)).strip()
    squeezed = spaced.replace(" ", "")
    if _WORDS.search(spaced) or _OTHER_ALPHABETS.search(name.casefold()):
        return True
    brands = {brand for marketplace in catalogue.marketplaces for brand in marketplace.brands if brand.isascii()}
    flat = {re.sub(r"[^a-z0-9]", "", brand) for brand in brands}
    if _RUN_TOGETHER.search(squeezed) or squeezed in flat:
        return True
    if any(squeezed.startswith(brand) and _AFTER_BRAND.search(squeezed, len(brand)) for brand in flat):
        return True
    long_brands = [brand for brand in flat if len(brand) >= _LONG_BRAND]
    if any(brand in squeezed or is_nearly(word, brand) for brand in long_brands for word in spaced.split()):
        return True
    return claims(name, catalogue) is not None


def _mixes_alphabets(word: str) -> bool:
    """Latin letters and their Cyrillic or Greek doubles in one word: nobody's name is written so."""
    if word.isascii():
        return False
    alphabets = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return "LATIN" in alphabets and bool(alphabets & {"CYRILLIC", "GREEK"})
