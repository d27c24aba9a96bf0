from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.store.ledger import AccountStore
from auditor.store.opening import Store, open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/auditor.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url, now=lambda: NOON) as opened:
        yield opened


@pytest.fixture
def account(store: Store) -> AccountStore:
    return store.account("imap.shop.test", "shop")
