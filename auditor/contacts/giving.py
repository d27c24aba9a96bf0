"""How a seller's replies are read: what they give out, and of which orders they speak."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from auditor.config import ContactConfig
from auditor.contacts.countries import country_code
from auditor.contacts.phone import region_of
from auditor.message import read
from auditor.quoting import own_words
from auditor.replies.order_numbers import order_numbers
from auditor.store.rows import ReadReply, StoredDetail


def reader_of(
    contact: ContactConfig, marketplaces: Collection[str] | None, *, wrappers: Sequence[str] = ()
) -> Callable[[bytes], ReadReply]:
    """Bytes of a reply -> what the state keeps of its text.

    A number without a country code, or a postal address, is looked for in the country of the contact details on file.
    `wrappers`: hosts by which the provider wraps links.
    """
    address = contact.return_address
    country = (country_code(address.country) if address and address.country else None) or "US"
    region = region_of(contact, at_walmart=marketplaces is None or "walmart" in marketplaces) or "US"

    def read_reply(raw: bytes) -> ReadReply:
        from auditor.contacts.given import given_in_words

        words = own_words(read(raw))
        found = given_in_words(words, region=region, country=country, wrappers=wrappers)
        details = tuple(StoredDetail(each.kind.value, each.value, each.place.value) for each in found)
        return ReadReply(details, order_numbers(words.body))

    return read_reply
