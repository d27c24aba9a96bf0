"""A stage goes in; the main job is done there by the program's own parts, told in five steps, each of them checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from auditor.audit import run_mailbox
from auditor.candidates import SWEPT_FIELDS
from auditor.config import MailboxConfig
from auditor.demo.stage import INBOX, JUNK, Stage
from auditor.display import columns, decoded, line
from auditor.errors import AuditorError, ExitCode
from auditor.evidence.sender import Malformed, header_from
from auditor.looked import Order, Tools, opened
from auditor.mailbox.interface import Swept
from auditor.marketplaces import load as load_catalogue
from auditor.message import read_header
from auditor.opening import endpoint_of
from auditor.outcome import Outcome
from auditor.report import MailboxReport, RunReport, text
from auditor.report.cards import WIDTH, count
from auditor.reporting import exit_code
from auditor.resolver import Resolver
from auditor.store.ledger import AccountStore
from auditor.store.opening import open_store
from auditor.undoing import undo_run
from auditor.verdict import Standing

Say = Callable[[str], None]

_NAME = 24


class WentOtherwiseError(AuditorError):
    """A step of the demo did not do what it says: a bug."""

    exit_code = ExitCode.BUG


@dataclass(frozen=True, slots=True)
class _Row:
    """One message as a mail program lists it: without the sender's address."""

    uid: int
    message_id: str
    name: str
    subject: str


@dataclass(frozen=True, slots=True)
class _Scene:
    """The stage, what the program works with there, and where the story is told."""

    stage: Stage
    tools: Tools
    say: Say
    color: bool

    @property
    def mailbox(self) -> MailboxConfig:
        return self.tools.config.mailboxes[0]

    @property
    def account(self) -> AccountStore:
        return self.tools.store.account(endpoint_of(self.mailbox, self.tools.resolver).host, self.mailbox.username)

    @property
    def genuine(self) -> set[str]:
        return {one.message_id for one in self.stage.spam if one.standing is Standing.GENUINE}

    def heading(self, words: str) -> None:
        whole = f"== {words} {'=' * WIDTH}"[:WIDTH]
        self.say(f"\n\x1b[1;32m{whole}\x1b[0m\n" if self.color else f"\n{whole}\n")

    def rows(self, folder: str) -> tuple[_Row, ...]:
        with opened(self.mailbox, self.tools) as connection:
            reader = connection.reader()
            reader.examine(folder)
            return tuple(_row(one) for chunk in reader.sweep(SWEPT_FIELDS) for one in chunk)


def tell(stage: Stage, say: Say, *, color: bool = False) -> None:
    """Raises WentOtherwiseError, with what differed, at the first step that did not go as told."""
    dns = stage.config.dns
    with (
        open_store(f"sqlite:///{stage.folder / 'story.db'}", now=_now) as store,
        Resolver(dns.nameservers, port=dns.port, timeout_s=dns.timeout_s) as resolver,
    ):
        catalogue = load_catalogue(stage.config.marketplaces)
        scene = _Scene(stage, Tools(stage.config, catalogue, resolver, store, _now), say, color)
        for number, step in enumerate((_look, _dry_run, _rescue, _inbox, _undo), start=1):
            try:
                step(scene)
            except WentOtherwiseError as error:
                raise WentOtherwiseError(f"step {number} of the demo went otherwise: {error.message}") from error
            except AuditorError as error:
                raise WentOtherwiseError(f"step {number} of the demo failed: {error.message}") from error


def _look(scene: _Scene) -> None:
    rows = scene.rows(JUNK)
    _expect_ids(rows, {one.message_id for one in scene.stage.spam}, "the spam folder")
    scene.heading("1. The spam folder of a seller, as a mail program lists it")
    scene.say("\n".join(_table(rows)))
    scene.say("\nSome of these are from customers and marketplaces. Which would you trust?")


def _dry_run(scene: _Scene) -> None:
    before = scene.rows(JUNK), scene.rows(INBOX)
    scene.heading("2. auditor rescue: a dry run, it reads and changes nothing")
    started = _now()
    report = _run(scene, apply=False)
    _expect_standings(report, scene)
    planned = {message.message_id for message in report.messages if message.planned == "move"}
    _expect(planned == scene.genuine, f"{len(planned)} messages are planned to be moved, not {len(scene.genuine)}")
    _expect((scene.rows(JUNK), scene.rows(INBOX)) == before, "the dry run changed the mailbox")
    whole = RunReport("demo", started, _now(), False, (report,), int(exit_code(report)))
    scene.say(text.render(whole, color=scene.color).rstrip("\n"))


def _rescue(scene: _Scene) -> None:
    scene.heading("3. auditor rescue --apply: what is proved genuine is moved")
    report = _run(scene, apply=True)
    messages = {message.ref: message for message in report.messages}
    for outcome in report.outcomes:
        _expect(outcome.status == "done", f"a move ended as `{outcome.status}`: {outcome.detail}")
        message, to = messages[outcome.ref], outcome.to
        where = f"{outcome.ref.folder}/{outcome.ref.uid} -> {f'{to.folder}/{to.uid}' if to else '?'}"
        scene.say(line(f"  moved  {where:<20}  {line(decoded(message.subject))}", WIDTH))
    moved = {messages[outcome.ref].message_id for outcome in report.outcomes}
    _expect(moved == scene.genuine, f"{count(len(moved), 'message')} moved, not the {len(scene.genuine)} genuine ones")
    scene.say("\nEach was written to a journal first, and looked for in the inbox afterwards.")


def _inbox(scene: _Scene) -> None:
    rows, left = scene.rows(INBOX), scene.rows(JUNK)
    here = {one.message_id for one in scene.stage.inbox}
    _expect_ids(rows, here | scene.genuine, "the inbox")
    _expect_ids(left, {one.message_id for one in scene.stage.spam} - scene.genuine, "the spam folder")
    scene.heading("4. The inbox now")
    scene.say("\n".join(_table(rows, new=scene.genuine)))
    scene.say(f"\n+ rescued. {count(len(left), 'message')} stayed in spam: unproved, forged or unrelated.")


def _undo(scene: _Scene) -> None:
    scene.heading("5. auditor undo: everything back where it was")
    outcomes = _put_back(scene)
    for outcome in outcomes:
        _expect(outcome.status == "done", f"an undo ended as `{outcome.status}`: {outcome.detail}")
    _expect(
        len(outcomes) == len(scene.genuine), f"{count(len(outcomes), 'message')} put back, not {len(scene.genuine)}"
    )
    spam, inbox = scene.rows(JUNK), scene.rows(INBOX)
    _expect_ids(spam, {one.message_id for one in scene.stage.spam}, "the spam folder")
    _expect_ids(inbox, {one.message_id for one in scene.stage.inbox}, "the inbox")
    scene.say(f"shop: {len(outcomes)} of {len(outcomes)} put back")
    scene.say(f"The spam folder holds the same {len(spam)} messages as before, the inbox the same {len(inbox)}.")


def _run(scene: _Scene, *, apply: bool) -> MailboxReport:
    order = Order("rescue", apply, scene.tools.config.rescue.max_moves)
    report, error = run_mailbox(scene.mailbox, scene.tools, order)
    if error is not None:
        raise error
    for part in report.missed:
        raise WentOtherwiseError(f"{part.what}: {part.why}")
    return report


def _put_back(scene: _Scene) -> tuple[Outcome, ...]:
    outcomes = undo_run(scene.mailbox, None, scene.tools)
    if outcomes is None:
        raise WentOtherwiseError("the journal knows no run to undo")
    return outcomes


def _expect(held: bool, otherwise: str) -> None:
    if not held:
        raise WentOtherwiseError(otherwise)


def _expect_ids(rows: Sequence[_Row], wanted: set[str], where: str) -> None:
    """Exactly these messages, each of them once."""
    found = [row.message_id for row in rows]
    _expect(
        sorted(found) == sorted(wanted),
        f"{where} holds {len(found)} messages, or others than the {len(wanted)} it should",
    )


def _expect_standings(report: MailboxReport, scene: _Scene) -> None:
    """Unrelated mail is counted and not listed."""
    found = {message.message_id: message.standing for message in report.messages}
    for one in scene.stage.spam:
        standing = found.get(one.message_id, str(Standing.UNRELATED))
        _expect(standing == one.standing, f"`{one.subject}` is {one.standing} and was found {standing}")


def _row(swept: Swept) -> _Row:
    header = read_header(swept.header)
    sender = header_from(header)
    name = "" if isinstance(sender, Malformed) else sender.display_name or sender.address
    return _Row(swept.uid, header.first("message-id") or "", name, decoded(header.first("subject") or ""))


def _table(rows: Sequence[_Row], *, new: Collection[str] = ()) -> Iterator[str]:
    """As mail programs list messages: by the sender's name, which anyone may choose."""
    for row in rows:
        name = line(row.name, _NAME)
        mark, gap = "+" if row.message_id in new else " ", " " * (_NAME - columns(name))
        yield line(f"{mark} {row.uid:>4}  {name}{gap}  {line(row.subject.strip())}", WIDTH)


def _now() -> datetime:
    return datetime.now(UTC)
