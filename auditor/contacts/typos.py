"""A mail domain that was probably meant to be another -> that other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from auditor.contacts.mail_hosts import FREE_MAIL
from auditor.evidence.alignment import is_known_ending
from auditor.evidence.likeness import is_nearly

# Mail hosts that so many people have that a name one slip away is far more often a slip than a name; of short ones,
# such as aol.com and gmx.de, every slip makes another name.
_OFTEN_MEANT = (
    *("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "googlemail.com", "protonmail.com"),
    *("comcast.net", "sbcglobal.net", "verizon.net", "bellsouth.net", "btinternet.com", "rediffmail.com"),
    *("yahoo.co.uk", "hotmail.co.uk", "yahoo.fr", "hotmail.fr", "yahoo.de", "hotmail.de", "hotmail.it", "yahoo.it"),
    *("hotmail.es", "yahoo.es", "t-online.de", "wanadoo.fr", "laposte.net", "libero.it", "bigpond.com"),
)
# One slip away from one of those, and sites with mail of their own.
_THEMSELVES = frozenset({"cloud.com", "email.com"})
_SLIPS_IN_ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "vom", "xom", "cpm", "comm", "coom", "c0m", "cim", "copm", "como"), "com"),
    **dict.fromkeys(("nte", "ent", "nett"), "net"),
    **dict.fromkeys(("ogr", "orgg", "rog", "orh"), "org"),
    **dict.fromkeys(("dee", "ed"), "de"),
    **dict.fromkeys(("uck", "ukk"), "uk"),
}


def meant(domain: str, own: Iterable[str] = ()) -> str:
    """What was meant, empty where nothing speaks for a slip. `own`: domains where the seller is known to be."""
    if domain in own or domain in FREE_MAIL or domain in _THEMSELVES:
        return ""
    mended = _with_ending(domain)
    if mended in FREE_MAIL or mended in own:
        return mended
    near = next((each for each in own if is_nearly(mended, each)), "") or next(
        filter(partial(is_nearly, mended), _OFTEN_MEANT), ""
    )
    return near or (mended if mended != domain else "")


def _with_ending(domain: str) -> str:
    """With the ending that was meant, where it has one that does not exist."""
    front, dot, ending = domain.rpartition(".")
    meant_ending = _SLIPS_IN_ENDINGS.get(ending, "")
    return f"{front}.{meant_ending}" if dot and meant_ending and not is_known_ending(ending) else domain
