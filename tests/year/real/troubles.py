"""What is wrong in one night, set up around its run: the server, the sign-in, DNS. The real parts do it themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from tests.servers.account import Account
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import After, Before, Call, Cut, Fault, Reply, Say, Sent, hiding
from tests.servers.process import LOOPBACK, free_ports
from tests.servers.zone import DnsServer
from tests.year.life import MARKETPLACES
from tests.year.night import DnsDown, Night, ServerDown, SignInRefused, Throttled, TokenRevoked
from tests.year.real.letters import keys_never_published, keys_of
from tests.year.real.tokens import Login, TokenEndpoint

_ENOUGH = (
    b"* BYE [UNAVAILABLE] Request is throttled, too many commands. Suggested Backoff Time: 299961 milliseconds\r\n"
)


@dataclass(slots=True)
class Troubles:
    """`during(night)` yields the account as the program can reach it in that night."""

    account: Account
    dns: DnsServer
    tokens: TokenEndpoint
    login: Login
    _was_revoked: bool = field(default=False, repr=False)

    @contextmanager
    def during(self, night: Night) -> Iterator[Account]:
        self._sign_in(night)
        self._publish_keys(night)
        with self._dns(night), self._server(night) as account:
            yield account

    def _sign_in(self, night: Night) -> None:
        trouble = night.trouble
        is_revoked = isinstance(trouble, TokenRevoked)
        if self._was_revoked and not is_revoked:
            self._sign_in_by_hand(night.clock)
        self._was_revoked = is_revoked
        self.tokens.is_revoked = is_revoked
        self.tokens.is_believed = not isinstance(trouble, SignInRefused)

    def _sign_in_by_hand(self, at: datetime) -> None:
        self.tokens.sign_in_anew()
        self.login.keep(self.tokens.good, at)

    def _publish_keys(self, night: Night) -> None:
        for name, record in keys_of(frozenset(MARKETPLACES)).items():
            self.dns.remove(name)
            if name not in keys_of(night.absent):
                self.dns.txt(name, record)

    @contextmanager
    def _dns(self, night: Night) -> Iterator[None]:
        """A server that fails answers so for every name."""
        if not isinstance(night.trouble, DnsDown):
            yield
            return
        names = {str(each.rname) for each in self.dns.all_records()} | {name for name, _ in self.dns.queries()}
        names |= {*keys_never_published(), *keys_of(frozenset(MARKETPLACES))}
        for name in names:
            self.dns.servfail(name)
        yield
        for name in names:
            self.dns.healthy(name)

    @contextmanager
    def _server(self, night: Night) -> Iterator[Account]:
        match night.trouble:
            case ServerDown(in_select=False):
                yield self.account.through(LOOPBACK, free_ports(1)[0])
            case ServerDown():
                with FaultProxy(self.account, _ENDS_IN_SELECT, rewrite=hiding("LIST-STATUS")) as proxy:
                    yield proxy.account
            case Throttled(after=after):
                with throttling(self.account, after) as proxy:
                    yield proxy.account
            case _:
                yield self.account


# Without an answer to STATUS a program has to open each folder, however quiet the night.
_ENDS_IN_SELECT = (
    Fault(Before("STATUS"), Reply(b"%T NO [SERVERBUG] Internal error occurred\r\n")),
    *(Fault(Sent(verb), Cut()) for verb in ("EXAMINE", "SELECT")),
)


def throttling(account: Account, after: int) -> FaultProxy:
    """A server that ends the conversation at the next command after so many since the sign-in."""
    faults: list[Fault] = []
    proxy = FaultProxy(account, faults)

    def count_from_here() -> None:
        last = len(proxy.commands) + after + 1
        faults.extend([Fault(Before(last), Say(_ENOUGH)), Fault(Before(last), Cut())])

    faults.append(Fault(After("AUTHENTICATE"), Call(count_from_here)))
    return proxy
