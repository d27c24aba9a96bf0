"""Mail of the genuine relay whose writer poses as the marketplace's staff, or leads to a look-alike: rows 87, 88."""

import base64
from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..delivery import deliver, passed
from .bait import CUSTOMER, HTML, RELAY, forge, genuine_customer

BY = "clean"
AT_WALMART = passed("relay.walmart.com", "walmart.com")
ALIKE = "walmart-sellerhelp.com"

# (name, the display name as a reader sees it).
NAMES = (
    ("seller-support", "Seller Support"),
    ("seller-support-cyrillic-letters", "S\u0435ller Supp\u043ert"),
    ("seller-support-zero-width", "Sel\u200bler Sup\u200bport"),
    ("seller-support-soft-hyphens", "Sel\u00adler Sup\u00adport"),
    ("seller-support-word-joiners", "Sel\u2060ler Sup\u2060port"),
    ("seller-support-full-width", "Ｓｅｌｌｅｒ Ｓｕｐｐｏｒｔ"),
    ("seller-support-no-break-space", "Seller\u00a0Support"),
    ("seller-support-dotted", "Seller.Support"),
    ("seller-support-underscore", "Seller_Support"),
    ("seller-support-run-together", "SellerSupport"),
    ("seller-support-spread", "S e l l e r  S u p p o r t"),
    ("seller-support-with-address", "Seller Support <noreply@walmart.com>"),
    ("brand-support-run-together", "WalmartSupport"),
    ("brand-care-run-together", "WalmartCare"),
    ("brand-dotted", "Wal.Mart Support"),
    ("brand-in-two-words", "Wal Mart"),
    ("brand-with-star", "Wal*mart"),
    ("brand-spread", "W a l m a r t"),
    ("brand-plain", "Walmart"),
    ("brand-trade-mark", "Walmart\u2122"),
    ("brand-behind-bracket", "(Walmart"),
    ("brand-misspelt", "Walmrat"),
    ("brand-vv-for-w", "Vvalmart"),
    ("brand-mathematical-letters", "𝗪𝗮𝗹𝗺𝗮𝗿𝘁"),
    ("brand-cyrillic-letters", "W\u0430lm\u0430rt S\u0435ller Supp\u043ert"),
    ("brand-combining-marks", "W\u0336a\u0336l\u0336m\u0336a\u0336r\u0336t\u0336"),
    ("brand-right-to-left-override", "\u202etramlaW"),
    ("brand-chinese", "沃尔玛"),
    ("ticker-cyrillic-letter", "W\u041cT"),
    ("support", "Support"),
    ("customer-support", "Customer Support"),
    ("official-support", "Official Support"),
    ("marketplace-team", "Marketplace Team"),
    ("help-desk", "Help Desk"),
    ("trust-and-safety", "Trust & Safety"),
    ("account-review", "Account Review Dept"),
    ("billing", "Billing Department"),
    ("resolution", "Resolution Center"),
    ("disputes", "Dispute Team"),
    ("escalations", "Escalation Team"),
    ("returns", "Returns Department"),
    ("claims", "Claims Center"),
    ("messages", "Message Center"),
    ("chargebacks", "Chargeback Unit"),
    ("account-manager", "Account Manager"),
    ("account-alert", "Account Alert"),
    ("your-account", "Your Account"),
    ("protection", "Buyer Protection"),
    ("integrity", "Marketplace Integrity"),
    ("marketplace-alone", "Marketplace"),
    ("suppliers", "Supplier Support"),
    ("vendors", "Vendor Relations"),
    ("notice", "Official Notice"),
    ("mail-system", "Mailer-Daemon"),
    ("postmaster", "Postmaster"),
    ("admin", "Admin"),
    ("german", "Kundendienst Verkäufer"),
    ("german-care", "Kundenservice"),
    ("german-attendance", "Verkäuferbetreuung"),
    ("german-protection", "Käuferschutz"),
    ("german-centre", "Hilfe-Center"),
    ("spanish", "Atención al vendedor"),
    ("spanish-support", "Soporte"),
    ("spanish-centre", "Centro de Ayuda"),
    ("spanish-security", "Equipo de Seguridad"),
    ("portuguese-security", "Equipe de segurança"),
    ("portuguese-central", "Central de Vendedores"),
    ("french-help", "Centre d'aide"),
    ("french", "Service client"),
    ("italian", "Assistenza clienti"),
    ("dutch", "Klantenservice"),
    ("polish", "Obsługa klienta"),
    ("portuguese", "Atendimento ao vendedor"),
    ("japanese", "カスタマーサポート"),
    ("swedish", "Kundtjänst"),
    ("turkish", "Müşteri Hizmetleri"),
    ("arabic", "خدمة العملاء"),
    ("chinese", "客服中心"),
    ("digits-for-letters", "Se11er Supp0rt"),
    ("brand-digit-for-letter", "Wa1mart"),
    ("brand-four-for-a", "W4lm4rt"),
    ("brand-capital-i-for-l", "WaImart Support"),
    ("brand-pipe-for-l", "Wa|mart"),
    ("brand-at-sign-for-a", "W@lm@rt"),
    ("brand-small-capitals", "\u1d21\u1d00\u029f\u1d0d\u1d00\u0280\u1d1b"),
    ("brand-circled", "\u24e6\u24d0\u24db\u24dc\u24d0\u24e1\u24e3"),
    ("brand-squared", "\U0001f186\U0001f170\U0001f17b\U0001f17c\U0001f170\U0001f181\U0001f183"),
    ("brand-regional-signs", "\U0001f1fc\U0001f1e6\U0001f1f1\U0001f1f2\U0001f1e6\U0001f1f7\U0001f1f9"),
    ("brand-greek", "W\u03b1lm\u03b1rt"),
    ("brand-triangles", "W\u2206LM\u2206RT"),
    ("brand-cherokee", "\u13b3almart"),
    ("brand-tag-letters", "W\U000e0061almart"),
    ("brand-variation-selectors", "W\ufe0fa\ufe0fl\ufe0fm\ufe0fa\ufe0fr\ufe0ft"),
    ("brand-behind-emoji", "\u2705Walmart\u2705 Support"),
)

# (name, body, whether it is a page): each leads to the look-alike once a program has made a link of it.
LEADS = (
    ("bare-domain", f"Please confirm at {ALIKE}/case\n", False),
    ("bare-domain-in-page", f"<html><p>Please confirm at {ALIKE}/case</p></html>\n", True),
    ("bare-domain-between-tags", f"<html><p>Please confirm at <b>{ALIKE}</b>/case</p></html>\n", True),
    ("bare-domain-upper-case", f"Please confirm at {ALIKE.upper()}/CASE\n", False),
    ("bare-domain-ends-a-sentence", f"Please confirm at {ALIKE}.\n", False),
    ("bare-domain-in-brackets", f"Please confirm ({ALIKE}).\n", False),
    ("href-without-scheme", f'<html><a href="{ALIKE}/case">here</a></html>\n', True),
    ("mail-address", f"Please write to a@{ALIKE}\n", False),
    ("mail-address-in-page", f"<html><p>Please write to a@{ALIKE}</p></html>\n", True),
    ("mailto", f'<html><a href="mailto:a@{ALIKE}">here</a></html>\n', True),
    ("mailto-behind-nine-links", "".join(f"https://e{n}.test/ " for n in range(12)) + f"mailto:a@{ALIKE}\n", False),
    ("form-without-scheme", f'<html><form action="{ALIKE}/case"><input></form></html>\n', True),
)


def _word(shown: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(shown.encode(charset)).decode()}?="


PADDED = _word("\u00ad" * 2000, "iso-8859-1") + " " + _word("W\u0430lm\u0430rt")


def samples(profile: Profile) -> Iterator[Sample]:
    """Everything here is signed by Walmart, fresh, whole and meant for the seller."""
    for name, shown in NAMES:
        yield _sample(profile, f"staff-{name}", encoded(shown), why="a customer does not sign as staff")
    yield _sample(profile, "staff-brand-behind-soft-hyphens", PADDED, why="two thousand invisible letters, then it")
    for name, body, is_page in LEADS:
        letter = replace(CUSTOMER, body=body, content_type=HTML if is_page else CUSTOMER.content_type)
        raw = deliver(genuine_customer(letter), profile, AT_WALMART)
        why = "a program makes a link of it, to a look-alike of the marketplace"
        yield forge(profile, f"look-alike-as-{name}", raw, by=BY, why=why, row=88, only=True)


def encoded(shown: str) -> str:
    """The display name as a mail program would send it."""
    if not shown.isascii():
        return _word(shown)
    return f'"{shown}"' if set(shown) & set('.<>@()&*"_') else shown


def _sample(profile: Profile, name: str, display: str, *, why: str) -> Sample:
    raw = genuine_customer(replace(CUSTOMER, sender=f"{display} <{RELAY}>"))
    return forge(profile, name, deliver(raw, profile, AT_WALMART), by=BY, why=why, row=87, only=True)
