"""A display name -> whether its writer poses as a marketplace's staff. Customers do not; phishers in the relay do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

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
    r"|(?:sellers?|vendors?|suppliers?|merchants?|partners?|marketplace|account|buyer|customer|security|trust|safety"
    r"|fraud|risk|performance|payments?|payouts?|finance|legal|disputes?|resolutions?|escalations?|returns?|refunds?"
    r"|claims?|chargebacks?|integrity|policy|operations|onboarding|messages?|notifications?|case)"
    r" (?:service|services|care|team|health|central|cent(?:er|re)|department|desk|performance|safety|help|relations"
    r"|alerts?|notices?|notifications?|protection|prevention|enforcement|management|manager|integrity|success|unit"
    r"|officer|specialist|representative|operations|escalations?|suspen(?:ded|sion)|warning)"
    r"|trust safety|(?:the|your) (?:marketplace|account)|no ?reply|do not reply|service desk"
    r"|official notice|(?:urgent|final) notice|postmaster|mailer daemon"
    r"|kundendienst|kundenservice|verkauferservice|sicherheitsteam|handlerservice|hilfe ?cent(?:er|rum)"
    r"|(?:kunden|verkaufer|handler)betreuung|kauferschutz|verkauferschutz"
    r"|atencion al (?:cliente|vendedor)|servicio al cliente|soporte|atendimento|suporte|assistencia"
    r"|centro de (?:ayuda|ajuda|atencion|vendedores)|central de (?:vendedores|ayuda|ajuda)"
    r"|equip[eo] de segur(?:idad|anca)"
    r"|service client|support vendeur|assistance|centre d aide"
    r"|servizio clienti|assistenza|supporto|squadra di sicurezza"
    r"|klantenservice|klantendienst|ondersteuning|obsluga klienta|dzial pomocy|kundtjanst|kundeservice"
    r"|musteri hizmetleri|musteri destek)\b|\Amarketplace\Z"
)
_OTHER_ALPHABETS = re.compile(
    "沃尔玛|亚马逊|客服|支持团队|サポート|カスタマー|アマゾン|고객센터|служба|поддержка|خدمة العملاء|الدعم|שירות לקוחות"
)


_RUN_TOGETHER = re.compile(
    r"(?:seller|merchant|partner|marketplace|account|customer|buyer)"
    r"(?:support|service|care|team|help|desk|central|review)"
)


_AFTER_BRAND = re.compile(
    r"support|securit|team|service|help|care|billing|account|cent(?:er|re)|desk|admin|kunden|seller"
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OTHER_SIGNS = re.compile(r"[^a-z0-9]+")
_LEFT_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?")

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Digits and signs for letters, in the two ways of reading a 1.
_LEET = [
    str.maketrans({"@": "a", "4": "a", "$": "s", "5": "s", "0": "o", "3": "e", "7": "t", "1": one}) for one in "li"
]
_UNFOLDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i"})  # letters that no decomposition makes plain


def claims_staff(name: str, forms: Sequence[str], catalogue: Catalogue) -> bool:
    """Whether a display name poses as staff; the forms that its stream records for what it adds are no such claim."""
    return poses_as_staff(_of_the_writer(name, forms), catalogue)


def _of_the_writer(name: str, forms: Sequence[str]) -> str:
    """What of a name the writer chose: `Mary` of `Mary - Amazon Marketplace`."""
    for form in forms:
        pattern = re.escape(form).replace(re.escape("<x>"), "(.*)")
        if found := re.fullmatch(pattern, name, re.IGNORECASE | re.DOTALL):
            return " ".join(found.groups())
    return name


def poses_as_staff(name: str, catalogue: Catalogue) -> bool:
    """In whatever letters, separators and spacing the claim is disguised."""
    if _LEFT_ENCODED.search(name) or _BIDI.search(name) or any(_mixes_alphabets(word) for word in name.split()):
        return True
    if _OTHER_ALPHABETS.search(name.casefold()) or claims(name, catalogue) is not None:
        return True
    plain = unmasked(_HUMP.sub(" ", name)).translate(_UNFOLDED)
    return any(_claims_staff(reading, catalogue) for reading in {plain, *(plain.translate(each) for each in _LEET)})


def _claims_staff(plain: str, catalogue: Catalogue) -> bool:
    spaced = _OTHER_SIGNS.sub(" ", plain).strip()
    squeezed, brands = spaced.replace(" ", ""), _flat_brands(catalogue, 1)
    if _WORDS.search(spaced) or _RUN_TOGETHER.search(squeezed) or squeezed in brands:
        return True
    if squeezed.startswith(brands) and any(
        _AFTER_BRAND.search(squeezed, len(brand)) for brand in brands if squeezed.startswith(brand)
    ):
        return True
    long_brands = _flat_brands(catalogue, _LONG_BRAND)
    long_words = [word for word in spaced.split() if len(word) >= _LONG_BRAND]
    return any(brand in squeezed for brand in long_brands) or any(
        is_nearly(word, brand) for word in long_words for brand in long_brands
    )


@lru_cache(maxsize=8)
def _flat_brands(catalogue: Catalogue, least: int) -> tuple[str, ...]:
    """Every brand of so many letters in ASCII, run together."""
    brands = (brand for marketplace in catalogue.marketplaces for brand in marketplace.brands if brand.isascii())
    flat = dict.fromkeys(re.sub(r"[^a-z0-9]", "", brand) for brand in brands)
    return tuple(brand for brand in flat if len(brand) >= least)


def _mixes_alphabets(word: str) -> bool:
    """Latin letters and their Cyrillic or Greek doubles in one word: nobody's name is written so."""
    if word.isascii():
        return False
    alphabets = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return "LATIN" in alphabets and bool(alphabets & {"CYRILLIC", "GREEK"})
