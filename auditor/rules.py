"""What auditor can find fault with: the eight practices, the one table of rules, and `finding` -> Finding."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from auditor.display import line


class Practice(IntEnum):
    """The eight practices that Walmart asks of sellers who answer customers, in its order."""

    REPLY_IN_TIME = 1
    NO_AUTOMATED_REPLIES = 2
    ACKNOWLEDGE_AND_EMPATHISE = 3
    DO_NOT_MISLEAD = 4
    STAY_PROFESSIONAL = 5
    ACCURATE_CONTACT_DETAILS = 6
    EVERY_MESSAGE_NEEDS_A_RESPONSE = 7
    CHECK_SPAM_AND_WHITELIST = 8


PRACTICE_TITLES = MappingProxyType(
    {
        Practice.REPLY_IN_TIME: "Reply within 48 hours, weekends and holidays included",
        Practice.NO_AUTOMATED_REPLIES: "Send no automated replies",
        Practice.ACKNOWLEDGE_AND_EMPATHISE: "Acknowledge the customer's concern and show empathy",
        Practice.DO_NOT_MISLEAD: "Do not mislead or promise too much",
        Practice.STAY_PROFESSIONAL: "Stay professional",
        Practice.ACCURATE_CONTACT_DETAILS: "Keep contact details accurate",
        Practice.EVERY_MESSAGE_NEEDS_A_RESPONSE: "Watch for messages: every one needs a response",
        Practice.CHECK_SPAM_AND_WHITELIST: "Check the spam folder and whitelist the marketplaces",
    }
)


class Severity(StrEnum):
    """How much harm it does. LOW alone never needs attention."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Confidence(StrEnum):
    """How sure we are that it is so; says nothing about the harm."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Outcome(StrEnum):
    """Why a finding stands: it is wrong, or we could not tell. What is right is no finding."""

    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is checked; `remedy` is what the seller does about it unless a finding knows better."""

    id: str
    practice: Practice
    severity: Severity
    title: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken at one place. `key` is the same every night; `subject` is what it is about."""

    key: str
    rule: Rule
    outcome: Outcome
    severity: Severity
    confidence: Confidence
    subject: str
    evidence: tuple[str, ...]
    detail: str
    remedy: str
    acknowledged: bool

    @property
    def needs_attention(self) -> bool:
        return not self.acknowledged and self.severity is not Severity.LOW


_TABLE = (
    Rule(
        "clock-behind",
        Practice.REPLY_IN_TIME,
        Severity.MEDIUM,
        "The clock of this computer is behind the last run",
        "Set it right, now or for the time before: deadlines are counted by it. What was left undecided is looked at "
        "again; nothing is lost.",
    ),
    Rule(
        "customer-message-unproven",
        Practice.EVERY_MESSAGE_NEEDS_A_RESPONSE,
        Severity.HIGH,
        "A message that looks like a customer's lies in spam and could not be proved genuine",
        "Look for it in the marketplace's own message centre (type the address yourself, follow no link in "
        "the mail) and answer it there before the deadline.",
    ),
    Rule(
        "folder-renumbered",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.LOW,
        "A folder is not the one that the last run left",
        "Nothing needs to be done: everything in it was read anew. Mail that came after a backup that was put back is "
        "gone from it; look for it in the marketplace's own message centre.",
    ),
    Rule(
        "genuine-in-spam",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.HIGH,
        "Genuine marketplace mail lies in spam",
        "Move it to the inbox: auditor rescue --apply",
    ),
    Rule(
        "max-moves",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.HIGH,
        "More genuine messages than max_moves allows, so nothing was moved",
        "Read the list. If you believe it, run again with a higher --max-moves.",
    ),
    Rule(
        "moved-by-another",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.MEDIUM,
        "Another program worked on the same message while it was moved",
        "Look whether it lies in more than one folder and delete what is too many; auditor deletes nothing. Let only "
        "one program move mail out of spam.",
    ),
    Rule(
        "put-back",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.MEDIUM,
        "A rescued message lies in spam again, and nobody had read it",
        "If you put it there, nothing needs to be done: auditor leaves it. If not, look for a filter or rule of your "
        "mail program or provider that does so, and let it spare the marketplace's addresses.",
    ),
    Rule(
        "staff-claim",
        Practice.EVERY_MESSAGE_NEEDS_A_RESPONSE,
        Severity.HIGH,
        "A customer's message poses as the marketplace's staff",
        "Follow no link in it and call no number: staff do not write through the customers' relay. If an "
        "order is named, look it up in the marketplace's own message centre and answer there.",
    ),
    Rule(
        "state-moved",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.LOW,
        "The state is in another place than the last run left it",
        "If you moved it, nothing needs to be done. If it is a copy, let only one of them be used: the other knows "
        "nothing of what this one moves.",
    ),
    Rule(
        "stream-unknown",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.LOW,
        "Mail of a marketplace's own domain, from an address that auditor does not know",
        "If you know the address to be the marketplace's, add it to the configuration.",
    ),
    Rule(
        "unfinished-run",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.MEDIUM,
        "An earlier run ended in the middle of moving messages",
        "Nothing is lost. `auditor rescue --apply` asks the server what is true and finishes it.",
    ),
    # The contact details on file (auditor/contacts).
    Rule(
        "contact-address-mismatch",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "A marketplace writes to another address than the one on file here",
        "Look up which address it has (Walmart: Seller Center, Settings > Partner Profile > Manage Contacts), and "
        "correct it there or in [contact] email; one that leads here as well belongs into the aliases of the mailbox.",
    ),
    Rule(
        "contact-email-elsewhere",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "Mail to the address on file goes to another provider than this mailbox's",
        "Give an address that leads here (Walmart: Seller Center, Settings > Partner Profile > Manage Contacts), have "
        "that one forwarded to this mailbox, or let auditor watch the mailbox where it arrives.",
    ),
    Rule(
        "contact-email-silent",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "No marketplace has written to the address on file for a long time",
        "Look up which address the marketplaces have (Walmart: Seller Center, Settings > Partner Profile > Manage "
        "Contacts), and send one message to it: auditor contacts --probe",
    ),
    Rule(
        "contact-reply-from-unregistered",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "Answers to customers were sent from an address that the marketplace does not know",
        "Answer from the address on file, or give this one (Walmart: Seller Center, Settings > Partner Profile > "
        "Manage Contacts). Look in the marketplace's message centre whether those answers arrived; if not, send them "
        "again from there.",
    ),
    Rule(
        "contact-signature-differs",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "Answers to customers give out a contact detail that is not on file",
        "Correct the signature or template of your mail program; or, if the detail is right, correct it in the "
        "marketplace's account settings and in [contact].",
    ),
    Rule(
        "contact-address-invalid",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "The return address is not whole, or does not fit together",
        "Correct it in the marketplace's account settings; then write it in [contact.return_address].",
    ),
    Rule(
        "contact-address-po-box",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "The return center is a P.O. box",
        "Give a street address in Seller Center: Settings > Returns settings; then write it in "
        "[contact.return_address].",
    ),
    Rule(
        "contact-address-region",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "The return center is where Walmart takes none",
        "Give one in the continental US in Seller Center: Settings > Returns settings; then write it in "
        "[contact.return_address].",
    ),
    Rule(
        "contact-category-missing",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "A contact category of Seller Center is not filled",
        "Add a contact in Seller Center: Settings > Partner Profile > Manage Contacts; then write the category in "
        "[contact] categories.",
    ),
    Rule(
        "contact-email-disposable",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "The e-mail address on file is a disposable one",
        "Give one that lasts: at Walmart in Seller Center, Settings > Partner Profile > Manage Contacts.",
    ),
    Rule(
        "contact-email-invalid",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "The e-mail address on file is none",
        "Correct it in the marketplace's account settings (Walmart: Seller Center, Settings > Partner Profile > "
        "Manage Contacts); then write it in [contact] email.",
    ),
    Rule(
        "contact-email-null-mx",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "The domain of the e-mail address on file says that it takes no mail",
        "Give an address of a domain that takes mail (Walmart: Seller Center, Settings > Partner Profile > Manage "
        "Contacts), or publish the MX record that your mail provider gives you.",
    ),
    Rule(
        "contact-email-typo",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "The e-mail address on file looks misspelt",
        "Look it up in the marketplace's account settings (Walmart: Seller Center, Settings > Partner Profile > "
        "Manage Contacts) and correct it there; then write it in [contact] email.",
    ),
    Rule(
        "contact-email-unchecked",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "Whether mail to the address on file can arrive",
        "If the next run says so too, ask whoever runs the domain's name servers: who cannot ask them sends no mail.",
    ),
    Rule(
        "contact-email-undeliverable",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "Mail to the e-mail address on file cannot arrive",
        "Publish the MX record that your mail provider gives you, or give another address (Walmart: Seller Center, "
        "Settings > Partner Profile > Manage Contacts).",
    ),
    Rule(
        "contact-phone-invalid",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "A phone number on file cannot be used for what it is there for",
        "Correct it in the marketplace's account settings (Walmart: Seller Center, Settings > Partner Profile > "
        "Manage Contacts); then write it in [contact], with its country code.",
    ),
    Rule(
        "contact-phone-region",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "A phone number on file is not one of the US",
        "Give a US number in Seller Center: Settings > Partner Profile > Manage Contacts; then write it in [contact].",
    ),
    Rule(
        "contact-probe-lost",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.HIGH,
        "A test message to the contact address did not arrive",
        "Write to the address from elsewhere. If that is lost too, give one that works in Seller Center: Settings > "
        "Partner Profile > Manage Contacts; then write it in [contact].",
    ),
    Rule(
        "contact-probe-spam",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "A test message to the contact address was put into spam",
        "Let the spam filter know your own domain and those of the marketplaces. If it cannot learn, give another "
        "address in Seller Center: Settings > Partner Profile > Manage Contacts.",
    ),
    Rule(
        "contact-website-unreachable",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "The web site on file cannot be reached, or soon not",
        "Mend the site, or correct its address in the marketplace's account settings and in [contact] website.",
    ),
    Rule(
        "domain-dmarc-invalid",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "The DMARC record of your domain is not to be understood",
        "Correct the record.",
    ),
    Rule(
        "domain-dmarc-missing",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "Your domain has no DMARC record, so your answers are more likely called spam",
        "Publish one.",
    ),
    Rule(
        "domain-mx-missing",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "Your domain names no mail server",
        "Publish the MX record that your mail provider gives you.",
    ),
    Rule(
        "domain-spf-invalid",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "The SPF record of your domain is not to be understood",
        "Correct the record.",
    ),
    Rule(
        "domain-spf-missing",
        Practice.ACCURATE_CONTACT_DETAILS,
        Severity.MEDIUM,
        "Your domain has no SPF record, so your answers are more likely called spam",
        "Publish one.",
    ),
    # The whitelist (auditor/whitelist).
    Rule(
        "reply-in-spam",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.HIGH,
        "A customer waits for an answer, and the message lies in spam",
        "Read it there, or let auditor rescue --apply move it if it is proved; answer it first: its time runs since it "
        "came.",
    ),
    Rule(
        "reply-overdue",
        Practice.REPLY_IN_TIME,
        Severity.HIGH,
        "A customer's time for an answer is over, and no reply is seen in this mailbox",
        "Answer now. If you answered elsewhere, in Seller Center say: auditor replies --done REF",
    ),
    Rule(
        "reply-due-soon",
        Practice.REPLY_IN_TIME,
        Severity.MEDIUM,
        "A customer's time for an answer is nearly over",
        "Answer now; auditor replies lists who waits, the nearest deadline first.",
    ),
    Rule(
        "reply-late",
        Practice.REPLY_IN_TIME,
        Severity.LOW,
        "Answers came too late",
        "Look at auditor replies each day, weekends and holidays included.",
    ),
    Rule(
        "reply-rate-low",
        Practice.REPLY_IN_TIME,
        Severity.MEDIUM,
        "Fewer answers came in time than the marketplace asks for",
        "Answer first whose time ends next: auditor replies. Answers given in Seller Center leave no trace here: mark "
        "them with auditor replies --done REF.",
    ),
    Rule(
        "reply-automated",
        Practice.NO_AUTOMATED_REPLIES,
        Severity.MEDIUM,
        "Customers were answered by a program",
        "Take the automatic answer off for the marketplaces' addresses, and answer each customer yourself: Walmart "
        "forbids automated replies and Amazon does not count them.",
    ),
    Rule(
        "reply-template-unchanged",
        Practice.NO_AUTOMATED_REPLIES,
        Severity.MEDIUM,
        "A template was sent as it is",
        "Fill in what it leaves open, and add a sentence about this customer's own question: a sample response "
        "must not be an automated answer.",
    ),
    Rule(
        "reply-no-empathy",
        Practice.ACKNOWLEDGE_AND_EMPATHISE,
        Severity.LOW,
        "An answer to trouble does not acknowledge it",
        "Begin with the customer: say that you are sorry, or thank for the message, before you say what you will do.",
    ),
    Rule(
        "reply-overpromise",
        Practice.DO_NOT_MISLEAD,
        Severity.LOW,
        "An answer promises more than anybody can know",
        "Say what you do and what usually follows; promise no result and no day.",
    ),
    Rule(
        "reply-unprofessional",
        Practice.STAY_PROFESSIONAL,
        Severity.LOW,
        "The tone of an answer is not professional",
        "Say it calmly and in full sentences; explain instead of blaming.",
    ),
    Rule(
        "reply-spelling",
        Practice.STAY_PROFESSIONAL,
        Severity.LOW,
        "An answer may hold slips of spelling",
        "Read it once more; a name or a word of your trade may be right all the same.",
    ),
    Rule(
        "reply-outside-contact",
        Practice.STAY_PROFESSIONAL,
        Severity.MEDIUM,
        "An answer leads the customer to another way of contact",
        "Leave it out: let the customer answer to the message, where the marketplace can see it.",
    ),
    Rule(
        "reply-outside-link",
        Practice.STAY_PROFESSIONAL,
        Severity.MEDIUM,
        "An answer links to a place outside the marketplace",
        "Leave the link out; links to the marketplace and to a carrier's page about the parcel are fine where it "
        "allows them.",
    ),
    Rule(
        "reply-marketing",
        Practice.STAY_PROFESSIONAL,
        Severity.MEDIUM,
        "An answer advertises",
        "Leave it out: answer what was asked, and nothing else.",
    ),
    Rule(
        "reply-review-begging",
        Practice.STAY_PROFESSIONAL,
        Severity.MEDIUM,
        "An answer asks for a review",
        "Leave it out: the marketplace asks for reviews itself, and forbids that you do.",
    ),
    Rule(
        "sieve-vacation",
        Practice.NO_AUTOMATED_REPLIES,
        Severity.HIGH,
        "A filter answers customers automatically",
        "Take the automatic reply off, or let it spare the marketplaces' addresses: Walmart and Amazon count no "
        "automated reply as an answer, and Walmart forbids them.",
    ),
    Rule(
        "whitelist-discards",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.HIGH,
        "A filter throws marketplace mail away",
        "Take the rule off, or let it file the mail into the spam folder, where auditor finds what is genuine.",
    ),
    Rule(
        "whitelist-missing",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.MEDIUM,
        "A filter does not hold all that belongs on the whitelist",
        "Write it anew: auditor whitelist export TARGET, or auditor whitelist install --apply",
    ),
    Rule(
        "whitelist-no-effect",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.MEDIUM,
        "Mail of a whitelisted sender went to spam all the same",
        "See whether the script is active (auditor whitelist check), and ask your host whether a rule of its own files "
        "spam before yours or after it.",
    ),
    Rule(
        "whitelist-stale",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.LOW,
        "A filter lets in what is not wanted any more",
        "Write it anew: auditor whitelist export TARGET",
    ),
    Rule(
        "whitelist-too-wide",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.HIGH,
        "A filter lets in more than the marketplaces",
        "Take the rule off, and put in what `auditor whitelist export TARGET` writes.",
    ),
    Rule(
        "whitelist-unauthenticated",
        Practice.CHECK_SPAM_AND_WHITELIST,
        Severity.HIGH,
        "A filter lets in whoever claims to be a marketplace",
        "Take the rule off, and put in what `auditor whitelist export TARGET` writes.",
    ),
)

RULES = MappingProxyType({rule.id: rule for rule in _TABLE})


def finding(
    rule_id: str,
    mailbox: str,
    subject: str,
    *,
    detail: str,
    evidence: tuple[str, ...] = (),
    remedy: str = "",
    outcome: Outcome = Outcome.WRONG,
    confidence: Confidence = Confidence.CERTAIN,
    acknowledged: Collection[str] = frozenset(),
) -> Finding:
    """A finding with its key, `rule:mailbox:subject`; `acknowledged`: keys that the seller has dealt with."""
    rule = RULES[rule_id]
    key = line(f"{rule_id}:{mailbox}:{subject}")
    return Finding(
        key=key,
        rule=rule,
        outcome=outcome,
        severity=rule.severity,
        confidence=confidence,
        subject=subject,
        evidence=evidence,
        detail=detail,
        remedy=remedy or rule.remedy,
        acknowledged=key in acknowledged,
    )
