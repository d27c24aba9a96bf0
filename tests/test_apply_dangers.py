"""How a move loses or doubles mail: twenty known dangers, each with the tests named after it, on real servers.

What was switched off to see a test fail stands in its docstring.
"""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.crash.scene import small_letters
from tests.mail import RECEIVED_AT
from tests.mail.build import swap
from tests.servers.account import Account, ImapServer, create_folder, deliver, deliver_all, folders, signed_in, stored
from tests.servers.dovecot import Dovecot, dovecot_unavailable, running_dovecot
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import After, Before, Call, Cut, During, Fault, Reply, Say, Shape, hiding
from tests.servers.plugin import named_server, need
from tests.servers.pymap_server import Pymap
from tests.shop import OpenShop, Ran, Shop

DANGERS = {
    1: "COPY was carried out, the answer was lost, and a retry copies again",
    2: "EXPUNGE takes what others marked as deleted",
    3: "the original is removed although COPY failed",
    4: "MOVE was carried out for some of the messages",
    5: "the answer to MOVE was lost",
    6: "two at work at once",
    7: "another UIDVALIDITY than when it was planned",
    8: "message numbers instead of UIDs",
    9: "the destination is not there",
    10: "over quota",
    11: "the folder can only be read",
    12: "Gmail, where deleting in spam is final",
    13: "a Message-ID that is missing, repeated or hostile",
    14: "\\Seen set by looking",
    15: "a server that answers for so many messages only",
    16: "BYE and throttling in the middle",
    17: "killed between journal and command",
    18: "the disk is full when the journal is written",
    19: "the clock jumps",
    20: "undo",
}
LETTERS = small_letters()
THEIRS = b"From: someone@shop.test\r\nSubject: theirs\r\n\r\n\r\n"
WITHOUT_MOVE = hiding("MOVE")
RESCUE = ("rescue", "--apply", "--format", "json")


def test_each_danger_has_a_test_named_after_it() -> None:
    """Fails when one is renamed or deleted."""
    names = [
        node.name
        for path in Path(__file__).parent.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    found = {int(match[1]) for name in names if (match := re.match(r"test_danger_(\d\d)_", name))}
    assert found == set(DANGERS)


@dataclass(slots=True)
class Night:
    ran: Ran
    proxy: FaultProxy

    @property
    def outcomes(self) -> list[Any]:
        return list(self.ran.mailbox["outcomes"])

    @property
    def statuses(self) -> list[str]:
        return sorted(outcome["status"] for outcome in self.outcomes)

    @property
    def details(self) -> str:
        return " | ".join(outcome["detail"] for outcome in self.outcomes)


@dataclass(slots=True)
class Seller:
    """A mailbox with five letters in Junk, and mail of others that is marked as deleted in both folders."""

    account: Account
    shop: Shop

    def night(
        self, *faults: Fault, rewrite: Callable[[bytes], bytes] = bytes, command: Sequence[str] = RESCUE
    ) -> Night:
        with FaultProxy(self.account, faults, rewrite) as proxy:
            self.shop.account = proxy.account
            ran = self.shop.run(*command)
        self.shop.account = self.account
        return Night(ran, proxy)

    def inbox(self) -> list[bytes]:
        return _ours(self.account, "INBOX")

    def junk(self) -> list[bytes]:
        return _ours(self.account, "Junk")

    def assert_rescued(self) -> None:
        """Each once in INBOX, none in Junk, and the mail of others where it was."""
        assert self.inbox() == sorted(LETTERS)
        self.assert_nothing_in_junk()

    def assert_nothing_in_junk(self) -> None:
        assert self.junk() == []
        for folder in ("INBOX", "Junk"):
            assert next(each.flags for each in stored(self.account, folder) if each.raw == THEIRS).count("\\Deleted")

    def assert_untouched(self) -> None:
        assert self.inbox() == []
        assert self.junk() == sorted(LETTERS)
        assert all("\\Deleted" not in each.flags for each in stored(self.account) if each.raw != THEIRS)


def _ours(account: Account, folder: str) -> list[bytes]:
    return sorted(each.raw for each in stored(account, folder) if each.raw != THEIRS)


def opened(server: ImapServer | Dovecot, open_shop: OpenShop) -> Seller:
    account = server.account()
    for folder in ("INBOX", "Junk"):
        deliver(account, THEIRS, folder, flags=("\\Deleted",))
    deliver_all(account, LETTERS, "Junk", internaldate=RECEIVED_AT)
    return Seller(account, open_shop(account))


@pytest.fixture(params=["dovecot-maildir", "cyrus", "pymap"])
def seller(request: pytest.FixtureRequest, open_shop: OpenShop) -> Seller:
    """On each of the real servers in turn; Dovecot's other storage speaks no other IMAP."""
    return opened(named_server(request.param, request), open_shop)


@pytest.fixture
def at_dovecot(dovecot: Dovecot, open_shop: OpenShop) -> Seller:
    return opened(dovecot, open_shop)


def once(act: Callable[[], object]) -> Call:
    acts = iter([act])
    return Call(lambda: next(acts, lambda: None)())


def by_another(seller: Seller, *commands: Sequence[str], folder: str = "Junk") -> Call:
    """Another mail program sends these UID commands, once."""

    def act() -> None:
        with signed_in(seller.account) as imap:
            imap.select(folder)
            for command in commands:
                assert imap.uid(*command)[0] == "OK", command

    return once(act)


def uids(seller: Seller, *raws: bytes, folder: str = "Junk") -> str:
    return ",".join(str(each.uid) for each in stored(seller.account, folder) if each.raw in raws)


def test_danger_01_retry_after_copy_copies_nothing_twice(seller: Seller) -> None:
    """Fails where a dead run's entries are closed without asking the server."""
    first = seller.night(Fault(After("UID COPY"), Cut()), rewrite=WITHOUT_MOVE)
    second = seller.night(rewrite=WITHOUT_MOVE)

    assert (first.ran.exit_code, second.ran.exit_code) == (4, 0)
    assert "UID COPY" not in second.proxy.verbs()
    seller.assert_rescued()


def test_danger_02_expunge_takes_only_ours(seller: Seller) -> None:
    """Fails with a bare EXPUNGE in place of UID EXPUNGE."""
    night = seller.night(rewrite=WITHOUT_MOVE)

    assert night.statuses == ["done"] * 5
    assert not {"EXPUNGE", "CLOSE"} & set(night.proxy.verbs())
    seller.assert_rescued()


def test_danger_02_without_uidplus_nothing_is_expunged(seller: Seller) -> None:
    """Fails where the original is removed without UIDPLUS."""
    night = seller.night(rewrite=hiding("MOVE", "UIDPLUS"))
    again = seller.night(rewrite=hiding("MOVE", "UIDPLUS"))

    assert night.statuses == ["copied"] * 5
    assert not {"EXPUNGE", "UID EXPUNGE", "CLOSE"} & set(night.proxy.verbs())
    assert again.proxy.writes() == []
    assert seller.inbox() == seller.junk() == sorted(LETTERS)
    assert all("\\Deleted" not in each.flags for each in stored(seller.account) if each.raw != THEIRS)


def test_danger_03_refused_copy_removes_nothing(seller: Seller) -> None:
    """Fails where the second look takes the answer for the proof."""
    night = seller.night(Fault(Before("UID COPY"), Reply(b"%T NO [CANNOT] no\r\n")), rewrite=WITHOUT_MOVE)

    assert night.ran.exit_code == 4
    assert not {"UID STORE", "UID EXPUNGE"} & set(night.proxy.verbs())
    seller.assert_untouched()


def test_danger_04_half_of_a_move_is_told_message_by_message(seller: Seller) -> None:
    """Fails where one answer counts for all messages of a batch, or where a session's old view of Junk is believed."""
    half = by_another(seller, ("COPY", uids(seller, *LETTERS[:2]), "INBOX"), *_removed(seller, *LETTERS[:2]))
    night = seller.night(Fault(Before("UID MOVE"), half), Fault(Before("UID MOVE"), Reply(b"%T NO [LIMIT] enough\r\n")))
    again = seller.night()

    assert night.statuses == ["done", "done", "failed", "failed", "failed"]
    assert again.statuses == ["done"] * 3
    seller.assert_rescued()


def _removed(seller: Seller, *raws: bytes) -> tuple[tuple[str, ...], ...]:
    there = uids(seller, *raws)
    return ("STORE", there, "+FLAGS", "(\\Deleted)"), ("EXPUNGE", there)


def test_danger_05_lost_answer_to_a_move_moves_nothing_twice(seller: Seller) -> None:
    """Fails where what was sent is planned anew."""
    night = seller.night(Fault(After("UID MOVE"), Cut()))
    again = seller.night()

    assert (night.ran.exit_code, again.ran.exit_code) == (4, 0)
    assert again.statuses == ["done"] * 5
    assert "UID MOVE" not in again.proxy.verbs()
    seller.assert_rescued()


def test_danger_06_second_run_under_another_name_is_turned_away(at_dovecot: Seller) -> None:
    """Fails where the lock is of the name and not of the account."""
    shop, codes = at_dovecot.shop, list[int]()

    def run_other() -> None:
        other = shop.folder / "other.toml"
        other.write_text((shop.folder / "auditor.toml").read_text().replace("[mailbox.shop]", "[mailbox.other]"))
        argv = [sys.executable, "-m", "auditor", "rescue", "--apply", "--config", str(other)]
        environment = os.environ | {"SHOP_PASSWORD": shop.account.password}
        codes.append(subprocess.run(argv, env=environment, capture_output=True, timeout=60).returncode)

    night = at_dovecot.night(Fault(Before("UID MOVE"), once(run_other)))

    assert codes == [5]
    assert night.statuses == ["done"] * 5
    at_dovecot.assert_rescued()


@pytest.mark.parametrize("rewrite", [bytes, WITHOUT_MOVE], ids=["move", "copy"])
def test_danger_06_double_that_another_program_makes_is_told_and_kept(
    seller: Seller, rewrite: Callable[[bytes], bytes]
) -> None:
    """Fails where what is left over in the destination is not told. With COPY the double comes after the first look."""
    command = "UID MOVE" if rewrite is bytes else "UID EXPUNGE"
    copy = by_another(seller, ("COPY", uids(seller, LETTERS[0]), "INBOX"))
    night = seller.night(Fault(Before(command), copy), rewrite=rewrite)

    assert night.statuses == ["done"] * 5
    assert night.details.count("more than once") == 1
    assert night.ran.exit_code == 10
    assert seller.inbox() == sorted([*LETTERS, LETTERS[0]])


def test_danger_06_original_that_another_program_takes_is_told(seller: Seller) -> None:
    """Fails where a missing original counts as removed by us."""
    create_folder(seller.account, "Archive")
    there = uids(seller, LETTERS[0])
    taken = by_another(seller, ("COPY", there, "Archive"), *_removed(seller, LETTERS[0]))
    night = seller.night(Fault(After("UID COPY"), taken), rewrite=WITHOUT_MOVE)

    assert night.statuses == ["done"] * 5
    assert night.details.count("another program took the original away") == 1
    seller.assert_rescued()


def test_danger_06_message_marked_as_deleted_on_its_way_is_told(seller: Seller) -> None:
    """Fails where the flags that came along are not looked at."""
    mark = by_another(seller, ("STORE", uids(seller, LETTERS[0]), "+FLAGS", "(\\Deleted)"))
    night = seller.night(Fault(Before("UID MOVE"), mark))

    assert night.details.count("marked it as deleted") == 1
    seller.assert_rescued()


def test_danger_07_rebuilt_folder_is_looked_at_anew(at_dovecot: Seller) -> None:
    """Fails where SELECT's UIDVALIDITY is not compared and identities are not asked for."""

    def rebuild() -> None:
        with signed_in(at_dovecot.account) as imap:
            assert imap.delete("Junk")[0] == imap.create("Junk")[0] == "OK"
        deliver_all(at_dovecot.account, [THEIRS, *reversed(LETTERS)], "Junk", internaldate=RECEIVED_AT)

    night = at_dovecot.night(Fault(Before("SELECT"), once(rebuild)))

    assert night.statuses == ["skipped"] * 5
    assert "rebuilt" in night.details
    assert night.proxy.writes() == []
    assert at_dovecot.night().statuses == ["done"] * 5
    assert at_dovecot.inbox() == sorted(LETTERS)


@pytest.mark.parametrize("rewrite", [bytes, WITHOUT_MOVE], ids=["move", "copy"])
def test_danger_08_numbers_that_slide_hit_nobody_else(seller: Seller, rewrite: Callable[[bytes], bytes]) -> None:
    """Fails where UID is left out of a command."""
    removed = by_another(seller, ("EXPUNGE", uids(seller, THEIRS)))
    night = seller.night(Fault(Before("UID MOVE" if rewrite is bytes else "UID COPY"), removed), rewrite=rewrite)

    assert all(line.split()[1] == b"UID" for line in night.proxy.writes())
    assert night.statuses == ["done"] * 5
    assert seller.inbox() == sorted(LETTERS)
    assert seller.junk() == []


@pytest.mark.parametrize("rewrite", [bytes, WITHOUT_MOVE], ids=["move", "copy"])
def test_danger_09_destination_that_vanishes_is_not_made_anew(
    seller: Seller, rewrite: Callable[[bytes], bytes]
) -> None:
    """Fails where what was sent counts as done although nobody could look."""
    create_folder(seller.account, "Target")
    seller.shop.mailbox["inbox"] = "Target"

    def delete() -> None:
        with signed_in(seller.account) as imap:
            assert imap.delete("Target")[0] == "OK"

    command = "UID MOVE" if rewrite is bytes else "UID COPY"
    night = seller.night(Fault(Before(command), once(delete)), rewrite=rewrite)

    assert night.ran.exit_code == 4
    assert "TRYCREATE" in night.details
    assert "Target" not in folders(seller.account)
    seller.assert_untouched()


@pytest.fixture(scope="module")
def small_quota() -> Iterator[Dovecot]:
    """10 kB for each account; what is moved within one counts once, what is copied twice."""
    need(dovecot_unavailable())
    with running_dovecot(
        """
mail_plugins = quota
mailbox_list_index = yes
protocol imap {
  mail_plugins = quota imap_quota
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=4K
  quota_grace = 0
}
"""
    ) as server:
        yield server


def test_danger_10_copy_over_quota_leaves_everything_where_it_was(small_quota: Dovecot, open_shop: OpenShop) -> None:
    """Fails where the original is removed although nothing arrived."""
    seller = opened(small_quota, open_shop)
    night = seller.night(rewrite=WITHOUT_MOVE)

    assert night.ran.exit_code == 4
    assert "OVERQUOTA" in night.details
    seller.assert_untouched()
    assert seller.night().statuses == ["done"] * 5  # a move needs no more room
    seller.assert_rescued()


def test_danger_10_move_over_quota_leaves_everything_where_it_was(seller: Seller) -> None:
    """Fails where a refusal is taken for success."""
    night = seller.night(Fault(Before("UID MOVE"), Reply(b"%T NO [OVERQUOTA] Quota exceeded\r\n")))

    assert night.ran.exit_code == 4
    assert "OVERQUOTA" in night.details
    seller.assert_untouched()


def test_danger_11_folder_that_can_only_be_read_gets_no_command(seller: Seller) -> None:
    """Fails where READ-ONLY is not looked for: some servers carry MOVE out all the same."""
    night = seller.night(rewrite=lambda line: line.replace(b"[READ-WRITE]", b"[READ-ONLY]"))

    assert night.ran.exit_code in (3, 4)
    assert night.proxy.writes() == []
    seller.assert_untouched()


def _gmail(*, move: bool) -> Callable[[bytes], bytes]:
    """The capabilities of another server as Gmail's; it must name messages by an EMAILID."""
    hidden = hiding(*([] if move else ["MOVE"]))
    return lambda line: re.sub(rb"(CAPABILITY IMAP4REV1)", rb"\1 X-GM-EXT-1", hidden(line), flags=re.IGNORECASE)


def test_danger_12_gmail_without_move_gets_no_command(pymap: Pymap, open_shop: OpenShop) -> None:
    """Fails where COPY steps in for MOVE at Gmail too."""
    seller = opened(pymap, open_shop)
    night = seller.night(rewrite=_gmail(move=False))

    assert night.ran.exit_code == 4
    assert night.proxy.writes() == []
    seller.assert_untouched()


def test_danger_12_undo_at_gmail_asks_first(pymap: Pymap, open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where the question is left out."""
    seller, gmail = opened(pymap, open_shop), _gmail(move=True)
    assert seller.night(rewrite=gmail).statuses == ["done"] * 5

    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    refused = seller.night(rewrite=gmail, command=["undo"])
    assert "reports it as spam" in refused.ran.stderr
    assert refused.proxy.writes() == []
    seller.assert_rescued()

    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert seller.night(rewrite=gmail, command=["undo"]).ran.exit_code == 0
    assert seller.junk() == sorted(LETTERS)


def _with_message_id(raw: bytes, line: bytes) -> bytes:
    """Small letters leave it unsigned."""
    return re.sub(rb"(?m)^Message-ID: [^\r]*\r\n", lambda _: line, raw)


MESSAGE_IDS = {
    "missing": b"",
    "repeated": b"Message-ID: <same@mail.test>\r\n",
    "hostile": b'Message-ID: <x" UNSEEN) {99}>\r\n',
}


@pytest.mark.parametrize("rewrite", [bytes, WITHOUT_MOVE], ids=["move", "copy"])
@pytest.mark.parametrize("line", MESSAGE_IDS.values(), ids=MESSAGE_IDS)
def test_danger_13_message_ids_are_not_what_mail_is_known_by(
    line: bytes, rewrite: Callable[[bytes], bytes], dovecot: Dovecot, open_shop: OpenShop
) -> None:
    """Fails where the Message-ID alone is the identity: while a run dies, another one with that Message-ID arrives."""
    letters = sorted(_with_message_id(raw, line) for raw in LETTERS)
    other = _with_message_id(swap(LETTERS[0], b"Subject: ", b"Subject: Re: "), line)
    account = dovecot.account()
    deliver_all(account, letters, "Junk", internaldate=RECEIVED_AT)
    seller = Seller(account, open_shop(account))

    carried = Before("UID MOVE" if rewrite is bytes else "UID COPY")
    arrives = Call(lambda: deliver(account, other, "INBOX", internaldate=RECEIVED_AT))
    seller.night(Fault(carried, arrives), Fault(carried, Cut()), rewrite=rewrite)
    night = seller.night(rewrite=rewrite)

    assert night.ran.exit_code == 0
    assert not {"SEARCH", "UID SEARCH"} & set(night.proxy.verbs())
    assert seller.inbox() == sorted([other, *letters])
    assert seller.junk() == []


def _limited(most: int) -> Shape:
    """A server that answers FETCH for the highest UIDs only and says so (RFC 9738); where FLAGS alone are asked for."""
    held: list[bytes] = []

    def passed(line: bytes) -> Iterable[bytes]:
        if re.match(rb"\* \d+ FETCH \((?:UID \d+ FLAGS|FLAGS \([^)]*\) UID) [^{]*\r\n\Z", line):
            held.append(line)
            return ()
        if line.startswith(b"*"):
            return (line,)
        kept, left = held[-most:], held[:-most]
        held.clear()
        lowest = re.search(rb"UID (\d+)", kept[0]) if left else None
        code = rb" OK [MESSAGELIMIT %d %b] " % (most, lowest[1]) if lowest else b" OK "
        return (*kept, line.replace(b" OK ", code, 1))

    return Shape(passed)


@pytest.mark.parametrize("rewrite", [bytes, WITHOUT_MOVE], ids=["move", "copy"])
def test_danger_15_answers_for_a_few_messages_are_asked_for_page_by_page(
    at_dovecot: Seller, rewrite: Callable[[bytes], bytes]
) -> None:
    """Fails where the code in the answer to UID FETCH is not read."""
    night = at_dovecot.night(Fault(During("UID FETCH"), _limited(2)), rewrite=rewrite)

    assert night.statuses == ["done"] * 5
    assert night.details.strip(" |") == ""
    at_dovecot.assert_rescued()


def test_danger_15_refused_for_its_length_is_no_loss(seller: Seller) -> None:
    """Fails where a refusal is taken for success."""
    words = b"%T NO [MESSAGELIMIT 1000] too many messages\r\n"
    night = seller.night(Fault(Before("UID COPY"), Reply(words)), rewrite=WITHOUT_MOVE)

    assert night.ran.exit_code == 4
    seller.assert_untouched()


INTERRUPTIONS = {
    "bye": b"* BYE [UNAVAILABLE] shutting down\r\n",
    "unavailable": b"%T NO [UNAVAILABLE] try again later\r\n",
    "throttled": b"%T BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n",
}


@pytest.mark.parametrize(
    "place", [Before("UID MOVE"), After("UID MOVE"), Before("SELECT"), Before("UID FETCH")], ids=repr
)
@pytest.mark.parametrize("words", INTERRUPTIONS.values(), ids=INTERRUPTIONS)
def test_danger_16_what_the_server_breaks_off_is_resumed(
    words: bytes, place: Before | After, at_dovecot: Seller
) -> None:
    """Fails where what was sent is called failed for good: then undo does not know where it is."""
    after = isinstance(place, After) or words.startswith(b"* BYE")
    said = Say(words) if isinstance(place, After) else Reply(words)
    night = at_dovecot.night(Fault(place, said), *([Fault(place, Cut())] if after else []))
    again = at_dovecot.night()

    assert night.ran.exit_code in (3, 4)
    assert words.split(b"] ")[-1].split(b". ")[-1].decode().strip() in night.ran.stdout + night.ran.stderr
    assert again.ran.exit_code == 0
    at_dovecot.assert_rescued()
    assert at_dovecot.night(command=["undo"]).ran.exit_code == 0
    assert at_dovecot.junk() == sorted(LETTERS)


def _swapped(line: bytes) -> bytes:
    """COPYUID with the numbers of the destination the other way round, as Yahoo was seen to do."""

    def turned(match: re.Match[bytes]) -> bytes:
        low, high = int(match[2]), int(match[3])
        return match[1] + b",".join(str(uid).encode() for uid in range(high, low - 1, -1))

    return re.sub(rb"(COPYUID \d+ \S+ )(\d+):(\d+)", turned, line)


@pytest.mark.parametrize("rewrite", [bytes, WITHOUT_MOVE], ids=["move", "copy"])
def test_danger_20_undo_finds_each_message_where_copyuid_is_wrong(
    rewrite: Callable[[bytes], bytes], seller: Seller
) -> None:
    """Fails where COPYUID is believed without a look."""
    night = seller.night(rewrite=lambda line: _swapped(rewrite(line)))
    before = {each["ref"]["uid"]: each["to"]["uid"] for each in night.outcomes}

    assert night.details.strip(" |") == ""
    assert len(set(before.values())) == 5
    assert list(before.values()) == sorted(before.values())
    assert seller.night(command=["undo"]).ran.exit_code == 0
    assert seller.junk() == sorted(LETTERS)
    assert seller.inbox() == []


def test_danger_20_double_that_is_made_while_undoing_is_told(at_dovecot: Seller) -> None:
    """Fails where only what is not back is told."""
    at_dovecot.night()
    there = uids(at_dovecot, LETTERS[0], folder="INBOX")
    copy = by_another(at_dovecot, ("COPY", there, "Junk"), folder="INBOX")
    night = at_dovecot.night(Fault(Before("UID MOVE"), copy), command=["undo"])

    assert "`Junk` holds it more than once" in night.ran.stdout
    assert at_dovecot.junk() == sorted([*LETTERS, LETTERS[0]])
