"""A message that somebody sent -> his own words in it and his signature, without what he quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.message import Message
from auditor.quoting.lines import Run, own_runs
from auditor.quoting.pages import page_as_text
from auditor.quoting.signature import split_signature

MAX_TEXT = 100_000  # characters that are looked through; a reply of a seller has some 3,000
MAX_LINE = 5_000
_STUB = 200  # characters: a plain part as short as this may only say that the message is a page

_INVISIBLE = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u200b": "", "\ufeff": "", "\u2060": "", "\u200e": "", "\0": " "}
)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Lines of text, joined by line feeds; a blank line stands where a quotation was."""

    body: str
    signature: str


def own_words(message: Message) -> OwnWords:
    """From the plain text, or from the page where there is hardly any; empty where nothing can be read."""
    parts = [split_signature(run) for run in own_runs(_lines(_text(message)))]
    return OwnWords(_joined(body for body, _ in parts), _joined(signature for _, signature in parts))


def _text(message: Message) -> str:
    plain = _of_type(message, "text/plain")
    if len(plain) > _STUB:
        return plain
    page = _of_type(message, "text/html")
    return (page_as_text(page) if page else None) or plain


def _of_type(message: Message, content_type: str) -> str:
    """All inline parts of that type: Apple Mail cuts a text in two around each picture."""
    texts = (one.text for one in message.parts if one.content_type == content_type and not one.attached and one.text)
    return "\n".join(texts).strip()


def _lines(text: str) -> list[str]:
    read = text[:MAX_TEXT]
    if not read.isascii() or "\0" in read:
        read = read.translate(_INVISIBLE)
    return [line[:MAX_LINE].rstrip() for line in read.split("\n")]


def _joined(runs: Iterable[Run]) -> str:
    return "\n\n".join(text for run in runs if (text := "\n".join(run).strip("\n")))
