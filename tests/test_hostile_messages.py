"""One message can cost no run its end, its time or its memory; and mail that is changed at random raises nothing."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path
from subprocess import run

import pytest

from auditor.judging import Letter, judge_all
from auditor.verdict import Verdict
from tests.contexts import ZoneResolver, context
from tests.corpus import fixtures, needs_corpus, phish
from tests.mail import PROVING, RECEIVED_AT, Profile
from tests.mail.build import multipart
from tests.mail.delivery import deliver, failed, passed
from tests.mail.forged import forged
from tests.mail.forged.bait import NOTICE, genuine_notice
from tests.mail.forged.pages import LINK
from tests.mail.genuine import genuine
from tests.mail.hostile import HOSTILE
from tests.mail.keys import zone
from tests.profiles import each

pytestmark = pytest.mark.thorough

PROMISED_S = 1
MAY_TAKE_S = 3 * PROMISED_S
MAY_WEIGH_MB = 450
SEED = int(os.environ.get("AUDITOR_SEED", "20261120"))
MUTANTS, MUTANTS_OF_REAL = 300, 200

# What readers trip over, to be put anywhere.
TOKENS = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b" ",
        b"\t",
        b";",
        b'"',
        b"(",
        b")",
        b"=",
        b":",
        b"<",
        b">",
        b"@",
        b",",
        b"\\",
        b"%",
    ),
    *(
        b"\r\n ",
        b"\r\n\r\n",
        b"\xff",
        b"\xe2\x80\xae",
        b"--",
        b"=?utf-8?q?a?=",
        b"*0*=",
        b"*=utf-8''",
        b"*9=",
        b"9" * 30,
    ),
    *(b"boundary=", b"charset=", b"filename", b"name", b"message/rfc822", b"multipart/mixed; ", b"base64", b"a" * 1000),
    *(
        b"From: ",
        b"To: ",
        b"Content-Type: ",
        b"DKIM-Signature: ",
        b"Authentication-Results: ",
        b"; t=99999999999",
        b"x=1;",
    ),
    *(b"http://[", b"//[::1", b"www.", b"<a href=", b"&#0;", b"+1 415 555 2671", b"<!--", b"<meta http-equiv=refresh "),
)


def judged(raw: bytes, profile: Profile = Profile.NONE, received_at: datetime | None = RECEIVED_AT) -> Verdict:
    return judge_all([Letter(raw, received_at)], context(profile), ZoneResolver(zone()))[0].verdict


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """What is imported on first use is not the message's to answer for."""
    for sample in genuine(Profile.PINNED):
        judged(sample.raw, Profile.PINNED)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_message_is_judged_in_time_and_not_believed(name: str) -> None:
    raw = deliver(HOSTILE[name](), Profile.PINNED, failed("relay.walmart.com"))
    began = time.monotonic()

    verdict = judged(raw, Profile.PINNED)

    took = time.monotonic() - began
    assert verdict.standing.value in ("unverified", "forged")
    assert took <= MAY_TAKE_S, f"{took:.1f} s for {len(raw) / 1e6:.1f} MB"


_PROBE = """
import sys
from tests.mail.hostile import HOSTILE
from tests.test_hostile_messages import Profile, judged

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024

heaviest, before = "", peak()
for name in sys.argv[1:]:
    judged(HOSTILE[name](), Profile.PINNED)
    if peak() > before:
        heaviest, before = name, peak()
print(f"{before:.0f} {heaviest}")
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="peak memory is read from /proc")
def test_no_hostile_message_fills_the_memory() -> None:
    """All in one process, which holds the message itself too."""
    ran = run(
        [sys.executable, "-c", _PROBE, *HOSTILE],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
        timeout=110,
    )

    peak, _, heaviest = ran.stdout.strip().partition(" ")

    print(f"{peak} MB at most, reached by {heaviest}")
    assert int(peak) <= MAY_WEIGH_MB, heaviest


@pytest.mark.parametrize(
    "moment",
    [datetime.min.replace(tzinfo=UTC), datetime.fromtimestamp(0, UTC), datetime.max.replace(tzinfo=UTC), None],
    ids=["year-1", "year-1970", "year-9999", "unknown"],
)
@each(PROVING)
def test_a_message_received_at_the_end_of_time_is_not_fresh(profile: Profile, moment: datetime | None) -> None:
    for sample in genuine(profile)[::9]:
        verdict = judged(sample.raw, profile, moment)

        assert verdict.standing.value == "unverified"
        assert "fresh" in {check.rule for check in verdict.checks if check.passed is not True}


def test_a_boundary_behind_a_bare_carriage_return_hides_no_part() -> None:
    """One reader ends the parts there, and never sees the link that another one shows."""
    kind, body = multipart("mixed", ("text/plain", "Sold.\r--b--"), ("text/html", LINK), boundary="b")
    signed = genuine_notice(replace(NOTICE, body=body, content_type=kind))

    assert judged(signed).standing.value == "unverified"
    assert judged(deliver(signed, Profile.PINNED, passed("amazon.com")), Profile.PINNED).standing.value == "unverified"


def test_mutants_of_the_samples_raise_nothing_and_show_what_was_signed() -> None:
    print(f"seed {SEED}: AUDITOR_SEED={SEED} repeats it")
    rng = random.Random(SEED)
    samples = [s for p in Profile for kind in (genuine, forged) for s in kind(p) if len(s.raw) < 20_000]

    for _ in range(MUTANTS):
        sample = rng.choice(samples)
        mutant = mutate(sample.raw, rng, rng.choice(samples).raw)
        verdict = judge_all([Letter(mutant, RECEIVED_AT)], context(sample.profile), ZoneResolver(zone()))[0].verdict
        if verdict.standing.value == "genuine" and sample.standing == "genuine":
            assert shown(mutant) == shown(sample.raw), (SEED, sample.name)


@needs_corpus
def test_mutants_of_real_mail_raise_nothing_and_are_not_believed() -> None:
    print(f"seed {SEED}: AUDITOR_SEED={SEED} repeats it")
    rng = random.Random(SEED)
    real = [one.raw for one in (*phish(), *fixtures()) if len(one.raw) < 200_000]

    for number in range(MUTANTS_OF_REAL):
        mutant = mutate(rng.choice(real), rng, rng.choice(real))
        profile = list(Profile)[number % len(Profile)]
        assert judged(mutant, profile).standing.value != "genuine", (SEED, number)


def mutate(raw: bytes, rng: random.Random, other: bytes) -> bytes:
    """One to four changes, most of them in the header: a token, a gap, a byte, a line again, a line of another's."""
    mutant = bytearray(raw)
    for _ in range(rng.randint(1, 4)):
        header = max(1, mutant.find(b"\r\n\r\n"))
        at = rng.randrange(header if rng.random() < 0.7 else max(1, len(mutant)))
        match rng.choice(("token", "token", "gap", "byte", "again", "foreign")):
            case "token":
                mutant[at:at] = rng.choice(TOKENS)
            case "gap":
                del mutant[at : at + rng.randint(1, 20)]
            case "byte":
                mutant[at : at + 1] = bytes([rng.randrange(256)])
            case "again":
                mutant = _with_line(mutant, bytes(mutant), rng)
            case _:
                mutant = _with_line(mutant, other, rng)
    return bytes(mutant)


def _with_line(mutant: bytearray, source: bytes, rng: random.Random) -> bytearray:
    lines: Sequence[bytes] = bytes(mutant).split(b"\r\n")
    at = rng.randrange(len(lines))
    return bytearray(b"\r\n".join([*lines[:at], rng.choice(source.split(b"\r\n")), *lines[at:]]))


def shown(raw: bytes) -> tuple[list[str], ...]:
    """What a reader would look at first: sender, recipient and subject, white space aside."""
    message = message_from_bytes(raw, policy=compat32)
    return tuple(
        " ".join(str(value) for value in message.get_all(name, [])).split() for name in ("from", "to", "subject")
    )
