"""What servers say of a token, and after it: the reason is read, and each has its next step."""

from __future__ import annotations

import base64
import json

import pytest

from auditor.mailbox import bearer

# What the servers of Microsoft, Google and Dovecot are known to answer, and what has to be done.
SAID = (
    ("User is authenticated but not connected.", "switch IMAP on"),
    ("AUTHENTICATE failed.", "username must be the account"),
    ("AUTHENTICATE failed. Basic auth is disabled", "OAuth2 has to be allowed"),
    ("IMAP access is disabled for your domain. Please contact your domain administrator", "switch IMAP on"),
    ("Your account is not enabled for IMAP use.", "switch IMAP on"),
    ("LOGIN failed. Protocol disabled", "switch IMAP on"),
    ("[ALERT] Too many simultaneous connections. (Failure)", "close mail programs"),
    ("Maximum number of connections from user+IP exceeded", "close mail programs"),
    ("[LIMIT] no more", "close mail programs"),
    ("[THROTTLED] Request is throttled. Suggested Backoff Time: 299981 milliseconds", "in an hour"),
    ("Server Busy. Please retry later.", "in an hour"),
    ("[OVERQUOTA] Account exceeded command or bandwidth limits", "in an hour"),
    ("Session invalidated - AccessTokenExpired", "clock"),
    ("[AUTHENTICATIONFAILED] Authentication failed. (invalid_token)", "check username"),
    ("[AUTHENTICATIONFAILED] Authentication failed. (insufficient_scope)", "not for mail"),
    ("[AUTHENTICATIONFAILED] Invalid credentials (Failure) (400)", "username must be the account"),
    ("[AUTHORIZATIONFAILED] no", "may not open this mailbox"),
    ("[ALERT] Web login required", "web page"),
    ("[CONTACTADMIN] account locked", "web page"),
    ("The mailbox was not found", "no mailbox there"),
    ("[UNAVAILABLE] Temporary authentication failure", "ten minutes"),
    ("Internal Server error", "ten minutes"),
    ("", "username must be the account"),
)


@pytest.mark.parametrize("said, to_do", SAID)
def test_each_refusal_has_its_next_step(said: str, to_do: str) -> None:
    assert to_do in bearer.advice(said)


def test_what_says_nothing_of_the_sign_in_gets_no_advice_later_on() -> None:
    assert bearer.known("Mailbox does not exist, or must be subscribed to.") == ""
    assert "switch IMAP on" in bearer.known("User is authenticated but not connected.")


def _challenge(document: object) -> bytes:
    return base64.b64encode(json.dumps(document).encode())


@pytest.mark.parametrize(
    "challenge, complaint",
    [
        (_challenge({"status": "401", "schemes": "bearer", "scope": "mail"}), "401"),
        (_challenge({"status": "invalid_token"}), "invalid_token"),
        (_challenge({"status": "x" * 1000}), "x" * 60),
        (_challenge({"status": 401}), ""),
        (_challenge(["status"]), ""),
        (_challenge({}), ""),
        (b"", ""),
        (b"!!!", ""),
        (base64.b64encode(b"[" * 100_000), ""),
        (base64.b64encode(b"\xff\xfe"), ""),
    ],
    ids=["XOAUTH2", "OAUTHBEARER", "long", "number", "list", "empty", "none", "no-base64", "deep", "no-text"],
)
def test_the_reason_is_read_from_the_challenge(challenge: bytes, complaint: str) -> None:
    assert bearer.complaint(challenge) == complaint
