"""A mock of its own for each test, and official clients pointed at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from algoliasearch.search.client import SearchClientSync

from services.mock_algolia import AlgoliaMock
from tests.support.algolia_http import Http


@pytest.fixture
def algolia() -> Iterator[AlgoliaMock]:
    with AlgoliaMock() as mock:
        yield mock


@pytest.fixture
def client(algolia: AlgoliaMock) -> Iterator[SearchClientSync]:
    with SearchClientSync.create_with_config(algolia.client_config()) as made:
        yield made


@pytest.fixture
def http(algolia: AlgoliaMock) -> Iterator[Http]:
    made = Http(algolia)
    yield made
    made.close()
