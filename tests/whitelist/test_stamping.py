"""Whose stamp a filter may read by its place alone, and why not that of others."""

from __future__ import annotations

import pytest

from auditor import providers
from auditor.whitelist.stamping import stamping
from auditor.whitelist.values import Stamping

ID = "mx.shop.example"


@pytest.mark.parametrize(
    "provider, expected",
    [
        ("rspamd", Stamping((ID,), quotes=True, names_parent=True)),
        ("opendmarc", Stamping((ID,))),
        ("self-hosted", Stamping((ID,))),
        ("cpanel", Stamping((ID,))),
    ],
)
def test_an_own_server_counts_with_the_ids_that_the_seller_names(provider: str, expected: Stamping) -> None:
    found = providers.by_name(provider)

    assert stamping(found, [ID.upper(), ID]) == expected
    assert "add authserv_ids" in str(stamping(found, []))


@pytest.mark.parametrize(
    "provider, why",
    [
        ("microsoft", "writes no name of its own"),
        ("fastmail", "the topmost is not the one that tells of DMARC"),
        ("google", "below its own Received line"),
        ("yahoo", "changes from host to host"),
        ("zoho", "not believed"),
        ("proton", "not believed"),
        ("icloud", "not believed"),
        ("namecheap", "not believed"),
    ],
)
def test_a_provider_is_refused_for_what_is_known_of_it(provider: str, why: str) -> None:
    assert why in str(stamping(providers.by_name(provider), [ID]))


def test_every_provider_is_refused_or_is_the_sellers_own_server() -> None:
    found = {name for name, each in providers.providers().items() if isinstance(stamping(each, [ID]), Stamping)}

    assert found == {"self-hosted", "rspamd", "opendmarc", "cpanel"}


@pytest.mark.parametrize("strange", ['a"b', "a b", "a;b", "*", "a\nb", "", "-a", "a" * 300, "ä.example", "a/b"])
def test_an_id_that_is_no_host_name_is_refused(strange: str) -> None:
    assert "holds characters" in str(stamping(providers.by_name("rspamd"), [strange]))
