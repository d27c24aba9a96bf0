"""Facts about DNS, server, certificate, capabilities, folders, provider and streams -> their diagnoses. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.config import MailboxConfig
from auditor.config_values import is_loopback
from auditor.doctor.diagnosis import Diagnosis, Link, State
from auditor.mailbox.endpoint import Endpoint
from auditor.mailbox.folders import Found as FoundFolder
from auditor.mailbox.folders import How
from auditor.mailbox.interface import Folder
from auditor.marketplaces import Catalogue, Kind
from auditor.providers import SELF_HOSTED, Provider, by_address, by_host
from auditor.resolver import Answer, Found

CERTIFICATE_DAYS = 14
_FOLDERS_NAMED = 15
_LONGEST_NAME = 100
_TITLES = 6
_MATTER = ("MOVE", "UIDPLUS", "SPECIAL-USE", "CONDSTORE", "OBJECTID")
_INVENTED = "a resolver that makes up answers cannot be trusted about the keys that prove a message"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The TLS version spoken, and the last moment at which the server's certificate is valid."""

    version: str
    ends_at: datetime


def dns(domain: str, there: Collection[Answer], nowhere: Collection[Answer]) -> Diagnosis:
    """`there`: answers about the address's domain; `nowhere`: about a name that cannot exist."""
    answers = (*there, *nowhere)
    if all(answer.found is Found.TEMPERROR for answer in answers):
        why = next((answer.why for answer in answers if answer.why), "no answer")
        remedy = 'check the network, or name a resolver in the configuration: [dns] nameservers = ["9.9.9.9"]'
        return Diagnosis(Link.DNS, State.PROBLEM, f"no answer from DNS ({why})", remedy=remedy)
    if any(answer.found is Found.FOUND for answer in nowhere):
        text = "DNS finds a name that does not exist"
        remedy = 'name another resolver in the configuration: [dns] nameservers = ["9.9.9.9"]'
        return Diagnosis(Link.DNS, State.PROBLEM, text, cause=_INVENTED, remedy=remedy)
    if any(answer.found is Found.FOUND for answer in there):
        if any(answer.found is Found.TEMPERROR for answer in answers):
            return Diagnosis(Link.DNS, State.WARNING, f"finds {domain}, and left another question unanswered")
        return Diagnosis(Link.DNS, State.OK, f"finds {domain}, and makes nothing up")
    if any(answer.found is Found.TEMPERROR for answer in there):
        return Diagnosis(Link.DNS, State.UNKNOWN, f"answers, but not about {domain}", remedy="run this again")
    text = f"answers, and knows no mail server (MX) and no text (TXT) of {domain}"
    return Diagnosis(Link.DNS, State.WARNING, text, remedy="check the spelling of address")


def server(mailbox: MailboxConfig, endpoint: Endpoint) -> Diagnosis:
    """Where the mailbox is, and who says so."""
    how = "as configured" if mailbox.host is not None else found_how(mailbox.address, endpoint)
    text = f"{endpoint.host} port {endpoint.port} ({endpoint.security}), {how}"
    usual = by_address(mailbox.address)
    if usual is None or usual.serves(endpoint.host) or is_loopback(endpoint.host):
        return Diagnosis(Link.SERVER, State.OK, text)
    strange = f"{text}; but mail for {mailbox.address} is kept by {usual.title}, which has no such server"
    return Diagnosis(Link.SERVER, State.WARNING, strange, remedy="check host: that server is given the password")


def found_how(address: str, endpoint: Endpoint) -> str:
    """How a server that `discover` gave was found."""
    domain = address.rpartition("@")[2].lower()
    if known := by_address(address):
        return f"known for addresses of {known.title}"
    provider = by_host(endpoint.host)
    if provider is not SELF_HOSTED:
        return f"because DNS says that {provider.title} keeps the mail of {domain}"
    return f"because {domain} says so in DNS (SRV)"


def connection(endpoint: Endpoint, certificate: Certificate | None, now: datetime) -> Diagnosis:
    """TCP and TLS; without a certificate nothing is encrypted."""
    if certificate is None:
        return Diagnosis(Link.CONNECTION, State.OK, "not encrypted, and does not leave this computer")
    days = (certificate.ends_at - now).days
    text = f"{certificate.version}, certificate valid until {certificate.ends_at:%Y-%m-%d} ({days} days)"
    if days >= CERTIFICATE_DAYS:
        return Diagnosis(Link.CONNECTION, State.OK, text)
    cause = f"when it ends, {endpoint.host} can no longer be trusted and nothing is read"
    remedy = "ask whoever runs the mail server to renew it"
    return Diagnosis(Link.CONNECTION, State.WARNING, text, cause=cause, remedy=remedy)


def capabilities(announced: Collection[str]) -> Diagnosis:
    """What the server can do of what matters here, and what it means where MOVE is missing."""
    upper = {name.upper() for name in announced}
    has = [name for name in _MATTER if name in upper or (name == "OBJECTID" and "X-GM-EXT-1" in upper)]
    lacks = [name for name in _MATTER if name not in has]
    text = f"has {', '.join(has) or 'none of what helps'}" + (f"; lacks {', '.join(lacks)}" if lacks else "")
    if "MOVE" in has:
        return Diagnosis(Link.CAPABILITIES, State.OK, text)
    if "UIDPLUS" in has:
        cause = "without MOVE a message is copied, the copy is checked, and only then the original is removed"
        return Diagnosis(Link.CAPABILITIES, State.NOTE, text, cause=cause)
    cause = "without MOVE and UIDPLUS nothing can be removed safely: a rescued message is copied, and stays in spam too"
    return Diagnosis(Link.CAPABILITIES, State.WARNING, text, cause=cause, remedy="delete the originals by hand")


def folders(
    inbox: str,
    junk: Sequence[FoundFolder],
    listed: Sequence[Folder],
    *,
    sent: Sequence[FoundFolder] = (),
    watch: Sequence[FoundFolder] = (),
) -> Diagnosis:
    """The folders that a night reads, each with how it was found; a guess is called one."""
    if not junk:
        names = [_cut(folder.name) for folder in listed]
        more = f" and {len(names) - _FOLDERS_NAMED} more" if len(names) > _FOLDERS_NAMED else ""
        return Diagnosis(
            Link.FOLDERS,
            State.PROBLEM,
            f"no spam folder is found; there is {', '.join(names[:_FOLDERS_NAMED])}{more}",
            cause="the server marks none as spam, and none has a name that is known for it",
            remedy='name it in the configuration: junk = ["..."]; it may have to be shown to IMAP first',
        )
    text = f"inbox `{inbox}`; spam {' and '.join(_shown(one) for one in junk)}"
    text += f"; sent mail {' and '.join(_shown(one) for one in sent) or 'not found: name it, sent = [...]'}"
    text += f"; watched {' and '.join(_shown(one) for one in watch)}" if watch else ""
    guessed = [one.folder.name for one in junk if one.how is How.NAME]
    if not guessed:
        return Diagnosis(Link.FOLDERS, State.OK, text)
    remedy = "if the guess is wrong, name the right one: junk = [...]"
    return Diagnosis(Link.FOLDERS, State.OK if len(junk) == 1 else State.NOTE, text, remedy=remedy)


def _shown(found: FoundFolder) -> str:
    how = {
        How.ATTRIBUTE: "marked by the server",
        How.NAME: "guessed from its name",
        How.CONFIGURATION: "as configured",
    }
    return f"`{_cut(found.folder.name)}` ({how[found.how]})"


def _cut(name: str) -> str:
    """The name of a folder as far as somebody would read it: a server may list one of megabytes."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def provider(mailbox: MailboxConfig, used: Provider, host: str | None) -> Diagnosis:
    """Which profile is used, and whether it fits the host that is connected to."""
    whose = by_host(host) if host else used
    if used.hosts and host and not used.serves(host) and not is_loopback(host):
        return Diagnosis(
            Link.PROVIDER,
            State.WARNING,
            f"{used.title}, and {host} is not its server",
            cause="its stamps are not believed over this connection",
            remedy="take provider out of the configuration, or correct host",
        )
    if used is SELF_HOSTED and whose is not SELF_HOSTED and mailbox.provider is None:
        return Diagnosis(
            Link.PROVIDER,
            State.WARNING,
            f"the server is {whose.title}'s, and is treated as your own",
            cause="it was found by DNS, which may change",
            remedy="write it into the configuration",
            copy=f'host = "{host}"',
        )
    if used is SELF_HOSTED:
        return Diagnosis(Link.PROVIDER, State.OK, "no known provider: treated as your own mail server")
    return Diagnosis(Link.PROVIDER, State.OK, used.title)


def streams(wanted: Catalogue, kinds: Sequence[str]) -> Diagnosis:
    """How much of the catalogue this mailbox is watched for."""
    found = [stream for one in wanted.marketplaces for stream in one.streams if stream.kind is not Kind.NEVER]
    moved = [stream for stream in found if stream.kind.value in kinds]
    weak = sum(stream.confidence == 1 and not stream.confirmed for stream in moved)
    titles = [one.title for one in wanted.marketplaces if one.streams]
    names = ", ".join(titles[:_TITLES]) + (f" and {len(titles) - _TITLES} more" if len(titles) > _TITLES else "")
    text = f"{len(moved)} streams ({', '.join(kinds)}) of {names}"
    if not moved:
        remedy = "see marketplaces and [rescue] streams in the configuration"
        return Diagnosis(Link.STREAMS, State.WARNING, "nothing is looked for", remedy=remedy)
    if weak:
        text += f"; {weak} of them only after you confirm them (auditor marketplaces)"
    return Diagnosis(Link.STREAMS, State.OK, text)


def unseen(used: Provider) -> Iterator[Diagnosis]:
    """What IMAP never shows at this provider, where that is known."""
    if used.unseen:
        yield Diagnosis(Link.UNSEEN, State.NOTE, f"IMAP does not show {'; '.join(used.unseen)}")
