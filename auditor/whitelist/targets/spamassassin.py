"""SpamAssassin: lines for `user_prefs` or `local.cf`, and what is read of them.

`welcomelist_auth` counts only where SPF or DKIM passes for the domain, `welcomelist_from_dkim` where DKIM does for the
domain named beside it. `welcomelist_from` looks at the address alone,
which anyone can write, and so is never written: with it a forged message without any signature came through at -94.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.errors import ConfigError
from auditor.whitelist.shapes import domain_of, glob, pieces
from auditor.whitelist.values import Effect, Entry, Means, Plan, Present, Proof, Refused, Target, Wanted

BEGIN = "# auditor whitelist, version 1: begin"
END = "# auditor whitelist: end"

_SETTING = re.compile(r"\s*(?:welcomelist|whitelist)_(from|auth|from_rcvd|from_spf|from_dkim|to)\s+([^#]*)")
_BLOCKED = re.compile(r"\s*(?:blocklist|blacklist)_from\s+([^#]*)")
_DOMAIN = re.compile(r"[a-z0-9._-]+")
_ALL_SPAM = re.compile(r"\s*(?:all|more)_spam_to\s+([^#]*)")


def plan(wanted: Sequence[Wanted], means: Means) -> Plan:
    """A glob for each; one with exceptions inside is refused, for a list of globs knows none."""
    del means
    entries: dict[Entry, None] = {}
    refused: list[Refused] = []
    for one in wanted:
        try:
            pattern = glob(one.pattern)
            _written(pattern)
        except ConfigError as error:
            refused.append(Refused(one.pattern, str(error)))
            continue
        if one.but_not:
            refused.append(Refused(one.pattern, f"it cannot leave out {', '.join(one.but_not)}, which is not wanted"))
        else:
            entries |= dict.fromkeys(_entries(pattern, one))
    return Plan(tuple(entries), tuple(refused))


def _entries(pattern: str, one: Wanted) -> Iterator[Entry]:
    """`welcomelist_auth` wants the very domain to sign; a parent, which may, has to be named."""
    yield Entry(pattern, Proof.CHECKED)
    for signer in one.signers:
        if signer != domain_of(one.pattern) and _DOMAIN.fullmatch(signer):
            yield Entry(pattern, Proof.CHECKED, (signer,))


def render(entries: Sequence[Entry], means: Means) -> str:
    """The lines between two marks; nothing for no entries."""
    del means
    lines = [_line(each) for each in entries]
    return "\n".join([BEGIN, *lines, END, ""]) if lines else ""


def _line(entry: Entry) -> str:
    if entry.signers:
        return f"welcomelist_from_dkim {_written(entry.pattern)} {entry.signers[0]}"
    return f"welcomelist_auth {_written(entry.pattern)}"


def _written(pattern: str) -> str:
    """The one way in which an address gets into a line: no space or comment sign can be in it."""
    pieces(re.sub(r"[?*]+", "x", pattern.partition("@")[0]) + "@x")
    if re.search(r"[^a-z0-9.+_=@?*-]", pattern):
        raise ConfigError(f"`{pattern}` is no address")
    return pattern


def parse(text: str) -> Present:
    """Every line that lets in or keeps out by the sender; those between our marks are ours."""
    entries: list[Entry] = []
    is_ours = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() in (BEGIN, END):
            is_ours = line.strip() == BEGIN
        entries += _read(line, f"line {number}: {line.strip()}", is_ours=is_ours)
    return Present(tuple(entries))


def _read(line: str, text: str, *, is_ours: bool) -> Iterator[Entry]:
    if found := _SETTING.match(line):
        kind, words = found[1], found[2].split()
        # The relay, the signing domain: what follows the address is no address.
        signers = tuple(words[1:2]) if kind == "from_dkim" else ()
        words = words[:1] if kind in ("from_rcvd", "from_dkim") else words
        if kind == "to":
            yield Entry("*", Proof.NONE, is_ours=False, text=text)
            return
        proof = Proof.NONE if kind == "from" else Proof.CHECKED
        yield from (Entry(word.lower(), proof, signers, is_ours=is_ours, text=text) for word in words)
    elif found := _BLOCKED.match(line):
        for word in found[1].split():
            yield Entry(word.lower(), Proof.NONE, effect=Effect.DISCARD, is_ours=False, text=text)
    elif _ALL_SPAM.match(line):
        yield Entry("*", Proof.NONE, is_ours=False, text=text)


TARGET = Target(
    "spamassassin",
    "SpamAssassin",
    plan,
    render,
    parse,
    "Add the lines to ~/.spamassassin/user_prefs, or to local.cf for all users. It needs the plugins SPF or DKIM, "
    "which are on by default, and DNS. Before SpamAssassin 4.0 the word is whitelist_auth.",
)
