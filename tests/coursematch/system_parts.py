"""The real parts that coursematch stands on, for tests: a seeded index, and tokens."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import SystemRandom
from typing import Any

import jwt

from fixtures.files import SAMPLE_RECORDS
from services.course_record.index_settings import index_settings
from services.course_record.query_rules import query_rules
from services.course_record.synonyms import synonyms
from services.coursematch.algolia_http import AlgoliaHttp
from services.coursematch.course_search import AlgoliaCourseSearch
from services.mock_algolia import AlgoliaMock
from services.web_edge.identity import Identity
from tests.learner_history.sources import AUDIENCE, ISSUER, SIGNING_KEY

INDEX = "courses"


@contextmanager
def seeded_algolia() -> Iterator[AlgoliaMock]:
    """A mock Algolia that holds the fixtures' records, with the settings, synonyms and rules that a sync deploys."""
    with AlgoliaMock() as algolia:
        algolia.seed(INDEX, SAMPLE_RECORDS, index_settings())
        administer(algolia, f"/1/indexes/{INDEX}/synonyms/batch", synonyms())
        administer(algolia, f"/1/indexes/{INDEX}/rules/batch", query_rules())
        yield algolia


def administer(algolia: AlgoliaMock, path: str, body: Any) -> None:
    """Post to an operation of the mock with its admin key."""
    headers = {"X-Algolia-Application-Id": algolia.app_id, "X-Algolia-API-Key": algolia.admin_key}
    request = urllib.request.Request(algolia.url + path, json.dumps(body).encode(), headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as response:  # noqa: S310 - loopback
        assert response.status == 200


def course_search(algolia: AlgoliaMock, index: str = INDEX) -> AlgoliaCourseSearch:
    """Our gateway to a mock Algolia, with its search-only key."""
    http = AlgoliaHttp(algolia.app_id, lambda: algolia.search_key, [algolia.url], time.monotonic, SystemRandom())
    return AlgoliaCourseSearch(http, index)


def identity() -> Identity:
    """Verifies the tokens that `token` makes."""
    return Identity(lambda: SIGNING_KEY, ISSUER, AUDIENCE)


def token(learner_id: str, *, staff: bool = False, **claims: Any) -> str:
    """A token as the LMS issues it; `claims` replace its own, None takes one away."""
    now = int(datetime.now(UTC).timestamp())
    content: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": learner_id,
        "preferred_username": learner_id,
        "iat": now,
        "exp": now + 3600,
        "administrator": staff,
    }
    content |= claims
    key = content.pop("key", SIGNING_KEY)
    return jwt.encode({name: value for name, value in content.items() if value is not None}, key, "HS256")


def bearer(learner_id: str, **claims: Any) -> dict[str, str]:
    """The header of a request in a learner's name."""
    return {"Authorization": f"Bearer {token(learner_id, **claims)}"}
