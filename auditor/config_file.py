"""Where the configuration lies -> its TOML tables, each with the file that it came from."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auditor.display import line
from auditor.errors import ConfigError

FILE_LIMIT = 1_000_000  # octets
_DEEPEST_KEY = 100  # parts
_TEXTS_AND_COMMENTS = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"?|'[^'\n]*'?|#[^\n]*")  # also texts that are not closed
_NAMED = ("mailbox", "marketplace")  # tables of tables: [mailbox.NAME]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")  # it stands before the colon of a message's reference
_WRITE_ONE = "`auditor init` writes one; --config names another place"
_TOML_POSITION = re.compile(r"^(.*) \(at (?:line (\d+), column \d+|(end of document))\)$", re.DOTALL)
_PLAINER = {
    "Cannot overwrite a value": "the same key is there twice",
    "Cannot declare": "the same table is there twice",
    "Expected '=' after a key in a key/value pair": "a key must be followed by = and a value",
    "Invalid value": "a value is missing or unreadable (text stands in quotes)",
    "Illegal character '\\n'": "a text in quotes is not closed",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table as written; `title` is mailbox.NAME, marketplace.NAME or a section such as rescue."""

    file: Path
    title: str
    values: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return self.title.partition(".")[0]

    @property
    def name(self) -> str:
        return self.title.partition(".")[2]


def find(path: Path | None, environ: Mapping[str, str]) -> Path:
    """`path`, else AUDITOR_CONFIG, else ./auditor.toml, else the platform's configuration directory."""
    if path is not None:
        return path
    if environ.get("AUDITOR_CONFIG"):
        return Path(environ["AUDITOR_CONFIG"])
    from platformdirs import user_config_path

    places = (Path("auditor.toml"), user_config_path("auditor") / "auditor.toml")
    for place in places:
        if place.exists():
            _refuse_foreign(place, place.stat(), hint=f"if you trust it, name it: --config {place}")
            return place
    looked = " and ".join(str(place) for place in places)
    raise ConfigError(f"no configuration file: looked for {looked}", hint=_WRITE_ONE)


def read(source: Path) -> tuple[Table, ...]:
    """All tables of a file, or of every *.toml file of a folder; a table that two files hold is an error."""
    tables: dict[str, Table] = {}
    for file in _files(source):
        for table in _tables(file, _parsed(file)):
            if table.title in tables:
                first = tables[table.title].file
                raise ConfigError(f"{file}: [{table.title}]: {first} has this table too; each may be there once")
            tables[table.title] = table
    return tuple(tables.values())


def _files(source: Path) -> tuple[Path, ...]:
    try:
        if not source.is_dir():
            return (source,)
        files = tuple(sorted(file for file in source.glob("*.toml") if not file.name.startswith(".")))
    except OSError as error:
        raise _unreadable(source, error) from error
    if not files:
        raise ConfigError(f"{source}: this folder holds no *.toml file", hint=_WRITE_ONE)
    return files


def _parsed(file: Path) -> dict[str, Any]:
    raw, status = _bytes(file)
    if len(raw) > FILE_LIMIT:
        raise ConfigError(f"{file}: larger than {FILE_LIMIT:,} bytes; this is no configuration file")
    try:
        text = raw.decode("utf-8-sig")
        _refuse_deep_keys(file, text)
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        number = raw[: error.start].count(b"\n") + 1
        raise ConfigError(f"{file}, line {number}: not UTF-8 text; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}{_syntax(str(error))}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file}: a number is too long or lists are nested too deep") from error
    _refuse_open_secret(file, document, status)
    _refuse_writable(file, status)
    return document


def _refuse_deep_keys(file: Path, text: str) -> None:
    """The parser takes the square of a key's length: one of 400 kB would keep it busy for an hour."""
    for number, bare in enumerate(_TEXTS_AND_COMMENTS.sub("", text).split("\n"), start=1):
        if bare.count(".") > _DEEPEST_KEY:
            raise ConfigError(f"{file}, line {number}: a key has too many parts")


def _bytes(file: Path) -> tuple[bytes, os.stat_result]:
    try:
        with file.open("rb") as opened:
            return opened.read(FILE_LIMIT + 1), os.fstat(opened.fileno())
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> ConfigError:
    if isinstance(error, FileNotFoundError):
        return ConfigError(f"{file}: there is no such file", hint=_WRITE_ONE)
    return ConfigError(f"{file}: cannot be read: {error.strerror or error}")


def _syntax(text: str) -> str:
    """`, line 3: what is wrong` from tomllib's text, the only place where Python 3.11 gives the position."""
    position = _TOML_POSITION.match(text)
    if position is None:
        return f": {line(text, 200)}"
    message, number, _ = position.groups()
    plain = next((plain for start, plain in _PLAINER.items() if message.startswith(start)), message)
    where = f", line {number}" if number else ", at its end"
    return f"{where}: {line(plain, 200)}"


def _tables(file: Path, document: Mapping[str, Any]) -> Iterator[Table]:
    for kind, value in document.items():
        if not isinstance(value, dict):
            raise ConfigError(f"{file}: {line(kind, 80)}: stands before any table; every key belongs to one")
        if kind not in _NAMED:
            yield Table(file, kind, value)
            continue
        for name, table in value.items():
            yield Table(file, f"{kind}.{_checked(file, kind, name, table)}", table)


def _checked(file: Path, kind: str, name: str, table: object) -> str:
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: [{kind}] {line(name, 80)}: the table needs a name, such as [{kind}.shop]")
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{file}: [{kind}.{line(name, 80)}]: a name is made of letters, digits, and . _ - inside")
    return name


def _refuse_foreign(file: Path, status: os.stat_result, *, hint: str) -> None:
    """Whoever owns the file decides which program is run for the password, and where that is sent."""
    if os.name == "posix" and status.st_uid not in (os.geteuid(), 0):
        raise ConfigError(f"{file}: belongs to another user", hint=hint)


def _refuse_writable(file: Path, status: os.stat_result) -> None:
    if os.name == "posix" and stat.S_ISREG(status.st_mode) and status.st_mode & stat.S_IWOTH:
        raise ConfigError(f"{file}: anyone on this computer can write to it", hint=f"chmod o-w {file}")


def _refuse_open_secret(file: Path, document: Mapping[str, Any], status: os.stat_result) -> None:
    if os.name != "posix" or not stat.S_ISREG(status.st_mode):
        return
    for where in _secrets(document):
        _refuse_foreign(file, status, hint=f"{where} can hold a secret: make the file your own")
        if status.st_mode & 0o077:
            raise ConfigError(
                f"{file}: {where}: can hold a secret, and others on this computer can open the file",
                hint=f"chmod 600 {file}",
            )


def _secrets(document: Mapping[str, Any]) -> Iterator[str]:
    """Where a secret may stand: a command's argument, a database's address, an address that is itself the key."""
    for name, table in _dict(document.get("mailbox")).items():
        for title, part in ((name, _dict(table)), (f"{name}.smtp", _dict(_dict(table).get("smtp")))):
            if "password_command" in part:
                yield f"[mailbox.{line(title, 80)}] password_command"
    if _has_password(_dict(document.get("state")).get("url")):
        yield "[state] url"
    for key in ("webhook", "ping"):
        if key in _dict(document.get("notify")):
            yield f"[notify] {key}"


def _has_password(url: object) -> bool:
    try:
        return isinstance(url, str) and (bool(re.search(r"[?&;]password=", url)) or urlsplit(url).password is not None)
    except ValueError:
        return True


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
