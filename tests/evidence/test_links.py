"""Where the links and words of a message lead, whichever way they are spelt."""

from __future__ import annotations

import pytest

from auditor.evidence.links import UNREADABLE, Contents, read_contents
from auditor.message import read


def contents(body: str, kind: str = "text/html") -> Contents:
    return read_contents(read(f"Content-Type: {kind}; charset=utf-8\n\n{body}\n".encode()))


def linked(url: str) -> tuple[str, ...]:
    return contents(f'<a href="{url}">x</a>').hosts


@pytest.mark.parametrize(
    ("target", "hosts"),
    [
        ("mailto:a@own.test", ["own.test"]),
        ("mailto:x@evil.test,pay@own.test", ["evil.test", "own.test"]),
        ("mailto:x@evil.test;pay@own.test", ["evil.test", "own.test"]),
        ("mailto:pay@own.test?cc=x@evil.test", ["own.test", "evil.test"]),
        ("mailto:pay@own.test?subject=a&Bcc=x@evil.test", ["own.test", "evil.test"]),
        ("mailto:?to=x@evil.test", ["evil.test"]),
        ("mailto:x%40evil.test%2Cpay@own.test", ["evil.test", "own.test"]),
        ("mailto:", [UNREADABLE]),
        ("mailto:a@own.test?" + "&".join("a=b" for _ in range(300)), [UNREADABLE]),
    ],
)
def test_an_answer_reaches_everyone_whom_the_link_names(target: str, hosts: list[str]) -> None:
    assert list(linked(target)) == hosts


@pytest.mark.parametrize(
    "place",
    [
        *("www.linkedin.com/slink?code=a", "www.linkedin.com/./slink", "www.linkedin.com/a/../slink"),
        *(
            "www.linkedin.com/%73link",
            "www.linkedin.com//slink",
            "www.linkedin.com/SLINK",
            "www.linkedin.com/.//%2e/slink",
        ),
        *("www.youtube.com/./redirect?q=evil%2Ecom", "www.facebook.com/l.php?u=x", "www.google.com/url?q=x"),
        *("www.amazon.com/photos/share/a", "www.amazon.co.uk/clouddrive/share/a", "www.tiktok.com/@anybody"),
    ],
)
def test_a_place_that_leads_anywhere_cannot_be_read(place: str) -> None:
    assert UNREADABLE in linked(f"https://{place}")
    assert UNREADABLE in contents(f"see {place} now", "text/plain").named_hosts + linked(f"https://{place}")


@pytest.mark.parametrize(
    "place", ["www.linkedin.com/company/slink", "www.amazon.com/photos", "www.tiktok.com/business"]
)
def test_the_places_beside_them_can(place: str) -> None:
    assert linked(f"https://{place}") == (place.partition("/")[0],)


@pytest.mark.parametrize(
    ("place", "profiles"),
    [
        ("https://www.facebook.com/EtsySupportTeam", ["www.facebook.com/etsysupportteam"]),
        ("https://www.youtube.com/@etsy/videos", ["www.youtube.com/etsy"]),
        ("https://www.linkedin.com/company/etsy/", ["www.linkedin.com/etsy"]),
        ("https://x.com/", []),
        ("https://www.etsy.com/shop/a", []),
        ("x.com/EtsyHelp911", ["x.com/etsyhelp911"]),
    ],
)
def test_whose_page_of_a_social_network_is_linked_is_told(place: str, profiles: list[str]) -> None:
    assert list(contents(f"see {place} now", "text/plain").profiles) == profiles


def test_a_wrapped_address_in_words_is_no_name_of_its_own() -> None:
    wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.etsy.com%2Fyour&data=05"
    message = read(f"Content-Type: text/plain\n\nsee {wrapped}\n".encode())

    found = read_contents(message, wrappers=["safelinks.protection.outlook.com"])

    assert found.hosts == ("www.etsy.com",)
    assert [name for name in found.named_hosts if not name.endswith("etsy.com")] == []


@pytest.mark.parametrize(
    "host",
    [
        "w\u0430lmart.com",
        "w%61lmart.com",
        "wal\u00admart.com",
        "walmart\uff0ecom",
        "www.amazon.com\uff0fevil.test",
        "\u00e4.amazon.com",
    ],
)
def test_a_host_that_is_not_written_plainly_is_kept_as_written_and_marked(host: str) -> None:
    assert linked(f"https://{host}/x") == (f"{host} {UNREADABLE}",)


def test_words_in_a_page_name_hosts_as_words_in_plain_text_do() -> None:
    assert contents('<p>see evil.com</p><img alt="or s3.amazonaws.com/x">').named_hosts == (
        "evil.com",
        "s3.amazonaws.com",
    )
