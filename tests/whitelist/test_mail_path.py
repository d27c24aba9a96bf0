"""The script as the seller's own on a whole mail server: submitted, stamped by real filters, kept or filed."""

from __future__ import annotations

import os
import pwd
import re
import smtplib
from contextlib import suppress

import dkim
import pytest

from tests.mail import Profile
from tests.servers.account import Account, stored
from tests.servers.mailpath import MailPath
from tests.test_mail_path import NOTICE, RELAY, SIGNED, letter
from tests.whitelist.samples import text_for

pytestmark = pytest.mark.server

PASS = "dmarc=pass (policy=reject) header.from=walmart.com"
WORDS = "=3B_dmarc=3Dpass_=28policy=3Dreject=29_header.from=3Dwalmart.com"
ENVELOPES = {
    "plain": "x@evil.test",
    "own": RELAY,
    "empty": "",
    "quoted": f'"x; {PASS}; y"@evil.test',
    "escaped": f'"x\\"; {PASS}; \\"y"@evil.test',
    "comment": f'"x) ; {PASS} ("@evil.test',
    "words": f"=?utf-8?q?{WORDS}?=@evil.test",
    "words-open": f"=?utf-8?q?{WORDS}=3B@evil.test",
    "words-in-the-domain": f"x@=?utf-8?q?evil{WORDS}?=",
}


def account_with_script(path: MailPath, profile: Profile) -> Account:
    """A fresh account whose own script includes ours, and takes all else for spam."""
    account = path.account()
    assert account.home is not None
    owner = pwd.getpwnam("mail")
    folder = account.home / "sieve"
    folder.mkdir(parents=True)
    (folder / "auditor.sieve").write_text(text_for("sieve", profile))
    (account.home / ".dovecot.sieve").write_text(
        'require ["include", "fileinto"];\ninclude :personal "auditor";\nfileinto "Junk";\n'
    )
    for each in (account.home, folder, folder / "auditor.sieve", account.home / ".dovecot.sieve"):
        os.chown(each, owner.pw_uid, owner.pw_gid)
    return account


def subjects(account: Account, folder: str) -> list[str]:
    found = (re.search(rb"(?m)^Subject: ([^\r\n]*)", message.raw) for message in stored(account, folder))
    return [match[1].decode() for match in found if match]


@pytest.mark.parametrize("profile", [Profile.RSPAMD, Profile.OPENDMARC], ids=lambda profile: profile.value)
def test_what_is_proved_is_kept_and_nothing_that_is_forged(profile: Profile, request: pytest.FixtureRequest) -> None:
    path: MailPath = request.getfixturevalue("mail_path" if profile is Profile.RSPAMD else "opendmarc_path")
    account = account_with_script(path, profile)
    to, walmart, evil = account.username, path.sender("walmart.com"), path.sender("evil.test")
    genuine = [
        walmart.sign(letter(f"Jane <{RELAY}>", to, "From a customer")),
        walmart.sign(letter(NOTICE, to, "Notice")),
    ]
    for raw in genuine:
        path.send(raw, "bounce+a=b@walmart.com", to, source_ip=walmart.source_ip)
    sent = 0
    for sender in (NOTICE, RELAY, f"{NOTICE} <x@evil.test>", f'"{NOTICE}" <x@evil.test>', f"{NOTICE}, x@evil.test"):
        for envelope in ENVELOPES.values():
            raw = evil.sign(letter(sender, to, f"Forged {sent}"))
            with suppress(smtplib.SMTPException):  # what Postfix refuses is not let in either
                path.send(raw, envelope, to, source_ip=evil.source_ip)
                sent += 1

    print(f"{profile.value}: {sent} forged messages taken")
    assert sent >= 40
    assert sorted(subjects(account, "INBOX")) == ["From a customer", "Notice"]
    assert len(subjects(account, "Junk")) == sent


def test_a_signature_that_opendkim_repeats_as_results_keeps_nothing(opendmarc_path: MailPath) -> None:
    """OpenDMARC itself says dmarc=pass for walmart.com on this one."""
    account = account_with_script(opendmarc_path, Profile.OPENDMARC)
    to, evil = account.username, opendmarc_path.sender("evil.test")
    raw = letter(f"Jane <{RELAY}>", to, "Your account is closed")
    fields = [name.encode() for name in SIGNED]
    made_up = dkim.sign(raw, b"nowhere", b"walmart.com", evil.private_key, include_headers=fields)
    mark = re.search(rb"\sb=([^;]{4})", made_up)
    assert mark
    identity = f"x;dkim=pass header.d=walmart.com header.b={mark[1].decode()};dkim=neutral header.i="
    escaped = re.sub(r"[^A-Za-z0-9.]", lambda sign: f"={ord(sign[0]):02X}", identity).encode() + b"@evil.test"
    own = dkim.sign(raw, b"s1", b"evil.test", evil.private_key, include_headers=fields, identity=escaped)

    opendmarc_path.send(made_up + own + raw, "x@evil.test", to, source_ip=evil.source_ip)

    assert subjects(account, "INBOX") == []
    (message,) = stored(account, "Junk")
    assert b"dmarc=pass (p=reject dis=none) header.from=relay.walmart.com" in message.raw
