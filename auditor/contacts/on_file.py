"""What the marketplaces have on file, as their own mail shows it, against what the seller says is on file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from auditor.contacts.facts import ContactFacts, Held, Mail, Said
from auditor.contacts.in_use import InUse, addresses_in_use, is_listed, is_same
from auditor.contacts.mail_hosts import is_free_mail
from auditor.rules import Confidence, Finding, Outcome

_RULE = "contact-address-mismatch"
_EXAMPLES = 5
_NOT_AT_ONCE = timedelta(days=1)  # a replay of another seller's mail ends soon: it must be fresh


def check_on_file(facts: ContactFacts) -> Iterator[Said]:
    """Customers' messages go to the customer-service address; notices may go to another contact's of the seller's."""
    mail = facts.mail
    if mail is None:
        return
    own = (*facts.own_addresses, facts.email)
    of_customers = addresses_in_use(mail.received, ("customer",), own)
    notices = addresses_in_use(mail.received, ("account", "order"), own)
    wrong = [each for each in of_customers if not _is_on_file(each, facts)]
    told = {(each.marketplace, each.address) for each in wrong}
    wrong += [
        each for each in notices if not _is_known(each.address, facts) and (each.marketplace, each.address) not in told
    ]
    said = [_mismatch(each, facts, mail, others=(*of_customers, *notices)) for each in wrong]
    yield from (each for each in said if each is not None)
    if (of_customers or notices) and not any(said):
        yield Held(_RULE)


def _is_on_file(used: InUse, facts: ContactFacts) -> bool:
    """Where the file names no address, each of the mailbox's own will do."""
    if facts.contact.email is None:
        return _is_known(used.address, facts)
    return is_same(used.address, facts.contact.email)


def _is_known(address: str, facts: ContactFacts) -> bool:
    return is_listed(address, (*facts.own_addresses, facts.email))


def _mismatch(used: InUse, facts: ContactFacts, mail: Mail, *, others: Sequence[InUse]) -> Finding | None:
    same = [each for each in others if each.marketplace == used.marketplace and each.address != used.address]
    is_certain, is_own = _is_known(used.address, facts), _is_own_domain(used.address, facts)
    if not (is_certain or is_own or used.spread >= _NOT_AT_ONCE):
        if same:  # whom it writes to otherwise is known, so this is another seller's mail
            return None
        outcome, confidence = Outcome.UNKNOWN, Confidence.POSSIBLE
    else:
        outcome, confidence = Outcome.WRONG, Confidence.CERTAIN if is_certain else Confidence.LIKELY
    return facts.finding(
        _RULE,
        f"{mail.title(used.marketplace)}: {used.address}",
        f"{_told(used, mail)}; {_against(used, facts, same, outcome)}",
        *(facts.ref(one.ref) for one in used.messages[-_EXAMPLES:]),
        outcome=outcome,
        confidence=confidence,
    )


def _is_own_domain(address: str, facts: ContactFacts) -> bool:
    """One message is enough there: nobody else has such an address."""
    own = {each.rpartition("@")[2].lower() for each in (*facts.own_addresses, facts.email)}
    return address.rpartition("@")[2] in {domain for domain in own if not is_free_mail(domain)}


def _told(used: InUse, mail: Mail) -> str:
    """How often, and when last."""
    many = len(used.messages)
    what = "customers' messages" if used.messages[-1].kind == "customer" else "notices"
    how_often = f"{many} {what}, the last" if many > 1 else f"one of its {what},"
    return f"{mail.title(used.marketplace)} sent {how_often} of {used.last:%Y-%m-%d}, to {used.address}"


def _against(used: InUse, facts: ContactFacts, same: Sequence[InUse], outcome: Outcome) -> str:
    if outcome is Outcome.UNKNOWN:
        return "it may be on file there, or another seller's mail was sent on to you: anybody can do that"
    kind = used.messages[-1].kind
    also = dict.fromkeys(each.address for each in same if each.messages[-1].kind == kind == "customer")
    if also:
        return f"and others to {', '.join(also)}: two addresses are in use there"
    if not _is_known(used.address, facts):
        return f"it is neither {facts.email} nor listed as an alias of this mailbox"
    return f"[contact] names {facts.email}"
