"""The sample mail itself is what it says: signed, stamped, named, whole. No rule of the product is used here."""

import re
from collections import Counter
from collections.abc import Iterator
from email.utils import parseaddr
from types import SimpleNamespace

import dkim
import pytest

from tests.profiles import QUICK, each

from . import CHECKS, PINNED_ID, PROVING, RECEIVED_AT, Profile, Sample, half
from .build import Letter, compose, sign, swap, without
from .forged import forged
from .forged.bait import RELAY
from .forged.honest_rows import genuine_rows
from .forged.sender import READ_AS_RELAY
from .genuine import genuine, honest_but_unprovable
from .keys import SIGNERS, key_name, zone

pytestmark = pytest.mark.thorough

PROFILES = tuple(Profile)
BODY_INTACT = tuple(profile for profile in Profile if not profile.rerenders)
FORWARDED = ("forwarded", "key-gone-forwarded")
STANDINGS = {"genuine", "unverified", "forged", "unrelated"}
ODD_LINE_ENDS = {"bare-cr-hides-subject", "bare-lf-hides-subject", "bare-cr-hides-from", "lf-only-lines"}
# Their proof is the stamp, or what they looked like before the seller's own filter.
NOT_OUR_SIGNATURE = {"subject-tagged-by-sellers-own-filter"}


@pytest.fixture(autouse=True)
def _dkim_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """dkimpy compares t= and x= with the clock of the day the test runs; the mail has its own day."""
    monkeypatch.setattr(dkim, "time", SimpleNamespace(time=RECEIVED_AT.timestamp))


def everything(profile: Profile) -> tuple[Sample, ...]:
    return (*genuine(profile), *honest_but_unprovable(profile), *genuine_rows(profile), *forged(profile))


def signatures(sample: Sample, limit: int = 10) -> Iterator[tuple[str, bool]]:
    """(d=, verifies) of each DKIM-Signature."""
    records = zone() | dict(sample.zone)

    def dns(name: bytes, timeout: int = 5) -> bytes | None:
        return records.get(name.decode().rstrip(".").lower())

    for index in range(limit):
        work = dkim.DKIM(sample.raw)
        try:
            held = work.verify(index, dnsfunc=dns)
        except dkim.DKIMException:
            held = False
        if work.domain is None:
            return
        yield work.domain.decode(), bool(held)


def verifying(sample: Sample) -> set[str]:
    return {domain for domain, held in signatures(sample) if held}


def aligned(domain: str, sample: Sample) -> bool:
    value = re.search(rb"(?mi)^From:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", sample.raw)
    assert value is not None
    hosts = [host.decode().lower() for host in re.findall(rb"@([A-Za-z0-9.-]+)", value[1])]
    return any(host == domain or host.endswith(f".{domain}") for host in hosts)


@each()
def test_names_are_unique(profile: Profile) -> None:
    counts = Counter(sample.name for sample in everything(profile))
    assert [name for name, count in counts.items() if count > 1] == []


@each()
def test_fields_of_a_sample_are_from_the_closed_sets(profile: Profile) -> None:
    for sample in everything(profile):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", sample.name), sample.name
        assert set(sample.standing.split("|")) <= STANDINGS, sample.name
        assert sample.caught_by in ("", *CHECKS), sample.name
        assert sample.only in ("", sample.caught_by), sample.name
        assert sample.profile is profile, sample.name
        assert sample.why, sample.name


@each()
def test_lines_end_in_crlf(profile: Profile) -> None:
    for sample in everything(profile):
        if sample.name not in ODD_LINE_ENDS:
            assert not re.search(rb"\r(?!\n)|(?<!\r)\n", sample.raw), sample.name


@pytest.mark.thorough
@each(QUICK[:1])
def test_samples_are_the_same_when_built_again(profile: Profile) -> None:
    sign.cache_clear()
    again = forged.__wrapped__(profile)
    assert again == forged(profile)


@each(PROVING)
def test_genuine_mail_covers_the_marketplaces(profile: Profile) -> None:
    streams = Counter(sample.stream for sample in genuine(profile))
    assert len(genuine(profile)) >= 40
    assert len(streams) >= 12
    assert len({stream.partition("/")[0] for stream in streams}) >= 4
    assert {sample.standing for sample in genuine(profile)} == {"genuine"}


def test_genuine_mail_has_many_shapes() -> None:
    names = {sample.name for sample in genuine(Profile.NONE)}

    assert len(names) >= 90
    assert sum(len(genuine(profile)) for profile in PROVING) >= 1_500
    for shape in ("forwarded-by-gmail", "forwarded-by-alias", "forwarded-by-alias-with-rewritten-envelope"):
        assert shape in names


@each()
def test_no_forged_or_unprovable_sample_claims_to_be_genuine(profile: Profile) -> None:
    for sample in (*forged(profile), *honest_but_unprovable(profile)):
        assert "genuine" not in sample.standing.split("|"), sample.name


@each(BODY_INTACT)
def test_genuine_mail_is_signed_by_its_own_domain(profile: Profile) -> None:
    for sample in genuine(profile):
        if sample.name in NOT_OUR_SIGNATURE or sample.name.startswith(("stamp-alone", "key-gone")):
            continue
        assert any(aligned(domain, sample) for domain in verifying(sample)), sample.name


def test_microsoft_breaks_the_body_hash_and_says_it_passed() -> None:
    for sample in genuine(Profile.MICROSOFT):
        assert verifying(sample) == set(), sample.name
        assert b" dkim=pass (signature was verified)" in sample.raw, sample.name


@each()
@pytest.mark.parametrize("check", CHECKS)
def test_each_check_stands_alone_against_some_forgeries(profile: Profile, check: str) -> None:
    alone = [sample for sample in forged(profile) if sample.only == check]
    assert len(alone) >= 2
    assert {half(sample) for sample in alone} == {"a", "b"}


@pytest.mark.thorough
@each(BODY_INTACT)
def test_forgeries_stopped_by_one_check_are_truly_signed(profile: Profile) -> None:
    for sample in forged(profile):
        if sample.only and sample.only != "domain-proof":
            assert any(aligned(domain, sample) for domain in verifying(sample)), sample.name


def test_forgeries_stopped_by_proof_alone_hold_a_verifying_signature() -> None:
    for sample in forged(Profile.NONE):
        if sample.only == "domain-proof":
            assert verifying(sample), sample.name


@each()
def test_half_of_the_names_fall_into_each_half(profile: Profile) -> None:
    counts = Counter(half(sample) for sample in forged(profile))
    assert min(counts.values()) > 0.4 * len(forged(profile))


@pytest.mark.parametrize(
    ("profile", "count"),
    [
        *((Profile.NONE, 0), (Profile.PINNED, 1), (Profile.MICROSOFT, 1), (Profile.GOOGLE, 0), (Profile.YAHOO, 1)),
        *((Profile.ICLOUD, 0), (Profile.FASTMAIL, 4), (Profile.ZOHO, 1), (Profile.GMX, 1), (Profile.RSPAMD, 0)),
        *((Profile.OPENDMARC, 3), (Profile.CPANEL, 0)),
    ],
)
def test_provider_stamps_genuine_mail_above_its_border(profile: Profile, count: int) -> None:
    for sample in genuine(profile):
        if sample.name.startswith(FORWARDED):
            continue
        above, _, _ = sample.raw.partition(b"DKIM-Signature:" if profile is Profile.YAHOO else b"Received: from out1")
        assert above.count(b"\nAuthentication-Results:") == count, sample.name


def test_pinned_stamp_names_the_pinned_id_and_the_signature_shown() -> None:
    sample = next(sample for sample in genuine(Profile.PINNED) if sample.name == "walmart-relay-plain")
    prefix = re.search(rb"header\.b=(\S{8})", sample.raw)
    assert prefix is not None
    assert b"Authentication-Results: " + PINNED_ID.encode() + b";" in sample.raw
    assert b"b=" + prefix[1] in sample.raw.partition(b"DKIM-Signature:")[2]


def test_microsoft_stamp_has_no_id_and_encodes_a_foreign_domain() -> None:
    by_name = {sample.name: sample for sample in forged(Profile.MICROSOFT)}
    assert b"Authentication-Results: spf=pass" in by_name["display-name-is-brand"].raw
    assert re.search(rb"Authentication-Results: \r\n =\?utf-8\?B\?", by_name["mathematical-letters-signed"].raw)


def test_microsoft_renames_planted_results() -> None:
    by_name = {sample.name: sample for sample in forged(Profile.MICROSOFT)}
    raw = by_name["planted-stamp"].raw
    assert b"\r\nAuthentication-Results-Original: mx.shop.test;" in raw
    assert raw.count(b"\r\nAuthentication-Results:") == 1


@pytest.mark.parametrize("sender", [form[1] for form in READ_AS_RELAY], ids=[form[0] for form in READ_AS_RELAY])
def test_standard_library_reads_the_relay_out_of_a_broken_from(sender: str) -> None:
    read = parseaddr(sender.replace("\n", ""))[1]
    # From Python 3.12.4 and 3.13 on, some broken forms give nothing at all; never a third answer.
    assert read in (RELAY, "")


def test_standard_library_falls_for_more_than_one_form_in_every_version() -> None:
    assert sum(parseaddr(form[1].replace("\n", ""))[1] == RELAY for form in READ_AS_RELAY) >= 2


@pytest.mark.parametrize("selector", ["short512", "short768", "testing", "other"])
def test_odd_keys_sign_and_are_published(selector: str) -> None:
    assert b"p=" in zone()[key_name(selector, "walmart.com")]


def test_every_signer_has_its_key_in_the_zone() -> None:
    assert {key_name(signer.selector, domain) for domain, signer in SIGNERS.items()} <= zone().keys()


def test_a_signature_carries_the_tags_it_was_asked_for() -> None:
    raw = sign(compose(Letter("a@evil.test")), "evil.test", ("From", "To"), signed_at=None, expires_at=RECEIVED_AT)
    head = raw.partition(b"Date:")[0]
    assert b" t=" not in head
    assert b"x=%d;" % RECEIVED_AT.timestamp() in head
    assert b"h=From:To;" in head


@each(BODY_INTACT)
def test_folding_breaks_no_name_in_a_list_of_signed_fields(profile: Profile) -> None:
    for sample in everything(profile):
        if sample.name == "selector-too-long-for-dns":
            continue
        for value in re.findall(rb"(?s)\bh=([^;]*);", sample.raw.partition(b"\r\n\r\n")[0]):
            assert re.fullmatch(rb"[A-Za-z-]+(\s*:\s*[A-Za-z-]+)*\s*", value), sample.name


def test_a_trick_without_its_target_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in the message"):
        swap(b"Subject: a\r\n\r\n", b"Date:", b"")


def test_a_field_can_be_taken_out() -> None:
    assert without(b"A: 1\r\nDate: x\r\nB: 2\r\n\r\n", b"Date") == b"A: 1\r\nB: 2\r\n\r\n"
