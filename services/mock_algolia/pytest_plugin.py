"""The pytest plugin: a server for the session, an empty application for each test, and seeds by marker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from services.mock_algolia import warm_up
from services.mock_algolia.exports import BadExport
from services.mock_algolia.in_process import AlgoliaMock

if TYPE_CHECKING:
    from algoliasearch.search.client import SearchClientSync

MARKERS = (
    "algolia_seed(*files): fill indexes from files beside the test: records, settings, rules, synonyms "
    "(PRODUCTS.ndjson, PRODUCTS.settings.json, a folder, 'INDEX=FILE')",
    "algolia_index(name, records=[], **settings): make an index with these records and settings",
)


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the markers."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.fixture(scope="session")
def algolia_server() -> Iterator[AlgoliaMock]:
    """Serve for the whole session on a free port; each worker of pytest-xdist has a server of its own."""
    warm_up.begin(something_to_search=False)
    with AlgoliaMock() as server:
        yield server


@pytest.fixture
def algolia(request: pytest.FixtureRequest, algolia_server: AlgoliaMock) -> AlgoliaMock:
    """Give the session's server, emptied, and filled by the test's markers."""
    algolia_server.reset()
    try:
        for marker in reversed(list(request.node.iter_markers("algolia_index"))):  # a module's before its test's
            _make_index(algolia_server, *marker.args, **marker.kwargs)
        for marker in reversed(list(request.node.iter_markers("algolia_seed"))):
            algolia_server.seed_from(*(_beside(request.path, str(file)) for file in marker.args))
    except BadExport as error:
        raise pytest.UsageError(str(error)) from error
    algolia_server.forget_requests()
    return algolia_server


@pytest.fixture
def algolia_client(algolia: AlgoliaMock) -> Iterator[SearchClientSync]:
    """Give an official client (`mock-algolia[client]`) with the admin key, pointed at the server."""
    client = pytest.importorskip("algoliasearch.search.client", reason="pip install 'mock-algolia[client]'")
    with client.SearchClientSync.create_with_config(algolia.client_config()) as made:
        yield made


def _make_index(server: AlgoliaMock, name: str, records: Any = (), **settings: Any) -> None:
    if isinstance(records, Mapping):
        raise pytest.UsageError(f"algolia_index({name!r}): records must be a list of them")
    server.seed(name, records, settings)


def _beside(test: Path, source: str) -> str:
    """Name a file of a marker from the folder of the test that asks for it."""
    index, equals, file = source.partition("=")
    if equals and not (test.parent / source).exists():
        return f"{index}={test.parent / file}"
    return str(test.parent / source)
