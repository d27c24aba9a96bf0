"""What the marketplaces have on file, as their own mail shows it, against what the seller says is on file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.contacts.facts import ContactFacts, Held, Mail, Said
from auditor.contacts.in_use import InUse, addresses_in_use, is_listed, is_same
from auditor.rules import Confidence

_RULE = "contact-address-mismatch"
_EXAMPLES = 5


def check_on_file(facts: ContactFacts) -> Iterator[Said]:
    """Customers' messages go to the customer-service address; notices may go to another contact's of the seller's."""
    mail = facts.mail
    if mail is None:
        return
    of_customers = addresses_in_use(mail.received, "customer")
    notices = [each for each in addresses_in_use(mail.received, "account") if not _is_known(each.address, facts)]
    wrong = [each for each in of_customers if not _is_on_file(each, facts)]
    known = {each.address for each in wrong}
    for each in wrong:
        yield _mismatch(each, facts, mail, others=of_customers)
    for each in notices:
        if each.address not in known:
            yield _mismatch(each, facts, mail, others=())
    if of_customers and not wrong and not notices:
        yield Held(_RULE)


def _is_on_file(used: InUse, facts: ContactFacts) -> bool:
    """Where the file names no address, each of the mailbox's own will do."""
    if facts.contact.email is None:
        return _is_known(used.address, facts)
    return is_same(used.address, facts.contact.email)


def _is_known(address: str, facts: ContactFacts) -> bool:
    return is_listed(address, (*facts.own_addresses, facts.email))


def _mismatch(used: InUse, facts: ContactFacts, mail: Mail, *, others: Sequence[InUse]) -> Said:
    return facts.finding(
        _RULE,
        used.address,
        f"{_told(used, mail)}; {_against(used, facts, others)}",
        *(facts.ref(one.ref) for one in used.messages[-_EXAMPLES:]),
        confidence=_confidence(used, facts),
    )


def _told(used: InUse, mail: Mail) -> str:
    """How often, and when last."""
    many = len(used.messages)
    what = "customers' messages" if used.kind == "customer" else "notices about the account"
    how_often = f"{many} {what}, the last" if many > 1 else f"one of its {what},"
    return f"{mail.title(used.marketplace)} sent {how_often} of {used.last:%Y-%m-%d}, to {used.address}"


def _against(used: InUse, facts: ContactFacts, others: Sequence[InUse]) -> str:
    also = [each.address for each in others if each.marketplace == used.marketplace and each is not used]
    if also:
        return f"and others to {', '.join(also)}: two addresses are in use there"
    if not _is_known(used.address, facts):
        return f"it is neither {facts.email} nor listed as an alias of this mailbox"
    return f"[contact] names {facts.email}"


def _confidence(used: InUse, facts: ContactFacts) -> Confidence:
    """A genuine message to another seller can be sent here by anybody: only one to an address known here is certain."""
    if _is_known(used.address, facts):
        return Confidence.CERTAIN
    domain = used.address.rpartition("@")[2]
    own = {address.rpartition("@")[2].lower() for address in (*facts.own_addresses, facts.email)}
    return Confidence.LIKELY if domain in own or len(used.messages) > 1 else Confidence.POSSIBLE
