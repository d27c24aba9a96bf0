"""What is known of the seller's host -> how a filter that knows only patterns may read its stamp, or why it may not.

Such a filter cannot see where a field stands beside the Received fields. What it can do is take the topmost
Authentication-Results alone. That one is the host's own where the host writes one on every message, above whatever a
sender brings or after taking that away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.providers import SELF_HOSTED, Position, Provider
from auditor.whitelist.values import Stamping

_ID = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,250}[a-z0-9])?\Z")

# Measured on both (tests/whitelist). OpenDMARC writes its field last, so on top, with the DMARC result first in it.
# rspamd takes away what a sender brings, quotes what could be ambiguous, and names the domain whose policy it found.
_OPENDMARC, _RSPAMD = "opendmarc", "rspamd"


def stamping(provider: Provider, authserv_ids: Sequence[str]) -> Stamping | str:
    """How the stamp is read; a reason where none can be believed by its place alone."""
    ids = tuple(dict.fromkeys(each.lower() for each in authserv_ids))
    if strange := [each for each in ids if not _ID.match(each)]:
        return f"the authserv_id `{strange[0]}` holds characters that no host name has"
    if provider.name in (_OPENDMARC, _RSPAMD) or provider == SELF_HOSTED or not provider.discoverable:
        if not ids:
            return "whose stamps to believe is not known: add authserv_ids to the mailbox (`auditor doctor` shows them)"
        is_rspamd = provider.name == _RSPAMD
        return Stamping(ids, quotes=is_rspamd, names_parent=is_rspamd)
    return _why_not(provider)


def _why_not(provider: Provider) -> str:
    facts, title = provider.stamps, provider.title
    if not facts.believed:
        return f"the stamps of {title} are not believed: {facts.why}"
    if provider.stamp.anonymous:
        return f"{title} writes no name of its own into its stamp, so a filter cannot tell it from a sender's"
    if facts.fields[1] > 1:
        return f"{title} writes several fields, and the topmost is not the one that tells of DMARC"
    if facts.position is Position.BELOW:
        return (
            f"{title} writes its stamp below its own Received line, where a sender's could stand, and keeps a sender's"
        )
    return f"the name in the stamps of {title} changes from host to host, so it cannot be told from a sender's"
