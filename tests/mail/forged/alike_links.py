"""A customer's link to a look-alike of the marketplace, spelled so that only a browser reads it: row 115."""

from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..delivery import deliver
from .bait import CUSTOMER, HTML, RELAY_PASSES, forge, genuine_customer

ALIKE = "walmart-sellerhelp.com"
WRAPPER = "https://eur01.safelinks.protection.outlook.com/?data=05&amp;url=https%3A%2F%2F"

# (name, page): a browser goes to walmart-sellerhelp.com in each.
PAGES = (
    ("no-scheme", f'<a href="//{ALIKE}/case">here</a>'),
    ("one-slash", f'<a href="https:/{ALIKE}/case">here</a>'),
    ("no-slash", f'<a href="https:{ALIKE}/case">here</a>'),
    ("backslashes", f'<a href="https:\\\\{ALIKE}\\case">here</a>'),
    ("userinfo", f'<a href="https://seller.walmart.com@{ALIKE}/case">here</a>'),
    ("userinfo-and-port", f'<a href="https://seller.walmart.com:443@{ALIKE}:443/case">here</a>'),
    ("trailing-dot", f'<a href="https://{ALIKE}./case">here</a>'),
    ("upper-case", f'<A HREF="HTTPS://{ALIKE.upper()}/">here</A>'),
    ("percent", '<a href="https://%77almart-sellerhelp.com/">here</a>'),
    ("percent-dot", '<a href="https://walmart-sellerhelp%2Ecom/">here</a>'),
    ("ideographic-stop", '<a href="https://walmart-sellerhelp\u3002com/">here</a>'),
    ("full-width", '<a href="https://\uff57almart-sellerhelp.com/">here</a>'),
    ("mathematical", '<a href="https://\U0001d430almart-sellerhelp.com/">here</a>'),
    ("soft-hyphen", '<a href="https://walmart-seller\u00adhelp.com/">here</a>'),
    ("zero-width", '<a href="https://wal\u200bmart-sellerhelp.com/">here</a>'),
    ("tab-in-host", '<a href="https://wal\tmart-sellerhelp.com/">here</a>'),
    ("line-in-host", '<a href="https://wal\nmart-sellerhelp.com/">here</a>'),
    ("references", '<a href="https://&#119;almart-sellerhelp&period;com/">here</a>'),
    ("spaces-around", f'<a href="  https://{ALIKE}/  ">here</a>'),
    ("unquoted", f"<a href=https://{ALIKE}/>here</a>"),
    ("image-map", f'<map name="m"><area href="https://{ALIKE}/" shape="default"></map>'),
    ("svg", f'<svg><a xlink:href="https://{ALIKE}/"><text>here</text></a></svg>'),
    ("form", f'<form action="https://{ALIKE}/"><input name="password"></form>'),
    ("button", f'<form action="/"><button formaction="https://{ALIKE}/">Go</button></form>'),
    ("refresh", f'<meta http-equiv="refresh" content="0; url=https://{ALIKE}/">wait'),
    ("base", f'<base href="https://{ALIKE}/"><a href="case">here</a>'),
    ("frame", f'<iframe src="https://{ALIKE}/"></iframe>'),
    ("comment", f'<!--[if mso]><a href="https://{ALIKE}/">here</a><![endif]-->'),
    ("subdomain", f'<a href="https://seller.{ALIKE}/">here</a>'),
    ("second-of-two", f'<a href="https://reviews.test/">a</a><a href="https://{ALIKE}/">here</a>'),
    (
        "last-of-many",
        "".join(f'<a href="https://e{n}.test/">{n}</a>' for n in range(60)) + f'<a href="https://{ALIKE}/">x</a>',
    ),
    ("in-template", f'<template><a href="https://{ALIKE}/">here</a></template>'),
    ("in-noscript", f'<noscript><a href="https://{ALIKE}/">here</a></noscript>'),
    ("other-program", f'<a href="googlechrome://{ALIKE}/">here</a>'),
    ("intent", f'<a href="intent://{ALIKE}/#Intent;scheme=https;end">here</a>'),
    ("view-source", f'<a href="view-source:https://{ALIKE}/">here</a>'),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Signed by Walmart, fresh, whole and meant for the seller; the page alone is a stranger's."""
    for name, inside in PAGES:
        yield _made(profile, name, inside)
    if profile is Profile.MICROSOFT:
        yield _made(profile, "wrapped", f'<a href="{WRAPPER}{ALIKE}%2Fcase">here</a>')
        yield _made(
            profile, "wrapped-without-scheme", f'<a href="{WRAPPER.removesuffix("https%3A%2F%2F")}{ALIKE}">x</a>'
        )


def _made(profile: Profile, name: str, inside: str) -> Sample:
    page = f"<html><body><p>Please answer.</p>{inside}</body></html>\n"
    raw = deliver(genuine_customer(replace(CUSTOMER, body=page, content_type=HTML)), profile, RELAY_PASSES)
    why = "a browser folds, decodes and completes the address before it goes there"
    return forge(profile, f"alike-{name}", raw, by="clean", why=why, row=115, only=True)
