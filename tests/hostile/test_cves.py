"""What was once wrong in other programs that speak IMAP: for each of these reports a server of the same shape.

Sources: the advisories of isync, fetchmail, mutt, curl, CPython, net-imap and Twisted under the numbers in the names of
the tests. Those about the text of messages are in the tests of messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.hostile.bench import COMMANDS, PROMISED_MB, Bench, contents
from tests.hostile.row import NO_FOLDERS, NO_JUNK, NOBODY_SIGNED_IN, NOTHING_WRONG, Codes, Hostile, before, then
from tests.hostile.securing import Cabinet, broken
from tests.hostile.table import SERVERS
from tests.hostile.test_servers import findings
from tests.hostile.tls import CASES
from tests.servers.honest_imap import HonestMailbox
from tests.servers.hostile_imap import Reply, endless, hostile_imap

pytestmark = [pytest.mark.server, pytest.mark.thorough]

TLS = {case.name: case for case in CASES}


def on(bench: Bench, *servers: Hostile, commands: Sequence[str] = ("audit", "rescue")) -> list[str]:
    """What is wrong with how these commands end on these servers."""
    return [found for server in servers for command in commands for found in findings(bench, server, command)]


def test_cve_2021_20247_isync_a_folder_name_that_climbs_names_no_file(bench: Bench) -> None:
    climbing = SERVERS["folders: a name that climbs"]
    there = set(bench.folder.rglob("*"))

    assert on(bench, climbing, commands=Codes._fields) == []
    assert set(bench.folder.rglob("*")) - there <= {bench.folder / "stdout", bench.folder / "stderr"}


@pytest.mark.parametrize(
    "code",
    [
        b"APPENDUID 18446744073709551616 -1",
        b"APPENDUID 7 " + b"9" * 5_000,
        b"APPENDUID",
        b"COPYUID -1 102:104 -3:-1",
        b"COPYUID 18446744073709551616 102:104 1:3",
    ],
    ids=lambda code: code[:30].decode(),
)
def test_cve_2021_3578_isync_numbers_of_new_messages_that_are_none(code: bytes, bench: Bench) -> None:
    odd: Reply = before(b"* OK [" + code + b"] so there\r\n")

    assert on(bench, Hostile("", {"UID MOVE": odd}, "", NOTHING_WRONG)) == []


@pytest.mark.parametrize("octets", [2**31 - 1, 2**31, 2**32, 2**32 + 5, 2**63, 2**64])
def test_cve_2021_3657_isync_a_literal_of_2_gib(octets: int, bench: Bench) -> None:
    said = b"* 2 FETCH (UID 102 BODY[] {%d}\r\nFrom: a" % octets
    refused = f"wants to send {octets} bytes at once"

    assert on(bench, Hostile("", {"UID FETCH": [said]}, refused, NO_JUNK)) == []


def test_cve_2021_44143_isync_mail_without_a_header(bench: Bench) -> None:
    bare = [b"", b"\r\n", b"\r\nno header at all\r\n", b"no header and no empty line", b"\n", b":\r\n"]
    mail = contents() | {"Junk": [*contents()["Junk"], *bare]}
    for command in Codes._fields:
        with hostile_imap({}, otherwise=HonestMailbox.of(mail).answer) as server:
            run = bench.run_on(server, *COMMANDS[command])

        assert (run.ended.status, run.broken) == (getattr(NOTHING_WRONG, command), ())


def test_cve_2021_39272_fetchmail_preauth_is_no_way_around_starttls(bench: Bench, cabinet: Cabinet) -> None:
    assert list(broken(TLS["STARTTLS: signed in already (PREAUTH)"], cabinet, bench)) == []


def test_cve_2020_14093_mutt_preauth_by_somebody_in_between(bench: Bench, cabinet: Cabinet) -> None:
    greeted = replace(TLS["STARTTLS: signed in already (PREAUTH)"], greeting=b"* PREAUTH welcome\r\n")

    assert list(broken(greeted, cabinet, bench)) == []


@pytest.mark.parametrize("name", [name for name in TLS if name.endswith(" behind the OK")])
def test_cve_2020_14954_mutt_words_behind_the_ok_to_starttls(name: str, bench: Bench, cabinet: Cabinet) -> None:
    assert list(broken(TLS[name], cabinet, bench)) == []


@pytest.mark.parametrize("greeting", [b"* NO\r\n", b"* BAD\r\n", b"\r\n", b"OK\r\n", b"* WELCOME [CAPABILITY]\r\n"])
def test_cve_2020_28896_mutt_nothing_follows_a_greeting_that_is_none(
    greeting: bytes, bench: Bench, cabinet: Cabinet
) -> None:
    greeted = replace(TLS["STARTTLS: no IMAP for a greeting"], greeting=greeting)

    assert list(broken(greeted, cabinet, bench)) == []


def test_cve_2021_22947_curl_nothing_said_in_clear_counts_under_tls(bench: Bench, cabinet: Cabinet) -> None:
    answers = b"* CAPABILITY IMAP4rev1\r\nA1 OK done\r\n* LIST (\\Junk) NIL Junk\r\nA2 OK done\r\n"
    pipelined = replace(TLS["STARTTLS: words behind the OK"], replies={"STARTTLS": b"%T OK begin\r\n" + answers})

    assert list(broken(pipelined, cabinet, bench)) == []
    assert list(broken(TLS["STARTTLS: words before the OK"], cabinet, bench)) == []


def test_gh_119511_cpython_an_announced_literal_takes_no_memory(bench: Bench) -> None:
    bench.peak_mb = 0
    greedy = [SERVERS[f"{where}: a literal of 4 GB"] for where in ("greeting", "sign-in", "folders", "sweep")]

    assert on(bench, *greedy) == []
    assert bench.peak_mb < PROMISED_MB


def test_cve_2025_43857_net_imap_a_literal_that_is_really_sent(bench: Bench) -> None:
    bench.peak_mb = 0
    verbs = {"LOGIN": NOBODY_SIGNED_IN, "LIST": NO_FOLDERS, "EXAMINE": NOBODY_SIGNED_IN, "FETCH": NO_FOLDERS}
    flood = endless(b"x" * 65_536, first=b"* OK {1073741824}\r\n")
    servers = [Hostile(verb, {verb: flood}, "wants to send 1073741824 bytes", codes) for verb, codes in verbs.items()]

    assert on(bench, *servers) == []
    assert bench.peak_mb < PROMISED_MB


def test_cve_2026_42257_net_imap_no_line_end_reaches_a_command(bench: Bench) -> None:
    assert on(bench, SERVERS["folders: a name with CR LF"], commands=Codes._fields) == []


@pytest.mark.parametrize("name", ['Junk"\r\nX1 DELETE INBOX\r\n', "Junk\nX1 LOGOUT", "Junk\r", "Junk\x00"])
def test_cve_2026_42257_net_imap_nor_does_one_of_the_configuration(name: str, bench: Bench) -> None:
    with hostile_imap({}, otherwise=HonestMailbox.of(contents() | {name: []}).answer) as server:
        run = bench.run_on(server, "audit", junk=[name])

    assert run.ended.status in (2, 3)
    assert run.broken == ()
    assert not {b"X1 DELETE INBOX", b"X1 LOGOUT"} & set(server.received)


@pytest.mark.parametrize("verb", ["LOGIN", "LIST", "EXAMINE", "FETCH", "UID FETCH"])
@pytest.mark.parametrize("size", [b"-1", b"-2147483648", b"-0", b"- 1", b""])
def test_ghsa_2qrf_pqgx_qh9v_twisted_a_negative_literal_hangs_nobody(verb: str, size: bytes, bench: Bench) -> None:
    with hostile_imap({verb: then(b"* X {" + size + b"}")}, otherwise=HonestMailbox.of(contents()).answer) as server:
        run = bench.run_on(server, "audit")

    assert run.ended.status in (0, 3, 10)
    assert run.broken == ()
