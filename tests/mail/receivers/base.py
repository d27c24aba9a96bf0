"""What all providers share in delivering a message: fields on top, the border's Received, fields below it."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from ..build import CRLF
from ..results import Stamp, lines

_FIELD = re.compile(rb"(?s).+?\r\n(?![ \t])")
_RESULTS = b"authentication-results:"


@dataclass(frozen=True, slots=True)
class Arriving:
    """A message at the border. `found` is what the provider writes of it; a str is its text after the id."""

    raw: bytes
    found: Stamp | str
    host: str

    @property
    def mailfrom(self) -> str:
        return self.found.mailfrom if isinstance(self.found, Stamp) else "evil.test"

    @property
    def spf(self) -> str:
        return self.found.spf if isinstance(self.found, Stamp) else "pass"


class Receiver(ABC):
    """One provider. `id` is the authserv-id of its main field."""

    id = ""

    @abstractmethod
    def border(self, host: str) -> str:
        """The Received field of the host that takes mail in from outside, from `host`."""

    @abstractmethod
    def text(self, stamp: Stamp, raw: bytes) -> str:
        """The results in one field, without the id."""

    @abstractmethod
    def above(self, mail: Arriving) -> tuple[str, ...]:
        """All fields above the border's Received, stamps among them."""

    def below(self, mail: Arriving) -> tuple[str, ...]:
        """All fields between the border's Received and the sender's first."""
        del mail
        return ()

    def stamps(self, mail: Arriving) -> tuple[str, ...]:
        """The fields that hold results; none where `found` is an empty text."""
        if mail.found == "":
            return ()
        text = mail.found if isinstance(mail.found, str) else self.text(mail.found, mail.raw)
        return (field(self.id, text),)

    def kept(self, raw: bytes) -> bytes:
        """What the provider leaves of the sender's own bytes."""
        return raw

    def deliver(self, raw: bytes, found: Stamp | str, host: str) -> bytes:
        """The message as it lies in the mailbox."""
        mail = Arriving(raw, found, host)
        return lines(*self.above(mail), self.border(host), *self.below(mail)) + self.kept(raw)


def field(name: str, text: str) -> str:
    """One Authentication-Results field."""
    return f"Authentication-Results: {name};\n\t{text}"


def fields_of(raw: bytes) -> tuple[list[bytes], bytes]:
    """(each header field with its folds, the empty line and the body); no fields where no CRLF ends the header."""
    if CRLF + CRLF not in raw:
        return [], raw
    head, gap, body = raw.partition(CRLF + CRLF)
    return _FIELD.findall(head + CRLF), gap[2:] + body


def is_results(one: bytes) -> bool:
    """Whether a header field is an Authentication-Results."""
    return one.lower().startswith(_RESULTS)


def without_fields(raw: bytes, unwanted: Callable[[bytes], bool]) -> bytes:
    """The message without the header fields that are unwanted."""
    fields, rest = fields_of(raw)
    return b"".join(one for one in fields if not unwanted(one)) + rest
