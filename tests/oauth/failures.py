"""Failures of a sign-in, one a row: what the provider's host does, and what the seller has to read. Data, no test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from requests import exceptions as web

from auditor.errors import ExitCode
from tests.oauth.scripted import Reply, Step, granted, microsoft_refused, refused

When = Literal["sign-in", "renewal"]


@dataclass(frozen=True, slots=True)
class Failure:
    """`said` stands in the error, `to_do` in its hint. `at` is what answers so: the tokens, a code, or discovery."""

    name: str
    provider: Literal["microsoft", "google"]
    step: Step
    said: str
    to_do: str
    code: ExitCode = ExitCode.UNFINISHED
    when: When = "renewal"
    at: Literal["tokens", "device", "discovery"] = "tokens"

    def __str__(self) -> str:
        return f"{self.provider}-{self.when}-{self.name}".replace(" ", "-")


def _code(number: int, said: str, to_do: str, code: ExitCode = ExitCode.UNFINISHED, when: When = "renewal") -> Failure:
    return Failure(f"AADSTS{number}", "microsoft", microsoft_refused(number), said, to_do, code, when)


_AT_SIGN_IN: When = "sign-in"
_USAGE = ExitCode.USAGE

# Microsoft's reference of error codes tells when each is given; at a renewal unless it can only come by hand.
CODES = (
    _code(700016, "does not know this client_id", "Application (client) ID", _USAGE, _AT_SIGN_IN),
    _code(70001, "it is disabled", "Application (client) ID", _USAGE),
    _code(7000112, "the app registration is disabled", "administrator"),
    _code(900144, "a field that Microsoft needs is empty", "client_id", _USAGE, _AT_SIGN_IN),
    _code(90002, "knows no organisation (tenant) common", "tenant", _USAGE),
    _code(900023, "knows no organisation (tenant) common", '"consumers"', _USAGE, _AT_SIGN_IN),
    _code(50194, "not for this kind of account", "tenant", _USAGE, _AT_SIGN_IN),
    _code(9002346, "not for this kind of account", '"consumers"', _USAGE, _AT_SIGN_IN),
    _code(500011, "has no Exchange Online", "tenant", when=_AT_SIGN_IN),
    _code(500014, "its subscription has lapsed", "administrator"),
    _code(7000218, "not a public client", "Allow public client flows", when=_AT_SIGN_IN),
    _code(70002, "not a public client", "Allow public client flows", when=_AT_SIGN_IN),
    _code(65001, "nobody has granted", "IMAP.AccessAsUser.All"),
    _code(90094, "admin consent", "an administrator grants it", when=_AT_SIGN_IN),
    _code(900941, "admin consent", "API permissions", when=_AT_SIGN_IN),
    _code(650057, "does not list the permission", "IMAP.AccessAsUser.All", when=_AT_SIGN_IN),
    _code(70011, "does not list the permission", "API permissions", when=_AT_SIGN_IN),
    _code(65002, "Microsoft's own", "client of your own", when=_AT_SIGN_IN),
    _code(65004, "was declined", "accept it", when=_AT_SIGN_IN),
    _code(50105, "not assigned to the app", "administrator"),
    _code(50020, "does not belong to the organisation", "own account", when=_AT_SIGN_IN),
    _code(50034, "does not belong to the organisation", "own account", when=_AT_SIGN_IN),
    _code(50076, "a second factor", "auditor login shop"),
    _code(50079, "a second factor", "auditor login shop"),
    _code(50078, "a second factor", "auditor login shop"),
    _code(50173, "taken back", "auditor login shop"),
    _code(50133, "change of the password", "auditor login shop"),
    _code(700082, "not used for too long", "auditor login shop"),
    _code(70008, "not used for too long", "auditor login shop"),
    _code(70043, "last only so long", "sign-in frequency"),
    _code(700084, "last only so long", "auditor login shop"),
    _code(70000, "not valid any more", "auditor login shop"),
    _code(9002313, "not valid any more", "auditor login shop"),
    _code(50055, "password has expired", "set a new one"),
    _code(50053, "locked", "wait an hour"),
    _code(50057, "the account is disabled", "administrator"),
    _code(53003, "Conditional Access", "device code flow"),
    _code(530035, "security defaults", "administrator"),
    _code(53000, "only on its own devices", "administrator"),
    _code(53002, "only approved apps", "administrator"),
    _code(53004, "has to be secured", "web page"),
    _code(500021, "this network", "administrator"),
    _code(500212, "between the two organisations", "administrator"),
    _code(70019, "not entered in time", "15 minutes", when=_AT_SIGN_IN),
    _code(70018, "a wrong code", "the new code", when=_AT_SIGN_IN),
    _code(50134, "another region", "country", when=_AT_SIGN_IN),
    _code(50196, "too many sign-ins", "wait an hour"),
    _code(90033, "Microsoft has trouble", "ten minutes"),
    _code(99999999, "taken back or has ended (AADSTS99999999)", "auditor login shop"),
)


def _answer(name: str, step: Step, said: str, to_do: str, *, when: When = _AT_SIGN_IN, code: int = 3) -> Failure:
    return Failure(name, "microsoft", step, said, to_do, ExitCode(code), when)


WORDS = (
    _answer("code not entered", refused("expired_token"), "not entered in time", "15 minutes"),
    _answer("declined", refused("authorization_declined"), "was declined", "accept it"),
    _answer("wrong code", refused("bad_verification_code"), "a wrong code", "the new code"),
    _answer("unknown client", refused("invalid_client", status=401), "does not know this client", "client_id", code=2),
    _answer("scope", refused("invalid_scope"), "not allowed to read mail", "permission for mail"),
    _answer("flow", refused("unsupported_grant_type"), "does not allow the device code", "public client flows"),
    _answer("busy", refused("temporarily_unavailable"), "has trouble", "ten minutes", when="renewal"),
    _answer("interaction", refused("interaction_required"), "sign in yourself", "auditor login", when="renewal"),
    _answer("consent", refused("consent_required"), "nobody has granted", "API permissions", when="renewal"),
    _answer("other error", refused("purple", "It is so."), "purple: It is so.", "auditor login shop", when="renewal"),
    _answer("no reason", Reply({"error": None}, 400), "without saying why", "auditor login shop", when="renewal"),
    _answer("error of the wrong type", Reply({"error": ["x"]}, 400), "without saying why", "auditor", when="renewal"),
    _answer("another permission", granted(scope="User.Read"), "not allowed to read mail", "permission for mail"),
    _answer("nothing that lasts", granted(None), "no token that lasts", "offline_access"),
    Failure(
        "no device code for this client",
        "microsoft",
        microsoft_refused(7000218, "invalid_client"),
        "not a public client",
        "Allow public client flows",
        when="sign-in",
        at="device",
    ),
    Failure(
        "client id that is none",
        "microsoft",
        microsoft_refused(90013, "invalid_request"),
        "not written as Microsoft wants it",
        "client_id",
        _USAGE,
        "sign-in",
        "device",
    ),
    Failure(
        "a device code without a page",
        "microsoft",
        Reply({"user_code": "A", "device_code": "B"}),
        "cannot be read (KeyError)",
        "ten minutes",
        when="sign-in",
        at="device",
    ),
    Failure(
        "an organisation that is none",
        "microsoft",
        Reply({"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant 'x' not found."}, 400),
        "knows no organisation",
        "tenant",
        _USAGE,
        "sign-in",
        "discovery",
    ),
    Failure(
        "an organisation that is none without words",
        "microsoft",
        Reply("", 404),
        "knows no organisation",
        "tenant",
        _USAGE,
        "sign-in",
        "discovery",
    ),
    Failure(
        "discovery that is no JSON",
        "microsoft",
        Reply("<html>"),
        "cannot be read",
        "ten minutes",
        when="sign-in",
        at="discovery",
    ),
    Failure(
        "discovery that leads elsewhere",
        "microsoft",
        Reply({"authorization_endpoint": 1, "token_endpoint": []}),
        "cannot be read",
        "ten minutes",
        when="sign-in",
        at="discovery",
    ),
)


def _google(name: str, step: Step, said: str, to_do: str, code: int = 3) -> Failure:
    return Failure(name, "google", step, said, to_do, ExitCode(code))


GOOGLE = (
    _google(
        "seven days of testing",
        refused("invalid_grant", "Token has been expired or revoked."),
        "after 7 days while",
        "`In production`",
    ),
    _google("bad request", refused("invalid_grant", "Bad Request"), "taken back or has ended", "auditor login shop"),
    _google("malformed", refused("invalid_grant", "Malformed auth code."), "is not valid", "auditor login shop"),
    _google(
        "session control",
        refused("invalid_grant", "reauth related error (invalid_rapt)", error_subtype="invalid_rapt"),
        "session control",
        "administrator",
    ),
    _google("account disabled", refused("invalid_grant", "Account has been deleted"), "disabled or deleted", "auditor"),
    _google("other grant", refused("invalid_grant", ""), "taken back or has ended", "auditor login shop"),
    _google("policy", refused("admin_policy_enforced"), "does not allow this client", "administrator"),
    _google("internal", refused("org_internal"), "another organisation only", "account of it"),
    _google("deleted client", refused("deleted_client", "The OAuth client was deleted."), "deleted", "new one", 2),
    _google("disabled client", refused("disabled_client", "The OAuth client is disabled."), "disabled", "console"),
    _google("unknown client", refused("invalid_client", "Unauthorized", status=401), "not know this client", "file", 2),
    _google("unauthorized client", refused("unauthorized_client", "Unauthorized"), "may not sign in so", "desktop", 2),
    _google("scope", refused("invalid_scope", "Bad Request"), "not allowed to read mail", "permission for mail"),
    _google("quota", refused("rate_limit_exceeded"), "too many sign-ins", "wait an hour"),
    _google("invalid request", refused("invalid_request"), "did not understand", "client_id", 2),
    _google("text in place of JSON", Reply("no", 400), "cannot be read", "ten minutes"),
    _google("no token", Reply({"token_type": "Bearer"}), "cannot be read", "ten minutes"),
    _google("a list in place of an object", Reply([1, 2]), "cannot be read", "ten minutes"),
)

_TRANSPORT: tuple[tuple[str, Step, str, str], ...] = (
    ("no network", web.ConnectionError("x"), "it cannot be reached", "network and DNS"),
    ("timeout", web.ReadTimeout("x"), "did not answer in time", "firewall"),
    ("connect timeout", web.ConnectTimeout("x"), "did not answer in time", "firewall"),
    ("certificate", web.SSLError("x"), "certificate cannot be verified", "REQUESTS_CA_BUNDLE"),
    ("proxy", web.ProxyError("x"), "the proxy refused", "HTTPS_PROXY"),
    ("broken off", web.ChunkedEncodingError("x"), "broke off", "ten minutes"),
    ("redirect", Reply("", 302, {"location": "https://elsewhere.test/"}), "points elsewhere", "ten minutes"),
    ("too many requests", Reply("slow down", 429), "fewer requests (status 429)", "ten minutes"),
    ("status 500", Reply("<html>", 500), "trouble of its own (status 500)", "ten minutes"),
    ("status 503", Reply({"error": "x"}, 503), "trouble of its own (status 503)", "ten minutes"),
    ("other failure", web.InvalidHeader("x"), "cannot be reached (InvalidHeader)", "network"),
)
TRANSPORT = tuple(
    Failure(name, provider, step, said, to_do)
    for provider in ("microsoft", "google")
    for name, step, said, to_do in _TRANSPORT
)

FAILURES = (*CODES, *WORDS, *GOOGLE, *TRANSPORT)
