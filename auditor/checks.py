"""Five of the seven checks: evidence -> True, False or None, and a sentence for it.

The third is `auditor.proof`, the seventh `auditor.clean`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from auditor.evidence.collect import Context, Evidence
from auditor.evidence.recipients import is_one_of, named
from auditor.evidence.sender import Malformed, mailboxes
from auditor.marketplaces import Kind, Match
from auditor.proof import Proof

Answer = tuple[bool | None, str]

OLDEST = timedelta(days=5)
NEWEST = timedelta(days=1)

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
_ONCE = tuple(dict.fromkeys((*SINGLETONS, *_ANSWER_FIELDS, *_BUTTON_FIELDS)))


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
    for name in _ONCE:
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
