"""One module a target: what it would hold, its text, and what is read out of such a text. All pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from auditor.whitelist.targets import gmail, microsoft365, outlook, rspamd, sieve, spamassassin, vcard
from auditor.whitelist.values import Target

_MODULES = (sieve, gmail, spamassassin, rspamd, outlook, microsoft365, vcard)
TARGETS: Mapping[str, Target] = MappingProxyType({module.TARGET.name: module.TARGET for module in _MODULES})
