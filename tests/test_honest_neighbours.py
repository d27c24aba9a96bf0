"""The honest mail beside each forgery found later: what a check added against the forger must leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.verdict import Verdict
from tests.contexts import judged
from tests.mail import PROVING, Profile, Sample
from tests.mail.build import AMAZON, EBAY, Letter, alternative, compose, multipart, sign, signed
from tests.mail.delivery import Stamp, deliver, passed, pinned_text
from tests.mail.forged.bait import CUSTOMER, HTML, NOTICE, RELAY, genuine_customer, genuine_notice, uncheckable
from tests.mail.forged.injection import prefixes
from tests.mail.forged.staff import encoded
from tests.mail.forged.strangers import SALE
from tests.mail.forged.words import customers_to_warn_of
from tests.profiles import each

pytestmark = pytest.mark.thorough

AT_WALMART = passed("relay.walmart.com", "walmart.com")
AT_AMAZON = passed("amazon.com")

# People and shops, as they write themselves: some hold a marketplace's name or a word of its staff.
NAMES = (
    *(
        "Mary Miller",
        "Miller, J.",
        "José Álvarez",
        "王伟",
        "Olga Ivanova",
        "Ольга Иванова",
        "Søren Łukasz",
        "Dr. Müller",
    ),
    *("Betsy Ross", "Betsy's Flowers", "Otto Meyer", "Otto & Sons", "Walter Marten"),
    *("Bol", "Boland, Pat", "Mart Waller", "Securita Jones", "Billy Help", "Team Rocket", "Ann O'Care"),
    *("Market Place Cafe", "Johnson Medical Center", "Case Anderson", "Claims, Otto", "Store Manager", "Mo Account"),
    *("O'Brien (office)", "J", "mary_miller77", "=?utf-8?Q?Zo=C3=AB?=", "山田太郎", "أحمد", "Nguyễn Văn A", "ANNA K."),
)

# A notice of a sale as Etsy writes it, with numbers that are no telephone's.
SALE_TEXTS = {
    "plain": "You sold a lamp.\n",
    "money-and-time": "Order #4059129411, US$39.40, sold on 2026-11-20 at 11:50.\n",
    "order-and-item": "Order number 4059129411\nItem 1693456789\nQuantity 2\n",
    "transaction": "Transaction ID: 3812345678\n",
    "address": "Ship to:\n12 Main St Apt 4\nBentonville, AR 72712\n",
    "address-with-nine-digit-code": "Ship to:\n12 Main St Apt 4\nBentonville, AR 72712-1234\n",
    "address-in-germany": "Ship to:\nHauptstr. 12\n10115 Berlin\nDE\n",
    "tracking": "USPS tracking 9400 1118 9922 3817 4920 12\nSee https://www.etsy.com/your/orders/sold\n",
    "no-blank-behind-the-stop": "Gift message: e.g. no. 5, thanks a lot.Please hurry\n",
    "sizes": "Sizes: 36 38 40 42\nNumber of pieces: 2\n",
    "case": "Case ID: 12345678901\nReference: 20692208801234\n",
    "alphabets": "Gift message: Жду с нетерпением.Спасибо! 谢谢。再见。\n",
    "own-pages": "Follow https://www.facebook.com/Etsy/ and https://www.instagram.com/etsy, https://twitter.com/Etsy\n",
    "own-places-in-words": "Open etsy.com/your/orders or the app at play.google.com/store/apps\n",
    "measures": "Size 12.5 x 7.25 in, weight 1.250 kg, EAN 4006381333931\n",
}

PAGE = "<html><head><title>Sold</title><style>p {{color: red}}</style></head><body><p>Sold.</p>{}</body></html>\n"
PAGES = {
    "own-link": '<a href="https://sellercentral.amazon.com/orders-v3">open</a>',
    "own-link-for-outlook": '<!--[if mso]><a href="https://sellercentral.amazon.com/">open</a><![endif]-->',
    "own-link-nested": '<a href="https://www.amazon.com/r?url=https%3A%2F%2Fsellercentral.amazon.com%2F">open</a>',
    "places-of-the-page": '<a href="#top">up</a><a name="top"></a><a href="">here</a>',
    "picture": '<img src="https://images.example/x.png" alt="lamp">',
    "picture-of-own-site": '<img src="https://images.example/x.png" alt="amazon.com" title="112-7654321-1234567">',
    "moving-picture": '<svg><circle r="5"><animate attributeName="r" values="5;10;5" to="#top"/></circle></svg>',
    "letter-to-the-marketplace": '<a href="mailto:a@amazon.com?cc=b@amazon.com&amp;subject=Order">write</a>',
    "refresh-of-itself": '<meta http-equiv="refresh" content="30">',
    "footer": '<a href="https://www.linkedin.com/company/amazon">a</a><a href="https://www.youtube.com/@amazon">b</a>',
    "table-in-table": "<table><tr><td>" * 40 + "deep" + "</td></tr></table>" * 40,
}


def of(raw: bytes, profile: Profile) -> Verdict:
    return judged(Sample("neighbour", raw, profile, "genuine", "", row=None, why="honest")).verdict


every_profile = each(PROVING)


@every_profile
@pytest.mark.parametrize("name", NAMES)
def test_a_customer_may_be_called_what_he_is_called(profile: Profile, name: str) -> None:
    display = name if name.startswith("=?") else encoded(name) if "," not in name else f'"{name}"'
    raw = deliver(genuine_customer(replace(CUSTOMER, sender=f"{display} <{RELAY}>")), profile, AT_WALMART)

    verdict = of(raw, profile)

    assert verdict.standing.value == "genuine", verdict.why


@pytest.mark.parametrize(
    "sender", [f"John (Jack) Smith <{RELAY}>", f"Smith, John <{RELAY}>", f"John [Jack] Smith <{RELAY}>"]
)
def test_a_customer_whose_name_the_marketplace_did_not_quote_is_no_fraud(sender: str) -> None:
    verdict = of(genuine_customer(replace(CUSTOMER, sender=sender)), Profile.NONE)

    assert (verdict.standing.value, verdict.marketplace) == ("unverified", "walmart")


def test_such_a_name_before_a_strangers_address_is_an_imitation() -> None:
    verdict = of(compose(replace(CUSTOMER, sender="Walmart (walmart.com) <x@evil.test>")), Profile.NONE)

    assert verdict.standing.value == "forged"


@pytest.mark.parametrize(
    "sender", ["x@walmart.com.gt", "x@mercadolibre.co.cr", "x@rakuten-card.co.jp", "x@kaufland.md"]
)
def test_a_marketplaces_sites_in_countries_without_a_stream_imitate_nothing(sender: str) -> None:
    verdict = of(compose(replace(CUSTOMER, sender=sender)), Profile.NONE)

    assert verdict.standing.value == "unrelated"


@every_profile
@pytest.mark.parametrize("text", SALE_TEXTS.values(), ids=SALE_TEXTS)
def test_a_notice_of_a_sale_may_hold_the_numbers_it_always_holds(profile: Profile, text: str) -> None:
    raw = deliver(signed(replace(SALE, body=text), "etsy.com"), profile, passed("etsy.com"))

    verdict = of(raw, profile)

    assert verdict.standing.value == "genuine", verdict.why


@every_profile
@pytest.mark.parametrize("inside", PAGES.values(), ids=PAGES)
def test_a_notice_may_be_a_page_that_leads_to_the_marketplace(profile: Profile, inside: str) -> None:
    raw = deliver(genuine_notice(replace(NOTICE, body=PAGE.format(inside), content_type=HTML)), profile, AT_AMAZON)

    verdict = of(raw, profile)

    assert verdict.standing.value == "genuine", verdict.why


@every_profile
@pytest.mark.parametrize("charset", ["us-ascii", "UTF-8", "iso-8859-1", "windows-1252", "iso-8859-15", "gb18030"])
def test_a_notice_may_be_in_an_alphabet_of_its_country(profile: Profile, charset: str) -> None:
    letter = replace(NOTICE, body=PAGE.format("x"), content_type=f"text/html; charset={charset}")

    assert of(deliver(genuine_notice(letter), profile, AT_AMAZON), profile).standing.value == "genuine"


@every_profile
@pytest.mark.parametrize("encoding", ["7bit", "8BIT", "quoted-printable", "base64"])
def test_a_notice_may_be_encoded_in_any_usual_way_though_nobody_signs_that_field(
    profile: Profile, encoding: str
) -> None:
    raw = genuine_notice(replace(NOTICE, encoding=encoding), AMAZON)

    assert of(deliver(raw, profile, AT_AMAZON), profile).standing.value == "genuine"


@every_profile
def test_a_notice_may_have_a_picture_inside_and_parts_within_parts(profile: Profile) -> None:
    kind, inner = alternative("Sold.\n", PAGE.format("x"), boundary="inner")
    picture = "image/png\nContent-Transfer-Encoding: base64\nContent-ID: <a@b>", "iVBORw0KGgo="
    outer, body = multipart("related", (kind, inner), picture)
    payment = Letter("payments-messages@amazon.com", "Your payment", body, content_type=outer)

    assert of(deliver(genuine_notice(payment), profile, AT_AMAZON), profile).standing.value == "genuine"


@every_profile
@pytest.mark.parametrize("field", ["List-Unsubscribe", "Mail-Reply-To", "Mail-Followup-To"])
def test_a_field_that_was_signed_may_say_what_it_likes(profile: Profile, field: str) -> None:
    letter = replace(NOTICE, extra=((field, "<mailto:x@amazon.com>"),))
    raw = genuine_notice(letter, (*AMAZON, "Reply-To", field))

    assert of(deliver(raw, profile, AT_AMAZON), profile).standing.value == "genuine"


@every_profile
def test_a_customers_message_needs_no_signed_content_type(profile: Profile) -> None:
    letter = Letter("0123456789abcdef0123@members.ebay.com", "A question", "Is it blue?\n")
    raw = signed(letter, "ebay.com", headers=EBAY)

    verdict = of(deliver(raw, profile, passed("members.ebay.com", "ebay.com")), profile)

    assert verdict.standing.value == "genuine", verdict.why
    assert verdict.warnings


@pytest.mark.parametrize(("first", "second"), [("pass", "fail"), ("fail", "pass")], ids=["pass-first", "fail-first"])
def test_of_two_whole_signatures_of_a_domain_one_pass_that_is_named_is_enough(first: str, second: str) -> None:
    raw = sign(uncheckable(), "walmart.com", selector="nowhere2", key="evil")
    marks = zip((first, second), prefixes(raw), strict=True)
    results = "; ".join(f"dkim={result} header.d=walmart.com header.b={mark}" for result, mark in marks)
    text = f"{results}; dmarc=pass header.from=relay.walmart.com"

    assert of(deliver(raw, Profile.PINNED, text), Profile.PINNED).standing.value == "genuine"


def test_a_signature_of_nobody_beside_the_true_one_does_no_harm() -> None:
    """Its t= lies thirty thousand years ahead; what is proved rests on the other."""
    raw = sign(genuine_customer(), "walmart.com", selector="x9", key="evil").replace(b" t=", b" t=99", 1)

    assert of(deliver(raw, Profile.NONE, ""), Profile.NONE).standing.value == "genuine"


@every_profile
def test_quiet_envelopes_are_read_in_full(profile: Profile) -> None:
    """Brackets and quotes that close are no injection."""
    stamp = Stamp("pass", "relay.walmart.com", (("pass", "walmart.com"),), mailfrom="bounces.walmart.com")
    text = f"{pinned_text(stamp)} (a (nested) note)" if profile is Profile.PINNED else stamp
    raw = uncheckable() if profile is Profile.PINNED else genuine_customer()

    assert of(deliver(raw, profile, text), profile).standing.value == "genuine"


@pytest.mark.parametrize(("said", "letter"), customers_to_warn_of())
def test_a_customer_may_name_and_attach_what_he_likes_and_the_seller_is_told(said: str, letter: Letter) -> None:
    verdict = of(deliver(genuine_customer(letter), Profile.NONE, AT_WALMART), Profile.NONE)

    assert verdict.standing.value == "genuine", verdict.why
    assert [said in warning for warning in verdict.warnings] == [True]


def test_of_many_places_the_seller_is_told_of_the_first() -> None:
    many = "".join(f"https://a{number}.test/ b{number}.com " for number in range(100))
    verdict = of(genuine_customer(replace(CUSTOMER, body=many)), Profile.NONE)

    assert verdict.standing.value == "genuine", verdict.why
    assert len(verdict.warnings) == 20


def test_a_customer_may_speak_of_the_marketplaces_own_sites() -> None:
    letter = replace(
        CUSTOMER, body="I saw it on walmart.com and Ｗａｌｍａｒｔ．ｃｏｍ, see https://www.walmart.com/ip/1\n"
    )
    verdict = of(genuine_customer(letter), Profile.NONE)

    assert verdict.standing.value == "genuine", verdict.why
