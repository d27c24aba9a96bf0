"""An e-mail address as somebody wrote it -> its domain as DNS knows it; ValueError says what is wrong with it."""

from __future__ import annotations

import unicodedata

from auditor.config_values import email_address


def domain_in_dns(address: str) -> str:
    """The domain, lower case and in Punycode. Raises ValueError for what is no address.

    A domain in letters of its own (`büro.example`) is taken as it stands; one that only folds into another
    (mathematical letters, full width) is refused: mail programs disagree on where it leads.
    """
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = _in_punycode(domain)
    return email_address(f"{local}@{domain}").rpartition("@")[2]


def in_letters(domain: str) -> str:
    """A domain as people read it, for comparing it with another; as it is where it is no Punycode."""
    import idna

    try:
        return idna.decode(domain)
    except UnicodeError:
        return domain


def _in_punycode(domain: str) -> str:
    import idna

    plain = unicodedata.normalize("NFC", domain).lower()
    if unicodedata.normalize("NFKC", plain) != plain:
        raise ValueError("the domain is written in letters that stand for others")
    try:
        return idna.encode(plain).decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"the domain is none: {error}") from error
