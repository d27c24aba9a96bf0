"""What a server says of an access token -> the reason in it, and what the seller can do. No I/O."""

from __future__ import annotations

import base64
import json
import re
from binascii import Error

_AGAIN = "sign in again: auditor login"

# The first that fits counts. `said` is the answer to the sign-in or to the first command behind it.
_ADVICE = tuple(
    (re.compile(said, re.IGNORECASE), advice)
    for said, advice in (
        (
            r"authenticated but not connected",
            "the token was accepted, the mailbox was not: switch IMAP on for this mailbox, see that username is the "
            "account that signed in (or a mailbox that it may open), and wait an hour if it worked yesterday",
        ),
        (
            r"basic auth",
            "the server did not take it for a token: IMAP with OAuth2 has to be allowed for this mailbox",
        ),
        (
            r"IMAP (access )?is (disabled|not enabled)|not enabled for IMAP|IMAP.{0,20}(disabled|turned off)"
            r"|protocol (is )?disabled",
            "switch IMAP on in the provider's settings; in an organisation its administrator does it",
        ),
        (
            r"too many (simultaneous )?(connections|sessions)|maximum number of connections|\[LIMIT\]|\[INUSE\]",
            "close mail programs on this account, or run this again in ten minutes",
        ),
        (r"throttl|backoff|\[OVERQUOTA\]|rate limit|bandwidth|server busy", "run this again in an hour"),
        (r"insufficient_scope", f"the token is not for mail: give the client the permission for IMAP, then {_AGAIN}"),
        (r"AccessTokenExpired|token (has |is )?expired|\[EXPIRED\]", "check the clock of this machine"),
        (
            r"invalid_token|invalid_grant|revoked",
            f"it was taken back, or is another account's: check username, then {_AGAIN}",
        ),
        (
            r"\[AUTHORIZATIONFAILED\]|\[NOPERM\]|not allowed to (open|access)",
            "the account that signed in may not open this mailbox: check username",
        ),
        (r"web ?login required|WEBALERT", "sign in once on the provider's web page, then run this again"),
        (r"account (is )?(locked|disabled|suspended|blocked)|\[CONTACTADMIN\]", "sign in on the provider's web page"),
        (r"licen[cs]e|no mailbox|mailbox (was )?not found", "this account has no mailbox there: check username"),
        (r"\[UNAVAILABLE\]|temporar(y|ily)|try again|(server|internal) error", "run this again in ten minutes"),
    )
)
_REFUSED = (
    "username must be the account that signed in, and IMAP switched on for its mailbox; if both are so, sign in again: "
    "auditor login"
)


def advice(said: str) -> str:
    """What to do about a token that was refused, or about what followed it."""
    return next((advice for fits, advice in _ADVICE if fits.search(said)), _REFUSED)


def known(said: str) -> str:
    """The same for any command's failure; empty where these words say nothing of the sign-in."""
    found = advice(said)
    return "" if found is _REFUSED else found


def complaint(challenge: bytes) -> str:
    """The `status` of the JSON in which a server says why (RFC 7628, section 3.2.2); empty where it says none."""
    try:
        told = json.loads(base64.b64decode(challenge, validate=True))
    except (Error, ValueError, RecursionError):
        return ""
    status = told.get("status") if isinstance(told, dict) else None
    return status[:60] if isinstance(status, str) else ""
