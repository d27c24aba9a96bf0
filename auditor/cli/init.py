"""`auditor init`: the first configuration, asking for what cannot be found out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from auditor.initial import Answers, OAuthClient, PasswordSource
    from auditor.mailbox.endpoint import Endpoint
    from auditor.resolver import Resolver

_WAYS = """\
Where is the mailbox's password? It is never written in the configuration. Say one of
  env NAME          an environment variable
  command PROGRAM   a program that prints it, such as: command pass show shop
  file PATH         a file that only you can read
  keyring           the keyring of this desktop"""

_REGISTER = """\
Microsoft wants OAuth2 with a client of your own, or of your organisation. Register it once at entra.microsoft.com:
  App registrations, New registration; the account types that fit: personal ones too for Outlook.com and Hotmail
  Authentication: Allow public client flows: Yes
  API permissions, Microsoft Graph, delegated: IMAP.AccessAsUser.All and offline_access
  Overview shows the `Application (client) ID`"""


def init(
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE|FOLDER", help="Where to write; else AUDITOR_CONFIG, else auditor.toml."),
    ] = None,
    address: Annotated[str | None, typer.Option("--address", help="Where customers and marketplaces write.")] = None,
    host: Annotated[str | None, typer.Option("--host", help="The IMAP server, where it cannot be found out.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="With --host. Default: 993 or 143.")
    ] = None,
    security: Annotated[str, typer.Option("--security", metavar="tls|starttls|none", help="With --host.")] = "tls",
    ca_file: Annotated[Path | None, typer.Option("--ca-file", help="With --host: a private authority.")] = None,
    username: Annotated[str | None, typer.Option("--username", help="If it is not the address.")] = None,
    password_env: Annotated[
        str | None, typer.Option("--password-env", metavar="NAME", help="The variable that holds the password.")
    ] = None,
    password_command: Annotated[
        str | None, typer.Option("--password-command", metavar="'PROGRAM ...'", help="A program that prints it.")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", metavar="FILE", help="A file that only you can read.")
    ] = None,
    keyring: Annotated[bool, typer.Option("--keyring", help="It is in the keyring of this desktop.")] = False,
    client_id: Annotated[
        str | None, typer.Option("--client-id", metavar="ID", help="Microsoft, Google: OAuth2 with your own client.")
    ] = None,
    tenant: Annotated[
        str, typer.Option("--tenant", help="Microsoft: consumers, or an organisation's id or domain.")
    ] = "common",
) -> None:
    """Write a configuration for one mailbox. It asks at most three things, and only on a terminal.

    The server is found from the address where that can be done safely. No password is asked for or written. Mailboxes
    at Microsoft sign in with OAuth2 and a client of your own; `auditor login` does that once, afterwards.

    Examples:  auditor init    auditor init --address support@shop.example --password-env SHOP_PASSWORD

    Exit codes: 0 written, 2 an answer is missing or wrong, or the file is there already.
    """
    from auditor.initial import Answers, given_source

    folder_or_file = _target(config)
    _refuse_existing(folder_or_file)
    own = _address(address)
    endpoint, how = _endpoint(own, host, port, security=security, ca_file=ca_file)
    given = given_source(password_env, password_command, password_file, keyring=keyring)
    source: PasswordSource | OAuthClient | None = _client(endpoint, client_id, tenant, given) or given
    source = source or _asked_source()
    name, file = _placed(folder_or_file, own)
    answers = Answers(name, own, endpoint, source, username or "")
    _write(file, answers)
    _tell(file, answers, how, default=file == Path("auditor.toml"))


def new_resolver() -> Resolver:
    """The system's DNS: there is no configuration yet that could name another."""
    from auditor.resolver import Resolver

    return Resolver()


def _target(config: Path | None) -> Path:
    import os

    return config or Path(os.environ.get("AUDITOR_CONFIG") or "auditor.toml")


def _refuse_existing(target: Path) -> None:
    from auditor.errors import ConfigError

    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise ConfigError(f"{target} is there already, and is not overwritten", hint="--config names another file")


def _address(given: str | None) -> str:
    from auditor.config_values import email_address
    from auditor.errors import ConfigError

    text = given or _ask("Your e-mail address, where customers and marketplaces write", option="--address")
    try:
        return email_address(text.strip())
    except ValueError as error:
        raise ConfigError(f"--address: {error}") from None


def _endpoint(
    address: str, host: str | None, port: int | None, *, security: str, ca_file: Path | None
) -> tuple[Endpoint, str]:
    """Where the mailbox is, and how that is known."""
    from auditor.display import line
    from auditor.doctor.links import found_how
    from auditor.errors import ConfigError
    from auditor.initial import named_endpoint
    from auditor.mailbox.discovery import discover

    if host is None:
        try:
            with new_resolver() as resolver:
                endpoint = discover(address, resolver)
        except ConfigError as error:
            if not _on_terminal():
                raise ConfigError(error.message, hint="name it: --host imap.YOUR-PROVIDER") from None
            typer.echo(line(f"{error.message}."))
            host = _ask("The name of the IMAP server (the provider's help pages give it)", option="--host")
        else:
            return endpoint, found_how(address, endpoint)
    return named_endpoint(host, port, security=security, ca_file=ca_file), "as you said"


def _client(endpoint: Endpoint, client_id: str | None, tenant: str, given: PasswordSource | None) -> OAuthClient | None:
    """The client for a mailbox that signs in with OAuth2: at Microsoft always, at Google where one is named."""
    from auditor import providers
    from auditor.errors import ConfigError
    from auditor.initial import OAuthClient

    provider = providers.by_host(endpoint.host)
    if given is not None and (client_id or provider.name == "microsoft"):
        hint = "use --client-id in place of the --password options"
        raise ConfigError(f"{provider.title}: a password and OAuth2 cannot go together", hint=hint)
    if client_id and provider.name not in ("microsoft", "google"):
        raise ConfigError("--client-id is for mailboxes at Microsoft and Google")
    if provider.name == "microsoft" and not client_id and _on_terminal():
        typer.echo(_REGISTER)
    if provider.name == "microsoft":
        client_id = client_id or _ask("Application (client) ID", option="--client-id ID")
    return OAuthClient(provider.name, client_id.strip(), tenant) if client_id else None


def _asked_source() -> PasswordSource:
    from auditor.initial import said_source

    if _on_terminal():
        typer.echo(_WAYS)
    return said_source(_ask("Password", option="--password-env NAME", default="env AUDITOR_PASSWORD"))


def _placed(target: Path, address: str) -> tuple[str, Path]:
    """The mailbox's name and the file to write; in a folder, a name that no other file there has."""
    from auditor.config_file import read
    from auditor.initial import mailbox_name

    if not target.is_dir():
        return mailbox_name(address), target
    tables = read(target) if any(target.glob("*.toml")) else ()
    taken = {table.name for table in tables if table.kind == "mailbox"}
    taken |= {file.stem for file in target.glob("*.toml")}
    name = mailbox_name(address, taken)
    return name, target / f"{name}.toml"


def _write(file: Path, answers: Answers) -> None:
    """Mode 0600, never over another file, and only what `load` accepts."""
    import os

    from auditor.config import load
    from auditor.errors import ConfigError
    from auditor.initial import configuration

    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        content = configuration(answers).encode()
        with os.fdopen(os.open(file, flags, 0o600), "wb") as opened:
            opened.write(content)
    except UnicodeEncodeError:
        raise ConfigError("a file's name is not UTF-8, and cannot stand in a configuration") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}", hint="--config names another file") from None
    try:
        load(file, {})
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _tell(file: Path, answers: Answers, how: str, *, default: bool) -> None:
    import shlex

    from auditor import providers
    from auditor.display import block, line
    from auditor.doctor.causes import sign_in_advice
    from auditor.initial import PasswordSource

    endpoint = answers.endpoint
    option = "" if default else line(f" --config {shlex.quote(str(file))}")
    typer.echo(f"Wrote {line(str(file))}: mailbox `{answers.name}` on {endpoint.host} port {endpoint.port}, {how}.")
    advised = isinstance(answers.sign_in, PasswordSource)
    if advised and (advice := sign_in_advice(providers.by_host(endpoint.host))):
        typer.echo(f"{advice}.")
    for step in _before(answers, option):
        typer.echo(block(step))
    typer.echo(f"Next:\n  auditor doctor{option}\n  auditor rescue{option}")


def _before(answers: Answers, option: str) -> tuple[str, ...]:
    """What is still to be done so that the mailbox can be signed in to."""
    import os

    from auditor.initial import PasswordSource

    source = answers.sign_in
    if not isinstance(source, PasswordSource):
        return (f"First sign in, once:\n  auditor login {answers.name}{option}",)
    if source.key == "password_env" and str(source.value) not in os.environ:
        return (f"First put the password there:\n  read -rs {source.value} && export {source.value}",)
    if source.key == "keyring":
        return (f"First put the password there:\n  auditor login {answers.name}{option}",)
    return ()


def _ask(question: str, *, option: str, default: str | None = None) -> str:
    from auditor.errors import ConfigError

    if not _on_terminal():
        raise ConfigError(f"{option} is needed, for there is no terminal to ask on", hint="auditor init --help")
    return str(typer.prompt(question, default=default))


def _on_terminal() -> bool:
    import sys

    return sys.stdin.isatty()
