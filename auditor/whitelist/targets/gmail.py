"""Gmail: filters as its settings export and import them (Atom with apps:property), and what is read of them.

A filter cannot ask whether a message is authenticated. So it is written only for addresses of domains whose DMARC
policy, as it is now, has receivers refuse forged mail, which Gmail does before any filter. It cannot describe part of
an address either: a relay is let in by its whole domain, and only where all of that domain is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from auditor.errors import ConfigError
from auditor.filters import Filter, never_spam
from auditor.whitelist.shapes import domain_of, glob, is_exact, overlap
from auditor.whitelist.values import Effect, Entry, Means, Plan, Present, Proof, Refused, Target, Wanted

MAX_CRITERION = 1_000
"""Characters; Gmail takes 1,500."""
MAX_FILE = 5_000_000

_ATOM = "{http://www.w3.org/2005/Atom}"
_APPS = "{http://schemas.google.com/apps/2006}"
_TERM = re.compile(r"\s+OR\s+|[|{}()\s]+")
_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:apps='http://schemas.google.com/apps/2006'>
\t<title>Mail Filters</title>
"""


def plan(wanted: Sequence[Wanted], means: Means) -> Plan:
    """Addresses, and whole domains where nothing of them is unwanted."""
    entries: dict[str, Entry] = {}
    refused: list[Refused] = []
    for one in wanted:
        try:
            pattern, why = _narrowest(one, means)
            _written(pattern)
        except ConfigError as error:
            pattern, why = "", str(error)
        if why:
            refused.append(Refused(one.pattern, why))
        else:
            entries.setdefault(pattern, Entry(pattern, Proof.POLICY))
    whole = {each for each in entries if each.startswith("*@")}
    kept = [each for each in entries.values() if each.pattern in whole or f"*@{domain_of(each.pattern)}" not in whole]
    return Plan(tuple(kept), tuple(refused))


def _narrowest(one: Wanted, means: Means) -> tuple[str, str]:
    """What Gmail can say, or why it must not."""
    domain = domain_of(one.pattern)
    exact = is_exact(one.pattern)
    pattern = one.pattern if exact else f"*@{domain}"
    if not exact and (set("[*") & set(domain) or _holds_unwanted(pattern, means)):
        return pattern, "Gmail could only let in the whole domain, from where unwanted mail comes too"
    is_enforced = means.policies.get(domain)
    if is_enforced is None:
        return pattern, "whether forged mail from this domain is refused could not be looked up"
    if not is_enforced:
        return pattern, "the domain does not have forged mail refused (DMARC), and a Gmail filter would let it in"
    return pattern, ""


def _holds_unwanted(pattern: str, means: Means) -> bool:
    return any(overlap(pattern, glob(each)) for each in means.unwanted)


def render(entries: Sequence[Entry], means: Means) -> str:
    """One file for `Import filters`; nothing for no entries."""
    del means
    if not entries:
        return ""
    body = "".join(_filter(number, criterion) for number, criterion in enumerate(_criteria(entries), 1))
    return f"{_HEAD}{body}</feed>\n"


def filters(entries: Sequence[Entry]) -> tuple[Filter, ...]:
    """The same as Gmail's API takes them."""
    return tuple(never_spam(criterion) for criterion in _criteria(entries)) if entries else ()


def _criteria(entries: Sequence[Entry]) -> Iterator[str]:
    """The senders, as many to a filter as it takes."""
    written = ""
    for each in entries:
        term = _written(each.pattern)
        if written and len(written) + len(term) > MAX_CRITERION:
            yield written
            written = ""
        written = f"{written} OR {term}" if written else term
    yield written


def _written(pattern: str) -> str:
    """The one way in which an address gets into a filter: no word, bracket or operator of Gmail's can be in it."""
    term = pattern.removeprefix("*")
    if not re.fullmatch(r"[a-z0-9.+_=-]*@[a-z0-9._-]+", term):
        raise ConfigError(f"`{pattern}` is no address that Gmail can look for")
    return term


def _filter(number: int, criterion: str) -> str:
    return (
        "\t<entry>\n"
        "\t\t<category term='filter'></category>\n"
        "\t\t<title>Mail Filter</title>\n"
        f"\t\t<id>tag:mail.google.com,2008:filter:{number}</id>\n"
        "\t\t<content></content>\n"
        f"\t\t<apps:property name='from' value={quoteattr(criterion)}/>\n"
        "\t\t<apps:property name='shouldNeverSpam' value='true'/>\n"
        "\t</entry>\n"
    )


def parse(text: str) -> Present:
    """Every filter of an export that goes by the sender, or answers."""
    if len(text) > MAX_FILE or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return Present(unread=("it is no export of Gmail's filters",))
    try:
        root = ElementTree.fromstring(text.encode())  # noqa: S314 - no entities: refused above
    except ElementTree.ParseError as error:
        return Present(unread=(f"it is no XML: {error}",))
    entries = root.iter(f"{_ATOM}entry")
    return Present(tuple(found for number, entry in enumerate(entries, 1) for found in _of_filter(entry, number)))


def _of_filter(entry: ElementTree.Element, number: int) -> Iterator[Entry]:
    properties = {each.get("name", ""): each.get("value", "") for each in entry.iter(f"{_APPS}property")}
    sender = properties.get("from", "") or _sought(properties.get("hasTheWord", ""))
    globs = [_glob(term.lower()) for term in _TERM.split(sender) if term and term != "OR"] or ["*"]
    for effect in _effects(properties):
        for pattern in globs:
            is_address = "@" in pattern and not pattern.endswith("*") and pattern != "*"
            proof = Proof.POLICY if is_address else Proof.NONE
            text = f"filter {number}: from {sender or 'anyone'}"
            yield Entry(pattern, proof, effect=effect, is_ours=False, text=text)


def _sought(words: str) -> str:
    found = re.search(r"\bfrom:(\([^)]*\)|\S+)", words)
    return found[1] if found else ""


def _effects(properties: dict[str, str]) -> Iterator[Effect]:
    if properties.get("shouldNeverSpam") == "true":
        yield Effect.ADMIT
    if "true" in (properties.get("shouldTrash"), properties.get("shouldSpam")):
        yield Effect.DISCARD
    if properties.get("cannedResponse"):
        yield Effect.REPLY


def _glob(term: str) -> str:
    """Gmail looks for words: what is no whole address also fits display names and longer ones."""
    term = term.strip("\"'")
    if re.fullmatch(r"\*?@[a-z0-9._-]+", term):
        return f"*{term.lstrip('*')}"
    return term if re.fullmatch(r"[a-z0-9.+_=-]+@[a-z0-9._-]+", term) else f"*{term}*"


TARGET = Target(
    "gmail",
    "Gmail",
    plan,
    render,
    parse,
    "Gmail: Settings, Filters and Blocked Addresses, Import filters, choose the file, Open file, Create filters. "
    "Gmail's filters look for words, also in the name that a sender gives himself: read who wrote before you answer.",
    needs_policies=True,
)
