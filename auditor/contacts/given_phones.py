"""One line of somebody's own words -> the telephone numbers that he gives out in it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

MAX_LINE = 1_000  # characters
_MAX_TRIES = 20
_KNOWN_LINES = 4_096  # a signature stands below every reply, and is looked at once
_NEAR = 40  # characters
_BEFORE, _BEHIND = 60, 40

_ENOUGH_DIGITS = re.compile(r"(?:\d\D{0,4}){6}\d")
_WORD = (
    r"tel(?:\b|ef|éf|é[lp])|t[ée]l[ée]phone|phone|\bph\b|\bcell|mobi[le]|handy|\bgsm\b|\bcall|\bdial|\btext"
    r"|\bsms\b|whats ?app|hotline"
    r"|anruf|rufnummer|appel|llam|ligue|ligar|chiam|\bcell\b|\bcel\b|bel(?:len)?\b|zadzwo|dzwo|kom(?:órk|\b)"
    r"|móvil|movil|contact"
    r"|telemóvel|電話|☎|☏|✆|📞|📱|\b[tmp]\s{0,2}[:.|]|\b(?:toll[- ]free)"
)
_INTRODUCES = re.compile(_WORD, re.IGNORECASE)
_IS_FAX = re.compile(r"(?:t[ée]l[ée]?)?fax|faks|télécopie|ＦＡＸ|ファックス|\bf\s{0,2}[:.|]\s{0,2}\Z", re.IGNORECASE)
_ONLY_A_LABEL = re.compile(r"[\W_]*(?:[^\W\d_]{1,12}\.?[\W_]*){0,2}")
_ABROAD = re.compile(r"(?<![\d+(./-])(?<!\d )00 ?(?=[1-9]\d)")

# Numbers that are named as something else, in the languages of the marketplaces.
_NAMES = (
    r"orders?|purchase|po|transaction|tracking|parcel|shipment|items?|listing|product|model|serial|s/n|invoice"
    r"|receipt|case|ticket"
    r"|ref(?:erence|erenz|erencia)?|rma|sku|asin|isbn(?:-1[03])?|ean|upc|gtin|mpn|id|vat|tax|ein|iban|bic"
    r"|account|customer|zip|lot"
    r"|bestell\w{0,12}|auftrags?\w{0,8}|sendung\w{0,10}|artikel\w{0,8}|rechnung\w{0,8}|kunden\w{0,8}"
    r"|konto\w{0,8}|ust-?id\w{0,4}|steuer\w{0,8}|hrb"
    r"|commande|suivi|colis|article|facture|r[ée]f[ée]rence|siret|siren|tva|rcs|pedido|seguimiento|env[íi]o"
    r"|art[íi]culo|factura|cif|nif"
    r"|ordine|spedizione|tracciamento|articolo|fattura|p\.? ?iva|encomenda|rastreio|rastreamento|artigo|fatura"
    r"|cnpj|cpf"
    r"|bestelling|bestelnummer|ordernummer|volgnummer|factuur\w{0,8}|kvk|btw|zam[óo]wieni\w{1,3}|przesyłki"
    r"|faktur\w{1,2}|nip|regon|krs"
    r"|abn|acn|gstin|pan|cin|company"
)
_OF_THE_NAME = (
    r"numbers?|num|no|nr|nummer|num[ée]ro|n[úu]mero|numer|id|codes?|is|ist|est|es|è|é|jest|was|n°|nº|de|der|del|di"
)
_NAMED = re.compile(
    rf"(?:\b(?:{_NAMES})\b(?:[\s.:#-]{{0,3}}(?:{_OF_THE_NAME})(?!\w)){{0,3}}|注文番号|追跡番号|伝票番号|登録番号|商品番号|法人番号)"
    r"[\s:#.°º()：＃-]{0,5}[A-Z]{0,4}[-\d](?:[ ./-]?\d){3,40}(?!\d)",
    re.IGNORECASE,
)
# Numbers that show by their form what they are: order numbers of Amazon and Walmart, UPS and postal tracking, books,
# days, times, sums of money.
_SHAPED = re.compile(
    r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])|(?<![\d-])\d{7}-\d{6,8}(?![\d-])|\b1Z ?[0-9A-Z](?: ?[0-9A-Z]){13,17}\b"
    r"|\b[A-Z]{2}\d{9}[A-Z]{2}\b|(?<![\d+])97[89](?:[- ]?\d){10}(?!\d)|(?<![\d+(])(?!00"
    r"|011)\d(?:[ -]?\d){12,40}(?!\d)"
    r"|(?<![\d./-])(?:(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)?\d\d)\b(?![-/.]?\d)"
    r"|\b\d\d?:\d\d(?::\d\d)?\b"
    r"|[$€£¥]\s?\d[\d.,]{0,15}|\b\d[\d.,]{0,15}\s?(?:[$€£¥]|EUR\b|USD\b|GBP\b|PLN\b|zł|kr\b)"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)"
)
_ZIP_PLUS_4 = re.compile(r"\b\d{5}-\d{4}\b")
_CEP = re.compile(r"\b\d{5}-\d{3}\b(?!-)")


def phones_in(line: str, region: str, *, alone: bool) -> tuple[str, ...]:
    """Valid numbers in E.164, fax numbers left out; bare digits only where a word introduces them.

    `region`: ISO 3166 country in which numbers without a country code are dialled.
    `alone`: bare digits count too where the line holds nothing else, as in a signature.
    """
    numbers = list(_ENOUGH_DIGITS.finditer(line, 0, MAX_LINE))
    if not numbers:
        return ()
    return _found(line[max(0, numbers[0].start() - _BEFORE) : numbers[-1].end() + _BEHIND], region, alone)


@lru_cache(maxsize=_KNOWN_LINES)
def _found(line: str, region: str, alone: bool) -> tuple[str, ...]:
    from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

    read = _without_other_numbers(line, region)
    if _ENOUGH_DIGITS.search(read) is None:
        return ()
    matches = list(PhoneNumberMatcher(read, region or None, leniency=Leniency.VALID, max_tries=_MAX_TRIES))
    ends = [0, *(match.end for match in matches)]
    return tuple(
        format_number(match.number, PhoneNumberFormat.E164)
        for match, end in zip(matches, ends, strict=False)
        if _is_given(match, read, end, alone=alone)
    )


def _without_other_numbers(line: str, region: str) -> str:
    read = _SHAPED.sub(" x ", _NAMED.sub(" x ", line))
    if region in ("US", "PR"):
        read = _ZIP_PLUS_4.sub(" x ", read)
    elif region == "BR":
        read = _CEP.sub(" x ", read)
    return _ABROAD.sub("+", read)


def _is_given(match: Any, line: str, end: int, *, alone: bool) -> bool:
    """`end`: where the number before it in the line ends."""
    label = line[max(end, match.start - _NEAR) : match.start]
    introduced = _INTRODUCES.search(_IS_FAX.sub("", label)) is not None
    if _IS_FAX.search(label[-12:]) and not introduced:
        return False
    if not match.raw_string.isdigit():
        return True
    return introduced or (alone and bool(_ONLY_A_LABEL.fullmatch(line[: match.start] + line[match.end :])))
