"""Where a value from outside enters an IMAP command: how it is sent, and what may be on the wire for it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from imapclient.imap_utf7 import decode as from_utf7

from auditor.mailbox.connection import Connection, connect
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.signin import AccessToken, Password

_QUOTED = r'"((?:[^"\\\x00-\x1f\x7f-\xff]|\\["\\])*)"'
_ITEMS = r"\(UID FLAGS(?: INTERNALDATE RFC822\.SIZE(?: [A-Z0-9.\[\]<>-]+){1,2})?\)"
Value = Any  # a text or, at the doors of numbers, whatever else might be taken for one


@dataclass(frozen=True, slots=True)
class Door:
    """`send` gives the value to the program; `lines` must fit, in full, every line that it may send for it, the tag
    left out; `carried` reads the value back from the group that they hold."""

    send: Callable[[Connection, Value], object]
    lines: str
    carried: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class SignInDoor:
    """A value that is sent while signing in; `offers` are the capabilities of the server."""

    send: Callable[[Endpoint, str], Connection]
    offers: str
    lines: str
    carried: Callable[[str], str] = str


def _folder(quoted: str) -> str:
    return str(from_utf7(_unquoted(quoted).encode("ascii")))


def _unquoted(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


def _opening(connection: Connection, value: str) -> object:
    """The folder is opened again afterwards, for the doors behind it."""
    reader = connection.reader()
    try:
        return reader.examine(value)
    finally:
        reader.examine("INBOX")


def _selecting(connection: Connection, value: str) -> object:
    writer = connection.writer()
    try:
        return writer.select(value)
    finally:
        writer.select("INBOX")


_STATUS = rf"STATUS {_QUOTED} \(MESSAGES UIDNEXT UIDVALIDITY(?: HIGHESTMODSEQ)?\)"
_SWEPT = r"\(UID FLAGS INTERNALDATE RFC822\.SIZE BODY\.PEEK\[HEADER\.FIELDS \(([A-Z0-9-]+)\)\]<0\.65536>\)"

FOLDERS: Mapping[str, Door] = {
    "status": Door(lambda at, value: at.reader().status(value), _STATUS, _folder),
    "statuses": Door(lambda at, value: at.reader().statuses([value]), _STATUS, _folder),
    "status by the writer": Door(lambda at, value: at.writer().status(value), _STATUS, _folder),
    "examine": Door(_opening, rf"EXAMINE {_QUOTED}", _folder),
    "select": Door(_selecting, rf"SELECT {_QUOTED}", _folder),
    "move": Door(lambda at, value: at.writer().move([1], value), rf"UID MOVE 1 {_QUOTED}", _folder),
    "copy": Door(lambda at, value: at.writer().copy([1], value), rf"UID COPY 1 {_QUOTED}", _folder),
}
WORDS: Mapping[str, Door] = {
    "header field": Door(lambda at, value: list(at.reader().sweep([value])), rf"(?:UID )?FETCH [0-9:]+ {_SWEPT}"),
    "flag added": Door(
        lambda at, value: at.writer().store([1], add=[value]), r"UID STORE 1 \+FLAGS\.SILENT \(([^()]+)\)"
    ),
    "flag removed": Door(
        lambda at, value: at.writer().store([1], remove=[value]), r"UID STORE 1 -FLAGS\.SILENT \(([^()]+)\)"
    ),
}
# What a server said is a number, and what a reference says: digits are all that may come through.
NUMBERS: Mapping[str, Door] = {
    "move by": Door(lambda at, value: at.writer().move([value], "Junk"), r'UID MOVE (\d{1,10}) "Junk"'),
    "copy by": Door(lambda at, value: at.writer().copy([value], "Junk"), r'UID COPY (\d{1,10}) "Junk"'),
    "store by": Door(
        lambda at, value: at.writer().store([value], add=["\\Seen"]),
        r"UID STORE (\d{1,10}) \+FLAGS\.SILENT \(\\Seen\)",
    ),
    "expunge by": Door(lambda at, value: at.writer().uid_expunge([value]), r"UID EXPUNGE (\d{1,10})"),
    "identify by": Door(lambda at, value: at.writer().identify([value]), rf"UID FETCH (\d{{1,10}}) {_ITEMS}"),
    "identify from": Door(lambda at, value: at.writer().identify_from(value), rf"UID FETCH (\d{{1,10}}):\* {_ITEMS}"),
    "present": Door(lambda at, value: at.reader().present([value]), rf"UID FETCH (\d{{1,10}}) {_ITEMS}"),
    "traces": Door(lambda at, value: at.reader().traces([value]), r"UID FETCH (\d{1,10}) \(UID INTERNALDATE\)"),
    "traces between": Door(
        lambda at, value: at.reader().traces([], between=(value, value)),
        r"UID FETCH (\d{1,10}):\d{1,10} \(UID INTERNALDATE\)",
    ),
    "whole": Door(
        lambda at, value: list(at.reader().whole([(value, 10)], limit=100)),
        r"UID FETCH (\d{1,10}) \([A-Z0-9. \[\]<>-]+\)",
    ),
}
DOORS = {**FOLDERS, **WORDS, **NUMBERS}


def _signing_in(endpoint: Endpoint, username: str, credential: Password | AccessToken) -> Connection:
    return connect(endpoint, username, credential)


def _decoded(part: int, between: str) -> Callable[[str], str]:
    """The `part`-th piece of the base64 answer to a server's challenge."""

    def read(answer: str) -> str:
        return base64.b64decode(answer, validate=True).decode("utf-8").split(between)[part]

    return read


def _user_of(answer: str) -> str:
    """Of OAUTHBEARER (RFC 7628): `n,a=USER,^Ahost=...`, in which `,` and `=` are written as numbers."""
    said = base64.b64decode(answer, validate=True).decode("utf-8").split("\1")[0]
    return said.removeprefix("n,a=").removesuffix(",").replace("=2C", ",").replace("=3D", "=")


_LOGIN = rf"LOGIN {_QUOTED} {_QUOTED}"
_ANSWER = r"([A-Za-z0-9+/=]*)"
SIGN_IN: Mapping[str, SignInDoor] = {
    "user name": SignInDoor(
        lambda at, value: _signing_in(at, value, Password("x")), "", rf'LOGIN {_QUOTED} "x"', _unquoted
    ),
    "password": SignInDoor(
        lambda at, value: _signing_in(at, "seller", Password(value)), "", rf'LOGIN "seller" {_QUOTED}', _unquoted
    ),
    "user name in SASL": SignInDoor(
        lambda at, value: _signing_in(at, value, Password("x")), "LOGINDISABLED AUTH=PLAIN", _ANSWER, _decoded(1, "\0")
    ),
    "password in SASL": SignInDoor(
        lambda at, value: _signing_in(at, "seller", Password(value)),
        "LOGINDISABLED AUTH=PLAIN",
        _ANSWER,
        _decoded(2, "\0"),
    ),
    "user name with a token": SignInDoor(
        lambda at, value: _signing_in(at, value, AccessToken("x")),
        "AUTH=XOAUTH2",
        _ANSWER,
        lambda answer: _decoded(0, "\1")(answer).removeprefix("user="),
    ),
    "token": SignInDoor(
        lambda at, value: _signing_in(at, "seller", AccessToken(value)),
        "AUTH=XOAUTH2",
        _ANSWER,
        lambda answer: _decoded(1, "\1")(answer).removeprefix("auth=Bearer "),
    ),
    "user name of a bearer": SignInDoor(
        lambda at, value: _signing_in(at, value, AccessToken("x")), "AUTH=OAUTHBEARER", _ANSWER, _user_of
    ),
    "token of a bearer": SignInDoor(
        lambda at, value: _signing_in(at, "seller", AccessToken(value)),
        "AUTH=OAUTHBEARER",
        _ANSWER,
        lambda answer: _decoded(-3, "\1")(answer).removeprefix("auth=Bearer "),
    ),
}
