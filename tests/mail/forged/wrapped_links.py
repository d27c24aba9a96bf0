"""Links inside a provider's link wrapper, real or only like one: row 113."""

from collections.abc import Iterator
from dataclasses import replace

from .. import Profile, Sample
from ..delivery import deliver, passed
from .bait import HTML, NOTICE, forge, genuine_notice

HOST = "eur01.safelinks.protection.outlook.com"
OWN = "https%3A%2F%2Fsellercentral.amazon.com%2F"
EVIL = "https%3A%2F%2Fevil.test%2Fx"
TWICE = f"https%3A%2F%2F{HOST}%2F%3Furl%3Dhttps%253A%252F%252Fevil.test%252Fx"

# (name, address): undone rightly, each leads to evil.test or cannot be undone.
LINKS = (
    ("wrapped-twice", f"https://{HOST}/?url={TWICE}"),
    ("two-targets-own-first", f"https://{HOST}/?url={OWN}&amp;url={EVIL}"),
    ("two-targets-own-last", f"https://{HOST}/?url={EVIL}&amp;url={OWN}"),
    ("target-in-upper-case", f"https://{HOST}/?URL={EVIL}&amp;url={OWN}"),
    ("target-in-fragment", f"https://{HOST}/#?url={OWN}"),
    ("no-target", f"https://{HOST}/?data=05"),
    ("empty-target", f"https://{HOST}/?url="),
    ("target-is-script", f"https://{HOST}/?url=javascript%3Aalert(1)"),
    ("target-is-data", f"https://{HOST}/?url=data%3Atext%2Fhtml%2Cx"),
    ("target-with-userinfo", f"https://{HOST}/?url=https%3A%2F%2Fsellercentral.amazon.com%40evil.test%2F"),
    ("target-with-backslash", f"https://{HOST}/?url=https%3A%2F%2Fevil.test%5C%40sellercentral.amazon.com%2F"),
    ("target-encoded-twice", f"https://{HOST}/?url=https%253A%252F%252Fevil.test%252Fx"),
    ("target-without-scheme", f"https://{HOST}/?url=evil.test%2Fx"),
    ("target-in-path", f"https://{HOST}/GetUrlReputation/evil.test?url={EVIL}"),
    ("host-longer", f"https://{HOST}.evil.test/?url={OWN}"),
    ("host-as-userinfo", f"https://{HOST}@evil.test/?url={OWN}"),
    ("host-as-suffix", f"https://evil-{HOST.removeprefix('eur01.')}.test/?url={OWN}"),
    ("host-with-prefix", f"https://notsafelinks.{HOST.partition('.')[2].removeprefix('safelinks.')}/?url={OWN}"),
    ("host-in-path", f"https://evil.test/{HOST}/?url={OWN}"),
    ("host-in-query", f"https://evil.test/?https://{HOST}/?url={OWN}"),
    ("host-in-script", f"javascript:'https://{HOST}/?url={OWN}'"),
    ("semicolon-between", f"https://{HOST}/?a=1;url={OWN}"),
)


def samples(profile: Profile) -> Iterator[Sample]:
    """Where no such wrapper is the provider's own, its host is a stranger's like any other."""
    for name, address in LINKS:
        page = f'<html><body><p>Sold.</p><a href="{address}">open</a></body></html>\n'
        raw = deliver(genuine_notice(replace(NOTICE, body=page, content_type=HTML)), profile, passed("amazon.com"))
        why = "what is taken off a link must be the provider's own wrapper, and what is left must be the brand's"
        yield forge(profile, f"wrapped-link-{name}", raw, by="clean", why=why, row=113, only=True)
