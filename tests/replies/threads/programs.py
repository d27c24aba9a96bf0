"""How mail programs write an answer: subject, fields that name what is answered, quoting, signatures in languages."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Literal

from .shapes import ALNUM, DIGITS, HEX, drawn

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Program:
    """One mail program. `names` says which fields name the answered message; `quotes` where its text stands."""

    name: str
    prefix: str
    names: Literal["both", "reply", "none"]
    quotes: Literal["below", "above", "none"]
    message_id: str
    attribution: str = ""
    agent: tuple[str, str] | None = None
    page: bool = False
    marks: str = ""  # put before each quoted line


@dataclass(frozen=True, slots=True)
class Answered:
    """What the answer's writer had before him."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    sender: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """What a program makes of it."""

    subject: str
    fields: tuple[tuple[str, str], ...]
    body: str
    content_type: str
    message_id: str


_FROM_BLOCK = "From: {sender}\nSent: {day} {clock}\nTo: Example Shop\nSubject: {subject}\n"
PROGRAMS = (
    Program(
        *("gmail", "Re: ", "both", "below", "<CA{letters}@mail.gmail.com>"),
        attribution="On {day} at {clock} {sender} wrote:\n",
        marks="> ",
    ),
    Program(
        *("outlook-desktop", "RE: ", "both", "below", "<{hex}${short}$@shop.test>"),
        attribution=_FROM_BLOCK,
        agent=("X-Mailer", "Microsoft Outlook 16.0"),
        page=True,
    ),
    Program(
        *("outlook-desktop-german", "AW: ", "both", "below", "<{hex}${short}$@shop.test>"),
        attribution="Von: {sender}\nGesendet: {day} {clock}\nAn: Example Shop\nBetreff: {subject}\n",
        agent=("X-Mailer", "Microsoft Outlook 16.0"),
        page=True,
    ),
    Program(
        *("outlook-365", "Re: ", "both", "below", "<AM0P{short}MB{digits}@AM0P{short}MB{digits}.prod.outlook.com>"),
        attribution="________________________________\n" + _FROM_BLOCK,
        page=True,
    ),
    Program(
        *("apple-mail", "Re: ", "both", "below", "<{upper}@shop.test>"),
        attribution="On {day}, at {clock}, {sender} wrote:\n",
        agent=("X-Mailer", "Apple Mail (2.3826.300.87)"),
        marks="> ",
    ),
    Program(
        *("ios", "Re: ", "reply", "below", "<{upper}@shop.test>"),
        attribution="Sent from my iPhone\n\n> On {day}, at {clock}, {sender} wrote:\n",
        agent=("X-Mailer", "iPhone Mail (22H20)"),
        marks="> ",
    ),
    Program(
        *("thunderbird", "Re: ", "both", "above", "<{uuid}@shop.test>"),
        attribution="On {day} {clock}, {sender} wrote:\n",
        agent=("User-Agent", "Mozilla Thunderbird"),
        marks="> ",
    ),
    Program(
        *("yahoo", "Re: ", "both", "below", "<{digits}.{digits}@mail.yahoo.com>"),
        attribution="    On {day} at {clock}, {sender} wrote:  \n",
        agent=("X-Mailer", "WebService/1.1 YMailNorrin"),
        page=True,
    ),
    Program(
        *("roundcube", "Re: ", "both", "above", "<{hex}@shop.test>"),
        attribution="On {day} {clock}, {sender} wrote:\n",
        agent=("User-Agent", "Roundcube Webmail/1.6.9"),
        marks="> ",
    ),
    Program(
        *("k-9", "Re: ", "both", "below", "<{upper}@shop.test>"),
        attribution="On {day} {clock}, {sender} wrote:\n",
        agent=("User-Agent", "K-9 Mail for Android"),
        marks="> ",
    ),
    Program(*("fairemail", "Re: ", "both", "none", "<{uuid}@shop.test>")),
    Program(*("groupwise-german", "Antw: ", "reply", "below", "<{hex}@shop.test>"), attribution=">>> {sender} {day}\n"),
    Program(*("outlook-swedish", "SV: ", "both", "none", "<{hex}${short}$@shop.test>"), page=True),
    Program(*("zendesk", "", "none", "none", "<{letters}_{hex}_sprut@zendesk.com>"), page=True),
    Program(
        *("freshdesk", "Re: ", "none", "below", "<{hex}@freshdesk.com>"),
        attribution="On {day} at {clock}, {sender} wrote:\n",
    ),
)
BY_NAME = {program.name: program for program in PROGRAMS}
KEEPING = tuple(program for program in PROGRAMS if program.names != "none")  # those that name what they answer
HELP_DESKS = tuple(program for program in PROGRAMS if program.names == "none")

LANGUAGES = {
    "en": ("Hello,", "thank you for writing. We look into it today.", "Best regards,\nExample Shop, customer care"),
    "de": (
        "Guten Tag,",
        "danke für Ihre Nachricht. Wir kümmern uns darum.",
        "Mit freundlichen Grüßen\nIhr Beispielladen",
    ),
    "fr": ("Bonjour,", "merci pour votre message. Nous vérifions cela.", "Cordialement,\nVotre boutique exemple"),
    "es": ("Buenos días:", "gracias por su mensaje. Lo revisamos hoy.", "Un saludo,\nTienda de ejemplo"),
    "nl": ("Goedendag,", "dank voor uw bericht. We zoeken het uit.", "Met vriendelijke groet,\nVoorbeeldwinkel"),
    "pl": ("Dzień dobry,", "dziękujemy za wiadomość. Sprawdzimy to.", "Z poważaniem\nSklep przykładowy"),
    "ja": ("お客様", "ご連絡ありがとうございます。確認いたします。", "よろしくお願いいたします。\nサンプルショップ"),
}


def written(program: Program, answered: Answered, language: str, rng: Random) -> Written:
    """The answer that `program` makes of the shop's words in `language`."""
    body = _body(program, answered, "\n\n".join(LANGUAGES[language]))
    return Written(
        subject=_subject(program, answered.subject),
        fields=(*_naming(program, answered), *((program.agent,) if program.agent else ())),
        body=_page(body) if program.page else body,
        content_type=HTML if program.page else TEXT,
        message_id=made_id(program, rng),
    )


def made_id(program: Program, rng: Random) -> str:
    """A Message-ID in the form that `program` makes."""
    return program.message_id.format(
        letters=drawn(rng, ALNUM, 40),
        hex=drawn(rng, HEX, 24),
        short=drawn(rng, HEX, 6),
        digits=drawn(rng, DIGITS, 9),
        upper="-".join(drawn(rng, HEX, n) for n in (8, 4, 4, 4, 12)).upper(),
        uuid="-".join(drawn(rng, HEX, n) for n in (8, 4, 4, 4, 12)),
    )


def _subject(program: Program, subject: str) -> str:
    """Nobody puts a second prefix before one that he knows."""
    return subject if subject.lower().startswith("re: ") else program.prefix + subject


def _naming(program: Program, answered: Answered) -> tuple[tuple[str, str], ...]:
    reply = ("In-Reply-To", answered.message_id)
    if program.names == "both":
        return (reply, ("References", folded((*answered.references, answered.message_id))))
    return (reply,) if program.names == "reply" else ()


def folded(names: Sequence[str]) -> str:
    """Message-IDs as the value of a field, one to a line."""
    return "\n ".join(names)


def _body(program: Program, answered: Answered, own: str) -> str:
    if program.quotes == "none":
        return own + "\n"
    head = program.attribution.format(
        sender=answered.sender, subject=answered.subject, day=f"{answered.at:%Y-%m-%d}", clock=f"{answered.at:%H:%M}"
    )
    quoted = head + "".join(f"{program.marks}{line}\n" for line in answered.text.splitlines())
    return f"{own}\n\n{quoted}" if program.quotes == "below" else f"{quoted}\n{own}\n"


def _page(text: str) -> str:
    lines = html.escape(text, quote=False).splitlines()
    joined = "<br>\n".join(lines)
    return f"<html><body><p>{joined}</p></body></html>\n"
