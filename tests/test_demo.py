"""The demo as a new user runs it, its samples, and what it says when something goes otherwise."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest

from auditor.cli.demo import demo
from auditor.context import judge_of
from auditor.demo import mail
from auditor.demo.key import BITS, make_key
from auditor.demo.stage import Stage, stage
from auditor.demo.story import WentOtherwiseError, tell
from auditor.errors import ConfigError, ExitCode
from auditor.judging import Letter, judge_all
from auditor.marketplaces import load as load_catalogue
from auditor.resolver import Resolver
from auditor.verdict import Standing

pytestmark = pytest.mark.server

STEPS = ("1. The spam folder", "2. auditor rescue:", "3. auditor rescue --apply", "4. The inbox now", "5. auditor undo")
HEADING = re.compile(r"^== (\d\. .*?) =+$", re.MULTILINE)


@pytest.fixture(scope="module")
def staged() -> Iterator[Stage]:
    """For tests that only look at it."""
    with stage() as made:
        yield made


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One whole run, and the folder that it had for its temporary files."""
    folder = tmp_path_factory.mktemp("temporary")
    done = subprocess.run(
        command("demo"), env=environment(folder), capture_output=True, text=True, timeout=60, check=False
    )
    return done, folder


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "auditor", *words]


def environment(temporary: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(temporary)}


def test_the_story_goes_as_told(told: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, _ = told

    assert (done.returncode, done.stderr) == (0, "")
    headings = HEADING.findall(done.stdout)
    assert len(headings) == len(STEPS)
    assert all(heading.startswith(step) for heading, step in zip(headings, STEPS, strict=True))


def test_exactly_the_genuine_messages_move_and_come_back(
    told: tuple[subprocess.CompletedProcess[str], Path], staged: Stage
) -> None:
    genuine = [one.subject for one in staged.spam if one.standing is Standing.GENUINE]

    look, _, rescue, inbox, undo = HEADING.split(told[0].stdout)[2::2]

    assert re.findall(r"^  moved  Junk/\d+ -> INBOX/\d+ +(.+)$", rescue, re.MULTILINE) == genuine
    assert re.findall(r"^\+ +\d+  .{24}  (.+)$", inbox, re.MULTILINE) == genuine
    assert len(re.findall(r"^ +\d+  ", look, re.MULTILINE)) == len(staged.spam)
    assert f"the same {len(staged.spam)} messages as before" in undo


def test_the_story_fits_a_terminal(told: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    assert max(map(len, told[0].stdout.splitlines())) <= 80


def test_no_temporary_file_is_left(told: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    assert list(told[1].iterdir()) == []


def test_no_thread_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(threading.enumerate())

    demo()

    assert "== 5. auditor undo" in capsys.readouterr().out
    ends = time.monotonic() + 5
    while (left := set(threading.enumerate()) - before) and time.monotonic() < ends:
        gc.collect()  # pymap's own pool ends its thread when the pool is forgotten
        time.sleep(0.02)
    assert left == set()
    assert list(tmp_path.iterdir()) == []


def test_every_sample_is_found_to_be_what_it_is(staged: Stage) -> None:
    samples = (*staged.spam, *staged.inbox)
    dns = staged.config.dns
    with Resolver(dns.nameservers, port=dns.port, timeout_s=dns.timeout_s) as resolver:
        context = judge_of(staged.config.mailboxes[0], staged.config, load_catalogue(), resolver).context
        letters = [Letter(sample.raw, sample.received_at) for sample in samples]
        judged = judge_all(letters, context, resolver)

    found = {sample.subject: one.verdict.standing for sample, one in zip(samples, judged, strict=True)}
    assert found == {sample.subject: sample.standing for sample in samples}


def test_the_samples_show_every_standing_and_four_marketplaces(staged: Stage) -> None:
    genuine = b"".join(one.raw for one in staged.spam if one.standing is Standing.GENUINE)

    assert {one.standing for one in staged.spam} == set(Standing)
    assert all(
        name in genuine for name in (b"@relay.walmart.com", b"@marketplace.amazon", b"@members.ebay", b"etsy.com")
    )


def test_no_sample_is_left_out_of_the_folder() -> None:
    key = make_key()

    spam = mail.spam_folder(key, datetime.now(UTC))

    assert len(spam) == sum(len(letters) for _, letters in mail.KINDS)
    assert len({one.message_id for one in spam}) == len(spam)


def test_a_fresh_key_is_as_long_as_it_says() -> None:
    key = make_key()

    assert dkim.evaluate_pk("demo", key.record)[1] == BITS
    assert key.record != make_key().record


def test_the_private_key_is_not_shown() -> None:
    assert "PRIVATE" not in repr(make_key())


def _first_called(standing: Standing, made: Stage) -> Stage:
    spam = [replace(made.spam[0], standing=standing), *made.spam[1:]]
    return replace(made, spam=spam)


def _one_too_many(made: Stage) -> Stage:
    return replace(made, spam=made.spam[1:])


def test_a_wrong_standing_is_noticed() -> None:
    with (
        stage() as made,
        pytest.raises(
            WentOtherwiseError, match=r"step 2 .*Where is my order.* is forged and was found genuine"
        ) as caught,
    ):
        tell(_first_called(Standing.FORGED, made), lambda _: None)

    assert caught.value.exit_code == ExitCode.BUG


def test_a_message_too_many_is_noticed() -> None:
    with stage() as made, pytest.raises(WentOtherwiseError, match=r"step 1 .*the spam folder holds 16 messages"):
        tell(_one_too_many(made), lambda _: None)


def _at_a_closed_port(made: Stage) -> Stage:
    mailbox = made.config.mailboxes[0].model_copy(update={"port": 1})
    return replace(made, config=made.config.model_copy(update={"mailboxes": (mailbox,)}))


def test_a_server_that_does_not_answer_is_noticed(staged: Stage) -> None:
    with pytest.raises(WentOtherwiseError, match=r"step 1 of the demo failed: 127.0.0.1 port 1 refused"):
        tell(_at_a_closed_port(staged), lambda _: None)


@pytest.mark.parametrize("name", ["pymap", "dnslib"])
def test_a_missing_package_is_one_line_and_a_hint(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(ConfigError, match=f"the demo needs {name}") as caught:
        demo()

    assert caught.value.hint == "pip install 'auditor[demo]'"
    assert caught.value.exit_code == ExitCode.USAGE


def test_nothing_heavy_is_imported_for_the_help() -> None:
    heavy = ("pymap", "dnslib", "dkim", "sqlalchemy", "auditor.demo")
    code = f"import sys, auditor.cli.demo; print(*{{*sys.modules}} & {{*{heavy!r}}})"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


@contextmanager
def running(temporary: Path, words: Sequence[str], *, until: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command once it has written `until`, and what it wrote so far."""
    process = subprocess.Popen(
        command(*words),
        env=environment(temporary),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        written = ""
        for each in process.stdout:
            written += each
            if until in each:
                break
        yield process, written
    finally:
        process.kill()
        process.communicate()


def test_a_mailbox_that_is_kept_open_can_be_worked_with(tmp_path: Path) -> None:
    with running(tmp_path, ["demo", "--keep"], until="  auditor rescue") as (process, written):
        config = re.search(r"AUDITOR_CONFIG=(.+)", written)
        assert config, written
        rescue = subprocess.run(
            command("rescue", "--apply", "--config", config[1]),
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        _, errors = process.communicate("\n", timeout=30)

    assert "MOVED: 6" in rescue.stdout
    assert (process.returncode, errors) == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words, until, number, code",
    [
        pytest.param(["demo"], "== 1.", signal.SIGINT, 130, id="ctrl-c-in-the-middle"),
        pytest.param(["demo"], "== 1.", signal.SIGTERM, 130, id="terminated-in-the-middle"),
        pytest.param(["demo", "--keep"], "  auditor rescue", signal.SIGINT, 0, id="ctrl-c-while-kept-open"),
        pytest.param(["demo", "--keep"], "  auditor rescue", signal.SIGTERM, 0, id="terminated-while-kept-open"),
    ],
)
def test_it_ends_cleanly(words: list[str], until: str, number: signal.Signals, code: int, tmp_path: Path) -> None:
    for _ in range(5):  # on a busy machine the whole demo may be over before it is told to end
        with running(tmp_path, words, until=until) as (process, _):
            process.send_signal(number)
            _, errors = process.communicate(timeout=30)
        if process.returncode == code:
            break

    assert process.returncode == code
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []
