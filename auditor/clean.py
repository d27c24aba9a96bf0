"""The seventh check: evidence -> whether the text holds anything that this kind of message does not carry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.checks import Answer
from auditor.evidence.collect import Context, Evidence
from auditor.evidence.letters import unmasked
from auditor.evidence.links import UNREADABLE
from auditor.evidence.names import as_mapped
from auditor.marketplaces import Kind, Marketplace

_MAX_WARNINGS = 10


def clean(evidence: Evidence, context: Context, warnings: list[str]) -> Answer:
    """Nothing in the text that this stream does not carry."""
    contents, owner, stream = evidence.contents, evidence.owner, evidence.match.stream if evidence.match else None
    if owner is None:
        return None, "whose message it is is not known"
    if contents.unread:
        return None, contents.unread
    outside = [host for host in contents.hosts if not context.catalogue.is_link(owner, host)]
    if stream is not None and stream.kind is Kind.CUSTOMER:
        return _clean_customer(evidence, context, outside, warnings)
    if outside:
        return False, f"it links to {outside[0]}, which is no site of {owner.title}"
    if contents.pages:
        return False, "it has an attachment that opens as a page"
    if stream is None or stream.third_party_text:
        return _clean_of_strangers(evidence, context)
    return True, "it links nowhere but to the marketplace" if contents.hosts else "it holds no links"


def _clean_of_strangers(evidence: Evidence, context: Context) -> Answer:
    """A notice that can carry a stranger's words invites to no place, number or file of the stranger's."""
    contents, owner = evidence.contents, evidence.owner
    named = [host for host in contents.named_hosts if owner and not context.catalogue.is_link(owner, host)]
    if named:
        return False, f"it names {_as_written(named[0])}, and this kind of message can carry a stranger's words"
    foreign = [page for page in contents.profiles if owner and not _is_page_of(owner, page.partition("/")[2])]
    if foreign:
        return False, f"it leads to {foreign[0]}, and this kind of message can carry a stranger's words"
    if contents.phone_numbers:
        return False, "it gives a telephone number, and this kind of message can carry a stranger's words"
    if contents.attachments:
        return False, "it has an attachment, and this kind of message can carry a stranger's words"
    return True, "it holds nothing that a stranger could have put there to lure"


def _is_page_of(owner: Marketplace, name: str) -> bool:
    """Whether a page of a social network has the marketplace's own name, or that of one of its countries."""
    places = ("", *(ending.replace(".", "") for ending in owner.tld), *(e.rpartition(".")[2] for e in owner.tld))
    own = {re.sub(r"[^a-z0-9]", "", brand) + place for brand in owner.brands for place in places}
    return name.replace(".", "") in own


def _as_written(host: str) -> str:
    return host.removesuffix(UNREADABLE).strip() or host


def _clean_customer(evidence: Evidence, context: Context, outside: Sequence[str], warnings: list[str]) -> Answer:
    if evidence.staff_claim:
        return False, "the writer calls himself the marketplace's staff, and a customer is not"
    posing = [host for host in outside if "@" in host]
    if posing:
        return False, f"it holds a link that poses as another site: {posing[0]}"
    for host in (*outside, *evidence.contents.named_hosts):
        if alike := _look_alike(_as_written(host), context):
            return False, f"it links to a look-alike: {alike}"
    warnings.extend(_strange(evidence, context, outside))
    return True, "a customer's message"


def _strange(evidence: Evidence, context: Context, outside: Sequence[str]) -> Iterator[str]:
    """What the seller should know of before he clicks: at most 22 lines."""
    contents, owner = evidence.contents, evidence.owner
    named = [host for host in contents.named_hosts if owner and not context.catalogue.is_link(owner, host)]
    yield from (f"a stranger wrote this, and it links to {host}" for host in outside[:_MAX_WARNINGS])
    yield from (f"a stranger wrote this, and it names {_as_written(host)}" for host in named[:_MAX_WARNINGS])
    if contents.pages:
        yield "a stranger wrote this, and it has an attachment that opens as a page"
    elif contents.attachments:
        yield "a stranger wrote this, and it has an attachment"


def _look_alike(host: str, context: Context) -> str | None:
    """How a host is made to pass for the catalogue's, as written, as a browser maps it, or as it is read."""
    mapped = as_mapped(host)
    if mapped.isascii() and context.catalogue.owner(mapped):
        return None
    read = unmasked(mapped)
    for form in dict.fromkeys((mapped, read)):
        if (alike := context.imitations.by_host(form)) and alike.certain:
            return alike.detail
    owner = context.catalogue.owner(read)
    return f"{host} is made to look like a site of {owner.title}" if owner else None
