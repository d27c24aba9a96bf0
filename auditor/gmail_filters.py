"""Gmail's filters over its REST API (`users.settings.filters`, v1): listed, made and removed, one request each.

It goes through the bounded transport of the sign-in: TLS verified, no redirects, a megabyte and a minute at most. A
request that failed is not sent again, since the first may have been carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from auditor import filters
from auditor.display import line
from auditor.errors import FilterRefused, MailboxError
from auditor.filters import Filter, Listed
from auditor.mailbox.hiding import hider
from auditor.mailbox.signin import AccessToken

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

T = TypeVar("T")

BASE = "https://gmail.googleapis.com/gmail/v1/users/me/settings/filters"

_LONGEST_QUOTE = 200
_DISABLED = frozenset({"SERVICE_DISABLED", "accessNotConfigured"})
_TOO_MANY = frozenset({"RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"})
_NO_SCOPE = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"})
_ENABLE = "in the Google Cloud console, enable the `Gmail API` for the project of your client; wait five minutes"


@contextmanager
def signed_in(token: AccessToken, login: str) -> Iterator[Filters]:
    """The filters of the account that the token is for. `login`: the command that signs in anew."""
    from auditor.oauth.web import Bounded, session_over

    with session_over(Bounded({urlsplit(BASE).netloc}, again=0)) as session:
        session.auth = _bearer(token)  # else a .netrc goes before the field
        yield Filters(session, hider(token.value), login)


class Filters:
    """A session of one account; a `auditor.apply.filtering.FilterServer`."""

    def __init__(self, session: Session, hide: Callable[[str], str], login: str) -> None:
        self._session = session
        self._hide = hide
        self._login = login

    def listed(self) -> tuple[Listed, ...]:
        """All, the seller's too. Raises MailboxError."""
        return self._asked("GET", BASE, "for its filters", filters.listed_in)

    def add(self, wanted: Filter) -> str:
        """Make it; its id. Raises MailboxError; FilterRefused where it was not made."""
        return self._asked("POST", BASE, "to make a filter", filters.made, filters.document(wanted))

    def remove(self, id: str) -> None:
        """Raises as `add` does."""
        self._asked("DELETE", f"{BASE}/{quote(id, safe='')}", "to remove a filter", bytes)

    def _asked(
        self, method: str, address: str, what: str, read: Callable[[bytes], T], body: dict[str, Any] | None = None
    ) -> T:
        from auditor.oauth.web import told

        with told(f"Gmail, asked {what}", MailboxError, self._hide):
            response = self._session.request(method, address, json=body)
            if response.status_code >= 400:
                raise self._refusal(response, what)
            return read(response.content)

    def _refusal(self, response: Response, what: str) -> FilterRefused:
        """What Gmail's answer means. The reasons are those of Google's APIs (google.rpc.ErrorInfo, and the older)."""
        reasons, said = _read(response)
        quoted = line(self._hide(said), _LONGEST_QUOTE)
        match response.status_code:
            case 401:
                return FilterRefused(f"Gmail, asked {what}: it does not take the sign-in any more", hint=self._login)
            case 403 if reasons & _NO_SCOPE:
                missing = "the sign-in has no permission to change Gmail's settings"
                return FilterRefused(missing, hint=f"{self._login} --settings --client-file FILE, and tick every box")
            case 403 if reasons & _DISABLED:
                return FilterRefused("the Gmail API is not enabled for your client's project", hint=_ENABLE)
            case 403 if reasons & _TOO_MANY:
                return FilterRefused(f"Gmail, asked {what}: it wants fewer requests", hint="run this again in an hour")
            case status:
                return FilterRefused(f"Gmail, asked {what}: it refused (status {status}): {quoted}")


def _read(response: Response) -> tuple[frozenset[str], str]:
    """The reasons of a refusal, and its sentence; nothing where it is no JSON of Google's."""
    try:
        error = response.json()["error"]
        told = [*error.get("errors", ()), *error.get("details", ())]
        return frozenset(str(each.get("reason")) for each in told), str(error.get("message", ""))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return frozenset(), ""


def _bearer(token: AccessToken) -> Callable[[PreparedRequest], PreparedRequest]:
    def authorized(request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token.value}"
        return request

    return authorized
