"""Facts about a mailbox in, diagnoses with cause and next step out; no server is needed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from auditor import providers
from auditor.config import MailboxConfig
from auditor.context import stamp_rule
from auditor.doctor import addresses, links, showing, stamps
from auditor.doctor.causes import problem
from auditor.doctor.diagnosis import Checkup, Diagnosis, Link, State, exit_code
from auditor.errors import ConfigError, ExitCode, FolderError, MailboxError, SignInError
from auditor.evidence.stamp import StampRule
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.folders import Found as FoundFolder
from auditor.mailbox.folders import How, find
from auditor.mailbox.interface import Folder, Role
from auditor.marketplaces import load
from auditor.message import Message, read_header
from auditor.providers import SELF_HOSTED, by_name
from auditor.resolver import Answer, Found
from tests.mail import PINNED_ID, SELLER, Profile
from tests.mail.build import Letter, compose
from tests.mail.delivery import deliver, own, passed

FOUND, ABSENT, SILENT = Answer(Found.FOUND), Answer(Found.ABSENT), Answer(Found.TEMPERROR, why="Timeout")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHOP = MailboxConfig(name="shop", address=SELLER, host="imap.shop.test", password_env="PASSWORD")


def _letter(number: int, to: str = SELLER) -> bytes:
    return compose(Letter(f"Customer {number} <someone{number}@mail{number % 4}.test>", to=to))


def _stamped(count: int, profile: Profile = Profile.PINNED) -> list[bytes]:
    return [deliver(_letter(number), profile, passed("mail.test")) for number in range(count)]


def _planted(count: int, authserv_id: str = "mx.evil.test") -> list[bytes]:
    """Stamps that came with the message: they stand below the Received of the seller's own server."""
    field = f"Authentication-Results: {authserv_id}; dmarc=pass header.from=walmart.com\r\n".encode()
    return [deliver(field + _letter(number), Profile.NONE, own()) for number in range(count)]


def _survey(raws: Iterable[bytes], mailbox: MailboxConfig = SHOP) -> tuple[stamps.Survey, StampRule]:
    rule = stamp_rule(mailbox, SELF_HOSTED, mailbox.host or "")
    found = stamps.survey(_read(raws), rule, lambda ids: _pinning(mailbox, *ids))
    return found, rule


def _pinning(mailbox: MailboxConfig, *ids: str) -> StampRule:
    return stamp_rule(mailbox.model_copy(update={"authserv_ids": ids}), SELF_HOSTED, mailbox.host or "")


def _read(raws: Iterable[bytes]) -> list[Message]:
    return [read_header(raw) for raw in raws]


# DNS


@pytest.mark.parametrize(
    "there, nowhere, state",
    [
        pytest.param([FOUND, ABSENT], [ABSENT, ABSENT], State.OK, id="an-mx-is-enough"),
        pytest.param([ABSENT, FOUND], [ABSENT, ABSENT], State.OK, id="a-txt-is-enough"),
        pytest.param([FOUND, FOUND], [ABSENT, SILENT], State.WARNING, id="one-question-is-left-unanswered"),
        pytest.param([FOUND, FOUND], [ABSENT, FOUND], State.PROBLEM, id="answers-are-made-up"),
        pytest.param([ABSENT, ABSENT], [ABSENT, ABSENT], State.WARNING, id="the-domain-is-unknown"),
        pytest.param([SILENT, ABSENT], [ABSENT, ABSENT], State.UNKNOWN, id="the-domain-s-own-servers-are-silent"),
        pytest.param([SILENT, SILENT], [SILENT, SILENT], State.PROBLEM, id="nothing-is-answered"),
    ],
)
def test_dns_is_judged_by_what_exists_and_by_what_cannot(
    there: list[Answer], nowhere: list[Answer], state: State
) -> None:
    assert links.dns("shop.test", there, nowhere).state is state


# The certificate


@pytest.mark.parametrize("days, state", [(13, State.WARNING), (14, State.OK), (0, State.WARNING)])
def test_a_certificate_is_warned_of_for_its_last_two_weeks(days: int, state: State) -> None:
    certificate = links.Certificate("TLSv1.3", NOW + timedelta(days=days, hours=1))
    found = links.connection(Endpoint("imap.shop.test"), certificate, NOW)
    assert found.state is state
    assert f"({days} days)" in found.text


# Capabilities


@pytest.mark.parametrize(
    "announced, state, says",
    [
        ({"IMAP4REV1", "MOVE", "UIDPLUS"}, State.OK, ""),
        ({"IMAP4REV1", "UIDPLUS"}, State.NOTE, "the copy is checked"),
        ({"IMAP4REV1"}, State.WARNING, "stays in spam too"),
    ],
    ids=["move", "only-uidplus", "neither"],
)
def test_a_missing_move_is_explained(announced: set[str], state: State, says: str) -> None:
    found = links.capabilities(announced)
    assert found.state is state
    assert says in found.cause


# Folders


def _folder(name: str, *attributes: str) -> Folder:
    return Folder(name, frozenset(attributes), "/")


@pytest.mark.parametrize(
    "listed, configured, says",
    [
        ([_folder("Müll", "\\junk")], (), "`Müll` (marked by the server)"),
        ([_folder("Bulk Mail")], (), "`Bulk Mail` (guessed from its name)"),
        ([_folder("Odd")], ("Odd",), "`Odd` (as configured)"),
        ([_folder("Junk"), _folder("Spam")], (), "`Junk` (guessed from its name) and `Spam`"),
    ],
    ids=["attribute", "name", "configuration", "several"],
)
def test_it_says_how_the_spam_folder_was_found(listed: list[Folder], configured: tuple[str, ...], says: str) -> None:
    found = links.folders("INBOX", find(listed, Role.JUNK, configured=configured), listed)
    assert says in found.text
    assert found.exit_code is ExitCode.CLEAN


def test_without_a_spam_folder_the_names_that_were_seen_are_told() -> None:
    found = links.folders("INBOX", (), [_folder(f"Folder {number}") for number in range(20)])
    assert found.state is State.PROBLEM
    assert "Folder 14 and 5 more" in found.text
    assert "junk = " in found.remedy


def test_it_says_which_other_folders_a_night_reads() -> None:
    junk = [FoundFolder(_folder("Junk"), How.ATTRIBUTE)]
    sent, watch = FoundFolder(_folder("Gesendet"), How.NAME), FoundFolder(_folder("Archive"), How.CONFIGURATION)

    assert "sent mail not found: name it, sent = [...]" in links.folders("INBOX", junk, []).text
    told = links.folders("INBOX", junk, [], sent=[sent], watch=[watch]).text
    assert told.endswith("sent mail `Gesendet` (guessed from its name); watched `Archive` (as configured)")


def test_every_way_to_find_a_folder_has_its_words() -> None:
    for how in How:
        assert "(" in links.folders("INBOX", [FoundFolder(_folder("Junk"), how)], []).text


# The provider


@pytest.mark.parametrize(
    "used, host, state, copy",
    [
        ("google", "imap.gmail.com", State.OK, ""),
        ("microsoft", "imap.shop.test", State.WARNING, ""),
        ("microsoft", "127.0.0.1", State.OK, ""),
        ("self-hosted", "imap.shop.test", State.OK, ""),
        ("self-hosted", "imap.gmail.com", State.WARNING, 'host = "imap.gmail.com"'),
    ],
    ids=["fits", "does-not-fit", "loopback", "own-server", "found-by-dns"],
)
def test_a_provider_must_fit_the_host(used: str, host: str, state: State, copy: str) -> None:
    found = links.provider(SHOP, by_name(used), host)
    assert (found.state, found.copy) == (state, copy)


def test_what_imap_cannot_see_is_said_and_changes_no_exit_code() -> None:
    (found,) = links.unseen(by_name("microsoft"))
    assert "quarantine" in found.text
    assert found.exit_code is ExitCode.CLEAN


def test_a_mailbox_that_wants_no_stream_is_warned_of() -> None:
    assert links.streams(load().only(["walmart"]), ["customer"]).state is State.OK
    assert links.streams(load().only([]), ["customer"]).state is State.WARNING


# Stamps


def test_a_consistent_stamp_above_the_border_gives_the_line_to_copy() -> None:
    found = stamps.diagnose(*_survey(_stamped(8)), SELF_HOSTED)
    assert found.state is State.NOTE
    assert found.copy == f'authserv_ids = ["{PINNED_ID}"]'
    assert "on 8 of 8, from 4 sender domains, above your server's own line" in found.cause


def test_the_line_to_copy_makes_the_stamps_believed() -> None:
    raws = _stamped(8)
    pinned = SHOP.model_copy(update={"authserv_ids": (PINNED_ID,)})
    found = stamps.diagnose(*_survey(raws, pinned), SELF_HOSTED)
    assert found.state is State.OK
    assert "8 of the newest 8 messages, from 4 sender domains" in found.text


def _of_one_sender(count: int) -> list[bytes]:
    letters = [compose(Letter(f"someone{number}@lists{number}.mail.com")) for number in range(count)]
    return [deliver(letter, Profile.PINNED, passed("mail.com")) for letter in letters]


def test_mail_of_one_sender_alone_gives_no_line() -> None:
    found = stamps.diagnose(*_survey(_of_one_sender(20)), SELF_HOSTED)
    assert found.copy == ""
    assert "on 20 of 20, from one sender domain" in found.text
    assert stamps.diagnose(*_survey([*_of_one_sender(20), _stamped(1)[0]]), SELF_HOSTED).copy


@pytest.mark.parametrize("pinned_id", [PINNED_ID, "mx.old.test"], ids=["always-there", "never-there"])
def test_mail_of_one_sender_alone_says_nothing_about_a_pinned_id(pinned_id: str) -> None:
    pinned = SHOP.model_copy(update={"authserv_ids": (pinned_id,)})
    found = stamps.diagnose(*_survey(_of_one_sender(20), pinned), SELF_HOSTED)
    assert found.state is State.UNKNOWN
    assert "fewer than 2 sender domains" in found.text


def test_stamps_on_the_mail_of_one_sender_among_many_are_noted_with_what_is_wrong_with_the_others() -> None:
    pinned = SHOP.model_copy(update={"authserv_ids": (PINNED_ID,)})
    found = stamps.diagnose(*_survey([*_of_one_sender(3), *_stamped(6, Profile.NONE)], pinned), SELF_HOSTED)
    assert found.state is State.NOTE
    assert "3 of the newest 9 messages, from one sender domain" in found.text
    assert found.cause.startswith("on the others: ")


def test_a_planted_stamp_is_never_offered() -> None:
    found = stamps.diagnose(*_survey(_planted(20)), SELF_HOSTED)
    assert (found.state, found.copy) == (State.OK, "")
    assert "mx.evil.test on 20 from 4 sender domains, where a sender could have put it" in found.text


def test_the_servers_own_id_planted_below_the_border_is_not_offered() -> None:
    found = stamps.diagnose(*_survey(_planted(20, PINNED_ID)), SELF_HOSTED)
    assert found.copy == ""


def test_planted_ids_beside_the_servers_own_are_not_in_the_line() -> None:
    planted = b"Authentication-Results: mx.evil.test; dmarc=pass header.from=walmart.com\r\n"
    raws = [deliver(planted + _letter(number), Profile.PINNED, passed("mail.test")) for number in range(9)]
    assert stamps.diagnose(*_survey(raws), SELF_HOSTED).copy == f'authserv_ids = ["{PINNED_ID}"]'


@pytest.mark.parametrize("stamped, plain", [(4, 0), (6, 7)], ids=["too-few", "less-than-half"])
def test_a_stamp_on_few_messages_is_not_offered(stamped: int, plain: int) -> None:
    raws = [*_stamped(stamped), *_stamped(plain, Profile.NONE)]
    assert stamps.diagnose(*_survey(raws), SELF_HOSTED).copy == ""


def test_several_hosts_of_one_organization_are_offered_together() -> None:
    mailbox = SHOP.model_copy(update={"address": "support@shop.com", "host": "imap.shop.com"})
    raws = [
        raw.replace(b"mx.shop.test", host)
        for raw, host in zip(_stamped(10), [b"mx1.shop.com", b"mx2.shop.com"] * 5, strict=True)
    ]
    found = stamps.diagnose(*_survey(raws, mailbox), SELF_HOSTED)
    assert found.copy == 'authserv_ids = ["mx1.shop.com", "mx2.shop.com"]'


def test_a_pinned_id_that_is_never_seen_is_warned_of_with_the_right_one() -> None:
    pinned = SHOP.model_copy(update={"authserv_ids": ("mx.old.test",)})
    found = stamps.diagnose(*_survey(_stamped(8), pinned), SELF_HOSTED)
    assert found.state is State.WARNING
    assert "mx.old.test are on none of the newest 8 messages" in found.text
    assert found.copy == f'authserv_ids = ["{PINNED_ID}"]'


def test_a_pinned_id_that_only_senders_write_is_warned_of() -> None:
    pinned = SHOP.model_copy(update={"authserv_ids": (PINNED_ID,)})
    found = stamps.diagnose(*_survey(_planted(8, PINNED_ID), pinned), SELF_HOSTED)
    assert found.state is State.WARNING
    assert "only where a sender could have put them" in found.text


def test_microsofts_stamps_are_told_by_their_place() -> None:
    microsoft = by_name("microsoft")
    found = stamps.survey(_read(_stamped(7, Profile.MICROSOFT)), microsoft.stamp, lambda _ids: StampRule())
    diagnosis = stamps.diagnose(found, microsoft.stamp, microsoft)
    assert diagnosis.state is State.OK
    assert "7 of the newest 7 messages" in diagnosis.text


def test_forwarded_mail_at_a_provider_is_named_as_the_likely_cause() -> None:
    google = by_name("google")
    found = stamps.survey(_read(_stamped(7)), google.stamp, lambda _ids: StampRule())
    diagnosis = stamps.diagnose(found, google.stamp, google)
    assert diagnosis.state is State.WARNING
    assert "forwarded" in diagnosis.remedy
    assert diagnosis.copy == ""


def test_where_neither_stamps_nor_signatures_hold_it_says_that_nothing_can_be_proved() -> None:
    bridge = replace(by_name("proton"), stamp=StampRule())
    found, rule = _survey(_planted(6))
    assert stamps.diagnose(found, rule, bridge).state is State.WARNING


@pytest.mark.parametrize("count, state", [(0, State.UNKNOWN), (2, State.UNKNOWN), (5, State.WARNING)])
def test_few_messages_prove_nothing_about_a_pinned_id(count: int, state: State) -> None:
    pinned = SHOP.model_copy(update={"authserv_ids": ("mx.old.test",)})
    assert stamps.diagnose(*_survey(_stamped(count), pinned), SELF_HOSTED).state is state


@pytest.mark.parametrize(
    "authserv_id",
    ["mx.evil.test\x1b[2J", '"mx.evil.test]\\"; x"', "mx.evil.test/1", "a" * 300, "-x-"],
    ids=["escape", "quotes", "slash", "long", "hyphens"],
)
def test_an_id_that_is_no_host_name_is_never_repeated(authserv_id: str) -> None:
    survey, _ = _survey(_planted(6, authserv_id))
    assert survey.signers == ()


@pytest.mark.thorough
def test_a_thousand_planted_stamps_cost_little() -> None:
    planted = b"".join(b"Authentication-Results: mx%d.evil.test; spf=pass\r\n" % number for number in range(900))
    raws = [deliver(planted + _letter(number), Profile.PINNED, passed("mail.test")) for number in range(100)]
    messages = _read(raws)
    started = process_time()
    found = stamps.survey(messages, StampRule(), lambda ids: _pinning(SHOP, *ids))
    assert process_time() - started < 5
    assert found.signers[0].ids == (PINNED_ID,)


# Addresses


def _addressed(*recipients: str) -> list[Message]:
    return _read(_letter(number, to) for number, to in enumerate(recipients))


@pytest.mark.parametrize(
    "foreign, mine, state",
    [
        (0, 10, State.OK),
        (4, 10, State.OK),
        (5, 60, State.OK),
        (5, 10, State.NOTE),
        (10, 10, State.WARNING),
    ],
    ids=["none", "too-few", "small-share", "notable", "half"],
)
def test_mail_for_unknown_addresses_matters_by_its_share(foreign: int, mine: int, state: State) -> None:
    messages = _addressed(*["orders@shop.test"] * foreign, *[SELLER] * mine)
    assert addresses.diagnose(messages, [SELLER]).state is state


def test_the_three_commonest_unknown_addresses_are_shown() -> None:
    messages = _addressed(*["a@shop.test"] * 4, *["b@shop.test"] * 3, *["c@shop.test"] * 2, "d@shop.test")
    found = addresses.diagnose(messages, [SELLER])
    assert "a@shop.test (4), b@shop.test (3), c@shop.test (2)" in found.cause
    assert "d@shop.test" not in found.cause
    assert found.copy == ""


def test_an_alias_for_a_whole_domain_covers_its_addresses() -> None:
    assert addresses.diagnose(_addressed(*["a@shop.test"] * 9), [SELLER, "*@shop.test"]).state is State.OK


def test_an_inbox_without_recipients_tells_nothing() -> None:
    assert addresses.diagnose(_addressed("undisclosed-recipients:;"), [SELLER]).state is State.UNKNOWN


# Causes


_SIGN_IN = "imap.x.test refused to sign me@x.test in: "


@pytest.mark.parametrize(
    "provider, error, cause, remedy",
    [
        (
            "self-hosted",
            _SIGN_IN + "[AUTHENTICATIONFAILED] Authentication failed.",
            "does not accept this user",
            "hint",
        ),
        (
            "google",
            _SIGN_IN + "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
            "does not accept",
            "apppasswords",
        ),
        ("google", _SIGN_IN + "[ALERT] Application-specific password required", "own password", "apppasswords"),
        ("google", _SIGN_IN + "[WEBALERT https://x.test] Web login required.", "in a browser", "web page"),
        ("microsoft", _SIGN_IN + "LOGIN failed.", "does not accept", "needs OAuth2"),
        ("microsoft", _SIGN_IN + "AUTHENTICATE failed. Basic auth is disabled", "no password", "auditor login"),
        ("microsoft", "o.test lets nobody sign in with a password", "it needs OAuth2", "auditor login"),
        ("icloud", _SIGN_IN + "[AUTHENTICATIONFAILED]", "does not accept", "before the @"),
        ("zoho", _SIGN_IN + "You are yet to enable IMAP; IMAP access is disabled", "switched off", "switch IMAP on"),
        ("self-hosted", _SIGN_IN + "[EXPIRED] Password expired", "has expired", "set a new one"),
        ("self-hosted", _SIGN_IN + "[PRIVACYREQUIRED] Plaintext authentication disallowed", "over TLS", "security"),
        ("self-hosted", _SIGN_IN + "[CONTACTADMIN] Account locked", "locked", "web page"),
        ("self-hosted", _SIGN_IN + "[AUTHORIZATIONFAILED] no such mailbox", "password is right", "username"),
        ("self-hosted", _SIGN_IN + "[UNAVAILABLE] Temporary authentication failure", "trouble of its own", "ten min"),
        (
            "zoho",
            _SIGN_IN + "[ALERT] Too many simultaneous connections. (Failure)",
            "other programs hold",
            "close mail",
        ),
        ("self-hosted", "x ended the session while signing in: Maximum number of connections exceeded", "hold", "ten"),
    ],
)
def test_a_refused_sign_in_has_its_cause_and_next_step(provider: str, error: str, cause: str, remedy: str) -> None:
    found = problem(Link.SIGN_IN, MailboxError(error, hint="the hint"), by_name(provider))
    assert found.text == error
    assert cause in found.cause
    assert remedy in found.remedy
    assert found.exit_code is ExitCode.UNFINISHED


def test_a_refused_token_keeps_its_own_advice() -> None:
    """What a provider wants of those who come with a password is no help."""
    error = SignInError("o.test did not accept the token of me@x.test: AUTHENTICATE failed.", hint="the hint")
    found = problem(Link.SIGN_IN, error, by_name("microsoft"))
    assert (found.text, found.cause, found.remedy) == (error.message, "", "the hint")
    assert found.exit_code is ExitCode.UNFINISHED


@pytest.mark.parametrize(
    "error, cause",
    [
        ("outlook refused while listing folders: User is authenticated but not connected.", "the mailbox was not"),
        ("imap.x.test refused while opening folder 'INBOX': [UNAVAILABLE] UID FETCH Server error", "of its own"),
        ("x.test refused while reading folder 'INBOX': Request is throttled. Suggested Backoff Time: 1", "slows"),
        ("the certificate of mail.x.test is for another name; nothing was sent to it", "another host name"),
        ("the certificate of mail.x.test comes from an unknown authority; nothing was sent to it", "vouches"),
        ("mail.x.test port 993 refused the connection", "no mail server listens"),
        ("mail.x.test port 993 did not answer in time", "keeps silent"),
        ("mail.x.test closed the connection while connecting", "hung up"),
    ],
)
def test_what_else_fails_has_its_cause(error: str, cause: str) -> None:
    found = problem(Link.FOLDERS, MailboxError(error, hint="the hint"), SELF_HOSTED)
    assert cause in found.cause
    assert found.remedy


def test_an_unknown_failure_keeps_its_own_hint() -> None:
    found = problem(Link.FOLDERS, FolderError("something new", hint="do this"), SELF_HOSTED)
    assert (found.cause, found.remedy) == ("", "do this")


def test_every_provider_s_sign_in_advice_reads_as_a_sentence() -> None:
    for provider in providers.providers().values():
        if provider.sign_in:
            found = problem(Link.SIGN_IN, MailboxError(_SIGN_IN + "no"), provider)
            assert found.remedy[0].isupper() or found.remedy.startswith(("iCloud", "cPanel"))


# Exit codes and words


@pytest.mark.parametrize(
    "states, code",
    [
        ([State.OK, State.NOTE, State.UNKNOWN], ExitCode.CLEAN),
        ([State.OK, State.WARNING], ExitCode.ATTENTION),
        ([State.WARNING, State.PROBLEM, State.UNKNOWN], ExitCode.UNFINISHED),
    ],
    ids=["well", "warning", "problem"],
)
def test_the_worst_link_decides_the_exit_code(states: list[State], code: ExitCode) -> None:
    checkup = Checkup("shop", tuple(Diagnosis(Link.DNS, state, "x") for state in states))
    assert exit_code([checkup]) is code


def test_a_mistake_in_the_configuration_is_worse_than_a_broken_chain() -> None:
    found = [problem(Link.PASSWORD, ConfigError("x"), SELF_HOSTED), problem(Link.DNS, MailboxError("x"), SELF_HOSTED)]
    assert exit_code([Checkup("shop", tuple(found))]) is ExitCode.USAGE


def test_hostile_words_stay_on_their_line() -> None:
    hostile = Diagnosis(Link.FOLDERS, State.PROBLEM, "x \x1b[2J\r\n  ok  y", cause="\x07", remedy="\u202e", copy="\n")
    text = showing.text([Checkup("shop", (hostile,))])
    assert text.isprintable() or all(each.isprintable() for each in text.split("\n"))
    assert "\n  ok" not in text


def test_no_line_is_wider_than_a_terminal() -> None:
    folders = [_folder("A" * 90)] * 3
    found = links.folders("INBOX", (), folders)
    assert max(map(len, showing.text([Checkup("shop", (found,))]).splitlines())) <= 80
