"""A seed goes in; a random mailbox with a random past, and a run upon it that has to leave it alone."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from functools import partial

from tests.crash.scene import FOLDERS, SPAM
from tests.crash.schedules import SIZES, Theatre
from tests.crash.trial import RESCUE, Trial, Way, begin, end
from tests.servers.account import Account, signed_in, stored
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Before, Call, Cut, Fault

READING = frozenset(
    {"AUTHENTICATE", "CAPABILITY", "EXAMINE", "FETCH", "ID", "LIST", "LOGIN", "LOGOUT", "NOOP", "STATUS", "UID FETCH"}
    | {"UID SEARCH"}
)
_COMMANDS = (
    ("rescue",),
    ("rescue", "--quiet"),
    ("rescue", "--format", "json"),
    ("rescue", "--max-moves", "0"),
    ("audit",),
    ("audit", "--verbose"),
)
_FLAGS = ("\\Seen", "\\Flagged", "\\Deleted", "$Junk")


def dry_run(theatre: Theatre, seed: int) -> Trial:
    """Only verbs that read may be sent; each message, its UID and its flags, and each MODSEQ must stay."""
    dice = random.Random(f"dry {seed}")
    trial = _random_mailbox(theatre, dice)
    try:
        _random_past(trial, dice)
        before = _everything(trial.account)
        night = trial.night((), *dice.choice(_COMMANDS))
        trial.expect(night, 0, 10)
        trial.findings += _not_reading(night.proxy)
        trial.quiet += not night.proxy.writes()
        if _everything(trial.account) != before:
            trial.findings.append("the mailbox is another than before")
    finally:
        end(trial)
    return trial


def second_run(theatre: Theatre, seed: int) -> Trial:
    """After a rescue that had success, the next one sends nothing that writes."""
    dice = random.Random(f"second {seed}")
    trial = _random_mailbox(theatre, dice)
    try:
        trial.expect(trial.night(), 0, 10)
        again = trial.night((), *dice.choice((RESCUE, ("audit", "--apply"))))
        trial.expect(again, 0, 10)
        trial.wrote_nothing(again.proxy)
    finally:
        end(trial)
    return trial


def _random_mailbox(theatre: Theatre, dice: random.Random) -> Trial:
    """Some of the messages in spam get other flags, and some disappear."""
    way: Way = dice.choice(("move", "copy"))
    trial = begin(theatre.bench, theatre.scenes[dice.choice(SIZES)], way)
    with signed_in(trial.account) as imap:
        for folder in SPAM:
            imap.select(folder)
            for uid in imap.uid("SEARCH", "ALL")[1][0].decode().split():
                if dice.random() < 0.3:
                    imap.uid("STORE", uid, "+FLAGS.SILENT", f"({dice.choice(_FLAGS)})")
                if dice.random() < 0.1:
                    imap.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)")
                    imap.uid("EXPUNGE", uid)
    return trial


def _random_past(trial: Trial, dice: random.Random) -> None:
    """Nothing, a dry run, a rescue, one that was undone, or one that was killed at some command."""
    command = Before(dice.randint(1, 40))
    killed = (Fault(command, Call(partial(trial.bench.forks.send, signal.SIGKILL))), Fault(command, Cut()))
    match dice.choice(("nothing", "looked", "rescued", "undone", "killed", "killed", "killed twice")):
        case "looked":
            trial.night((), "rescue")
        case "rescued":
            trial.night()
        case "undone":
            trial.night()
            trial.night((), "undo")
        case "killed":
            trial.night(killed)
        case "killed twice":
            trial.night(killed)
            trial.night(killed)


def _everything(account: Account) -> dict[str, object]:
    """Each message with UID, flags and bytes, and what SELECT would tell of the folder."""
    with signed_in(account) as imap:
        status = {folder: imap.status(folder, "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN)")[1] for folder in FOLDERS}
        modseq = {
            folder: imap.status(folder, "(HIGHESTMODSEQ)")[1] for folder in FOLDERS if "CONDSTORE" in imap.capabilities
        }
    return {"messages": {folder: stored(account, folder) for folder in FOLDERS}, "status": status, "modseq": modseq}


def _not_reading(proxy: FaultProxy) -> Iterator[str]:
    yield from (f"a dry run sent {command.line!r}" for command in proxy.commands if command.verb not in READING)
