"""The files of the mail providers: complete, with their sources, free of contradiction, and what the samples assume."""

from __future__ import annotations

import re
import tomllib
from itertools import combinations, takewhile
from pathlib import Path
from typing import Any

import pytest

from auditor import providers
from auditor.evidence.stamp import StampRule
from auditor.providers import Position, Provider
from tests.mail import Profile
from tests.mail.receivers import RECEIVERS
from tests.mail.receivers.base import fields_of, is_results
from tests.mail.results import passed

pytestmark = pytest.mark.thorough

FOLDER = Path(providers.__file__).parent
FILES = sorted(FOLDER.glob("*.toml"))
TABLES: dict[str, dict[str, Any]] = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FILES}
SELF_BUILT = {"cpanel", "rspamd", "opendmarc"}

REQUIRED = {"title", "hosts", "bodies_rerendered", "link_wrappers", "stamp"}
KNOWN = REQUIRED | {
    *("domains", "mx", "imap_host", "imap_port", "security", "sign_in", "unseen", "delivery_field"),
    *("delivered_to_inbox", "discoverable"),
}
STAMP_REQUIRED = {
    *("believed", "why", "authserv_ids", "position", "fields", "contiguous", "foreign_survive", "own_removed"),
    *("signer", "extra_words", "seen", "received_above"),
}
STAMP_KNOWN = STAMP_REQUIRED | {"anonymous", "internal_hosts", "internal_sources", "border_hosts", "witness"}

every_file = pytest.mark.parametrize("name", TABLES)
every_provider = pytest.mark.parametrize(
    "provider",
    [one for one in providers.providers().values() if one is not providers.SELF_HOSTED],
    ids=lambda p: p.name,
)


def test_the_providers_of_the_catalogue_are_there() -> None:
    assert set(TABLES) == {
        *("google", "microsoft", "yahoo", "aol", "icloud", "zoho", "fastmail", "proton", "gmx", "ionos", "titan"),
        *("namecheap", "hostinger", "cpanel", "rspamd", "opendmarc"),
    }


@every_file
def test_a_file_has_every_key_that_is_documented_and_no_other(name: str) -> None:
    table = TABLES[name]

    assert REQUIRED <= table.keys() <= KNOWN
    assert STAMP_REQUIRED <= table["stamp"].keys() <= STAMP_KNOWN


@every_file
def test_each_fact_has_a_source_with_its_date(name: str) -> None:
    seen = TABLES[name]["stamp"]["seen"]

    assert seen
    for source in seen:
        assert re.match(r"20[0-2]\d|measured: |Exim", source), source


@every_file
def test_a_comment_tells_the_order_of_the_fields(name: str) -> None:
    before, _, _ = (FOLDER / f"{name}.toml").read_text("utf-8").partition("\n[stamp]\n")

    assert before.rstrip().splitlines()[-1].startswith("# ")


@every_provider
def test_why_is_a_clause_for_the_seller(provider: Provider) -> None:
    why = provider.stamps.why

    assert 20 < len(why) < 200
    assert why.isascii()
    assert not why.endswith(".")


@every_provider
def test_only_a_believed_provider_has_a_rule(provider: Provider) -> None:
    facts, rule = provider.stamps, provider.stamp

    if not facts.believed:
        assert rule == StampRule()
    else:
        assert rule.authserv_ids == facts.ids
        assert rule.stamps or provider.name in SELF_BUILT
        assert rule.below_border is (facts.position is Position.BELOW)


@every_provider
def test_nobody_is_believed_on_what_is_not_known(provider: Provider) -> None:
    facts = provider.stamps
    if facts.believed:
        assert facts.position in (Position.ABOVE, Position.BELOW)
        assert facts.contiguous is True
        assert facts.fields[0] >= 1
        assert facts.signer
    if facts.believed and facts.position is Position.BELOW:
        assert facts.own_removed is True or facts.fields == (1, 1)


@every_provider
def test_a_provider_whose_fields_were_never_seen_has_no_ids(provider: Provider) -> None:
    facts = provider.stamps
    if facts.fields == (0, 0):
        assert facts.ids == ()
        assert facts.position in (Position.UNKNOWN, Position.NOWHERE)
    assert facts.fields[0] <= facts.fields[1]


@pytest.mark.parametrize("key", ["hosts", "domains", "mx"])
def test_no_two_providers_claim_the_same_host(key: str) -> None:
    discoverable = {name: table for name, table in TABLES.items() if table.get("discoverable", True)}
    for (one, first), (other, second) in combinations(discoverable.items(), 2):
        overlap = {(a, b) for a in first.get(key, ()) for b in second.get(key, ()) if _may_meet(a, b)}
        assert not overlap, (one, other)


def _may_meet(first: str, second: str) -> bool:
    """Whether some name fits both patterns, whose only wildcard is a leading star."""
    one, other = first.removeprefix("*"), second.removeprefix("*")
    if first.startswith("*") and second.startswith("*"):
        return one.endswith(other) or other.endswith(one)
    if first.startswith("*"):
        return second.endswith(one)
    return first.endswith(other) if second.startswith("*") else first == second


@every_file
def test_an_imap_host_belongs_to_its_own_provider(name: str) -> None:
    host = TABLES[name].get("imap_host", "")
    if host and name != "proton":  # its Bridge runs on the seller's own machine
        assert providers.by_host(host).name == name


@pytest.mark.parametrize("name", sorted(SELF_BUILT))
def test_a_way_of_setting_up_a_server_is_never_guessed(name: str) -> None:
    assert providers.by_host("mail.shop.test").name == "self-hosted"
    assert providers.by_name(name).discoverable is False


def test_a_fact_that_is_neither_known_nor_said_to_be_unknown_is_an_error() -> None:
    with pytest.raises(ValueError, match="neither true nor false"):
        providers._known("perhaps")


@pytest.mark.parametrize("profile", list(RECEIVERS), ids=lambda profile: profile.value)
class TestTheSamples:
    """The sample mail assumes what the files say."""

    def test_they_are_believed_where_the_file_believes(self, profile: Profile) -> None:
        provider = providers.by_name(profile.value)

        assert profile.is_believed is provider.stamps.believed
        assert profile.rerenders is provider.bodies_rerendered

    def test_they_hold_as_many_fields_as_were_seen(self, profile: Profile) -> None:
        raw = b"DKIM-Signature: v=1; d=walmart.com; b=abc\r\nFrom: a@walmart.com\r\n\r\nHello\r\n"
        fewest, most = providers.by_name(profile.value).stamps.fields

        fields, _ = fields_of(RECEIVERS[profile].deliver(raw, passed("walmart.com"), "out.test"))

        assert profile is Profile.CPANEL or fewest <= sum(map(is_results, fields)) <= most

    def test_as_many_received_stand_above_as_were_seen(self, profile: Profile) -> None:
        raw = b"DKIM-Signature: v=1; d=walmart.com; b=abc\r\nFrom: a@walmart.com\r\n\r\nHello\r\n"
        seen = providers.by_name(profile.value).stamps.received_above

        fields, _ = fields_of(RECEIVERS[profile].deliver(raw, passed("walmart.com"), "out.test"))
        above = list(takewhile(lambda one: not is_results(one), fields))

        assert seen is None or seen[0] <= sum(one.startswith(b"Received:") for one in above) <= seen[1]

    def test_their_ids_are_the_providers(self, profile: Profile) -> None:
        ids = providers.by_name(profile.value).stamps.ids
        own = RECEIVERS[profile].id

        assert not ids or any(own == one or own.endswith(one.removeprefix("*")) for one in ids)

    def test_their_stamps_stand_where_the_file_says(self, profile: Profile) -> None:
        position = providers.by_name(profile.value).stamps.position
        raw = RECEIVERS[profile].deliver(b"From: a@walmart.com\r\n\r\nHello\r\n", passed("walmart.com"), "out.test")
        stamp, border = raw.find(b"\nAuthentication-Results:"), raw.find(b"\nReceived: from out.test")
        border = border if border >= 0 else raw.find(b"\nReceived: from 192.0.2.25")

        expected = {Position.ABOVE: stamp < border, Position.BELOW: stamp > border, Position.NOWHERE: stamp == -1}
        assert expected.get(position, True)
