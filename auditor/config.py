"""A TOML file, or a folder of them -> `Config`, checked to the last key; errors name file, table and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    model_validator,
)

from auditor import config_values as values
from auditor.config_dns import DnsConfig
from auditor.config_file import Table, find, read
from auditor.config_model import File, Many, Port, Section, Text, folder, validated
from auditor.config_words import FOUR_WAYS
from auditor.display import line
from auditor.errors import ConfigError

_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_WAYS = ("password_env", "password_command", "password_file", "keyring")


def _state_url(text: str, info: ValidationInfo) -> str:
    return values.state_url(text, folder(info))


Address = Annotated[Text, AfterValidator(values.email_address)]
AddressOnFile = Annotated[Text, AfterValidator(values.address_on_file)]
Alias = Annotated[Text, AfterValidator(values.alias)]
Host = Annotated[Text, AfterValidator(values.host)]
Tenant = Annotated[Text, AfterValidator(values.tenant)]
TimeZone = Annotated[Text, AfterValidator(values.time_zone)]
WebAddress = Annotated[Text, AfterValidator(values.web_address)]
StateUrl = Annotated[Text, AfterValidator(_state_url)]
Security = Literal["tls", "starttls", "none"]
StreamKind = Literal["customer", "order", "account", "marketing"]


class _SignIn(Section):
    """Where the password comes from; it is never written in the file."""

    password_env: Text | None = None
    password_command: Annotated[Many[Text], Field(min_length=1)] | None = None
    password_file: File | None = None
    keyring: bool = False

    @property
    def ways(self) -> tuple[str, ...]:
        """The keys given that say where the password comes from; never more than one."""
        return tuple(way for way in _WAYS if getattr(self, way))

    def _refuse_two_ways(self) -> None:
        if len(self.ways) > 1:
            raise ValueError(f"{self.ways[1]}: {self.ways[0]} is there too; give one of them")


class OAuthConfig(Section):
    """The seller's own client at Microsoft or Google."""

    provider: Literal["microsoft", "google"]
    client_id: Text
    tenant: Tenant = "common"


class SmtpConfig(_SignIn):
    """The submission server; what it leaves out of the sign-in is as for IMAP."""

    host: Host
    security: Security = "tls"
    port: Port = Field(default_factory=lambda done: _SMTP_PORTS[done["security"]])
    username: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> SmtpConfig:
        _refuse_clear_text(self.host, self.security)
        self._refuse_two_ways()
        return self


class SieveConfig(Section):
    """The ManageSieve server; the sign-in is as for IMAP."""

    host: Host
    security: Security = "starttls"
    port: Port = 4190

    @model_validator(mode="after")
    def _consistent(self) -> SieveConfig:
        _refuse_clear_text(self.host, self.security)
        return self


class ReturnAddressConfig(Section):
    """Where customers send goods back to."""

    street: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class ContactConfig(Section):
    """The contact details that the marketplaces have on file."""

    business_name: Text | None = None
    email: AddressOnFile | None = None
    phone: Text | None = None
    customer_service_phone: Text | None = None
    website: WebAddress | None = None
    categories: Many[Text] = ()
    return_address: ReturnAddressConfig | None = None
    business_address: ReturnAddressConfig | None = None
    silent_days: Annotated[int, Field(ge=1, le=90)] = 30


class MailboxConfig(_SignIn):
    """One account. `host` None: host, port and security are found from the address; those here say nothing."""

    name: str
    address: Address
    aliases: Many[Alias] = ()
    host: Host | None = None
    security: Security = "tls"
    port: Port = Field(default_factory=lambda done: _PORTS[done["security"]])
    ca_file: File | None = None
    username: Text = Field(default_factory=lambda done: str(done["address"]))
    oauth: OAuthConfig | None = None
    provider: Text | None = None
    authserv_ids: Many[Text] = ()
    marketplaces: Many[Text] | None = None
    inbox: Text | None = None
    junk: Many[Text] = ()
    sent: Many[Text] = ()
    watch: Many[Text] = ()
    timezone: TimeZone | None = None
    smtp: SmtpConfig | None = None
    sieve: SieveConfig | None = None
    gmail_filters: bool = False
    """Whether filters may be installed at Gmail, although they let in who bears a marketplace's address as a name."""
    contact: ContactConfig | None = None

    @model_validator(mode="after")
    def _consistent(self) -> MailboxConfig:
        alone = sorted(self.model_fields_set & {"port", "security"})
        if self.host is None and alone:
            raise ValueError(f"{alone[0]}: needs host beside it; without host it is found from the address")
        _refuse_clear_text(self.host, self.security)
        self._refuse_two_ways()
        if self.oauth and self.ways not in ((), ("keyring",)):
            raise ValueError(f"{self.ways[0]}: oauth is there too; give one of them")
        if not self.oauth and not self.ways:
            raise ValueError(f"says no way to sign in: {FOUR_WAYS}")
        return self


class RescueConfig(Section):
    """What may be moved out of spam, and how much at once."""

    max_moves: Annotated[int, Field(ge=0, le=100_000)] = 50
    streams: Many[StreamKind] = ("customer", "order", "account")
    arc_forwarders: Many[Host] = ()


class RepliesConfig(Section):
    """What the checks of replies read besides the mailbox."""

    templates: File | None = None
    response_rate_report: File | None = None


class LimitsConfig(Section):
    """What one mail server may cost, in seconds: a command with its answer, and the whole run of a mailbox."""

    command_s: Annotated[float, Field(gt=0, le=600)] = 60
    run_s: Annotated[float, Field(gt=0, le=86_400)] = 3600


class StateConfig(Section):
    """Where the ledger and the journal are kept; None: `default_state_url`."""

    url: StateUrl | None = None


class NotifyConfig(Section):
    """Who is told when something needs attention, and what is told that the job still runs."""

    mail: Address | None = None
    webhook: WebAddress | None = None
    webhook_secret_env: Text | None = None
    ping: WebAddress | None = None


SECTIONS: Mapping[str, type[Section]] = {
    "contact": ContactConfig,
    "rescue": RescueConfig,
    "replies": RepliesConfig,
    "dns": DnsConfig,
    "limits": LimitsConfig,
    "state": StateConfig,
    "notify": NotifyConfig,
}


class Config(Section):
    """The whole configuration; `source` is the file or folder that it was read from."""

    source: Path
    mailboxes: tuple[MailboxConfig, ...] = ()
    contact: ContactConfig = ContactConfig()
    rescue: RescueConfig = RescueConfig()
    replies: RepliesConfig = RepliesConfig()
    dns: DnsConfig = Field(default_factory=DnsConfig)
    limits: LimitsConfig = LimitsConfig()
    state: StateConfig = StateConfig()
    notify: NotifyConfig = NotifyConfig()
    marketplaces: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)

    def mailbox(self, name: str) -> MailboxConfig:
        """Raises ConfigError that lists the names there are."""
        names = [mailbox.name for mailbox in self.mailboxes]
        if name in names:
            return self.mailboxes[names.index(name)]
        known = f"there is {', '.join(names[:20])}" if names else "the file has none"
        guess = values.did_you_mean(name, names)
        raise ConfigError(f"{self.source}: no mailbox is called {line(name, 80)}; {known}{guess}")

    def chosen(self, names: Sequence[str]) -> tuple[MailboxConfig, ...]:
        """The named mailboxes, all if none is named. Raises ConfigError where there is none at all."""
        if not self.mailboxes:
            raise ConfigError(f"{self.source}: has no mailbox", hint="add a table [mailbox.NAME]")
        return tuple(map(self.mailbox, dict.fromkeys(names))) or self.mailboxes

    def contact_of(self, mailbox: MailboxConfig) -> ContactConfig:
        """[contact] with the mailbox's own [mailbox.NAME.contact] laid over it, key by key."""
        own = mailbox.contact or ContactConfig()
        return self.contact.model_copy(update={key: getattr(own, key) for key in own.model_fields_set})


def default_state_url() -> str:
    """A SQLite file in the platform's state directory."""
    from platformdirs import user_state_path

    return f"sqlite:///{user_state_path('auditor') / 'auditor.db'}"


def default_log_file() -> Path:
    """Where a scheduled run writes what it did, in the platform's folder for logs."""
    from platformdirs import user_log_path

    return user_log_path("auditor") / "auditor.jsonl"


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read `path`, else AUDITOR_CONFIG, else ./auditor.toml, else the platform's configuration directory.

    AUDITOR_STATE_URL overrides [state] url. Raises ConfigError.
    """
    source = find(path, environ)
    tables = read(source)
    state_url = environ.get("AUDITOR_STATE_URL")
    if state_url:
        tables = (*(table for table in tables if table.kind != "state"), _state_table(state_url))
    parts: dict[str, Any] = {
        table.title: _section(table) for table in tables if table.kind not in ("mailbox", "marketplace")
    }
    parts["mailboxes"] = tuple(_mailbox(table) for table in tables if table.kind == "mailbox")
    parts["marketplaces"] = {table.name: table.values for table in tables if table.kind == "marketplace"}
    return Config(source=source, **parts)


def _state_table(url: str) -> Table:
    return Table(Path("AUDITOR_STATE_URL"), "state", {"url": url})


def _mailbox(table: Table) -> MailboxConfig:
    if "name" in table.values:
        raise ConfigError(f"{table.file}: [{table.title}] name: unknown key; the table's title is the name")
    return validated(MailboxConfig, table, {**table.values, "name": table.name})


def _section(table: Table) -> Section:
    if table.title not in SECTIONS:
        guess = values.did_you_mean(table.title, ["mailbox.NAME", "mailbox", "marketplace.NAME", *SECTIONS])
        raise ConfigError(f"{table.file}: [{line(table.title, 80)}]: unknown table{guess}")
    return validated(SECTIONS[table.title], table, table.values)


def _refuse_clear_text(host: str | None, security: str) -> None:
    if security == "none" and not values.is_loopback(host):
        raise ValueError('security: "none" is for a server on this computer only; use "tls" or "starttls"')
