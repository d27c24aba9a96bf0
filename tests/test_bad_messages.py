"""Messages that no decent program writes: the run goes on, nothing of them is believed, and the rest is rescued."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from auditor.judging import MAX_MESSAGE
from tests.mail import RECEIVED_AT, SELLER, Profile
from tests.mail.build import Letter, signed, without
from tests.mail.genuine import genuine
from tests.mail.honest import walmart_relay
from tests.servers.account import Account, deliver_all, stored
from tests.servers.dovecot import Dovecot
from tests.shop import OpenShop, Shop, the_error

pytestmark = pytest.mark.server

HONEST = genuine(Profile.NONE)[0].raw
RELAY = walmart_relay("odd")
TO = f"To: {SELLER}\r\nDate: Fri, 20 Nov 2026 11:50:00 +0000\r\n".encode()
SIGNED = signed(Letter(f"Kim <{RELAY}>"), "walmart.com", headers=("From", "To", "Subject"))


def of_walmart(*lines: bytes) -> bytes:
    """Unsigned, with these lines on top."""
    return b"".join(line + b"\r\n" for line in lines) + f"From: {RELAY}\r\n".encode() + TO + b"\r\nHello\r\n"


def with_from(value: bytes) -> bytes:
    return b"From: " + value + b"\r\n" + TO + b"Subject: x\r\n\r\nHello\r\n"


# What it is -> the message, and the standing it may have; "" is mail that claims no marketplace.
ODD: dict[str, tuple[bytes, str]] = {
    "without-from": (TO + b"Subject: no sender\r\n\r\nHello\r\n", ""),
    "without-date": (without(SIGNED, b"Date"), "unverified"),
    "without-message-id": (without(of_walmart(b"X: 1", b"Message-ID: <1@x>"), b"Message-ID"), "unverified"),
    "without-anything-it-needs": (b"Received: from nowhere\r\n\r\n", ""),
    "8-bit-subject": (of_walmart(b"Subject: r\xe9clamation \xff\xfe\x80 \xc3("), "unverified"),
    "8-bit-display-name": (with_from(b"Jos\xe9 \xff <" + RELAY.encode() + b">"), "unverified"),
    "8-bit-address": (with_from(b"caf\xe9@relay.walmart.com"), "unverified|forged"),
    "8-bit-message-id": (of_walmart(b"Message-ID: <\xe9\x80@x>"), "unverified"),
    "nul-in-from": (with_from(b"Kim\0 <" + RELAY.encode() + b">"), "|unverified|forged"),
    "from-of-64-kb": (with_from(b"a " * 32_500 + b"<" + RELAY.encode() + b">"), "|unverified|forged"),
    "from-of-300-kb": (with_from(b"a " * 150_000 + b"<" + RELAY.encode() + b">"), "|unverified|forged"),
    "relay-at-the-start-of-300-kb": (with_from(RELAY.encode() + b" a" * 150_000), "|unverified|forged"),
    "subject-of-100-kb-first": (of_walmart(b"Subject: " + b"a " * 50_000), "unverified"),
    "two-thousand-fields": (of_walmart(*[b"X-%d: y" % number for number in range(2_000)]), "unverified"),
    "ten-thousand-received": (of_walmart(*[b"Received: from x"] * 10_000), "unverified"),
    "one-byte": (b"x", ""),
    "only-a-line-end": (b"\r\n", ""),
    "only-a-header": (f"From: {RELAY}\r\n".encode() + TO + b"Subject: no body\r\n", "unverified"),
    "only-a-header-and-a-blank": (f"From: {RELAY}\r\n".encode() + TO + b"\r\n", "unverified"),
    "only-a-body": (b"\r\n" + RELAY.encode() + b" writes this.\r\n", ""),
    "bare-line-feeds": (of_walmart(b"Subject: unix").replace(b"\r\n", b"\n"), "unverified"),
    "bare-carriage-returns": (of_walmart(b"Subject: mac").replace(b"\r\n", b"\r"), "|unverified"),
    "nested-parts": (
        of_walmart(*[b"Content-Type: multipart/mixed; boundary=%d" % level for level in range(60)])
        + b"".join(b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (n, n + 1) for n in range(60)),
        "unverified",
    ),
    "charset-of-nobody": (
        of_walmart(b"Content-Type: text/html; charset=x-\xff-none", b"Content-Transfer-Encoding: base64"),
        "unverified",
    ),
    "signature-of-junk": (of_walmart(b"DKIM-Signature: " + b"v=1;" * 9_000 + b"b=\xff"), "unverified"),
    "five-hundred-signatures": (of_walmart(*[b"DKIM-Signature: v=1; d=walmart.com; s=s; b=x"] * 500), "unverified"),
    "stamp-of-100-kb": (
        of_walmart(b"Authentication-Results: mx.shop.test; " + b"dkim=pass (" * 9_000),
        "unverified|forged",
    ),
    "date-of-year-0": (of_walmart(b"Date: Mon, 00 Foo 0000 99:99:99 +9999"), "unverified"),
}


@pytest.fixture
def shop(dovecot: Dovecot, open_shop: OpenShop) -> Shop:
    return open_shop(dovecot.account())


def test_none_of_them_ends_a_run_or_is_moved(shop: Shop) -> None:
    """Dovecot keeps every one as it came; a store that repairs mail would hide what a reader must bear."""
    names = dict(zip(shop.deliver([raw for raw, _ in ODD.values()]), ODD, strict=True))
    before = {message.raw for message in shop.junk()}
    shop.deliver([HONEST])

    ran = shop.report("rescue", "--apply")

    found = {names.get(one["ref"]["uid"], "honest"): one["standing"] for one in ran.mailbox["messages"]}
    wrong = {
        name: (found.get(name, ""), allowed)
        for name, (_, allowed) in ODD.items()
        if found.get(name, "") not in allowed.split("|")
    }
    assert wrong == {}
    assert ran.exit_code == 10, ran.stderr
    assert [message.raw for message in shop.inbox()] == [HONEST]
    assert {message.raw for message in shop.junk()} == before


def test_a_store_that_repairs_mail_ends_no_run_either(pymap_shop: Shop) -> None:
    for raw, _ in ODD.values():
        deliver_all(pymap_shop.account, [raw], internaldate=RECEIVED_AT)
    pymap_shop.deliver([HONEST])
    before = len(pymap_shop.junk())

    ran = pymap_shop.report("rescue", "--apply")

    assert ran.exit_code == 10, ran.stderr
    assert [message.raw for message in pymap_shop.inbox()] == [HONEST]
    assert len(pymap_shop.junk()) == before - 1


@pytest.fixture
def pymap_shop(request: pytest.FixtureRequest, open_shop: OpenShop) -> Shop:
    return open_shop(request.getfixturevalue("pymap").account())


@pytest.mark.parametrize("name", list(ODD))
def test_explain_tells_of_each_and_text_reports_show_no_control_character(
    name: str, shop: Shop, tmp_path: Path
) -> None:
    letter = tmp_path / "odd.eml"
    letter.write_bytes(ODD[name][0])

    ran = shop.run("explain", str(letter), "--mailbox", "shop", "--received-at", "2026-11-20T12:00Z")

    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout
    assert all(character.isprintable() or character == "\n" for character in ran.stdout)
    assert len(ran.stdout) < 10_000


def test_a_message_whose_sender_lies_behind_300_kb_of_header_is_listed(shop: Shop) -> None:
    shop.deliver([of_walmart(b"Subject: " + b"a " * 150_000), HONEST])

    ran = shop.report("rescue", "--apply")

    assert ran.exit_code == 3
    assert "the header is longer than 256 kB" in the_error(ran)
    assert len(ran.mailbox["incomplete"]) == 1
    assert [message.raw for message in shop.inbox()] == [HONEST]


def put(account: Account, name: str, write: bytes, *, megabytes: int) -> None:
    """A message of this size into the spam folder, past IMAP: `write`, then lines."""
    assert account.home is not None
    stored(account)  # makes the folder
    path = account.home / "Maildir" / ".Junk" / "cur" / f"1795000000.{name}.test:2,"
    line = b"0123456789abcdef" * 4 + b"\n"
    with path.open("wb") as file:
        file.write(write)
        for _ in range(megabytes):
            file.write(line * (1024 * 1024 // len(line)))
    os.utime(path, (RECEIVED_AT.timestamp(),) * 2)
    owner = path.parent.stat()
    os.chown(path, owner.st_uid, owner.st_gid)


def test_a_message_of_40_mb_that_claims_a_marketplace_is_listed_and_the_rest_is_rescued(shop: Shop) -> None:
    shop.deliver([HONEST])
    put(shop.account, "huge", SIGNED.replace(b"\r\n", b"\n"), megabytes=40)
    put(shop.account, "other", b"From: a@example.test\nSubject: holiday pictures\n\n", megabytes=40)

    ran = shop.report("rescue", "--apply")
    again = shop.report("rescue", "--apply")

    assert ran.exit_code == 3
    assert "too large to be checked" in the_error(ran)
    assert [one["why"][:9] for one in ran.mailbox["incomplete"]] == ["it is too"]
    assert [one["standing"] for one in ran.mailbox["messages"] if one["planned"] == "leave"] == ["unverified"]
    assert ran.mailbox["counts"]["unrelated"] == 1
    assert [message.raw for message in shop.inbox()] == [HONEST]
    assert again.exit_code == 10
    assert again.mailbox["counts"]["unverified"] == 1


def test_a_message_just_below_the_limit_is_read_to_its_end(shop: Shop) -> None:
    put(shop.account, "large", SIGNED.replace(b"\r\n", b"\n"), megabytes=MAX_MESSAGE // 2**20 - 1)

    ran = shop.report("rescue")

    assert ran.exit_code == 10
    assert ran.mailbox["incomplete"] == []
    (check,) = [one for one in ran.mailbox["messages"][0]["checks"] if one["rule"] == "domain-proof"]
    assert "changed after it was signed" in check["detail"]


def test_an_empty_message_is_other_mail(shop: Shop) -> None:
    put(shop.account, "empty", b"", megabytes=0)
    shop.deliver([HONEST])

    ran = shop.report("rescue", "--apply")

    assert ran.exit_code == 0, ran.stdout
    assert ran.mailbox["counts"]["unrelated"] == 1
    assert [message.raw for message in shop.inbox()] == [HONEST]


def test_a_message_that_finds_a_bug_does_not_end_the_run(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug is planted: no message is known that makes the program fail."""
    import auditor.verdict
    from auditor import judging

    genuine_one, genuine_two = (sample.raw for sample in genuine(Profile.NONE)[:2])
    judge = auditor.verdict.judge

    def fails_on_the_second(evidence: Any, context: Any) -> Any:
        if evidence.message.raw == genuine_two:
            raise ZeroDivisionError
        return judge(evidence, context)

    monkeypatch.setattr(judging, "judge", fails_on_the_second)
    shop.deliver([genuine_one, genuine_two])

    ran = shop.report("rescue")

    assert ran.exit_code == 3
    assert [m["standing"] for m in ran.mailbox["messages"]] == ["genuine", "unverified"]
    assert "ZeroDivisionError" in ran.mailbox["incomplete"][0]["why"]

    monkeypatch.undo()

    assert [m["standing"] for m in shop.report("rescue").mailbox["messages"]] == ["genuine", "genuine"]
