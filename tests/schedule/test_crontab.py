"""Our line of a crontab: cron and the shell read it back as it was meant, and nobody else's line is touched."""

from __future__ import annotations

import random
import subprocess
from datetime import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.schedule.crontab import MARK, crontab_line, ours, time_of, with_line, without_ours
from tests.schedule.jobs import job, odd_path, paths

LINE = crontab_line(job())


def as_cron(line: bytes, *, undoes_two: bool) -> bytes:
    """What cron hands to the shell, after do_command.c of Vixie cron; others leave two backslashes alone."""
    text = line.removesuffix(b"\n").split(b" ", 5)[5].decode()
    done, escaped = "", False
    for character in text:
        if escaped:
            escaped = False
            done = done[:-1] if character == "%" or (undoes_two and character == "\\") else done
        elif character == "%":
            break
        else:
            escaped = character == "\\"
        done += character
    return done.encode()


def as_shell(command: bytes) -> list[str]:
    """The arguments that a program gets; the command itself is not run."""
    done = subprocess.run(["/bin/sh", "-c", b'printf "%s\\0" ' + command], capture_output=True, check=True, timeout=30)
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("undoes_two", [True, False])
def test_cron_and_the_shell_run_what_was_meant(undoes_two: bool) -> None:
    chance = random.Random(5)
    for _ in range(60):
        wanted = job(python=odd_path(chance, without="\\"), config=odd_path(chance, without="\\"))
        assert as_shell(as_cron(crontab_line(wanted), undoes_two=undoes_two)) == list(wanted.argv)


@given(paths, paths)
def test_a_line_is_one_line_with_no_bare_percent_sign(config: str, log: str) -> None:
    assume(len(config.encode() + log.encode()) < 300)
    line = crontab_line(job(config=config, log=log))

    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert b"%" not in line.replace(b"\\%", b"")
    assert ours(line) == [line]
    assert time_of(line) == time(4, 17)


def test_a_backslash_is_refused() -> None:
    with pytest.raises(ConfigError, match="a backslash"):
        crontab_line(job(config="/a\\b"))


def test_a_command_that_cron_would_refuse_is_refused_first() -> None:
    with pytest.raises(ConfigError, match="longer than the 998 octets"):
        crontab_line(job(config="/" + "é" * 450))


others = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [
                b"",
                b"MAILTO=me",
                b"# a note",
                b"0 5 * * * /usr/bin/backup --all # daily",
                b"#" + LINE.strip(),
                b"5 5 * * * echo " + MARK.encode() + b" or not",
                b"@daily auditor audit",
                b"\xff\xfe",
                b"0 4 * * * x\r",
            ]
        ),
    ).filter(lambda line: b"\n" not in line)
).map(b"\n".join)


@given(others)
def test_installing_and_removing_leaves_what_others_wrote(crontab: bytes) -> None:
    installed = with_line(crontab, LINE)
    ended = crontab + b"\n" if crontab and not crontab.endswith(b"\n") else crontab

    assert installed == ended + LINE
    assert without_ours(installed) == ended
    assert without_ours(crontab) == crontab


@given(others, others)
def test_installing_anew_replaces_our_line_where_it_stands(above: bytes, below: bytes) -> None:
    above = above + b"\n" if above and not above.endswith(b"\n") else above
    later = crontab_line(job(config="/elsewhere"))

    assert with_line(above + LINE + below, later) == above + later + below
    assert with_line(above + LINE + below, LINE) == above + LINE + below


def test_a_line_that_somebody_put_out_of_use_is_his() -> None:
    assert without_ours(b"#" + LINE) == b"#" + LINE


def test_two_of_ours_become_one() -> None:
    assert with_line(LINE + b"a\n" + LINE, LINE) == LINE + b"a\n"


@pytest.mark.parametrize(
    "line, at", [(LINE.replace(b"17 4", b"5 23"), time(23, 5)), (LINE.replace(b"17 4", b"61 4"), None), (b"x", None)]
)
def test_the_time_is_the_one_that_stands_there_now(line: bytes, at: time | None) -> None:
    assert time_of(line) == at
