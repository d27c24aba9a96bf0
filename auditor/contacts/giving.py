"""How a seller's replies are read: in which country a number without a country code, or an address, is looked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from auditor.config import ContactConfig
from auditor.contacts.countries import country_code
from auditor.contacts.phone import region_of
from auditor.store.rows import StoredDetail


def reader_of(
    contact: ContactConfig, marketplaces: Collection[str] | None, *, wrappers: Sequence[str] = ()
) -> Callable[[bytes], tuple[StoredDetail, ...]]:
    """Bytes of a reply -> the contact details that it gives out, as the state keeps them.

    `wrappers`: hosts by which the provider wraps links.
    """
    address = contact.return_address
    country = (country_code(address.country) if address and address.country else None) or "US"
    region = region_of(contact, at_walmart=marketplaces is None or "walmart" in marketplaces) or "US"

    def read(raw: bytes) -> tuple[StoredDetail, ...]:
        from auditor.contacts.given import given_in

        found = given_in(raw, region=region, country=country, wrappers=wrappers)
        return tuple(StoredDetail(each.kind.value, each.value, each.place.value) for each in found)

    return read
