"""`auditor init`: the first configuration, asking for what cannot be found out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from auditor.initial import Answers, PasswordSource
    from auditor.mailbox.endpoint import Endpoint
    from auditor.resolver import Resolver

_WAYS = """\
Where is the mailbox's password? It is never written in the configuration. Say one of
  env NAME          an environment variable
  command PROGRAM   a program that prints it, such as: command pass show shop
  file PATH         a file that only you can read
  keyring           the keyring of this desktop"""


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
) -> None:
    """Write a configuration for one mailbox. It asks at most three things, and only on a terminal.

    The server is found from the address where that can be done safely. No password is asked for or written.

    Examples:  auditor init    auditor init --address support@shop.example --password-env SHOP_PASSWORD

    Exit codes: 0 written, 2 an answer is missing or wrong, or the file is there already.
    """
    from auditor.initial import Answers, given_source

    folder_or_file = _target(config)
    _refuse_existing(folder_or_file)
    own = _address(address)
    endpoint, how = _endpoint(own, host, port, security=security, ca_file=ca_file)
    source = given_source(password_env, password_command, password_file, keyring=keyring) or _asked_source()
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
            _refuse_oauth(endpoint)
            return endpoint, found_how(address, endpoint)
    endpoint = named_endpoint(host, port, security=security, ca_file=ca_file)
    _refuse_oauth(endpoint)
    return endpoint, "as you said"


def _refuse_oauth(endpoint: Endpoint) -> None:
    from auditor import providers
    from auditor.errors import ConfigError

    provider = providers.by_host(endpoint.host)
    if provider.name == "microsoft":
        raise ConfigError(
            f"this mailbox is at {provider.title}: {provider.sign_in}, which this version of auditor cannot do yet",
            hint="nothing was written; another mailbox that receives the marketplaces' mail can be used today",
        )


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

    endpoint = answers.endpoint
    option = "" if default else line(f" --config {shlex.quote(str(file))}")
    typer.echo(f"Wrote {line(str(file))}: mailbox `{answers.name}` on {endpoint.host} port {endpoint.port}, {how}.")
    if advice := sign_in_advice(providers.by_host(endpoint.host)):
        typer.echo(f"{advice}.")
    for step in _before(answers):
        typer.echo(block(step))
    typer.echo(f"Next:\n  auditor doctor{option}\n  auditor rescue{option}")


def _before(answers: Answers) -> tuple[str, ...]:
    """What is still to be done so that the password is where the file says."""
    import os
    import shlex

    source, endpoint = answers.password, answers.endpoint
    if source.key == "password_env" and str(source.value) not in os.environ:
        return (f"First put the password there:\n  read -rs {source.value} && export {source.value}",)
    if source.key == "keyring":
        service = f"auditor:{endpoint.host}"
        username = shlex.quote(answers.username or answers.address)
        return (f"First put the password there:\n  keyring set {service} {username}",)
    return ()


def _ask(question: str, *, option: str, default: str | None = None) -> str:
    from auditor.errors import ConfigError

    if not _on_terminal():
        raise ConfigError(f"{option} is needed, for there is no terminal to ask on", hint="auditor init --help")
    return str(typer.prompt(question, default=default))


def _on_terminal() -> bool:
    import sys

    return sys.stdin.isatty()
