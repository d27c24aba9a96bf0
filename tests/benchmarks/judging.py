"""How long judging signed mail takes on one core, beside its floor: `python -m tests.benchmarks.judging`.

The floor is what the same messages cost at least: `email.message_from_bytes` and, by dkimpy, the verification of each
signature that could speak for the sender, its key at hand. Ours is the whole judgement: header, stamp, signatures,
links, look-alikes, seven checks. Both run in turn in one process, DNS being a dictionary. Exit code 1 where the median
of the ratios is over the limit for any kind of mail; `--write` puts the table into JUDGING.md beside this file.
"""

from __future__ import annotations

import email
import gc
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import dkim

from auditor.judging import Letter as Received
from auditor.judging import judge_all
from tests.contexts import ZoneResolver, context
from tests.mail import RECEIVED_AT, Profile
from tests.mail.build import FULL, Letter, alternative, multipart, signed
from tests.mail.delivery import deliver, passed
from tests.mail.honest import walmart_relay
from tests.mail.keys import zone

LIMIT = 1.5
ROUNDS = 21
MESSAGES = 20
TABLE = Path(__file__).with_name("JUDGING.md")
SENTENCE = "the lamp which I ordered on Monday has not arrived and tracking shows nothing could you look please"
WORDS = re.findall(r"\w+", SENTENCE)


@dataclass(frozen=True, slots=True)
class Mail:
    """One kind of mail: its letters differ in words, address and Message-ID."""

    name: str
    profile: Profile
    letters: tuple[bytes, ...]
    speaking: int = 1
    """How many of the signatures on each could speak for the sender."""


@dataclass(frozen=True, slots=True)
class Row:
    """Median milliseconds for one message, and the median of the rounds' ratios."""

    name: str
    size: int
    floor_ms: float
    ours_ms: float
    ratio: float


def text(octets: int, rng: random.Random) -> str:
    """Lines of words, about 70 characters each."""
    lines = (" ".join(rng.choices(WORDS, k=12)) for _ in range(octets // 70 + 1))
    return "\n".join(lines)[:octets] + "\n"


def plain(number: int, rng: random.Random) -> Letter:
    return Letter(f"Mary {number} <{walmart_relay(str(number))}>", f"Order {number}", text(4_000, rng))


def page(number: int, rng: random.Random) -> Letter:
    """About 40 kB: forty links among styled paragraphs, and the same as plain text."""
    style = "font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5;color:#333"
    paragraphs = "\n".join(
        f'<tr><td style="{style}"><p>{text(500, rng)}</p>'
        f'<a href="https://www.walmart.com/ip/{rng.randrange(10**9)}?from=mail&amp;n={n}">See item {n}</a></td></tr>'
        for n in range(40)
    )
    html = f"<!DOCTYPE html><html><body><table>\n{paragraphs}\n</table></body></html>"
    kind, body = alternative(text(10_000, rng), html)
    return Letter(f"Kim <{walmart_relay(str(number))}>", f"Order {number}", body, content_type=kind)


def attachment(number: int, rng: random.Random) -> Letter:
    """About 400 kB: a picture in base64 beside a page."""
    data = "\n".join(rng.randbytes(57).hex()[:76] for _ in range(5_000))
    kind, body = multipart(
        "mixed",
        ("text/plain; charset=utf-8", text(2_000, rng)),
        ('image/jpeg; name="broken.jpg"\nContent-Transfer-Encoding: base64', data),
    )
    return Letter(f"Ana <{walmart_relay(str(number))}>", f"Order {number}", body, content_type=kind)


KINDS: dict[str, Callable[[int, random.Random], Letter]] = {
    "4 kB of text": plain,
    "40 kB page with links": page,
    "400 kB with attachment": attachment,
}
SIGNERS: dict[str, tuple[str, ...]] = {
    "one signature": ("walmart.com",),
    "two, one of them a stranger's": ("walmart.com", "amazonses.com"),
    "two, both of the marketplace": ("walmart.com", "relay.walmart.com"),
}


def kinds_of_mail(messages: int = MESSAGES) -> Iterator[Mail]:
    """Every size, signed in every way, and where the provider stamps too."""
    for kind, write in KINDS.items():
        for how, signers in SIGNERS.items():
            rng = random.Random(f"{kind} {how}")
            letters = [signed(write(number, rng), *signers, headers=FULL) for number in range(messages)]
            found = passed("relay.walmart.com", *signers)
            for profile in (Profile.NONE, Profile.PINNED) if len(signers) == 1 else (Profile.NONE,):
                stamps = ", stamped" if profile.is_believed else ""
                delivered = tuple(deliver(raw, profile, found, "out1.walmart.com") for raw in letters)
                speaking = sum(signer.endswith("walmart.com") for signer in signers)
                yield Mail(f"{kind}, {how}{stamps}", profile, delivered, speaking)


def floor(mail: Mail, keys: dict[str, bytes]) -> None:
    for raw in mail.letters:
        email.message_from_bytes(raw)
        verified = verify_all(raw, keys, mail.speaking)
        assert verified


def verify_all(raw: bytes, keys: dict[str, bytes], count: int) -> bool:
    """As many signatures as ours has to verify: those of the sender's domain and its parents, which come first."""
    verifier = dkim.DKIM(raw)
    return all(
        verifier.verify(number, dnsfunc=lambda name, timeout=5: keys[name.decode().rstrip(".")])
        for number in range(count)
    )


def ours(mail: Mail, resolver: ZoneResolver) -> None:
    judged = judge_all([Received(raw, RECEIVED_AT) for raw in mail.letters], context(mail.profile), resolver)
    assert all(one.verdict.standing.value == "genuine" for one in judged)


def timed(job: Callable[[], None], messages: int) -> float:
    """Milliseconds of the processor for one message; a busy machine changes those less than the clock on the wall."""
    gc.collect()
    began = time.process_time()
    job()
    return (time.process_time() - began) * 1_000 / messages


def measured(mail: Mail, rounds: int = ROUNDS) -> Row:
    """The two in turn; one round before them fills the caches."""
    keys = zone()
    resolver = ZoneResolver(keys)
    pairs = []
    for number in range(rounds + 1):
        count = len(mail.letters)
        pair = (timed(lambda: floor(mail, keys), count), timed(lambda: ours(mail, resolver), count))
        if number:
            pairs.append(pair)
    size = round(sum(map(len, mail.letters)) / len(mail.letters))
    ratio = median(mine / least for least, mine in pairs)
    return Row(mail.name, size, median(least for least, _ in pairs), median(mine for _, mine in pairs), ratio)


def table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| mail | octets | floor, ms | ours, ms | ratio |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for row in rows:
        yield f"| {row.name} | {row.size:,} | {row.floor_ms:.2f} | {row.ours_ms:.2f} | {row.ratio:.2f} |"


def document(rows: Sequence[Row]) -> str:
    return "\n".join(
        (
            "# Judging signed mail, beside parsing and dkimpy alone",
            "",
            "Written by `python -m tests.benchmarks.judging --write` on 2 shared cores, Python 3.11. Processor time of",
            f"one message on one core; medians of {ROUNDS} rounds in turn over {MESSAGES} messages of each kind. The",
            "floor is `email.message_from_bytes` and dkimpy's `verify` of each signature that could speak for the",
            f"sender. The limit is {LIMIT} times the floor.",
            "",
            *table(rows),
            "",
        )
    )


def main() -> int:
    rows = [measured(mail) for mail in kinds_of_mail()]
    print("\n".join(table(rows)))
    if "--write" in sys.argv[1:]:
        TABLE.write_text(document(rows), encoding="utf-8")
    over = [row for row in rows if row.ratio > LIMIT]
    for row in over:
        print(f"{row.name}: {row.ratio:.2f} times the floor, over the limit of {LIMIT}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
