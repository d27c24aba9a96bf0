"""Answers in, a configuration file that the program itself accepts out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.config import load
from auditor.errors import ConfigError
from auditor.initial import (
    Answers,
    PasswordSource,
    configuration,
    given_source,
    mailbox_name,
    named_endpoint,
    said_source,
)
from auditor.mailbox.endpoint import Endpoint

SAMPLE = Path(__file__).parent.parent / "sample_config.toml"
ENV = PasswordSource("password_env", "SHOP_PASSWORD")
SERVER = Endpoint("imap.shop.test")

_label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(lambda text: text[2:4] != "--")
_local = st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9]{1,10}){0,2}", fullmatch=True).filter(
    lambda local: local != "*"  # that stands for every address
)
_addresses = st.builds(
    lambda local, labels: f"{local}@{'.'.join(labels)}.test", _local, st.lists(_label, min_size=1, max_size=3)
)
_words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
_sources = st.one_of(
    st.builds(lambda name: PasswordSource("password_env", name), _words),
    st.builds(lambda argv: PasswordSource("password_command", tuple(argv)), st.lists(_words, min_size=1, max_size=4)),
    st.builds(lambda name: PasswordSource("password_file", f"/secrets/{name}"), _words),
    st.just(PasswordSource("keyring", True)),
)
_endpoints = st.builds(
    lambda labels, port, security: Endpoint(".".join([*labels, "test"]), port, security),
    st.lists(_label, min_size=1, max_size=3),
    st.integers(1, 65535),
    st.sampled_from(["tls", "starttls"]),
)


@pytest.mark.thorough
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=_addresses, endpoint=_endpoints, source=_sources, username=_words | st.just(""))
def test_every_configuration_that_is_written_is_read_back_as_it_was_meant(
    tmp_path: Path, address: str, endpoint: Endpoint, source: PasswordSource, username: str
) -> None:
    file = tmp_path / "auditor.toml"
    name = mailbox_name(address)
    file.write_text(configuration(Answers(name, address, endpoint, source, username)), encoding="utf-8")
    file.chmod(0o600)

    mailbox = load(file, {}).mailbox(name)

    assert mailbox.address == address
    assert (mailbox.host, mailbox.port, mailbox.security) == (endpoint.host, endpoint.port, endpoint.security)
    assert mailbox.username == (username or address)
    assert mailbox.ways == (source.key,)
    meant = Path(str(source.value)) if source.key == "password_file" else source.value
    assert getattr(mailbox, source.key) == meant


def test_its_comments_are_those_of_the_sample_configuration() -> None:
    ours = configuration(Answers("shop", "support@shop.example", SERVER, ENV))
    known = set(SAMPLE.read_text().splitlines())
    comments = [each for each in ours.splitlines()[2:] if each.startswith("# ")]
    assert len(comments) > 15
    assert [each for each in comments if each not in known] == []


def test_every_key_that_is_offered_is_one_that_is_accepted(tmp_path: Path) -> None:
    text = configuration(Answers("shop", "support@shop.example", SERVER, ENV))
    used = re.sub(r"(?m)^#(?=(\[|[a-z_]+ = ))", "", text)
    for way in ("password_command", "password_file", "keyring"):
        used = re.sub(rf"(?m)^{way} = .*\n", "", used)
    file = tmp_path / "auditor.toml"
    file.write_text(used)
    assert load(file, {}).mailbox("shop").junk == ("Junk",)
    assert tomllib.loads(used)["contact"]["business_name"] == "Example Shop LLC"


@pytest.mark.parametrize(
    "address, name",
    [
        ("support@shop.example", "shop"),
        ("a@mail.brand-shop.co.uk", "brand-shop"),
        ("me@gmail.com", "gmail"),
        ("x@xn--mller-kva.de", "xn-mller-kva"),
        ("x@deep.in.shop.test", "shop"),
        (f"x@{'a' * 63}.com", "a" * 40),
    ],
)
def test_a_mailbox_is_named_after_its_domain(address: str, name: str) -> None:
    assert mailbox_name(address) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert mailbox_name("a@shop.example", {"shop"}) == "shop-2"
    assert mailbox_name("a@shop.example", {"shop", "shop-2", "other"}) == "shop-3"


@given(_addresses, st.sets(st.sampled_from(["a", "b", "shop", "shop-2"])))
def test_a_name_is_always_new_and_safe(address: str, taken: set[str]) -> None:
    name = mailbox_name(address, taken)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name)
    assert name not in taken


@pytest.mark.parametrize(
    "said, key, value",
    [
        ("env SHOP_PASSWORD", "password_env", "SHOP_PASSWORD"),
        ("command pass show 'my shop'", "password_command", ("pass", "show", "my shop")),
        ("file /run/secret", "password_file", "/run/secret"),
        (" keyring ", "keyring", True),
    ],
)
def test_a_typed_line_says_where_the_password_is(said: str, key: str, value: object) -> None:
    assert said_source(said) == PasswordSource(key, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["hunter2", "env", "command", "file ", "keyring please", "", "command 'open"])
def test_whatever_else_is_typed_is_refused_and_not_repeated(said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        said_source(said)
    assert "hunter2" not in caught.value.message


def test_two_places_for_one_password_are_refused() -> None:
    with pytest.raises(ConfigError, match="one place only"):
        given_source(env="A", command="pass")


@pytest.mark.parametrize("security, port", [("tls", 993), ("starttls", 143)])
def test_a_named_server_has_the_usual_port(security: str, port: int) -> None:
    assert named_endpoint(" IMAP.Shop.test ", None, security=security, ca_file=None) == Endpoint(
        "imap.shop.test",
        port,
        security,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "host, security", [("https://shop", "tls"), ("a b", "tls"), ("x.test", "ssl"), ("x.test", "none")]
)
def test_a_server_that_cannot_be_is_refused(host: str, security: str) -> None:
    with pytest.raises(ConfigError):
        named_endpoint(host, None, security=security, ca_file=None)
