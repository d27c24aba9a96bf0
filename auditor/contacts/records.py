"""An SPF or DMARC record -> what is wrong with it, by checkdmarc (extra `domain`), which here asks DNS nothing itself.

Three traps of checkdmarc 6.0: it asks DNS on its way; for `exp=` it does so past the resolver that it is given; and
it keeps answers for all threads of a process.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any

from auditor.contacts.facts import Dns
from auditor.resolver.replay import Replay

_STAND_INS = {"TXT": b"v=spf1 -all", "A": b"192.0.2.1", "AAAA": b"2001:db8::1", "MX": b"10 mail.invalid."}
_EXPLANATION = re.compile(rb"(?<=\s)exp=\S*", re.IGNORECASE)
_LONGEST = 4_000  # bytes of a record
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reading:
    """`problem`: empty where the record is sound, None where that cannot be told; `wanted`: what DNS must say yet."""

    problem: str | None
    wanted: frozenset[tuple[str, str]] = frozenset()


def is_installed() -> bool:
    try:
        import checkdmarc  # noqa: F401
    except ImportError:
        return False
    return True


def read_spf(record: bytes, domain: str, dns: Dns) -> Reading:
    """Whether receivers can follow the record to its end: syntax, includes, at most ten look-ups (RFC 7208)."""
    from checkdmarc.spf import SPFError, SPFRecordNotFound, SPFTooManyVoidDNSLookups, parse_spf_record

    replay = Replay(dns.answers, _STAND_INS, _unexplained)
    try:
        parsed = _parsed(parse_spf_record, _unexplained(record), domain, replay)
    except (SPFRecordNotFound, SPFTooManyVoidDNSLookups) as error:
        return Reading(None if replay.unknown else _sentence(error, domain))
    except SPFError as error:  # whatever else DNS says: stand-ins count for less than any real answer
        return Reading(_sentence(error, domain))
    except Exception:  # what a stranger's include holds brings out more kinds than the library's own
        return Reading(None)
    if replay.unknown or replay.wanted:
        return Reading(None, frozenset(replay.wanted))
    return Reading(_misgiving(parsed["parsed"]))


def read_dmarc(record: bytes, domain: str) -> Reading:
    """Whether the record says what it means to say (RFC 9989 section 4.8)."""
    from checkdmarc.dmarc import DMARCError, parse_dmarc_record

    try:
        tags = _parsed(parse_dmarc_record, record, domain, Replay({}, {}))["tags"]
    except DMARCError as error:
        return Reading(_sentence(error, domain))
    except Exception:
        return Reading(None)
    is_passed_over = not tags["p"]["explicit"] and "rua" not in tags  # section 4.7
    return Reading("it has no p tag and no rua tag, so it is passed over" if is_passed_over else "")


def _misgiving(parsed: Any) -> str:
    """What is wrong with a record of the seller's that breaks no rule of syntax."""
    if parsed["all"] == "pass":
        return "it ends in +all: everyone may send as you"
    if parsed["all"] == "fail" and not parsed["mechanisms"] and not parsed["redirect"]:
        return "it says that no server at all may send your mail"
    return ""


def _parsed(parse: Any, record: bytes, domain: str, replay: Replay) -> Any:
    from checkdmarc import utils

    text = record[:_LONGEST].decode("utf-8", "replace")
    with _ONE_AT_A_TIME:
        utils.DNS_CACHE.clear()
        try:
            return parse(text, domain, resolver=replay, timeout=1.0, retries=0)
        finally:
            utils.DNS_CACHE.clear()


def _unexplained(record: bytes) -> bytes:
    return _EXPLANATION.sub(b"", record)


def _sentence(error: Exception, domain: str) -> str:
    said = str(error).removeprefix("Error: ").removeprefix(f"{domain}: ").rstrip(".")
    return said[:1].lower() + said[1:300]
