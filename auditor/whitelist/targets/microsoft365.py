"""Microsoft 365: mail flow rules for an administrator's PowerShell, which test the stamp, and what is read of them.

Exchange Online renames the Authentication-Results that a sender brings, so the one that a rule sees is its own. The
expressions keep to what Exchange documents for rules: \\S, *, |, ( ), ^, $ and the backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from auditor.errors import ConfigError
from auditor.whitelist.shapes import canonical, domain_of, glob
from auditor.whitelist.values import Entry, Means, Plan, Present, Proof, Refused, Target, Wanted

MAX_PATTERNS = 4_000
"""Characters of expressions in one rule; Exchange takes 8,192 for a whole rule."""

_TO_REGEX = {"?": r"\S", "*": r"\S*", ".": r"\.", "+": r"\W"}
_FROM_REGEX = {r"\S": "?", r"\S*": "*", r"\.": ".", r"\W": "+"}
_TOKEN = re.compile(r"\\S\*|\\S|\\\.|\\W|[a-z0-9_=@-]+")
_CONDITIONS = (
    " `\n  -SenderAddressLocation Header -FromScope NotInOrganization `\n"
    "  -HeaderMatchesMessageHeader 'Authentication-Results' `\n"
    "  -HeaderMatchesPatterns '(^|;)\\s*dmarc=pass\\s*action=none\\s*header\\.from="
)
_END = "\\s*(;|$)' `\n  -SetSCL -1\n"
_RULE = re.compile(
    r"New-TransportRule -Name 'auditor [0-9]+' `\n  -FromAddressMatchesPatterns (?P<senders>[^\n`]*)"
    rf"{re.escape(_CONDITIONS)}(?P<signer>[^\n'()]*?){re.escape(_END)}"
)
_CLASS = re.compile(r"\[[^\[\]]*\](?:\{[^{}]*\})?")


def plan(wanted: Sequence[Wanted], means: Means) -> Plan:
    """A rule for each From domain; a pattern with exceptions inside is refused."""
    del means
    entries: list[Entry] = []
    refused: list[Refused] = []
    for one in wanted:
        try:
            pattern, domain = glob(one.pattern), domain_of(canonical(one.pattern))
            _written(pattern)
        except ConfigError as error:
            refused.append(Refused(one.pattern, str(error)))
            continue
        if one.but_not:
            refused.append(Refused(one.pattern, f"it cannot leave out {', '.join(one.but_not)}, which is not wanted"))
        else:
            entries.append(Entry(pattern, Proof.STAMP, (_CLASS.sub("*", domain),)))
    return Plan(tuple(dict.fromkeys(sorted(entries, key=_domain))), tuple(refused))


def render(entries: Sequence[Entry], means: Means) -> str:
    """The commands; nothing for no entries."""
    del means
    if not entries:
        return ""
    groups = [part for _, group in groupby(entries, _domain) for part in _parts(list(group))]
    rules = "\n".join(_rule(number, group) for number, group in enumerate(groups, 1))
    return f"# auditor whitelist, version 1. In Exchange Online PowerShell, after Connect-ExchangeOnline.\n{rules}"


def _rule(number: int, entries: Sequence[Entry]) -> str:
    senders = ",".join(f"'^{_written(each.pattern)}$'" for each in entries)
    signer = _written(entries[0].signers[0])
    name = f"New-TransportRule -Name 'auditor {number}' `\n"
    return f"{name}  -FromAddressMatchesPatterns {senders}{_CONDITIONS}{signer}{_END}"


def _parts(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """As many senders to a rule as it takes."""
    part: list[Entry] = []
    for each in entries:
        if part and sum(len(_written(one.pattern)) for one in (*part, each)) > MAX_PATTERNS:
            yield part
            part = []
        part.append(each)
    yield part


def _domain(entry: Entry) -> tuple[str, ...]:
    return entry.signers


def _written(pattern: str) -> str:
    """The one way in which an address gets into a command: no quotation mark, dollar sign or backtick can be in it."""
    if re.search(r"[^a-z0-9.+_=@?*-]", pattern):
        raise ConfigError(f"`{pattern}` is no address")
    return "".join(_TO_REGEX.get(character, character) for character in pattern)


def parse(text: str) -> Present:
    """The rules of ours in a script; of others' rules nothing is known."""
    entries: list[Entry] = []
    for found in _RULE.finditer(text):
        signer = _unwritten(found["signer"])
        senders = re.findall(r"'\^([^']*)\$'", found["senders"])
        entries += [Entry(_unwritten(sender), Proof.STAMP, (signer,)) for sender in senders]
    others = text.count("New-TransportRule") - len(_RULE.findall(text))
    unread = (f"{others} mail flow rules that are not auditor's",) if others else ()
    return Present(tuple(entries), unread)


def _unwritten(expression: str) -> str:
    return "".join(_FROM_REGEX.get(token, token) for token in _TOKEN.findall(expression))


TARGET = Target(
    "microsoft365",
    "Microsoft 365",
    plan,
    render,
    parse,
    "For an administrator: run it in Exchange Online PowerShell. It lets through what passed DMARC for its own domain; "
    "malware and mail that Microsoft is sure is phishing are held back all the same.",
)
