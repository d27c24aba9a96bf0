"""Look-alike domains made by dnstwist of every catalogue domain, beside real domains that resemble none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

import pytest
from dnstwist import Fuzzer

from auditor.evidence.likeness import MIN_LONG
from auditor.evidence.sender import Sender
from auditor.judging import judge_header
from tests.contexts import catalogue, context, imitations, judged
from tests.mail import Profile, Sample
from tests.mail.build import Letter, compose, sign
from tests.mail.delivery import deliver, passed
from tests.mail.keys import key_name, public_record

LURES = ("account", "center", "help", "login", "orders", "pay", "secure", "seller", "support", "verify")
ENDINGS = ("com", "net", "org", "info", "shop", "store", "xyz", "top", "online", "co", "de", "co.uk", "test")
FUZZERS = (
    *("addition", "bitsquatting", "cyrillic", "dictionary", "hyphenation", "insertion", "omission", "plural"),
    *("repetition", "replacement", "subdomain", "tld-swap", "transposition", "various", "vowel-swap"),
)
LONGEST = 10  # letters of a name whose homoglyphs are made: of longer ones dnstwist makes tens of thousands
HOMOGLYPHS = 200  # of each domain, evenly spread: there are 280,000
SHARE = {"homoglyph": 0.9, "plural": 0.9}  # of the others 0.97: one letter off is told from words by a list
SHORT_SHARE = {"cyrillic": 0.9, "dictionary": 0.9, "hyphenation": 0.85, "repetition": 0.85, "tld-swap": 0.85}
"""Of the names of three and four letters only what is added to them can be told from somebody else's name."""

DOMAINS = Path(__file__).parent / "domains"


@cache
def variants() -> tuple[tuple[str, str, str], ...]:
    """(fuzzer, variant, domain) of every catalogue domain; those that are the marketplace's own are left out."""
    return tuple(dict.fromkeys(_variants()))


def _variants() -> Iterator[tuple[str, str, str]]:
    names: set[str] = set()
    for domain in sorted({domain for one in catalogue().marketplaces for domain in one.domains}):
        made = [(fuzzer, each) for fuzzer in FUZZERS for each in _made(domain, fuzzer)]
        if (name := domain.partition(".")[0]) not in names and len(name) <= LONGEST:
            names.add(name)
            alike = _made(domain, "homoglyph")
            made += [("homoglyph", each) for each in alike[:: max(1, len(alike) // HOMOGLYPHS)]]
        yield from ((fuzzer, each, domain) for fuzzer, each in made if catalogue().owner(each) is None)


def _made(domain: str, name: str) -> list[str]:
    fuzzer = Fuzzer(domain, dictionary=list(LURES), tld_dictionary=list(ENDINGS))
    fuzzer.generate([name])
    return sorted(one["domain"] for one in fuzzer.domains)


def _is_short(domain: str) -> bool:
    label = domain.partition(".")[0]
    return len(label) < MIN_LONG


@pytest.mark.thorough
def test_of_ten_thousand_look_alikes_none_is_genuine() -> None:
    hosts = sorted({variant for _, variant, _ in variants()})[::2]
    assert len(hosts) >= 10_000
    standings = Counter(
        judge_header(f"From: Help <support@{host}>\r\n\r\n".encode(), context(Profile.NONE)).verdict.standing.value
        for host in hosts
    )
    print(standings)
    assert standings["genuine"] == 0
    assert standings["forged"] > 0.8 * len(hosts)


@pytest.mark.thorough
@pytest.mark.parametrize("profile", list(Profile), ids=lambda profile: profile.value)
def test_a_look_alike_that_proves_its_own_domain_is_not_genuine(profile: Profile) -> None:
    """Signed by the domain itself, and stamped so: everything passes, for a stranger."""
    standings: Counter[str] = Counter()
    for _, variant, _ in islice(variants(), 0, None, len(variants()) // 150):
        raw = sign(compose(Letter(f"Help <support@{variant}>")), variant, selector="k", key="evil")
        zone = ((key_name("k", variant), public_record("evil")),)
        sample = Sample("look-alike", deliver(raw, profile, passed(variant)), profile, "forged", "", 0, "", zone)
        standings[judged(sample).verdict.standing.value] += 1
    assert standings["genuine"] == 0
    assert standings["forged"] > 0.8 * standings.total()


@pytest.mark.thorough
def test_most_look_alikes_of_each_kind_are_called_forged() -> None:
    """Nearly all of a long name; of a short one what cannot be another's name."""
    made, found = Counter[tuple[bool, str]](), Counter[tuple[bool, str]]()
    for fuzzer, variant, domain in variants():
        kind = (_is_short(domain), fuzzer)
        imitation = imitations().by_sender(Sender(f"support@{variant}", ""))
        made[kind] += 1
        found[kind] += imitation is not None and imitation.certain
    share = {kind: found[kind] / number for kind, number in made.items()}
    for (short, fuzzer), value in sorted(share.items()):
        print(f"{'short' if short else 'long':6} {fuzzer:14} {made[short, fuzzer]:6} {value:7.1%}")
    assert {kind: value for (short, kind), value in share.items() if not short and value < SHARE.get(kind, 0.97)} == {}
    assert {kind: share[True, kind] for kind, least in SHORT_SHARE.items() if share[True, kind] < least} == {}


def accused(hosts: list[str]) -> list[str]:
    found = [(host, imitations().by_sender(Sender(f"info@{host}", ""))) for host in hosts]
    return [f"{host}: {one.marketplace.name}, {one.trick}" for host, one in found if one is not None and one.certain]


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["honest.txt", "neighbours.txt"])
def test_no_honest_domain_is_called_forged(name: str) -> None:
    lines = (DOMAINS / name).read_text(encoding="ascii").splitlines()
    hosts = [line for line in lines if not line.startswith("#")]
    assert len(hosts) >= 100
    assert accused(hosts) == []


@pytest.mark.thorough
def test_no_host_of_the_public_suffix_list_is_called_forged() -> None:
    """Its private section names what real firms run for others, parts of Amazon's cloud among it."""
    text = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    private = text.partition("===BEGIN PRIVATE")[2].splitlines()[1:]
    hosts = [line.lstrip("*.!") for line in private if line.isascii() and line and not line.startswith("//")]
    assert len(hosts) >= 3_000
    assert accused(hosts) == []


TRICKS = {
    "ama.zon.com": "subdomain",
    "amazon.com.be.evil.test": "subdomain",
    "amaz0n.secure.evil.test": "subdomain",
    "amazon1.com.be": "look-alike",
    "e-bay.net": "look-alike",
    "ebbay.com": "look-alike",
    "ebay24.com": "look-alike",
    "ebaysupport.com": "look-alike",
    "secure-ebaylogin.com": "look-alike",
    "loginetsy.com": "look-alike",
    "temuemial.com": "look-alike",
    "xn--80aj7b8a.com": "homoglyph",
    "walmart.com.co": "other-ending",
    "bol.com.evil.test": "subdomain",
}


@pytest.mark.parametrize("host", TRICKS)
def test_the_trick_is_named(host: str) -> None:
    imitation = imitations().by_host(host)
    assert imitation is not None
    assert imitation.trick == TRICKS[host]
