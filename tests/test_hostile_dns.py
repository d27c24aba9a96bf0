"""Servers and zones that loop, flood, lie or say nothing: an end in time, one of three outcomes, never an exception.

A lie or a silence is never an absence: where a name is only said not to exist, somebody else's policy would apply.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from itertools import pairwise

import pytest
from dnslib import QTYPE, RR, TXT

from auditor.resolver import Answer, Found, Resolver
from auditor.resolver.client import MAX_ANSWER_BYTES
from tests.servers.hostile_dns import (
    HostileDns,
    Question,
    Trick,
    after,
    bare_header,
    drip,
    flood,
    framed,
    hang_up,
    running_hostile_dns,
    send,
    silent,
    stall,
    truncated,
)

pytestmark = pytest.mark.server

TIMEOUT_S = 1.5
BUDGET_S = 3 * TIMEOUT_S

FOUND, ABSENT, UNKNOWN = Found.FOUND, Found.ABSENT, Found.TEMPERROR
KEY = b"v=DKIM1; k=rsa; p=abc"
SOA = "test. 60 IN SOA ns.test. root.test. 1 3600 600 86400 60"
CNAME = 5


def good(asked: Question) -> bytes:
    return asked.texts(KEY)


def other_id(asked: Question) -> bytes:
    wire = good(asked)
    return bytes([wire[0] ^ 0xFF]) + wire[1:]


def other_name(asked: Question) -> bytes:
    return good(asked).replace(b"\x07hostile", b"\x07hostage")


def other_question(asked: Question, *, rtype: int = 16, rdclass: int = 1) -> bytes:
    """The question is repeated with another type or class; the answer would fit."""
    start = 12 + len(asked.section) - 4
    wire = good(asked)
    return wire[:start] + struct.pack("!HH", rtype, rdclass) + wire[start + 4 :]


def flags(asked: Question, value: int) -> bytes:
    wire = good(asked)
    return wire[:2] + struct.pack("!H", value) + wire[4:]


def two_questions(asked: Question) -> bytes:
    return asked.header(questions=2) + asked.section * 2


def chain(asked: Question, length: int, *, ending: bool) -> bytes:
    hops = ["@", *(f"h{number}.test." for number in range(length))]
    links = [f"{here} 60 IN CNAME {there}" for here, there in pairwise(hops)]
    return asked.reply(*links, *([f'{hops[-1]} 60 IN TXT "v=DKIM1; p=abc"'] if ending else []))


def many(asked: Question, count: int) -> bytes:
    return asked.texts(*(b"%d" % number for number in range(count)))


def bomb(asked: Question) -> bytes:
    """Every name is a pointer to a pointer to a pointer."""
    pad = b"".join(struct.pack("!H", 0xC000 | max(12, 10 + 2 * number)) for number in range(1, 2_000))
    filler = asked.raw(pad, rtype=65_280)
    at = len(asked.header()) + len(asked.section) + 12
    owner = struct.pack("!H", 0xC000 | min(at + len(pad) - 2, 0x3FFF))
    record = owner + struct.pack("!HHIH", 16, 1, 60, 2) + b"\x01x"
    body = filler[len(asked.header()) :]
    return asked.header(answers=1 + 3_000) + body + record * 3_000


def broken_edns(asked: Question) -> bytes:
    """Two OPT records, where one may stand (RFC 6891 section 6.1.1)."""
    opt = b"\0" + struct.pack("!HHIH", 41, 1232, 0, 0)
    wire = good(asked)
    return wire[:10] + struct.pack("!H", 2) + wire[12:] + opt * 2


def bad_version(asked: Question) -> bytes:
    """BADVERS: an rcode that only EDNS can say."""
    return (
        asked.header()[:10] + struct.pack("!H", 1) + asked.section + b"\0" + struct.pack("!HHIH", 41, 1232, 1 << 24, 0)
    )


def only_additional(asked: Question) -> bytes:
    reply = asked.record.reply(ra=1)
    reply.add_ar(RR(asked.name, QTYPE.TXT, ttl=60, rdata=TXT(KEY)))
    return bytes(reply.pack())


def udp(message) -> Trick:  # type: ignore[no-untyped-def]
    return Trick(lambda asked: [message(asked)])


def says(rcode: str, *lines: str) -> Trick:
    return udp(lambda asked: asked.reply(*lines, rcode=rcode))


TRICKS: dict[str, tuple[Trick, Found]] = {
    # --- honest, to compare ---
    "honest": (udp(good), FOUND),
    "nodata": (udp(lambda q: q.reply()), ABSENT),
    "nodata-soa": (udp(lambda q: q.reply(authority=[SOA])), ABSENT),
    "nxdomain": (says("NXDOMAIN"), ABSENT),
    "nxdomain-soa": (udp(lambda q: q.reply(authority=[SOA], rcode="NXDOMAIN")), ABSENT),
    "alias": (udp(lambda q: chain(q, 1, ending=True)), FOUND),
    "alias-ten": (udp(lambda q: chain(q, 10, ending=True)), FOUND),
    "alias-to-nowhere": (says("NXDOMAIN", "@ 60 IN CNAME gone.test."), ABSENT),
    "alias-to-nodata": (udp(lambda q: q.reply("@ 60 IN CNAME x.test.", authority=[SOA])), ABSENT),
    "letters-in-any-case": (udp(lambda q: good(q).replace(b"hostile", b"HoStIlE")), FOUND),
    "key-of-16-kb": (truncated(send(lambda q: framed(q.texts(b"k" * 16_000)))), FOUND),
    "two-keys": (udp(lambda q: q.texts(KEY, KEY + b"d")), FOUND),
    "hundred-records": (truncated(send(lambda q: framed(many(q, 100)))), FOUND),
    "late-in-time": (Trick(after(0.3, lambda q: [good(q)])), FOUND),
    "ttl-zero": (udp(lambda q: q.reply('@ 0 IN TXT "v=DKIM1; p=abc"')), FOUND),
    "other-flags": (udp(lambda q: flags(q, 0x85B0)), FOUND),
    # --- aliases ---
    "alias-to-itself": (says("NOERROR", "@ 60 IN CNAME @"), UNKNOWN),
    "alias-loop": (says("NOERROR", "@ 60 IN CNAME b.test.", "b.test. 60 IN CNAME @"), UNKNOWN),
    "alias-twenty": (udp(lambda q: chain(q, 20, ending=True)), UNKNOWN),
    "alias-three-hundred": (truncated(send(lambda q: framed(chain(q, 300, ending=True)))), UNKNOWN),
    "alias-not-followed": (udp(lambda q: q.reply("@ 60 IN CNAME x.test.", ra=0)), UNKNOWN),
    "alias-of-another": (says("NOERROR", "x.test. 60 IN CNAME y.test."), UNKNOWN),
    "alias-and-stranger": (says("NOERROR", "@ 60 IN CNAME x.test.", 'y.test. 60 IN TXT "a"'), UNKNOWN),
    "alias-with-broken-target": (udp(lambda q: q.raw(b"\xc0\x0c\xff", rtype=CNAME)), UNKNOWN),
    # --- size ---
    "thousand-records": (truncated(send(lambda q: framed(many(q, 1_000)))), FOUND),
    "record-of-64-kb": (truncated(send(lambda q: framed(q.texts(b"k" * 64_000)))), UNKNOWN),
    "records-of-64-kb": (
        truncated(send(lambda q: framed(q.texts(*(b"%03d" % number + b"k" * 600 for number in range(100)))))),
        UNKNOWN,
    ),
    "thousand-of-another-type": (
        truncated(send(lambda q: framed(q.raw(b"\x7f\0\0\x01", rtype=1, count=1_000)))),
        UNKNOWN,
    ),
    "same-record-a-thousand-times": (truncated(send(lambda q: framed(q.raw(b"\x01x", count=1_000)))), FOUND),
    "pointers-to-pointers": (truncated(send(lambda q: framed(bomb(q)))), UNKNOWN),
    # --- time ---
    "silent": (Trick(silent), UNKNOWN),
    "too-late": (Trick(after(5, lambda q: [good(q)])), UNKNOWN),
    "flood-of-other-ids": (Trick(flood(other_id)), UNKNOWN),
    "flood-of-garbage": (Trick(flood(lambda q: b"\xff" * 300)), UNKNOWN),
    "flood-of-empty": (Trick(flood(lambda q: b"")), UNKNOWN),
    "flood-of-answers": (Trick(flood(good)), FOUND),
    # --- truncated, and then over TCP ---
    "tcp-silent": (truncated(stall), UNKNOWN),
    "tcp-hangs-up": (truncated(hang_up), UNKNOWN),
    "tcp-drips": (truncated(drip(good)), UNKNOWN),
    "tcp-truncated-too": (truncated(send(lambda q: framed(q.reply(tc=1)))), UNKNOWN),
    "tcp-answers": (truncated(send(lambda q: framed(good(q)))), FOUND),
    "tcp-length-too-long": (truncated(send(lambda q: struct.pack("!H", 60_000) + good(q))), UNKNOWN),
    "tcp-length-too-short": (truncated(send(lambda q: struct.pack("!H", 20) + good(q))), UNKNOWN),
    "tcp-length-zero": (truncated(send(lambda q: b"\0\0")), UNKNOWN),
    "tcp-half-a-length": (truncated(send(lambda q: b"\0")), UNKNOWN),
    "tcp-garbage": (truncated(send(lambda q: b"HTTP/1.1 400 Bad Request\r\n\r\n")), UNKNOWN),
    "tcp-other-id": (truncated(send(lambda q: framed(other_id(q)))), UNKNOWN),
    "tcp-other-name": (truncated(send(lambda q: framed(other_name(q)))), UNKNOWN),
    "truncated-answer": (Trick(lambda q: [flags(q, 0x8380)], send(lambda q: framed(good(q)))), FOUND),
    # --- no reply to the question ---
    "other-id": (udp(other_id), UNKNOWN),
    "other-id-first": (Trick(lambda q: [other_id(q), good(q)]), FOUND),
    "garbage-first": (Trick(lambda q: [b"\xff" * 40, b"", good(q)]), FOUND),
    "other-name-asked": (udp(other_name), UNKNOWN),
    "other-type-asked": (udp(lambda q: other_question(q, rtype=1)), UNKNOWN),
    "other-class-asked": (udp(lambda q: other_question(q, rdclass=3)), UNKNOWN),
    "no-question": (udp(lambda q: bare_header(q, 0)), UNKNOWN),
    "no-question-nxdomain": (udp(lambda q: bare_header(q, 3)), UNKNOWN),
    "two-questions": (udp(two_questions), UNKNOWN),
    "echo": (udp(lambda q: q.wire), UNKNOWN),
    "other-opcode": (udp(lambda q: flags(q, 0x9180)), UNKNOWN),
    "an-update": (udp(lambda q: flags(q, 0xA980)), UNKNOWN),
    # --- bytes that are no message ---
    "garbage": (udp(lambda q: b"\xde\xad\xbe\xef" * 50), UNKNOWN),
    "own-id-and-garbage": (udp(lambda q: q.wire[:2] + b"\x81\x80" + b"\xff" * 200), UNKNOWN),
    "empty": (udp(lambda q: b""), UNKNOWN),
    "one-byte": (udp(lambda q: b"\0"), UNKNOWN),
    "counts-that-lie": (udp(lambda q: q.header(answers=65_535) + q.section), UNKNOWN),
    "rdata-beyond-the-end": (udp(lambda q: q.raw(b"\x01x")[:-1]), UNKNOWN),
    "string-beyond-the-record": (udp(lambda q: q.raw(b"\xffx")), UNKNOWN),
    "record-without-strings": (udp(lambda q: q.raw(b"")), UNKNOWN),
    "pointer-to-itself": (udp(lambda q: q.raw(b"\x01x", owner=struct.pack("!H", 0xC000 | len(q.wire)))), UNKNOWN),
    "pointer-ahead": (udp(lambda q: q.raw(b"\x01x", owner=b"\xff\xff")), UNKNOWN),
    "reserved-label": (udp(lambda q: q.raw(b"\x01x", owner=b"\x80a\0")), UNKNOWN),
    "name-of-400-bytes": (udp(lambda q: q.raw(b"\x01x", owner=b"\x3f" * 64 * 7 + b"\0")), UNKNOWN),
    "junk-behind": (udp(lambda q: good(q) + b"junk"), UNKNOWN),
    "edns-twice": (udp(broken_edns), UNKNOWN),
    "edns-bad-version": (udp(bad_version), UNKNOWN),
    # --- refusals ---
    **{f"rcode-{rcode.lower()}": (says(rcode), UNKNOWN) for rcode in ("SERVFAIL", "REFUSED", "NOTIMP", "FORMERR")},
    **{f"rcode-{rcode.lower()}": (says(rcode), UNKNOWN) for rcode in ("YXDOMAIN", "NXRRSET", "NOTAUTH", "NOTZONE")},
    "rcode-15": (udp(lambda q: flags(q, 0x818F)), UNKNOWN),
    "servfail-bare": (udp(lambda q: bare_header(q, 2)), UNKNOWN),
    "refused-with-answer": (says("REFUSED", '@ 60 IN TXT "v=DKIM1; p=abc"'), UNKNOWN),
    # --- lies and lame servers ---
    "nxdomain-with-answer": (says("NXDOMAIN", '@ 60 IN TXT "v=DKIM1; p=abc"'), UNKNOWN),
    "nxdomain-about-another": (says("NXDOMAIN", 'x.test. 60 IN TXT "a"'), UNKNOWN),
    "referral": (udp(lambda q: q.reply(authority=["test. 60 IN NS ns.test."])), UNKNOWN),
    "referral-to-the-root": (udp(lambda q: q.reply(authority=[". 60 IN NS a.root.test."], ra=0)), UNKNOWN),
    "answer-about-another": (says("NOERROR", 'x.test. 60 IN TXT "v=DKIM1; p=abc"'), UNKNOWN),
    "answer-about-the-parent": (says("NOERROR", 'hostile.test. 60 IN TXT "a"'), UNKNOWN),
    "answer-of-another-type": (says("NOERROR", "@ 60 IN A 192.0.2.1"), UNKNOWN),
    "answer-of-another-class": (udp(lambda q: q.raw(b"\x01x", rdclass=3)), UNKNOWN),
    "answer-aside": (udp(only_additional), ABSENT),
    # --- what a record may hold ---
    "not-ascii": (udp(lambda q: q.texts("v=DKIM1; p=ключ🔑".encode())), FOUND),
    "nul-bytes": (udp(lambda q: q.texts(b"v=DKIM1;\0p=\0")), FOUND),
    "line-ends": (udp(lambda q: q.texts(b"v=DKIM1;\r\nInjected: x\r\n\r\n")), FOUND),
    "empty-string": (udp(lambda q: q.texts(b"")), FOUND),
}

CONTENTS = {
    "honest": (KEY,),
    "two-keys": (KEY, KEY + b"d"),
    "key-of-16-kb": (b"k" * 16_000,),
    "not-ascii": ("v=DKIM1; p=ключ🔑".encode(),),
    "nul-bytes": (b"v=DKIM1;\0p=\0",),
    "line-ends": (b"v=DKIM1;\r\nInjected: x\r\n\r\n",),
    "empty-string": (b"",),
    "same-record-a-thousand-times": (b"x",),
    "other-id-first": (KEY,),
}


def name_of(trick: str) -> str:
    return f"{trick}.{trick}.hostile.test"


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileDns]:
    with running_hostile_dns({name: trick for name, (trick, _) in TRICKS.items()}) as server:
        yield server


def resolver(server: HostileDns, timeout_s: float = TIMEOUT_S) -> Resolver:
    return Resolver([server.nameserver], port=server.port, timeout_s=timeout_s)


@pytest.fixture(scope="module")
def answers(hostile: HostileDns) -> dict[str, Answer]:
    """All tricks at once, three time-outs in all: the promise of one domain holds for them together."""
    started = time.monotonic()
    with resolver(hostile) as dns:
        answers = dns.ask([name_of(trick) for trick in TRICKS])
    assert time.monotonic() - started < 3 * BUDGET_S
    return {trick: answers[name_of(trick)] for trick in TRICKS}


def test_there_are_tricks_enough() -> None:
    assert len(TRICKS) >= 60


@pytest.mark.parametrize(("trick", "outcome"), [(name, found) for name, (_, found) in TRICKS.items()], ids=TRICKS)
def test_every_trick_has_its_outcome(trick: str, outcome: Found, answers: dict[str, Answer]) -> None:
    answer = answers[trick]

    assert answer.found is outcome
    assert sum(map(len, answer.texts)) <= MAX_ANSWER_BYTES
    assert bool(answer.texts) is (outcome is FOUND)
    assert bool(answer.why) is (outcome is UNKNOWN)


@pytest.mark.parametrize(("trick", "texts"), CONTENTS.items(), ids=CONTENTS)
def test_what_was_published_is_what_is_read(trick: str, texts: tuple[bytes, ...], answers: dict[str, Answer]) -> None:
    assert sorted(answers[trick].texts) == sorted(texts)


def test_the_largest_answers_stay_small_in_memory(hostile: HostileDns) -> None:
    large = [trick for trick in TRICKS if "thousand" in trick or "64-kb" in trick or trick.startswith("flood")]
    tracemalloc.start()
    try:
        with resolver(hostile) as dns:
            dns.ask([name_of(trick) for trick in large])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(large) >= 6
    assert peak < 64 * 1024 * 1024  # the server's own messages included


WHY = {
    "silent": "no answer in time",
    "tcp-hangs-up": "the server hung up",
    "tcp-truncated-too": "the server cuts its answer short",
    "rcode-servfail": "the server says SERVFAIL",
    "record-of-64-kb": "the answer is too large to be one",
    "referral": "the server only names others that might know",
    "answer-about-another": "the answer is about something else",
}


@pytest.mark.parametrize(("trick", "why"), WHY.items(), ids=WHY)
def test_why_it_could_not_be_told_is_said_in_words(trick: str, why: str, answers: dict[str, Answer]) -> None:
    assert answers[trick].why == why


def test_a_silent_domain_is_not_asked_about_again_and_again(hostile: HostileDns) -> None:
    """Three time-outs are all that one domain may cost in a run; another domain is asked as ever."""
    with resolver(hostile, timeout_s=0.2) as dns:
        for number in range(5):
            dns.ask([f"silent.n{number}._domainkey.lame.test"])
        silence = dns.ask(["silent.n9._domainkey.lame.test"])["silent.n9._domainkey.lame.test"]
        other = dns.ask(["honest._domainkey.other.test"])["honest._domainkey.other.test"]

    asked = [hostile.asked[f"silent.n{number}._domainkey.lame.test"] > 0 for number in (0, 1, 4, 9)]
    assert asked == [True, True, False, False]
    assert silence == Answer(UNKNOWN, why="the servers of lame.test do not answer")
    assert other.found is FOUND


def test_a_domain_that_answers_at_times_is_asked_on(hostile: HostileDns) -> None:
    with resolver(hostile, timeout_s=0.2) as dns:
        assert dns.ask(["honest.s0._domainkey.some.test"])["honest.s0._domainkey.some.test"].found is FOUND
        for number in range(4):
            dns.ask([f"silent.s{number}._domainkey.some.test"])
        assert dns.ask(["honest.s9._domainkey.some.test"])["honest.s9._domainkey.some.test"].found is FOUND


def test_a_domain_with_hundreds_of_silent_names_holds_up_no_other(hostile: HostileDns) -> None:
    crowd = [f"silent.s{number}._domainkey.crowd.test" for number in range(300)]
    others = [f"two-keys._domainkey.d{number}.test" for number in range(60)]  # behind the crowd in the alphabet
    started = time.monotonic()
    with resolver(hostile, timeout_s=1) as dns:  # less is too little for sixty answers on a busy machine
        answers = dns.ask([*crowd, *others])

    assert time.monotonic() - started < 3 * 3
    assert {answers[name].found for name in crowd} == {UNKNOWN}
    assert {answers[name].found for name in others} == {FOUND}


def test_what_found_no_time_to_be_asked_can_be_asked_later(hostile: HostileDns) -> None:
    with resolver(hostile) as dns:
        assert dns.ask(["honest.later.test"], budget_s=0)["honest.later.test"].found is UNKNOWN
        time.sleep(0.1)
        assert dns.ask(["honest.later.test"])["honest.later.test"].found is FOUND


@pytest.mark.thorough
def test_three_hundred_silent_domains_end_within_the_promise_of_fifteen_seconds(hostile: HostileDns) -> None:
    """As configured by nobody: a time-out of 5 seconds, 64 questions at once."""
    names = [f"silent._domainkey.d{number}.test" for number in range(300)]
    started = time.monotonic()
    with Resolver([hostile.nameserver], port=hostile.port) as dns:
        answers = dns.ask(names)

    assert {answer.found for answer in answers.values()} == {UNKNOWN}
    assert 14 < time.monotonic() - started < 3 * 15  # it did wait, and it ended


def test_a_port_where_nobody_listens_is_no_answer() -> None:
    with Resolver(["127.0.0.1"], port=1, timeout_s=0.5) as dns:
        assert dns.ask(["walmart.com"])["walmart.com"].found is UNKNOWN


def test_a_second_server_is_asked_where_the_first_fails(hostile: HostileDns) -> None:
    with Resolver(["127.0.0.9", hostile.nameserver], port=hostile.port, timeout_s=5) as dns:
        assert dns.ask(["honest.second.test"])["honest.second.test"].found is FOUND


WAITING = """
import sys, time
from auditor.resolver import Resolver
from auditor.resolver.workers import Workers

with Resolver(["127.0.0.1"], port=int(sys.argv[1]), timeout_s=60) as dns:
    print(dns.ask(["silent.exit.test"], budget_s=0.3)["silent.exit.test"].found)
Workers(1).submit(lambda: time.sleep(100))
time.sleep(0.2)
"""


def test_a_program_ends_though_a_thread_still_waits(hostile: HostileDns) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WAITING, str(hostile.port)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert (done.stdout.strip(), done.stderr) == ("temperror", "")
