"""Domain names in, test-only signing keys and the TXT records that publish them out."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

KEY_FOLDER = Path(__file__).parent / "test_only_keys"


class Signer(NamedTuple):
    """Where a domain's key is published and which key of KEY_FOLDER it is."""

    selector: str
    key: str


# Selectors in the recorded shapes: a word at Walmart, eBay and Etsy, 32 random characters at Amazon.
HONEST = {
    "walmart.com": Signer("mail", "walmart"),
    "relay.walmart.com": Signer("relay1", "walmart"),
    "wal-mart.com": Signer("gecrm", "walmart"),
    "promo.walmart.com": Signer("promo", "walmart"),
    "old.walmart.com": Signer("old", "walmart"),
    "amazon.com": Signer("taugkdi5ljtmsua4uibbmo5mda3r2q3v", "amazon"),
    "amazon.de": Signer("llktbq2gwxn3x3xrq5ljspgjk2nc5ajv", "amazon"),
    "amazon.it": Signer("xncoh7uzmgfqz3rqpdhv6t2wkye4lja5", "amazon"),
    "amazon.co.uk": Signer("p6qvhdmc3oahnzwnuqwkyoe5xbi7tfr2", "amazon"),
    "amazon.fr": Signer("w7ebz2mxtq4hcgkdasu6lyvjrin5p3of", "amazon"),
    "amazon.es": Signer("c3zkyqpn5vhmr7tgxjul2aobedsw4i6f", "amazon"),
    "marketplace.amazon.de": Signer("m5oqzk3dvya7nhptxceuglrw2jbi46sf", "amazon"),
    "amazonses.com": Signer("224i4yxa5dv7c2xz3womw6peuasteono", "amazonses"),
    "ebay.com": Signer("ebaycorp", "ebay"),
    "ebay.de": Signer("ebayde", "ebay"),
    "ebay.co.uk": Signer("ebayuk", "ebay"),
    "members.ebay.com": Signer("members", "ebay"),
    "etsy.com": Signer("scph0920", "etsy"),
    "mail.etsy.com": Signer("s1", "etsy"),
    "account.etsy.com": Signer("s1", "etsy"),
    "email.etsy.com": Signer("s1", "etsy"),
    "bol.com": Signer("s1", "others"),
    "verkopen.bol.com": Signer("s2", "others"),
    "allegromail.pl": Signer("mail", "others"),
    "newegg.com": Signer("dkim", "others"),
    "marketplace.newegg.com": Signer("mkt", "others"),
    "otto.market": Signer("k1", "others"),
    "customer.otto.market": Signer("k1", "others"),
    "rakuten.ne.jp": Signer("rak1", "others"),
    "mail.mercadolibre.com": Signer("meli", "others"),
    "shopify.com": Signer("shop1", "others"),
    "eu.temuemail.com": Signer("temu", "others"),
    "clemarche.com": Signer("cdis", "others"),
}

# Domains the forgers own outright: they publish keys and DMARC as anybody may.
OWNED_BY_FORGERS = (
    "evil.test",
    "evil.com",
    "walmart.com.evil.com",
    "amazon.evil.com",
    "notwalmart.com",
    "evil-walmart.com",
    "walmart-sellerhelp.com",
    "sellercentral-amazon.com",
    "walmart.com.co",
    "walmart.shop",
    "mercadolivre.br",
    "walmart.ru.com",
    "xn--walmrt-6nf.com",
    "wallmart.com",
    "amazonn.de",
    "rnembers-ebay.com",
)

SIGNERS = HONEST | {domain: Signer("s1", "evil") for domain in OWNED_BY_FORGERS}

# Where each DMARC policy lives; subdomains inherit it by the tree walk.
POLICIES = {
    "walmart.com": "reject",
    "wal-mart.com": "reject",
    **{f"amazon.{tld}": "quarantine" for tld in ("com", "de", "it", "co.uk", "fr", "es")},
    "amazonses.com": "none",
    **{f"ebay.{tld}": "reject" for tld in ("com", "de", "co.uk")},
    "etsy.com": "reject",
    "email.etsy.com": "reject",
    **dict.fromkeys(("bol.com", "allegromail.pl", "newegg.com", "otto.market"), "reject"),
    **dict.fromkeys(("rakuten.ne.jp", "mercadolibre.com", "shopify.com"), "reject"),
    **dict.fromkeys(("temuemail.com", "clemarche.com"), "none"),
    **dict.fromkeys(OWNED_BY_FORGERS, "none"),
}


@cache
def private_key(name: str) -> bytes:
    """The PEM (PKCS#1) text that dkimpy signs with."""
    return (KEY_FOLDER / f"{name}.pem").read_bytes()


@cache
def public_record(name: str, flags: str = "") -> bytes:
    """The TXT record of a key; `flags` are further tags such as "t=y; "."""
    return f"v=DKIM1; k=rsa; {flags}p={(KEY_FOLDER / f'{name}.pub').read_text().strip()}".encode()


def key_name(selector: str, domain: str) -> str:
    """RFC 6376 section 3.6.2.1, without the closing dot."""
    return f"{selector}._domainkey.{domain}"


def zone() -> dict[str, bytes]:
    """Every TXT record the samples need, by lower-case name without the closing dot."""
    keys = {key_name(signer.selector, domain): public_record(signer.key) for domain, signer in SIGNERS.items()}
    return keys | _odd_keys() | {f"_dmarc.{domain}": _policy(policy) for domain, policy in POLICIES.items()}


def _odd_keys() -> dict[str, bytes]:
    """Keys of walmart.com that no verifier may take for proof."""
    return {
        key_name("short512", "walmart.com"): public_record("weak512"),
        key_name("short768", "walmart.com"): public_record("weak768"),
        key_name("testing", "walmart.com"): public_record("walmart", "t=y; "),
        key_name("revoked", "walmart.com"): b"v=DKIM1; k=rsa; p=",
        key_name("other", "walmart.com"): public_record("walmart", "s=other; "),
        key_name("strict", "walmart.com"): public_record("walmart", "t=s; "),
    }


def _policy(policy: str) -> bytes:
    return f"v=DMARC1; p={policy}".encode()
