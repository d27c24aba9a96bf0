"""What is known of one mailbox's contact details, and what a check may say of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from auditor.config import ContactConfig
from auditor.mailbox.interface import MessageRef
from auditor.marketplaces import Catalogue
from auditor.references import Reference
from auditor.report import Incomplete
from auditor.resolver import NOT_ASKED, Answer, Answers, Found
from auditor.rules import Confidence, Finding, Outcome, finding
from auditor.store.rows import OwnSignature, Received, SentReply

_NEVER = datetime.min.replace(tzinfo=UTC)
_NOTHING: Mapping[str, Answers] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Dns:
    """What DNS said in this run: record type -> name -> answer, and when it was asked."""

    answers: Mapping[str, Answers] = field(default_factory=lambda: _NOTHING)
    asked_at: datetime = _NEVER

    def of(self, name: str, rdtype: str) -> Answer:
        return self.answers.get(rdtype, {}).get(name, NOT_ASKED)

    def knows(self, name: str, rdtype: str) -> bool:
        return name in self.answers.get(rdtype, {})

    def told(self, name: str, rdtype: str) -> str:
        """The answer as evidence: the question, what came, and when."""
        answer = self.of(name, rdtype)
        if answer.found is Found.FOUND:
            said = ", ".join(text.decode("utf-8", "replace") for text in sorted(answer.texts)[:5])
        else:
            said = "none" if answer.found is Found.ABSENT else answer.why
        return f"DNS at {self.asked_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {rdtype} of {name}: {said}"


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of one look at the seller's web site.

    `reached`: None where it could not be told. `ends_at`: until when its certificate is valid; None without one.
    """

    url: str
    reached: bool | None
    why: str
    visited_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """What the ledger of the mailbox tells, of the last 90 days.

    `host`: the IMAP server. `since`: when it was first looked into; None where the last look missed something.
    """

    host: str
    catalogue: Catalogue
    since: datetime | None
    received: tuple[Received, ...] = ()
    replies: tuple[SentReply, ...] = ()
    signatures: tuple[OwnSignature, ...] = ()

    def title(self, marketplace: str) -> str:
        found = (each.title for each in self.catalogue.marketplaces if each.name == marketplace)
        return next(found, marketplace)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """All that the checks judge by. What a later stage learns is a further field, with a default."""

    mailbox: str
    address: str
    """The address of the mailbox itself."""
    contact: ContactConfig
    now: datetime
    own_addresses: Collection[str] = ()
    marketplaces: Collection[str] | None = None
    """Where the seller sells; None where the configuration does not say."""
    dns: Dns = Dns()
    visit: Visit | None = None
    """None where the web site was not visited."""
    mail: Mail | None = None
    """None where the mailbox has never been looked into."""
    acknowledged: Collection[str] = frozenset()

    @property
    def email(self) -> str:
        """The address on file; where none is written, the mailbox's own."""
        return self.contact.email or self.address

    @property
    def sells_at_walmart(self) -> bool | None:
        return None if self.marketplaces is None else "walmart" in self.marketplaces

    def ref(self, ref: MessageRef) -> str:
        """A message as reports name it."""
        return str(Reference(self.mailbox, ref))

    def finding(
        self,
        rule: str,
        subject: str,
        detail: str,
        *evidence: str,
        remedy: str = "",
        confidence: Confidence = Confidence.CERTAIN,
        outcome: Outcome = Outcome.WRONG,
    ) -> Finding:
        return finding(
            rule,
            self.mailbox,
            subject,
            detail=detail,
            evidence=evidence,
            remedy=remedy,
            outcome=outcome,
            confidence=confidence,
            acknowledged=self.acknowledged,
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that was looked at and holds, at least here."""

    rule: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Worth a sentence, and never a reason to act tonight."""

    text: str


Said = Finding | Held | Incomplete | Remark
Check = Callable[[ContactFacts], Iterator[Said]]


def not_written(key: str) -> Incomplete:
    """A detail that [contact] leaves out: nothing is known of it, so nothing is right or wrong with it."""
    return Incomplete(f"[contact] {key}", "is not written in the configuration, so it was not checked", standing=True)
