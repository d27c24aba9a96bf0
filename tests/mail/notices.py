"""Marketplaces' own notices about orders and accounts: walmart, amazon, ebay, etsy, bol, shopify."""

from datetime import timedelta

from .build import AMAZON, AMAZON_REPLY, ETSY, FULL, SENT_AT, SES, WALMART, Letter, alternative
from .honest import Mail, Sig, mail

SES_SIG = Sig("amazonses.com", SES, "relaxed/simple")
FEEDBACK = ("Feedback-ID", "1.eu-west-1.x:AmazonSES")
HTML = "text/html; charset=utf-8"


def notices() -> tuple[Mail, ...]:
    """At least one notice for each order and account stream whose address form is sure or likely."""
    return (*_walmart(), *_amazon_orders(), *_amazon_account(), *_others())


def _page(url: str, words: str) -> str:
    return f'<html><body><p>{words}</p><a href="{url}">Open</a><img src="https://i5.walmartimages.com/x.png"></body></html>\n'


def _walmart() -> tuple[Mail, ...]:
    page = _page("https://seller.walmart.com/partner-statements", "Your payment has been sent.")
    return (
        mail(
            "walmart-payments",
            "walmart/account",
            Letter("Walmart Marketplace <mp-payments@relay.walmart.com>", "Your payment", page, content_type=HTML),
            Sig("relay.walmart.com", WALMART),
        ),
        mail(
            "walmart-seller-tools",
            "walmart/account",
            Letter(
                "no-reply@es.relay.walmart.com",
                "Report ready",
                "Your report is at https://seller.walmart.com/reports\n",
            ),
            Sig("relay.walmart.com", WALMART),
        ),
        mail(
            "walmart-account-security",
            "walmart/account",
            Letter("Walmart <no-reply-acnt@es.relay.walmart.com>", "Your sign-in code", "Your code is 442910.\n"),
            Sig("walmart.com", WALMART),
        ),
        mail(
            "walmart-partner-help-through-salesforce",
            "walmart/account",
            Letter("Partner Help <partnerhelp@wal-mart.com>", "Case 09418277 has an answer", "See Seller Center.\n"),
            Sig("wal-mart.com", (*WALMART, "reply-to"), identity="@wal-mart.com"),
            mailfrom="bounce.salesforce.test",
        ),
        mail(
            "walmart-order-notice-upper-case",
            "walmart/order",
            Letter('"Walmart.com" <HELP@WALMART.COM>', "Order 2000147-56467686", "Your order was placed.\n"),
            Sig("walmart.com", WALMART),
        ),
        mail(
            "walmart-order-notice-dotted-name",
            "walmart/order",
            Letter(
                "Walmart.com <no-reply@walmart.com>",
                "Delivered",
                _page("https://www.walmart.com/orders", "Delivered."),
                content_type=HTML,
            ),
            Sig("walmart.com", WALMART),
        ),
    )


def _amazon_orders() -> tuple[Mail, ...]:
    stream = "amazon/order"
    both, body = alternative(
        "L'ordine 404-1296441-3120351 va annullato.\n",
        _page("https://sellercentral.amazon.it/orders-v3/order/404-1296441-3120351", "Richiesta"),
    )
    name = '"Notifiche di Amazon Seller Central (non rispondere)"'
    return (
        mail(
            "amazon-cancel-request",
            stream,
            Letter(
                f"{name} <donotreply@amazon.com>",
                "Richiesta di annullamento per l'ordine numero: 404-1296441-3120351",
                body,
                content_type=both,
                extra=(("Reply-To", f"{name} <donotreply@amazon.com>"), FEEDBACK),
            ),
            Sig("amazon.com", AMAZON_REPLY, "relaxed/simple"),
            SES_SIG,
        ),
        mail(
            "amazon-return-request-folded-subject",
            stream,
            Letter(
                "donotreply@amazon.com",
                "Notifica di autorizzazione del reso per l'ordine\n 403-1049451-9270721",
                body,
                content_type=both,
                extra=(("X-Space-Notification-Type", "RETURN_REQUEST"), FEEDBACK),
            ),
            Sig("amazon.com", AMAZON, "relaxed/simple"),
            SES_SIG,
        ),
        mail(
            "amazon-seller-notification-reply-to-in-catalogue",
            stream,
            Letter(
                "Amazon <seller-notification@amazon.com>",
                "Sold, ship now",
                "Ship by Monday.\n",
                extra=(("Reply-To", "Amazon <seller-notification@amazon.com>"), FEEDBACK),
            ),
            Sig("amazon.com", AMAZON, "relaxed/simple"),
            SES_SIG,
        ),
        mail(
            "amazon-seller-notification-de",
            stream,
            Letter(
                '"Amazon.de" <seller-notification@amazon.de>',
                "=?UTF-8?Q?Verkauft=2C_jetzt_verschicken?=",
                "Bitte bis Montag verschicken: https://sellercentral.amazon.de/orders-v3\n",
            ),
            Sig("amazon.de", AMAZON),
        ),
        mail(
            "amazon-seller-notification-co-uk-without-t",
            stream,
            Letter("seller-notification@amazon.co.uk", "Refund issued", "A refund was issued.\n"),
            Sig("amazon.co.uk", AMAZON, signed_at=None),
        ),
        mail(
            "amazon-return-address-base64",
            stream,
            Letter("return@amazon.com", "Return received", "The return is on its way.\n", encoding="base64"),
            Sig("amazon.com", AMAZON, "simple/simple"),
        ),
    )


def _amazon_account() -> tuple[Mail, ...]:
    stream = "amazon/account"
    guarantee = "Garanzia dalla A alla Z di Amazon <atoz-guarantee-no-reply@amazon.it>"
    return (
        mail(
            "amazon-a-to-z-claim-it",
            stream,
            Letter(
                guarantee,
                "=?UTF-8?Q?Richiesta_di_rimborso_ricevuta_?=\n =?UTF-8?Q?per_l=E2=80=99ordine_402-3427577-1965903?=",
                "Rispondere entro tre giorni.\n",
                extra=(("Reply-To", f"\n\t{guarantee}"), ("X-Marketplace-ID", "APJ6JRA9NG5V4")),
            ),
            Sig("amazon.it", AMAZON_REPLY, "relaxed/simple"),
        ),
        mail(
            "amazon-a-to-z-claim-com",
            stream,
            Letter("atoz-guarantee-no-reply@amazon.com", "A-to-z claim", "Please answer within three days.\n"),
            Sig("amazon.com", AMAZON),
        ),
        mail(
            "amazon-undelivered-reply",
            stream,
            Letter(
                '"Amazon.it" <auto-communication@amazon.com>',
                "=?UTF-8?Q?Il_tuo_messaggio_all'acquirente_non_=C3=A8_stato_consegnato.?=",
                _page("https://sellercentral.amazon.it/messaging/inbox", "Non consegnato."),
                content_type=HTML,
            ),
            Sig("amazon.com", AMAZON, "relaxed/simple"),
            SES_SIG,
        ),
        mail(
            "amazon-chargeback",
            stream,
            Letter("cb-seller-notification@amazon.com", "Chargeback", "A chargeback was opened.\n"),
            Sig("amazon.com", AMAZON),
        ),
        mail(
            "amazon-payment-de",
            stream,
            Letter("payments-messages@amazon.de", "Auszahlung", "Eine Auszahlung ist unterwegs.\n"),
            Sig("amazon.de", AMAZON, expires_at=SENT_AT + timedelta(days=7)),
        ),
    )


def _others() -> tuple[Mail, ...]:
    text = "You have made a sale.\n"
    both, body = alternative(text, _page("https://www.etsy.com/your/orders/sold", "You made a sale."))
    return (
        mail(
            "ebay-notice",
            "ebay/account",
            Letter("eBay <ebay@ebay.com>", "You have sold an item", text),
            Sig("ebay.com", FULL, "simple/simple", expires_at=SENT_AT + timedelta(days=365)),
        ),
        mail(
            "ebay-notice-de-links",
            "ebay/account",
            Letter(
                "eBay <ebay@ebay.de>", "Verkauft", _page("https://www.ebay.de/sh/ord", "Verkauft."), content_type=HTML
            ),
            Sig("ebay.de", FULL, "relaxed/simple"),
        ),
        mail(
            "etsy-transaction",
            "etsy/order",
            Letter(
                "Etsy Transactions <transaction@etsy.com>",
                "You made a sale on Etsy - Lamp [US$39.40, Order #4059129411]",
                body,
                content_type=both,
            ),
            Sig("etsy.com", ETSY),
        ),
        mail(
            "bol-notice",
            "bol/order",
            Letter("bol. <noreply@verkopen.bol.com>", "Nieuwe bestelling", "Er is een nieuwe bestelling.\n"),
            "verkopen.bol.com",
        ),
        mail(
            "shopify-account-notice",
            "shopify/account",
            Letter("Shopify <mailer@shopify.com>", "Your bill is ready", "See https://www.shopify.com/admin\n"),
            "shopify.com",
        ),
    )
