"""What a server or a resource said when it failed -> the cause in a seller's words, and the next step."""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.doctor.diagnosis import Diagnosis, Link, State
from auditor.errors import AuditorError, SignInError
from auditor.providers import Provider


@dataclass(frozen=True, slots=True)
class _Known:
    """`said` is looked for in the error; an empty `remedy` leaves the provider's own advice, else the error's."""

    said: re.Pattern[str]
    cause: str
    remedy: str = ""


def _known(said: str, cause: str, remedy: str = "") -> _Known:
    return _Known(re.compile(said, re.IGNORECASE), cause, remedy)


# The first that fits counts: the words of one provider stand before the codes that all may use (RFC 5530).
_KNOWN = (
    _known(
        r"authenticated but not connected",
        "the sign-in was accepted, the mailbox was not: IMAP is off for it, or the user name is another mailbox's",
        "switch IMAP on for this mailbox in the provider's settings, and check username; if it worked yesterday, "
        "wait an hour, the provider may be slowing you down",
    ),
    _known(
        r"basic auth(entication)? is (disabled|blocked)|AUTHENTICATE failed.*basic|lets nobody sign in with a password",
        "this server takes no password, not even an app password: it needs OAuth2",
        "give the mailbox an [mailbox.NAME.oauth] table in the configuration, then: auditor login NAME",
    ),
    _known(
        r"application-specific password required|InvalidSecondFactor|app(-specific)? password",
        "the account's own password was given where an app password is needed",
    ),
    _known(
        r"web ?login required|WEBALERT",
        "the provider wants you to sign in once in a browser before it lets a program in",
        "sign in on the provider's web page, confirm that it was you, then run this again",
    ),
    _known(
        r"IMAP (access )?is (disabled|not enabled)|not enabled for IMAP|IMAP.{0,20}(disabled|turned off)",
        "IMAP is switched off for this mailbox",
        "switch IMAP on in the provider's settings",
    ),
    _known(
        r"too many (simultaneous )?(connections|sessions)|maximum number of connections|\[LIMIT\]|\[INUSE\]",
        "other programs hold all the connections that the provider allows",
        "close mail programs on this account, or run this again in ten minutes",
    ),
    _known(
        r"throttled|backoff|\[OVERQUOTA\]|bandwidth|rate limit",
        "the provider slows this account down",
        "run this again in an hour, and less often from then on",
    ),
    _known(r"\[EXPIRED\]|password (has )?expired", "the password has expired", "set a new one at the provider"),
    _known(
        r"\[PRIVACYREQUIRED\]|plaintext authentication disallowed",
        "the server takes passwords over TLS only",
        'set security = "tls" (port 993) or "starttls" (port 143)',
    ),
    _known(
        r"\[CONTACTADMIN\]|account (is )?(locked|disabled|suspended|blocked)",
        "the account is locked, or its owner has to act",
        "sign in on the provider's web page, or ask whoever runs the mail server",
    ),
    _known(
        r"\[AUTHORIZATIONFAILED\]|\[NOPERM\]",
        "the password is right, but this user may not open this mailbox",
        "check username: it must be the mailbox's own",
    ),
    _known(
        r"\[UNAVAILABLE\]|temporar(y|ily)|try again|server error|internal error",
        "the mail server has trouble of its own",
        "run this again in ten minutes; nothing has to be changed here",
    ),
    _known(r"refused to sign .* in: ", "the server does not accept this user name with this password"),
    _known(
        r"is for another name",
        "the certificate belongs to another host name; shared hosting often shows the host's own name",
    ),
    _known(r"(is signed by itself|comes from an unknown authority)", "nobody whom this machine trusts vouches for it"),
    _known(r"refused the connection", "no mail server listens on this port"),
    _known(
        r"did not answer in time|did not finish its answer",
        "the server, or a firewall in between, keeps silent",
        "check host and port; some networks block mail ports",
    ),
    _known(r"closed the connection|ended the session|lost the connection", "the server hung up"),
)


def problem(link: Link, error: AuditorError, provider: Provider) -> Diagnosis:
    """The diagnosis of a link that raised."""
    if isinstance(error, SignInError):
        return Diagnosis(link, State.PROBLEM, error.message, remedy=error.hint, failure=error.exit_code)
    known = next((one for one in _KNOWN if one.said.search(error.message)), None)
    advice = sign_in_advice(provider) if link is Link.SIGN_IN else ""
    return Diagnosis(
        link,
        State.PROBLEM,
        error.message,
        cause=known.cause if known else "",
        remedy=(known.remedy if known else "") or advice or error.hint,
        failure=error.exit_code,
    )


def sign_in_advice(provider: Provider) -> str:
    """What the provider wants for a sign-in, as a sentence without its full stop; empty where nothing is known."""
    if provider.sign_in.startswith(("a ", "an ", "the ")):
        return f"{provider.title} wants {provider.sign_in}"
    return provider.sign_in
