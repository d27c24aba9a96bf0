"""Sieve (RFC 5228): a script of our own that keeps authenticated marketplace mail, and what is read of any script.

The rule demands, of a message whose From is one plain address of the catalogue, `dmarc=pass` for that domain in the
topmost Authentication-Results (the `index` extension, RFC 5260). A test on text sees a header decoded (RFC 2047) and
knows neither quotation marks nor comments, so a sender may write results into values that the host repeats. Hence:

- the field begins with the host's own id, and `dmarc=pass` follows at once, where no sender's text can stand before
  it; only where the host quotes what is ambiguous may clean results stand before it, or quoted ones before it and
  none behind it (an encoded word that hides the host's own result begins and ends in quoted values);
- the word dmarc stands once in it;
- where rspamd stamps, X-Rspamd-Queue-Id names the queue id of Postfix, so that rspamd did see the message;
- no DKIM-Signature has an identity (i=) that is more than a word: OpenDKIM repeats it decoded and unquoted, and
  OpenDMARC reads that.

`regex` (a draft that Pigeonhole and Cyrus both offer) says these without a way around; globs could not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from auditor.errors import ConfigError
from auditor.whitelist.shapes import Some, canonical, domain_of, regex, repeats
from auditor.whitelist.targets.sieve_reading import read_script
from auditor.whitelist.values import Entry, Means, Plan, Present, Proof, Refused, Stamping, Target, Wanted

NAME = "auditor"
"""What our script is called on the server."""
EXTENSIONS = ("index", "regex", "relational", "comparator-i;ascii-numeric")
MARK = "# auditor whitelist, version 1"

_ANY = ("[^@]+", "[^.@]+")
_TO_PLAIN = {"[.]": ".", "[+]": "+", _ANY[0]: "*", _ANY[1]: "*"}
_FIELD = 'header :index 1 :regex "Authentication-Results"'
_COMMENT = "[(][^()]*[)]"

_LIST = r'"[^"]*"(?:, "[^"]*")*'
_RULE = re.compile(
    rf' {{2}}if allof \(address :all :regex "From" \[(?P<admits>{_LIST})\],'
    rf'(?: not address :all :regex "From" \[(?P<but>{_LIST})\],)?\n'
    r' {4}header :index 1 :regex "Authentication-Results" "dmarc=[^"]*=\((?P<signers>[^()"]+)\)[^"]*"\) '
    r"\{ keep; stop; \}\n"
)
_END = "\n}\n"
REQUIRE = re.compile(r"^require \[[^\[\]\n]*\];\n", re.MULTILINE)
"""The line of our script that has to stand at the start of a whole one."""
_IDS = re.compile(r'"\^\(([a-z0-9._|\[\]-]+)\);')
_STRING = re.compile(r'"([^"]*)"')
_TOKEN = re.compile(r"\[\.\]|\[\+\]|\[\^@\]\+|\[\^\.@\]\+|[^\[]+|\[[^\[\]]+\](?:\{[0-9,]+\})?")


def plan(wanted: Sequence[Wanted], means: Means) -> Plan:
    """Everything wanted, or nothing where the host's stamp cannot be read."""
    if isinstance(means.stamping, str):
        why = f"a Sieve rule has only the stamp of your host to go by, and {means.stamping}"
        return Plan(refused=tuple(Refused(one.pattern, why) for one in wanted))
    entries: list[Entry] = []
    refused: list[Refused] = []
    for one in wanted:
        try:
            entries.append(_entry(one, means.stamping))
        except ConfigError as error:
            refused.append(Refused(one.pattern, str(error)))
    return Plan(tuple(sorted(entries, key=_group)), tuple(refused))


def _entry(one: Wanted, stamping: Stamping) -> Entry:
    own = domain_of(canonical(one.pattern))
    signers = one.signers if stamping.names_parent else (own,)
    for signer in signers:
        canonical(f"x@{signer}")
    return Entry(canonical(one.pattern), Proof.STAMP, signers, tuple(map(canonical, one.but_not)))


def render(entries: Sequence[Entry], means: Means) -> str:
    """The script; nothing for no entries."""
    if not entries or isinstance(means.stamping, str):
        return ""
    rules = "".join(_rule(list(group)) for _, group in groupby(sorted(entries, key=_group), _group))
    return f"{_head(means.stamping)}{{\n{rules}}}\n"


def _head(stamping: Stamping) -> str:
    """All that stands before the rules."""
    extensions = (*EXTENSIONS, *(("variables",) if stamping.quotes else ()))
    require = ", ".join(f'"{each}"' for each in extensions)
    return _HEAD.format(mark=MARK, require=require) + _guard(stamping)


_HEAD = """\
{mark}. Written by `auditor whitelist`; changes made here are lost.
# Mail of these addresses is kept only where your host's own stamp says dmarc=pass for that very domain.
require [{require}];
"""


def _guard(stamping: Stamping) -> str:
    """What holds for every rule: one plain sender, no virus, and a stamp that can be read in one way alone."""
    ids = "|".join(re.sub(r"[.]", "[.]", each) for each in stamping.ids)
    forms = ", ".join(f'"{form}"' for form in _forms(f"({ids})", stamping))
    return f"""\
{_QUEUE if stamping.quotes else ""}if allof (
  header :count "eq" :comparator "i;ascii-numeric" "From" "1",
  address :count "eq" :comparator "i;ascii-numeric" :all "From" "1",
  not header :regex "From" "@.*@",
  not anyof (exists "X-Virus", exists "X-Amavis-Alert", header :contains "X-Virus-Status" ["infected", "yes"]),
  not header :regex "DKIM-Signature" ["(^|;)[[:space:]]*i[[:space:]]*=[^;]*[^;A-Za-z0-9._+@[:space:]-]",
    "(^|;)[[:space:]]*[a-z][a-z0-9_]+[a-z0-9_][[:space:]]*="],
{_WITNESS if stamping.quotes else ""}  not {_FIELD} "dmarc.*dmarc",
  {_FIELD} [{forms}])
"""


# rspamd says under which queue id Postfix took the message in, which no sender knows before: so it did see the message
# and took away what the sender brought. The Received of Postfix is the first, or the second below that of LMTP.
_QUEUE = """\
set "queue" "-";
if header :index 1 :last :regex "X-Rspamd-Queue-Id" "^([A-Za-z0-9]+)$" { set "queue" "${1}"; }
"""
_BORDER = ':regex "Received" "[(]Postfix[)][[:space:]]+with E?SMTPS?A? id ${queue}[^A-Za-z0-9]"'
_WITNESS = f"""\
  anyof (header :index 1 {_BORDER},
    allof (header :index 1 :contains "Received" "with LMTP", not header :index 1 :contains "Received" "(Postfix)",
      header :index 2 {_BORDER})),
"""


def _forms(ids: str, stamping: Stamping) -> Iterator[str]:
    """Where `dmarc=pass` may stand; results end with a semicolon that is in no quoted string and in no comment."""
    start = f"^{ids};[[:space:]]*"
    passed = "dmarc=pass[[:space:]]"
    yield start + passed
    if stamping.quotes:
        clean = r"([^\"();\\]|header[.]b=\"[A-Za-z0-9+/=]*\"|[(][^()\"\\]*[)])*"
        quoted = r"\"([^\"\\]|\\\\.)*\""
        whole = rf"([^\"()\\;]|{quoted}|[(]([^()\"\\]|{quoted})*[)])*"
        yield f"{start}({clean};)+[[:space:]]*{passed}"
        yield rf"{start}({whole};)+[[:space:]]*{passed}[^\"]*$"


def _rule(entries: Sequence[Entry]) -> str:
    """The rule of the entries that the same domains sign for."""
    but_not = _strings(entries[0].but_not)
    but = f' not address :all :regex "From" [{but_not}],' if but_not else ""
    signers = "|".join(_plain(each) for each in entries[0].signers)
    return (
        f'  if allof (address :all :regex "From" [{_strings([each.pattern for each in entries])}],{but}\n'
        f'    {_FIELD} "dmarc=pass([[:space:]]+{_COMMENT})?[[:space:]]+header[.]from=({signers})[[:space:]]*(;|$)") '
        "{ keep; stop; }\n"
    )


def _strings(patterns: Sequence[str]) -> str:
    return ", ".join(f'"{_written(each)}"' for each in patterns)


def _group(entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return entry.signers, entry.but_not


def _written(pattern: str) -> str:
    """The one way in which an address gets into a script: a whole POSIX expression that needs no escape in a string."""
    return f"^{regex(pattern, _literal, _some, _ANY)}$"


def _plain(domain: str) -> str:
    return _written(f"x@{domain}").removeprefix("^x@").removesuffix("$")


def _literal(text: str) -> str:
    return re.sub(r"[.+]", lambda found: f"[{found[0]}]", text)


def _some(piece: Some) -> str:
    return f"[{piece.members}]{repeats(piece)}"


def parse(text: str) -> Present:
    """Our own rules where the script holds them, and the rules of any script that touch senders."""
    text = text.replace("\r\n", "\n")
    start = text.find(MARK)
    end = text.find(_END, start) + len(_END)
    if start < 0 or end < len(_END):
        return read_script(text)
    others = read_script(text[:start] + text[end:])
    stamping = _guarded(text[start:end])
    proof = Proof.NONE if stamping is None else Proof.STAMP
    entries = tuple(entry for found in _RULE.finditer(text, start, end) for entry in _read(found, proof))
    return Present((*entries, *others.entries), others.unread, stamping.ids if stamping else ())


def own_script(text: str) -> str:
    """Our script, or the same made of its block in the seller's; empty where neither is there."""
    text = text.replace("\r\n", "\n")
    start = text.find(MARK)
    end = text.find(_END, start) + len(_END)
    if start < 0 or end < len(_END):
        return ""
    ours = text[start:end]
    if REQUIRE.search(ours):
        return ours
    require = ", ".join(f'"{each}"' for each in (*EXTENSIONS, "variables"))
    return f"require [{require}];\n{ours}"


def _guarded(ours: str) -> Stamping | None:
    """Whose stamps our script goes by; None where what guards its rules is not as it was written."""
    ids = _IDS.search(ours)
    if ids is None:
        return None
    named = tuple(_unwritten(each) for each in ids[1].split("|"))
    for stamping in (Stamping(named), Stamping(named, quotes=True)):
        head = REQUIRE.sub("", _head(stamping), count=1)
        if REQUIRE.sub("", ours, count=1).startswith(head + "{\n  if allof (address"):
            return stamping
    return None


def _read(found: re.Match[str], proof: Proof) -> Iterator[Entry]:
    signers = tuple(_unwritten(each) for each in found["signers"].split("|"))
    but_not = tuple(_unwritten(each[1:-1]) for each in _STRING.findall(found["but"] or ""))
    for each in _STRING.findall(found["admits"]):
        yield Entry(_unwritten(each[1:-1]), proof, signers, but_not)


def _unwritten(expression: str) -> str:
    return "".join(_TO_PLAIN.get(token, token) for token in _TOKEN.findall(expression))


TARGET = Target(
    "sieve",
    "Sieve",
    plan,
    render,
    parse,
    f"Put it on the server as a script called {NAME}, and begin the active one, behind its `require`, with: include "
    f':personal :optional "{NAME}"; (and require "include"). If rspamd stamps your mail, write provider = "rspamd" in '
    "the mailbox first: of other hosts the rule takes only a stamp that begins with dmarc=pass. Let Postfix take no "
    "mail that the filter did not see (milter_default_action = tempfail, as it is by default).",
)
