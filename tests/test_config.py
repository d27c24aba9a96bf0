from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from auditor.config import SECTIONS, Config, MailboxConfig, default_state_url, load
from auditor.context import own_addresses
from auditor.errors import ConfigError, ExitCode

SAMPLE = Path(__file__).parents[1] / "sample_config.toml"
SHOP = '[mailbox.shop]\naddress = "support@shop.example"\npassword_env = "SHOP_PASSWORD"\n'
WAYS = ("password_env", "password_command", "password_file", "keyring")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a configuration in an empty working directory and give its relative path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def write(text: str, name: str = "auditor.toml", mode: int = 0o600) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return write


def refusal(path: Path | None, environ: dict[str, str] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    assert "\n" not in caught.value.message
    assert caught.value.exit_code is ExitCode.USAGE
    return caught.value


def test_what_is_left_out_has_its_default(write: Write) -> None:
    shop = load(write(SHOP), {}).mailbox("shop")
    assert (shop.host, shop.port, shop.security) == (None, 993, "tls")
    assert shop.username == shop.address == "support@shop.example"
    assert shop.ways == ("password_env",)
    assert shop.marketplaces is None


@pytest.mark.parametrize("security, port", [("tls", 993), ("starttls", 143)])
def test_the_port_follows_security(write: Write, security: str, port: int) -> None:
    path = write(SHOP + f'host = "imap.shop.example"\nsecurity = "{security}"')
    assert load(path, {}).mailbox("shop").port == port


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_clear_text_is_allowed_on_this_computer(write: Write, host: str) -> None:
    path = write(SHOP + f'host = "{host}"\nsecurity = "none"\nport = 1143')
    assert load(path, {}).mailbox("shop").port == 1143


def test_addresses_and_hosts_take_their_plain_form(write: Write) -> None:
    shop = load(write(SHOP + 'host = "IMAP.Shop.Example."\naliases = ["Orders@Brand.Example", "*@Own.Example"]'), {})
    assert shop.mailbox("shop").host == "imap.shop.example"
    assert shop.mailbox("shop").aliases == ("Orders@brand.example", "*@own.example")


def test_paths_are_relative_to_the_file(write: Write, tmp_path: Path) -> None:
    text = SHOP.replace('password_env = "SHOP_PASSWORD"', 'password_file = "secret"')
    text += 'host = "a.example"\nca_file = "/etc/ca.pem"\n[state]\nurl = "sqlite:///state/a.db"\n'
    config = load(write(text, "conf/my.toml"), {})
    assert config.mailbox("shop").password_file == Path("conf/secret")
    assert config.mailbox("shop").ca_file == Path("/etc/ca.pem")
    assert config.state.url == f"sqlite:///{tmp_path}/conf/state/a.db"


def test_the_environment_names_the_state(write: Write, tmp_path: Path) -> None:
    path = write(SHOP + '[state]\nurl = "sqlite:///a.db"', "conf/my.toml")
    assert load(path, {"AUDITOR_STATE_URL": "sqlite:///b.db"}).state.url == f"sqlite:///{tmp_path}/b.db"
    assert "AUDITOR_STATE_URL: [state] url: must be" in str(refusal(path, {"AUDITOR_STATE_URL": "redis://x"}))


def test_a_database_password_is_not_repeated(write: Write) -> None:
    error = refusal(write(SHOP), {"AUDITOR_STATE_URL": "mysql://me:hunter2@db"})
    assert "hunter2" not in error.message + error.hint


def test_the_default_state_is_a_file() -> None:
    assert re.fullmatch(r"sqlite:///.*auditor\.db", default_state_url())


def test_a_mailbox_lays_its_contact_over_the_common_one(write: Write) -> None:
    text = SHOP + '[mailbox.shop.contact]\nphone = "2"\n[contact]\nphone = "1"\nbusiness_name = "Shop"\n'
    config = load(write(text), {})
    contact = config.contact_of(config.mailbox("shop"))
    assert (contact.phone, contact.business_name) == ("2", "Shop")


def test_marketplace_tables_pass_through(write: Write) -> None:
    config = load(write(SHOP + '[marketplace.mystore]\ndomains = ["mystore.example"]'), {})
    assert config.marketplaces == {"mystore": {"domains": ["mystore.example"]}}


def test_an_unknown_mailbox_lists_those_there_are(write: Write) -> None:
    config = load(write(SHOP), {})
    with pytest.raises(ConfigError, match="no mailbox is called shpo; there is shop; did you mean shop"):
        config.mailbox("shpo")


def test_no_name_chooses_all_mailboxes(write: Write) -> None:
    config = load(write(SHOP + SHOP.replace("mailbox.shop", "mailbox.toys")), {})
    assert [each.name for each in config.chosen(())] == ["shop", "toys"]
    assert [each.name for each in config.chosen(("toys", "toys"))] == ["toys"]


def test_a_file_without_mailbox_chooses_none(write: Write) -> None:
    with pytest.raises(ConfigError, match="has no mailbox"):
        load(write("[rescue]\n"), {}).chosen(())


def test_the_configuration_cannot_be_changed(write: Write) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(write(SHOP), {}).mailbox("shop").address = "x@evil.example"  # type: ignore[misc]


def test_the_places_are_tried_in_order(write: Write) -> None:
    home = write(SHOP.replace(".shop]", ".home]"), "home/.config/auditor/auditor.toml")
    assert load(None, {}).source.name == home.name
    write(SHOP.replace(".shop]", ".here]"))
    assert load(None, {}).mailboxes[0].name == "here"
    named = write(SHOP.replace(".shop]", ".named]"), "named.toml")
    assert load(None, {"AUDITOR_CONFIG": str(named)}).mailboxes[0].name == "named"
    assert load(home, {"AUDITOR_CONFIG": str(named)}).mailboxes[0].name == "home"


def test_a_missing_file_says_where_it_looked(write: Write, tmp_path: Path) -> None:
    write("", "other.txt")
    error = refusal(None)
    assert "auditor.toml" in error.message
    assert str(tmp_path / "home") in error.message
    assert "auditor init" in error.hint


def test_a_folder_merges_its_files(write: Write) -> None:
    write(SHOP, "conf/a.toml")
    write(SHOP.replace(".shop]", ".toys]"), "conf/b.toml")
    write("[rescue]\nmax_moves = 3", "conf/common.toml")
    write("no TOML", "conf/notes.txt")
    write("no TOML", "conf/.a.toml")
    config = load(Path("conf"), {})
    assert [each.name for each in config.mailboxes] == ["shop", "toys"]
    assert config.rescue.max_moves == 3


@pytest.mark.parametrize("table", [SHOP, "[rescue]\n", "[marketplace.x]\n"], ids=["mailbox", "section", "marketplace"])
def test_a_table_in_two_files_names_both(write: Write, table: str) -> None:
    write(table, "conf/a.toml")
    write(table, "conf/b.toml")
    message = refusal(Path("conf")).message
    assert "conf/a.toml" in message
    assert "conf/b.toml" in message


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "holds no *.toml file" in refusal(tmp_path).message


REFUSED = {
    "misspelt": ('pasword_env = "X"', "[mailbox.shop] pasword_env: unknown key; did you mean password_env?"),
    "password": ('password = "hunter2"', "[mailbox.shop] password: unknown key; a password is never written"),
    "nested key": (
        'smtp = { host = "a.example", prot = 1 }',
        "[mailbox.shop.smtp] prot: unknown key; did you mean port?",
    ),
    "deep key": (
        "[mailbox.shop.contact.return_address]\nstret = 'x'",
        "[mailbox.shop.contact.return_address] stret: unk",
    ),
    "name": ('name = "x"', "[mailbox.shop] name: unknown key; the table's title is the name"),
    "text for a list": ('junk = "Junk"', "[mailbox.shop] junk: must be a list"),
    "number in a list": ("junk = [1]", "[mailbox.shop] junk: must be text in quotes"),
    "text for a table": ('smtp = "a"', "[mailbox.shop] smtp: must be a table"),
    "empty text": ('inbox = ""', "[mailbox.shop] inbox: is empty"),
    "control character": ('inbox = "a\\u001b"', "[mailbox.shop] inbox: holds a control character"),
    "two passwords": ("keyring = true", "[mailbox.shop] keyring: password_env is there too"),
    "password and oauth": (
        'oauth = { provider = "google", client_id = "x" }',
        "[mailbox.shop] password_env: oauth is there too",
    ),
    "port alone": ("port = 995", "[mailbox.shop] port: needs host beside it"),
    "port as text": ('host = "a.example"\nport = "993"', "[mailbox.shop] port: must be a whole number"),
    "port zero": ('host = "a.example"\nport = 0', "[mailbox.shop] port: must be at least 1"),
    "port too high": ('host = "a.example"\nport = 65536', "[mailbox.shop] port: must be at most 65535"),
    "security": (
        'host = "a.example"\nsecurity = "ssl"',
        "[mailbox.shop] security: must be 'tls', 'starttls' or 'none'",
    ),
    "clear text": ('host = "a.example"\nsecurity = "none"', '[mailbox.shop] security: "none" is for a server on this'),
    "clear text nowhere": ('security = "none"', "[mailbox.shop] security: needs host beside it"),
    "clear text smtp": (
        'smtp = { host = "a.example", security = "none" }',
        '[mailbox.shop.smtp] security: "none" is for a server on this',
    ),
    "host with scheme": ('host = "imaps://a.example"', "[mailbox.shop] host: must be a host name alone"),
    "host with port": ('host = "a.example:993"', "[mailbox.shop] host: must be a host name alone"),
    "half an IP": ('host = "127.0.1"', "[mailbox.shop] host: must be a host name alone"),
    "loopback look-alike": ('host = "127.0.0.1.evil.example"\nsecurity = "none"', '[mailbox.shop] security: "none" is'),
    "alias": ('aliases = ["orders"]', "[mailbox.shop] aliases: `orders` is no e-mail address"),
    "alias of free mail": ('aliases = ["*@GMail.com"]', "[mailbox.shop] aliases: `*@GMail.com` is too wide"),
    "alias of a suffix": ('aliases = ["*@co.uk"]', "[mailbox.shop] aliases: `*@co.uk` is too wide"),
    "alias of all": ('aliases = ["*@*"]', "[mailbox.shop] aliases: "),
    "time zone": (
        'timezone = "America/Chicgo"',
        "[mailbox.shop] timezone: no such time zone; did you mean America/Chicago?",
    ),
    "time zone outside": ('timezone = "../../etc/passwd"', "[mailbox.shop] timezone: no such time zone"),
    "second table": ("[rescue]\nmax_moves = -1", "[rescue] max_moves: must be at least 0"),
    "true for a number": ("[rescue]\nmax_moves = true", "[rescue] max_moves: must be a whole number"),
    "stream": ('[rescue]\nstreams = ["custmer"]', "[rescue] streams: must be 'customer', 'order'"),
    "nameserver": ('[dns]\nnameservers = ["dns.example"]', "[dns] nameservers: must be an IP address"),
    "nameserver of no host": ('[dns]\nnameservers = ["https://"]', "[dns] nameservers: must be an IP address"),
    "TLS to nobody": ('[dns]\nprotocol = "tls"', '[dns] nameservers: protocol = "tls" needs the servers to be named'),
    "HTTPS to nobody": ('[dns]\nprotocol = "https"', '[dns] nameservers: protocol = "https" needs the servers'),
    "web address, not HTTPS": (
        '[dns]\nnameservers = ["https://dns.example/dns-query"]',
        '[dns] nameservers: an address with https:// needs protocol = "https"',
    ),
    "name without TLS": ('[dns]\nserver_name = "dns.example"', '[dns] server_name: is for protocol = "tls"'),
    "authorities without TLS": ('[dns]\nca_file = "ca.pem"', '[dns] ca_file: is for protocol = "tls" or "https"'),
    "no wait": ("[dns]\ntimeout_s = 0", "[dns] timeout_s: must be more than 0"),
    "state": ('[state]\nurl = "auditor.db"', "[state] url: must be sqlite:///FILE or postgresql://"),
    "state in memory": ('[state]\nurl = "sqlite:///:memory:"', "[state] url: must be sqlite:///FILE"),
    "contact": ("[contact]\nemail = 1", "[contact] email: must be text"),
    "website": ('[contact]\nwebsite = "shop.example"', "[contact] website: must be a web address"),
    "unknown table": ("[recsue]", "[recsue]: unknown table; did you mean rescue?"),
    "name with colon": ('[mailbox."a:b"]', "[mailbox.a:b]: a name is made of letters"),
    "name with escape": ('[mailbox."a\\u001b"]', "[mailbox.a\\x1b]: a name is made of letters"),
}


@pytest.mark.parametrize("text, message", REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_names_file_table_and_key(write: Write, text: str, message: str) -> None:
    assert refusal(write(f"{SHOP}{text}\n")).message.startswith(f"auditor.toml: {message}")


def test_a_contact_address_that_is_none_stops_nothing(write: Write) -> None:
    """It is on file so; `auditor contacts` says what is wrong with it, and it takes nobody's mail for the seller's."""
    config = load(write(SHOP + '[contact]\nemail = "*@gmail.com"'), {})
    assert config.contact.email == "*@gmail.com"
    assert own_addresses(config.mailbox("shop"), config) == (config.mailbox("shop").address,)


def test_the_hint_for_a_password_names_the_four_ways(write: Write) -> None:
    error = refusal(write(SHOP + 'password = "hunter2"'))
    assert all(way in error.hint for way in WAYS)
    assert "hunter2" not in error.message + error.hint


ADDRESSES = [
    "",
    "*@shop.example",
    "shop",
    "@shop.example",
    "a@@shop.example",
    "a@shop..example",
    "a b@shop.example",
    "a@[10.0.0.1]",
]
ADDRESSES += [
    "a@shop",
    "a@bücher.example",
    "𝐚@shop.example",
    "A <a@shop.example>",
    "a@shop.example\\n",
    '\\"a b\\"@x.example',
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_address_is_refused(write: Write, address: str) -> None:
    text = SHOP.replace("support@shop.example", address)
    assert refusal(write(text)).message.startswith("auditor.toml: [mailbox.shop] address: ")


def test_a_misspelt_required_key_is_named_itself(write: Write) -> None:
    assert refusal(write(SHOP.replace("address", "adress"))).message.endswith(
        "adress: unknown key; did you mean address?"
    )


def test_no_way_to_sign_in_is_refused(write: Write) -> None:
    message = refusal(write(SHOP.replace("password_env", "#"))).message
    assert message.startswith("auditor.toml: [mailbox.shop] says no way to sign in")


def test_oauth_may_keep_its_token_in_the_keyring(write: Write) -> None:
    text = SHOP.replace('password_env = "SHOP_PASSWORD"', "keyring = true")
    assert load(write(text + 'oauth = { provider = "google", client_id = "x" }'), {}).mailbox("shop").oauth


SYNTAX = {
    "open table": ("[dns\n", "auditor.toml, line 1: "),
    "no value": ("[dns]\nport =\n", "auditor.toml, line 2: a value is missing or unreadable"),
    "key twice": ("[dns]\nport = 1\nport = 2\n", "auditor.toml, line 3: the same key is there twice"),
    "table twice": ("[dns]\n[dns]\n", "auditor.toml, line 2: the same table is there twice"),
    "no equals sign": ("[dns]\nport 53\n", "auditor.toml, line 2: a key must be followed by = and a value"),
    "open quotes": ('[dns]\nprotocol = "udp\n', "auditor.toml, line 2: a text in quotes is not closed"),
    "key before tables": ("max_moves = 1\n", "auditor.toml: max_moves: stands before any table"),
    "mailbox without name": ("[mailbox]\nhost = 'a'\n", "auditor.toml: [mailbox] host: the table needs a name"),
    "deep nesting": (f"[dns]\nx = {'[' * 5000}", "auditor.toml"),
    "long number": (f"[dns]\nport = {'9' * 5000}\n", "auditor.toml"),
}


@pytest.mark.parametrize("text, message", SYNTAX.values(), ids=SYNTAX.keys())
def test_bad_toml_names_the_line(write: Write, text: str, message: str) -> None:
    assert refusal(write(text)).message.startswith(message)


def test_a_byte_order_mark_does_no_harm(write: Write) -> None:
    assert load(write("\ufeff" + SHOP), {}).mailboxes


def test_other_encodings_are_named(write: Write) -> None:
    path = write(SHOP)
    path.write_bytes(SHOP.encode() + b'\n[contact]\nbusiness_name = "Gr\xf6\xdfe"')
    assert refusal(path).message.startswith("auditor.toml, line 6: not UTF-8 text")


def test_a_huge_file_is_not_read(write: Write) -> None:
    assert "larger than 1,000,000 bytes" in refusal(write("#" * 1_000_001)).message


def test_an_endless_file_is_not_read() -> None:
    assert "larger than 1,000,000 bytes" in refusal(Path("/dev/zero")).message


def test_an_unreadable_file_is_one_line(write: Write) -> None:
    write(SHOP, "file.toml")
    assert "cannot be read" in refusal(Path("file.toml/inner.toml")).message


SECRETS = {
    "command": (SHOP.replace("password_env = ", 'password_command = ["echo", ').replace('D"\n', 'D"]\n'), True),
    "smtp command": (SHOP + 'smtp = { host = "a.example", password_command = ["echo", "x"] }', True),
    "database": ('[state]\nurl = "postgresql://me:hunter2@db/x"', True),
    "webhook": ('[notify]\nwebhook = "https://hooks.example/T0K3N"', True),
    "ping": ('[notify]\nping = "https://ping.example/T0K3N"', True),
    "environment": (SHOP, False),
    "database without password": ('[state]\nurl = "postgresql://db/x"', False),
}


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660, 0o666, 0o620], ids=oct)
@pytest.mark.parametrize("text, secret", SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_in_an_open_file_is_refused(write: Write, text: str, secret: bool, mode: int) -> None:
    load(write(text, mode=0o600), {})
    path = write(text, mode=mode)
    if not secret and not mode & 0o002:
        load(path, {})
        return
    error = refusal(path)
    if not secret:
        assert error.message == "auditor.toml: anyone on this computer can write to it"
        return
    assert error.hint == "chmod 600 auditor.toml"
    assert "hunter2" not in error.message


def keys_of(model: type[BaseModel], prefix: str) -> Iterator[str]:
    """Every key of a table and of the tables in it, as table.key."""
    for name, field in model.model_fields.items():
        if name == "name":
            continue
        kinds = [field.annotation, *get_args(field.annotation)]
        nested = next((each for each in kinds if isinstance(each, type) and issubclass(each, BaseModel)), None)
        yield from keys_of(nested, f"{prefix}.{name}") if nested else [f"{prefix}.{name}"]


def keys_in(table: dict[str, Any], prefix: str) -> Iterator[str]:
    for name, value in table.items():
        yield from keys_in(value, f"{prefix}.{name}") if isinstance(value, dict) else [f"{prefix}.{name}"]


def in_use(text: str) -> str:
    """The sample with every key taken into use."""
    return re.sub(r"^#(?=\[|\w+ = )", "", text, flags=re.MULTILINE)


def test_the_sample_holds_every_key_and_no_other() -> None:
    sample = tomllib.loads(in_use(SAMPLE.read_text(encoding="utf-8")))
    del sample["marketplace"]
    known = {key for section, model in SECTIONS.items() for key in keys_of(model, section)}
    known |= set(keys_of(MailboxConfig, "mailbox.shop"))
    assert {key for section, table in sample.items() for key in keys_in(table, section)} == known


def test_the_sample_loads_as_it_is(write: Write) -> None:
    config = load(write(SAMPLE.read_text(encoding="utf-8"), mode=0o644), {})
    assert config.mailbox("shop").marketplaces == ("walmart", "amazon")


@pytest.mark.parametrize("way", WAYS)
def test_the_sample_loads_with_every_key_in_use(write: Write, way: str) -> None:
    others = "|".join(other for other in WAYS if other != way)
    text = re.sub(rf"^({others}) = .*$", "", in_use(SAMPLE.read_text(encoding="utf-8")), flags=re.MULTILINE)
    if way != "keyring":
        text = re.sub(r"^\[mailbox\.shop\.oauth\](\n.+)+", "", text, flags=re.MULTILINE)
    text = text.replace('protocol = "udp"', 'protocol = "tls"')  # for which server_name and ca_file are
    config = load(write(text), {})
    assert config.mailbox("shop").ways == (way,)
    assert config.mailbox("shop").contact is not None


def test_every_default_is_the_one_the_sample_shows(write: Write) -> None:
    shown = load(write(SAMPLE.read_text(encoding="utf-8")), {})
    assert shown.rescue == Config(source=Path()).rescue
    assert shown.dns == Config(source=Path()).dns
    assert shown.limits == Config(source=Path()).limits


def test_importing_the_configuration_stays_light() -> None:
    heavy = ("typer", "imapclient", "dns", "sqlalchemy", "email_validator", "publicsuffixlist", "platformdirs")
    code = f"import sys, auditor.config; print(*[each for each in {heavy!r} if each in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
