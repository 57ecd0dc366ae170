"""What the tests of jobs that write an index share: a clock that obeys, and every search index they can meet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings

from services.index_writer.algolia_client import AlgoliaAccess, algolia_client
from services.index_writer.course_index import AlgoliaIndex, CourseIndex
from services.index_writer.patience import Patience
from tests.catalog_sync.algolia_site import AlgoliaSite
from tests.catalog_sync.site import site
from tests.index_writer.memory_index import MemoryIndex

# Nothing is timed: an example that takes long on a busy machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


class TestClock:
    """A clock that moves only when told to, or when somebody waits."""

    __test__ = False

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture(params=["memory", "client and site", "client and mock"])
def index(request: pytest.FixtureRequest, clock: TestClock) -> Iterator[CourseIndex]:
    """Each search index: the fake, and the official client on two servers."""
    if request.param == "memory":
        yield MemoryIndex()
    elif request.param == "client and site":
        with site(AlgoliaSite()) as running:
            yield from _client(AlgoliaAccess("app", "key", (running.url,)), clock)
    else:
        from services.mock_algolia import AlgoliaMock

        with AlgoliaMock() as mock:
            yield from _client(AlgoliaAccess(mock.app_id, mock.admin_key, (mock.url,)), clock)


def _client(access: AlgoliaAccess, clock: TestClock) -> Iterator[CourseIndex]:
    client, _ = algolia_client(access, Patience(), clock.sleep)
    yield AlgoliaIndex(client, clock.sleep)
    client.close()
