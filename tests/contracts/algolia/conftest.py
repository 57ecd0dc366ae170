"""The doors that each specification is tried at."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from services.mock_algolia import AlgoliaMock
from tests.contracts.algolia.doors import Door, EngineDoor, HttpDoor


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the real Algolia as one more door."""
    parser.addoption(
        "--real-algolia",
        action="store_true",
        help="also run the specifications against Algolia: set ALGOLIA_APP_ID and ALGOLIA_ADMIN_KEY",
    )


@pytest.fixture(scope="session", params=["engine", "mock", "algolia"])
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    """Each way in."""
    if request.param == "engine":
        yield EngineDoor()
    elif request.param == "mock":
        with AlgoliaMock() as algolia:
            yield HttpDoor(algolia.url, algolia.app_id, algolia.admin_key, "specs")
    else:
        if not request.config.getoption("--real-algolia", default=False):
            pytest.skip("needs a real application: nox -s tests -- tests/contracts/algolia --real-algolia")
        app_id, key = os.environ["ALGOLIA_APP_ID"], os.environ["ALGOLIA_ADMIN_KEY"]
        yield HttpDoor(f"https://{app_id}.algolia.net", app_id, key, f"coursematch_specs_{uuid.uuid4().hex[:8]}")
