"""What a token endpoint answered instead of a token -> the cause in words, and what to do. No I/O.

Microsoft says that its codes may change (its "authentication and authorization error codes", from which the causes
here are taken), so an unknown one is told in Microsoft's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auditor.errors import AuditorError, ConfigError, SignInError
from auditor.oauth.tokens import Client

_LONGEST_QUOTE = 200
_LONGEST_TEXT = 10_000
_CODE = re.compile(r"AADSTS(\d{4,8})")
_WEB_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class _Known:
    """Both may name {login} and {tenant}; `ours`: the configuration has to be mended (exit 2)."""

    cause: str
    remedy: str
    ours: bool = False


_SIGN_IN_AGAIN = "sign in again: {login}"
_ADMINISTRATOR = "ask the administrator of the organisation; then {login}"
_LATER = "run this again in ten minutes; nothing has to be changed here"
_CONSENT = (
    "an administrator grants it in the Entra admin center, at the app registration under `API permissions`: "
    "IMAP.AccessAsUser.All (delegated, under Microsoft Graph); then {login}"
)
_PUBLIC_CLIENT = (
    "in the Entra admin center, at the app registration under `Authentication`, set `Allow public client flows` to Yes"
)
_ACCOUNT_TYPE = (
    'set tenant: "consumers" for Outlook.com and Hotmail, the organisation\'s id or domain for Microsoft 365, and let '
    "the app registration support that kind of account"
)
_CLIENT_ID = "check client_id: it is the `Application (client) ID` of the app registration"
_OTHER_ACCOUNT = "sign in with the mailbox's own account, or correct tenant; {login}"

_MICROSOFT: Mapping[int, _Known] = {
    **dict.fromkeys(
        (700016, 700011, 70001), _Known("Microsoft does not know this client_id, or it is disabled", _CLIENT_ID, True)
    ),
    **dict.fromkeys((7000112, 7000113), _Known("the app registration is disabled", _ADMINISTRATOR)),
    **dict.fromkeys((900144, 90014), _Known("a field that Microsoft needs is empty", _CLIENT_ID, True)),
    90013: _Known("client_id or tenant is not written as Microsoft wants it", _CLIENT_ID, True),
    **dict.fromkeys(
        (90002, 900023, 50059, 50128, 900971),
        _Known("Microsoft knows no organisation (tenant) {tenant}", _ACCOUNT_TYPE, True),
    ),
    **dict.fromkeys(
        (50194, 9002346, 9002331, 9002332, 500207, 500208, 90130),
        _Known("the app registration is not for this kind of account", _ACCOUNT_TYPE, True),
    ),
    **dict.fromkeys((50001, 500011, 650052, 650054), _Known("the organisation has no Exchange Online", _ACCOUNT_TYPE)),
    500014: _Known("the organisation's Exchange Online is disabled or its subscription has lapsed", _ADMINISTRATOR),
    **dict.fromkeys(
        (7000218, 70002, 700025, 7000215), _Known("the app registration is not a public client", _PUBLIC_CLIENT)
    ),
    **dict.fromkeys((70003, 700022), _Known("the app registration does not allow the device code", _PUBLIC_CLIENT)),
    **dict.fromkeys(
        (65001, 650051), _Known("nobody has granted this client the permission to read mail over IMAP", _CONSENT)
    ),
    **dict.fromkeys(
        (90094, 900941, 90093, 90095),
        _Known("only an administrator may grant this permission (admin consent)", _CONSENT),
    ),
    **dict.fromkeys(
        (65005, 650056, 650057, 70011, 28002, 28003),
        _Known("the app registration does not list the permission for IMAP", _CONSENT),
    ),
    65002: _Known("this client_id is Microsoft's own and not for others", "register a client of your own"),
    65004: _Known("the permission was declined", "{login}, and accept it"),
    **dict.fromkeys((50105, 50177), _Known("this account is not assigned to the app", _ADMINISTRATOR)),
    **dict.fromkeys(
        (50020, 50034, 16000, 51004, 90072, 50014, 16003, 50197),
        _Known("this account does not belong to the organisation (tenant) {tenant}", _OTHER_ACCOUNT),
    ),
    **dict.fromkeys(
        (50076, 50079, 50072, 50074, 50078, 50158),
        _Known("the organisation now wants a second factor", _SIGN_IN_AGAIN),
    ),
    50173: _Known("the sign-in was taken back: the password was changed, or an administrator did it", _SIGN_IN_AGAIN),
    **dict.fromkeys(
        (50132, 50133, 50089, 700021), _Known("the sign-in ended with a change of the password", _SIGN_IN_AGAIN)
    ),
    **dict.fromkeys(
        (700082, 70008), _Known("the sign-in ended because it was not used for too long (90 days)", _SIGN_IN_AGAIN)
    ),
    **dict.fromkeys(
        (70043, 70044, 700084),
        _Known(
            "the organisation lets sign-ins last only so long",
            "{login}; so that it lasts, the administrator excepts this client from the sign-in frequency",
        ),
    ),
    **dict.fromkeys((70000, 9002313, 50027), _Known("the sign-in that is kept is not valid any more", _SIGN_IN_AGAIN)),
    **dict.fromkeys((50126, 50064, 50056), _Known("user name or password was wrong", _SIGN_IN_AGAIN)),
    **dict.fromkeys(
        (50055, 50144, 50135, 50137, 50142),
        _Known("the account's password has expired", "set a new one on Microsoft's web page, then {login}"),
    ),
    50053: _Known("the account is locked after too many sign-ins", "wait an hour, then {login}"),
    50057: _Known("the account is disabled", _ADMINISTRATOR),
    **dict.fromkeys(
        (53003, 50131, 53011),
        _Known(
            "the organisation's rules (Conditional Access) block this sign-in",
            "the administrator allows the device code flow for this client, then {login}",
        ),
    ),
    530035: _Known("the organisation's security defaults block this sign-in", _ADMINISTRATOR),
    **dict.fromkeys(
        (53000, 53001, 50097, 50005, 50129, 50155, 50187),
        _Known("the organisation allows this only on its own devices", _ADMINISTRATOR),
    ),
    53002: _Known("the organisation allows only approved apps", _ADMINISTRATOR),
    **dict.fromkeys(
        (53004, 53010, 50125), _Known("the account has to be secured first", "sign in on Microsoft's web page")
    ),
    **dict.fromkeys((500021, 500022, 50002), _Known("this network may not reach that organisation", _ADMINISTRATOR)),
    **dict.fromkeys(
        (500212, 500213), _Known("the rules between the two organisations do not allow it", _ADMINISTRATOR)
    ),
    **dict.fromkeys(
        (70019, 70020), _Known("the code was not entered in time", "{login}, and enter the new code within 15 minutes")
    ),
    70018: _Known("a wrong code was entered", "{login}, and enter the new code"),
    50199: _Known("the sign-in was not confirmed", "{login}, and confirm that it is you"),
    50134: _Known(
        "the code was entered in another region", "{login}, and enter the code in the country of this machine"
    ),
    50196: _Known("too many sign-ins in a short time", "wait an hour; nothing has to be changed here"),
    **dict.fromkeys((90033, 90055, 90006, 50033, 50000, 70012, 50087, 50088), _Known("Microsoft has trouble", _LATER)),
}

# What has no code, or is no Microsoft's: RFC 6749 section 5.2, RFC 8628 section 3.5, and Google's own. `words` are
# looked for in `error: error_description (error_subtype)`. The first that fits counts.
_WORDS = tuple(
    (re.compile(words, re.IGNORECASE), known)
    for words, known in (
        (r"^(expired_token|code_expired|authorization_pending|slow_down)\b", _MICROSOFT[70019]),
        (r"^(authorization_declined|access_denied)\b", _Known("the permission was declined", "{login}, and accept it")),
        (r"^bad_verification_code\b", _MICROSOFT[70018]),
        (
            r"invalid_rapt|reauth related error|rapt_required",
            _Known("the organisation lets sign-ins last only so long (session control)", _ADMINISTRATOR),
        ),
        (
            r"admin_policy_enforced",
            _Known("the organisation's administrator does not allow this client", _ADMINISTRATOR),
        ),
        (
            r"org_internal",
            _Known("this client is for another organisation only", "sign in with an account of it; {login}"),
        ),
        (r"account (has been )?(disabled|deleted)", _Known("the account is disabled or deleted", _SIGN_IN_AGAIN)),
        (
            r"deleted_client|client was deleted",
            _Known("the client was deleted at Google", "make a new one, write its client_id, then {login}", True),
        ),
        (
            r"disabled_client|client (was|is) disabled",
            _Known("the client is disabled at Google", "look at the project in the Google Cloud console"),
        ),
        (
            r"redirect_uri_mismatch",
            _Known("the client is not of the type `Desktop app`", "make one of that type, then {login}", True),
        ),
        (
            r"^invalid_grant: (Token has been expired or revoked|Bad Request)",
            _Known(
                "the sign-in was taken back or has ended: after 7 days while the project's publishing status is "
                "`Testing`, after 6 months without use, or with a change of the password",
                "set the publishing status to `In production` in the Google Cloud console, then {login}",
            ),
        ),
        (r"^invalid_grant\b.*malformed", _Known("the sign-in that is kept is not valid", _SIGN_IN_AGAIN)),
        (r"^invalid_grant\b", _Known("the sign-in was taken back or has ended", _SIGN_IN_AGAIN)),
        (r"^interaction_required|^login_required", _Known("it wants you to sign in yourself", _SIGN_IN_AGAIN)),
        (r"^consent_required", _MICROSOFT[65001]),
        (
            r"^invalid_client\b",
            _Known("the provider does not know this client", "check client_id, and the client's file", True),
        ),
        (
            r"^unauthorized_client\b",
            _Known(
                "this client may not sign in so",
                "it must be a desktop app or public client, and client_id the one that signed in; {login}",
                True,
            ),
        ),
        (
            r"^(invalid_scope|invalid_resource|invalid_target)\b",
            _Known("the client is not allowed to read mail", "give it the permission for mail over IMAP, then {login}"),
        ),
        (r"^unsupported_grant_type\b", _MICROSOFT[70003]),
        (
            r"^(temporarily_unavailable|server_error|internal_failure|backend_error)\b",
            _Known("the provider has trouble", _LATER),
        ),
        (
            r"^(rate_limit_exceeded|quota_exceeded|too_many_requests)\b",
            _Known("too many sign-ins in a short time", "wait an hour; nothing has to be changed here"),
        ),
        (
            r"^invalid_request\b",
            _Known("the provider did not understand the request", "check client_id and tenant", True),
        ),
    )
)


def refusal(answer: Mapping[str, object], client: Client, *, hide: Callable[[str], str] = str) -> AuditorError:
    """The error for an answer without a token. `hide` takes secrets out of the provider's words."""
    said = _said(answer, hide)
    codes = _codes(answer) if client.provider == "microsoft" else ()
    for code in codes:
        if code in _MICROSOFT:
            return _error(_MICROSOFT[code], client, f" (AADSTS{code})")
    for words, known in _WORDS:
        if words.search(said):
            return _error(known, client, f" (AADSTS{codes[0]})" if codes else "")
    return SignInError(
        f"{client.title} refused to sign {client.username} in: {said or 'without saying why'}",
        hint=f"sign in again: {client.login}",
    )


def _error(known: _Known, client: Client, code: str) -> AuditorError:
    kind = ConfigError if known.ours else SignInError
    named = {"login": client.login, "tenant": client.tenant}
    cause = known.cause.format(**named)
    return kind(
        f"{client.title} refused to sign {client.username} in: {cause}{code}", hint=known.remedy.format(**named)
    )


def _said(answer: Mapping[str, object], hide: Callable[[str], str]) -> str:
    """`error: description (subtype)`, one line of it and short."""
    error, description, subtype = (
        _text(answer.get(key), hide) for key in ("error", "error_description", "error_subtype")
    )
    said = f"{error}: {description}" if description else error
    return (f"{said} ({subtype})" if subtype else said)[:_LONGEST_QUOTE]


def _text(value: object, hide: Callable[[str], str]) -> str:
    """The first line, without secrets and without the web addresses that are of no use in it."""
    lines = hide(value[:_LONGEST_TEXT]).splitlines() if isinstance(value, str) else []
    return _WEB_ADDRESS.sub("", lines[0]).strip() if lines else ""


def _codes(answer: Mapping[str, object]) -> tuple[int, ...]:
    listed = answer.get("error_codes")
    numbers = [each for each in listed if isinstance(each, int)] if isinstance(listed, list) else []
    described = answer.get("error_description")
    found = _CODE.findall(described[:_LONGEST_TEXT]) if isinstance(described, str) else []
    return tuple(dict.fromkeys([*numbers[:20], *map(int, found[:20])]))
