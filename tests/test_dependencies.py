"""What pyproject.toml declares is what is imported: nothing more, and nothing that only happens to be there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points, packages_distributions
from typing import Any

import pytest

from tests.imports import ROOT, Import, imports, imports_of, is_in, module_name

pytestmark = pytest.mark.thorough

# Which part of the package an extra is for; whatever else is imported, every user needs.
# What the extra ed25519 adds, dkimpy imports.
OAUTH = ("google", "google_auth_oauthlib", "msal", "oauthlib", "requests", "urllib3")
EXTRAS = {
    "demo": ("auditor.demo",),
    "doh": ("httpx2", "h2"),
    "domain": ("checkdmarc",),
    "ed25519": (),
    "keyring": ("keyring",),
    "language": ("harper",),
    "oauth": OAUTH,
    "web": ("httpx2",),
}


@cache
def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def normal(name: str) -> str:
    """The name as registries compare it: lower case, hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(extra: str = "") -> set[str]:
    """The distributions, without those that are other extras of this project."""
    lines = project()["optional-dependencies"][extra] if extra else project()["dependencies"]
    names = {normal(match[0]) for line in lines if (match := re.match(r"[A-Za-z0-9._-]+", line))}
    return names - {"auditor"}


def distribution(each: Import) -> str:
    """Which distribution brings what is imported. Raises KeyError where none is installed that does."""
    return min(normal(name) for name in brought_by()[each.top])


@cache
def brought_by() -> Mapping[str, list[str]]:
    return packages_distributions()


def third_party(belongs: Any) -> set[str]:
    return {distribution(each) for each in imports() if each.is_third_party and belongs(each)}


def is_of(extra: str, each: Import) -> bool:
    return is_in(each.module, EXTRAS[extra]) or is_in(each.target, EXTRAS[extra])


def test_every_user_gets_what_the_package_imports_and_no_more() -> None:
    imported = third_party(lambda each: not any(is_of(extra, each) for extra in EXTRAS))
    assert declared() == imported


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_brings_what_its_part_imports_and_no_more(extra: str) -> None:
    imported = third_party(lambda each: is_of(extra, each))
    assert declared(extra) - declared() == imported - declared()


def test_the_extras_are_those_that_are_checked() -> None:
    assert set(project()["optional-dependencies"]) == {*EXTRAS, "dev"}


def test_what_the_tests_import_is_declared() -> None:
    assert imported_by_tests() <= declared() | declared("dev") | {name for extra in EXTRAS for name in declared(extra)}


@pytest.mark.parametrize("name", sorted(declared("dev")))
def test_what_development_needs_is_used(name: str) -> None:
    scripts = "".join((ROOT / file).read_text(encoding="utf-8") for file in (".ci/run", "scripts/test"))
    is_tool = re.search(rf"^step {re.escape(name)}\b|python -m {re.escape(name)}\b", scripts, re.MULTILINE)
    assert is_tool or name in imported_by_tests() or is_configured_plugin(name, scripts)


def is_configured_plugin(name: str, scripts: str) -> bool:
    """A plugin of pytest of which an option is set: its entry points are named after its options' family."""
    configuration = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    signs = {"timeout": re.search(r"^timeout = \d+$", configuration, re.MULTILINE), "xdist": "-n 3" in scripts}
    plugins = [each for each in entry_points(group="pytest11") if each.dist and normal(each.dist.name) == name]
    return any(signs.get(each.name) for each in plugins)


@cache
def imported_by_tests() -> frozenset[str]:
    files = (ROOT / "tests").rglob("*.py")
    found = (each for file in files for each in imports_of(module_name(file), file.read_text(encoding="utf-8")))
    return frozenset(distribution(each) for each in found if each.is_third_party)
