"""What the seller's answers give out - phones, addresses, e-mail, links - against the contact details on file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from auditor.config import ReturnAddressConfig
from auditor.contacts.countries import country_code
from auditor.contacts.facts import ContactFacts, Held, Mail, Said
from auditor.contacts.given_addresses import address_value, is_same_place
from auditor.contacts.in_use import is_listed
from auditor.contacts.phone import region_of
from auditor.contacts.website import host_of
from auditor.evidence.alignment import is_within, registrable_domain
from auditor.rules import Confidence
from auditor.store.rows import SentReply

_RULE = "contact-signature-differs"
_LATELY = timedelta(days=30)
_AT_LEAST = 10  # replies that are looked at, however long ago they were sent
_MOST = 10  # findings of one kind; the rest is the same mistake
_IN_TEXT = 2  # customers who were given a detail in the text, where one may be the customer's own or a carrier's
_SURELY = 5


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of detail. `on_file`: what it is compared with, for people; empty where nothing is on file."""

    name: str
    title: str
    on_file: str
    is_right: Callable[[str], bool]
    confidence: Confidence = Confidence.CERTAIN


def check_in_replies(facts: ContactFacts) -> Iterator[Said]:
    """A detail that is not on file is nothing to differ from."""
    mail = facts.mail
    if mail is None:
        return
    recent = _recent(facts, mail)
    wrong = [each for kind in _kinds(facts, mail) if kind.on_file for each in _differing(kind, recent, facts)]
    yield from wrong
    if not wrong and any(reply.given for reply in recent):
        yield Held(_RULE)


def _recent(facts: ContactFacts, mail: Mail) -> Sequence[SentReply]:
    """What was wrong and is mended is no matter any more."""
    read = [reply for reply in mail.replies if reply.given is not None]
    lately = [reply for reply in read if reply.sent_at > facts.now - _LATELY]
    return lately if len(lately) >= _AT_LEAST else read[-_AT_LEAST:]


def _kinds(facts: ContactFacts, mail: Mail) -> Iterator[_Kind]:
    phones = [each for each in (facts.contact.phone, facts.contact.customer_service_phone) if each]
    region = region_of(facts.contact, at_walmart=facts.sells_at_walmart)
    dialled = {_dialled(each, region) for each in phones}
    yield _Kind("phone", "phone number", ", ".join(phones), dialled.__contains__)
    yield _Kind("email", "e-mail address", facts.email, lambda address: _is_known(address, facts, mail))
    website = facts.contact.website or ""
    yield _Kind("link", "link", website, lambda host: _leads_to(host, website, mail))
    places = [each for each in (facts.contact.return_address, facts.contact.business_address) if each]
    values = [value for each in places if (value := _value(each))]
    surely = Confidence.CERTAIN if facts.contact.business_address else Confidence.POSSIBLE
    shown = "; ".join(value.partition("|")[2] for value in values)
    yield _Kind(
        "address", "postal address", shown, lambda text: any(is_same_place(text, each) for each in values), surely
    )


def _differing(kind: _Kind, replies: Sequence[SentReply], facts: ContactFacts) -> Iterator[Said]:
    found: dict[str, list[tuple[SentReply, str]]] = {}
    for reply in replies:
        for detail in dict.fromkeys(reply.given or ()):
            if detail.kind == kind.name and not kind.is_right(detail.value):
                found.setdefault(detail.value, []).append((reply, detail.place))
    counted = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))
    for value, seen in counted[:_MOST]:
        in_signature = any(place == "signature" for _, place in seen)
        customers = {recipient for reply, _ in seen for recipient in reply.recipients}
        if in_signature or len(customers) >= _IN_TEXT:
            yield _finding(kind, value, [reply for reply, _ in seen], facts, in_signature=in_signature)


def _finding(kind: _Kind, value: str, replies: Sequence[SentReply], facts: ContactFacts, *, in_signature: bool) -> Said:
    replies = list(dict.fromkeys(replies))
    last = max(replies, key=lambda reply: reply.sent_at)
    where = "in the signature" if in_signature else "in the text"
    how_often = f"{len(replies)} answers, the last" if len(replies) > 1 else "one answer,"
    shown = value.partition("|")[2] or value
    confidence = Confidence.LIKELY if len(replies) < _SURELY else Confidence.CERTAIN
    if len(replies) == 1 or kind.confidence is Confidence.POSSIBLE:
        confidence = Confidence.POSSIBLE
    return facts.finding(
        _RULE,
        shown,
        f"the {kind.title} {shown} stands {where} of {how_often} of {last.sent_at:%Y-%m-%d}; on file: {kind.on_file}",
        facts.ref(last.ref),
        confidence=confidence,
    )


def _dialled(written: str, region: str | None) -> str:
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

    try:
        return format_number(parse(written[:60], region), PhoneNumberFormat.E164)
    except NumberParseException:
        return ""


def _is_known(address: str, facts: ContactFacts, mail: Mail) -> bool:
    """A marketplace's own address, a customer's relay among them, is not the seller's."""
    domain = address.rpartition("@")[2]
    return is_listed(address, (*facts.own_addresses, facts.email)) or mail.catalogue.owner(domain) is not None


def _leads_to(host: str, website: str, mail: Mail) -> bool:
    """To the seller's own site, to a marketplace, or where marketplaces link to themselves: carriers and the like."""
    own = host_of(website)
    if is_within(host, registrable_domain(own) or own) or mail.catalogue.owner(host) is not None:
        return True
    return any(mail.catalogue.is_link(marketplace, host) for marketplace in mail.catalogue.marketplaces)


def _value(address: ReturnAddressConfig) -> str:
    """As `auditor.contacts.given` writes it; empty where what is on file is not enough to compare with."""
    country = country_code(address.country) if address.country else None
    if country is None or not address.postal_code:
        return ""
    parts = (address.street, address.city, address.region)
    return address_value(country, address.postal_code, [part for part in parts if part])
