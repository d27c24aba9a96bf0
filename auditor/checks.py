"""Six of the seven checks (the third is `auditor.proof`): evidence -> True, False or None, and a sentence for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from auditor.evidence.collect import Context, Evidence
from auditor.evidence.letters import unmasked
from auditor.evidence.links import UNREADABLE
from auditor.evidence.names import as_mapped
from auditor.evidence.recipients import is_one_of, named
from auditor.evidence.sender import Malformed, mailboxes
from auditor.evidence.staff import poses_as_staff
from auditor.marketplaces import Kind, Marketplace, Match
from auditor.proof import Proof

Answer = tuple[bool | None, str]

OLDEST = timedelta(days=5)
NEWEST = timedelta(days=1)

_MAX_WARNINGS = 10

SINGLETONS = (
    # RFC 5322 section 3.6 and RFC 2045: fields that may stand once
    "date", "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references",
    "subject", "mime-version", "content-type", "content-transfer-encoding",
)  # fmt: skip

# Where mail programs send an answer or whom they show as the writer, and what they turn into buttons, notes of their
# own or the base of links. A signature covers the last field of a name only, so none of them may stand twice either.
_ANSWER_FIELDS = ("reply-to", "mail-reply-to", "mail-followup-to", "list-post", "sender")
_BUTTON_FIELDS = (
    "list-unsubscribe", "list-unsubscribe-post", "list-subscribe", "list-help", "list-owner", "list-archive",
    "disposition-notification-to", "return-receipt-to", "content-location", "content-base", "content-disposition",
    "x-message-flag",
)  # fmt: skip


def one_sender(evidence: Evidence) -> Answer:
    """Exactly one From, exactly one plain mailbox (RFC 5322 section 3.6.2, narrowed)."""
    if isinstance(evidence.sender, Malformed):
        return False, evidence.sender.reason
    if evidence.message.ambiguities:
        return False, evidence.message.ambiguities[0]
    return True, f"the sender is {evidence.sender.address}"


def known_stream(evidence: Evidence) -> Answer:
    """The whole address is one that the catalogue knows, surely enough."""
    match = evidence.match
    if isinstance(evidence.sender, Malformed) or evidence.owner is None:
        whose = evidence.imitation.marketplace.title if evidence.imitation else "any marketplace"
        return False, f"the sender is not an address of {whose}"
    if match is None:
        return False, (
            f"{evidence.owner.title} is not known to write from {evidence.sender.address}; if it does, "
            f'add [marketplace.{evidence.owner.name}.stream.mine] with kind = "account" and '
            f'patterns = ["{evidence.sender.address}"] to the configuration'
        )
    if match.stream.kind is Kind.NEVER:
        return False, f"{match.stream.title}: never a message for a seller"
    if match.stream.confidence <= 1 and not match.stream.confirmed:
        return None, (
            f"this address form is only weakly known; if it is genuine, add "
            f'confirmed = ["{match.stream.name}"] to [marketplace.{match.marketplace.name}]'
        )
    return True, f"{match.marketplace.title}: {match.stream.title}"


def meant_for_seller(evidence: Evidence, proof: Proof, context: Context) -> Answer:
    """A signed To or Cc holds one of the seller's addresses. Delivered-To never satisfies: a replay has it too."""
    if context.own_addresses is None:
        return None, "whose mailbox this is is not known"
    if not proof.signatures:
        return None, "without proof, whom it was meant for cannot be told"
    covered = [name for name in ("to", "cc") if proof.covers(name)]
    if not covered:
        return None, "the signature does not cover To or Cc, so it may have been sent to anyone"
    addresses = named(evidence.message, covered)
    for address in addresses:
        if is_one_of(address, context.own_addresses):
            return True, f"it was sent to {address}"
    whom = ", ".join(addresses[:3]) or "nobody that can be read"
    return False, f"it was sent to {whom}; if that is yours, add it to the aliases of this mailbox"


def untouched(evidence: Evidence, proof: Proof, context: Context, warnings: list[str]) -> Answer:
    """Nothing that changes the reading, or where an answer goes, was added or taken away after signing."""
    for name in dict.fromkeys((*SINGLETONS, *_ANSWER_FIELDS, *_BUTTON_FIELDS)):
        if len(evidence.message.all(name)) > 1:
            return False, f"the field {name.title()} stands twice"
    is_customer = evidence.match is not None and evidence.match.stream.kind is Kind.CUSTOMER
    for name in _ANSWER_FIELDS:
        if not _answer_is_safe(name, evidence, proof, context, is_customer=is_customer):
            return False, f"an answer would go elsewhere: the {name.title()} is not signed and not the sender's"
    if not proof.covers("cc") and not _copies_are_own(evidence, context):
        return False, "an answer to all would go elsewhere: the Cc is not signed and not the seller's"
    for name in _BUTTON_FIELDS:
        if evidence.message.first(name) not in (None, "inline") and not proof.covers(name):
            return None, f"the signature does not cover the {name.title()}, which programs act upon"
    if not is_customer:
        return _notice_is_untouched(proof)
    if evidence.message.all("content-type") and proof.signatures and not proof.covers("content-type"):
        warnings.append("the signature does not cover how the text is to be shown (Content-Type)")
    return True, "nothing was added to it"


def _notice_is_untouched(proof: Proof) -> Answer:
    """Whether the field is there says nothing: it may have been taken away."""
    if not proof.covers("content-type"):
        return None, "the signature does not cover the Content-Type, so another text may be shown than was signed"
    return True, "nothing was added to it"


def _copies_are_own(evidence: Evidence, context: Context) -> bool:
    """Whether every Cc is one of the seller's own addresses; of a field that cannot be read nobody knows."""
    fields = evidence.message.all("cc")
    read = [mailboxes(field.text) for field in fields[:1]]
    own = context.own_addresses or ()
    return all(copies is not None and all(is_one_of(copy.address, own) for copy in copies) for copies in read)


def _answer_is_safe(name: str, evidence: Evidence, proof: Proof, context: Context, *, is_customer: bool) -> bool:
    value = evidence.message.first(name)
    if value is None or proof.covers(name):
        return True
    addresses = mailboxes(value)
    if addresses is None or len(addresses) != 1 or isinstance(evidence.sender, Malformed):
        return False
    address = addresses[0].address
    if address == evidence.sender.address:
        return True
    return not is_customer and _is_catalogue_address(address, evidence.match, context)


def _is_catalogue_address(address: str, match: Match | None, context: Context) -> bool:
    other = context.catalogue.match(address)
    if match is None:
        return False
    if match.stream.allows_reply_to(address):
        return True
    return (
        other is not None
        and other.marketplace.name == match.marketplace.name
        and other.stream.kind not in (Kind.NEVER, Kind.CUSTOMER)  # a customer's alias is a stranger's
    )


def fresh(evidence: Evidence, proof: Proof, context: Context) -> Answer:
    """Date and t= at most 5 days before and 1 day after the time of receipt; a replay is older."""
    received_at = context.received_at
    if received_at is None:
        return None, "when it was received is not known"
    date = _date(evidence.message.first("date"))
    signed = [datetime.fromtimestamp(s.signed_at, UTC) for s in proof.signatures if s.signed_at is not None]
    for moment in (*([date] if date else ()), *signed):
        if not -OLDEST <= moment - received_at <= NEWEST:
            return False, f"it is dated {moment:%Y-%m-%d}, but was received {received_at:%Y-%m-%d}"
    if date is None:
        return None, "it has no date that can be read"
    if not proof.covers("date") and (not signed or any(one.signed_at is None for one in proof.signatures)):
        return None, "its date is not signed, so it may be old mail sent again"
    return True, "it was sent when it was received"


def _date(text: str | None) -> datetime | None:
    """A comment may follow it; of one in front, or within, programs make different things."""
    try:
        moment = parsedate_to_datetime((text or "").partition("(")[0])
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


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
    if claims_staff(evidence, context):
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


def claims_staff(evidence: Evidence, context: Context) -> bool:
    """Whether the display name poses as the marketplace's staff; the forms that a stream records are no such claim."""
    if isinstance(evidence.sender, Malformed):
        return False
    forms = evidence.match.stream.display_names if evidence.match else ()
    return poses_as_staff(_of_the_writer(evidence.sender.display_name, forms), context.catalogue)


def _of_the_writer(name: str, forms: Sequence[str]) -> str:
    """What of a name the writer chose: `Mary` of `Mary - Amazon Marketplace`."""
    for form in forms:
        pattern = re.escape(form).replace(re.escape("<x>"), "(.*)")
        if found := re.fullmatch(pattern, name, re.IGNORECASE | re.DOTALL):
            return " ".join(found.groups())
    return name
