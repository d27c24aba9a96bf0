"""Customers' messages of nine marketplaces, as their relays send them."""

from datetime import timedelta

from .build import AMAZON, AMAZON_REPLY, EBAY, ETSY, SENT_AT, SES, WALMART, Letter, alternative
from .honest import Mail, Sig, amazon_relay, hexes, mail, walmart_relay

ASK = "Hello,\n\nmy order has not arrived yet. Tracking shows nothing since Monday.\nCould you look?\n\nThanks\n"
FRAGE = "Guten Tag,\n\nder Artikel kam beschädigt an. Können Sie mir Ersatz schicken?\n\nMit freundlichen Grüßen\n"
PREGUNTA = "Buenos días:\n\n¿el cargador sirve también para el modelo pequeño? Gracias de antemano.\n"
DOMANDA = "Buongiorno,\n\nvorrei sapere quando verrà spedito il mio ordine. Grazie!\n"
VRAAG = "Hallo,\n\nik kreeg de verkeerde kleur geleverd. Kan ik ruilen?\n"
PYTANIE = "Dzień dobry,\n\nczy mogę zmienić adres dostawy?\n"
QUESTION = "Bonjour,\n\nla taille ne convient pas, comment puis-je renvoyer l'article ?\n"


def customers() -> tuple[Mail, ...]:
    """At least one message for each customer stream whose address form is sure or likely."""
    return (*_walmart(), *_amazon(), *_ebay(), *_etsy(), *_others())


def _walmart() -> tuple[Mail, ...]:
    stream = "walmart/customer"
    relay = Sig("relay.walmart.com", WALMART)
    parent = Sig("walmart.com", WALMART)
    both, html = alternative(ASK, f"<html><body><p>{ASK}</p></body></html>")
    page = '<p>Is it the same as <a href="https://gadget-reviews.test/lamp">the one tested here</a>?</p>'
    return (
        mail(
            "walmart-relay-plain",
            stream,
            Letter(f"Mary Miller <{walmart_relay('a')}>", "Where is my order 200014756467686?", ASK),
            relay,
        ),
        mail(
            "walmart-relay-signed-by-parent",
            stream,
            Letter(f'"Miller, J." <{walmart_relay("b")}>', "Item ID: 55423011", ASK),
            parent,
        ),
        mail("walmart-relay-bare-address", stream, Letter(walmart_relay("c"), "Damaged item", ASK), parent),
        mail(
            "walmart-relay-multipart",
            stream,
            Letter(f"Ana <{walmart_relay('d')}>", "Return", html, content_type=both),
            relay,
        ),
        mail(
            "walmart-relay-spanish-quoted-printable",
            stream,
            Letter(
                f"=?UTF-8?Q?Jos=C3=A9_P=C3=A9rez?= <{walmart_relay('e')}>",
                "=?UTF-8?Q?Pregunta_sobre_el_pedido?=",
                PREGUNTA,
                encoding="quoted-printable",
            ),
            relay,
        ),
        mail(
            "walmart-relay-reply-to-is-from",
            stream,
            Letter(walmart_relay("f"), "Late delivery", ASK, extra=(("Reply-To", walmart_relay("f")),)),
            parent,
        ),
        mail(
            "walmart-relay-customer-links-elsewhere",
            stream,
            Letter(f"Lee <{walmart_relay('g')}>", "Same lamp?", page, content_type="text/html; charset=utf-8"),
            relay,
        ),
        mail(
            "walmart-pre-sale",
            stream,
            Letter(
                f"Chris <{walmart_relay('before', 'pc-')}>", "Question before buying", "Does it fit a 40 mm pipe?\n"
            ),
            relay,
        ),
        mail(
            "walmart-pre-sale-date-unsigned",
            stream,
            Letter(f"Robin Q. Doe <{walmart_relay('h', 'pc-')}>", "Size?", "Which size is the box?\n"),
            Sig("walmart.com", ("from", "to", "subject", "message-id", "content-type")),
        ),
    )


def _amazon() -> tuple[Mail, ...]:
    stream = "amazon/customer"
    ses = Sig("amazonses.com", SES, "relaxed/simple")
    italian = amazon_relay("it", "it")
    return (
        mail(
            "amazon-relay-com",
            stream,
            Letter(
                f'"Pat - Amazon Marketplace" <{amazon_relay("us", "com")}>',
                "Inquiry from Amazon customer Pat (Order: 112-1234567-7654321)",
                ASK,
                extra=(("Feedback-ID", "1.us-east-1.x:AmazonSES"),),
            ),
            Sig("amazon.com", AMAZON, "relaxed/simple"),
            ses,
        ),
        mail(
            "amazon-relay-de-two-signatures",
            stream,
            Letter(
                f"=?UTF-8?Q?J=C3=B6rg_-_Amazon_Marketplace?= <{amazon_relay('de', 'de')}>",
                "=?UTF-8?Q?Anfrage_zur_Bestellung_302-1111111-2222222:_Artikel_besch?=\n =?UTF-8?Q?=C3=A4digt?=",
                FRAGE,
                encoding="base64",
                extra=(("Feedback-ID", "1.eu-west-1.x:AmazonSES"),),
            ),
            Sig("amazon.de", AMAZON, "relaxed/simple"),
            ses,
        ),
        mail(
            "amazon-relay-de-signed-by-relay-domain",
            stream,
            Letter(amazon_relay("de2", "de"), "Frage", FRAGE),
            Sig("marketplace.amazon.de", AMAZON),
        ),
        mail(
            "amazon-relay-it-reply-to",
            stream,
            Letter(f'"Acquirente Amazon" <{italian}>', "Messaggio", DOMANDA, extra=(("Reply-To", italian),)),
            Sig("amazon.it", AMAZON, "relaxed/simple"),
        ),
        mail(
            "amazon-relay-co-uk-with-case",
            stream,
            Letter(amazon_relay("uk", "co.uk", "+A1B2C3"), "Refund", ASK),
            Sig("amazon.co.uk", AMAZON_REPLY),
        ),
        mail(
            "amazon-relay-fr-four-days-old",
            stream,
            Letter(amazon_relay("fr", "fr"), "Retour", QUESTION, date=SENT_AT - timedelta(days=4)),
            Sig("amazon.fr", AMAZON, signed_at=SENT_AT - timedelta(days=4)),
        ),
        mail(
            "amazon-relay-es-seller-in-cc",
            stream,
            Letter(
                amazon_relay("es", "es"),
                "Pregunta",
                PREGUNTA,
                to="buyer-messages@amazon.es",
                extra=(("Cc", "Shop <seller@shop.test>"),),
            ),
            Sig("amazon.es", (*AMAZON, "Cc")),
        ),
    )


def _ebay() -> tuple[Mail, ...]:
    stream = "ebay/customer"
    year = SENT_AT + timedelta(days=365)
    members = {tld: f"{hexes(tld, 20)}@members.ebay.{tld}" for tld in ("com", "de", "co.uk")}
    return (
        mail(
            "ebay-members-content-type-unsigned",
            stream,
            Letter(f'"eBay - lamp_lover77" <{members["com"]}>', "lamp_lover77 has sent a question", ASK),
            Sig("ebay.com", EBAY, "simple/simple", expires_at=year, identity="@ebay.com"),
        ),
        mail(
            "ebay-members-de",
            stream,
            Letter(f'"eBay - kunde_1" <{members["de"]}>', "kunde_1 fragt", FRAGE, encoding="quoted-printable"),
            Sig("ebay.de", (*EBAY, "content-type"), "relaxed/simple"),
        ),
        mail("ebay-members-co-uk", stream, Letter(members["co.uk"], "Postage?", ASK), "ebay.co.uk"),
        mail(
            "ebay-members-signed-by-relay-domain",
            stream,
            Letter(f"{hexes('m', 18)}@members.ebay.com", "Another question", ASK),
            Sig("members.ebay.com", EBAY, "simple/relaxed"),
        ),
    )


def _etsy() -> tuple[Mail, ...]:
    stream = "etsy/customer"
    both, html = alternative(ASK, '<p>See <a href="https://ablink.account.etsy.com/ss/c/x">the message</a></p>')
    return (
        mail(
            "etsy-conversations",
            stream,
            Letter("Etsy Conversations <conversations@mail.etsy.com>", "Help Request: Order #4059129411", ASK),
            Sig("mail.etsy.com", ETSY),
        ),
        mail(
            "etsy-conversations-signed-by-parent",
            stream,
            Letter("conversations@mail.etsy.com", "Ana needs help with an order they placed", ASK),
            Sig("etsy.com", ETSY, "relaxed/simple"),
        ),
        mail(
            "etsy-account-conversation",
            stream,
            Letter("Etsy <no-reply@account.etsy.com>", "Re: Etsy Conversation with Ana", html, content_type=both),
            Sig("account.etsy.com", ETSY),
        ),
    )


def _others() -> tuple[Mail, ...]:
    allegro = f"klient <{hexes('al', 10)}+{hexes('order', 9)}@allegromail.pl>"
    newegg = f"{hexes('ne', 16)}@marketplace.newegg.com"
    return (
        mail(
            "bol-relay",
            "bol/customer",
            Letter(f"{hexes('bol', 30)}@verkopen.bol.com", "Vraag over bestelling", VRAAG),
            "bol.com",
        ),
        mail(
            "allegro-relay",
            "allegro/customer",
            Letter(allegro, "Pytanie", PYTANIE, encoding="base64"),
            "allegromail.pl",
        ),
        mail("newegg-relay", "newegg/customer", Letter(newegg, "Order 382910", ASK), "newegg.com"),
        mail(
            "otto-relay",
            "otto/customer",
            Letter(f"{hexes('otto', 30)}@customer.otto.market", "Rueckfrage", FRAGE),
            Sig("otto.market", EBAY),
        ),
        mail(
            "rakuten-relay",
            "rakuten-jp/customer",
            Letter(
                f"{hexes('r', 24)}@pc.fw.rakuten.ne.jp",
                "=?UTF-8?B?44GU5rOo5paH?=",
                "いつ届きますか。\n",
                encoding="base64",
            ),
            "rakuten.ne.jp",
        ),
        mail(
            "mercadolibre-relay",
            "mercadolibre/customer",
            Letter("ana.k3j2h1+2-gezdgnbv@mail.mercadolibre.com", "Consulta", PREGUNTA),
            "mail.mercadolibre.com",
        ),
    )
