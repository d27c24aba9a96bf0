"""rspamd: a rule of its multimap module, which counts only where DMARC passes for the domain, and what is read of maps.

The whitelist module knows whole domains only, and employees and other sellers write from the same ones. The address is
the one that DMARC is checked for (`extract_from`): a rule about the header From would read it decoded, and take
`=?utf-8?Q?=3Chelp=40walmart.com=3E?= <x@evil.test>` for walmart.com's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.errors import ConfigError
from auditor.whitelist.shapes import Some, canonical, regex, repeats
from auditor.whitelist.values import Effect, Entry, Means, Plan, Present, Proof, Refused, Target, Wanted

SYMBOL = "AUDITOR_MARKETPLACE"
SCORE = -15.0

_SELECTOR = "selector = \"from('mime'):addr\""
_ANY = ("[^@]+", "[^.@]+")
_TO_PLAIN = {"[.]": ".", "[+]": "+", _ANY[0]: "*", _ANY[1]: "*"}
_TOKEN = re.compile(r"\[\.\]|\[\+\]|\[\^@\]\+|\[\^\.@\]\+|[^\[]+|\[[^\[\]]+\](?:\{[0-9,]+\})?")
_LINE = re.compile(r'\s*"/\^(?P<expression>[^"]*)\$/i",?\s*')
_SENDER_RULE = re.compile(r"(?:header\s*=\s*\"?from\"?|type\s*=\s*\"?(?:from|user)\"?)", re.IGNORECASE)
_PROVED = re.compile(
    r"require_symbols\s*=\s*\"[^\"]*(?:DMARC_POLICY_ALLOW|R_DKIM_ALLOW)|valid_(?:dmarc|dkim)\s*=\s*true"
)
_BLOCK = re.compile(
    r"^[ \t]*\"?(?P<name>[A-Za-z0-9_]{1,100})\"?[ \t]*\{(?P<body>(?:[^{}]|\{[^{}]*\})*)\}", re.MULTILINE
)
_SCORE = re.compile(r"(?:score|weight)\s*=\s*(-?[0-9.]+)")
_ACTION = re.compile(r"action\s*=\s*\"?(accept|reject|discard)")
_VALUE = re.compile(r'"([^"]*)"')


def plan(wanted: Sequence[Wanted], means: Means) -> Plan:
    """An expression for each; one with exceptions inside is refused."""
    del means
    entries: list[Entry] = []
    refused: list[Refused] = []
    for one in wanted:
        try:
            pattern = canonical(one.pattern)
        except ConfigError as error:
            refused.append(Refused(one.pattern, str(error)))
            continue
        if one.but_not:
            refused.append(Refused(one.pattern, f"it cannot leave out {', '.join(one.but_not)}, which is not wanted"))
        else:
            entries.append(Entry(pattern, Proof.CHECKED))
    return Plan(tuple(entries), tuple(refused))


def render(entries: Sequence[Entry], means: Means) -> str:
    """One rule for local.d/multimap.conf; nothing for no entries."""
    del means
    if not entries:
        return ""
    lines = "\n".join(f'    "/^{_written(each.pattern)}$/i",' for each in entries)
    return f"""\
# auditor whitelist, version 1. For local.d/multimap.conf. It counts only where DMARC passes for the From domain.
{SYMBOL} {{
  type = "selector";
  {_SELECTOR};
  regexp = true;
  map = [
{lines}
  ];
  require_symbols = "DMARC_POLICY_ALLOW";
  score = {SCORE};
}}
"""


def _written(pattern: str) -> str:
    """The one way in which an address gets into a map: an expression without slash, quotation mark or backslash."""

    def literal(text: str) -> str:
        return re.sub(r"[.+]", lambda found: f"[{found[0]}]", text)

    def some(piece: Some) -> str:
        return f"[{piece.members}]{repeats(piece)}"

    return regex(pattern, literal, some, _ANY)


def parse(text: str) -> Present:
    """A configuration of multimap or whitelist, or a bare map of addresses and domains."""
    blocks = list(_BLOCK.finditer(text))
    if not blocks:
        return Present(tuple(_of_map(text)))
    return Present(tuple(entry for block in blocks for entry in _of_block(block["name"], block["body"])))


def _of_block(name: str, body: str) -> Iterator[Entry]:
    if name == SYMBOL:
        for line in body.splitlines():
            if found := _LINE.fullmatch(line):
                proof = Proof.CHECKED if _PROVED.search(body) and _SELECTOR in body else Proof.NONE
                yield Entry(_unwritten(found["expression"]), proof, text=f"{name}: {line.strip()}")
        return
    score, action = _SCORE.search(body), _ACTION.search(body)
    is_kept = (score and float(score[1]) < 0) or (action and action[1] == "accept")
    is_thrown = action and action[1] in ("reject", "discard")
    if not (is_kept or is_thrown) or not (_SENDER_RULE.search(body) or "domains" in body):
        return
    proof = Proof.CHECKED if _PROVED.search(body) else Proof.NONE
    effect = Effect.DISCARD if is_thrown else Effect.ADMIT
    for value in _VALUE.findall(body.partition("map")[2] or body.partition("domains")[2]):
        if glob := _sender(value):
            yield Entry(glob, proof, effect=effect, is_ours=False, text=f"{name}: {value}")


def _of_map(text: str) -> Iterator[Entry]:
    """What the map is used for does not stand in it: by itself it demands nothing."""
    for number, line in enumerate(text.splitlines(), 1):
        if glob := _sender(line.partition("#")[0].strip()):
            yield Entry(glob, Proof.NONE, is_ours=False, text=f"line {number}: {line.strip()}")


def _sender(value: str) -> str:
    """A glob for an address or a domain; empty for what is neither."""
    value = value.lower().split(" ")[0]
    if value.startswith("/"):
        return f"*{'*'.join(re.findall(r'[a-z0-9@_-]{3,}', value))}*"
    if not re.fullmatch(r"[a-z0-9.+_=@*?-]+\.[a-z0-9-]+", value):
        return ""
    return value if "@" in value[1:] else f"*@{value.lstrip('@')}"


def _unwritten(expression: str) -> str:
    return "".join(_TO_PLAIN.get(token, token) for token in _TOKEN.findall(expression))


TARGET = Target(
    "rspamd",
    "rspamd",
    plan,
    render,
    parse,
    "Put it into /etc/rspamd/local.d/multimap.conf and run `rspamadm configtest`, then reload rspamd. Virus scanning "
    "still wins where its symbol has an action of its own.",
)
