"""What a seller answered and what was found out -> the text of a commented configuration file. No I/O."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from auditor import config_values
from auditor.errors import ConfigError
from auditor.evidence.alignment import registrable_domain
from auditor.mailbox.endpoint import Endpoint, Security

_NAME_LENGTH = 40
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")


@dataclass(frozen=True, slots=True)
class PasswordSource:
    """Where the password is kept; `key` is a key of the configuration, `value` a name, an argv, a path or True."""

    key: str
    value: str | tuple[str, ...] | bool


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The seller's own client, in the place of a password."""

    provider: str
    client_id: str
    tenant: str = "common"


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a first configuration needs. `username` empty: the address."""

    name: str
    address: str
    endpoint: Endpoint
    sign_in: PasswordSource | OAuthClient
    username: str = ""


def mailbox_name(address: str, taken: Collection[str] = ()) -> str:
    """A short name after the address's domain: lower case, digits and hyphens; numbered where it is taken."""
    domain = address.rpartition("@")[2].lower()
    whose = (registrable_domain(domain) or ".".join(domain.split(".")[-2:])).partition(".")[0]
    name = re.sub(r"[^a-z0-9]+", "-", whose).strip("-")[:_NAME_LENGTH].strip("-") or "mailbox"
    candidates = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in candidates if each not in taken)


def named_endpoint(host: str, port: int | None, *, security: str, ca_file: Path | None) -> Endpoint:
    """The server that the seller named. Raises ConfigError."""
    try:
        name = config_values.host(host.strip())
    except ValueError as error:
        raise ConfigError(f"--host: {error}") from None
    authority = str(ca_file.absolute()) if ca_file else None
    return Endpoint(name, port or (993 if security == "tls" else 143), cast(Security, security), authority)


def given_source(
    env: str | None = None, command: str | None = None, file: Path | None = None, *, keyring: bool = False
) -> PasswordSource | None:
    """Where the options say that the password is; None where they say nothing. Raises ConfigError for two places."""
    given = [
        *([PasswordSource("password_env", _variable(env))] if env else []),
        *([PasswordSource("password_command", _argv(command))] if command else []),
        *([PasswordSource("password_file", str(file.absolute()))] if file else []),
        *([PasswordSource("keyring", True)] if keyring else []),
    ]
    if len(given) > 1:
        raise ConfigError("the password can come from one place only", hint="give one of the --password options")
    return given[0] if given else None


def said_source(said: str) -> PasswordSource:
    """The same from one typed line, such as `env SHOP_PASSWORD`. Raises ConfigError, which repeats nothing of it."""
    way, _, rest = said.strip().partition(" ")
    rest = rest.strip()
    match way, bool(rest):
        case "env", True:
            source = given_source(env=rest)
        case "command", True:
            source = given_source(command=rest)
        case "file", True:
            source = given_source(file=Path(rest).expanduser())
        case "keyring", False:
            source = given_source(keyring=True)
        case _:
            source = None
    if source is None:
        raise ConfigError("say `env NAME`, `command PROGRAM`, `file PATH` or `keyring`, never the password itself")
    return source


def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise ConfigError("the name of a variable is made of letters, digits and _; the password itself is none")
    return name


def _argv(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError:
        raise ConfigError("the password command holds a quotation that is not closed") from None


def configuration(answers: Answers) -> str:
    """The file. What is not in use stands there as a comment, in the words of the sample configuration."""
    endpoint, username = answers.endpoint, answers.username
    ca_file = f"ca_file = {_toml(endpoint.ca_file)}" if endpoint.ca_file else '#ca_file = "ca.pem"'
    return f"""\
# The configuration of auditor, written by `auditor init`.
#
# A line that starts with # and a key is a key that is not in use: take the # away to use it.
# An unknown key is an error. Relative paths start at the folder of this file.

[mailbox.{answers.name}]
# Where customers and marketplaces write.
address = {_toml(answers.address)}
# Further addresses of this mailbox. "*@..." is for a domain that is yours alone.
#aliases = ["orders@shop.example", "*@brand.example"]

# The IMAP server. Left out, host, port and security are found from the address.
host = {_toml(endpoint.host)}
# Left out: 993 with tls, else 143.
port = {endpoint.port}
# "tls", "starttls", or "none" for a server on this computer only.
security = {_toml(endpoint.security)}
# A private certificate authority. Verification cannot be switched off.
{ca_file}
# Left out: the address.
{f"username = {_toml(username)}" if username else f"#username = {_toml(answers.address)}"}

{_sign_in(answers)}
# Whose stamps (Authentication-Results) to believe. `auditor doctor` shows what it saw, to copy.
#authserv_ids = ["mx.shop.example"]
# Left out: every marketplace that auditor knows (`auditor marketplaces` lists them).
#marketplaces = ["walmart", "amazon"]

# Folders, where they are not found by themselves.
#junk = ["Junk"]

# In which time zone deadlines are shown. Left out: UTC.
#timezone = "America/Chicago"


# The contact details that the marketplaces have on file.
#[contact]
#business_name = "Example Shop LLC"
#email = "support@shop.example"


#[rescue]
# More genuine messages than this in one run: nothing is moved, and the report says so.
#max_moves = 50
# What may be moved: "customer", "order", "account". "marketing" only if you ask for it.
#streams = ["customer", "order", "account"]
"""


_EXAMPLES = {
    "password_env": ("The name of an environment variable:", '"SHOP_PASSWORD"'),
    "password_command": (
        "A program and its arguments, run without a shell; the first line that it prints counts:",
        '["pass", "shop"]',
    ),
    "password_file": ("A file that only you can read:", '"shop.password"'),
    "keyring": ("The keyring of the desktop (pip install 'auditor[keyring]'); `auditor login` puts it there:", "true"),
}


def _sign_in(answers: Answers) -> str:
    if isinstance(answers.sign_in, PasswordSource):
        return _password(answers.sign_in)
    client = answers.sign_in
    keys = {"provider": client.provider, "client_id": client.client_id}
    if client.provider == "microsoft":
        keys["tenant"] = client.tenant
    table = ", ".join(f"{key} = {_toml(value)}" for key, value in keys.items())
    return f"""\
# Sign-in with your own client, once: auditor login {answers.name}
# tenant, at Microsoft: "consumers" for Outlook.com and Hotmail, an organisation's id or domain, or "common" for both.
oauth = {{ {table} }}
# Left out, the sign-in is kept in a file that only you can read. In the keyring (pip install 'auditor[keyring]'):
#keyring = true
"""


def _password(source: PasswordSource) -> str:
    lines = ["# Where the password comes from; one of these four."]
    for key, (comment, example) in _EXAMPLES.items():
        used = key == source.key
        lines += [f"# {comment}", f"{'' if used else '#'}{key} = {_toml(source.value) if used else example}"]
    return "\n".join(lines) + "\n"


def _toml(value: str | tuple[str, ...] | bool) -> str:
    """A TOML value. JSON's strings are TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
