"""Customers' letters in every shape that mail programs and relays give them: MIME, charsets, languages, signatures."""

import base64
from email.header import Header

from .build import AMAZON, AMAZON_REPLY, EBAY, ETSY, FULL, SES, WALMART, Letter, alternative, multipart
from .honest import Mail, Sig, amazon_relay, hexes, mail, walmart_relay

ASK = "Hello,\n\nmy order has not arrived yet. Could you look?\n\nThanks\n"
HTML = "text/html; charset=utf-8"
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
LANGUAGES = {
    "turkish": ("Siparişim nerede?", "Merhaba, siparişim hâlâ gelmedi. Teşekkürler.\n"),
    "chinese": ("我的订单在哪里?", "您好,我的订单还没有到。谢谢。\n"),
    "arabic": ("أين طلبي؟", "مرحبا، لم يصل طلبي بعد. شكرا.\n"),
    "russian": ("Где мой заказ?", "Здравствуйте, мой заказ ещё не пришёл.\n"),
    "greek": ("Πού είναι η παραγγελία μου;", "Καλημέρα, δεν ήρθε ακόμα.\n"),
    "hindi": ("मेरा ऑर्डर कहाँ है?", "नमस्ते, मेरा ऑर्डर अभी तक नहीं आया।\n"),
    "portuguese": ("Onde está a minha encomenda?", "Olá, ainda não chegou. Obrigado.\n"),
    "swedish": ("Var är min beställning?", "Hej, paketet har inte kommit ännu.\n"),
}


def shapes() -> tuple[Mail, ...]:
    """Every one is signed by the domain of its relay or a parent of it, and goes to the seller."""
    return (*_languages(), *_parts(), *_encodings(), *_signatures())


def _languages() -> tuple[Mail, ...]:
    return tuple(
        mail(
            f"language-{name}",
            "walmart/customer",
            Letter(f"Ana <{walmart_relay(name)}>", Header(subject, "utf-8").encode(), body, encoding="base64"),
            Sig("walmart.com", WALMART),
        )
        for name, (subject, body) in LANGUAGES.items()
    )


def _parts() -> tuple[Mail, ...]:
    """Trees of MIME parts."""
    both, body = alternative(ASK, f"<p>{ASK}</p>")
    picture = ("image/png\nContent-Transfer-Encoding: base64\nContent-ID: <p1>", PIXEL)
    related = multipart("related", (HTML, '<p>Broken:</p><img src="cid:p1">'), picture)
    nested = multipart(
        "mixed", (f"{both}", body), ("text/plain; charset=us-ascii", "Sent from my phone\n"), boundary="b1"
    )
    quoted = multipart("mixed", ("text/plain; charset=utf-8", ASK), ("message/rfc822", f"Subject: earlier\n\n{ASK}"))
    return (
        _walmart("mime-alternative", body, both),
        _walmart("mime-related-with-picture", related[1], related[0]),
        _walmart("mime-alternative-inside-mixed", nested[1], nested[0]),
        _walmart("mime-earlier-message-attached", quoted[1], quoted[0]),
        _walmart("mime-html-only", f"<html><body><p>{ASK}</p></body></html>\n", HTML),
        _walmart("mime-format-flowed", ASK.replace("Could", "Could \n"), "text/plain; charset=utf-8; format=flowed"),
        _walmart("mime-upper-case-type", ASK, 'TEXT/PLAIN; CHARSET="UTF-8"'),
    )


def _walmart(name: str, body: str, content_type: str) -> Mail:
    letter = Letter(f"Lee <{walmart_relay(name)}>", "About my order", body, content_type=content_type)
    return mail(name, "walmart/customer", letter, Sig("walmart.com", WALMART))


def _encodings() -> tuple[Mail, ...]:
    """Transfer encodings, charsets and line shapes."""
    long = "A long line without any break. " * 30 + "\n"
    references = ("References", "\n ".join(f"<{hexes(str(n), 24)}@mail.test>" for n in range(6)))
    return (
        _amazon("encoding-quoted-printable-soft-breaks", long, encoding="quoted-printable"),
        _amazon("encoding-base64", long, encoding="base64"),
        _amazon("encoding-8bit", "Grüße aus Köln, das Paket fehlt.\n"),
        _amazon("body-with-blanks-at-the-ends", "Hello,  \n\t\nwhere is it?   \n\n\n"),
        _amazon("body-of-one-line", "?\n"),
        _amazon("long-references", ASK, extra=(references, ("In-Reply-To", f"<{hexes('0', 24)}@mail.test>"))),
        _amazon("many-fields-of-the-relay", ASK, extra=tuple((f"X-Relay-{n}", hexes(str(n), 20)) for n in range(20))),
        _amazon("priority-fields", ASK, extra=(("X-Priority", "3"), ("Auto-Submitted", "auto-generated"))),
    )


def _amazon(name: str, body: str, *, encoding: str = "", extra: tuple[tuple[str, str], ...] = ()) -> Mail:
    letter = Letter(amazon_relay(name, "de"), "Anfrage", body, encoding=encoding, extra=extra)
    return mail(name, "amazon/customer", letter, Sig("amazon.de", AMAZON, "relaxed/simple"))


def _signatures() -> tuple[Mail, ...]:
    """Who signs beside the marketplace, in which order and with which list of fields."""
    ses = Sig("amazonses.com", SES, "relaxed/simple")
    relay = amazon_relay("sigs", "com")
    letter = Letter(relay, "Question", ASK, extra=(("Feedback-ID", "1.us-east-1.x:AmazonSES"),))
    stranger = Sig("evil.test", ("From", "To", "Subject"))
    oversigned = Sig("walmart.com", (*FULL, *FULL))
    partner = Letter("Partner Help <partnerhelp@wal-mart.com>", "Case 09418277", "See Seller Center.\n")
    salesforce = Sig("wal-mart.com", (*WALMART, "reply-to"), identity="@wal-mart.com")
    return (
        mail("signed-by-platform-first", "amazon/customer", letter, ses, Sig("amazon.com", AMAZON)),
        mail("signed-by-platform-last", "amazon/customer", letter, Sig("amazon.com", AMAZON_REPLY), ses),
        mail("signed-three-times", "amazon/customer", letter, Sig("amazon.com", AMAZON), ses, stranger),
        mail("signed-by-a-service-as-well", "etsy/customer", _etsy(), Sig("mail.etsy.com", ETSY), stranger),
        mail("oversigned-list", "walmart/customer", _plain("over"), oversigned),
        mail("signed-without-t", "walmart/customer", _plain("no-t"), Sig("walmart.com", FULL, signed_at=None)),
        mail(
            "signed-simple-simple", "walmart/customer", _plain("simple"), Sig("walmart.com", WALMART, "simple/simple")
        ),
        mail("signed-relay-and-parent", "walmart/customer", _plain("two"), "relay.walmart.com", "walmart.com"),
        mail(
            "ebay-identity-in-subdomain", "ebay/customer", _ebay(), Sig("ebay.com", EBAY, identity="x@members.ebay.com")
        ),
        mail("salesforce-envelope", "walmart/account", partner, salesforce, mailfrom="bounce.salesforce.test"),
    )


def _plain(seed: str) -> Letter:
    return Letter(f"Kim <{walmart_relay(seed)}>", "My order", ASK)


def _etsy() -> Letter:
    return Letter("Etsy Conversations <conversations@mail.etsy.com>", "Help Request: Order #4059129411", ASK)


def _ebay() -> Letter:
    return Letter(f'"eBay - lamp_lover77" <{hexes("eb", 20)}@members.ebay.com>', "Question", ASK)
