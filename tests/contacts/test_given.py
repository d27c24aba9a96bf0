"""Which phone numbers, addresses and links does a seller give out in a reply, and which are the customer's?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.contacts.given import MAX_GIVEN, MAX_VALUE, Given, GivenKind, Place, given_in
from auditor.contacts.given_addresses import address_value, is_same_place
from tests.contacts.programs import ATTRIBUTIONS, CLOSINGS, OWN, PAGES, PLAIN, QUOTED, page, plain, sent
from tests.contacts.test_quoting import HOSTILE

pytestmark = pytest.mark.thorough

PROMISE = 1.0  # seconds for any message of a megabyte


def found(text: str, region: str = "US", *, kind: GivenKind | None = None, page: bool = False) -> list[str]:
    raw = sent(page=text) if page else sent(text)
    given = given_in(raw, region=region, country=region)
    return sorted({one.value for one in given if kind in (None, one.kind)})


def phones(text: str, region: str = "US") -> list[str]:
    return found(text, region, kind=GivenKind.PHONE)


def addresses(text: str, country: str) -> list[str]:
    return found(text, country, kind=GivenKind.ADDRESS)


SIGN = (
    "Best regards,\nJohn Miller\nExample Shop LLC\n702 SW 8th Street, Suite 5\nBentonville, AR 72716\n(479) 273-4000\n"
    "Support@Shop.Example.com\nwww.shop-example.com"
)
GIVEN = {
    Given(GivenKind.PHONE, "+14792734000", Place.SIGNATURE),
    Given(GivenKind.EMAIL, "support@shop.example.com", Place.SIGNATURE),
    Given(GivenKind.LINK, "shop-example.com", Place.SIGNATURE),
    Given(GivenKind.ADDRESS, "US 72716|702 sw 8th street suite 5 bentonville ar", Place.SIGNATURE),
}


@pytest.mark.parametrize("program", PLAIN)
def test_only_the_sellers_details_from_plain_text(program: str) -> None:
    assert set(given_in(sent(plain(program, sign=SIGN)), region="US", country="US")) == GIVEN


@pytest.mark.parametrize("program", PAGES)
def test_only_the_sellers_details_from_a_page(program: str) -> None:
    assert set(given_in(sent(page=page(program, sign=SIGN)), region="US", country="US")) == GIVEN


@pytest.mark.parametrize("introduction", ATTRIBUTIONS)
def test_no_detail_of_the_customer(introduction: str) -> None:
    assert given_in(sent(f"{OWN}\n\n{introduction}\n\n{QUOTED}"), region="US", country="US") == ()


PHONES = [
    ("US", "Call us at (479) 273-4000 or 1-800-925-6278.", ["+14792734000", "+18009256278"]),
    ("US", "Phone: 479.273.4000 ext. 12", ["+14792734000"]),
    ("US", "my number is 4792734000", []),  # nothing says that it is a telephone's
    ("US", "Tel 4792734000", ["+14792734000"]),
    ("US", "Tel: +1 (479) 273-4000 | Fax: +1 (479) 273-4001", ["+14792734000"]),
    ("US", "from abroad 011 44 20 7946 0958", ["+442079460958"]),
    ("CA", "416-392-2489", ["+14163922489"]),
    ("GB", "Tel: 020 7946 0958", ["+442079460958"]),
    ("GB", "+44 (0)20 7946 0958", ["+442079460958"]),
    ("DE", "Tel.: 030 / 901820", ["+4930901820"]),
    ("DE", "0049 89 12345678", ["+498912345678"]),
    ("DE", "Telefax 089 12345678", []),
    ("FR", "Tél. : 01 42 68 53 00", ["+33142685300"]),
    ("FR", "01.42.68.53.00", ["+33142685300"]),
    ("ES", "Teléfono 912 345 678", ["+34912345678"]),
    ("IT", "Tel. 02 1234 5678", ["+390212345678"]),
    ("PT", "Telefone: 21 312 3456", ["+351213123456"]),
    ("NL", "Tel: 020-6201234", ["+31206201234"]),
    ("PL", "tel. 22 621 00 00", ["+48226210000"]),
    ("SE", "08-508 29 000", ["+46850829000"]),
    ("JP", "電話：03-1234-5678", ["+81312345678"]),
    ("JP", "TEL ０３－１２３４－５６７８", ["+81312345678"]),
    ("BR", "WhatsApp (11) 91234-5678", ["+5511912345678"]),
    ("MX", "Tel. 55 5208 1234", ["+525552081234"]),
    ("AU", "Ph 02 9250 7111", ["+61292507111"]),
    ("IN", "+91 22 2262 0251", ["+912222620251"]),
    ("CN", "电话 010-6505 1234", ["+861065051234"]),
]


@pytest.mark.parametrize("region, text, numbers", PHONES)
def test_a_phone_number(region: str, text: str, numbers: list[str]) -> None:
    assert phones(text, region) == numbers


def test_bare_digits_alone_in_a_signature_are_a_phone_number() -> None:
    assert phones("Hi.\n\n-- \nJohn\n4792734000") == ["+14792734000"]
    assert phones("Hi.\n\n-- \nJohn\nOrder 4792734000") == []


NO_PHONES = [
    "order 200014756467686",
    "Order # 4792734000",
    "order number: 4792734000",
    "Walmart 1234567-12345678",
    "PO 1088912345678",
    "Amazon 123-1234567-1234567",
    "UPS 1Z999AA10123456784",
    "UPS 1Z 999 AA1 01 2345 6784",
    "USPS 9400 1000 0000 0000 0000 00",
    "USPS 9400100000000000000000",
    "FedEx 449044304137821",
    "FedEx 1234 5678 9012",
    "RR123456785US",
    "ISBN 978-3-16-148410-0",
    "ISBN-10: 0-306-40615-2",
    "UPC 012345678905",
    "item 5113183757",
    "Item ID: 2125551234",
    "Tracking no. 2125551234",
    "2026-11-12 12:33",
    "11/12/2026 - 11/15/2026",
    "02.11.2026 15:04",
    "between 12:00 and 18:30 on 2026-11-02",
    "$1,234.56 and $2,345.67",
    "Bentonville, AR 72712-1234",
    "72712-1234",
    "192.168.100.200",
    "SKU 212-555-0143",
    "invoice 2026110212",
    "case 12345678",
    "Bestellnummer: 030 901820",
    "Sendungsnummer 00340434161094042557",
    "USt-IdNr. DE123456789",
    "HRB 123456 B",
    "SIRET 123 456 789 00012",
    "P.IVA 01234567890",
    "NIP 525-000-11-22",
    "注文番号 250-1234567-1234567",
    "12 x 30 x 40 cm, 1200 g, 230 V",
    "100000 pieces of 2500 or 3000",
]


@pytest.mark.parametrize("region", ["US", "DE", "GB", "FR", "IT", "JP"])
@pytest.mark.parametrize("text", NO_PHONES)
def test_a_number_of_something_else(text: str, region: str) -> None:
    assert phones(text, region) == []
    assert phones(f"Hello,\n{text}\n\n-- \nJohn\n{text}", region) == []


ADDRESSES = [
    ("US", "702 SW 8th St\nBentonville, AR 72716", "US 72716|702 sw 8th st bentonville ar"),
    ("US", "702 SW 8th St\nSuite 5\nBentonville AR 72716-6299", "US 72716|702 sw 8th st suite 5 bentonville ar"),
    ("US", "Please send it to: Shop, 702 SW 8th St, Bentonville, AR 72716.", "US 72716|702 sw 8th st bentonville ar"),
    ("US", "PO Box 123\nAustin, Texas 78701, USA", "US 78701|po box 123 austin texas"),
    ("CA", "100 Queen St W, Toronto ON M5H 2N2", "CA M5H2N2|100 queen st w toronto on"),
    ("GB", "10 Downing Street\nLondon\nSW1A 2AA", "GB SW1A2AA|10 downing street london"),
    ("GB", "10 Downing Street, London SW1A 2AA, United Kingdom", "GB SW1A2AA|10 downing street london"),
    ("DE", "Muster GmbH\nHauptstr. 5\n80331 München", "DE 80331|hauptstr 5 münchen"),
    ("DE", "Muster GmbH | Hauptstr. 5 | 80331 München | Deutschland", "DE 80331|hauptstr 5 münchen"),
    ("FR", "12 rue de Rivoli\n75001 Paris", "FR 75001|12 rue de rivoli paris"),
    ("ES", "Calle Mayor 5\n28013 Madrid", "ES 28013|calle mayor 5 madrid"),
    ("IT", "Via Roma 12\n20121 Milano (MI)", "IT 20121|via roma 12 milano mi"),
    ("PT", "Rua Augusta 24\n1100-053 Lisboa", "PT 1100053|rua augusta 24 lisboa"),
    ("NL", "Damrak 1\n1012 LG Amsterdam", "NL 1012LG|damrak 1 amsterdam"),
    ("PL", "ul. Marszałkowska 10/12\n00-590 Warszawa", "PL 00590|ul marszałkowska 10 12 warszawa"),
    ("SE", "Drottninggatan 5\n111 51 Stockholm", "SE 11151|drottninggatan 5 stockholm"),
    ("AT", "Kärntner Straße 1\n1010 Wien", "AT 1010|kärntner strasse 1 wien"),
    ("CH", "Bahnhofstrasse 1\nCH-8001 Zürich", "CH 8001|bahnhofstrasse 1 zürich"),
    ("JP", "〒100-0001 東京都千代田区千代田1-1", "JP 1000001|東京都千代田区千代田1 1"),
    ("BR", "Av. Paulista 1578\nSão Paulo - SP, 01310-200", "BR 01310200|av paulista 1578 são paulo sp"),
    ("MX", "Av. Reforma 222\n06600 Ciudad de México, CDMX", "MX 06600|av reforma 222 ciudad de méxico cdmx"),
    ("AU", "1 Martin Place\nSydney NSW 2000", "AU 2000|1 martin place sydney nsw"),
    ("IN", "12 MG Road\nMumbai, Maharashtra 400001", "IN 400001|12 mg road mumbai maharashtra"),
]


@pytest.mark.parametrize("country, text, value", ADDRESSES)
def test_an_address(country: str, text: str, value: str) -> None:
    assert addresses(text, country) == [value]
    assert addresses(f"{OWN}\n\nBest regards\nJohn\n{text}\nTel +1 479 273 4000", country) == [value]


@pytest.mark.parametrize("country, text, value", ADDRESSES)
def test_an_address_on_file_takes_the_same_form(country: str, text: str, value: str) -> None:
    code = value.partition("|")[0].partition(" ")[2]
    assert is_same_place(address_value(country, code, [value.partition("|")[2]]), value)


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("US 72716|702 sw 8th st bentonville ar", "US 72716|702 sw 8th street bentonville arkansas", True),
        ("US 72716|702 sw 8th st bentonville ar", "US 72716|704 sw 8th st bentonville ar", False),
        ("US 72716|702 sw 8th st bentonville ar", "US 72712|702 sw 8th st bentonville ar", False),
        ("US 72716|702 sw 8th st suite 5 bentonville ar", "US 72716|702 sw 8th st bentonville ar", True),
    ],
)
def test_two_addresses_are_told_apart(one: str, other: str, same: bool) -> None:
    assert is_same_place(one, other) is same
    assert is_same_place(other, one) is same


NO_ADDRESSES = [
    ("US", "Your order 72712 left on Monday.\nIt holds 2 items."),
    ("US", "We have 12345 pieces."),
    ("US", "Item 90210 is OR was sold out, 12 left."),
    ("DE", "Bestellung 80331 vom Montag\nArtikel 12345 Stück"),
    ("DE", "Wir haben 2 Pakete versandt.\n80331 ist die Nummer"),
    ("FR", "Commande 75001 du lundi"),
    ("FR", "12 jours\nSIRET 123 456 789 00012"),
    ("AU", "It was made in 2019 and sold in 2020."),
    ("NL", "In 2026 is alles anders"),
    ("AT", "Seit 2019 sind wir da.\nIm Jahr 2020 kamen 12 dazu"),
]


@pytest.mark.parametrize("country, text", NO_ADDRESSES)
def test_a_number_that_is_no_postal_code(country: str, text: str) -> None:
    assert addresses(text, country) == []


def test_line_breaks_and_commas_make_no_other_address() -> None:
    forms = [
        "702 SW 8th St, Suite 5, Bentonville, AR 72716",
        "702 SW 8th St\nSuite 5\nBentonville, AR 72716",
        "702 SW 8th St Suite 5\nBentonville AR 72716-1234 USA",
    ]
    assert {tuple(addresses(form, "US")) for form in forms} == {("US 72716|702 sw 8th st suite 5 bentonville ar",)}


def test_links_and_mail_addresses() -> None:
    text = "See https://www.Shop-Example.com/a?b=c. or www.other-example.com, mail Me.Too@Shop-Example.com!"
    assert found(text) == ["me.too@shop-example.com", "other-example.com", "shop-example.com"]


def test_targets_of_a_page_count_and_pictures_do_not() -> None:
    text = (
        '<p>our <a href="https://shop-example.com/x">shop</a> <img src="https://pictures.example.com/x.png">'
        ' <a href="mailto:me@shop-example.com?subject=x">mail</a> <a href="tel:+14792734000">phone</a></p>'
    )
    assert found(text, page=True) == ["+14792734000", "me@shop-example.com", "shop-example.com"]


def test_a_bare_host_counts_in_a_signature_only() -> None:
    assert found("It came.In time from amazon.com\n\n-- \nJohn\nshop-example.com") == ["shop-example.com"]


def test_what_the_mail_program_advertises_is_not_the_sellers() -> None:
    text = "Hi.\n\nSent from my iPhone\nGet Outlook for iOS<https://aka.ms/o0ukef>\nVirus-free. www.avast.com"
    assert found(text) == []


def test_the_providers_wrapper_is_undone() -> None:
    url = "https://nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.shop-example.com%2F&data=05"
    given = given_in(sent(url), region="US", wrappers=["safelinks.protection.outlook.com"])
    assert [one.value for one in given] == ["shop-example.com"]


def test_the_signature_comes_first_and_no_more_than_fifty() -> None:
    links = "\n".join(f"https://www.shop{n}-example.com/" for n in range(100))
    given = given_in(sent(f"{links}\n\n-- \nJohn\n+1 479 273 4000"), region="US")
    assert len(given) == MAX_GIVEN
    assert given[0] == Given(GivenKind.PHONE, "+14792734000", Place.SIGNATURE)


def test_no_region_and_no_country() -> None:
    text = "Call +1 479 273 4000 or (479) 273-4001, 702 SW 8th St, Bentonville, AR 72716"
    assert [one.value for one in given_in(sent(text), region="")] == ["+14792734000"]
    assert given_in(sent("702 SW 8th St, Bentonville, AR 72716"), region="XX", country="XX") == ()


PIECES = st.lists(
    st.one_of(
        st.sampled_from([OWN, SIGN, QUOTED, "-- ", "> x", "", *ATTRIBUTIONS, *CLOSINGS, *PLAIN.values()]),
        st.sampled_from([*(text for _, text, _ in PHONES), *(text for _, text, _ in ADDRESSES), *NO_PHONES]),
        st.text(max_size=60),
    ),
    max_size=15,
).map("\n".join)


def raw(text: str, kind: str = "plain") -> bytes:
    return f"Content-Type: text/{kind}; charset=utf-8\n\n{text}".encode("utf-8", "replace")


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=2_000), PIECES.map(raw), PIECES.map(lambda text: raw(text, "html"))))
def test_any_message_can_be_read_and_gives_little(message: bytes) -> None:
    given = given_in(message, region="US", country="US")
    assert len(given) <= MAX_GIVEN
    assert all(one.value and len(one.value) <= MAX_VALUE and one.value.isprintable() for one in given)
    assert len(set(given)) == len(given)


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_a_further_quotation_gives_nothing_more(text: str) -> None:
    quoted = "".join(f"> {line}\n" for line in text.splitlines())
    once = given_in(raw(text), region="US", country="US")
    introduced = f"{text}\n\nOn Mon, Nov 2, 2026 at 3:04 PM Jane <j@x.example> wrote:\n> \n{quoted}"
    assert given_in(raw(introduced), region="US", country="US") == once


SHAPES = {
    **HOSTILE,
    "numbers": "+1 479 273 4000 " * 60_000,
    "lines of numbers": "+1 479 273 4000\n" * 60_000,
    "other lines of numbers": "".join(f"(479) 273-{n % 10_000:04}\n" for n in range(70_000)),
    "postal codes": "Bentonville, AR 72712 " * 40_000,
    "lines of postal codes": "1 Main St, Bentonville, AR 72712\n" * 30_000,
    "at signs": "a@" * 500_000,
    "dots before an at sign": "a." * 400_000 + "@x.test",
    "addresses": "me@shop.example " * 60_000,
    "hosts": "-- \n" + "a.b.c.d.e.f." * 80_000,
    "labels": "order no. no. no. " * 50_000,
    "digits and blanks": "1 " * 400_000,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_hostile_text_is_looked_through_in_bounded_time(shape: str, kind: str) -> None:
    message = raw(SHAPES[shape], kind)
    begun = time.process_time()
    given_in(message, region="US", country="US")
    assert time.process_time() - begun < 3 * PROMISE
