"""How a seller's replies are read: what they give out, and of which orders they speak."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from auditor.config import ContactConfig
from auditor.contacts.countries import country_code
from auditor.contacts.phone import region_of
from auditor.message import read
from auditor.quoting import own_words
from auditor.replies.automatic_text import is_unchanged, placeholder_in, words_digest
from auditor.replies.order_numbers import order_numbers
from auditor.replies.wording import Remark, Reply, remarks
from auditor.replies.wording.sentences import LONGEST
from auditor.rules import Confidence
from auditor.store.rows import ReadReply, StoredDetail, StoredRemark

Templates = tuple[str, ...]

_FILL_IN = "Fill in what the template leaves open."
_OWN_WORDS = "Add a sentence about this customer's own question."


def reader_of(
    contact: ContactConfig,
    marketplaces: Collection[str] | None,
    *,
    wrappers: Sequence[str] = (),
    links: Mapping[str, tuple[str, ...]] | None = None,
    templates: Templates = (),
) -> Callable[[bytes, str | None], ReadReply]:
    """Bytes of a reply, and the marketplace of its customer -> what the state keeps of its text.

    Without a marketplace its words are not judged.

    A number without a country code, or a postal address, is looked for in the country of the contact details on file.
    `wrappers`: hosts by which the provider wraps links; `links`: by marketplace, the domains of its own.
    """
    address = contact.return_address
    country = (country_code(address.country) if address and address.country else None) or "US"
    region = region_of(contact, at_walmart=marketplaces is None or "walmart" in marketplaces) or "US"

    def read_reply(raw: bytes, marketplace: str | None) -> ReadReply:
        from auditor.contacts.given import given_in_words

        words = own_words(read(raw))
        found = given_in_words(words, region=region, country=country, wrappers=wrappers)
        details = tuple(StoredDetail(each.kind.value, each.value, each.place.value) for each in found)
        orders = order_numbers(words.body)
        if marketplace is None:
            return ReadReply(details, orders)
        own = (links or {}).get(marketplace, ())
        reply = Reply(marketplace, words.body, words.signature, link_domains=own)
        said = (*remarks(reply), *of_templates(words.body, templates))
        stored = tuple(StoredRemark(each.rule, each.quote, each.confidence.value) for each in said)
        return ReadReply(details, orders, stored, words_digest(words.body))

    return read_reply


def of_templates(text: str, templates: Templates) -> tuple[Remark, ...]:
    """A placeholder that was left open, or a template that was sent word for word."""
    if left := placeholder_in(text):
        line = next(each for each in text.splitlines() if left in each).strip()
        return (Remark("reply-template-unchanged", line[:LONGEST], _FILL_IN, Confidence.CERTAIN),)
    if is_unchanged(text, templates):
        return (Remark("reply-template-unchanged", text.strip()[:LONGEST], _OWN_WORDS),)
    return ()
