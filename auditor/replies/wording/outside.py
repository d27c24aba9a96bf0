"""Other ways to reach the seller, and links that lead away: marketplaces want the conversation to stay with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.replies.wording.values import Remark, Reply

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{3}\)|\d{3})[ .-]\d{3}[ .-]\d{4}(?![\w-])|(?<!\w)\+\d{9,14}(?!\w)"
)
_CHAT = re.compile(
    r"\b(?:whats ?app|telegram|wechat|viber|skype|messenger|dm us|snapchat|instagram|facebook|tiktok|signal)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.@])@[a-z0-9_.]{3,30}(?![\w@])", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:call|text|e-?mail|phone|ring|message|contact|reach|write|chat|add|find|follow|drop|send|ping|get)\b.{0,60}"
    r"\b(?:us|me|our|my|at|on|via|through|by)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:contact|reach|write to|e-?mail|call|message|text) (?:us|me) (?:directly|outside|privately)\b"
    r"|\b(?:call|text|phone|ring) (?:us|me|our (?:shop|office|store|team))\b"
    r"|\b(?:give|drop) (?:us|me) (?:a|your) (?:call|ring|phone|e-?mail|number|line at)"
    r"|\b(?:send|give|share|leave) (?:us|me)? ?your (?:own |personal |private )?(?:phone|e-?mail|mobile|cell"
    r"|whatsapp|number)"
    r"|\b(?:contact|e-?mail|write) form (?:on|at) our\b",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\b(?:carrier|usps|ups|fedex|dhl|post office|manufacturer|walmart|amazon|ebay|etsy|bank)\b", re.IGNORECASE
)
_URL = re.compile(
    r"(?:https?://|(?<![\w@.])www\.)([a-z0-9.-]{3,253})|(?<![\w@.-])((?:[a-z0-9-]{1,63}\.){1,3}(?:com|net|org|shop"
    r"|store|co|io|us|biz|info))(?![\w@-])",
    re.IGNORECASE,
)
_CARRIERS = frozenset(
    {
        *("usps.com", "ups.com", "fedex.com", "dhl.com", "dhl.de", "ontrac.com", "lasership.com", "royalmail.com"),
        *(
            "parcelforce.com",
            "dpd.com",
            "dpd.co.uk",
            "dpd.de",
            "hermesworld.com",
            "myhermes.co.uk",
            "evri.com",
            "gls-group.eu",
        ),
        *("canadapost-postescanada.ca", "canadapost.ca", "auspost.com.au", "postnl.nl", "bpost.be", "purolator.com"),
        *("17track.net", "amazonlogistics.com", "laposte.fr", "chronopost.fr", "correos.es", "inpost.pl", "tnt.com"),
    }
)
_NO_LINKS_AT_ALL = frozenset({"newegg"})
_STAY = "Leave it out: let the customer answer to this message, where the marketplace can see it."


def check_contact(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    """An address, a number or a chat of one's own, or the wish to be reached there."""
    asked = (reply.inquiry or "").lower()
    for sentence in found:
        if _gives_contact(sentence, asked):
            yield Remark("reply-outside-contact", sentence, _STAY)


def _gives_contact(sentence: str, asked: str) -> bool:
    emails = [each for each in _EMAIL.findall(sentence) if each.lower() not in asked]
    phones = [each[0] for each in _PHONE.finditer(sentence) if each[0].lower() not in asked]
    if _NOT_OURS.search(sentence) and not emails and not _ELSEWHERE.search(sentence):
        return False
    if emails or phones or _ELSEWHERE.search(sentence):
        return True
    return bool(_CHAT.search(sentence) and (_ASKS.search(sentence) or _HANDLE.search(sentence)))


def check_link(reply: Reply, found: Sequence[str]) -> Iterator[Remark]:
    """A link to neither the marketplace nor a carrier's page about the parcel."""
    allowed = frozenset() if reply.marketplace in _NO_LINKS_AT_ALL else _CARRIERS | frozenset(reply.link_domains)
    for sentence in found:
        bare = _EMAIL.sub(" ", sentence)
        hosts = [(each[1] or each[2]).lower().rstrip(".") for each in _URL.finditer(bare)]
        if any(not _is_within(host, allowed) for host in hosts):
            yield Remark("reply-outside-link", sentence, "Leave the link out; say in words what stands there.")


def _is_within(host: str, allowed: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[at:]) in allowed for at in range(len(labels)))
