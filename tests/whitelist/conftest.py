"""Gmail's API in the place of Google's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor import gmail_filters
from tests.servers.certificates import Certificates, issue_certificates
from tests.whitelist.gmail_api import HIS, Gmail, running_gmail


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue_certificates(tmp_path_factory.mktemp("gmail"))


@pytest.fixture
def gmail(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gmail]:
    with running_gmail(certificates) as gmail:
        gmail.filters |= HIS
        monkeypatch.setattr(gmail_filters, "BASE", gmail.base)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca_file))
        yield gmail
