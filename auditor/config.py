"""A TOML file, or a folder of them -> `Config`, checked to the last key; errors name file, table and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from auditor import config_values as values
from auditor.config_file import Table, find, read
from auditor.config_words import FOUR_WAYS, hint, sentence
from auditor.display import line
from auditor.errors import ConfigError

_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_DNS_PORTS = {"udp": 53, "tls": 853, "https": 443}
_WAYS = ("password_env", "password_command", "password_file", "keyring")

T = TypeVar("T")


def _path(value: object, info: ValidationInfo) -> object:
    """A path is relative to the file that it is written in."""
    return _folder(info) / Path(value).expanduser() if isinstance(value, str) and value else value


def _state_url(text: str, info: ValidationInfo) -> str:
    return values.state_url(text, _folder(info))


def _folder(info: ValidationInfo) -> Path:
    context: Mapping[str, Path] = info.context or {}
    return context.get("folder", Path())


Many = Annotated[tuple[T, ...], Field(strict=False)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(values.printable)]
Address = Annotated[Text, AfterValidator(values.email_address)]
Alias = Annotated[Text, AfterValidator(values.alias)]
Host = Annotated[Text, AfterValidator(values.host)]
Nameserver = Annotated[Text, AfterValidator(values.nameserver)]
TimeZone = Annotated[Text, AfterValidator(values.time_zone)]
WebAddress = Annotated[Text, AfterValidator(values.web_address)]
StateUrl = Annotated[Text, AfterValidator(_state_url)]
File = Annotated[Path, BeforeValidator(_path)]
Port = Annotated[int, Field(ge=1, le=65535)]
Security = Literal["tls", "starttls", "none"]
StreamKind = Literal["customer", "order", "account", "marketing"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _SignIn(_Section):
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


class OAuthConfig(_Section):
    """The seller's own client at Microsoft or Google."""

    provider: Literal["microsoft", "google"]
    client_id: Text
    tenant: Text = "common"


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


class SieveConfig(_Section):
    """The ManageSieve server."""

    host: Host
    port: Port = 4190


class ReturnAddressConfig(_Section):
    """Where customers send goods back to."""

    street: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class ContactConfig(_Section):
    """The contact details that the marketplaces have on file."""

    business_name: Text | None = None
    email: Address | None = None
    phone: Text | None = None
    customer_service_phone: Text | None = None
    website: WebAddress | None = None
    categories: Many[Text] = ()
    return_address: ReturnAddressConfig | None = None


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


class RescueConfig(_Section):
    """What may be moved out of spam, and how much at once."""

    max_moves: Annotated[int, Field(ge=0, le=100_000)] = 50
    streams: Many[StreamKind] = ("customer", "order", "account")
    arc_forwarders: Many[Host] = ()


class RepliesConfig(_Section):
    """What the checks of replies read besides the mailbox."""

    templates: File | None = None
    response_rate_report: File | None = None


class DnsConfig(_Section):
    """Which resolver to ask; the system's where none is named."""

    nameservers: Many[Nameserver] = ()
    protocol: Literal["udp", "tls", "https"] = "udp"
    port: Port = Field(default_factory=lambda done: _DNS_PORTS[done["protocol"]])
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0


class StateConfig(_Section):
    """Where the ledger and the journal are kept; None: `default_state_url`."""

    url: StateUrl | None = None


class NotifyConfig(_Section):
    """Who is told when something needs attention, and what is told that the job still runs."""

    mail: Address | None = None
    webhook: WebAddress | None = None
    webhook_secret_env: Text | None = None
    ping: WebAddress | None = None


SECTIONS: Mapping[str, type[_Section]] = {
    "contact": ContactConfig,
    "rescue": RescueConfig,
    "replies": RepliesConfig,
    "dns": DnsConfig,
    "state": StateConfig,
    "notify": NotifyConfig,
}


class Config(_Section):
    """The whole configuration; `source` is the file or folder that it was read from."""

    source: Path
    mailboxes: tuple[MailboxConfig, ...] = ()
    contact: ContactConfig = ContactConfig()
    rescue: RescueConfig = RescueConfig()
    replies: RepliesConfig = RepliesConfig()
    dns: DnsConfig = Field(default_factory=DnsConfig)
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
    return _validated(MailboxConfig, table, {**table.values, "name": table.name})


def _section(table: Table) -> _Section:
    if table.title not in SECTIONS:
        guess = values.did_you_mean(table.title, ["mailbox.NAME", "mailbox", "marketplace.NAME", *SECTIONS])
        raise ConfigError(f"{table.file}: [{line(table.title, 80)}]: unknown table{guess}")
    return _validated(SECTIONS[table.title], table, table.values)


S = TypeVar("S", bound=_Section)


def _validated(model: type[S], table: Table, content: Mapping[str, Any]) -> S:
    try:
        return model.model_validate(content, context={"folder": table.file.parent})
    except ValidationError as error:
        details = [each for each in error.errors() if each["type"] != "default_factory_not_called"]
        # A misspelt key first: the missing one is only its shadow.
        details.sort(key=lambda each: each["type"] != "extra_forbidden")
        raise _in_words(model, table, details[0]) from None


def _in_words(model: type[BaseModel], table: Table, detail: Mapping[str, Any]) -> ConfigError:
    above = [part for part in detail["loc"] if isinstance(part, str)]
    # A check of a whole table names the key itself, where there is one.
    is_whole = detail["type"] == "value_error" and isinstance(detail["input"], dict)
    key = "" if is_whole else above.pop()
    known = _fields_at(model, above)
    title = line(".".join([table.title, *above]), 120)
    where = f"{table.file}: [{title}]" + (f" {line(key, 80)}" if key else "")
    problem = line(sentence(detail, key, known), 300)
    return ConfigError(f"{where}{': ' if key else ' '}{problem}", hint=hint(detail, key))


def _fields_at(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """The keys of the table that lies at `path` below the model's own."""
    for key in path:
        annotation = model.model_fields[key].annotation
        model = next(each for each in get_args(annotation) if isinstance(each, type) and each is not type(None))
    return [key for key in model.model_fields if key != "name"]


def _refuse_clear_text(host: str | None, security: str) -> None:
    if security == "none" and not values.is_loopback(host):
        raise ValueError('security: "none" is for a server on this computer only; use "tls" or "starttls"')
