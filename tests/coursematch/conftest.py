"""One application over the real database and the real mock Algolia, for the whole room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from services.coursematch.app import assemble
from services.coursematch.course_search import AlgoliaCourseSearch
from services.coursematch.matching import Matching
from services.learner_history.postgres_history import PostgresHistory
from services.mock_algolia import AlgoliaMock
from tests.coursematch.index import course_search, seeded_algolia
from tests.coursematch.tokens import identity
from tests.learner_history.sources import postgres_history, seed_database
from tests.support.patient import patient
from tests.support.postgres import TestServer


@pytest.fixture(scope="module", autouse=True)
def _patient() -> Iterator[None]:
    """Wait for the real parts below as long as a loaded machine takes."""
    with patient():
        yield


@pytest.fixture(scope="session")
def algolia() -> Iterator[AlgoliaMock]:
    """A mock Algolia with the fixtures' courses."""
    with seeded_algolia() as algolia:
        yield algolia


@pytest.fixture(scope="session")
def history(postgres: TestServer) -> Iterator[PostgresHistory]:
    """The fixtures' learners in a real Postgres."""
    with postgres.fresh_database() as url:
        seed_database(url)
        with postgres_history(url) as history:
            yield history


@pytest.fixture(scope="session")
def search(algolia: AlgoliaMock) -> AlgoliaCourseSearch:
    """Our gateway to the index."""
    return course_search(algolia)


@pytest.fixture(scope="session")
def matching(search: AlgoliaCourseSearch, history: PostgresHistory) -> Matching:
    """The use case over both."""
    return Matching(search, history)


@pytest.fixture(scope="session")
def client(search: AlgoliaCourseSearch, history: PostgresHistory) -> FlaskClient:
    """HTTP on the application."""
    return assemble(search, history, identity()).test_client()
