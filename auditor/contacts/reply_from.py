"""Were customers answered from the address that the marketplace has on file? Its relay may take no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.contacts.facts import ContactFacts, Held, Said
from auditor.contacts.in_use import addresses_shown, is_same, registered_at
from auditor.evidence.sender import Sender, one_mailbox
from auditor.rules import Confidence
from auditor.store.rows import SentReply

_RULE = "contact-reply-from-unregistered"
_EXAMPLES = 5


def check_reply_from(facts: ContactFacts) -> Iterator[Said]:
    mail = facts.mail
    if mail is None:
        return
    wrong: dict[tuple[str, str], list[SentReply]] = {}
    held = False
    shown = addresses_shown(mail.received, ("customer",), facts.own_addresses)
    for name in sorted(each.name for each in mail.catalogue.marketplaces if each.replies_from_registered):
        there = [each for each in shown if each.marketplace == name]
        for reply in mail.replies:
            sender = one_mailbox(reply.header_from)
            if reply.marketplace != name or not isinstance(sender, Sender):
                continue
            known = registered_at(reply.sent_at, there) or (facts.email,)
            if any(is_same(sender.address, address) for address in known):
                held = True
            else:
                wrong.setdefault((name, sender.address), []).append(reply)
    for (name, address), replies in wrong.items():
        known = registered_at(replies[-1].sent_at, [each for each in shown if each.marketplace == name])
        yield _unregistered(address, known, facts, mail.title(name), replies=replies)
    if held and not wrong:
        yield Held(_RULE)


def _unregistered(
    address: str, known: Sequence[str], facts: ContactFacts, title: str, *, replies: Sequence[SentReply]
) -> Said:
    source = "its messages went to" if known else "the address on file is"
    many = f"{len(replies)} answers, the last" if len(replies) > 1 else "one answer,"
    return facts.finding(
        _RULE,
        f"{title}: {address}",
        f"{many} of {replies[-1].sent_at:%Y-%m-%d}, went to customers of {title} from {address}; "
        f"{source} {', '.join(known or (facts.email,))}",
        *(facts.ref(reply.ref) for reply in replies[-_EXAMPLES:]),
        confidence=Confidence.LIKELY if known else Confidence.POSSIBLE,
    )
