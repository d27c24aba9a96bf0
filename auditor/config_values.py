"""One value of the configuration -> the value in its plain form; ValueError says in words what is wrong with it."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# An alias `*@gmail.com` would take every customer of the provider for the seller.
# fmt: off
_FREE_MAIL = frozenset({
    "aol.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com",
    "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "outlook.com", "proton.me",
    "protonmail.com", "qq.com", "rocketmail.com", "t-online.de", "web.de", "yahoo.com", "yandex.com",
    "yandex.ru", "ymail.com", "zoho.com", "126.com", "163.com",
})
# fmt: on


def printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds a control character")
    return text


def email_address(text: str) -> str:
    """The address with its domain in lower case; syntax only, nothing is looked up."""
    from email_validator import EmailNotValidError, validate_email

    if not text.rpartition("@")[2].isascii():
        raise ValueError("the domain must be plain ASCII; write its xn-- form")
    try:  # test_environment opens the reserved .test, and nothing else
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"`{text}` is no e-mail address. {error}") from error
    if checked.local_part == "*":  # as an address of the seller's it would be read as a pattern
        raise ValueError(f"`{text}` is a pattern, no e-mail address")
    return f"{checked.local_part}@{checked.ascii_domain}"


def address_on_file(text: str) -> str:
    """The same, and as it stands where it is no address: it is on file so, and the contact checks say what is wrong."""
    return email_address(text) if is_email_address(text) else text


def is_email_address(text: str) -> bool:
    try:
        email_address(text)
    except ValueError:
        return False
    return True


def alias(text: str) -> str:
    """An address, or `*@domain` for a domain that is the seller's alone."""
    if not text.startswith("*@"):
        return email_address(text)
    domain = email_address(f"x{text[1:]}")[2:]
    if domain in _FREE_MAIL or _is_public_suffix(domain):
        raise ValueError(f"`{text}` is too wide: not every address there is yours")
    return f"*@{domain}"


def host(text: str) -> str:
    """A host name in lower case, or an IP address."""
    if _is_ip(text):
        return text
    name = text.rstrip(".").lower()
    labels = name.split(".")
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise ValueError("must be a host name alone, such as imap.shop.example, or an IP address")
    return name


def nameserver(text: str) -> str:
    address = urlsplit(text)
    if not _is_ip(text) and not (text.startswith("https://") and address.hostname):
        raise ValueError('must be an IP address, or https://... with protocol = "https"')
    return text


def is_loopback(name: str | None) -> bool:
    """127.0.0.0/8, ::1 and localhost."""
    return name == "localhost" or (name is not None and _is_ip(name) and ipaddress.ip_address(name).is_loopback)


def tenant(text: str) -> str:
    """An organisation at Microsoft: its id, a domain of it, or one of Microsoft's own words. It enters an address."""
    if not _TENANT.fullmatch(text):
        raise ValueError('must be the organisation\'s id or domain, "common", "consumers" or "organizations"')
    return text


def time_zone(text: str) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):
        raise ValueError(f"no such time zone{did_you_mean(text, available_timezones())}") from None
    return text


def web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address, such as https://shop.example")
    return text


def state_url(text: str, folder: Path) -> str:
    """A SQLite file made absolute from `folder`, or a PostgreSQL address as it is. The error holds no password."""
    scheme, slashes, path = text.partition(":///")
    if scheme == "sqlite" and slashes and path and path != ":memory:":
        return f"sqlite:///{(folder / Path(path).expanduser()).absolute()}"
    if text.partition("://")[0].partition("+")[0] == "postgresql":
        return text
    raise ValueError("must be sqlite:///FILE or postgresql://...")


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known one, if any is near."""
    near = difflib.get_close_matches(text, list(known), n=1, cutoff=0.55)
    return f"; did you mean {near[0]}?" if near else ""


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_public_suffix(domain: str) -> bool:
    return _suffixes().is_public(domain)


@cache  # the list takes longer to load than a thousand mailboxes to check
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
