"""Marketplace mail with its verdicts in, the figures and the words of doctor out; no server is needed here."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest

from auditor.config import MailboxConfig
from auditor.doctor import aliases, recognition, showing
from auditor.doctor.diagnosis import Checkup, Diagnosis, State
from auditor.doctor.inbox import MarketplaceMail, Seen
from auditor.doctor.recall import Figures, StreamFigures, measure
from auditor.errors import ExitCode
from auditor.judging import Judged, Letter, judge_all, judge_header
from auditor.mailbox.interface import MessageRef
from auditor.resolver import Answer, Found
from auditor.verdict import Check, Standing
from tests.contexts import ZoneResolver, context
from tests.mail import RECEIVED_AT, SELLER, Profile
from tests.mail.build import FULL, WALMART, compose
from tests.mail.build import Letter as Written
from tests.mail.delivery import deliver, failed, passed
from tests.mail.honest import Sig, mail, message, walmart_relay
from tests.mail.keys import zone

ALL_KINDS = ("customer", "order", "account")
ORDERS = "orders@shop.test"
SHOP = MailboxConfig(name="shop", address=SELLER, host="imap.shop.test", password_env="PASSWORD")
NOT_TO = tuple(name for name in FULL if name != "To")


def _customer(number: int, to: str = SELLER, sig: Sig | str = "walmart.com", body: str = "Where is it?\n") -> bytes:
    letter = Written(f"Mary <{walmart_relay(f'customer{number}')}>", "Where is my order?", body, to=to)
    return deliver(message(mail("", "", letter, sig)), Profile.NONE, "", host="out.walmart.com")


def _payment(number: int) -> bytes:
    letter = Written("mp-payments@relay.walmart.com", f"Your payment {number}", "Your payment was sent.\n")
    return deliver(message(mail("", "", letter, Sig("relay.walmart.com", WALMART))), Profile.NONE, "")


def _unknown(sender: str) -> bytes:
    return deliver(message(mail("", "", Written(sender, "News", "New.\n"), "walmart.com")), Profile.NONE, "")


def _seen(raws: Sequence[bytes], profile: Profile = Profile.NONE, resolver: ZoneResolver | None = None) -> list[Seen]:
    judged = judge_all([Letter(raw, RECEIVED_AT) for raw in raws], context(profile), resolver or ZoneResolver(zone()))
    return [Seen(MessageRef("INBOX", 7, uid), one) for uid, one in enumerate(judged, start=1)]


def _measured(raws: Sequence[bytes], profile: Profile = Profile.NONE) -> Figures:
    return measure(MarketplaceMail(len(raws), tuple(_seen(raws, profile))), [SELLER], ALL_KINDS)


def _stream(found: Figures, name: str | None) -> StreamFigures:
    (stream,) = [one for one in found.streams if one.stream == name]
    return stream


def _told(found: Figures, offer: str = "") -> Diagnosis:
    return recognition.diagnose(found, offer, "shop")


# Figures


def test_each_stream_has_its_share() -> None:
    found = _measured([*(_customer(number) for number in range(3)), *(_payment(number) for number in range(2))])
    assert [(one.stream, one.seen, one.genuine) for one in found.streams] == [
        ("customer-relay", 3, 3),
        ("payments", 2, 2),
    ]
    assert found.streams[0].misses == ()


def test_the_first_check_that_failed_is_counted_with_the_newest_example() -> None:
    raws = [_customer(1), _customer(2, ORDERS), _customer(3, "old@shop.test"), _customer(4, ORDERS)]
    (stream,) = _measured(raws).streams
    ((check, count, newest),) = [(miss.check, miss.count, miss.newest.uid) for miss in stream.misses]
    assert (check, count, newest) == ("meant-for-seller", 3, 4)
    assert ORDERS in stream.misses[0].detail


def test_what_is_not_proved_is_a_miss_of_the_proof_and_of_nothing_behind_it() -> None:
    unsigned = deliver(
        compose(Written(walmart_relay("u"), extra=(("Reply-To", "x@elsewhere.test"),))), Profile.NONE, ""
    )
    (stream,) = _measured([unsigned]).streams
    assert [miss.check for miss in stream.misses] == ["domain-proof"]


class _SilentResolver(ZoneResolver):
    def ask(self, names: Collection[str], rdtype: str = "TXT", *, budget_s: float | None = None) -> dict[str, Answer]:
        return dict.fromkeys(names, Answer(Found.TEMPERROR))


@pytest.mark.parametrize("resolver", [ZoneResolver, _SilentResolver], ids=["the-key-is-gone", "dns-is-silent"])
def test_what_cannot_be_looked_up_today_is_no_miss(resolver: type[ZoneResolver]) -> None:
    retired = Sig("walmart.com", FULL, selector="retired2026")
    seen = _seen([_customer(1, sig=retired)], resolver=resolver(zone()))
    (stream,) = measure(MarketplaceMail(1, tuple(seen)), [SELLER], ALL_KINDS).streams
    assert (stream.seen, stream.told, stream.undecided, stream.misses) == (1, 0, 1, ())
    assert "walmart.com" in stream.undecided_because


def test_a_key_that_is_gone_excuses_nothing_else() -> None:
    retired = Sig("walmart.com", FULL, selector="retired2026")
    unknown = message(mail("", "", Written("surprise@walmart.com"), retired))
    refuted = message(mail("", "", Written(walmart_relay("refuted")), retired))
    raws = [deliver(unknown, Profile.PINNED, ""), deliver(refuted, Profile.PINNED, failed("relay.walmart.com"))]
    found = _measured(raws, Profile.PINNED)
    assert [(one.undecided, [miss.check for miss in one.misses]) for one in found.streams] == [
        (0, ["domain-proof"]),
        (0, ["known-stream"]),
    ]


def test_a_field_is_covered_where_every_signature_of_the_domain_covers_it() -> None:
    sigs = (Sig("walmart.com", FULL), Sig("relay.walmart.com", NOT_TO))
    twice = deliver(message(mail("", "", Written(walmart_relay("twice")), *sigs)), Profile.NONE, "")
    (stream,) = _measured([twice]).streams
    assert (dict(stream.covered)["to"], dict(stream.covered)["from"]) == (0, 1)


def test_of_a_crowd_of_recipients_only_some_are_kept() -> None:
    crowd = ", ".join(f"crowd{number}@else.test" for number in range(30))
    (stream,) = _measured([_customer(1, crowd)]).streams
    assert len(stream.strangers) == 20


def test_signers_and_covered_fields_are_counted_by_message() -> None:
    stranger = b"DKIM-Signature: v=1; d=stranger.test; h=from\r\nX-Was: "
    third = _customer(3).replace(b"DKIM-Signature: ", stranger, 1)
    (stream,) = _measured([_customer(1), _customer(2, sig=Sig("relay.walmart.com", NOT_TO)), third]).streams
    assert stream.signers == (("relay.walmart.com", 1), ("stranger.test", 1), ("walmart.com", 1))
    assert stream.signed == 2
    assert dict(stream.covered) == {
        "from": 2, "to": 1, "subject": 2, "date": 2, "reply-to": 2, "content-type": 2,
    }  # fmt: skip


def test_addresses_are_strangers_only_where_none_is_the_sellers() -> None:
    raws = [_customer(1, f"{SELLER}, friend@else.test"), _customer(2, f"{ORDERS}, b@shop.test"), _customer(3, ORDERS)]
    (stream,) = _measured(raws).streams
    assert stream.strangers == ((ORDERS, 2), ("b@shop.test", 1))


def test_only_what_is_proved_can_name_an_address_that_is_missing() -> None:
    proved, unproved = _customer(1, ORDERS), compose(Written(walmart_relay("x"), to="thief@shop.test"))
    found = _measured([proved, deliver(unproved, Profile.NONE, "")])
    assert found.unlisted == ((ORDERS, 1),)


def test_unknown_addresses_of_a_marketplace_stand_apart_and_last() -> None:
    found = _measured([_unknown("surprise@walmart.com"), _customer(1)])
    assert [one.stream for one in found.streams] == ["customer-relay", None]
    diagnosis = _told(found)
    assert diagnosis.text.startswith("1 of 1 ")
    assert diagnosis.state is State.NOTE
    heading, example, *_ = diagnosis.items[1]
    assert heading == "walmart, addresses that are not known: 1, not counted above"
    assert "surprise@walmart.com" in example


def test_nothing_but_unknown_addresses_measures_nothing() -> None:
    found = _told(_measured([_unknown("surprise@walmart.com")]))
    assert found.state is State.UNKNOWN
    assert "not known" in found.text
    assert "auditor explain shop:INBOX/7/1" in found.remedy


def test_streams_that_are_not_wanted_are_not_counted() -> None:
    seen = tuple(_seen([_customer(1), _payment(1)]))
    found = measure(MarketplaceMail(2, seen), [SELLER], ["customer"])
    assert [one.stream for one in found.streams] == ["customer-relay"]


def test_an_imitation_is_never_counted_as_mail_of_a_marketplace() -> None:
    letter = Written(walmart_relay("x"), "Where is it?", "Pay here.\n")
    spoof = deliver(compose(letter), Profile.PINNED, failed("relay.walmart.com"))
    signed = message(mail("", "", letter, "walmart.com"))
    honest = deliver(signed, Profile.PINNED, passed("relay.walmart.com", "walmart.com"))
    header = b"From: Walmart <support@walmart-sellerhelp.com>\r\n\r\n"
    mail_found = MarketplaceMail(
        3,
        tuple(_seen([spoof, honest], Profile.PINNED)),
        (Seen(MessageRef("INBOX", 7, 9), judge_header(header, context(Profile.PINNED))),),
    )
    found = measure(mail_found, [SELLER], ALL_KINDS)
    assert [(one.seen, one.genuine) for one in found.streams] == [(1, 1)]
    assert [(one.ref.uid, one.marketplace) for one in found.imitations] == [(9, "walmart"), (1, "walmart")]
    diagnosis = recognition.imitations(found, "shop")
    assert diagnosis.exit_code is ExitCode.ATTENTION
    assert "shop:INBOX/7/9" in diagnosis.remedy
    assert _told(found).state is State.OK


def test_without_imitations_it_says_how_far_it_looked() -> None:
    assert recognition.imitations(_measured([]), "shop").state is State.UNKNOWN
    found = recognition.imitations(replace(_measured([]), swept=34), "shop")
    assert found.state is State.OK
    assert "newest 34" in found.text


# What is made of them


@pytest.mark.parametrize(
    "genuine, elsewhere, offer, state",
    [
        (0, 0, "", State.UNKNOWN),
        (4, 0, "", State.OK),
        (3, 1, "", State.NOTE),
        (1, 3, "", State.NOTE),
        (2, 3, "", State.WARNING),
        (9, 1, 'aliases = ["x"]', State.WARNING),
    ],
    ids=["none", "all", "a-few", "too-few-to-tell", "most-missed", "can-be-mended"],
)
def test_the_state_follows_the_share(genuine: int, elsewhere: int, offer: str, state: State) -> None:
    raws = [_customer(number, SELLER if number < genuine else ORDERS) for number in range(genuine + elsewhere)]
    assert _told(_measured(raws), offer).state is state


def test_mail_whose_keys_are_gone_measures_nothing_and_says_so() -> None:
    retired = Sig("walmart.com", FULL, selector="retired2026")
    found = _told(_measured([_customer(number, sig=retired) for number in range(6)]))
    assert found.state is State.UNKNOWN
    assert found.items[0][0] == "walmart, customer-relay: none counted"
    assert found.items[0][1].startswith("6 more cannot be judged today")
    assert found.figures["streams"][0]["undecided"] == 6


def test_every_check_has_words() -> None:
    judged = _seen([_customer(1)])[0].judged
    for check in judged.verdict.checks:
        found = measure(
            MarketplaceMail(1, (Seen(MessageRef("INBOX", 7, 1), _failing(judged, check.rule)),)), [SELLER], ALL_KINDS
        )
        assert check.rule not in _told(found).cause
        assert _told(found).cause.endswith("(1)")


def _failing(judged: Judged, rule: str) -> Judged:
    checks = tuple(Check(one.rule, one.passed and one.rule != rule, one.detail) for one in judged.verdict.checks)
    return replace(judged, verdict=replace(judged.verdict, standing=Standing.UNVERIFIED, checks=checks))


def test_hostile_values_stay_on_their_lines_and_within_the_screen() -> None:
    evil = b"From: =?utf-8?q?Walmart=1b[2J?= <x@walmart-sellerhelp.com>\r\n\r\n"
    seen = Seen(MessageRef("INBOX\x1b[2J x'y", 7, 9), judge_header(evil, context(Profile.NONE)))
    found = measure(MarketplaceMail(1, tuple(_seen([_customer(1, ORDERS)])), (seen,)), [SELLER], ALL_KINDS)
    told = (_told(found, "aliases = []"), recognition.imitations(found, "shop"))
    text = showing.text([Checkup("shop", told)])
    assert all(line.isprintable() and len(line) <= 80 for line in text.splitlines())


# The line to copy


def _offered(addresses: Sequence[str], mailbox: MailboxConfig = SHOP, own: Sequence[str] = (SELLER,)) -> list[str]:
    line = aliases.offer(addresses, mailbox, own)
    return list(tomllib.loads(line)["aliases"]) if line else []


def test_addresses_of_the_sellers_own_domain_are_offered_beside_those_that_are_there() -> None:
    mailbox = SHOP.model_copy(update={"aliases": ("*@brand.test",)})
    assert _offered([ORDERS, "thief@evil.test"], mailbox) == ["*@brand.test", ORDERS]


@pytest.mark.parametrize(
    "address, own",
    [
        ("thief@gmail.com", "me@gmail.com"),
        ("thief@yahoo.co.uk", "me@yahoo.co.uk"),
        ("thief@evil.test", SELLER),
        ("thief@sub.shop.test", SELLER),
        ("me+shop@gmail.com", "you@gmail.com"),
        ("thief@co.uk", "me@co.uk"),
        ('a"]@shop.test', SELLER),
    ],
)
def test_an_address_that_a_stranger_may_have_is_never_offered(address: str, own: str) -> None:
    assert _offered([address], own=[own]) == []


def test_a_part_of_the_sellers_own_mailbox_is_offered_even_at_a_free_provider() -> None:
    assert _offered(["me+walmart@gmail.com"], own=["me@gmail.com"]) == ["me+walmart@gmail.com"]


def test_the_line_is_never_longer_than_a_screen_shows_whole() -> None:
    many = [f"{'a' * 60}{number}@shop.test" for number in range(40)]
    assert 1 <= len(_offered(many)) <= 10
    full = SHOP.model_copy(update={"aliases": tuple(f"{'b' * 60}{number}@shop.test" for number in range(40))})
    assert _offered(many, full) == []
