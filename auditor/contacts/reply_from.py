"""Were customers answered from the address that the marketplace has on file? Its relay may take no other."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.contacts.facts import ContactFacts, Held, Mail, Said
from auditor.contacts.in_use import is_same, shown_by
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
    for name in sorted(each.name for each in mail.catalogue.marketplaces if each.replies_from_registered):
        known = registered(name, mail) or (facts.email,)
        for reply in mail.replies:
            sender = one_mailbox(reply.header_from)
            if reply.marketplace != name or not isinstance(sender, Sender):
                continue
            if any(is_same(sender.address, address) for address in known):
                held = True
            else:
                wrong.setdefault((name, sender.address), []).append(reply)
    for (name, address), replies in wrong.items():
        yield _unregistered(name, address, facts, mail, replies=replies)
    if held and not wrong:
        yield Held(_RULE)


def registered(marketplace: str, mail: Mail) -> tuple[str, ...]:
    """The addresses that its customers' messages show, also one that was replaced: replies are as old as they are."""
    messages = (one for one in mail.received if one.marketplace == marketplace and one.kind == "customer")
    return tuple(dict.fromkeys(address for one in messages for address in shown_by(one)))


def _unregistered(marketplace: str, address: str, facts: ContactFacts, mail: Mail, *, replies: list[SentReply]) -> Said:
    seen = registered(marketplace, mail)
    source = "its messages go to" if seen else "the address on file is"
    many = f"{len(replies)} answers, the last" if len(replies) > 1 else "one answer,"
    return facts.finding(
        _RULE,
        address,
        f"{many} of {replies[-1].sent_at:%Y-%m-%d}, went to customers of {mail.title(marketplace)} from {address}; "
        f"{source} {', '.join(seen or (facts.email,))}",
        *(facts.ref(reply.ref) for reply in replies[-_EXAMPLES:]),
        confidence=Confidence.LIKELY if seen else Confidence.POSSIBLE,
    )
